/** The jobs of one host that do not run: those that may, most urgent first, and those that are tried again later. */
import { createHeap } from './heap.ts';

export interface Waiting {
  /** Time in ms; the earliest goes first. */
  readonly deadline: number;
  /** Counts up with each job that is added: among equals the first goes first. */
  readonly order: number;
  /** Time in ms before which it is not to run; changes only while it is in no lane. */
  readonly readyAt: number;
}

export interface HostLane<Entry extends Waiting> {
  /** How many of this host run. */
  running: number;
  /** The host asked to be left alone until then. */
  heldUntil: number;
  add(entry: Entry): void;
  /** The most urgent that may run now, where the host has room. */
  first(now: number): Entry | undefined;
  /** Takes out what `first` found. */
  shift(): void;
  /** When `first` will have something by itself; `Infinity` where that takes another event. */
  wakesAt(now: number): number;
  remove(which: (entry: Entry) => boolean): readonly Entry[];
  isIdle(now: number): boolean;
}

/** The most urgent goes first, equals in their order. */
export function isBefore(a: Waiting, b: Waiting): boolean {
  return a.deadline === b.deadline ? a.order < b.order : a.deadline < b.deadline;
}

export function createHostLane<Entry extends Waiting>(perHost: number): HostLane<Entry> {
  const ready = createHeap<Entry>(isBefore);
  const later = createHeap<Entry>((a, b) => a.readyAt < b.readyAt);
  const lane: HostLane<Entry> = {
    running: 0,
    heldUntil: 0,
    add: (entry) => later.push(entry),
    first(now) {
      for (let next = later.peek(); next !== undefined && next.readyAt <= now; next = later.peek()) {
        later.pop();
        ready.push(next);
      }
      return lane.running < perHost && lane.heldUntil <= now ? ready.peek() : undefined;
    },
    shift: () => void ready.pop(),
    wakesAt(now) {
      if (lane.running >= perHost) return Infinity;
      const next = ready.size > 0 ? 0 : (later.peek()?.readyAt ?? Infinity);
      const at = Math.max(next, lane.heldUntil);
      return at > now ? at : Infinity;
    },
    remove: (which) => [...ready.take(which), ...later.take(which)],
    isIdle: (now) => lane.running === 0 && lane.heldUntil <= now && ready.size === 0 && later.size === 0,
  };
  return lane;
}
