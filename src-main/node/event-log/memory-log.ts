/** A log that is gone with its process: for tests, and for what another machine keeps. */
import { eventFormat } from '../../common/events.ts';
import type { StorageCode } from '../../common/storage-health.ts';
import type { Log } from '../log/log.ts';
import { createAppendQueue } from './append-queue.ts';
import type { StoredEvent } from './followers.ts';
import { cursorOf, type Cursor, type EventLog, type StampedEvent } from './event-log.ts';
import { createTeller } from './followers.ts';
import { createHealthWatch, StorageFault } from './health-watch.ts';

/** What is left when a log is closed, and what the next one opens. */
export interface MemoryStore {
  readonly events: StampedEvent[];
  /** Who opened it last; all others are fenced off. */
  writer: object | null;
  /** While set, nothing can be stored, for this reason. */
  trouble: StorageCode | null;
}

export function createMemoryStore(): MemoryStore {
  return { events: [], writer: null, trouble: null };
}

export interface MemoryLogOptions {
  readonly store: MemoryStore;
  readonly log: Log;
  readonly now: () => Date;
}

const cursorAt = (seq: number): Cursor => cursorOf(String(seq));

export function openMemoryLog({ store, log, now }: MemoryLogOptions): EventLog {
  const self = {};
  store.writer = self;
  let seq = store.events.at(-1)?.seq ?? 0;
  const teller = createTeller(cursorAt(seq), log);
  const health = createHealthWatch(log);
  const queue = createAppendQueue({
    teller,
    log,
    store(appends) {
      const code = store.writer === self ? store.trouble : 'other-writer';
      health.set(code);
      if (code !== null) return Promise.reject(new StorageFault(code, {}).toInboxError());
      const at = now().toISOString();
      const stored = appends.flat().map((draft): StoredEvent => {
        seq += 1;
        return { event: { v: eventFormat, seq, at: draft.origin?.at ?? at, ...draft }, behind: cursorAt(seq) };
      });
      store.events.push(...stored.map(({ event }) => event));
      return Promise.resolve(stored);
    },
  });
  return {
    append: (drafts, { priority = 'bulk' } = {}) =>
      drafts.length === 0 ? Promise.resolve([]) : queue.append(drafts, priority),
    read(from, onEvent) {
      const end = Number(teller.end());
      const after = from === null || !/^\d+$/.test(from) || Number(from) > end ? 0 : Number(from);
      const events = store.events.filter((event) => event.seq > after && event.seq <= end);
      let lastSeq = after;
      let missing = 0;
      for (const event of events) {
        missing += event.seq - lastSeq - 1;
        lastSeq = event.seq;
        onEvent(event, cursorAt(event.seq));
      }
      seq = Math.max(seq, from === null ? 0 : Number(from) || 0);
      return Promise.resolve({
        events: events.length,
        fromStart: after === 0,
        damaged: [],
        unknown: [],
        missing,
        lastSeq,
      });
    },
    follow: (name, follower) => teller.follow(name, follower),
    end: () => teller.end(),
    lastSeq: () => Number(teller.end()),
    continueAbove: (known) => {
      seq = Math.max(seq, known);
    },
    health: () => health.current(),
    onHealth: (listener) => health.onChange(listener),
    close: () => queue.close(),
  };
}
