import { expect, it } from 'vitest';
import type { TaskRecord } from '../../../src-main/common/fold.ts';
import { createMemoryStore, openMemoryLog } from '../../../src-main/node/event-log/memory-log.ts';
import { silentLog } from '../../../src-main/node/log/log.ts';
import { compareWithLog } from '../../../src-main/node/projections/compare-with-log.ts';
import { createTaskTable } from '../../../src-main/node/projections/task-table.ts';
import { delivery, saved } from '../../support/deliveries.ts';

const url = 'https://media.example.test/a.mp4';
const ids = Array.from({ length: 1500 }, (_, n) => `t${String(n)}`);

it('tells more tasks anew than it keeps as objects, and finds which of them differ', async () => {
  const events = openMemoryLog({ store: createMemoryStore(), log: silentLog, now: () => new Date() });
  const table = createTaskTable();
  events.follow('table', (event) => table.apply(event));
  await events.append(ids.map((id) => delivery(id, { videoUrls: [url] })));
  // Long after their lines were put away, and not in their order.
  await events.append(ids.toReversed().map((id) => saved(id, url)));

  expect(await compareWithLog({ events, table, onDifference: () => undefined })).toMatchObject({ differing: 0 });

  const right = (key: string): TaskRecord | undefined => table.get(key)?.record;
  const changed = ['kie-luma:t3', 'kie-luma:t700', 'kie-luma:t1499'];
  const before = changed.map(right);
  for (const key of changed) {
    const record = right(key);
    if (record !== undefined) table.correct(key, { ...record, task: { ...record.task, prompt: 'what nobody said' } });
  }
  const found = new Map<string, TaskRecord | null>();
  const { differing } = await compareWithLog({ events, table, onDifference: (key, told) => found.set(key, told) });
  expect(differing).toBe(3);
  expect(changed.map((key) => found.get(key))).toEqual(before);
  await events.close();
});
