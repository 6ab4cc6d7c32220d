import fc from 'fast-check';
import { expect, it } from 'vitest';
import { filtered, inTurns, sorted, takingTurns } from '../../src-main/node/in-turns.ts';

it('sorts and filters as arrays do, whatever their length', async () => {
  const items = fc.array(fc.record({ rank: fc.integer({ min: 0, max: 20 }), n: fc.nat() }), { maxLength: 3000 });
  await fc.assert(
    fc.asyncProperty(items, async (list) => {
      const compare = (a: { rank: number }, b: { rank: number }): number => a.rank - b.rank;
      const before = [...list];
      expect(await inTurns(sorted(list, compare))).toEqual([...list].sort(compare));
      expect(await inTurns(filtered(list, ({ rank }) => rank > 7))).toEqual(list.filter(({ rank }) => rank > 7));
      expect(list).toEqual(before);
    }),
    { numRuns: 30 },
  );
});

it('lets others have their turn between its own', async () => {
  const order: string[] = [];
  function* work(): Generator<undefined, string, undefined> {
    for (const part of ['first', 'second', 'third']) {
      order.push(part);
      yield;
    }
    return 'done';
  }
  const working = inTurns(work(), 0);
  setImmediate(() => order.push('other'));
  expect(await working).toBe('done');
  expect(order.indexOf('other')).toBeLessThan(order.indexOf('third'));
});

it('tells what went wrong in it', async () => {
  function* work(): Generator<undefined, never, undefined> {
    yield;
    throw new TypeError('broke');
  }
  await expect(inTurns(work())).rejects.toThrow('broke');
});

it('hands out all items in their order, and lets others have their turn between them', async () => {
  const seen: (number | string)[] = [];
  setImmediate(() => seen.push('other'));
  for await (const item of takingTurns([1, 2, 3], 0)) {
    seen.push(item);
    const until = performance.now() + 1;
    while (performance.now() < until); // long enough to be over its turn
  }
  expect(seen.filter((item) => item !== 'other')).toEqual([1, 2, 3]);
  expect(seen.indexOf('other')).toBeLessThan(3);
});

it('lets others have their turn while there is nothing to hand out', async () => {
  let turns = 0;
  const next = (): Promise<void> => {
    turns += 1;
    return Promise.resolve();
  };
  const handedOut: number[] = [];
  for await (const item of takingTurns([null, null, 1, null], 0, next)) handedOut.push(item);
  expect(handedOut).toEqual([1]);
  expect(turns).toBeGreaterThanOrEqual(4);
});

it('lets only one of several have a turn of the loop, so that none is as long as all of them together', async () => {
  let turn = 0;
  let isOver = false;
  const count = (): void => {
    turn += 1;
    if (!isOver) setImmediate(count);
  };
  setImmediate(count);
  const worked: number[] = [];
  async function work(): Promise<void> {
    for await (const first of takingTurns<number>(Array(20).fill(0), 0)) if (turn > first) worked.push(turn);
  }
  function* steps(): Generator<undefined, void, undefined> {
    for (let step = 0; step < 20; step += 1) {
      if (turn > 0) worked.push(turn);
      yield;
    }
  }
  await Promise.all([work(), work(), inTurns(steps(), 0)]);
  isOver = true;
  expect(worked.length).toBeGreaterThan(50);
  expect(new Set(worked).size).toBe(worked.length);
});
