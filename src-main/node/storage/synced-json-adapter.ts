/** A lowdb Adapter that syncs: lowdb's own writer renames but does not sync, so a power cut can leave an empty file. */
import { readFile } from 'node:fs/promises';
import type { Adapter } from 'lowdb';
import { replaceFile } from './durable-files.ts';

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
    async read() {
      let text: string;
      try {
        text = await readFile(file, 'utf8');
      } catch (error) {
        if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
        throw error;
      }
      return format.parse(JSON.parse(text));
    },
    write: (data) => replaceFile(file, `${JSON.stringify(format.serialize(data))}\n`),
  };
}
