/** What is taken away together: films under readable names, and what is told beside and inside them. */
import { createHash } from 'node:crypto';
import type { ExportOptions } from '../../common/contract.ts';
import { edlOf, markersCsv, type ListedFilm } from '../../common/export-lists.ts';
import { exportName, safeName } from '../../common/export-names.ts';
import { movingPictures } from '../../common/model.ts';
import type { AnyTask } from '../../common/task-view.ts';
import { xmpOf } from '../../common/xmp.ts';
import type { ByteRange } from '../video-store/video-store.ts';
import { clientPage, type ClientFilm } from './client-page.ts';
import { takesBox, xmpBox } from './xmp-box.ts';

/** A file as it lies in the store. */
export interface ExportedFile {
  readonly name: string;
  readonly sizeBytes: number;
  /** `null` where it has gone meanwhile. */
  readonly open: (range?: ByteRange) => Promise<AsyncIterable<Uint8Array> | null>;
}

export interface ExportEntry {
  /** Relative, with `/`. */
  readonly name: string;
  readonly modifiedAt: Date;
  /** `null` where the file has gone meanwhile. */
  readonly open: () => Promise<AsyncIterable<Uint8Array> | Uint8Array | null>;
}

export interface ExportSource {
  readonly tasks: Iterable<AnyTask>;
  /** How many films there are to be: on a client's page each has a number, and all are as wide as the last. */
  readonly films: number;
  /** A film or a poster of a task by its relative path; `null` where it is not there. */
  readonly find: (task: AnyTask, relative: string) => Promise<ExportedFile | null>;
}

const isKept = <T extends AnyTask['videos'][number]>(video: T): video is T & { readonly path: string } =>
  video.state === 'saved' && video.path !== null;

/** Those of a task that an export takes, as far as they are there. */
export const filmsOf = ({ videos }: AnyTask): AnyTask['videos'] => videos.filter(isKept);

/**
 * Films first, then what is told of all of them. Which films are there is looked up when it is their turn.
 * @param skipped is told of a film that is not on disk any more.
 */
export async function* exportSet(
  { tasks, films, find }: ExportSource,
  options: ExportOptions,
  skipped: (task: AnyTask, n: number) => void,
): AsyncGenerator<ExportEntry> {
  const nameOf = uniqueNames();
  const listed: ListedFilm[] = [];
  const shown: ClientFilm[] = [];
  for (const task of tasks) {
    for (const [index, video] of task.videos.entries()) {
      if (!isKept(video)) continue;
      const n = index + 1;
      const file = await find(task, video.path);
      if (file === null) {
        skipped(task, n);
        continue;
      }
      const modifiedAt = new Date(task.receivedAt);
      const extension = /\.\w{1,5}$/.exec(video.path)?.[0] ?? '';
      const title = clientTitle(task, n, numbered(shown.length + 1, films));
      const name = nameOf(options.client ? safeName(title) : exportName(options.template, task, n), extension);
      const inside = options.metadata && !options.client ? await tagsFor(file, extension, task, n) : null;
      let sha256 = video.sha256;
      yield {
        name: options.client ? `films/${name}` : name,
        modifiedAt,
        open: async () => withEnd(await file.open(), inside, (whole) => (sha256 = whole)),
      };
      listed.push({ file: name, task, n });
      if (options.client) {
        const moves = movingPictures.has(video.container ?? '');
        // A task has one, of its first film.
        const isFirst = index === task.videos.findIndex(isKept);
        const poster = isFirst && !moves ? await posterFor(task, name, find) : null;
        if (poster !== null) yield { ...poster, modifiedAt };
        const { width, height } = video;
        shown.push({ file: `films/${name}`, poster: poster?.name ?? null, title, width, height, moves });
      } else if (options.metadata) {
        yield { name: `${name}.json`, modifiedAt, open: () => Promise.resolve(toBytes(sidecarText(task, n, sha256))) };
      }
    }
  }
  const now = new Date();
  const told = (name: string, text: string): ExportEntry => ({
    name,
    modifiedAt: now,
    open: () => Promise.resolve(toBytes(text)),
  });
  if (options.client) yield told('index.html', clientPage({ ...options, films: shown }));
  else if (options.markers) {
    yield told('markers.edl', edlOf(options.title, listed));
    yield told('markers.csv', markersCsv(listed));
  }
}

