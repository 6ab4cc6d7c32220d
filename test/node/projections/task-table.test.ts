import { describe, expect, it } from 'vitest';
import type { StampedEvent } from '../../../src-main/common/events.ts';
import { createTaskTable, type TaskTable } from '../../../src-main/node/projections/task-table.ts';
import { createLinePool } from '../../../src-main/node/projections/line-pool.ts';
import { decodePage, encodePage } from '../../../src-main/node/projections/page-format.ts';
import { delivery, stamp } from '../../support/deliveries.ts';

/** As the index has it: written, and read by a start. */
function reopened(table: TaskTable): TaskTable {
  const { pages, gone } = table.snapshot();
  const pool = createLinePool();
  const after = createTaskTable();
  after.restore({ pages: pages.map((page) => decodePage(Buffer.from(encodePage(page)), pool)), gone });
  return after;
}

function tableOf(events: readonly StampedEvent[]): TaskTable {
  const table = createTaskTable();
  for (const event of events) table.apply(event);
  return table;
}

/** What only the key of says which task it is about: `keyed` may name any. */
const keyed = (key: string, taskId: string) => ({ ...delivery(taskId), key });

describe('the table of tasks', () => {
  it('finds tasks whose keys tell their ids, and those whose keys tell something else', () => {
    const keys = ['kie-luma:a', 'other:a', 'kie-luma:a:b', 'some:thing:c', 'plain'];
    const [a = '', other = '', colon = '', odd = '', plain = ''] = keys;
    const table = tableOf(
      stamp([delivery('a'), keyed(other, 'a'), delivery('a:b'), keyed(odd, 'c'), keyed(plain, 'd')]),
    );
    for (const each of [table, reopened(table)]) {
      expect(keys.map((key) => each.get(key)?.key)).toEqual(keys);
      expect(each.byTaskId('a').map(({ key }) => key)).toEqual([a, other]);
      expect(each.byTaskId('a:b').map(({ key }) => key)).toEqual([colon]);
      expect(each.tasksOf('c').map(({ key }) => key)).toEqual([odd]);
      for (const key of ['kie-luma:b', 'thing:c', 'some:thing:d', 'kie-luma:d', 'a', '']) {
        expect(each.get(key)).toBeUndefined();
      }
      each.correct(odd, null);
      each.correct(a, null);
      expect([odd, a].map((key) => each.get(key))).toEqual([undefined, undefined]);
      expect(each.byTaskId('a').map(({ key }) => key)).toEqual([other]);
      expect(each.get(plain)?.taskId).toBe('d');
    }
  });

  it('counts what a start has read as it counted what came in', () => {
    const keys = Array.from({ length: 12 }, (_, n) => `kie-luma:t${String(n)}`);
    const table = tableOf(
      stamp([
        ...keys.map((_, n) => delivery(`t${String(n)}`)),
        { type: 'marked', keys: keys.slice(2, 6), seen: true },
        { type: 'marked', keys: keys.slice(4, 9), starred: true },
        { type: 'trashed', keys: keys.slice(8, 10) },
      ]),
    );
    const after = reopened(table);
    expect(after.counters.counts((name) => name)).toEqual(table.counters.counts((name) => name));
    expect(after.counters.tasks()).toEqual({ total: 10, processing: 0, succeeded: 10, failed: 0, unknown: 0 });
    for (const key of keys) after.correct(key, null);
    expect(after.counters.tasks()).toEqual({ total: 0, processing: 0, succeeded: 0, failed: 0, unknown: 0 });
    expect(after.counters.videos()).toEqual({ queued: 0, downloading: 0, saved: 0, failed: 0, expired: 0 });
  });

  it('takes a task once where two pages have it', () => {
    const table = tableOf(stamp([delivery('a'), delivery('b')]));
    const [page = []] = table.snapshot().pages;
    const after = createTaskTable();
    after.restore({ pages: [page, page], gone: [] });
    expect(after.ordered.map(({ key }) => key)).toEqual(['kie-luma:a', 'kie-luma:b']);
    expect(after.counters.tasks().total).toBe(2);
  });
});
