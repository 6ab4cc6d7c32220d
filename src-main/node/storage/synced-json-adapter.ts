/** lowdb Adapters that sync: lowdb's own writer renames but does not sync, so a power cut can leave an empty file. */
import { closeSync, fstatSync, openSync, readFileSync, readSync } from 'node:fs';
import type { Adapter } from 'lowdb';
import { isErrno, replaceFile } from './durable-files.ts';
import { createTurns } from './turns.ts';

export interface ByteFormat<T> {
  /** @throws on bytes that are not of this format. */
  readonly decode: (bytes: Buffer) => T;
  readonly encode: (data: T) => string | Uint8Array;
}

export interface JsonFormat<T> {
  /** Field by field; never spread what was read. @throws on data that is not of this format. */
  readonly parse: (value: unknown) => T;
  readonly serialize: (data: T) => unknown;
}

/**
 * Reads `null` where there is no file.
 * @throws whatever `format.decode` throws.
 */
export function createSyncedAdapter<T>(
  file: string,
  format: ByteFormat<T>,
  readFile: FileReader = readFileSync,
): Adapter<T> {
  const takeTurn = createTurns();
  return {
    // Files are read while opening only, where hundreds of pages one by one are far faster than through the thread pool.
    // oxlint-disable-next-line typescript/require-await -- lowdb wants a promise, also for what the read throws
    async read() {
      const bytes = readOrNull(file, readFile);
      return bytes === null ? null : format.decode(bytes);
    },
    // What is written last stays, however many write at once.
    write(data) {
      const content = format.encode(data);
      return takeTurn(() => replaceFile(file, content));
    },
  };
}

/** @throws SyntaxError where the file is not JSON, and whatever `format.parse` throws. */
export function createSyncedJsonAdapter<T>(file: string, format: JsonFormat<T>): Adapter<T> {
  return createSyncedAdapter(file, {
    decode: (bytes) => format.parse(JSON.parse(bytes.toString('utf8'))),
    encode: (data) => `${JSON.stringify(format.serialize(data))}\n`,
  });
}

/** @returns the whole file. @throws NodeJS.ErrnoException */
export type FileReader = (file: string) => Buffer;

/** Reads each file into the same memory: what it read before is gone then. */
export function createFileReader(): FileReader {
  let memory = Buffer.allocUnsafe(512 * 1024);
  return (file) => {
    const descriptor = openSync(file, 'r');
    try {
      const { size } = fstatSync(descriptor);
      if (size > memory.length) memory = Buffer.allocUnsafe(size);
      let done = 0;
      while (done < size) {
        const read = readSync(descriptor, memory, done, size - done, done);
        if (read === 0) break;
        done += read;
      }
      return memory.subarray(0, done);
    } finally {
      closeSync(descriptor);
    }
  };
}

function readOrNull(file: string, readFile: FileReader): Buffer | null {
  try {
    return readFile(file);
  } catch (error) {
    if (isErrno(error, ['ENOENT'])) return null;
    throw error;
  }
}
