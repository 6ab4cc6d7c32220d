import { expect, it } from 'vitest';
import { writtenCredits } from '../../../src-renderer/costs/written-credits.ts';

it.each([
  ['', null],
  ['  ', null],
  ['750', 750],
  [' 12.5 ', 12.5],
  ['1,000', 1000],
  ['1.000', 1000],
  ['1 000 000', 1_000_000],
  ['1\u202f000', 1000],
  ['0', undefined],
  ['-5', undefined],
  ['a lot', undefined],
  ['1,000.000', undefined],
  ['Infinity', undefined],
])('%j is %j credits', (text, credits) => {
  expect(writtenCredits(text)).toBe(credits);
});
