import { createHash, randomUUID } from 'node:crypto';
import { constants, createReadStream } from 'node:fs';
import { chmod, copyFile, link, lstat, open, rename, rm, stat, writeFile, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { ExportOptions } from '../../common/contract.ts';
import { InboxError } from '../../common/errors.ts';
import { edlOf, markersCsv, type ListedFilm } from '../../common/export-lists.ts';
import { exportName, exportWords, unknownWords, usualExportName } from '../../common/export-names.ts';
import type { AnyTask, TaskView } from '../../common/task-view.ts';
import { commandTexts } from '../../common/texts/en-commands.ts';
import { doctorTexts } from '../../common/texts/en-doctor.ts';
import { libraryTexts } from '../../common/texts/en-library.ts';
import { say } from '../../common/texts/language.ts';
import { xmpOf } from '../../common/xmp.ts';
import { exportSet, sidecarOf, type ExportedFile } from '../../node/export/export-set.ts';
import { takesBox, xmpBox } from '../../node/export/xmp-box.ts';
import { sha256OfFile } from '../../node/storage/file-hash.ts';
import { readAt } from '../../node/media/read-at.ts';
import { diskReason, isDiskRefusal } from '../../node/data-dir.ts';
import { isErrno, makeFolder } from '../../node/storage/durable-files.ts';
import type { Command, Terminal } from '../command.ts';
import { readCommandFlags } from '../command-flags.ts';
import { accessLibrary, type LibraryAccess } from '../library-access.ts';
import { terminalTexts } from '../texts/en.ts';

const options = {
  to: { type: 'string' },
  name: { type: 'string' },
  title: { type: 'string' },
  metadata: { type: 'boolean' },
  markers: { type: 'boolean' },
  client: { type: 'boolean' },
} as const;

/** Copies saved videos under readable names, and prints where they are. Nothing that is there is replaced. */
export const runExport: Command = async (args, terminal) => {
  const flags = readCommandFlags(args, terminal, options, ['TASK_ID…']);
  const to = flags.text('to');
  if (to === null) throw new InboxError('bad-request', commandTexts.exportWhere);
  const [unknown] = unknownWords(flags.text('name') ?? '');
  if (unknown !== undefined) {
    const known = exportWords.map((word) => `{${word}}`).join(' ');
    throw new InboxError('bad-request', libraryTexts.unknownExportWord(unknown, known));
  }
  const library = await accessLibrary(flags.dataDir, terminal.env);
  const tasks: TaskView[] = [];
  for (const id of flags.positionals) {
    const task = await library.get(id);
    if (task === null) {
      throw new InboxError('not-found', commandTexts.notExported(id));
    }
    tasks.push(task);
  }
  const wished: ExportOptions = {
    title: flags.text('title') ?? path.basename(path.resolve(to)),
    template: flags.text('name') ?? usualExportName,
    metadata: flags.isSet('metadata'),
    markers: flags.isSet('markers'),
    client: flags.isSet('client'),
    language: 'en',
  };
  const write = wished.client ? exportPage : exportFilms;
  const { copies, gone } = await makeFolder(path.resolve(to), 0o777)
    .then(() => write({ tasks, library, dataDir: flags.dataDir, wished, to, terminal }))
    .catch((error: unknown) => {
      throw isDiskRefusal(error)
        ? new InboxError('storage-failed', commandTexts.exportRefused(to, diskReason(error)), { cause: error })
        : error;
    });
  const lacking = flags.positionals.filter((_, at) => !tasks[at]?.videos.some(({ state }) => state === 'saved'));
  if (copies + gone > 0) {
    if (lacking.length > 0) terminal.err(terminalTexts.exported.lacking(lacking.join(' ')));
    return gone > 0 ? 1 : 0;
  }
  terminal.err(terminalTexts.exported.nothing);
  return 2;
};

interface Exporting {
  readonly tasks: readonly TaskView[];
  readonly library: LibraryAccess;
  readonly dataDir: string;
  readonly wished: ExportOptions;
  readonly to: string;
  readonly terminal: Pick<Terminal, 'out' | 'err'>;
}

interface Exported {
  readonly copies: number;
  /** Films that could not be copied because of what they are in the library; each was told. */
  readonly gone: number;
}

const perFilm: readonly string[] = ['not-found', 'storage-failed'];

async function exportFilms({ tasks, library, dataDir, wished, to, terminal }: Exporting): Promise<Exported> {
  const { title, template, metadata, markers } = wished;
  const listed: ListedFilm[] = [];
  let copies = 0;
  let gone = 0;
  // Before gigabytes are copied for nothing.
  if (markers) for (const name of ['markers.edl', 'markers.csv']) await refuseTaken(path.resolve(to, name));
  for (const task of tasks) {
    for (const [index, video] of task.videos.entries()) {
      if (video.state !== 'saved' || video.path === null) continue;
      const n = index + 1;
      const bring = async (copy: FileHandle): Promise<void> => {
        const bytes = await library.open(task, n);
        if (bytes === null) throw new InboxError('not-found', commandTexts.filmGone(video.path ?? ''));
        const hash = createHash('sha256');
        const read = async function* (pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
          for await (const piece of pieces) {
            hash.update(piece);
            yield piece;
          }
        };
        await pipeline(bytes, read, copy.createWriteStream());
        // On a shelf nobody had a look at it since it was stored.
        if (video.sha256 !== null && hash.digest('hex') !== video.sha256) {
          throw new InboxError('storage-failed', doctorTexts.changedVideo(video.path ?? ''));
        }
      };
      const here = path.resolve(dataDir, video.path);
      const told = metadata
        ? {
            beside: (sha256: string | null) => sidecarOf(task, n, sha256),
            inside: xmpBox(xmpOf(task, n)),
            sha256: video.sha256,
          }
        : null;
      const copy = await copyAs({ here, bring, told }, to, exportName(template, task, n)).catch((error: unknown) => {
        // One that is gone from the library holds up no other.
        if (!(error instanceof InboxError && perFilm.includes(error.code))) throw error;
        terminal.err(say(error.text));
        return null;
      });
      if (copy === null) {
        gone += 1;
        continue;
      }
      terminal.out(copy);
      copies += 1;
      listed.push({ file: path.basename(copy), task, n });
    }
  }
  if (!markers || listed.length === 0) return { copies, gone };
  for (const [name, text] of [
    ['markers.edl', edlOf(title, listed)],
    ['markers.csv', markersCsv(listed)],
  ] as const) {
    terminal.out(await writeNew(path.resolve(to, name), text));
  }
  return { copies, gone };
}

/** A page for a client, in a folder where nothing of its names is yet. */
async function exportPage({ tasks, library, dataDir, wished, to, terminal }: Exporting): Promise<Exported> {
  const find = async (task: AnyTask, relative: string): Promise<ExportedFile | null> => {
    const n = task.videos.findIndex((video) => video.path === relative) + 1;
    if (n > 0) {
      const film = await library.open(task as TaskView, n);
      return film === null ? null : { name: relative, sizeBytes: 0, open: () => Promise.resolve(film) };
    }
    const file = path.resolve(dataDir, relative);
    const facts = await stat(file).catch(() => null);
    if (facts === null) return null;
    return { name: relative, sizeBytes: facts.size, open: () => Promise.resolve(createReadStream(file)) };
  };
  let page: string | null = null;
  let films = 0;
  let gone = 0;
  const skipped = (task: AnyTask, n: number): void => {
    gone += 1;
    terminal.err(say(commandTexts.filmGone(task.videos[n - 1]?.path ?? '')));
  };
  await refuseTaken(path.resolve(to, 'index.html'));
  for await (const entry of exportSet({ tasks, find }, wished, skipped)) {
    const copy = path.resolve(to, ...entry.name.split('/'));
    if (entry.name === 'index.html' && films === 0) break;
    const bytes = await entry.open();
    if (bytes === null) throw new InboxError('not-found', commandTexts.filmGone(entry.name));
    await makeFolder(path.dirname(copy), 0o777);
    await writeNew(copy, bytes);
    if (entry.name === 'index.html') page = copy;
    else films += 1;
  }
  if (page !== null) terminal.out(page);
  return { copies: page === null ? 0 : 1, gone };
}

/** @throws InboxError where there is something of that name. */
async function refuseTaken(file: string): Promise<void> {
  const taken = await lstat(file).catch((error: unknown) => {
    if (isErrno(error, ['ENOENT'])) return null;
    throw error;
  });
  if (taken !== null) throw new InboxError('conflict', commandTexts.exportTaken(file));
}

/** @throws InboxError where there is something of that name: it stays as it is. */
async function writeNew(file: string, bytes: string | Uint8Array | AsyncIterable<Uint8Array>): Promise<string> {
  const copy = await openNew(file);
  if (copy === null) throw new InboxError('conflict', commandTexts.exportTaken(file));
  try {
    await writeFile(copy, bytes);
  } catch (error) {
    await rm(file, { force: true });
    throw error;
  } finally {
    await copy.close();
  }
  return file;
}

interface Export {
  /** Where it lies if its store is the data dir. */
  readonly here: string;
  /** Writes it from wherever it is. @throws InboxError where it is gone. */
  readonly bring: (copy: FileHandle) => Promise<void>;
  /** A file beside it, and the end of a container that has a place for it. */
  readonly told: {
    /** @param sha256 of the copy. */
    readonly beside: (sha256: string | null) => string;
    readonly inside: Uint8Array;
    /** Of the film as it lies in the library. */
    readonly sha256: string | null;
  } | null;
}

/**
 * Where a name is taken, or that of what is told beside it, ` (2)` and so on is put behind it. A copy has its name once it
 * is whole: half a film would be taken for one, and a kill removes nothing.
 */
async function copyAs({ here, bring, told }: Export, folder: string, name: string): Promise<string> {
  const extension = path.extname(here);
  const part = path.resolve(folder, `.video-inbox-${randomUUID().slice(0, 8)}.part`);
  try {
    const beside = await writePart({ here, bring, told }, part, extension);
    for (let n = 1; ; n += 1) {
      const copy = path.resolve(folder, `${name}${n === 1 ? '' : ` (${String(n)})`}${extension}`);
      const besideName = `${copy}.json`;
      if (beside !== null && !(await reserve(besideName))) continue;
      try {
        if (beside !== null) await writeFile(besideName, beside);
        if (await giveName(part, copy)) return copy;
      } catch (error) {
        if (beside !== null) await rm(besideName, { force: true });
        throw error;
      }
      if (beside !== null) await rm(besideName);
    }
  } finally {
    await rm(part, { force: true });
  }
}

/** @returns false where the name is taken. */
async function giveName(part: string, name: string): Promise<boolean> {
  try {
    await link(part, name);
    return true;
  } catch (error) {
    if (isErrno(error, ['EEXIST'])) return false;
  }
  // A disk on which a file has one name.
  if (!(await reserve(name))) return false;
  try {
    await rename(part, name);
    return true;
  } catch (error) {
    await rm(name, { force: true });
    throw error;
  }
}

/** @returns what stands in the file beside it. */
async function writePart({ here, bring, told }: Export, part: string, extension: string): Promise<string | null> {
  const file = await open(part, 'wx');
  try {
    const { mode } = await file.stat();
    // It is for others: a file of the library is closed to them, and so is a copy by the system.
    if (await isCopied(here, part)) await chmod(part, mode & 0o777).catch(() => undefined);
    else await bring(file);
  } finally {
    await file.close().catch(() => undefined);
  }
  if (told === null) return null;
  const isLonger = await addInside(part, extension, told.inside);
  return told.beside(isLonger ? await sha256OfFile(part) : told.sha256);
}

async function reserve(file: string): Promise<boolean> {
  const handle = await openNew(file);
  await handle?.close();
  return handle !== null;
}

/** Without reading it through, where the disk can do that. @returns false where it lies elsewhere. */
async function isCopied(here: string, copy: string): Promise<boolean> {
  try {
    await copyFile(here, copy, constants.COPYFILE_FICLONE);
    return true;
  } catch (error) {
    if (isErrno(error, ['ENOENT'])) return false;
    throw error;
  }
}

/** `null` where the name is taken. */
async function openNew(file: string): Promise<FileHandle | null> {
  try {
    return await open(file, 'wx');
  } catch (error) {
    if (isErrno(error, ['EEXIST'])) return null;
    throw error;
  }
}

/** @returns whether its container has a place for that. */
async function addInside(copy: string, extension: string, box: Uint8Array): Promise<boolean> {
  if (!/^\.(mp4|m4v|mov)$/i.test(extension)) return false;
  const file = await open(copy, 'r+');
  try {
    const { size } = await file.stat();
    if (!(await takesBox((position, length) => readAt(file, position, length), size))) return false;
    await file.write(box, 0, box.length, size);
    return true;
  } finally {
    await file.close();
  }
}
