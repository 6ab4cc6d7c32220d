import { expect, it } from 'vitest';
import { createRing } from '../../../../src-main/node/callbacks/requests/ring.ts';

it('has the newest, the last of each number, and tells who left for whom', () => {
  const ring = createRing<{ readonly n: number; readonly text: string }>(3, ({ n }) => n);
  const put = (n: number, text = ''): number | undefined => ring.put({ n, text })?.n;
  // From a file with a gap.
  expect([put(5), put(7), put(7, 'again')]).toEqual([undefined, undefined, 7]);
  expect(ring.newestFirst()).toEqual([
    { n: 7, text: 'again' },
    { n: 5, text: '' },
  ]);
  expect([put(8), put(9), put(10)]).toEqual([5, undefined, 7]);
  expect(ring.newestFirst().map(({ n }) => n)).toEqual([10, 9, 8]);
  expect([ring.get(7), ring.get(8)?.n, ring.get(11), ring.get(0)]).toEqual([undefined, 8, undefined, undefined]);
  // One that is told of too late has no place any more.
  expect([put(6), ring.newestFirst().length]).toEqual([6, 3]);
});
