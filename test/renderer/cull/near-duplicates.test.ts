import { describe, expect, it } from 'vitest';
import { areAlike, type FilmPrint, frameHash, likenessOf } from '../../../src-renderer/cull/near-duplicates.ts';

/** A picture of 9 by 8 greys; `noise` moves each a little. */
const picture = (seed: number, noise = 0): number[] =>
  Array.from({ length: 72 }, (_, i) => ((i * seed * 37 + seed * 11) % 256) + ((i * 7) % 3) * noise);
const film = (seconds: number | null, frames: readonly (readonly number[])[], shape = 16 / 9): FilmPrint => ({
  seconds,
  shape,
  frames: frames.map(frameHash),
});
const frames = (seed: number, noise = 0) => Array.from({ length: 8 }, (_, i) => picture(seed + i, noise));
const black = Array.from({ length: 72 }, () => 3);

describe('near duplicates', () => {
  it('are films that show nearly the same for nearly as long', () => {
    expect(areAlike(film(5, frames(3)), film(5.1, frames(3, 1)))).toBe(true);
    expect(areAlike(film(5, frames(3)), film(5, frames(90)))).toBe(false);
    expect(areAlike(film(5, frames(3)), film(8, frames(3)))).toBe(false);
    // A busy machine may have had no time to read how long it is.
    expect(areAlike(film(null, frames(3)), film(8, frames(3, 1)))).toBe(true);
    expect(areAlike(film(8, frames(3)), film(null, frames(90)))).toBe(false);
  });

  it('have one shape: what was made upright as well is another film', () => {
    expect(areAlike(film(5, frames(3)), film(5, frames(3), 9 / 16))).toBe(false);
    expect(areAlike(film(5, frames(3)), film(5, frames(3), 4 / 3))).toBe(false);
    // As the cells of a filmstrip are rounded.
    expect(areAlike(film(5, frames(3)), film(5, frames(3), 160 / 91))).toBe(true);
    expect(areAlike(film(5, frames(3), 20 / 160), film(5, frames(3), 21 / 160))).toBe(true);
  });

  it('are not all that begin in the dark', () => {
    const fadeIn = (seed: number) => film(5, [black, black, ...frames(seed).slice(2)]);
    expect(areAlike(fadeIn(3), fadeIn(90))).toBe(false);
    expect(areAlike(fadeIn(3), fadeIn(3))).toBe(true);
    expect(frameHash(black)).toBeNull();
    expect(
      areAlike(
        film(
          5,
          Array.from({ length: 8 }, () => black),
        ),
        film(
          5,
          Array.from({ length: 8 }, () => black),
        ),
      ),
    ).toBe(false);
  });

  it('are named by the first take before them, which has the same bytes or looks the same', () => {
    const prints = new Map([
      ['a', film(5, frames(3))],
      ['b', film(5, frames(90))],
      ['a again', film(5, frames(3, 1))],
    ]);
    expect(likenessOf(['a', null, 'b', 'unread', 'a again', 'unread', null, 'b'], prints)).toEqual([
      null,
      null,
      null,
      null,
      { of: 0, kind: 'near' },
      { of: 3, kind: 'same' },
      null,
      { of: 2, kind: 'same' },
    ]);
  });

  it('are told by each of the 64 bits, the first of either half as well', () => {
    const falling = Array.from({ length: 72 }, (_, i) => 200 - (i % 9) * 20);
    const rising = Array.from({ length: 72 }, (_, i) => 20 + (i % 9) * 20);
    const eight = (grey: readonly number[]) => Array.from({ length: 8 }, () => grey);
    expect(areAlike(film(5, eight(falling)), film(5, eight(falling)))).toBe(true);
    expect(areAlike(film(5, eight(falling)), film(5, eight(rising)))).toBe(false);
    // Half of the picture turned round: 32 bits of the 64.
    const halfTurned = falling.map((grey, i) => (i < 36 ? grey : (rising[i] ?? 0)));
    expect(areAlike(film(5, eight(falling)), film(5, eight(halfTurned)))).toBe(false);
  });
});
