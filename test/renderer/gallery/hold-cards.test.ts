import { expect, it } from 'vitest';
import { holdingScroll, movedBetween, unhidingScroll } from '../../../src-renderer/gallery/hold-cards.ts';

const usual = { moved: 90, before: 300, now: 300, most: 4000, factor: 1 };

it('cards stay where they are when a bar comes and goes above them, also at the end of the list', () => {
  expect(holdingScroll(usual)).toBe(90);
  expect(holdingScroll({ ...usual, moved: -90, before: 390, now: 390 })).toBe(-90);
  // The browser scrolls back as much as there is more room, or as much of that as is left.
  expect(holdingScroll({ ...usual, moved: -90, before: 4090, now: 4000 })).toBe(0);
  expect(holdingScroll({ ...usual, moved: -90, before: 4030, now: 4000 })).toBe(-60);
  // Who stands at the end, and was not scrolled back, is held like all others.
  expect(holdingScroll({ ...usual, moved: -90, before: 4000, now: 4000 })).toBe(-90);
  // A list that was made anew meanwhile may be far shorter.
  expect(holdingScroll({ ...usual, moved: -90, before: 9000, now: 4000 })).toBe(0);
  expect(holdingScroll({ ...usual, factor: 2 })).toBe(45);
});

it('what would be hidden by the bar is seen all the same, and a card of which a part stays in sight is left', () => {
  expect(unhidingScroll({ top: 93, bottom: 133 }, 142)).toBe(-49);
  expect(unhidingScroll({ top: 133, bottom: 385 }, 178)).toBe(0);
  expect(unhidingScroll({ top: 200, bottom: 240 }, 142)).toBe(0);
});

it('a bar moves the list, and another list or a window of another size do not', () => {
  const query = {};
  const was = { top: 56, width: 1000, query };
  expect(movedBetween(was, { ...was, top: 96 })).toBe(40);
  expect(movedBetween(was, { ...was, top: 88, width: 600 })).toBe(0);
  expect(movedBetween(was, { ...was, top: 96, query: {} })).toBe(0);
  expect(movedBetween(null, was)).toBe(0);
});
