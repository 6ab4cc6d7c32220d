import type { ImportedFilm } from '../../src-main/common/contract.ts';
import { texts } from '../texts/texts.ts';
import type { PageNotice } from './actions.ts';

export interface ImportFilmsPorts {
  /** Makes a file known to the inbox. @returns its path there. */
  readonly bring: (file: File) => Promise<string>;
  readonly add: (path: string) => Promise<ImportedFilm>;
  /** @returns what takes it off the screen before its time. */
  readonly notify: (notice: PageNotice) => () => void;
  readonly describe: (error: unknown) => string;
  readonly showNumber: (n: number) => string;
}

/** One after the other; one that is not taken is told by its name, and the others are. */
export async function importFilms(files: readonly File[], ports: ImportFilmsPorts): Promise<void> {
  const { bring, add, notify, describe, showNumber } = ports;
  if (files.length === 0) return;
  const { drop } = texts;
  const withdraw = notify({ text: drop.importing(files.length, showNumber(files.length)) });
  const count = { imported: 0, present: 0 };
  for (const file of files) {
    try {
      const { outcome } = await add(await bring(file));
      count[outcome] += 1;
    } catch (error) {
      notify({ text: `${file.name}: ${describe(error)}`, kind: 'bad' });
    }
  }
  withdraw();
  if (count.imported > 0) notify({ text: drop.imported(count.imported, showNumber(count.imported)) });
  if (count.present > 0) notify({ text: drop.present(count.present, showNumber(count.present)) });
}
