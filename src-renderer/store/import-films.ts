import type { ImportedFilm } from '../../src-main/common/contract.ts';
import { texts } from '../texts/texts.ts';
import type { NoticeBoard } from './notice-board.ts';
import { createStore } from './store.ts';

export interface ImportFilmsPorts {
  /** Makes a file known to the inbox. @param tell how much of it is there, 0 to 1. @returns its path there. */
  readonly bring: (file: File, tell: (fraction: number) => void, signal: AbortSignal) => Promise<string>;
  readonly add: (path: string) => Promise<ImportedFilm>;
  /** @returns what takes it off the screen before its time. */
  readonly notify: NoticeBoard['post'];
  readonly describe: (error: unknown) => string;
  readonly showNumber: (n: number) => string;
  /** @param part 0 to 1 */
  readonly showPart: (part: number) => string;
}

/** So many of those that were not taken are named. */
const mostNamed = 3;

/** One after the other; those that are not taken are told of together, and the others are taken. */
export async function importFilms(files: readonly File[], ports: ImportFilmsPorts): Promise<void> {
  const { bring, add, notify, describe, showNumber, showPart } = ports;
  if (files.length === 0) return;
  const { drop } = texts;
  const stopped = new AbortController();
  const { signal } = stopped;
  const isStopped = (): boolean => signal.aborted;
  const all = files.reduce((sum, { size }) => sum + size, 0);
  const done = createStore(showPart(0));
  const withdraw = notify({
    text: drop.importing(files.length, showNumber(files.length)),
    running: { stop: () => stopped.abort(), done },
  });
  const count = { imported: 0, present: 0 };
  const refused: { readonly name: string; readonly why: string }[] = [];
  let before = 0;
  for (const file of files) {
    if (isStopped()) break;
    try {
      const tell = (fraction: number) => done.set(showPart(all === 0 ? 0 : (before + fraction * file.size) / all));
      const { outcome } = await add(await bring(file, tell, signal));
      count[outcome] += 1;
    } catch (error) {
      if (!isStopped()) refused.push({ name: file.name, why: describe(error) });
    }
    before += file.size;
    done.set(showPart(all === 0 ? 1 : before / all));
  }
  withdraw();
  const [first] = refused;
  if (first !== undefined) {
    const names = refused.slice(0, mostNamed).map(({ name }) => name);
    const named = [...names, ...(refused.length > mostNamed ? ['…'] : [])].join(texts.common.comma);
    const told =
      refused.length === 1
        ? `${first.name}: ${first.why}`
        : `${drop.refused(refused.length, showNumber(refused.length), named)} ${first.why}`;
    notify({ text: told, kind: 'bad' });
  }
  if (count.imported > 0) notify({ text: drop.imported(count.imported, showNumber(count.imported)) });
  if (count.present > 0) notify({ text: drop.present(count.present, showNumber(count.present)) });
}
