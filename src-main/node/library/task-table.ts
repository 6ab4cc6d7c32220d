/** All tasks in memory: by key, by the provider's task id, in the order in which they came, and by index page. */
import { fold, type TaskRecord } from '../../common/fold.ts';
import type { StampedTaskEvent } from '../../common/journal-events.ts';
import type { Task } from '../../common/model.ts';
import { tasksPerPage } from './index-pages.ts';
import { Slot, type PageEntry } from './slot.ts';
import { createTallies, type Tallies } from './tallies.ts';

export interface TaskTable {
  readonly tallies: Tallies;
  /** Oldest first. Not to be changed by the caller. */
  readonly ordered: readonly Slot[];
  /** Grows with each change; a cache built at another version is stale. */
  version(): number;
  get(key: string): Slot | undefined;
  byTaskId(taskId: string): readonly Task[];
  /** @returns the task after the event, `null` where it left the library, `undefined` where nothing changed. */
  apply(event: StampedTaskEvent): Task | null | undefined;
  /** Takes over the tasks of an index page. */
  loadPage(page: number, entries: readonly PageEntry[]): void;
  /** Takes over a record that the journal does not tell any more, in place of an older one. */
  adopt(record: TaskRecord): void;
  pageCount(): number;
  entriesOf(page: number): readonly PageEntry[];
  /** Pages that changed since the last call. */
  takeDirtyPages(): readonly number[];
  markDirty(pages: readonly number[]): void;
  highestSeq(): number;
}

export function createTaskTable(): TaskTable {
  const slots = new Map<string, Slot>();
  const ordered: Slot[] = [];
  const pages: Set<Slot>[] = [];
  const keysByTaskId = new Map<string, string | string[]>();
  const tallies = createTallies();
  const dirty = new Set<number>();
  let version = 0;
  let highestSeq = 0;

  function insert(slot: Slot): void {
    const { key, taskId } = slot.head;
    slots.set(key, slot);
    (pages[slot.page] ??= new Set()).add(slot);
    const position = positionFor(slot);
    if (position === ordered.length) ordered.push(slot);
    else ordered.splice(position, 0, slot);
    const others = keysByTaskId.get(taskId);
    if (others === undefined) keysByTaskId.set(taskId, key);
    else keysByTaskId.set(taskId, [...[others].flat(), key]);
    tallies.add(slot.head);
    if (slot.seq > highestSeq) highestSeq = slot.seq;
  }

  function replace(slot: Slot, record: TaskRecord): void {
    tallies.remove(slot.head);
    slot.replace(record);
    tallies.add(slot.head);
    dirty.add(slot.page);
  }

  /** Behind all that came before; nearly always the end. */
  function positionFor(slot: Slot): number {
    const last = ordered.at(-1);
    let low = 0;
    let high = ordered.length;
    if (last === undefined || isBefore(last, slot)) return high;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const other = ordered[middle];
      if (other !== undefined && isBefore(other, slot)) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  function remove(slot: Slot): void {
    const { key, taskId } = slot.head;
    slots.delete(key);
    pages[slot.page]?.delete(slot);
    const position = ordered.indexOf(slot);
    if (position >= 0) ordered.splice(position, 1);
    const others = [keysByTaskId.get(taskId) ?? []].flat().filter((other) => other !== key);
    if (others.length === 0) keysByTaskId.delete(taskId);
    else keysByTaskId.set(taskId, others);
    tallies.remove(slot.head);
  }

  function insertNew(record: TaskRecord): void {
    const page = pageForNew();
    insert(Slot.of(record, page));
    dirty.add(page);
  }

  function pageForNew(): number {
    const last = pages.length - 1;
    return last >= 0 && (pages[last]?.size ?? 0) < tasksPerPage ? last : pages.length;
  }

  return {
    tallies,
    ordered,
    version: () => version,
    get: (key) => slots.get(key),
    byTaskId: (taskId) =>
      [keysByTaskId.get(taskId) ?? []].flat().flatMap((key) => {
        const slot = slots.get(key);
        return slot === undefined ? [] : [slot.task];
      }),
    apply(event) {
      if (event.seq > highestSeq) highestSeq = event.seq;
      const slot = slots.get(event.key);
      const before = slot?.record;
      const after = fold(before, event);
      if (after === before) return undefined;
      version += 1;
      if (after === undefined) {
        if (slot === undefined) return undefined;
        dirty.add(slot.page);
        remove(slot);
        return null;
      }
      if (slot === undefined) insertNew(after);
      else replace(slot, after);
      return after.task;
    },
    loadPage(page, entries) {
      pages[page] ??= new Set();
      for (const entry of entries) if (!slots.has(entry.head.key)) insert(new Slot(page, entry));
    },
    adopt(record) {
      const slot = slots.get(record.task.key);
      version += 1;
      // Taken out first: it may be older than what is here, and its place is by its age.
      if (slot !== undefined) {
        dirty.add(slot.page);
        remove(slot);
      }
      insertNew(record);
    },
    pageCount: () => pages.length,
    entriesOf: (page) => [...(pages[page] ?? [])],
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

function isBefore(a: Slot, b: Slot): boolean {
  return a.receivedMs === b.receivedMs ? a.firstSeq < b.firstSeq : a.receivedMs < b.receivedMs;
}
