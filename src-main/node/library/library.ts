/** The library: every event goes through the journal, is folded into memory, and is saved to the index lazily. */
import type { Counts, Status, TaskPage, TaskQuery } from '../../common/contract.ts';
import { isTaskEvent, type EventDraft, type JournalEvent } from '../../common/journal-events.ts';
import type { Task } from '../../common/model.ts';
import { providerName } from '../../common/providers/catalog.ts';
import { openJournal } from '../journal/journal.ts';
import { journalStart, type DamagedLine, type JournalPosition } from '../journal/journal-reader.ts';
import type { Log } from '../log/log.ts';
import { createIndexPages } from './index-pages.ts';
import { createIndexSaver } from './index-saver.ts';
import { createQueries } from './queries.ts';
import type { PageEntry, Slot } from './slot.ts';
import { lineOf } from './task-format.ts';
import { createTaskTable, type TaskTable } from './task-table.ts';

export interface LibraryChange {
  readonly event: JournalEvent;
  readonly key: string;
  /** `null` where the task left the library. */
  readonly task: Task | null;
}

export interface Library {
  get(key: string): Task | undefined;
  /** All tasks that carry this id, of whatever provider. */
  findByTaskId(taskId: string): readonly Task[];
  /** The body that a signature came with before, `undefined` where the signature is new. */
  signedBody(key: string, replayKey: string): string | undefined;
  /**
   * Stores the event; resolves once it is on disk and folded in.
   * @throws InboxError `storage-failed` or `too-many`; nothing has changed then.
   */
  record(draft: EventDraft): Promise<Task | null>;
  /** All tasks, or those whose head is wanted: looking at heads costs nothing, reading a task a little. */
  newestFirst(isWanted?: (entry: Pick<PageEntry, 'head' | 'wantsFiles'>) => boolean): Iterable<Task>;
  query(query: TaskQuery): TaskPage;
  counts(): Counts;
  tallies(): Pick<Status, 'tasks' | 'videos'>;
  /** @returns the undo. Called once per durable event that changed a task, in journal order. */
  onChange(listener: (change: LibraryChange) => void): () => void;
  /** Folds the whole journal beside the library and counts the tasks about which the two disagree. */
  verify(): Promise<VerifyReport>;
  /** Makes the index again from the journal; what a damaged journal does not tell any more is kept. */
  rebuild(): Promise<RebuildReport>;
  /** What was found and mended while opening. */
  readonly opening: OpeningReport;
  /** Saves what is dirty, then closes the journal. */
  close(): Promise<void>;
}

export interface OpeningReport {
  readonly brokenPages: readonly string[];
  readonly damagedLines: readonly DamagedLine[];
  readonly rebuilt: boolean;
}

export interface VerifyReport {
  /** Tasks about which the index says something else than the journal. */
  readonly differing: number;
  readonly damagedLines: readonly DamagedLine[];
  /** True where whole events are gone: numbers are missing, or the index has seen newer ones. */
  readonly lacksEvents: boolean;
}

export interface RebuildReport {
  readonly tasks: number;
  readonly damagedLines: readonly DamagedLine[];
}

interface Retelling {
  readonly fresh: TaskTable;
  readonly damaged: readonly DamagedLine[];
  readonly lacksEvents: boolean;
}

export interface LibraryOptions {
  readonly journalDir: string;
  readonly indexDir: string;
  readonly log: Log;
  readonly now: () => Date;
  /** How long changes may wait before the index is saved. Default 2 s. */
  readonly saveDelayMs?: number;
  readonly segmentBytes?: number;
}

const defaultSaveDelayMs = 2000;

