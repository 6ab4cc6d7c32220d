/**
 * The library, made from the event log: what the index holds is read, then the log from there on, then it is followed.
 * Every event is folded into memory, and the index is saved lazily.
 */
import type { Status } from '../../common/status.ts';
import type { Counts, TaskFilter, TaskQuery, TaskSelection, TaskSums } from '../../common/task-query.ts';
import type { EventDraft, StampedEvent } from '../../common/events.ts';
import { foldVersion, type TaskRecord } from '../../common/fold.ts';
import type { NamedTask } from '../../common/identity.ts';
import type { Task } from '../../common/model.ts';
import { isReadNow } from '../../common/parse-event.ts';
import { providerName } from '../../common/providers/catalog.ts';
import type { Completion } from '../../common/search/complete-search.ts';
import type { StorageHealth } from '../../common/storage-health.ts';
import type { TaskHead } from '../../common/task-traits.ts';
import type {
  AppendPriority,
  Cursor,
  DamagedLine,
  EventKind,
  EventLog,
  Follower,
  ReadReport,
} from '../event-log/event-log.ts';
import { openNdjsonLog } from '../event-log/ndjson-log.ts';
import type { Log } from '../log/log.ts';
import { compareWithLog, type ComparePorts, type Comparison } from './compare-with-log.ts';
import { isSystemError } from '../storage/durable-files.ts';
import type { LabelsInUse } from './counters.ts';
import { createIndexPages } from './index-pages.ts';
import { createIndexSaver } from './index-saver.ts';
import { createQueries, type StoredPage } from './queries.ts';
import type { Projection } from './projection.ts';
import { createSearchTexts } from './search-text.ts';
import type { KeyedGlance, TaskGlance } from './task-facts.ts';
import { createTaskTable, type TableChange } from './task-table.ts';
import { createTextPages } from './text-pages.ts';

export interface LibraryChange {
  readonly event: StampedEvent;
  readonly key: string;
  /** Read when it is asked for where a person labelled it, so do not ask before it is needed. `null` where the task left the library. */
  readonly task: Task | null;
}

export interface Library {
  get(key: string): Task | undefined;
  /** What lists, counts and filters need of it, without reading it. */
  head(key: string): TaskHead | undefined;
  /** All tasks, oldest first. */
  glances(): readonly KeyedGlance[];
  /** All tasks that carry this id, of whatever provider. */
  findByTaskId(taskId: string): readonly Task[];
  /** What tells them apart, without reading them. */
  tasksOf(taskId: string): readonly NamedTask[];
  /** SHA-256 of the body that a signature for this id came with before, `undefined` where the signature is new. */
  signedBody(taskId: string, replayKey: string): string | undefined;
  /**
   * Stores the event; resolves once it is on disk and folded in.
   * @throws InboxError `storage-failed` or `too-many`; nothing has changed then.
   */
  record(draft: EventDraft): Promise<void>;
  /** The same for many: all or none, in one append. */
  recordAll(drafts: readonly EventDraft[], priority?: AppendPriority): Promise<void>;
  /** All tasks, or those that are wanted: a glance at one costs nothing, reading a task a little. */
  newestFirst(isWanted?: (glance: TaskGlance) => boolean): Iterable<Task>;
  /** The same for `takingTurns`, which has to look at the time also where none is wanted. */
  newestInTurns(isWanted: (glance: TaskGlance) => boolean): Iterable<Task | null>;
  query(query: TaskQuery): Promise<StoredPage>;
  keys(query: TaskFilter, from: string | number, to: string | number): Promise<readonly string[]>;
  takes(key: string): Promise<readonly Task[]>;
  /** See `tasks:complete`. */
  complete(query: TaskFilter): Promise<readonly Completion[]>;
  /** See `tasks:sums`. */
  sums(which: TaskSelection): Promise<TaskSums>;
  counts(): Counts;
  labels(): LabelsInUse;
  statusCounts(): Pick<Status, 'tasks' | 'videos'>;
  /** @returns the undo. Called once per durable event that changed a task, in journal order. */
  onChange(listener: (change: LibraryChange) => void): () => void;
  /** @returns the undo. Called with each task that was not as the journal tells it, once it is. */
  onCorrected(listener: (key: string) => void): () => void;
  /** @returns the undo. Called with each event as it is stored, before its tasks change. */
  onStored(listener: (event: StampedEvent) => void): () => void;
  /** Whether what arrives can be kept. */
  health(): StorageHealth;
  /** @returns the undo. */
  onHealth(listener: (health: StorageHealth) => void): () => void;
  /** Hands on each event from `from` on, in order; `null` = from the first. Throws what `onEvent` throws. */
  readLog(from: Cursor | null, onEvent: Follower): Promise<ReadReport>;
  /**
   * Tells the whole journal anew beside the library and counts the tasks about which the two disagree.
   * @param onEvent Called with each event that is read.
   */
  verify(onEvent?: (event: StampedEvent) => void): Promise<Comparison>;
  /**
   * The same, puts what the journal tells in the place of what differs, and saves every page again.
   * @throws what the disk refused where the index cannot be saved; the library in memory is right all the same.
   */
  rebuild(): Promise<Comparison>;
  /**
   * Does that where an older fold made the index, once: what was folded before stays as it was otherwise. Ends with `close`.
   * Where the log could not be read, the next call begins again, as the next start does.
   * @returns `null` where there was nothing to do, or where it was closed meanwhile. @throws what the disk or the log refused
   */
  renew(): Promise<Comparison | null>;
  /** What was found and mended while opening. */
  readonly opening: OpeningReport;
  /** Saves what is dirty. What is stored from then on is read at the next start. */
  close(): Promise<void>;
}

