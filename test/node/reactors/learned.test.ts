/** What is learned of models is bounded: bodies name them, and a stranger who knows a callback URL names what he likes. */
import { expect, test } from 'vitest';
import type { StampedEvent } from '../../../src-main/common/events.ts';
import type { Task } from '../../../src-main/common/model.ts';
import { createLearning } from '../../../src-main/node/reactors/learning.ts';
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

test('a callback that comes again teaches nothing of how long a video takes', () => {
  const learning = createLearning();
  const at = (minutes: number): string => new Date(Date.parse('2026-12-01T10:00:00Z') + minutes * 60_000).toISOString();
  const told = (key: string, ...minutes: readonly number[]): void => {
    for (const [index, end] of minutes.entries()) {
      const history = minutes
        .slice(0, index + 1)
        .map((each, n) => ({ kind: n === 0 ? 'callback' : 'repeat', at: at(each), state: 'succeeded' }));
      const task = { key, provider: 'kie-market', model: null, state: 'succeeded', submittedAt: at(0), credits: null };
      const event = { type: 'result', source: 'callback', at: at(end) };
      learning.hear(event as unknown as StampedEvent, { ...task, history } as unknown as Task);
    }
  };
  told('a', 2);
  told('b', 2);
  told('c', 2, 600, 700, 800, 900);
  expect(learning.usual.of('kie-market', null, 1)).toBe(180 * seconds);
});
