/**
 * The library as lowdb files of at most 256 tasks each, and a checkpoint that says up to which place in the event log they
 * are complete. Made from the journal; may be deleted and is made again.
 */
import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { crc32 } from 'node:zlib';
import { Low } from 'lowdb';
import { foldVersion } from '../../common/fold.ts';
import { cursorOf, type Cursor, type EventKind } from '../event-log/event-log.ts';
import { ndjsonCursor } from '../event-log/ndjson-reader.ts';
import type { Log } from '../log/log.ts';
import { makeFolderIn, renameFile, replaceFile } from '../storage/durable-files.ts';
import { createGoneFile, goneFileName, goneOf } from './gone-file.ts';
import {
  createFileReader,
  createSyncedAdapter,
  createSyncedJsonAdapter,
  type FileReader,
  type JsonFormat,
} from '../storage/synced-json-adapter.ts';
import { createLinePool, type LinePool } from './line-pool.ts';
import { decodePage, encodePage, indexFormat, isOldestFormat, isOlderPage, isReadFormat } from './page-format.ts';
import { newestIn } from './page-heads.ts';
import type { PageEntry } from './task-facts.ts';
import type { GoneTask } from './gone-file.ts';
import { isTextPage } from './text-pages.ts';
import { isRecord } from '../../common/providers/json.ts';

export const tasksPerPage = 256;

/** In what the pages may be behind the log up to their checkpoint: another program made them. */
export interface IndexLag {
  /** Events that it did not know: one that knows them makes the index anew. */
  readonly kinds: readonly EventKind[];
  /** True where some of them are known by now, and the pages do not show them yet. */
  readonly isDue: boolean;
  /** The `foldVersion` of the oldest of them; 0 where nobody said it. */
  readonly fold: number;
}

export interface LoadedIndex {
  /** Tasks per page, in page order; a page that could not be read is empty. */
  readonly pages: readonly (readonly PageEntry[])[];
  /** Up to where the pages are complete; `null` where the whole journal must be read on top of them. */
  readonly checkpoint: Cursor | null;
  /** Pages that are not on disk as they are written now: of an older format, or not there. */
  readonly stale: readonly number[];
  /** True where the checkpoint is of an older format, which is read but not written any more. */
  readonly isOlder: boolean;
  readonly lag: IndexLag;
  /** Tasks that left the library behind the checkpoint. */
  readonly gone: readonly GoneTask[];
  /** File names of pages that were broken and were put aside. */
  readonly putAside: readonly string[];
}

export interface IndexPages {
  load(): Promise<LoadedIndex>;
  /** Resolves once the page is on disk. */
  savePage(page: number, entries: readonly PageEntry[]): Promise<void>;
  /** Where the lines of pages lie in memory that are not among the newest. */
  readonly pool: Pick<LinePool, 'put'>;
  /** @param pages how many pages there are now; there are never fewer than before. */
  saveCheckpoint(cursor: Cursor, pages: number, lag?: IndexLag): Promise<void>;
  /** Tasks that left the library behind the checkpoint, beside those that are noted already. */
  addGone(tasks: readonly GoneTask[]): Promise<void>;
  /** From here on these are all that left behind the checkpoint. */
  keepGone(tasks: readonly GoneTask[]): Promise<void>;
}

interface Checkpoint {
  readonly cursor: Cursor;
  readonly pages: number;
  readonly isOlder: boolean;
  readonly lag: IndexLag;
  /** Number of the last event in each page as it was on disk then; absent until December 2026. */
  readonly newest: readonly number[];
  /** Until November 2026 they stood here. */
  readonly gone: readonly GoneTask[];
}

/** The newest are looked at and changed most. */
export const openPages = 4;
const pageName = /^page-(\d{6})\.json$/;

