/** Acts on many tasks: in pieces, with progress, and with a way back that brings each task what it had. */
import type { Changed, TaskSelection } from '../../src-main/common/task-query.ts';
import type { TaskRow } from '../../src-main/common/task-row.ts';
import type { Call } from '../client/renderer-client.ts';
import type { Rule } from './selection.ts';
import { createStore, type Store } from './store.ts';

/** Tasks, keys where they are not all here, or all that match. */
export type Chosen = readonly (TaskRow | string)[] | Rule;

/** A bulk act that is under way. */
export interface BulkWork {
  readonly done: number;
  readonly total: number;
  /** What is done stays done. */
  readonly stop: () => void;
}

/** What was done: the keys that changed, and what takes it back. */
export interface BulkDone {
  readonly changed: readonly string[];
  readonly undo: readonly string[];
}

export interface Bulk {
  /** `null` while nothing takes long. */
  readonly work: Pick<Store<BulkWork | null>, 'get' | 'subscribe'>;
  /** The names of what is meant; a rule is asked for. */
  keysOf(chosen: Chosen): Promise<readonly string[]>;
  /** Piece by piece, so that the person sees how far it is and can stop it. `done` is filled as it goes, also where one fails. */
  run(chosen: Chosen, act: (which: TaskSelection) => Promise<Changed | null>, done?: BulkDoing): Promise<BulkDone>;
  /** The newest piece first. */
  takeBack(undo: readonly string[]): Promise<void>;
}

export interface BulkDoing {
  readonly changed: string[];
  readonly undo: string[];
}

export const nothingDone = (): BulkDoing => ({ changed: [], undo: [] });

/** How many tasks one call of a bulk act is about. */
export const pieceSize = 5_000;

export const isRule = (chosen: Chosen): chosen is Rule => 'query' in chosen;

export const countOf = (chosen: Chosen): number => (isRule(chosen) ? chosen.total - chosen.except.size : chosen.length);

export function createBulk(call: Call): Bulk {
  const work = createStore<BulkWork | null>(null);

  async function keysOf(chosen: Chosen): Promise<readonly string[]> {
    if (!isRule(chosen)) return chosen.map((each) => (typeof each === 'string' ? each : each.key));
    const keys = await call('tasks:keys', chosen.query, 0, Number.MAX_SAFE_INTEGER);
    return chosen.except.size === 0 ? keys : keys.filter((key) => !chosen.except.has(key));
  }

  async function inPieces(
    pieces: readonly (readonly string[])[],
    total: number,
    act: (piece: readonly string[]) => Promise<void>,
  ): Promise<void> {
    const stopping = new AbortController();
    let done = 0;
    try {
      for (const piece of pieces) {
        if (stopping.signal.aborted) break;
        work.set(pieces.length <= 1 ? null : { done, total, stop: () => stopping.abort() });
        await act(piece);
        done += piece.length;
      }
    } finally {
      work.set(null);
    }
  }

  return {
    work,
    keysOf,
    async run(chosen, act, done = nothingDone()) {
      const keys = await keysOf(chosen);
      const pieces = Array.from({ length: Math.ceil(keys.length / pieceSize) }, (_, i) =>
        keys.slice(i * pieceSize, (i + 1) * pieceSize),
      );
      await inPieces(pieces, keys.length, async (piece) => {
        const answer = await act({ keys: piece });
        done.changed.push(...(answer?.keys ?? piece));
        if (answer?.undo !== undefined) done.undo.push(answer.undo);
      });
      return done;
    },
    async takeBack(undo) {
      await inPieces(
        undo.toReversed().map((name) => [name]),
        undo.length,
        async ([name]) => {
          if (name !== undefined) await call('tasks:undo', name);
        },
      );
    },
  };
}
