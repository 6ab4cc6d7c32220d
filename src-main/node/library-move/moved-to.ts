/**
 * Where a library went. `moved-to.json` stays behind in the old folder, so that every host and command that is started
 * on the old place finds the new one.
 */
import { readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { InboxError } from '../../common/errors.ts';
import { libraryTexts } from '../../common/texts/en-library.ts';
import { unusableSentence } from '../data-dir.ts';
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
 * @throws InboxError `data-dir-unusable` where the trail cannot be read or goes in circles: beginning an empty library
 * in the old place would look as if everything were lost.
 */
export function followMoves(root: string): string {
  let current = root;
  for (let hop = 0; hop <= hopLimit; hop += 1) {
    const next = readMovedTo(current);
    if (next === null) return current;
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
