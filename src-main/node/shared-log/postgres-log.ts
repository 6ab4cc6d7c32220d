/**
 * The event log as a table that several machines share. What is appended here is committed first, all that waits in one
 * transaction (group commit), and told when it comes back in the order of the log, among what the others wrote.
 */
import { eventFormat, type EventDraft, type StampedEvent } from '../../common/events.ts';
import type { StorageCode } from '../../common/storage-health.ts';
import { createAppendQueue } from '../event-log/append-queue.ts';
import type { StoredEvent } from '../event-log/followers.ts';
import { cursorOf, type Cursor, type EventKind, type EventLog, type ReadReport } from '../event-log/event-log.ts';
import { createTeller } from '../event-log/followers.ts';
import { createHealthWatch, StorageFault } from '../event-log/health-watch.ts';
import type { Log } from '../log/log.ts';
import { createAwaited } from './awaited.ts';
import { codeBehind, DatabaseAway, isDatabaseRefusal, LogReplaced, plannedOnce, type Database } from './database.ts';
import { createFeed } from './feed.ts';
import { createHeldEvents, type HeldEvents } from './held-events.ts';
import { createOwnEvents } from './own-events.ts';
import { createPace } from './pace.ts';
import { bodyOfText, createPageReader, type PageEntry } from './pages.ts';
import { cursorAt, firstPlace, placeOf, type Place } from './place.ts';
import { readShared } from './read-shared.ts';
import type { LogIdentity } from './migrations.ts';
import { startWakeUps, type WakeUpTimes } from './wake-ups.ts';
import { claimWriter, type LeaseHold, type Writer, type WriteOutcome } from './writer.ts';

export interface PostgresLogOptions {
  readonly database: Database;
  readonly identity: LogIdentity;
  /** Whose numbers the events get that are appended here. */
  readonly writer: string;
  readonly log: Log;
  readonly now: () => Date;
  readonly wakeUps?: Partial<WakeUpTimes>;
  /** So long an append waits until its events come back in the order of the log. Default 2 s. */
  readonly tellLimitMs?: number;
  /** Where to begin where the database cannot be asked. */
  readonly offlineFrom?: Cursor | null;
  /** And why it cannot. */
  readonly offlineWhy?: unknown;
}

export interface SharedLog extends EventLog {
  /** Resolves once it is committed; it is told when it comes back. Waits with the callbacks. @throws as `append` */
  commit(drafts: readonly EventDraft[]): Promise<void>;
  /** Of work that another machine may have taken over: only while the lease is held. @throws as `append` */
  appendHeld(drafts: readonly EventDraft[], lease: LeaseHold): Promise<WriteOutcome>;
  /** Each entry that was read while following, of all machines. @returns the undo. */
  onEntry(listener: (entry: PageEntry) => void): () => void;
  /** Events of this writer, up to this number, were written beside this log: the others, and we, are to look. */
  wrote(node: string, k: number): void;
  /** Somebody waits until what is written comes back. @returns the undo. */
  hurry(): () => void;
  /** What is written beside this log by this machine. */
  readonly held: HeldEvents;
  /** Looks now. */
  look(): Promise<void>;
  /** Whether the database was reached when it was last asked, else why not; and when that was. */
  reach(): { readonly isThere: boolean; readonly why: unknown; readonly at: number; readonly isListening: boolean };
  /** How far it was followed. */
  place(): Place;
  /**
   * Whether an order of this id was intended that is committed and not told here: a transaction elsewhere may hold it back.
   * Where none was, all that was ordered under it is told. @throws DatabaseAway
   */
  hasUntoldOrder(id: string): Promise<boolean>;
  /** Whether the log has this place: an index that stands behind another one is made of something else. @throws DatabaseAway */
  knows(cursor: Cursor): Promise<boolean>;
}

/** So long an append is tried while the database is away. */
const patienceMs = 3000;
/** A commit is told at once; where a transaction elsewhere holds the horizon back, its answer does not wait for it. */
const usualTellLimitMs = 2000;
/** What nobody waits for is looked for so often while more and more is written. */
const lookEveryMs = 20;
/** So often it is looked whether what could not be written could be now. */
const takenAgainMs = 2000;
const firstAgainMs = 5;
const longestAgainMs = 250;

