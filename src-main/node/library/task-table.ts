/** All tasks in memory: by key, by the provider's task id, in the order in which they came, and by index page. */
import { fold, type TaskRecord } from '../../common/fold.ts';
import type { StampedTaskEvent } from '../../common/journal-events.ts';
import type { Task } from '../../common/model.ts';
import { tasksPerPage } from './index-pages.ts';
import { createTallies, type Tallies } from './tallies.ts';

/** One task and where it stands; the slot stays, its record is replaced. */
export interface Slot {
  record: TaskRecord;
  readonly page: number;
  readonly receivedMs: number;
}

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
  /** Takes over the records of an index page. */
  loadPage(page: number, records: readonly TaskRecord[]): void;
  /** Takes over a record that the journal does not tell any more, in place of an older one. */
  adopt(record: TaskRecord): void;
  pageCount(): number;
  recordsOf(page: number): readonly TaskRecord[];
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

  function insert(record: TaskRecord, page: number): void {
    const { key, taskId, receivedAt } = record.task;
    const slot: Slot = { record, page, receivedMs: Date.parse(receivedAt) };
    slots.set(key, slot);
    (pages[page] ??= new Set()).add(slot);
    const position = positionFor(slot);
    if (position === ordered.length) ordered.push(slot);
    else ordered.splice(position, 0, slot);
    const others = keysByTaskId.get(taskId);
    if (others === undefined) keysByTaskId.set(taskId, key);
    else keysByTaskId.set(taskId, [...[others].flat(), key]);
    tallies.add(record.task);
    if (record.seq > highestSeq) highestSeq = record.seq;
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
    const { key, taskId } = slot.record.task;
    slots.delete(key);
    pages[slot.page]?.delete(slot);
    const position = ordered.indexOf(slot);
    if (position >= 0) ordered.splice(position, 1);
    const others = [keysByTaskId.get(taskId) ?? []].flat().filter((other) => other !== key);
    if (others.length === 0) keysByTaskId.delete(taskId);
    else keysByTaskId.set(taskId, others);
    tallies.remove(slot.record.task);
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
        return slot === undefined ? [] : [slot.record.task];
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
      if (slot === undefined) {
        const page = pageForNew();
        insert(after, page);
        dirty.add(page);
      } else {
        tallies.remove(slot.record.task);
        slot.record = after;
        tallies.add(after.task);
        dirty.add(slot.page);
      }
      return after.task;
    },
    loadPage(page, records) {
      pages[page] ??= new Set();
      for (const record of records) if (!slots.has(record.task.key)) insert(record, page);
    },
    adopt(record) {
      const slot = slots.get(record.task.key);
      version += 1;
      if (slot === undefined) {
        const page = pageForNew();
        insert(record, page);
        dirty.add(page);
        return;
      }
      tallies.remove(slot.record.task);
      slot.record = record;
      tallies.add(record.task);
      dirty.add(slot.page);
    },
    pageCount: () => pages.length,
    recordsOf: (page) => [...(pages[page] ?? [])].map((slot) => slot.record),
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
  return a.receivedMs === b.receivedMs ? a.record.firstSeq < b.record.firstSeq : a.receivedMs < b.receivedMs;
}
