import { expect, it, vi } from 'vitest';
import { createMissingFiles } from '../../../src-renderer/store/missing-files.ts';
import { sampleTask } from '../support/sample-task.ts';

function setUp(gone: ReadonlySet<string>) {
  const asked: (readonly string[])[] = [];
  const missing = createMissingFiles({
    ask: (keys) => {
      asked.push(keys);
      return Promise.resolve(keys.filter((key) => gone.has(key)));
    },
    gatherMs: 0,
  });
  return { missing, asked };
}

const counts = { inbox: 0, library: 0, starred: 0, waiting: 0, failed: 0, trash: 0, providers: [] };

const soon = (fact: () => void) => vi.waitFor(fact, { timeout: 60_000, interval: 5 });

it('asks once about all that are in sight, and again about what changed or was looked at', async () => {
  const gone = new Set(['a:1', 'a:3']);
  const { missing, asked } = setUp(gone);
  missing.watch('a:1');
  missing.watch('a:2');
  // It flew past.
  missing.watch('a:3')();
  await soon(() => expect([...missing.get()]).toEqual(['a:1']));
  expect(asked).toEqual([['a:1', 'a:2']]);
  gone.clear();
  gone.add('a:2');
  missing.look('a:1');
  await soon(() => expect([...missing.get()]).toEqual([]));
  const changed = [sampleTask('2', 0, { key: 'a:2' }), sampleTask('9', 0, { key: 'a:9' })];
  missing.receive({ name: 'tasks:changed', data: { tasks: changed, counts } });
  await soon(() => expect([...missing.get()]).toEqual(['a:2']));
  expect(asked).toEqual([['a:1', 'a:2'], ['a:1'], ['a:2']]);
});

it('keeps what it knew where the answer does not come', async () => {
  let isAway = false;
  let asks = 0;
  const missing = createMissingFiles({
    ask: (keys) => {
      asks += 1;
      return isAway ? Promise.reject(new Error('away')) : Promise.resolve(keys);
    },
    gatherMs: 0,
  });
  missing.watch('a:1');
  await soon(() => expect(missing.get().has('a:1')).toBe(true));
  isAway = true;
  missing.receive({ name: 'resync', data: {} });
  await soon(() => expect(asks).toBe(2));
  expect(missing.get().has('a:1')).toBe(true);
});
