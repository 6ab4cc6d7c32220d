/**
 * The jobs of one host and one callback URL that do not run: those that may, those whose owner runs already and lets
 * others go first, and those that are tried again later.
 */
import { createHeap, type Heap } from './heap.ts';

export interface Waiting {
  /** Whose turn it takes: jobs of one owner share a turn with all jobs of another. */
  readonly owner: string;
  /** 0 goes before 1 where both owners run equally often. */
  readonly rank: number;
  /** Time in ms; the earliest goes first. */
  readonly deadline: number;
  /** Counts up with each job that is added: among equals the first goes first. */
  readonly order: number;
  /** How often it had to make room, or its host asked to be left alone for it: the others go first. */
  readonly yields: number;
  /** Time in ms before which it is not to run; changes only while it is in no lane. */
  readonly readyAt: number;
}

export interface HostLane<Entry extends Waiting> {
  add(entry: Entry): void;
  /** The one that may run next. */
  first(now: number): Entry | undefined;
  /** Takes out what `first` found. */
  take(entry: Entry): void;
  /** The owner does not run any more. */
  unpark(owner: string): void;
  /** When the next one is tried again; 0 where one may run; `Infinity` where there is none. */
  wakesAt(): number;
  remove(which: (entry: Entry) => boolean): readonly Entry[];
  /** Takes out one that comes back to no lane; as quick where a hundred thousand wait as where one does. */
  drop(entry: Entry): void;
  readonly isEmpty: boolean;
}

/** What is vouched for, has yielded least and is most urgent; equals in their order. */
function isBefore(a: Waiting, b: Waiting): boolean {
  if (a.rank !== b.rank) return a.rank < b.rank;
  if (a.yields !== b.yields) return a.yields < b.yields;
  return a.deadline === b.deadline ? a.order < b.order : a.deadline < b.deadline;
}

/** So many that were dropped may lie about where more do not. */
const fewDropped = 64;

/** @param runningOf How many of an owner run, on whichever host. */
export function createHostLane<Entry extends Waiting>(runningOf: (owner: string) => number): HostLane<Entry> {
  const ready = createHeap<Entry>(isBefore);
  const later = createHeap<Entry>((a, b) => a.readyAt < b.readyAt);
  /** Each entry gets here once for each time that its owner begins to run, so looking for the first one stays cheap. */
  const parked = new Map<string, Heap<Entry>>();
  /** They lie in `ready` or `later` until they come to the top, or are half of what is there. */
  const dropped = new Set<Entry>();

  function top(heap: Heap<Entry>): Entry | undefined {
    for (;;) {
      const entry = heap.peek();
      if (entry === undefined || !dropped.delete(entry)) return entry;
      heap.pop();
    }
  }

  const isLive = (entry: Entry): boolean => !dropped.delete(entry);

  function sweep(): void {
    for (const heap of [ready, later]) heap.take((entry) => dropped.delete(entry));
  }

  function park(entry: Entry): void {
    let heap = parked.get(entry.owner);
    if (heap === undefined) {
      heap = createHeap<Entry>(isBefore);
      parked.set(entry.owner, heap);
    }
    heap.push(entry);
  }

  function settle(now: number): void {
    for (let next = top(later); next !== undefined && next.readyAt <= now; next = top(later)) {
      later.pop();
      ready.push(next);
    }
    for (let next = top(ready); next !== undefined && runningOf(next.owner) > 0; next = top(ready)) {
      ready.pop();
      park(next);
    }
  }

  return {
    add: (entry) => (entry.readyAt === 0 ? ready : later).push(entry),
    first(now) {
      settle(now);
      let best = top(ready);
      for (const heap of parked.values()) {
        const next = heap.peek();
        if (next !== undefined && (best === undefined || goesBefore(next, best, runningOf))) best = next;
      }
      return best;
    },
    take(entry) {
      const heap = ready.peek() === entry ? ready : parked.get(entry.owner);
      heap?.pop();
      if (heap?.size === 0) parked.delete(entry.owner);
    },
    unpark(owner) {
      for (const entry of parked.get(owner)?.take(() => true) ?? []) ready.push(entry);
      parked.delete(owner);
    },
    wakesAt: () => (parked.size > 0 || top(ready) !== undefined ? 0 : (top(later)?.readyAt ?? Infinity)),
    remove(which) {
      const removed = [...ready.take(which), ...later.take(which)].filter(isLive);
      for (const [owner, heap] of parked) {
        removed.push(...heap.take(which));
        if (heap.size === 0) parked.delete(owner);
      }
      return removed;
    },
    drop(entry) {
      const own = parked.get(entry.owner);
      if (own !== undefined && own.take((other) => other === entry).length > 0) {
        if (own.size === 0) parked.delete(entry.owner);
        return;
      }
      dropped.add(entry);
      if (dropped.size > fewDropped && dropped.size * 2 > ready.size + later.size) sweep();
    },
    get isEmpty() {
      return ready.size + later.size + parked.size === dropped.size;
    },
  };
}

/** The smaller share goes first; being vouched for counts as much as one place. */
export function goesBefore(a: Waiting, b: Waiting, runningOf: (owner: string) => number): boolean {
  const [one, other] = [runningOf(a.owner) + a.rank, runningOf(b.owner) + b.rank];
  return one === other ? isBefore(a, b) : one < other;
}
