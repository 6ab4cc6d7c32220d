/** What is learned of models is bounded: bodies name them, and a stranger who knows a callback URL names what he likes. */
import { expect, test } from 'vitest';
import { createUsualCosts } from '../../../src-main/node/reactors/usual-costs.ts';
import { createUsualTimes } from '../../../src-main/node/reactors/usual-times.ts';

const manyModels = Array.from({ length: 2000 }, (_, n) => `made up ${String(n)}`);
const seconds = 1000;

test('what models cost is kept of those that came lately', () => {
  const costs = createUsualCosts();
  costs.learn('kie', 'real', 'kie:a', 40);
  for (const model of manyModels) costs.learn('kie', model, 'kie:b', 1);

  expect(costs.of('kie', manyModels.at(-1) ?? '')).toBe(1);
  expect(costs.of('kie', manyModels[0] ?? '')).toBeNull();
  costs.learn('kie', 'real', 'kie:c', 40);
  expect(costs.of('kie', 'real')).toBe(40);
});

test('how long they take is kept of those that came lately, and of the provider as a whole', () => {
  const times = createUsualTimes();
  for (const model of manyModels) for (let n = 0; n < 3; n += 1) times.learn('kie', model, 60 * seconds);

  expect(times.of('kie', manyModels[0] ?? '', 5 * seconds)).toBe(90 * seconds);
  for (let n = 0; n < 31; n += 1) times.learn('kie', null, 10 * seconds);
  expect(times.of('kie', manyModels.at(-1) ?? '', 5 * seconds)).toBe(90 * seconds);
  // Forgotten, so it is as the provider's others are.
  expect(times.of('kie', manyModels[0] ?? '', 5 * seconds)).toBe(15 * seconds);
});
