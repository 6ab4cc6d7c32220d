/** The list begins elsewhere on the screen, since something came or went above it. In pixels. */
export interface EdgeMove {
  /** How much further down it begins; below 0 further up. */
  readonly moved: number;
  /** How far it was scrolled before. */
  readonly before: number;
  /** How far it is scrolled now, and how far it can be. */
  readonly now: number;
  readonly most: number;
  /** Content pixels per pixel of the scroll bar, see `scrollScale`. */
  readonly factor: number;
}

/** Where the list begins on the screen, how wide it is there, and what it shows. */
export interface Edge {
  readonly top: number;
  readonly width: number;
  readonly query: unknown;
}

/** How much further down it begins. Another list, and a window of another size, begin anew. */
export function movedBetween(was: Edge | null, is: Edge): number {
  return was?.query === is.query && was?.width === is.width ? is.top - was.top : 0;
}

/** How far to scroll, so that the cards stay where they are on the screen. */
export function holdingScroll({ moved, before, now, most, factor }: EdgeMove): number {
  // At the end of the list the browser has scrolled back already, since there is room for more.
  const wentBack = now >= most - 1 ? Math.max(0, before - now) : 0;
  return moved < 0 ? Math.min(0, moved / factor + wentBack) : moved / factor;
}

/**
 * How far to scroll back, so that what the keys are about is seen: a row of the table would be gone behind the bar.
 * @param edge where what is seen of the list begins
 */
export function unhidingScroll(box: { readonly top: number; readonly bottom: number }, edge: number): number {
  const hidden = edge - box.top;
  return hidden > (box.bottom - box.top) / 2 ? -hidden : 0;
}
