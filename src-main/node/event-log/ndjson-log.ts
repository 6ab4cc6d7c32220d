/**
 * The log as files of one JSON object per line.
 *
 * One writer. All appends that wait are written together and synced once (group commit), so the price of a sync is
 * shared by as many callbacks as arrive during the one before. An append resolves only when its bytes are on disk, in
 * the file that the next start reads, and no one else has begun to write there.
 */
import type { EventDraft } from '../../common/events.ts';
import type { Log } from '../log/log.ts';
import { createAppendQueue } from './append-queue.ts';
import type { StoredEvent } from './followers.ts';
import { encodeBatch } from './encode-batch.ts';
import type { EventLog } from './event-log.ts';
import { makeFolder } from '../storage/durable-files.ts';
import { createTeller } from './followers.ts';
import { createHealthWatch, StorageFault } from './health-watch.ts';
import { createLines } from './line-format.ts';
import { openLogFolder } from './log-folder.ts';
import { ndjsonCursor, ndjsonStart, positionOf, readNdjsonLog } from './ndjson-reader.ts';

export interface NdjsonLogOptions {
  readonly dir: string;
  readonly log: Log;
  readonly now: () => Date;
  /** A new segment is begun once the current one has reached this size. Default 64 MiB. */
  readonly segmentBytes?: number;
  /** How often the folder is looked at while nothing is written, in ms. Default 5000; every second while it is not well. */
  readonly lookEveryMs?: number;
}

const defaultSegmentBytes = 64 * 1024 * 1024;
const defaultLookEveryMs = 5000;
const lookWhenNotWellMs = 1000;
/** A batch that takes longer than this is told as a slow disk. */
const slowMs = 3000;

/** @throws NodeJS.ErrnoException where the folder cannot be read or claimed. */
export async function openNdjsonLog(options: NdjsonLogOptions): Promise<EventLog> {
  const { dir, log, now } = options;
  const segmentBytes = options.segmentBytes ?? defaultSegmentBytes;
  const lookEveryMs = options.lookEveryMs ?? defaultLookEveryMs;
  await makeFolder(dir);

  const health = createHealthWatch(log);
  const folder = await openLogFolder(dir, log, () => health.note('journal-cut', { folder: dir }));
  let seq = folder.seq();
  /** The first of the numbers that were given out since the last success and must not be answered for. */
  let givenUpFrom: number | null = null;
  const teller = createTeller(ndjsonCursor({ ...folder.place(), seq }), log);
  const lines = createLines();

  async function store(appends: readonly (readonly EventDraft[])[]): Promise<readonly StoredEvent[]> {
    const slow = setTimeout(() => health.set('slow-disk', { seconds: slowMs / 1000 }), slowMs);
    try {
      const stored = await storeOrFail(appends);
      health.set(null);
      return stored;
    } catch (error) {
      if (!(error instanceof StorageFault)) throw error;
      log.error({ error, appends: appends.length }, 'the journal could not be written');
      health.set(error.code, { folder: dir, ...error.params });
      throw error.toInboxError();
    } finally {
      clearTimeout(slow);
    }
  }

  async function storeOrFail(
    appends: readonly (readonly EventDraft[])[],
    isRetry = false,
  ): Promise<readonly StoredEvent[]> {
    if (appends.every(({ length }) => length === 0)) {
      seq = Math.max(seq, await folder.check({ writes: !health.isWell() }));
      return [];
    }
    seq = Math.max(seq, await folder.ready(segmentBytes));
    const first = seq + 1;
    const start = { at: now().toISOString(), seq, givenUpFrom, place: folder.place() };
    const batch = await encodeBatch(appends, start, lines);
    const outcome = await folder.write(batch.bytes);
    if (outcome.kind === 'stored') {
      // More may be known to be given out by now.
      seq = Math.max(seq, batch.seq);
      givenUpFrom = null;
      return batch.stored;
    }
    // What could not be cut off again may still be read some day, so its numbers are nobody else's.
    if (!outcome.isCut) {
      givenUpFrom ??= first;
      seq = Math.max(seq, batch.seq);
    }
    if (outcome.mayRetry && !isRetry) return storeOrFail(appends, true);
    throw outcome.fault;
  }

  const queue = createAppendQueue({ store, teller, log });
  let watching: NodeJS.Timeout | null = null;
  function watch(): void {
    watching = setTimeout(
      () => {
        // Its failure is what the health tells.
        void queue
          .append([], 'bulk')
          .catch(() => undefined)
          .finally(() => {
            if (watching !== null) watch();
          });
      },
      health.isWell() ? lookEveryMs : Math.min(lookEveryMs, lookWhenNotWellMs),
    );
    watching.unref();
  }
  watch();

  return {
    append: (drafts, { priority = 'bulk' } = {}) =>
      drafts.length === 0 ? Promise.resolve([]) : queue.append(drafts, priority),
    read(from, onEvent) {
      seq = Math.max(seq, (from === null ? null : positionOf(from))?.seq ?? 0);
      return readNdjsonLog(dir, from, onEvent, positionOf(teller.end()) ?? ndjsonStart);
    },
    follow: (name, follower) => teller.follow(name, follower),
    end: () => teller.end(),
    lastSeq: () => positionOf(teller.end())?.seq ?? 0,
    continueAbove: (known) => {
      seq = Math.max(seq, known);
    },
    health: () => health.current(),
    onHealth: (listener) => health.onChange(listener),
    async close() {
      if (watching !== null) clearTimeout(watching);
      watching = null;
      await queue.close();
      await folder.close();
    },
  };
}