/** In folders sorted by name the hundredth comes after the eleventh, too. */
const numbered = (place: number, last: number): string => String(place).padStart(Math.max(2, String(last).length), '0');

/** The name that the person gave; never a prompt. */
function clientTitle(task: AnyTask, n: number, number: string): string {
  if (task.title === undefined) return number;
  return task.videos.length > 1 ? `${number} ${task.title} ${String(n)}` : `${number} ${task.title}`;
}

async function posterFor(
  task: AnyTask,
  film: string,
  find: ExportSource['find'],
): Promise<Pick<ExportEntry, 'name' | 'open'> | null> {
  const poster = task.poster === null ? null : await find(task, task.poster);
  if (poster === null) return null;
  const extension = /\.\w{1,5}$/.exec(poster.name)?.[0] ?? '.jpg';
  return { name: `posters/${film}${extension}`, open: () => poster.open() };
}

/** The end of a copy that tells what it is; `null` where the container has no place for it: the sidecar tells it. */
async function tagsFor(file: ExportedFile, extension: string, task: AnyTask, n: number): Promise<Buffer | null> {
  if (!/^\.(mp4|m4v|mov)$/i.test(extension)) return null;
  const read = async (start: number, length: number): Promise<Buffer> => {
    const end = Math.min(file.sizeBytes, start + length) - 1;
    const bytes = await file.open({ start, end });
    const pieces: Uint8Array[] = [];
    for await (const piece of bytes ?? []) pieces.push(piece);
    return Buffer.concat(pieces);
  };
  return (await takesBox(read, file.sizeBytes)) ? xmpBox(xmpOf(task, n)) : null;
}

async function* joined(
  bytes: AsyncIterable<Uint8Array>,
  end: Uint8Array,
  onWhole: (sha256: string) => void,
): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256');
  for await (const piece of bytes) {
    hash.update(piece);
    yield piece;
  }
  onWhole(hash.update(end).digest('hex'));
  yield end;
}

function withEnd(
  bytes: AsyncIterable<Uint8Array> | null,
  end: Uint8Array | null,
  onWhole: (sha256: string) => void,
): AsyncIterable<Uint8Array> | null {
  return bytes === null || end === null ? bytes : joined(bytes, end, onWhole);
}

/** @param sha256 of the copy: with what is told inside it, it is another one than the library's. */
export function sidecarText(task: AnyTask, n: number, sha256: string | null): string {
  const { key, provider, taskId, title, prompt, sourceUrl, model, project, tags, rating, note, receivedAt } = task;
  const video = task.videos[n - 1];
  const told = {
    ...{ key, provider, taskId, title, prompt, sourceUrl, model, project, tags, rating, note, receivedAt },
    credits: task.credits,
    url: video?.url,
    sha256,
    ...(video?.sha256 === sha256 ? {} : { filmSha256: video?.sha256 }),
    sources: task.sources,
  };
  return `${JSON.stringify(told, null, 2)}\n`;
}

/** Two films never have one name, also on a disk that takes `A` for `a`. */
function uniqueNames(): (name: string, extension: string) => string {
  const taken = new Set<string>();
  return (name, extension) => {
    for (let n = 1; ; n += 1) {
      const wished = `${name}${n === 1 ? '' : ` (${String(n)})`}${extension}`;
      if (taken.has(wished.toLowerCase())) continue;
      taken.add(wished.toLowerCase());
      return wished;
    }
  };
}

const toBytes = (text: string): Uint8Array => Buffer.from(text, 'utf8');
