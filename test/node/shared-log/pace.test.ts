import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createPace, type Pace } from '../../../src-main/node/shared-log/pace.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

/** @returns whether the next may begin, as it is now. */
function began(pace: Pace, leastMs?: number): () => Promise<boolean> {
  let isBegun = false;
  void pace.next(leastMs).then(() => (isBegun = true));
  return async () => {
    await vi.advanceTimersByTimeAsync(0);
    return isBegun;
  };
}

test('the first begins at once, the next one when its time has come', async () => {
  const pace = createPace(20);
  expect(await began(pace)()).toBe(true);

  const second = began(pace);
  await vi.advanceTimersByTimeAsync(19);
  expect(await second()).toBe(false);
  await vi.advanceTimersByTimeAsync(1);
  expect(await second()).toBe(true);

  await vi.advanceTimersByTimeAsync(1000);
  expect(await began(pace)()).toBe(true);
});

test('what somebody waits for begins at once, also where it rests already', async () => {
  const pace = createPace(20);
  await pace.next();
  const resting = began(pace);
  expect(await resting()).toBe(false);
  const stop = pace.hurry();
  expect(await resting()).toBe(true);
  expect(await began(pace)()).toBe(true);
  stop();
  stop();
  expect(await began(pace)()).toBe(false);
  const other = pace.hurry();
  expect(await began(pace)()).toBe(true);
  other();
});

test('a rest of its own is kept where somebody waits, and ends where something is new', async () => {
  const pace = createPace(20);
  pace.hurry();
  const resting = began(pace, 200);
  await vi.advanceTimersByTimeAsync(199);
  expect(await resting()).toBe(false);
  pace.sooner();
  expect(await resting()).toBe(true);
});

test('nothing rests once it is closed', async () => {
  const pace = createPace(20);
  await pace.next();
  const resting = began(pace, 200);
  pace.close();
  expect(await resting()).toBe(true);
  expect(await began(pace, 200)()).toBe(true);
});
