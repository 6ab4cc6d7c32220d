import { expect, it } from 'vitest';
import { budgetOf, one } from '../../../src-renderer/submit/several.ts';

it.each([
  ['', null],
  ['0', 0],
  ['0.5', 0.5],
  ['0.500', 0.5],
  ['1,000', 1000],
  ['1 000 credits', undefined],
  ['-1', undefined],
])('a limit of %j is %j credits, and never none where something is written', (budget, credits) => {
  expect(budgetOf({ ...one, budget })).toBe(credits);
});
