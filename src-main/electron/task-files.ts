/** Finds the file of a video by task key and number, so that the window never names a path. */
import { realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { InboxError } from '../common/errors.ts';
import type { Inbox } from '../node/inbox/inbox.ts';
import { desktopFailures } from '../common/texts/en-desktop.ts';

export interface TaskFile {
  /** Absolute, existing, inside the data dir. */
  readonly file: string;
  /** The same for the poster, where there is one. */
  readonly poster: string | null;
}

export type FindTaskFile = (args: readonly unknown[]) => Promise<TaskFile>;

/**
 * The returned function takes `[key, n]` with n from 1, and throws InboxError: `bad-request` for other arguments,
 * `not-found` where there is no such file on this machine.
 */
export function createFindTaskFile(inbox: Pick<Inbox, 'videoPlace' | 'posterFile'>, dataDir: string): FindTaskFile {
  return async ([key, n]) => {
    if (typeof key !== 'string' || typeof n !== 'number' || !Number.isInteger(n) || n < 1) {
      throw new InboxError('bad-request', desktopFailures.malformed);
    }
    const place = await inbox.videoPlace(key, n);
    if (place === null) throw new InboxError('not-found', desktopFailures.notOnDisk);
    if (!path.isAbsolute(place)) throw new InboxError('not-found', desktopFailures.onShelf(place));
    const file = await existingInside(dataDir, place);
    if (file === null) throw new InboxError('not-found', desktopFailures.noFile);
    const poster = inbox.posterFile(key);
    return { file, poster: poster === null ? null : await existingInside(dataDir, poster) };
  };
}

/** @returns `null` where there is no such file, or it lies elsewhere in truth (a link that leads out). */
export async function existingInside(folder: string, file: string): Promise<string | null> {
  try {
    const root = await realpath(folder);
    const real = await realpath(file);
    const within = path.relative(root, real);
    if (within === '' || within.startsWith('..') || path.isAbsolute(within)) return null;
    return (await stat(real)).isFile() ? real : null;
  } catch {
    return null;
  }
}
