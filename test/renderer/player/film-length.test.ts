import { expect, test } from 'vitest';
import { lengthOf } from '../../../src-renderer/player/film-length.ts';

const film = (duration: number, measured?: string, currentTime = 0) => ({
  duration,
  currentTime,
  dataset: measured === undefined ? {} : { length: measured },
});

test('a film is as long as the browser says; where it names no length, as it was measured', () => {
  expect(lengthOf(film(5, '9'))).toBe(5);
  expect(lengthOf(film(Infinity, '5.9'))).toBe(5.9);
  expect(lengthOf(film(Number.NaN))).toBe(0);
  expect(lengthOf(film(Infinity))).toBe(0);
});

test('who is past what was measured is at the end, not beyond it', () => {
  expect(lengthOf(film(Infinity, '5.9', 6.2))).toBe(6.2);
});
