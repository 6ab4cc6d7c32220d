/** Many small reads of one file, mostly one behind the other: a window of it is kept, so that few reach the disk. */
import type { FileHandle } from 'node:fs/promises';
import { readAt } from './read-at.ts';

export interface ByteWindow {
  /** Bytes of the file that count. */
  readonly size: number;
  /** Up to `length` bytes from `position`, at most 1 KiB; fewer where the file ends before. Valid until the next call. */
  read(position: number, length: number): Promise<Buffer>;
}

const windowBytes = 64 * 1024;

export function openWindow(handle: FileHandle, size: number): ByteWindow {
  let start = 0;
  let bytes: Buffer = Buffer.alloc(0);
  return {
    size,
    async read(position, length) {
      if (position < start || position + length > start + bytes.length) {
        // A jump over a long block needs little of what lies behind it.
        const isNear = position >= start && position <= start + bytes.length + windowBytes;
        start = position;
        bytes = await readAt(handle, position, Math.max(0, Math.min(isNear ? windowBytes : 1024, size - position)));
      }
      return bytes.subarray(position - start, position - start + length);
    },
  };
}
