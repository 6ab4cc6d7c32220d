import type { RefObject } from 'react';
import { isServed } from '../posters/make-previews.ts';

/** Why a film is not shown: nothing here decodes it, its file is not there, or it is damaged from there on. Seconds. */
export type FilmTrouble = 'undecodable' | 'missing' | { readonly brokenAt: number };

/** What fails again so near to where it failed failed at the same place. */
const samePlaceSeconds = 1;

/** How long the inbox is left alone before it is asked again. */
const pauseMs = 3_000;

/**
 * Asks until the inbox answers: while it is away, nothing is known of a file.
 * @param isAwaited whether anybody still wants to know
 * @returns `null` where nobody does; `wasAway` where the failure that led here says nothing of the file
 */
async function findFile(
  url: string,
  isAwaited: () => boolean,
): Promise<{ readonly isThere: boolean; readonly wasAway: boolean } | null> {
  for (let wasAway = false; ; wasAway = true) {
    const isThere = await isServed(url);
    if (!isAwaited()) return null;
    if (isThere !== null) return { isThere, wasAway };
    await new Promise((next) => setTimeout(next, pauseMs));
  }
}

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
  // Another film may stand there by then, which has not failed.
  const found = await findFile(url, () => film.isConnected && film.src === source);
  if (found === null) return null;
  if (!found.isThere) return 'missing';
  if (found.wasAway) lastEnd.current = null;
  if (lastEnd.current !== null && Math.abs(at - lastEnd.current) <= samePlaceSeconds) {
    return at > 0 ? { brokenAt: at } : 'undecodable';
  }
  lastEnd.current = at;
  film.load();
  film.currentTime = at;
  if (wasPlaying) film.play().catch(() => undefined);
  return null;
}

/** The same for a picture: it is read anew where the inbox was away. @param tell is told what is wrong with it otherwise */
export async function readPictureAgain(
  picture: HTMLImageElement,
  url: string,
  tell: (trouble: 'undecodable' | 'missing') => void,
): Promise<void> {
  const found = await findFile(url, () => picture.isConnected);
  if (found === null) return;
  if (found.isThere && found.wasAway) picture.src = url;
  else tell(found.isThere ? 'undecodable' : 'missing');
}
