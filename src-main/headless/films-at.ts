/** Which films a person means who names a file or a folder. */
import { lstat, open, readdir, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { InboxError } from '../common/errors.ts';
import { commandTexts } from '../common/texts/en-commands.ts';
import type { Sentence } from '../common/texts/sentence.ts';
import { diskReason } from '../node/data-dir.ts';
import { sniffAndClose } from '../node/media/sniff.ts';
import { isErrno } from '../node/storage/durable-files.ts';

/** What is looked for in a folder; a file that is named is taken whatever it is called. */
const filmName = /\.(?:mp4|m4v|mov|webm|mkv|avi|flv|f4v|ogv|mpe?g|m2ts|mts|ts|mxf|wmv|asf|3gp|3g2)$/i;
/** Films where an inbox or an export tells so beside them, as `film.json` or `film.gif.json`; else the person's pictures. */
const pictureName = /\.(?:gif|webp|apng|avif)$/i;
/** Most files that are called so are programs. */
const programName = /\.ts$/i;

/**
 * The file itself, or the films below a folder, in the order of their names; what links lead to is there as well.
 * @param refused is told of files and folders that cannot be reached. @throws InboxError where there is nothing of that name.
 */
export async function filmsAt(place: string, refused: (sentence: Sentence) => void): Promise<readonly string[]> {
  const isLink = await lstat(place).then(
    (own) => own.isSymbolicLink(),
    () => false,
  );
  const facts = await stat(place).catch((cause: unknown) => {
    throw new InboxError('not-found', absent(place, isLink), { cause });
  });
  if (!facts.isDirectory()) return [place];
  const found: string[] = [];
  const folders = [place];
  /** A link may lead back up. */
  const seen = new Set<string>();
  // Those that it holds come behind it.
  for (const folder of folders) {
    const own = await realpath(folder).catch(() => folder);
    if (seen.has(own)) continue;
    seen.add(own);
    const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
      if (isMisspelt(folder)) refused(commandTexts.nameNotUtf8(folder));
      // One that was removed meanwhile holds no film.
      else if (!isErrno(error, ['ENOENT'])) refused(commandTexts.notRead(folder, diskReason(error)));
      return [];
    });
    const names = new Set(entries.map(({ name }) => name));
    const isTold = (name: string): boolean =>
      pictureName.test(name) && (names.has(`${name}.json`) || names.has(name.replace(pictureName, '.json')));
    for (const entry of entries) {
      const file = path.join(folder, entry.name);
      const target = entry.isSymbolicLink() || isMisspelt(file) ? await stat(file).catch(() => null) : entry;
      if (target?.isDirectory() === true || (target === null && entry.isDirectory())) folders.push(file);
      else if (!(filmName.test(entry.name) || isTold(entry.name)) || entry.name.startsWith('.')) continue;
      else if (target === null) refused(absent(file, entry.isSymbolicLink()));
      else if (target.isFile() && (!programName.test(entry.name) || (await isFilm(file)))) found.push(file);
    }
  }
  return found.sort();
}

async function isFilm(file: string): Promise<boolean> {
  const found = await open(file, 'r').then(sniffAndClose, () => null);
  return found?.kind === 'video';
}

/** The system's name for it may have bytes that are no UTF-8: as a text, it leads nowhere. */
function isMisspelt(place: string): boolean {
  return place.includes('\ufffd');
}

function absent(place: string, isLink: boolean): Sentence {
  if (isMisspelt(place)) return commandTexts.nameNotUtf8(place);
  return (isLink ? commandTexts.linkToNothing : commandTexts.noSuchPath)(place);
}
