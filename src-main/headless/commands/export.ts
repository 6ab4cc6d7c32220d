import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat, type FileHandle } from 'node:fs/promises';
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
import { exportSet, filmsOf, sidecarText, type ExportedFile } from '../../node/export/export-set.ts';
import { xmpBox } from '../../node/export/xmp-box.ts';
import { dataDirAt, diskReason, isDiskRefusal } from '../../node/data-dir.ts';
import { makeFolder } from '../../node/storage/durable-files.ts';
import { isWithin, realPlace } from '../../node/storage/real-place.ts';
import type { Command, Terminal } from '../command.ts';
import { readCommandFlags } from '../command-flags.ts';
import { clearLeftParts, copyAs, refuseTaken, writeNew, writeTogether } from '../export-files.ts';
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
  flags.refuseBoth('client', ['name', 'metadata', 'markers']);
  const to = flags.text('to');
  // Of a script whose variable is not set, it would be the folder that it runs in.
  if (to === null || to === '') throw new InboxError('bad-request', commandTexts.exportWhere);
  const [unknown] = unknownWords(flags.text('name') ?? '');
  if (unknown !== undefined) {
    const known = exportWords.map((word) => `{${word}}`).join(' ');
    throw new InboxError('bad-request', libraryTexts.unknownExportWord(unknown, known));
  }
  const library = await accessLibrary(flags.dataDir, terminal);
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
  if (flags.text('title') !== null && !wished.client && !wished.markers) {
    terminal.err(terminalTexts.note(terminalTexts.exported.titleNotUsed));
  }
  await refuseOwnPlace(path.resolve(to), flags.dataDir);
  const lacking = flags.positionals.filter((_, at) => !tasks[at]?.videos.some(({ state }) => state === 'saved'));
  if (lacking.length === tasks.length) {
    terminal.err(terminalTexts.exported.nothing);
    return 2;
  }
  const write = wished.client ? exportPage : exportFilms;
  const { copies, gone } = await makeFolder(path.resolve(to), 0o777)
    .then(() => write({ tasks, library, dataDir: flags.dataDir, wished, to, terminal }))
    .catch((error: unknown) => {
      throw isDiskRefusal(error)
        ? new InboxError('storage-failed', commandTexts.exportRefused(to, diskReason(error)), { cause: error })
        : error;
    });
  if (copies + gone > 0) {
    if (lacking.length > 0) terminal.err(terminalTexts.exported.lacking(lacking.join(' ')));
    return gone > 0 ? 1 : 0;
  }
  terminal.err(terminalTexts.exported.nothing);
  return 2;
};

/** By any name. Among the library's files a copy would be taken for one of them, or for a leftover. @throws InboxError */
async function refuseOwnPlace(to: string, dataDir: string): Promise<void> {
  const target = await realPlace(to);
  const { root, ...own } = dataDirAt(dataDir);
  for (const place of [root, ...Object.values(own)]) {
    if (isWithin(await realPlace(place), target)) throw new InboxError('bad-request', commandTexts.exportInside(to));
  }
}

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
  await clearLeftParts(path.resolve(to));
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
            beside: (sha256: string | null) => sidecarText(task, n, sha256),
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
  const films = tasks.reduce((sum, task) => sum + filmsOf(task).length, 0);
  let copied = 0;
  let gone = 0;
  const skipped = (task: AnyTask, n: number): void => {
    gone += 1;
    terminal.err(say(commandTexts.filmGone(task.videos[n - 1]?.path ?? '')));
  };
  const page = path.resolve(to, 'index.html');
  await refuseTaken(page);
  await clearLeftParts(path.resolve(to));
  const files = async function* () {
    for await (const { name, open } of exportSet({ tasks, films, find }, wished, skipped)) {
      if (name === 'index.html' && copied === 0) return;
      const bytes = await open();
      if (bytes === null) throw new InboxError('not-found', commandTexts.filmGone(name));
      yield { name, bytes };
      copied += 1;
    }
  };
  await writeTogether(path.resolve(to), files());
  if (copied > 0) terminal.out(page);
  return { copies: copied > 0 ? 1 : 0, gone };
}
