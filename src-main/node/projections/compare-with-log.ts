/** Tells the library anew from its journal, beside the one in memory, and finds what the two disagree about. */
import { takingTurns, turnOfOthers } from '../in-turns.ts';
import type { StampedEvent } from '../../common/events.ts';
import type { TaskRecord } from '../../common/fold.ts';
import type { DamagedLine, EventLog, UnknownEvents } from '../event-log/event-log.ts';
import { bytesOf, createLinePool, poolLines } from './line-pool.ts';
import type { TaskEntry } from './task-entry.ts';
import { createTaskTable, type BrokenEvent, type TaskTable } from './task-table.ts';

export interface ComparePorts {
  readonly events: Pick<EventLog, 'read' | 'follow'>;
  readonly table: TaskTable;
  /**
   * Called for each task about which the two disagree, in the turn in which they were compared: callbacks go on coming
   * in, and what is learned here is old news after any wait. `told` is `null` where the journal knows no such task.
   */
  readonly onDifference: (key: string, told: TaskRecord | null) => void;
  /** Called with each event that is read. */
  readonly onEvent?: ((event: StampedEvent) => void) | undefined;
  /** Ends it: it rejects with the signal's reason then. */
  readonly signal?: AbortSignal | undefined;
}

export interface Comparison {
  /** Tasks about which the index says something else than the journal. */
  readonly differing: number;
  /** Tasks that the index knows and the log says nothing of, not even that they were removed: they are kept. */
  readonly unexplained: number;
  readonly damagedLines: readonly DamagedLine[];
  /** True where whole events are gone: numbers are missing, more than there are damaged lines. */
  readonly lacksEvents: boolean;
  /** Events of a later version of this program: kept, and skipped. */
  readonly unknown: readonly UnknownEvents[];
  /** True where the log is elsewhere and could not be read: nothing was compared. */
  readonly isAway: boolean;
  /** Events at which folding broke. */
  readonly brokenEvents: readonly BrokenEvent[];
}

/** So many tasks are compared before the time is looked at. */
const batch = 16;
/** What is told of a task stands together in the log, nearly always. */
const keptAsObjects = 512;
const shelvedAtOnce = 64;
const turnMs = 5;

/**
 * What a journal that lost something does not tell any more, the index may still know: where the index has seen all
 * that the journal tells of a task, that counts as no difference then.
 */
export async function compareWithLog(ports: ComparePorts): Promise<Comparison> {
  const { events, table, onDifference, onEvent, signal } = ports;
  const fresh = createTaskTable();
  const { brokenEvents } = fresh;
  const pool = createLinePool();
  /** Changed since they were put into the pool; the one that changed last is the last. */
  const lately = new Set<TaskEntry>();
  /** Events that come during the replay; older ones must be folded first. `null` once that is through. */
  let meanwhile: StampedEvent[] | null = [];
  const stop = events.follow('comparison', (event) => {
    if (meanwhile === null) apply(event);
    else meanwhile.push(event);
  });
  try {
    const {
      damaged,
      unknown,
      missing,
      lastSeq,
      isAway = false,
    } = await events.read(null, (event) => {
      signal?.throwIfAborted();
      onEvent?.(event);
      apply(event);
    });
    if (isAway)
      return { differing: 0, unexplained: 0, damagedLines: [], lacksEvents: false, unknown, isAway, brokenEvents };
    // Folding an event twice is harmless, so it does not matter how many of these the replay has seen.
    let folded = 0;
    for await (const event of takingTurns(meanwhile)) {
      apply(event);
      folded += 1;
    }
    for (const event of meanwhile.slice(folded)) apply(event);
    meanwhile = null;
    const lost = missing + Math.max(0, table.highestSeq() - Math.max(lastSeq, fresh.highestSeq()));
    const hasLosses = lost > 0 || damaged.length > 0;

    const purged = new Set(fresh.gone().map(({ key }) => key));
    let differing = 0;
    let unexplained = 0;
    let compared = 0;
    let turnBegan = performance.now();
    const all = fresh.ordered.slice();
    for (const entries of [all, table.ordered.slice()]) {
      for (const { key } of entries) {
        compared += 1;
        if (compared % batch === 0 && performance.now() - turnBegan > turnMs) {
          await turnOfOthers();
          signal?.throwIfAborted();
          turnBegan = performance.now();
        }
        const told = fresh.get(key);
        if (entries !== all && told !== undefined) continue; // it was among the first
        const held = table.get(key);
        if (isSame(told, held) ? isFoundAlike(told, held) : hasLosses && hasSeenAll(held, told)) continue;
        if (told === undefined && held !== undefined && !purged.has(key)) unexplained += 1;
        else {
          differing += 1;
          onDifference(key, told?.record ?? null);
        }
      }
    }
    const lacksEvents = lost > damaged.length;
    return { differing, unexplained, damagedLines: damaged, lacksEvents, unknown, isAway, brokenEvents };
  } finally {
    stop();
  }

  /** A hundred thousand tasks as objects beside those of the library are what the collector stops everything for. */
  function apply(event: StampedEvent): void {
    for (const { key } of fresh.apply(event)) {
      const entry = fresh.get(key);
      if (entry === undefined) continue;
      lately.delete(entry);
      lately.add(entry);
    }
    while (lately.size > keptAsObjects) {
      const oldest = [...first(lately, shelvedAtOnce)];
      for (const entry of oldest) lately.delete(entry);
      poolLines(oldest, pool);
    }
  }
}

function* first<T>(items: Iterable<T>, count: number): Iterable<T> {
  let taken = 0;
  for (const item of items) {
    if (taken >= count) return;
    taken += 1;
    yield item;
  }
}

/** True where `held` was made of everything that `told` was made of, and maybe of more. */
function hasSeenAll(held: TaskEntry | undefined, told: TaskEntry | undefined): boolean {
  return held !== undefined && held.glance.seq >= (told?.glance.seq ?? 0);
}

function isSame(a: TaskEntry | undefined, b: TaskEntry | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return Buffer.compare(bytesOf(a.toEntry().line), bytesOf(b.toEntry().line)) === 0;
}

/** What a task is found by without a look at it may be by the rule of an earlier version. */
function isFoundAlike(a: TaskEntry | undefined, b: TaskEntry | undefined): boolean {
  return a?.glance.wantsFiles === b?.glance.wantsFiles;
}
