/**
 * Writes a `.part` file and hashes what it writes. Chunks from the network (64 KiB and less) are gathered into blocks;
 * while some blocks are on their way to the disk and through the hash the next one fills. On a busy machine each block
 * waits for its turn on a processor, so several on their way are much faster than two.
 */
import { open, type FileHandle } from 'node:fs/promises';
import { DownloadFault } from './download-fault.ts';
import type { Digests, HashStream, Hasher } from './hasher.ts';
import { isErrno, isSystemError } from '../storage/durable-files.ts';
import type { DigestName } from './told-digest.ts';

export interface PartWriterOptions {
  readonly file: string;
  /** Bytes of the file that are kept and go on; the rest is cut off. */
  readonly keepBytes: number;
  /** Ends the reading of what is there. */
  readonly signal: AbortSignal;
  readonly hasher: Hasher;
  /** A digest that is made beside the SHA-256. */
  readonly beside?: DigestName | null;
  readonly blockBytes: number;
  /** At least 2: one fills, the others are on their way. */
  readonly blockCount: number;
  /** After so many bytes, or some seconds, the file is synced and `onSynced` is told up to where. */
  readonly syncEveryBytes: number;
  readonly onSynced: (position: number) => Promise<void>;
}

export interface PartWriter {
  /** Bytes taken, written or not yet. */
  readonly position: number;
  /** Wait for it before the next call: resolves once the writer can take more. @throws DownloadFault `disk-full` or `disk-error` */
  append(chunk: Uint8Array): Promise<void> | undefined;
  /** Writes out and syncs. */
  finish(): Promise<Digests & { readonly sizeBytes: number }>;
  /** Writes out what it has and closes; never throws. Call it always, also after `finish`. */
  close(): Promise<void>;
}

const flushEveryMs = 20;
const unlandedBlocks = 2;
const syncEveryMs = 5000;
/** So much is synced at the end, too: it takes a moment only, and the machine may be on its way down. */
const syncAtEndBytes = 32 * 1024 * 1024;

