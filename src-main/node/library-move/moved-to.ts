/**
 * Where a library went. `moved-to.json` stays behind in the old folder, so that every host and command that is started
 * on the old place finds the new one.
 */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { InboxError } from '../../common/errors.ts';
import { libraryTexts } from '../../common/texts/en-library.ts';
import { dataDirAt, unusableSentence } from '../data-dir.ts';
import { isErrno, replaceFile } from '../storage/durable-files.ts';

const fileName = 'moved-to.json';
const hopLimit = 8;

export async function leaveMovedTo(from: string, to: string): Promise<void> {
  await replaceFile(path.join(from, fileName), `${JSON.stringify({ version: 1, path: to })}\n`);
}

/** The old folder is the library again. */
export async function unleaveMovedTo(from: string): Promise<void> {
  await rm(path.join(from, fileName), { force: true });
}

/**
 * Follows what moves left behind.
 * @throws InboxError `data-dir-unusable` where the trail cannot be read, goes in circles, or ends where no library is, as
 * on a disk that is not connected: beginning an empty one would look as if everything were lost.
 */
export function followMoves(root: string): string {
  let current = root;
  for (let hop = 0; hop <= hopLimit; hop += 1) {
    const next = readMovedTo(current);
    if (next === null) return current;
    if (!holdsLibrary(next)) {
      throw new InboxError('data-dir-unusable', libraryTexts.movedAway(next, path.join(current, fileName)));
    }
    current = next;
  }
  throw new InboxError('data-dir-unusable', libraryTexts.movedInCircles(root, fileName));
}

function readMovedTo(root: string): string | null {
  const file = path.join(root, fileName);
  try {
    const value: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (typeof value === 'object' && value !== null && 'path' in value && typeof value.path === 'string') {
      return path.resolve(value.path);
    }
  } catch (error) {
    if (isErrno(error, ['ENOENT'])) return null;
    if (error instanceof Error && 'syscall' in error) {
      throw new InboxError('data-dir-unusable', unusableSentence(root, error), { cause: error });
    }
  }
  throw new InboxError('data-dir-unusable', libraryTexts.movedNowhere(file));
}

/** What refuses to be looked at may hold one: whoever opens it tells why it cannot be used. */
function holdsLibrary(root: string): boolean {
  try {
    statSync(dataDirAt(root).journal);
    return true;
  } catch (error) {
    // One that has moved on leaves no more than its note.
    return !isErrno(error, ['ENOENT', 'ENOTDIR']) || existsSync(path.join(root, fileName));
  }
}
