/** How it stands with machines that share a log, as `status` and the pages tell it. */
import type { ShelfStatus } from './shelf-status.ts';
import type { MaybeTold } from './texts/sentence.ts';

/** What a machine may do. */
export const roles = ['intake', 'download', 'ask', 'gallery'] as const;
export type Role = (typeof roles)[number];

/** What each machine tells about itself. */
export interface NodeFacts {
  readonly version: string;
  /** By which rules it makes tasks of events, see `foldVersion`. Absent of older versions. */
  readonly foldVersion?: number;
  readonly roles: readonly Role[];
  /** Callbacks are answered when they are synced here, committed there, or both. */
  readonly answer: 'local' | 'shared' | 'both';
  /** Events that it has stored and the shared log does not have yet. */
  readonly outbox: number;
  /** Number of the last event that it has seen. */
  readonly seen: number;
  /** Pieces of work that it holds; what one does for all (asking, telling, inputs) is none. */
  readonly leases: number;
  readonly feedDelayMs: number;
  /** Of the videos, as this machine gets at it. Absent of older versions, and where the videos are on its disk. */
  readonly shelf?: ShelfStatus['state'];
  /** A word for where it keeps its videos, the same where the place is. Absent of older versions. */
  readonly place?: string;
  /** Names of the keys of providers that it has. Absent of older versions. */
  readonly keys?: readonly string[];
  /** It has a webhook, or a command. Absent of older versions. */
  readonly tellsHooks?: boolean;
  /** Where providers reach it, without a slash at its end. Absent of older versions, and where it takes no callbacks or is not public. */
  readonly publicUrl?: string;
  /** What lies on its disk and goes to the shelf from there. Absent of older versions, and where nothing does. */
  readonly onlyHere?: OnlyHere;
  /** What its disk has no room for. Absent of older versions, and where there is room. */
  readonly noRoomFor?: NoRoomFor;
}

/** `downloads`: it fetches nothing, and takes callbacks. `callbacks`: it refuses those, too. */
export type NoRoomFor = 'downloads' | 'callbacks';

/** Films that no other machine can open. */
export interface OnlyHere {
  readonly films: number;
  readonly bytes: number;
}

export interface NodeStatus extends NodeFacts {
  readonly node: string;
  readonly name: string;
  /** ISO time, by the database's clock. */
  readonly seenAt: string;
  /** It has told of itself lately. */
  readonly isThere: boolean;
  readonly isThis: boolean;
}

/** Machines that are there and make tasks by earlier rules than others do; of those that do not tell it is not known. */
export function olderBuilds(nodes: readonly NodeStatus[]): readonly NodeStatus[] {
  const there = nodes.filter(({ isThere }) => isThere);
  const newest = Math.max(...there.map(({ foldVersion = 0 }) => foldVersion));
  return there.filter(({ foldVersion = newest }) => foldVersion < newest);
}

/** A machine to which nothing has come through for so long, although something was committed, is told as late. */
export const lateAfterMs = 5000;

/** How it stands at a glance. */
export interface SharedGlance {
  readonly state: SharedStatus['state'];
  /** A person should look: also where the log is well, and no machine does one of the works. */
  readonly isTold: boolean;
}

export interface SharedStatus extends MaybeTold {
  readonly node: string;
  readonly name: string;
  readonly roles: readonly Role[];
  readonly answer: NodeFacts['answer'];
  /**
   * `away`: the database cannot be reached. `fenced`: another process writes as this machine. `replaced`: it is another
   * database than at the start.
   */
  readonly state: 'ok' | 'away' | 'late' | 'fenced' | 'replaced';
  readonly outbox: { readonly waiting: number; readonly oldestAt: string | null };
  /** For so long nothing has come through although something was committed. */
  readonly feedDelayMs: number;
  readonly seen: number;
  /** False where wake-ups do not arrive: it is asked often instead. */
  readonly isListening: boolean;
  readonly leases: readonly string[];
  readonly nodes: readonly NodeStatus[];
}
