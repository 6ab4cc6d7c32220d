import type { RefObject } from 'react';
import { isServed } from '../posters/make-previews.ts';

/** Why a film is not shown: nothing here decodes it, its file is not there, or it is damaged from there on. Seconds. */
export type FilmTrouble = 'undecodable' | 'missing' | { readonly brokenAt: number };

/** What fails again so near to where it failed failed at the same place. */
const samePlaceSeconds = 1;

/**
 * Bytes that were lost on the way look like a film that cannot be read: it is read anew once, from where it stood. What
 * ends at the same place again is damaged there.
 * @param lastEnd where it failed before; `null` where it did not.
 * @returns `null` where it is being read anew, or another film took its place meanwhile.
 */
export async function readAgain(
  film: HTMLVideoElement,
  url: string,
  lastEnd: RefObject<number | null>,
): Promise<FilmTrouble | null> {
  const [at, wasPlaying, source] = [film.currentTime, !film.paused, film.src];
  const isThere = await isServed(url);
  // Another film stands there by now, which has not failed.
  if (film.src !== source) return null;
  if (!isThere) return 'missing';
  if (lastEnd.current !== null && Math.abs(at - lastEnd.current) <= samePlaceSeconds) {
    return at > 0 ? { brokenAt: at } : 'undecodable';
  }
  lastEnd.current = at;
  film.load();
  film.currentTime = at;
  if (wasPlaying) film.play().catch(() => undefined);
  return null;
}
