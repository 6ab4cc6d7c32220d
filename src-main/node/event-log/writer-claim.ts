/**
 * Which process writes to a log's folder: the one that put the file `writer` there last. Whoever wrote before sees at its
 * next batch that the file is another one, and answers for nothing any more (a fence). The lock of the data folder keeps
 * two inboxes apart; this is for the day on which it does not hold.
 */
import { randomUUID } from 'node:crypto';
import type { BigIntStats } from 'node:fs';
import { open, readFile, rm, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { isDiskFull, renameFile, replaceFile, syncFolder } from '../storage/durable-files.ts';
import type { StatNamed } from './named-file.ts';

/** `copied`: the folder is a copy of ours. `taken`: someone else has claimed it, or an older copy is in its place. */
export type ClaimState = 'held' | 'missing' | 'copied' | 'taken';

export interface WriterClaim {
  look(): Promise<ClaimState>;
  /** True where our file was removed, and not only moved with its folder. */
  isRemoved(): Promise<boolean>;
  close(): Promise<void>;
}

/** @throws NodeJS.ErrnoException */
export async function claimWriter(dir: string, statNamed: StatNamed): Promise<WriterClaim> {
  const file = path.join(dir, 'writer');
  const id = randomUUID();
  let empty: FileHandle | null = null;
  try {
    await replaceFile(file, `${JSON.stringify({ id, pid: process.pid })}\n`);
  } catch (error) {
    if (!isDiskFull(error)) throw error;
    empty = await putEmpty(file, `${file}.${id}`);
  }
  // Held open, so that no later file gets the same inode.
  const handle = empty ?? (await open(file, 'r'));
  try {
    const own = await handle.stat({ bigint: true });
    // Someone may have come between the two steps above; the empty one was held before it had the name.
    const isOurs = empty !== null || (await handle.readFile('utf8')).includes(id);
    return writerClaim({ file, id, handle, own, isOurs }, statNamed);
  } catch (error) {
    await handle.close();
    throw error;
  }
}

interface Claimed {
  readonly file: string;
  readonly id: string;
  readonly handle: FileHandle;
  readonly own: BigIntStats;
  readonly isOurs: boolean;
}

function writerClaim({ file, id, handle, own, isOurs }: Claimed, statNamed: StatNamed): WriterClaim {
  return {
    async look() {
      if (!isOurs) return 'taken';
      let named: BigIntStats | null = null;
      try {
        named = await statNamed(file);
      } catch {
        // What cannot be asked for is not ours any more.
      }
      if (named === null) return 'missing';
      if (named.ino === own.ino && named.dev === own.dev) return 'held';
      const text = await readFile(file, 'utf8').catch(() => '');
      return text.includes(id) ? 'copied' : 'taken';
    },
    async isRemoved() {
      return (await handle.stat({ bigint: true })).nlink === 0n;
    },
    close: () => handle.close(),
  };
}

/**
 * On a disk that is full a file can be had, but nothing put into it. It fences as well, since it is told by its inode; only
 * a copy of its folder is not known for one then, and taken for someone else's.
 * @returns the file, which has the name now.
 */
async function putEmpty(file: string, temporary: string): Promise<FileHandle> {
  const handle = await open(temporary, 'wx', 0o600);
  try {
    await renameFile(temporary, file);
    await syncFolder(path.dirname(file));
    return handle;
  } catch (error) {
    await handle.close();
    await rm(temporary, { force: true }).catch(() => undefined);
    throw error;
  }
}
