/** All tasks in memory: by key, by the provider's task id, in the order in which they came, and by index page. */
import type { StampedEvent } from '../../common/events.ts';
import { fold, isLabelEvent, type LabelEvent, type TaskRecord } from '../../common/fold.ts';
import { idInKey, keysOf, type NamedTask } from '../../common/identity.ts';
import type { Task } from '../../common/model.ts';
import type { TaskTraits } from '../../common/task-traits.ts';
import type { InTurns } from '../in-turns.ts';
import type { GoneTask } from './gone-file.ts';
import { tasksPerPage } from './index-pages.ts';
import type { Projection } from './projection.ts';
import { poolLines, type LinePool } from './line-pool.ts';
import { TaskEntry } from './task-entry.ts';
import type { PageEntry } from './task-facts.ts';
import { createCounters, type Counters } from './counters.ts';

export interface TableChange {
  readonly key: string;
  /** Of a task that was labelled it is read when someone asks for it. */
  readonly task: Task | null;
}

export interface BrokenEvent {
  readonly seq: number;
  readonly type: string;
  readonly key: string | null;
  readonly error: unknown;
}

/** What the index keeps of a table. */
export interface TableState {
  /** Tasks by page. */
  readonly pages: readonly (readonly PageEntry[])[];
  /** Tasks that left the library: a start may read events again from a place before the one by which they left. */
  readonly gone: readonly GoneTask[];
}

export interface TaskTable extends Projection<TableState> {
  readonly counters: Counters;
  /** Oldest first. Not to be changed by the caller. */
  readonly ordered: readonly TaskEntry[];
  /** Grows with each change; a cache built at another version is stale. */
  version(): number;
  get(key: string): TaskEntry | undefined;
  byTaskId(taskId: string): readonly TaskEntry[];
  /** What tells tasks of one id apart, without reading them; those that left the library lately among them. */
  tasksOf(taskId: string): readonly NamedTask[];
  /** Tasks that left the library, in the order in which they left, until they are forgotten. @param from leaves out so many. */
  gone(from?: number): readonly GoneTask[];
  /** How many these are. */
  goneCount(): number;
  /** No event of a number up to this is read again. Those behind it are the first ones of `gone` then. */
  forgetGone(upTo: number): InTurns<void>;
  /** Names that tasks were labelled with since the last call, for whoever knows the words of the tasks. */
  takeLabelWords(): readonly string[];
  /** Where folding broke: a fault of ours. The task stays as it was before that event. */
  readonly brokenEvents: readonly BrokenEvent[];
  /**
   * Never throws.
   * @returns each task that the event changed as it is now, `null` where it left the library.
   */
  apply(event: StampedEvent): readonly TableChange[];
  /** Puts another record in the place of what is here, whatever their ages; `null` takes the task out. */
  correct(key: string, record: TaskRecord | null): void;
  pageCount(): number;
  /** Not to be changed by the caller. */
  members(page: number): ReadonlySet<TaskEntry>;
  entriesOf(page: number): readonly PageEntry[];
  /** Lets the lines of the page lie there. */
  poolPage(page: number, pool: Pick<LinePool, 'put'>): void;
  /** How many changed since they were taken. */
  dirtyPages(): number;
  /** Pages that changed since the last call. */
  takeDirtyPages(): readonly number[];
  markDirty(pages: readonly number[]): void;
  highestSeq(): number;
}