export interface OpeningReport {
  readonly brokenPages: readonly string[];
  readonly damagedLines: readonly DamagedLine[];
  readonly rebuilt: boolean;
}

export interface LibraryOptions {
  readonly indexDir: string;
  readonly log: Log;
  /** How long changes may wait before the index is saved. Default 2 s. */
  readonly saveDelayMs?: number;
  /** What is made of the same events beside the library: told of those behind the index's checkpoint while opening, then of each. */
  readonly beside?: readonly Pick<Projection<unknown>, 'apply'>[];
  /** Saves what those know: behind a checkpoint nobody is told of it again. */
  readonly beforeCheckpoint?: () => Promise<unknown>;
}

const defaultSaveDelayMs = 2000;
const glancesBetweenTurns = 256;
const foldBroke = 'an event could not be folded into its task; the task is left as it was before';

export interface LibraryFolders extends LibraryOptions {
  readonly journalDir: string;
  readonly now: () => Date;
  readonly segmentBytes?: number;
}

/** A library with a log of its own in files, for whoever wants nothing else of it; closing it closes the log. */
export async function openLibrary(options: LibraryFolders): Promise<Library> {
  const { journalDir: dir, log, now, segmentBytes } = options;
  const events = await openNdjsonLog({ dir, log, now, ...(segmentBytes === undefined ? {} : { segmentBytes }) });
  const library = await openLibraryOn(events, options);
  return {
    ...library,
    async close() {
      await events.close();
      await library.close();
    },
  };
}