export function createIndexPages(dir: string, log: Log): IndexPages {
  const pool = createLinePool();
  const pageFile = (page: number): string => path.join(dir, `page-${String(page).padStart(6, '0')}.json`);
  const pageStore = (page: number, decode: Decode, read?: FileReader): Low<readonly PageEntry[]> => {
    const adapter = createSyncedAdapter(pageFile(page), { decode, encode: encodePage }, read);
    return new Low<readonly PageEntry[]>(adapter, noEntries);
  };
  const checkpointFile = path.join(dir, 'checkpoint.json');
  const goneFile = createGoneFile(dir);
  /** Number of the last event in each page on disk. */
  const newest: number[] = [];

  async function readCheckpoint(): Promise<Checkpoint | null> {
    const store = new Low<Checkpoint | null>(createSyncedJsonAdapter(checkpointFile, checkpointFormat), null);
    try {
      await store.read();
    } catch (error) {
      if (error instanceof OtherFormat) {
        log.info({}, 'the index is of another version of this program; it is made again from the journal');
        await clear();
        return null;
      }
      log.warn({ error }, 'the checkpoint of the index cannot be read; the index is made again from the journal');
    }
    return store.data;
  }

  async function clear(): Promise<void> {
    await makeFolderIn(dir); // someone may have deleted it while the library is open
    for (const name of await readdir(dir)) {
      if (pageName.test(name) || isTextPage(name) || name === 'checkpoint.json' || name === goneFileName)
        await rm(path.join(dir, name), { force: true });
    }
  }

  async function putAside(page: number, error: unknown): Promise<string> {
    const file = pageFile(page);
    const aside = `${file}.broken-${String(Date.now())}`;
    await renameFile(file, aside);
    log.warn(
      { file: path.basename(file), error },
      'a page of the index was broken; it was put aside and is made again from the journal',
    );
    return path.basename(aside);
  }

  return {
    async load() {
      await makeFolderIn(dir);
      const checkpoint = await readCheckpoint();
      // Pages behind the checkpoint are good ones: a stop came before it was written anew.
      const count = Math.max(checkpoint?.pages ?? 0, await countPageFiles(dir));
      const pages: (readonly PageEntry[])[] = Array.from({ length: count }, () => []);
      const aside: string[] = [];
      // Pages of a quarter of a megabyte each, thrown away by the hundred, are what the memory of a start would be.
      const read = createFileReader();
      const stale: number[] = [];
      let isComplete = true;
      for (let page = 0; page < count; page += 1) {
        const decode: Decode = (bytes) => {
          if (isOlderPage(bytes)) stale.push(page);
          return decodePage(bytes, pool, page >= count - openPages);
        };
        const store = pageStore(page, decode, read);
        try {
          await store.read();
          pages[page] = store.data;
          newest[page] = newestIn(store.data);
        } catch (error) {
          aside.push(await putAside(page, error));
        }
        if (store.data !== noEntries) continue;
        stale.push(page);
        isComplete = false;
      }
      // Copied file by file while it was in use, or of a disk that said it had written what it had not.
      const older = (checkpoint?.newest ?? []).flatMap((seq, page) => ((newest[page] ?? 0) < seq ? [page] : []));
      if (older.length > 0) {
        isComplete = false;
        log.warn({ older }, 'pages of the index are older than its checkpoint; the whole journal is read');
      }
      return {
        pages,
        checkpoint: isComplete ? (checkpoint?.cursor ?? null) : null,
        stale,
        isOlder: checkpoint?.isOlder ?? false,
        lag: checkpoint?.lag ?? (count === 0 ? noLag : { ...noLag, fold: 0 }),
        gone: [...(checkpoint?.gone ?? []), ...goneFile.read()],
        putAside: aside,
      };
    },

    async savePage(page, entries) {
      // Someone may have deleted it meanwhile; the pages that are then missing are made again at the next start.
      await makeFolderIn(dir);
      const store = pageStore(page, (bytes) => decodePage(bytes, pool, true));
      store.data = entries;
      await store.write();
      newest[page] = newestIn(entries);
    },

    pool,

    async saveCheckpoint(cursor, pages, { kinds, isDue, fold } = noLag) {
      const checkpoint = { version: indexFormat, cursor, pages };
      const skipped = kinds.length > 0 || isDue ? { skipped: { kinds, isDue } } : {};
      const written = { ...checkpoint, ...skipped, fold, newest, sum: sumOf(checkpoint) };
      await replaceFile(checkpointFile, `${JSON.stringify(written)}\n`);
    },
    async addGone(tasks) {
      await makeFolderIn(dir);
      await goneFile.add(tasks);
    },
    keepGone: (tasks) => goneFile.replace(tasks),
  };
}

async function countPageFiles(dir: string): Promise<number> {
  const numbers = (await readdir(dir)).map((name) => Number(pageName.exec(name)?.[1] ?? -1));
  return Math.max(-1, ...numbers) + 1;
}

type Decode = (bytes: Buffer) => readonly PageEntry[];

/** What a store holds whose file is not there. */
const noEntries: readonly PageEntry[] = [];

const checkpointFormat: JsonFormat<Checkpoint | null> = {
  parse(value) {
    if (!isRecord(value)) throw new TypeError('not a checkpoint');
    const { version, cursor, segment, offset, seq, pages } = value;
    if (Number.isSafeInteger(version) && !isReadFormat(version)) throw new OtherFormat();
    const isOlder = version !== indexFormat;
    if (!isCount(pages)) throw new TypeError('a checkpoint without its pages');
    // A place too far on would hide what came in between.
    const isSummed = Number(version) >= summedSince || value['sum'] !== undefined;
    if (isSummed && value['sum'] !== sumOf({ version, cursor, pages })) {
      throw new TypeError('a checkpoint that is not as it was written');
    }
    const lag = lagOf(value, version);
    const newest = newestOf(value['newest']);
    if (typeof cursor === 'string')
      return { cursor: cursorOf(cursor), pages, isOlder, lag, newest, gone: goneOf(value['gone']) };
    // Up to November 2026 the place stood here in its parts.
    if (!isCount(segment) || !isCount(offset) || !isCount(seq)) throw new TypeError('a checkpoint without its place');
    return { cursor: ndjsonCursor({ segment, offset, seq }), pages, isOlder, lag, newest, gone: [] };
  },
  serialize: (checkpoint) => checkpoint,
};

/** A checkpoint of this format or a later one has its sum. */
const summedSince = 5;

const noLag: IndexLag = { kinds: [], isDue: false, fold: foldVersion };

/** The programs that wrote the first formats noted nothing, and knew no event of today. */
function lagOf({ skipped, fold }: Readonly<Record<string, unknown>>, version: unknown): IndexLag {
  const { kinds, isDue } = isRecord(skipped) ? skipped : {};
  const read: readonly unknown[] = Array.isArray(kinds) ? kinds : [];
  return {
    kinds: read.filter(isKind),
    isDue: isDue === true || isOldestFormat(version),
    fold: isCount(fold) ? fold : 0,
  };
}

function newestOf(written: unknown): readonly number[] {
  const read: readonly unknown[] = Array.isArray(written) ? written : [];
  return read.every(isCount) ? read : [];
}

function isKind(value: unknown): value is EventKind {
  return isRecord(value) && typeof value['type'] === 'string' && Number.isSafeInteger(value['v']);
}

const sumOf = (checkpoint: Readonly<Record<'version' | 'cursor' | 'pages', unknown>>): number =>
  crc32(JSON.stringify(checkpoint));

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value);
}

class OtherFormat extends Error {}
