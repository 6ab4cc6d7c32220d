import { expect, it } from 'vitest';
import { durationOf, leadAt, leadOf, timeBy } from '../../../src-renderer/compare/clock-lead.ts';

const film = (duration: number, currentTime = 0, { rate = 24, offset = 0, ended = currentTime >= duration } = {}) => ({
  video: { duration, currentTime, ended, dataset: {} },
  rate,
  offset,
});

it('the left film tells the time, and once it has ended the one that goes on longest, by its own place', () => {
  const [short, long, longest] = [film(2, 1), film(4, 1), film(5, 1.5, { offset: 12 })];
  expect(leadOf(short, [long, longest])).toBe(short);
  expect(durationOf(short, [long, longest])).toBe(4.5);
  const ended = film(2, 2);
  // A moment behind it, as films that play are: nothing stops for that.
  expect(leadOf(ended, [film(4, 1.97)]).video.duration).toBe(4);
  // They stand behind its end: it holds its last frame.
  const held = film(2, 1.98);
  expect(leadOf(held, [film(4, 3)]).video.duration).toBe(4);
  expect(leadOf(held, [film(4, 1.98)])).toBe(held);
  expect(timeBy(film(5, 3, { offset: 12 }))).toBe(2.5);
  expect(leadAt(short, [long], 1.9)).toBe(short);
  expect(leadAt(short, [long], 2.5)).toBe(long);
});

it('a film that is as long, shorter, begins earlier or has no length yet takes nothing over', () => {
  const left = film(2, 2);
  for (const other of [film(2.02, 2), film(1, 1), film(2.5, 2.5, { offset: 12 }), film(NaN), film(Infinity)]) {
    expect(leadOf(left, [other])).toBe(left);
    expect(durationOf(left, [other])).toBe(2);
  }
  expect(leadOf(left, [])).toBe(left);
});