export async function openLibrary(options: LibraryOptions): Promise<Library> {
  const { log } = options;
  let table = createTaskTable();
  let queries = createQueries(table);
  const listeners = new Set<(change: LibraryChange) => void>();
  const pages = createIndexPages(options.indexDir, log);

  /** Where events go that become durable while the journal is replayed beside the library. */
  const collectors = new Set<JournalEvent[]>();
  function collect(into: JournalEvent[]): () => void {
    collectors.add(into);
    return () => collectors.delete(into);
  }

  function onDurable(event: JournalEvent): void {
    for (const collector of collectors) collector.push(event);
    if (!isTaskEvent(event)) return;
    const task = table.apply(event);
    if (task === undefined) return;
    saver.soon();
    for (const listener of listeners) listener({ event, key: event.key, task });
  }

  const journal = await openJournal({
    dir: options.journalDir,
    log,
    now: options.now,
    onDurable,
    ...(options.segmentBytes === undefined ? {} : { segmentBytes: options.segmentBytes }),
  });
  const saver = createIndexSaver({
    journal,
    pages,
    log,
    table: () => table,
    delayMs: options.saveDelayMs ?? defaultSaveDelayMs,
  });

  async function load(): Promise<OpeningReport> {
    const loaded = await pages.load();
    loaded.pages.forEach((entries, page) => {
      table.loadPage(page, entries);
    });
    // A checkpoint behind the journal's end means that the journal lost its end; new events will stand before it.
    const checkpoint =
      loaded.checkpoint !== null && isWithin(loaded.checkpoint, journal.position()) ? loaded.checkpoint : null;
    const rebuilt = checkpoint === null;
    // Records remember their last event, so reading the whole journal on top of good pages changes nothing in them.
    const { damaged } = await journal.replay(checkpoint ?? journalStart, (event) => {
      if (isTaskEvent(event)) table.apply(event);
    });
    if (damaged.length > 0) log.warn({ damaged }, 'some lines of the journal cannot be read; they were skipped');
    if (rebuilt) table.markDirty(loaded.pages.map((_, page) => page));
    journal.continueAbove(Math.max(table.highestSeq(), loaded.checkpoint?.seq ?? 0));
    return { brokenPages: loaded.putAside, damagedLines: damaged, rebuilt };
  }

  /**
   * The library as the journal alone tells it.
   *
   * The journal has lost something where lines cannot be read, where a number is missing between two events, and where
   * it ends before what the index has seen.
   */
  async function replayAll(): Promise<Retelling> {
    const fresh = createTaskTable();
    const meanwhile: JournalEvent[] = [];
    const numbers = { last: 0, hasGap: false };
    const { damaged } = await whileCollecting(meanwhile, () =>
      journal.replay(journalStart, (event) => {
        if (event.seq > numbers.last + 1) numbers.hasGap = true;
        numbers.last = event.seq;
        if (isTaskEvent(event)) fresh.apply(event);
      }),
    );
    // Folding an event twice is harmless, so it does not matter how many of these the replay has seen.
    for (const event of meanwhile) if (isTaskEvent(event)) fresh.apply(event);
    return { fresh, damaged, lacksEvents: numbers.hasGap || fresh.highestSeq() < table.highestSeq() };
  }

  async function whileCollecting<T>(into: JournalEvent[], work: () => Promise<T>): Promise<T> {
    const stop = collect(into);
    try {
      return await work();
    } finally {
      stop();
    }
  }

  const opening = await load();
  saver.soon();

  return {
    opening,
    get: (key) => table.get(key)?.task,
    findByTaskId: (taskId) => table.byTaskId(taskId),
    signedBody: (key, replayKey) => table.get(key)?.record.signatures.find(([known]) => known === replayKey)?.[1],
    async record(draft) {
      const event = await journal.append(draft);
      return isTaskEvent(event) ? (table.get(event.key)?.task ?? null) : null;
    },
    *newestFirst(isWanted = () => true) {
      for (const slot of table.ordered.toReversed()) if (isWanted(slot)) yield slot.task;
    },
    query: (query) => queries.query(query),
    counts: () => table.tallies.counts(providerName),
    tallies: () => ({ tasks: table.tallies.tasks(), videos: table.tallies.videos() }),
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async verify() {
      const { fresh, damaged, lacksEvents } = await replayAll();
      const hasLosses = lacksEvents || damaged.length > 0;
      const keys = new Set([...fresh.ordered, ...table.ordered].map((slot) => slot.head.key));
      let differing = 0;
      for (const key of keys) {
        const told = fresh.get(key);
        const held = table.get(key);
        if (!sameRecord(told, held) && !(hasLosses && hasSeenAll(held, told))) differing += 1;
      }
      // A damaged line leaves a gap of its own, and is told by its place.
      return { differing, damagedLines: damaged, lacksEvents: lacksEvents && damaged.length === 0 };
    },
    async rebuild() {
      const { fresh, damaged, lacksEvents } = await replayAll();
      // What a damaged journal does not tell any more, the index may still know; that is not thrown away.
      if (lacksEvents || damaged.length > 0) {
        for (const slot of table.ordered) {
          const told = fresh.get(slot.head.key);
          if (hasSeenAll(slot, told) && !sameRecord(slot, told)) fresh.adopt(slot.record);
        }
      }
      await saver.replaceTable(async () => {
        await pages.clear();
        table = fresh;
        queries.close();
        queries = createQueries(table);
      });
      return { tasks: table.ordered.length, damagedLines: damaged };
    },
    async close() {
      queries.close();
      await journal.close();
      await saver.close();
    },
  };
}

function isWithin(position: JournalPosition, end: JournalPosition): boolean {
  return position.segment < end.segment || (position.segment === end.segment && position.offset <= end.offset);
}

/** True where `held` was made of everything that `told` was made of, and maybe of more. */
function hasSeenAll(held: Slot | undefined, told: Slot | undefined): boolean {
  return held !== undefined && held.seq >= (told?.seq ?? 0);
}

function sameRecord(a: Slot | undefined, b: Slot | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return Buffer.compare(lineOf(a.record), lineOf(b.record)) === 0;
}