/** Reads `keepBytes` of the file through the hash first. */
export async function openPartWriter(options: PartWriterOptions): Promise<PartWriter> {
  const { hasher, blockBytes, blockCount } = options;
  const handle = await open(options.file, options.keepBytes > 0 ? 'r+' : 'w+', 0o600).catch((error: unknown) => {
    throw orFaultOfDisk(error);
  });
  const hash = hasher.start(blockBytes, options.beside);
  try {
    if (options.keepBytes > 0) {
      await handle.truncate(options.keepBytes);
      await hashExisting(handle, options.keepBytes, hash, options.signal);
    }
  } catch (error) {
    hash.dispose();
    await handle.close();
    throw orFaultOfDisk(error);
  }

  /** Handed to the disk, and taken by it. */
  let written = options.keepBytes;
  let landed = options.keepBytes;
  let position = options.keepBytes;
  let synced = options.keepBytes;
  let syncedAt = performance.now();
  let syncing: Promise<void> | null = null;
  let failure: unknown = null;
  let isFinished = false;
  let isClosed = false;
  let filling: Uint8Array | null = null;
  let filled = 0;
  let flushedAt = performance.now();
  let writing: Promise<void> = Promise.resolve();
  /** Blocks on their way, the oldest first. */
  const busy: Promise<void>[] = [];

  /** On a slow line a block takes long to fill, and what is only in memory is lost with the program. */
  function isFlushDue(): boolean {
    return performance.now() - flushedAt >= flushEveryMs;
  }

  /** Blocks are written one after the other, for a crash in between must not leave a hole; hashing follows. */
  function startFlush(): void {
    if (filling === null) return;
    const [block, length, at] = [filling, filled, written];
    written += length;
    filling = null;
    filled = 0;
    flushedAt = performance.now();
    const put = writing.then(async () => {
      if (failure === null) await writeAll(handle, block.subarray(0, length), at);
      landed = at + length;
    });
    writing = put.catch((error: unknown) => {
      failure ??= error;
    });
    const through = put
      .then(async () => {
        startSync(at + length);
        if (failure === null) await hash.update(block, length);
      })
      .catch((error: unknown) => {
        failure ??= error;
      });
    busy.push(through);
  }

  async function flushRest(): Promise<void> {
    if (filled > 0 && failure === null) startFlush();
    await Promise.all(busy);
  }

  function fill(chunk: Uint8Array): number {
    filling ??= hash.block();
    const length = Math.min(chunk.length, blockBytes - filled);
    filling.set(length === chunk.length ? chunk : chunk.subarray(0, length), filled);
    filled += length;
    position += length;
    return length;
  }

  async function appendAndFlush(chunk: Uint8Array): Promise<void> {
    let rest = chunk;
    while (rest.length > 0) {
      rest = rest.subarray(fill(rest));
      if (filled < blockBytes && !isFlushDue()) return;
      startFlush();
      // There must be a block to fill next.
      while (busy.length >= blockCount) await busy.shift();
      // What a kill takes is what has not landed; on a busy machine that would be all blocks.
      while (written - landed > unlandedBlocks * blockBytes && failure === null) await writing;
      throwFailure();
    }
  }

  async function sync(upTo: number): Promise<void> {
    await handle.datasync();
    await options.onSynced(upTo);
    synced = upTo;
    syncedAt = performance.now();
  }

  /** In the background: the disk gets its work evenly, and a power cut costs little. */
  function startSync(upTo: number): void {
    const isDue = upTo - synced >= options.syncEveryBytes || performance.now() - syncedAt >= syncEveryMs;
    if (syncing !== null || !isDue) return;
    syncing = sync(upTo)
      .catch(() => undefined) // the write or the last sync says what is wrong with the disk
      .finally(() => {
        syncing = null;
      });
  }

  function throwFailure(): void {
    if (failure !== null) throw orFaultOfDisk(failure);
  }

  return {
    get position() {
      return position;
    },
    append(chunk) {
      throwFailure();
      if (filled + chunk.length >= blockBytes || isFlushDue()) return appendAndFlush(chunk);
      fill(chunk);
      return undefined;
    },
    async finish() {
      await flushRest();
      throwFailure();
      await (syncing ?? undefined);
      try {
        await handle.datasync();
      } catch (error) {
        throw orFaultOfDisk(error);
      }
      isFinished = true;
      return { sizeBytes: position, ...(await hash.digest()) };
    },
    async close() {
      if (isClosed) return;
      isClosed = true;
      await flushRest();
      await (syncing ?? undefined);
      const isWorthIt = written > synced && written - synced <= syncAtEndBytes;
      if (failure === null && !isFinished && isWorthIt) await sync(written).catch(() => undefined);
      hash.dispose();
      await handle.close().catch(() => undefined);
    },
  };
}

async function writeAll(handle: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  let done = 0;
  while (done < bytes.length) {
    const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, position + done);
    done += bytesWritten;
  }
}

async function hashExisting(handle: FileHandle, length: number, hash: HashStream, signal: AbortSignal): Promise<void> {
  let position = 0;
  while (position < length) {
    signal.throwIfAborted();
    const block = hash.block();
    const { bytesRead } = await handle.read(block, 0, Math.min(block.length, length - position), position);
    if (bytesRead === 0) throw new DownloadFault({ reason: 'disk-error', errno: 'EOF' });
    await hash.update(block, bytesRead);
    position += bytesRead;
  }
}

/** `null` where the error does not come from the file system. */
export function faultOfDisk(error: unknown): DownloadFault | null {
  if (!isSystemError(error)) return null;
  if (isErrno(error, ['ENOSPC', 'EDQUOT'])) {
    return new DownloadFault({ reason: 'disk-full', neededBytes: null }, { cause: error });
  }
  return new DownloadFault({ reason: 'disk-error', errno: error.code }, { cause: error });
}

/** The error as the person is to be told of it; itself where it is not of the disk. */
export function orFaultOfDisk(error: unknown): unknown {
  return faultOfDisk(error) ?? error;
}
