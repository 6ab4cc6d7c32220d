import { createReadStream, type ReadStream } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';

const chunkBytes = 256 * 1024;

/**
 * The bytes of an open file; the stream closes it. Where there comes no stream, it is closed, too.
 * @param prepare what must be true of it first; `false`: there comes no stream.
 * @param range both ends are in it
 * @throws what `prepare` throws, and RangeError for a range that ends before it begins
 */
export async function streamOf(
  handle: FileHandle,
  range: { readonly start?: number; readonly end?: number } | undefined,
  prepare: () => Promise<boolean>,
): Promise<ReadStream | null> {
  let stream: ReadStream | null = null;
  const { start = 0, end = Infinity } = range ?? {};
  try {
    // Not left to the stream: one that fails while it is made fails again when its file is closed.
    if (start > end) throw new RangeError(`a range that ends before it begins: ${String(start)} to ${String(end)}`);
    if (await prepare()) stream = createReadStream('', { fd: handle, highWaterMark: chunkBytes, ...range });
    return stream;
  } finally {
    if (stream === null) await handle.close();
  }
}

/** The bytes of a file that is opened when the first of them is read: before, nobody would hear that it cannot be. */
export async function* bytesOfFile(file: string): AsyncGenerator<Uint8Array> {
  yield* createReadStream(file, { highWaterMark: chunkBytes });
}
