import { expect, it } from 'vitest';
import { fewFirst } from '../../../src-renderer/shell/few-first.ts';

const numbers = (count: number) => Array.from({ length: count }, (_, i) => i);

it.each([
  [0, -1, numbers(0)],
  [14, -1, numbers(14)],
  [15, -1, numbers(12)],
  [60, 3, numbers(12)],
  [60, 40, [...numbers(12), 40]],
])('of %i, with the person at %i', (count, at, shown) => {
  expect(fewFirst(numbers(count), (one) => one === at)).toEqual(shown);
});
