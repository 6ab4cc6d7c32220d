/** The files of a library on which no inbox runs, for commands that work on them by themselves. */
import { existsSync } from 'node:fs';
import { InboxError } from '../common/errors.ts';
import { commandTexts } from '../common/texts/en-commands.ts';
import { say } from '../common/texts/language.ts';
import { dataDirAt, type DataDir } from '../node/data-dir.ts';
import { lockDataDir } from '../node/instance-lock.ts';
import type { Terminal } from './command.ts';

/** For what is to be written: the folder is made where it is missing. @throws InboxError where it cannot be, or is in use. */
export async function inFolder<T>(root: string, work: (dir: DataDir) => Promise<T>): Promise<T> {
  const { dir, lock } = await lockDataDir(root, true);
  try {
    return await work(dir);
  } finally {
    await lock.release();
  }
}

/** For what is in it already. @throws InboxError `not-found` where there is none: a mistyped folder is told, not made. */
export function inKnownFolder<T>(root: string, work: (dir: DataDir) => Promise<T>): Promise<T> {
  if (!existsSync(root)) throw new InboxError('not-found', commandTexts.noLibrary(root));
  return inFolder(root, work);
}

/** For a look at what would be used: where there is no folder, that is said, and `work` finds none of its files. */
export function lookInFolder<T>(root: string, terminal: Terminal, work: (dir: DataDir) => Promise<T>): Promise<T> {
  return tellIfMissing(root, terminal) ? work(dataDirAt(root)) : inFolder(root, work);
}

/** That nothing is found in a mistyped folder says nothing of the library. @returns whether there is no folder */
export function tellIfMissing(root: string, { err }: Pick<Terminal, 'err'>): boolean {
  const isMissing = !existsSync(root);
  if (isMissing) err(say(commandTexts.noLibrary(root)));
  return isMissing;
}
