/** The library of a data folder, with a log of its own in files, as the program opens it. */
import path from 'node:path';
import { silentLog } from '../../src-main/node/log/log.ts';
import { openLibrary, type Library, type LibraryFolders } from '../../src-main/node/projections/library.ts';

/** @param dir holds `journal/` and `index/`. */
export function openLibraryIn(
  dir: string,
  options: Partial<Omit<LibraryFolders, 'journalDir' | 'indexDir'>> = {},
): Promise<Library> {
  const [journalDir, indexDir] = [path.join(dir, 'journal'), path.join(dir, 'index')];
  return openLibrary({ log: silentLog, now: () => new Date(), ...options, journalDir, indexDir });
}
