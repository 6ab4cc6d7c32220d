import { fc } from '../../support/fast-check.ts';
import { expect, test } from 'vitest';
import { createHeap } from '../../../src-main/node/downloads/heap.ts';

const step = fc.oneof(
  fc.record({ kind: fc.constant('push' as const), value: fc.integer({ min: 0, max: 50 }) }),
  fc.record({ kind: fc.constant('pop' as const) }),
  fc.record({ kind: fc.constant('take' as const), divisor: fc.integer({ min: 2, max: 5 }) }),
);

test('always hands out the first in order, whatever was added and taken out before', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const heap = createHeap<number>((a, b) => a < b);
      let model: number[] = [];
      for (const one of steps) {
        if (one.kind === 'push') {
          heap.push(one.value);
          model.push(one.value);
          model.sort((a, b) => a - b);
        } else if (one.kind === 'pop') {
          expect(heap.pop()).toBe(model.shift());
        } else {
          const matches = (value: number): boolean => value % one.divisor === 0;
          expect([...heap.take(matches)].sort((a, b) => a - b)).toEqual(model.filter(matches));
          model = model.filter((value) => !matches(value));
        }
        expect(heap.peek()).toBe(model[0]);
        expect(heap.size).toBe(model.length);
      }
    }),
  );
});
