/** Where things lie behind all links. */
import { realpath } from 'node:fs/promises';
import path from 'node:path';
import { isErrno } from './durable-files.ts';

/** Also of one that is not there yet. */
export async function realPlace(folder: string): Promise<string> {
  try {
    return await realpath(folder);
  } catch (error) {
    const above = path.dirname(folder);
    if (above === folder || !isErrno(error, ['ENOENT'])) return folder;
    return path.join(await realPlace(above), path.basename(folder));
  }
}

/** @param place and `folder` as `realPlace` tells them. @returns true also where they are the same. */
export function isWithin(folder: string, place: string): boolean {
  return folder === place || place.startsWith(folder.endsWith(path.sep) ? folder : folder + path.sep);
}