export async function openLibraryOn(events: EventLog, options: LibraryOptions): Promise<Library> {
  const { log, beside = [] } = options;
  const table = createTaskTable();
  const all = [table, ...beside];
  const texts = createSearchTexts(table, createTextPages(options.indexDir));
  const queries = createQueries(table, texts);
  const listeners = new Set<(change: LibraryChange) => void>();
  const storedListeners = new Set<(event: StampedEvent) => void>();
  const correctedListeners = new Set<(key: string) => void>();
  const pages = createIndexPages(options.indexDir, log);

  /** What other machines append while the log is read here. */
  const early: StampedEvent[] = [];
  let stopEarly: () => void = () => undefined;

  /** Kinds of events that the tasks do not show, since this version does not know them. */
  const unread = new Map<string, EventKind>();
  /** Whether an earlier one skipped what this one knows, and the tasks do not show it yet. */
  let isDue = false as boolean;
  /** Which one made the oldest of the tasks. */
  let fold = foldVersion;
  const closing = new AbortController();
  let renewing: Promise<Comparison | null> | null = null;

  function noteUnread(kinds: readonly EventKind[]): void {
    for (const { type, v } of kinds) {
      if (isReadNow({ type, v })) isDue = true;
      else unread.set(`${String(v)} ${type}`, { type, v });
    }
  }

  async function load(): Promise<{ readonly opening: OpeningReport; readonly checkpoint: Cursor | null }> {
    const loaded = await pages.load();
    ({ isDue, fold } = loaded.lag);
    noteUnread(loaded.lag.kinds);
    table.restore(loaded);
    // Records remember their last event, so reading the whole log on top of good pages changes nothing in them.
    const reading = events.read(loaded.checkpoint, (event) => {
      for (const projection of all) projection.apply(event);
    });
    // In the same turn: each event is told once, by the one or the other.
    stopEarly = events.follow('library-opening', (event) => early.push(event));
    const { damaged, fromStart, unknown } = await reading;
    noteUnread(unknown);
    if (damaged.length > 0) log.warn({ damaged }, 'some lines of the journal cannot be read; they were skipped');
    if (fromStart && loaded.checkpoint !== null) {
      log.warn({}, 'the journal has lost its end: what only the index knows is kept, what neither knows is gone');
    }
    table.markDirty(loaded.stale);
    // With one page, so that there is something behind which the checkpoint is saved.
    if ((fromStart || loaded.isOlder) && table.pageCount() > 0) table.markDirty([table.pageCount() - 1]);
    events.continueAbove(table.highestSeq());
    for (const { error, ...where } of table.brokenEvents) log.error({ error, ...where }, foldBroke);
    const opening = { brokenPages: loaded.putAside, damagedLines: damaged, rebuilt: fromStart };
    return { opening, checkpoint: fromStart ? null : loaded.checkpoint };
  }

  const compare = (ports: Pick<ComparePorts, 'onDifference' | 'onEvent' | 'signal'>): Promise<Comparison> =>
    compareWithLog({ events, table, ...ports });

  function* newestInTurns(isWanted: (glance: TaskGlance) => boolean): Iterable<Task | null> {
    for (const [at, listed] of table.ordered.toReversed().entries()) {
      // Whoever takes turns meets the library as it is by then. To look each of a hundred thousand up by its key would
      // take longer than all the rest, and a start goes through them for each of its reactors.
      const entry = listed.hasLeft ? table.get(listed.key) : listed;
      if (entry !== undefined && isWanted(entry.glance)) yield entry.task;
      else if (at % glancesBetweenTurns === 0) yield null;
    }
  }

  function tell<T>(listener: (what: T) => void, what: T, of: { readonly seq?: number; readonly type: string }): void {
    try {
      listener(what);
    } catch (error) {
      log.error({ error, seq: of.seq, type: of.type }, 'something that acts on a change of the library broke');
    }
  }

  function correct(key: string, told: TaskRecord | null): void {
    table.correct(key, told);
    for (const listener of correctedListeners) tell(listener, key, { type: 'corrected' });
  }

  const { opening, checkpoint } = await load();
  const saver = createIndexSaver({
    events,
    pages,
    log,
    table,
    texts,
    delayMs: options.saveDelayMs ?? defaultSaveDelayMs,
    beforeCheckpoint: options.beforeCheckpoint,
    checkpoint,
    lag() {
      noteUnread(events.unread?.() ?? []);
      return { kinds: [...unread.values()], isDue, fold };
    },
  });

  async function rebuild(signal?: AbortSignal): Promise<Comparison> {
    // A task that the index had wrong has its texts wrong, too, and the number of its last event tells nothing of it.
    await texts.forget();
    const comparison = await compare({ onDifference: correct, signal });
    if (comparison.isAway) return comparison;
    isDue = false;
    fold = foldVersion;
    table.markDirty(Array.from({ length: table.pageCount() }, (_, page) => page));
    await saver.now();
    return comparison;
  }

  const followers = beside.map((projection) => (event: StampedEvent) => void projection.apply(event));
  const stopFollowing = events.follow('library', (event) => {
    for (const follower of followers) tell(follower, event, event);
    for (const listener of storedListeners) tell(listener, event, event);
    const broken = table.brokenEvents.length;
    const changes = table.apply(event);
    if (table.brokenEvents.length > broken) {
      for (const { error, ...where } of table.brokenEvents.slice(broken)) log.error({ error, ...where }, foldBroke);
    }
    if (changes.length > 0) saver.soon();
    for (const change of changes) {
      const told = new ToldChange(event, change);
      for (const listener of listeners) tell(listener, told, event);
    }
  });
  stopEarly();
  for (const event of early) {
    for (const projection of all) projection.apply(event);
  }
  saver.soon();
  if (isDue) {
    log.info({}, 'an older version of this program made the index and skipped events of the journal; it is made again');
    await rebuild().catch((error: unknown) => {
      if (!isSystemError(error)) throw error;
      log.warn({ error }, 'the index could not be saved; the next start makes it again');
    });
  }
  // The folder may be another one now, with nothing in it.
  const stopWatchingHealth = events.onHealth(({ state }) => {
    if (state !== 'ok') return;
    table.markDirty(Array.from({ length: table.pageCount() }, (_, page) => page));
    saver.soon();
  });

  return {
    opening,
    get: (key) => table.get(key)?.task,
    head: (key) => table.get(key)?.head,
    glances: () => table.ordered.slice(),
    tasksOf: (taskId) => table.tasksOf(taskId),
    findByTaskId: (taskId) => table.byTaskId(taskId).map((entry) => entry.task),
    signedBody(taskId, replayKey) {
      for (const entry of table.byTaskId(taskId)) {
        const known = entry.record.signatures.find(([signature]) => signature === replayKey);
        if (known !== undefined) return known[1];
      }
      return undefined;
    },
    async record(draft) {
      await events.append([draft], { priority: priorityOf(draft) });
    },
    async recordAll(drafts, priority = 'bulk') {
      await events.append(drafts, { priority });
    },
    *newestFirst(isWanted = () => true) {
      for (const task of newestInTurns(isWanted)) if (task !== null) yield task;
    },
    newestInTurns,
    query: (query) => queries.query(query),
    keys: (query, from, to) => queries.keys(query, from, to),
    complete: (query) => queries.complete(query),
    sums: (which) => queries.sums(which),
    takes: async (key) => (await queries.takes(key)).map((entry) => entry.task),
    counts: () => table.counters.counts(providerName),
    labels: () => table.counters.labels(),
    statusCounts: () => ({ tasks: table.counters.tasks(), videos: table.counters.videos() }),
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    onCorrected(listener) {
      correctedListeners.add(listener);
      return () => correctedListeners.delete(listener);
    },
    onStored(listener) {
      storedListeners.add(listener);
      return () => storedListeners.delete(listener);
    },
    health: () => events.health(),
    onHealth: (listener) => events.onHealth(listener),
    readLog: (from, onEvent) => events.read(from, onEvent),
    verify: (onEvent) => compare({ onDifference: () => undefined, onEvent }),
    rebuild: () => rebuild(),
    async renew() {
      if (renewing !== null) return renewing;
      if (fold === foldVersion && !isDue) return null;
      log.info({}, 'an earlier version of this program made the index; it is compared with the journal, and mended');
      renewing = rebuild(closing.signal)
        .catch((error: unknown) => {
          if (closing.signal.aborted) return null;
          throw error;
        })
        .finally(() => (renewing = null));
      return renewing;
    },
    async close() {
      closing.abort();
      await renewing?.catch(() => undefined);
      stopFollowing();
      stopWatchingHealth();
      queries.close();
      await saver.close();
    },
  };
}

class ToldChange implements LibraryChange {
  readonly event: StampedEvent;
  readonly key: string;
  readonly #change: TableChange;

  constructor(event: StampedEvent, change: TableChange) {
    this.event = event;
    this.key = change.key;
    this.#change = change;
  }

  get task(): Task | null {
    return this.#change.task;
  }
}

function priorityOf({ type }: EventDraft): AppendPriority {
  return type === 'result' || type === 'request-refused' ? 'callback' : 'bulk';
}
