import { describe, expect, it } from 'vitest';
import { beginningOf, isPart, wholeFilm, withEnd, withNextMark } from '../../../src-renderer/player/loop-range.ts';

describe('the part that is played over and over', () => {
  it('begins, ends and is gone by one key', () => {
    const begun = withNextMark(wholeFilm, 2);
    expect(begun).toEqual({ from: 2, to: null });
    const whole = withNextMark(begun, 3);
    expect(whole).toEqual({ from: 2, to: 3 });
    expect(isPart(whole)).toBe(true);
    expect(withNextMark(whole, 4)).toEqual(wholeFilm);
  });

  it('is the same where the second mark lies before the first, and none where both are one place', () => {
    expect(withNextMark({ from: 3, to: null }, 2)).toEqual({ from: 2, to: 3 });
    expect(withNextMark({ from: 3, to: null }, 3)).toEqual(wholeFilm);
  });

  it('is none in a film that ends before it', () => {
    expect(beginningOf({ from: 2, to: 3 }, 5)).toBe(2);
    expect(beginningOf({ from: null, to: 3 }, 5)).toBe(0);
    expect(beginningOf({ from: 6, to: null }, 5)).toBe(null);
    expect(beginningOf(wholeFilm, 5)).toBe(null);
  });

  it('drops an end that would lie on the wrong side, and both where one is set twice', () => {
    expect(withEnd({ from: 1, to: 2 }, 'from', 3)).toEqual({ from: 3, to: null });
    expect(withEnd({ from: 1, to: 2 }, 'to', 0.5)).toEqual({ from: null, to: 0.5 });
    expect(withEnd({ from: 1, to: 2 }, 'to', 1.5)).toEqual({ from: 1, to: 1.5 });
    expect(withEnd({ from: 1, to: 2 }, 'to', 2)).toEqual(wholeFilm);
  });
});
