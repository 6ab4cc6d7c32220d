/** A lowdb Adapter that syncs: lowdb's own writer renames but does not sync, so a power cut can leave an empty file. */
import { readFileSync } from 'node:fs';
import type { Adapter } from 'lowdb';
import { isErrno, replaceFile } from './durable-files.ts';

export interface JsonFormat<T> {
  /** Field by field; never spread what was read. @throws on data that is not of this format. */
  readonly parse: (value: unknown) => T;
  readonly serialize: (data: T) => unknown;
}

/**
 * Reads `null` where there is no file.
 * @throws SyntaxError where the file is not JSON, and whatever `format.parse` throws.
 */
export function createSyncedJsonAdapter<T>(file: string, format: JsonFormat<T>): Adapter<T> {
  return {
    // Files are read while opening only, where hundreds of pages one by one are far faster than through the thread pool.
    // eslint-disable-next-line @typescript-eslint/require-await -- lowdb wants a promise, also for what the read throws
    async read() {
      const text = readOrNull(file);
      return text === null ? null : format.parse(JSON.parse(text));
    },
    write: (data) => replaceFile(file, `${JSON.stringify(format.serialize(data))}\n`),
  };
}

function readOrNull(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (isErrno(error, ['ENOENT'])) return null;
    throw error;
  }
}
