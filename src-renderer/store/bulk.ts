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

/** The tasks that one call is about. */
export interface Piece {
  readonly keys: readonly string[];
}

/** What was done: the keys that changed, and what takes it back. */
export interface BulkDone {
  readonly changed: readonly string[];
  readonly undo: readonly string[];
}

export interface Bulk {
  /** `null` while nothing takes long. */
  readonly work: Pick<Store<BulkWork | null>, 'get' | 'subscribe'>;
  /** Piece by piece, so that the person sees how far it is and can stop it. `done` is filled as it goes, also where one fails. */
  run(chosen: Chosen, act: (which: Piece) => Promise<Changed | null>, done?: BulkDoing): Promise<BulkDone>;
  /** The newest piece first. */
  takeBack(undo: readonly string[]): Promise<void>;
}

export interface BulkDoing {
  readonly changed: string[];
  readonly undo: string[];
  /** The person stopped it before its end. */
  isStopped?: boolean;
}

export const nothingDone = (): BulkDoing => ({ changed: [], undo: [] });

/** How many tasks one call of a bulk act is about. */
export const pieceSize = 5_000;

export const isRule = (chosen: Chosen): chosen is Rule => 'query' in chosen;

export const countOf = (chosen: Chosen): number => (isRule(chosen) ? chosen.total - chosen.except.size : chosen.length);

const namesOf = (chosen: Exclude<Chosen, Rule>): readonly string[] =>
  chosen.map((each) => (typeof each === 'string' ? each : each.key));

/** For one call about all of them: a rule goes as one, since a hundred thousand names are too much for it. */
export function selectionOf(chosen: Chosen): TaskSelection {
  if (!isRule(chosen)) return namesOf(chosen);
  const { query, except } = chosen;
  return except.size === 0 ? { query } : { query, except: [...except] };
}

/** The names of what is meant; a rule is asked for. */
export async function keysOf(call: Call, chosen: Chosen): Promise<readonly string[]> {
  if (!isRule(chosen)) return namesOf(chosen);
  const keys = await call('tasks:keys', chosen.query, 0, Number.MAX_SAFE_INTEGER);
  return chosen.except.size === 0 ? keys : keys.filter((key) => !chosen.except.has(key));
}

/** @param undo takes one piece back. */
export function createBulk(call: Call, undo: (name: string) => Promise<unknown>): Bulk {
  const work = createStore<BulkWork | null>(null);

  /** @returns whether it was stopped. */
  async function inPieces(
    pieces: readonly (readonly string[])[],
    total: number,
    act: (piece: readonly string[]) => Promise<void>,
  ): Promise<boolean> {
    const stopping = new AbortController();
    let done = 0;
    try {
      for (const piece of pieces) {
        if (stopping.signal.aborted) return true;
        work.set(pieces.length <= 1 ? null : { done, total, stop: () => stopping.abort() });
        await act(piece);
        done += piece.length;
      }
      return false;
    } finally {
      work.set(null);
    }
  }

  return {
    work,
    async run(chosen, act, done = nothingDone()) {
      const keys = await keysOf(call, chosen);
      const pieces = Array.from({ length: Math.ceil(keys.length / pieceSize) }, (_, i) =>
        keys.slice(i * pieceSize, (i + 1) * pieceSize),
      );
      done.isStopped = await inPieces(pieces, keys.length, async (piece) => {
        const answer = await act({ keys: piece });
        done.changed.push(...(answer?.keys ?? piece));
        if (answer?.undo !== undefined) done.undo.push(answer.undo);
      });
      return done;
    },
    async takeBack(names) {
      await inPieces(
        names.toReversed().map((name) => [name]),
        names.length,
        async ([name]) => {
          if (name !== undefined) await undo(name);
        },
      );
    },
  };
}
