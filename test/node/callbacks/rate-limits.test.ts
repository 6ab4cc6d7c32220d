import { expect, it } from 'vitest';
import { createRateLimiter } from '../../../src-main/node/callbacks/rate-limits.ts';

it('lets a burst pass, then as many as the rate allows, and says when to try again', () => {
  let nowMs = 0;
  const limiter = createRateLimiter({ burst: 3, perSecond: 0.5 }, () => nowMs);
  expect([1, 2, 3].map(() => limiter.take('a'))).toEqual([0, 0, 0]);
  expect(limiter.take('a')).toBe(2);
  nowMs = 1000;
  expect(limiter.take('a')).toBe(1);
  nowMs = 2000;
  expect(limiter.take('a')).toBe(0);
  expect(limiter.take('a')).toBe(2);
});

it('saves up no more than the burst', () => {
  let nowMs = 0;
  const limiter = createRateLimiter({ burst: 2, perSecond: 10 }, () => nowMs);
  nowMs = 3_600_000;
  expect([1, 2].map(() => limiter.take('a'))).toEqual([0, 0]);
  expect(limiter.take('a')).toBeGreaterThan(0);
});

it('counts names apart', () => {
  const limiter = createRateLimiter({ burst: 1, perSecond: 1 }, () => 0);
  expect(limiter.take('a')).toBe(0);
  expect(limiter.take('a')).toBeGreaterThan(0);
  expect(limiter.take('b')).toBe(0);
});

it('is not reset by a clock that jumps back', () => {
  let nowMs = 10_000;
  const limiter = createRateLimiter({ burst: 1, perSecond: 1 }, () => nowMs);
  limiter.take('a');
  nowMs = 0;
  expect(limiter.take('a')).toBeGreaterThan(0);
});

it('forgets the names that were idle longest, so that memory stays bounded', () => {
  const limiter = createRateLimiter({ burst: 1, perSecond: 1 }, () => 0);
  limiter.take('first');
  limiter.take('busy');
  for (let n = 0; n < 9998; n += 1) limiter.take(`other ${n}`);
  limiter.take('busy');
  for (let n = 0; n < 100; n += 1) limiter.take(`more ${n}`);
  expect(limiter.take('busy')).toBeGreaterThan(0);
  expect(limiter.take('first')).toBe(0);
});
