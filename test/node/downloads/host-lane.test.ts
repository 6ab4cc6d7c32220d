import { expect, test } from 'vitest';
import { createHostLane, goesBefore, type Waiting } from '../../../src-main/node/downloads/host-lane.ts';
import { fc } from '../../support/fast-check.ts';

const owners = ['a', 'b', 'c'];
const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('add' as const),
      owner: fc.constantFrom(...owners),
      rank: fc.constantFrom(0, 1),
      deadline: fc.integer({ min: 0, max: 20 }),
      readyAt: fc.constantFrom(0, 0, 5, 50),
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('drop' as const), nth: fc.nat() }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('take' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('remove' as const), owner: fc.constantFrom(...owners) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('end' as const), owner: fc.constantFrom(...owners) }) },
);

test('gives the one that goes before all others that are there, whatever was dropped and taken out', () => {
  const now = 10;
  const stepsOfAll = fc.array(step, { maxLength: 400, size: 'max' });
  fc.assert(
    fc.property(stepsOfAll, (steps) => {
      const running = new Map<string, number>();
      const runningOf = (owner: string): number => running.get(owner) ?? 0;
      const lane = createHostLane<Waiting>(runningOf);
      let model: Waiting[] = [];
      const best = (): Waiting | undefined =>
        model
          .filter(({ readyAt }) => readyAt <= now)
          .reduce<Waiting | undefined>(
            (first, one) => (first === undefined || goesBefore(one, first, runningOf) ? one : first),
            undefined,
          );
      for (const [order, one] of steps.entries()) {
        if (one.kind === 'add') {
          const { owner, rank, deadline, readyAt } = one;
          const entry: Waiting = { owner, rank, deadline, order, yields: 0, readyAt };
          lane.add(entry);
          model.push(entry);
        } else if (one.kind === 'drop') {
          const entry = model[one.nth % model.length];
          if (entry !== undefined) lane.drop(entry);
          model = model.filter((other) => other !== entry);
        } else if (one.kind === 'take') {
          const entry = lane.first(now);
          if (entry === undefined) continue;
          lane.take(entry);
          running.set(entry.owner, runningOf(entry.owner) + 1);
          model = model.filter((other) => other !== entry);
        } else if (one.kind === 'remove') {
          const isOf = ({ owner }: Waiting): boolean => owner === one.owner;
          expect(new Set(lane.remove(isOf))).toEqual(new Set(model.filter(isOf)));
          model = model.filter((entry) => !isOf(entry));
        } else {
          running.delete(one.owner);
          lane.unpark(one.owner);
        }
        expect(lane.first(now)).toBe(best());
        expect(lane.isEmpty).toBe(model.length === 0);
        const soonest = Math.min(...model.map(({ readyAt }) => readyAt));
        expect(lane.wakesAt()).toBe(soonest <= now ? 0 : soonest);
      }
    }),
  );
});

test('lets go of what was dropped, and looks at the others no oftener the more of them wait', () => {
  const lane = createHostLane<Waiting>(() => 0);
  let looks = 0;
  const entryOf = (order: number): Waiting => ({
    owner: 'a',
    get rank() {
      looks += 1;
      return 1;
    },
    deadline: 0,
    order,
    yields: 0,
    readyAt: 0,
  });
  const first = entryOf(0);
  lane.add(first);
  const others = Array.from({ length: 10_000 }, (_, index) => entryOf(index + 1));
  for (const entry of others) lane.add(entry);
  looks = 0;
  for (const entry of others) lane.drop(entry);
  expect(looks).toBeLessThan(100 * others.length);
  expect(lane.first(0)).toBe(first);
  lane.take(first);
  expect(lane.isEmpty).toBe(true);
  expect(lane.first(0)).toBeUndefined();
  expect(lane.wakesAt()).toBe(Infinity);
});
