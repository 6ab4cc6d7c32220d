import { expect, test } from 'vitest';
import { createAwaited } from '../../../src-main/node/shared-log/awaited.ts';

test('what was written is awaited until it is read, or one that was written behind it', () => {
  const awaited = createAwaited();
  awaited.wrote('a', 3);
  awaited.wrote('b', 1);
  awaited.came('a', 2);
  awaited.came('b', 2);
  expect(awaited.isEmpty()).toBe(false);
  awaited.came('a', 3);
  expect(awaited.isEmpty()).toBe(true);
});

test('what is read before its writing is answered is not waited for, or the database would be asked for ever', () => {
  const awaited = createAwaited();
  awaited.came('a', 3);
  awaited.wrote('a', 3);
  expect(awaited.isEmpty()).toBe(true);
  awaited.wrote('a', 4);
  expect(awaited.isEmpty()).toBe(false);
  awaited.clear();
  expect(awaited.isEmpty()).toBe(true);
});
