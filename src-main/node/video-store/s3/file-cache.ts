/**
 * Files of the shelf that are on this machine too, by their hash, up to a size; the ones looked at longest ago go first.
 * Whatever is wrong with them or their folder, the shelf has the bytes: nothing here throws.
 */
import { link, open, readdir, rm, stat, utimes } from 'node:fs/promises';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { isErrno, makeFolder, renameFile } from '../../storage/durable-files.ts';
import { streamOf } from '../../storage/file-stream.ts';
import { roomAt, type DiskSpace } from '../../storage/free-bytes.ts';
import type { ByteRange } from '../video-store.ts';

export interface FileCache {
  /** `null` where it is not here. One of another size is removed: someone changed it, or it was never written whole. */
  open(sha256: string, sizeBytes: number, range?: ByteRange): Promise<Readable | null>;
  /** Takes the file over; it is gone from where it was, kept here or not. */
  take(sha256: string, file: string): Promise<void>;
  /** Keeps a copy of small content. */
  keep(sha256: string, content: Uint8Array): Promise<void>;
}

/** Keeps nothing: all that is read is the shelf's own. */
export const noFileCache: FileCache = {
  open: () => Promise.resolve(null),
  take: (_sha256, file) => rm(file, { force: true }),
  keep: () => Promise.resolve(),
};

/**
 * What copies leave free: more than what is told to be short (room-left.ts). For a copy no callback is refused and no download
 * waits.
 */
const leftFree = ({ totalBytes }: DiskSpace): number => Math.min(5 * 1024 ** 3, totalBytes / 4);

/** @param room of the disk that holds `dir`. What was there before gives way at once where it has become too much. */
export function createFileCache(
  dir: string,
  limitBytes: number,
  room: (dir: string) => Promise<DiskSpace> = roomAt,
): FileCache {
  const place = (sha256: string): string => path.join(dir, sha256);
  let trimming: Promise<void> = Promise.resolve();

  async function trim(): Promise<void> {
    const files: { readonly file: string; readonly sizeBytes: number; readonly usedMs: number }[] = [];
    for (const name of await readdir(dir)) {
      const file = path.join(dir, name);
      const facts = await stat(file).catch(nothing);
      if (facts !== null) files.push({ file, sizeBytes: facts.size, usedMs: facts.mtimeMs });
    }
    let total = files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    const disk = await room(dir);
    const most = Math.min(limitBytes, total + disk.freeBytes - leftFree(disk));
    for (const { file, sizeBytes } of files.sort((a, b) => a.usedMs - b.usedMs)) {
      if (total <= most) return;
      await rm(file, { force: true });
      total -= sizeBytes;
    }
  }

  /** One at a time; a cache that cannot be trimmed now is trimmed after the next file. */
  function trimSoon(): Promise<void> {
    trimming = trimming.then(trim).catch(() => undefined);
    return trimming;
  }

  async function openWhole(sha256: string, sizeBytes: number, range?: ByteRange): Promise<Readable | null> {
    const handle = await open(place(sha256), 'r').catch(nothing);
    if (handle === null) return null;
    const stream = await streamOf(handle, range, async () => {
      if ((await handle.stat()).size !== sizeBytes) return false;
      const now = new Date();
      await utimes(place(sha256), now, now).catch(nothing);
      return true;
    });
    if (stream === null) await rm(place(sha256), { recursive: true, force: true });
    return stream;
  }

  async function takeOver(sha256: string, file: string): Promise<void> {
    if ((await stat(file)).size > limitBytes) return;
    await makeFolder(dir);
    await renameFile(file, place(sha256));
    await trimSoon();
  }

  async function keepCopy(sha256: string, content: Uint8Array): Promise<void> {
    if (content.length > limitBytes) return;
    await makeFolder(dir);
    const temporary = `${place(sha256)}.${process.hrtime.bigint().toString(36)}.tmp`;
    try {
      const handle = await open(temporary, 'w', 0o600);
      try {
        await handle.writeFile(content);
      } finally {
        await handle.close();
      }
      await link(temporary, place(sha256)).catch((error: unknown) => {
        if (!isErrno(error, ['EEXIST'])) throw error;
      });
    } finally {
      await rm(temporary, { force: true });
    }
    await trimSoon();
  }

  void trimSoon();
  return {
    open: (sha256, sizeBytes, range) => openWhole(sha256, sizeBytes, range).catch(() => null),
    async take(sha256, file) {
      await takeOver(sha256, file).catch(() => undefined);
      // Not kept, as on another disk: it can be fetched again.
      await rm(file, { force: true });
    },
    keep: (sha256, content) => keepCopy(sha256, content).catch(() => undefined),
  };
}

function nothing(error: unknown): null {
  if (isErrno(error, ['ENOENT', 'ENOTDIR'])) return null;
  throw error;
}