export function createTaskTable(): TaskTable {
  const ordered: TaskEntry[] = [];
  const pages: Set<TaskEntry>[] = [];
  const byId = new Map<string, TaskEntry | readonly TaskEntry[]>();
  /** By their keys those whose key does not tell their id. */
  const byOddKey = new Map<string, TaskEntry>();
  const counters = createCounters();
  const dirty = new Set<number>();
  const gone = new Map<string, GoneTask[]>();
  let goneInOrder: GoneTask[] = [];
  const brokenEvents: BrokenEvent[] = [];
  const labelWords = new Set<string>();
  let version = 0;
  let highestSeq = 0;

  function insert(entry: TaskEntry): void {
    place(entry);
    counters.add(entry.glance.head);
  }

  function place(entry: TaskEntry, others = byId.get(entry.taskId)): void {
    const { taskId, glance } = entry;
    (pages[entry.page] ??= new Set()).add(entry);
    const position = positionFor(entry);
    if (position === ordered.length) ordered.push(entry);
    else ordered.splice(position, 0, entry);
    byId.set(taskId, others === undefined ? entry : [...[others].flat(), entry]);
    if (entry.hasOddKey) byOddKey.set(entry.key, entry);
    if (glance.seq > highestSeq) highestSeq = glance.seq;
  }

  /** By way of its id: a hundred thousand keys in a table of their own take a start long, and nearly all tell the id. */
  function entryOf(key: string): TaskEntry | undefined {
    return byOddKey.get(key) ?? entriesFor(idInKey(key)).find((entry) => entry.key === key);
  }

  function replace(entry: TaskEntry, record: TaskRecord): void {
    counters.remove(entry.glance.head);
    entry.replace(record);
    counters.add(entry.glance.head);
    dirty.add(entry.page);
  }

  function label(entry: TaskEntry, event: LabelEvent): TableChange {
    version += 1;
    counters.remove(entry.glance.head);
    entry.label(event);
    counters.add(entry.glance.head);
    dirty.add(entry.page);
    return {
      key: entry.key,
      get task() {
        return entry.task;
      },
    };
  }

  /** Behind all that came before; nearly always the end. */
  function positionFor(entry: TaskEntry): number {
    const last = ordered.at(-1);
    let low = 0;
    let high = ordered.length;
    if (last === undefined || isBefore(last, entry)) return high;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const other = ordered[middle];
      if (other !== undefined && isBefore(other, entry)) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** A change may have moved its time. */
  function placeOf(entry: TaskEntry): number {
    const position = positionFor(entry);
    return ordered[position] === entry ? position : ordered.indexOf(entry);
  }

  function remove(entry: TaskEntry): void {
    const { key, taskId } = entry;
    entry.hasLeft = true;
    byOddKey.delete(key);
    pages[entry.page]?.delete(entry);
    const position = placeOf(entry);
    if (position >= 0) ordered.splice(position, 1);
    const others = entriesFor(taskId).filter((other) => other !== entry);
    if (others.length === 0) byId.delete(taskId);
    else byId.set(taskId, others);
    counters.remove(entry.glance.head);
  }

  function insertNew(record: TaskRecord): void {
    const page = pageForNew();
    insert(new TaskEntry(page, record));
    dirty.add(page);
  }

  function pageForNew(): number {
    const last = pages.length - 1;
    return last >= 0 && (pages[last]?.size ?? 0) < tasksPerPage ? last : pages.length;
  }

  function tasksOf(taskId: string): readonly NamedTask[] {
    const entries = entriesFor(taskId);
    // Of nearly every new task nothing is known, and this is asked of each several times.
    if (entries.length === 0 && gone.size === 0) return nothing;
    const here = entries.map(namedTask);
    const left = gone.get(taskId);
    return left === undefined ? here : [...here, ...left];
  }

  function entriesFor(taskId: string): readonly TaskEntry[] {
    const found = byId.get(taskId);
    return found === undefined ? nothing : found instanceof TaskEntry ? [found] : found;
  }

  const entriesOf = (page: number): readonly PageEntry[] => [...(pages[page] ?? [])].map((entry) => entry.toEntry());

  function noteGone(task: GoneTask): void {
    const others = gone.get(task.taskId) ?? [];
    if (others.some(({ key, goneSeq }) => key === task.key && goneSeq === task.goneSeq)) return;
    gone.set(task.taskId, [...others, task]);
    goneInOrder.push(task);
  }

  function apply(event: StampedEvent): readonly TableChange[] {
    if (event.seq > highestSeq) highestSeq = event.seq;
    if (isLabelEvent(event)) for (const word of wordsIn(event)) labelWords.add(word);
    let key: string | null = null;
    const changes: TableChange[] = [];
    try {
      for (key of keysOf(event, tasksOf)) {
        const change = applyTo(key, event);
        if (change !== null) changes.push(change);
      }
    } catch (error) {
      brokenEvents.push({ seq: event.seq, type: event.type, key, error });
    }
    return changes;
  }

  function applyTo(key: string, event: StampedEvent): TableChange | null {
    const entry = entryOf(key);
    // The fold skips it as well; a task that is not read costs nothing, and a start may come by here for all of them.
    if (entry !== undefined && event.seq <= entry.glance.seq) return null;
    if (entry !== undefined && isLabelEvent(event)) return label(entry, event);
    const before = entry?.record;
    const after = fold(before, event, key);
    if (after === before) return null;
    version += 1;
    if (after === undefined) {
      if (entry === undefined) return null;
      dirty.add(entry.page);
      noteGone({ ...namedTask(entry), taskId: entry.taskId, goneSeq: event.seq });
      remove(entry);
      return { key, task: null };
    }
    if (entry === undefined) insertNew(after);
    else replace(entry, after);
    return { key, task: after.task };
  }

  return {
    counters,
    ordered,
    version: () => version,
    get: entryOf,
    tasksOf,
    byTaskId: entriesFor,
    gone: (from = 0) => goneInOrder.slice(from),
    goneCount: () => goneInOrder.length,
    *forgetGone(upTo) {
      let forgotten = 0;
      for (const { taskId, goneSeq } of goneInOrder) {
        if (goneSeq > upTo) break;
        const kept = (gone.get(taskId) ?? []).filter((task) => task.goneSeq > upTo);
        if (kept.length === 0) gone.delete(taskId);
        else gone.set(taskId, kept);
        forgotten += 1;
        if (forgotten % 128 === 0) yield;
      }
      goneInOrder = goneInOrder.slice(forgotten);
    },
    takeLabelWords() {
      const words = [...labelWords];
      labelWords.clear();
      return words;
    },
    brokenEvents,
    apply,
    snapshot: () => ({ pages: pages.map((_, page) => entriesOf(page)), gone: goneInOrder.slice() }),
    restore(state) {
      state.gone.toSorted((a, b) => a.goneSeq - b.goneSeq).forEach(noteGone);
      /** Tasks in a row with the same traits, which are most, are counted at once. */
      let traits: TaskTraits | null = null;
      let length = 0;
      for (const [page, loaded] of state.pages.entries()) {
        pages[page] = new Set();
        for (const one of loaded) {
          const entry = new TaskEntry(page, one);
          const others = byId.get(entry.taskId);
          const mayBeHere = others !== undefined || byOddKey.size > 0;
          if (mayBeHere && entryOf(entry.key) !== undefined) continue;
          place(entry, others);
          const own = entry.glance.head;
          if (traits !== null && own !== traits) {
            counters.add(traits, length);
            length = 0;
          }
          traits = own;
          length += 1;
        }
      }
      if (traits !== null) counters.add(traits, length);
    },
    correct(key, record) {
      version += 1;
      const entry = entryOf(key);
      if (entry !== undefined) {
        dirty.add(entry.page);
        remove(entry);
      }
      if (record === null) return;
      // In the same page: a task that moves could be in neither when the machine stops between the saves of the two.
      if (entry === undefined) insertNew(record);
      else insert(new TaskEntry(entry.page, record));
    },
    pageCount: () => pages.length,
    members: (page) => pages[page] ?? nobody,
    entriesOf,
    poolPage: (page, pool) => poolLines([...(pages[page] ?? [])], pool),
    dirtyPages: () => dirty.size,
    takeDirtyPages() {
      const taken = [...dirty];
      dirty.clear();
      return taken;
    },
    markDirty: (some) => {
      for (const page of some) dirty.add(page);
    },
    highestSeq: () => highestSeq,
  };
}

function wordsIn(event: LabelEvent): readonly string[] {
  if (event.type === 'tagged') return event.add;
  if (event.type === 'marked') return event.tags ?? [];
  return event.project === null ? [] : [event.project];
}

const nobody: ReadonlySet<TaskEntry> = new Set();
const nothing: readonly never[] = [];

function namedTask({ key, taskId, glance: { firstSeq } }: TaskEntry): NamedTask {
  return { key, provider: key.slice(0, -taskId.length - 1), firstSeq };
}

function isBefore({ glance: a }: TaskEntry, { glance: b }: TaskEntry): boolean {
  return a.receivedMs === b.receivedMs ? a.firstSeq < b.firstSeq : a.receivedMs < b.receivedMs;
}
