/** The part of a film that is played over and over, in seconds; an end that is not set is that of the film. */
export interface LoopRange {
  readonly from: number | null;
  readonly to: number | null;
}

export const wholeFilm: LoopRange = { from: null, to: null };

export const isPart = ({ from, to }: LoopRange): boolean => from !== null || to !== null;

/** Where it begins in a film of that length; `null` where there is none, or the film ends before it. */
export function beginningOf(range: LoopRange, duration: number): number | null {
  const begins = range.from ?? 0;
  return isPart(range) && begins < duration ? begins : null;
}

/** That end is here; the same place again takes the range away. An end that would lie on the wrong side goes. */
export function withEnd(range: LoopRange, end: 'from' | 'to', at: number): LoopRange {
  if (range[end] === at) return wholeFilm;
  const next = { ...range, [end]: at };
  if (next.from === null || next.to === null || next.from < next.to) return next;
  return { ...next, [end === 'from' ? 'to' : 'from']: null };
}

/** By one key: it begins here, it ends here, it is gone. Who goes back for the end has set the beginning. */
export function withNextMark({ from, to }: LoopRange, at: number): LoopRange {
  if (to !== null) return wholeFilm;
  if (from === null) return { from: at, to: null };
  if (from === at) return wholeFilm;
  return { from: Math.min(from, at), to: Math.max(from, at) };
}
