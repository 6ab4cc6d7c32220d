import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { swipeOf } from '../../../src-renderer/player/swipe.ts';

const finger = (x: number, y: number, atMs: number) => ({ x, y, atMs });
const from = finger(200, 300, 1000);
const to = (x: number, y = 300, atMs = 1200) => swipeOf(from, finger(x, y, atMs), 390);

it('a finger that goes quickly across leafs, and a tap, a scroll, a slow drag and one from the edge do not', () => {
  expect([to(100), to(300)]).toEqual(['left', 'right']);
  expect(to(170)).toBeNull();
  expect(to(100, 380)).toBeNull();
  expect(to(100, 300, 2500)).toBeNull();
  expect(swipeOf(finger(5, 300, 0), finger(200, 300, 200), 390)).toBeNull();
  expect(swipeOf(finger(385, 300, 0), finger(200, 300, 200), 390)).toBeNull();
});

it('a finger leafs over a task without a film as well: what scrolls there by itself takes no swipe for its own', () => {
  const css = readFileSync(new URL('../../../src-renderer/player/stage.module.css', import.meta.url), 'utf8');
  const scrollers = css.match(/[^{}]*\{[^{}]*overflow(?:-y)?: auto[^{}]*\}/g) ?? [];
  expect(scrollers.length).toBeGreaterThan(0);
  for (const each of scrollers) expect(each).toContain('touch-action: pan-y pinch-zoom;');
});
