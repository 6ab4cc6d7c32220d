/**
 * Films that are on disk already come into the library: known by their bytes, told about by the sidecar that this program
 * writes beside a video or an export. The file itself stays where it is; the library keeps a checked copy.
 */
import { createHash } from 'node:crypto';
import { open, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { canParseUrl } from '../../../common/can-parse-url.ts';
import type { ImportedFilm } from '../../../common/contract.ts';
import { InboxError } from '../../../common/errors.ts';
import { labelLimit } from '../../../common/tags-in-text.ts';
import type { Draft } from '../../../common/events.ts';
import { eventFormat } from '../../../common/events.ts';
import { firstResult, laterResult } from '../../../common/fold-result.ts';
import { joinedTask } from '../../../common/identity.ts';
import { inlineFilmUrl } from '../../../common/inline-film.ts';
import { noResult, type Task } from '../../../common/model.ts';
import { providerFamily } from '../../../common/providers/catalog.ts';
import { libraryTexts } from '../../../common/texts/en-library.ts';
import { asRecord } from '../../../common/providers/json.ts';
import { taskIdOf } from '../../../common/providers/task-id.ts';
import { DownloadFault } from '../../downloads/download-fault.ts';
import type { Downloads } from '../../downloads/downloads.ts';
import type { FilesByHash } from '../../projections/files-by-hash.ts';
import type { Library } from '../../projections/library.ts';
import { filmBefore } from '../../export/xmp-box.ts';
import { readAt } from '../../media/read-at.ts';
import { sha256OfFile } from '../../storage/file-hash.ts';
import { looksOf } from '../../storage/file-looks.ts';
import { createTurns } from '../../storage/turns.ts';
import type { FilePlaces } from '../../video-store/file-places.ts';
import { describeTask, type DownloadPlan } from '../downloads/download-plan.ts';
import { refusalOfGiven } from './given-film.ts';

export interface FilmImportPorts {
  readonly library: Pick<Library, 'get' | 'tasksOf' | 'recordAll'>;
  readonly files: Pick<FilesByHash, 'holderOf' | 'missing'>;
  readonly plan: Pick<DownloadPlan, 'jobFor'>;
  readonly downloads: Pick<Downloads, 'attach'>;
  readonly isThere: FilePlaces['isThere'];
  /** Brings a task back from the trash. */
  readonly restore: (key: string) => Promise<unknown>;
  /** What a page without paths brought for this is not needed after it, whatever came of it; other files stay. */
  readonly forget: (file: string) => Promise<void>;
  readonly now: () => Date;
}

export interface FilmImport {
  /** @throws InboxError where it cannot be read or is no film; nothing has changed then. */
  add(file: string): Promise<ImportedFilm>;
  /**
   * The file of a saved video, which is not where it was. @param n From 1, as listed.
   * @throws InboxError likewise, and where it is another film or none is missed.
   */
  locate(key: string, n: number, file: string): Promise<void>;
}

/** What a sidecar tells, as far as it is sound. */
interface Told {
  readonly provider: string;
  readonly taskId: string;
  /** May be without its query; `null` where it is not told. */
  readonly url: string | null;
  readonly urlSha256: string | null;
  readonly prompt: string | null;
  readonly sourceUrl: string | null;
  readonly model: string | null;
  readonly title: string | null;
  readonly project: string | null;
  readonly tags: readonly string[];
}

const mostSidecarBytes = 1024 * 1024;
const mostTags = 64;

export function createFilmImport({
  library,
  files,
  plan,
  downloads,
  isThere,
  restore,
  forget,
  now,
}: FilmImportPorts): FilmImport {
  const inTurn = createTurns();

  function knownTask({ provider, taskId }: Told): Task | undefined {
    const names = library.tasksOf(taskId).filter(({ goneSeq }) => goneSeq === undefined);
    const joined = joinedTask({ provider, certain: provider !== 'unknown', family: providerFamily(provider) }, names);
    return joined === undefined ? undefined : library.get(joined.key);
  }

  const read = (file: string): ReturnType<typeof filmIn> =>
    filmIn(file).catch((cause: unknown) => {
      throw new InboxError('bad-request', libraryTexts.noSuchFile(file), { cause });
    });

  /** Whoever brings what was thrown away wants it, and it would leave with the trash. @returns whether it was there. */
  async function takeFromTrash(key: string): Promise<boolean> {
    if ((library.get(key)?.trashedAt ?? null) === null) return false;
    await restore(key);
    return true;
  }

  async function addNext(file: string): Promise<ImportedFilm> {
    const film = await read(file);
    const { sha256 } = film;
    const told = (await readSidecar(file, sha256)) ?? untold(sha256);

    const before = knownTask(told);
    const place = before?.videos.findIndex((video) => video.state !== 'saved' && isFilmOf(told, video.url)) ?? -1;
    if (before !== undefined && place >= 0) {
      const kept = await keep(before, place, film, []);
      await takeFromTrash(before.key);
      return kept;
    }
    const holder = await files.holderOf(sha256);
    const wasInTrash = holder !== null && (await takeFromTrash(holder));
    // Moved or removed behind our back: it is back now.
    const missed = await files.missing(sha256);
    const owner = missed === null ? undefined : library.get(missed.key);
    if (missed !== null && owner !== undefined) return keep(owner, missed.n - 1, film, []);
    if (holder !== null) return { key: holder, outcome: wasInTrash ? 'imported' : 'present' };
    // What a provider said of a task is not added to by a file.
    const isImport = before !== undefined && before.deliveries === 0 && before.trust === 'unsigned';
    const isOpen = before === undefined || (isImport && before.state === 'succeeded' && before.trashedAt === null);
    const event = resultOf(
      isOpen ? told : { ...told, ...untoldName(sha256) },
      sha256,
      isOpen ? before?.key : undefined,
    );
    const stamped = { ...event, v: eventFormat, seq: 0, at: now().toISOString() };
    const task = isOpen && before !== undefined ? laterResult(before, stamped) : firstResult(stamped, keyOf(event));
    const added = task.videos.findIndex(({ url }) => event.read.result.videoUrls.includes(url));
    const titled: Draft<'titled'>[] =
      told.title === null || before !== undefined ? [] : [{ type: 'titled', key: task.key, title: told.title }];
    return keep(task, Math.max(0, added), film, [{ ...event, key: task.key }, ...titled]);
  }

  async function locateNext(key: string, n: number, file: string): Promise<void> {
    const task = library.get(key);
    const video = task?.videos[n - 1];
    if (task === undefined || video === undefined) throw new InboxError('not-found', libraryTexts.notInLibrary);
    const film = await read(file);
    if (video.state !== 'saved' || video.path === null || film.sha256 !== video.sha256)
      throw new InboxError('bad-request', libraryTexts.anotherFilm);
    if (await isThere(task, video.path)) throw new InboxError('conflict', libraryTexts.isSaved);
    await keep(task, n - 1, film, []);
  }

  /** Copies and checks first: what is no film changes nothing. */
  async function keep(
    task: Task,
    place: number,
    film: ReadFilm,
    first: readonly (Draft<'result'> | Draft<'titled'>)[],
  ): Promise<ImportedFilm> {
    try {
      const url = task.videos[place]?.url ?? '';
      await downloads.attach(plan.jobFor(task, place + 1), unchangedBytesOf(film), {
        describe: () => describeTask(library.get(task.key) ?? task),
        check: () => undefined,
        noted: (saved) =>
          library.recordAll([...first, { type: 'video-saved', key: task.key, url, file: saved, by: 'imported' }]),
      });
      return { key: task.key, outcome: 'imported' };
    } catch (error) {
      throw error instanceof DownloadFault ? refusalOfGiven(error) : error;
    }
  }

  async function andForget<T>(file: string, act: () => Promise<T>): Promise<T> {
    try {
      return await inTurn(act);
    } finally {
      await forget(file);
    }
  }

  return {
    add: (file) => andForget(file, () => addNext(path.resolve(file))),
    locate: (key, n, file) => andForget(file, () => locateNext(key, n, path.resolve(file))),
  };
}

function keyOf({ read }: Draft<'result'>): string {
  return `${read.provider}:${read.taskId}`;
}

function resultOf(told: Told, sha256: string, key: string | undefined): Draft<'result'> {
  const { provider, taskId, prompt, sourceUrl, model, tags, project } = told;
  return {
    type: 'result',
    source: 'import',
    read: {
      provider,
      certain: provider !== 'unknown',
      family: providerFamily(provider),
      taskId,
      result: {
        ...noResult,
        state: 'succeeded',
        prompt,
        sourceUrl,
        videoUrls: [told.url ?? inlineFilmUrl(sha256)],
        model,
      },
    },
    trust: 'unsigned',
    evidence: null,
    tags,
    ...(project === null ? {} : { project }),
    ...(key === undefined ? {} : { key }),
  };
}

/**
 * What an export has put behind a film is no part of it: it is known by the bytes that it had, and comes in with them.
 * @throws NodeJS.ErrnoException; InboxError where it is no file
 */
async function filmIn(file: string): Promise<ReadFilm> {
  // Opening a pipe waits for who writes to it, and a device may have no end: all later imports would wait as well.
  if (!(await stat(file)).isFile()) throw new InboxError('bad-request', libraryTexts.noSuchFile(file));
  const looks = await looksOf(file);
  const handle = await open(file, 'r');
  try {
    const { size } = await handle.stat();
    const film = await filmBefore((position, length) => readAt(handle, position, length), size);
    if (film !== null && (await sha256OfFile(file, film.length)) === film.sha256) return { file, looks, ...film };
    return { file, looks, sha256: await sha256OfFile(file), length: Infinity };
  } finally {
    await handle.close();
  }
}

interface ReadFilm {
  readonly file: string;
  /** Before it was read; `null`: it was gone just then. */
  readonly looks: string | null;
  readonly sha256: string;
  /** In bytes; `Infinity` is the whole file. */
  readonly length: number;
}

/** One that is still being copied there is known by other bytes than it has. @throws InboxError at the end */
async function* unchangedBytesOf({ file, length, looks }: ReadFilm): AsyncIterable<Uint8Array> {
  yield* bytesOf(file, length);
  if ((await looksOf(file)) !== looks) throw new InboxError('bad-request', libraryTexts.notAWholeFilm);
}

/** A film of which nothing is known is named by its bytes. */
function untoldName(sha256: string): Pick<Told, 'provider' | 'taskId' | 'url'> {
  return { provider: 'unknown', taskId: `film-${sha256.slice(0, 16)}`, url: null };
}

function untold(sha256: string): Told {
  const nothing = { urlSha256: null, prompt: null, sourceUrl: null, model: null, title: null, project: null, tags: [] };
  return { ...untoldName(sha256), ...nothing };
}

function isFilmOf({ url, urlSha256 }: Told, known: string): boolean {
  return url === known || urlSha256 === createHash('sha256').update(known).digest('hex');
}

/** `film.json` as the library writes it, or `film.mp4.json` as an export does; `null` where none tells of these bytes. */
async function readSidecar(film: string, sha256: string): Promise<Told | null> {
  for (const name of [film.replace(/\.[^./\\]+$/, '.json'), `${film}.json`]) {
    if (name === film) continue;
    try {
      if ((await stat(name)).size > mostSidecarBytes) continue;
      const told = toldIn(JSON.parse(await readFile(name, 'utf8')), sha256);
      if (told !== null) return told;
    } catch {
      // None, or another program's.
    }
  }
  return null;
}

function toldIn(sidecar: unknown, sha256: string): Told | null {
  const fields = asRecord(sidecar);
  const text = (name: string, most: number): string | null => {
    const value = fields[name];
    return typeof value === 'string' && value !== '' && value.length <= most ? value : null;
  };
  const provider = text('provider', 40);
  // What would be no id in a callback is none here: it goes into addresses, names of files and notices.
  const taskId = taskIdOf(fields['taskId']);
  const bytes = fields['filmSha256'] ?? fields['sha256'] ?? asRecord(fields['file'])['sha256'];
  if (bytes !== sha256 || taskId === null || provider === null || !/^[a-z0-9][a-z0-9-]*$/.test(provider)) return null;
  const tags = Array.isArray(fields['tags']) ? fields['tags'] : [];
  const url = text('url', 8192);
  return {
    provider,
    taskId,
    url: url !== null && /^https?:\/\//i.test(url) && canParseUrl(url) ? url : null,
    urlSha256: text('urlSha256', 64),
    prompt: text('prompt', 20_000),
    sourceUrl: text('sourceUrl', 8192),
    model: text('model', 200),
    title: text('title', 200),
    project: text('project', 200),
    tags: tags
      .filter((tag): tag is string => typeof tag === 'string' && tag !== '' && tag.length <= labelLimit)
      .slice(0, mostTags),
  };
}

/** A file of the person, or its first bytes. @throws InboxError where it cannot be read. */
export async function* bytesOf(file: string, length = Infinity): AsyncIterable<Uint8Array> {
  const handle = await open(path.resolve(file), 'r').catch((cause: unknown) => {
    throw new InboxError('bad-request', libraryTexts.noSuchFile(file), { cause });
  });
  try {
    if (!(await handle.stat()).isFile()) throw new InboxError('bad-request', libraryTexts.noSuchFile(file));
    for await (const chunk of handle.createReadStream({
      autoClose: false,
      highWaterMark: 256 * 1024,
      end: length - 1,
    })) {
      yield chunk as Uint8Array;
    }
  } finally {
    await handle.close();
  }
}