/** @throws DatabaseAway, `pg.DatabaseError` */
export async function openPostgresLog(options: PostgresLogOptions): Promise<SharedLog> {
  const { database, identity, log, now } = options;
  const writing = database.session('writer', plannedOnce);
  const reading = database.session('reader', plannedOnce);
  const pages = createPageReader(reading, identity);
  const isOffline = options.offlineFrom !== undefined;
  let writer: Writer | null = null;
  const claim = async (): Promise<Writer> => (writer ??= await claimWriter(writing, identity, options.writer));
  let start: Place;
  try {
    if (!isOffline) await claim();
    start = isOffline ? offlinePlace(identity, options.offlineFrom ?? null) : await pages.end();
  } catch (error) {
    await Promise.all([writing.close(), reading.close()]);
    throw error;
  }
  const teller = createTeller(cursorAt(identity.id, start), log);
  const health = createHealthWatch(log);
  const own = createOwnEvents();
  const heldEvents = createHeldEvents();
  const listeners = new Set<(entry: PageEntry) => void>();
  let reached: { readonly isThere: boolean; readonly why: unknown; readonly at: number } = {
    isThere: !isOffline,
    why: options.offlineWhy ?? null,
    at: Date.now(),
  };
  const unread = new Map<string, EventKind>();
  let k = 0;
  /** The next event is numbered above it. */
  let above = 0;
  let isFenced = false as boolean;
  /** Appends of `commit`, until they are committed. */
  const committed = new Map<readonly EventDraft[], () => void>();
  const awaited = createAwaited();
  let awaiting: Promise<void> | null = null;
  const pace = createPace(lookEveryMs);
  let isClosed = false as boolean;

  const feed = createFeed({
    pages,
    start,
    teller,
    held: heldEvents,
    onEntry(entry) {
      const { read } = entry;
      if (read.kind === 'unknown') unread.set(`${String(read.v)} ${read.type}`, { type: read.type, v: read.v });
      if (entry.node === options.writer) own.came(entry);
      awaited.came(entry.node, entry.k);
      for (const listener of listeners) listener(entry);
    },
    onReach(why) {
      const isThere = why === null;
      if (isThere !== reached.isThere) log.info({ isThere }, 'whether the shared database answers has changed');
      reached = { isThere, why, at: Date.now() };
      if (isThere && !health.isWell() && !isFenced) lookWhetherTaken();
    },
    log,
  });
  const wakeUps = startWakeUps({
    session: database.session('listener'),
    look: () => feed.look(),
    log,
    ...(options.wakeUps === undefined ? {} : { times: options.wakeUps }),
  });

  /** @throws StorageFault */
  async function write(drafts: readonly EventDraft[], lease?: LeaseHold): Promise<WriteOutcome> {
    if (isFenced) throw new StorageFault('other-writer', {});
    const at = now().toISOString();
    try {
      const held = await claim();
      k = Math.max(k, held.lastK());
      const floor = feed.place().number + own.pending();
      const gap = Math.max(0, above - floor);
      const events: StampedEvent[] = [];
      let chars = 0;
      const entries = drafts.map((draft, index) => {
        k += 1;
        const event = { v: eventFormat, seq: k, at: draft.origin?.at ?? at, ...draft };
        const body = bodyOfText(JSON.stringify(event), k);
        events.push(event);
        chars += body.length;
        return { k, gap: index === 0 ? gap : 0, body };
      });
      const { outcome, xid } = await held.write(entries, patienceMs, lease);
      if (outcome === 'fenced') {
        isFenced = true;
        throw new StorageFault('other-writer', {});
      }
      if (outcome === 'written') own.expect(k, drafts.length + gap);
      if (xid !== null) heldEvents.hold({ node: options.writer, epoch: identity.epoch, xid, gap, events, chars });
      return outcome;
    } catch (error) {
      if (error instanceof StorageFault) throw error;
      // It may be written all the same, so its numbers are nobody else's.
      throw new StorageFault(storageCodeOf(error), { reason: codeBehind(error) }, { cause: error });
    }
  }

  async function told<T>(work: () => Promise<T>): Promise<T> {
    try {
      const result = await work();
      health.set(null);
      return result;
    } catch (error) {
      if (!(error instanceof StorageFault)) throw error;
      log.error({ error }, 'the shared log could not be written');
      health.set(error.code, { folder: 'the shared database', ...error.params });
      throw error.toInboxError();
    }
  }

  /** One transaction after the other: numbers ascend in their order. */
  let turn: Promise<unknown> = Promise.resolve();
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const next = turn.then(work);
    turn = next.catch(() => undefined);
    return next;
  }

  let lookAt = 0;
  /** For hours nothing may be written that would tell that it takes it again. */
  function lookWhetherTaken(): void {
    if (performance.now() < lookAt) return;
    lookAt = Infinity;
    inTurn(async () => {
      if (await (await claim()).canWrite()) health.set(null);
    })
      .catch((error: unknown) => log.debug({ error }, 'the shared log still takes nothing'))
      .finally(() => {
        lookAt = performance.now() + takenAgainMs;
      });
  }

  /** What is committed is not seen as long as a transaction runs that began before it, and nobody tells when that ends. */
  async function awaitAll(): Promise<void> {
    let againMs = 0;
    do {
      await pace.next(againMs);
      const before = feed.place().number;
      await feed.look();
      againMs =
        feed.place().number > before ? firstAgainMs : Math.min(Math.max(firstAgainMs, againMs * 2), longestAgainMs);
      // Where it cannot be reached, the poll goes on.
    } while (!isClosed && !awaited.isEmpty() && reached.isThere);
    awaited.clear();
    awaiting = null;
  }

  function wrote(node: string, last: number): void {
    wakeUps.wrote();
    awaited.wrote(node, last);
    pace.sooner();
    awaiting ??= awaitAll();
  }

  /** @param isWaitedFor somebody is told only then. */
  async function comeBack(last: number, count: number, isWaitedFor: boolean): Promise<readonly StoredEvent[]> {
    const stopHurry = isWaitedFor ? pace.hurry() : null;
    wrote(options.writer, last);
    try {
      return await own.until(last, count, options.tellLimitMs ?? usualTellLimitMs);
    } finally {
      stopHurry?.();
    }
  }

  async function knows(cursor: Cursor): Promise<boolean> {
    const known = placeOf(identity.id, cursor);
    const end = placeOf(identity.id, teller.end())?.place ?? firstPlace;
    return known?.isOurs === true && known.place.number <= end.number && (await pages.isThere(known.place));
  }

  const queue = createAppendQueue({
    teller: { ...teller, tell: (_, onTold) => teller.tell([], onTold) },
    log,
    store: (appends) =>
      told(() =>
        inTurn(async () => {
          const drafts = appends.flat();
          await write(drafts);
          let isWaitedFor = false;
          for (const append of appends) {
            const settle = committed.get(append);
            if (settle === undefined) isWaitedFor = true;
            else settle();
          }
          return { later: comeBack(k, drafts.length, isWaitedFor) };
        }),
      ),
  });

  return {
    append: (drafts, { priority = 'bulk' } = {}) =>
      drafts.length === 0 ? Promise.resolve([]) : queue.append(drafts, priority),
    commit: (drafts) =>
      new Promise((resolve, reject) => {
        committed.set(drafts, resolve);
        queue
          .append(drafts, 'callback')
          .catch(reject)
          .finally(() => committed.delete(drafts));
      }),
    async appendHeld(drafts, lease) {
      const [outcome, last] = await told(() => inTurn(async () => [await write(drafts, lease), k] as const));
      if (outcome === 'written') await comeBack(last, drafts.length, true);
      return outcome;
    },
    async read(from, onEvent): Promise<ReadReport> {
      const until = placeOf(identity.id, teller.end())?.place ?? firstPlace;
      const known = from === null ? null : placeOf(identity.id, from);
      above = Math.max(above, known?.place.number ?? 0);
      if (isOffline && !reached.isThere) {
        return {
          events: 0,
          fromStart: false,
          damaged: [],
          unknown: [],
          missing: 0,
          lastSeq: until.number,
          isAway: true,
        };
      }
      const isKnown = from !== null && (await knows(from));
      return readShared({ pages, from: isKnown && known !== null ? known.place : null, until, onEvent });
    },
    follow: (name, follower) => teller.follow(name, follower),
    end: () => teller.end(),
    unread: () => [...unread.values()],
    lastSeq: () => placeOf(identity.id, teller.end())?.place.number ?? 0,
    continueAbove: (known) => {
      above = Math.max(above, known);
    },
    health: () => health.current(),
    onHealth: (listener) => health.onChange(listener),
    onEntry(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    wrote,
    hurry: () => pace.hurry(),
    held: heldEvents,
    look: () => feed.look(),
    reach: () => ({ ...reached, isListening: wakeUps.isListening() }),
    place: () => feed.place(),
    knows,
    async hasUntoldOrder(id) {
      await feed.look();
      const parts = ['"type":"submission-intended"', `"id":${JSON.stringify(id)}`];
      const isUntold = await pages.hasBehind(feed.place(), parts);
      await teller.idle();
      return isUntold;
    },
    async close() {
      await queue.close();
      await inTurn(() => Promise.resolve());
      isClosed = true;
      pace.close();
      await wakeUps.close();
      await feed.close();
      await awaiting;
      await teller.idle();
      own.close();
      await Promise.all([writing.close(), reading.close()]);
    },
  };
}

function offlinePlace(identity: LogIdentity, from: Cursor | null): Place {
  const known = from === null ? null : placeOf(identity.id, cursorOf(from));
  return known?.isOurs === true ? known.place : firstPlace;
}

/** Why nothing was written, or cannot be. @param error `null`: nothing is known but that it is away. */
export function storageCodeOf(error: unknown): StorageCode {
  if (error instanceof LogReplaced) return 'database-replaced';
  if (codeBehind(error) === '53100') return 'database-full';
  // Who lets nobody in has answered.
  if (isDatabaseRefusal(error)) return 'database-refuses';
  return error === null || error instanceof DatabaseAway ? 'database-away' : 'database-refuses';
}
