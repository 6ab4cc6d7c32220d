/**
 * The log of everything that happened; the truth. Everything else that the inbox knows is made from it by reading it
 * from a place on and following it from there. One suite tells what every implementation must do:
 * `test/node/event-log/conformance.ts`.
 */
import type { EventDraft, StampedEvent } from '../../common/events.ts';
import type { StorageHealth } from '../../common/storage-health.ts';

export type { StampedEvent };

declare const cursorBrand: unique symbol;

/** A place in a log, behind an event. Opaque: only the log that gave it can tell what it means; it may be kept as text. */
export type Cursor = string & { readonly [cursorBrand]: true };

/** Takes a cursor that was kept as text. */
export function cursorOf(kept: string): Cursor {
  return kept as Cursor; // the log checks what it is given, and reads from the start what it does not know
}

/** A line that should hold an event and holds none. */
export interface DamagedLine {
  /** Name of the file within the log's folder. */
  readonly file: string;
  readonly offset: number;
  readonly bytes: number;
  /** For the log and for `doctor`, in plain words. */
  readonly why: string;
}

export interface EventKind {
  readonly type: string;
  readonly v: number;
}

/** Events of a later version of this program: kept, and skipped. */
export interface UnknownEvents extends EventKind {
  readonly count: number;
}

export interface ReadReport {
  readonly events: number;
  /** True where the log does not know the cursor (any more), or was given none: everything was read. */
  readonly fromStart: boolean;
  readonly damaged: readonly DamagedLine[];
  readonly unknown: readonly UnknownEvents[];
  /** Numbers between the first and the last that were answered for and that no event carries; a damaged line counts as well. */
  readonly missing: number;
  /** Number of the last event that was read; 0 where there was none. */
  readonly lastSeq: number;
  /** It lies elsewhere and was out of reach since the start: nothing was read, and nothing is known of what it holds. */
  readonly isAway?: true;
}

/** Callbacks go before everything else that waits, and only of them can too many wait. */
export type AppendPriority = 'callback' | 'bulk';

/** @param text JSON of the event, where the log has just made it. */
export type Follower = (event: StampedEvent, behind: Cursor, text?: string) => void;

export interface EventLog {
  /**
   * Stores all drafts, one behind the other, or none; resolves once they are synced and followers have seen them.
   *
   * An append of thousands is told to the followers in slices. A callback that is stored meanwhile resolves once it is
   * synced and is told behind them, in the order of the log.
   * @param options.priority Default `bulk`.
   * @throws InboxError `storage-failed` (nothing was stored) or, for callbacks only, `too-many`.
   */
  append(
    drafts: readonly EventDraft[],
    options?: { readonly priority?: AppendPriority },
  ): Promise<readonly StampedEvent[]>;
  /**
   * Hands on each event from `from` on, in order, up to where the log ends now; `null` = from the first. Whoever begins to
   * follow in the same turn is told of each event once, by the one or the other.
   * Events that the cursor knows of are never numbered again, even where the log has lost them.
   * @throws NodeJS.ErrnoException where the log cannot be read, and what `onEvent` throws.
   */
  read(from: Cursor | null, onEvent: Follower): Promise<ReadReport>;
  /**
   * Hands on each event that is stored from now on, in order, once it is synced. A follower that throws is logged whole
   * under its name and goes on with the next event; nobody else notices.
   * @returns the undo.
   */
  follow(name: string, follower: Follower): () => void;
  /** Behind the last event that the followers have seen. */
  end(): Cursor;
  /** Kinds of events of a later version that others stored since the log was opened, and that followers were not told of. */
  unread?(): readonly EventKind[];
  /** Number of that event; 0 where there is none. */
  lastSeq(): number;
  /** Numbers the next event above `seq`: for a library that knows of events which the log has lost. */
  continueAbove(seq: number): void;
  health(): StorageHealth;
  /** Called when the health changes. @returns the undo. */
  onHealth(listener: (health: StorageHealth) => void): () => void;
  /** Writes what waits, then closes; later appends are refused. */
  close(): Promise<void>;
}
