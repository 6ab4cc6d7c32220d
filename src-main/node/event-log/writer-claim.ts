/**
 * Which process writes to a log's folder: the one that put the file `writer` there last. Whoever wrote before sees at its
 * next batch that the file is another one, and answers for nothing any more (a fence). The lock of the data folder keeps
 * two inboxes apart; this is for the day on which it does not hold.
 */
import { randomUUID } from 'node:crypto';
import type { BigIntStats } from 'node:fs';
import { open, readFile } from 'node:fs/promises';
import path from 'node:path';
import { replaceFile } from '../storage/durable-files.ts';
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
  await replaceFile(file, `${JSON.stringify({ id, pid: process.pid })}\n`);
  // Held open, so that no later file gets the same inode.
  const handle = await open(file, 'r');
  const own = await handle.stat({ bigint: true });
  // Someone may have come between the two steps above.
  const isOurs = (await handle.readFile('utf8')).includes(id);
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
