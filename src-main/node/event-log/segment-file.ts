/** One open file of the log. It is only ever added to, so that even a second writer could overwrite nothing. */
import { constants, type BigIntStats } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { renameFile, syncFolder } from '../storage/durable-files.ts';
import type { StatNamed } from './named-file.ts';

/** `missing`: nothing has its name. `other`: another file has. `written`: it is longer than we made it, `cut`: shorter. */
export type SegmentState = 'ours' | 'missing' | 'other' | 'written' | 'cut';

export interface SegmentFile {
  /** Adds at the end. */
  append(bytes: Buffer): Promise<void>;
  sync(): Promise<void>;
  /** Cuts the file to this size and makes sure of it. */
  cut(size: number): Promise<void>;
  /** Takes off what was added last, where the file still ends with it. @returns false where it does not */
  takeBack(bytes: Buffer): Promise<boolean>;
  /** Compares the file that we hold with the one that has its name. */
  look(expectedSize: number): Promise<SegmentState>;
  /** True where it was removed, and not only renamed. */
  isRemoved(): Promise<boolean>;
  /** Writes its first `size` bytes to its old name, which must be free. @throws NodeJS.ErrnoException */
  restore(size: number): Promise<void>;
  close(): Promise<void>;
}

const added = constants.O_RDWR | constants.O_APPEND;
const copyBytes = 1024 * 1024;

/**
 * @param isNew makes the file and its name durable.
 * @throws NodeJS.ErrnoException `EEXIST` where a new one is there already: someone else is writing.
 */
export async function openSegment(file: string, isNew: boolean, statNamed: StatNamed): Promise<SegmentFile> {
  const handle = await open(file, isNew ? added | constants.O_CREAT | constants.O_EXCL : added, 0o600);
  try {
    // Also for one that was there: its name may never have been synced.
    await syncFolder(path.dirname(file));
    return segmentFile(file, handle, await handle.stat({ bigint: true }), statNamed);
  } catch (error) {
    await handle.close();
    throw error;
  }
}

function segmentFile(file: string, handle: FileHandle, own: BigIntStats, statNamed: StatNamed): SegmentFile {
  return {
    async append(bytes) {
      // `FileHandle.write` may write less than asked.
      for (let done = 0; done < bytes.length;) done += (await handle.write(bytes, done)).bytesWritten;
    },
    sync: () => handle.datasync(),
    async cut(size) {
      await handle.truncate(size);
      await handle.datasync();
    },
    async takeBack(bytes) {
      const from = (await handle.stat()).size - bytes.length;
      if (from < 0) return false;
      const end = Buffer.alloc(bytes.length);
      await handle.read(end, 0, end.length, from);
      if (!end.equals(bytes)) return false;
      await handle.truncate(from);
      await handle.datasync();
      return true;
    },
    async look(expectedSize) {
      const named = await statNamed(file);
      if (named === null) return 'missing';
      if (named.ino !== own.ino || named.dev !== own.dev) return 'other';
      if (named.size === BigInt(expectedSize)) return 'ours';
      return named.size < BigInt(expectedSize) ? 'cut' : 'written';
    },
    isRemoved: async () => (await handle.stat({ bigint: true })).nlink === 0n,
    async restore(size) {
      const temporary = `${file}.restoring`;
      const copy = await open(temporary, 'w', 0o600);
      try {
        const chunk = Buffer.allocUnsafe(copyBytes);
        for (let done = 0; done < size;) {
          const { bytesRead } = await handle.read(chunk, 0, Math.min(copyBytes, size - done), done);
          if (bytesRead === 0) break;
          await copy.writeFile(chunk.subarray(0, bytesRead));
          done += bytesRead;
        }
        await copy.datasync();
      } finally {
        await copy.close();
      }
      await renameFile(temporary, file);
      await syncFolder(path.dirname(file));
    },
    close: () => handle.close(),
  };
}
