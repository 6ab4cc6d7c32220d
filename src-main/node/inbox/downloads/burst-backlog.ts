/**
 * What a burst of callbacks wants on disk. A place in a queue of downloads takes a kilobyte and half of all that is done
 * behind the log, and thousands wait there for four places. So while many wait, of the next ones the key is kept; they
 * get their places when the burst is over or the queue runs low, and after some seconds in any case. A kill loses nothing:
 * the next start looks at the tasks themselves.
 */
import { inTurns, type InTurns } from '../../in-turns.ts';

export interface BurstBacklogPorts {
  /** How many wait in the queue. */
  readonly waiting: () => number;
  /** Gives the task as it is by then its place. */
  readonly act: (key: string, urlId: string) => void;
  readonly onTrouble: (key: string, error: unknown) => void;
}

export interface BurstBacklog {
  /** @returns false where few wait: whoever asks acts at once. */
  takes(key: string, urlId: string): boolean;
  /** Whether it has no place yet. */
  has(key: string): boolean;
  close(): void;
}

/** So many in the queue are enough to choose from. */
const many = 256;
const lookEveryMs = 250;
/** Fewer between two looks are no burst any more. */
const few = 16;
/** So many looks until all get their places although it goes on: whose link dies first is only seen there. */
const looksAtMost = 60;

export function createBurstBacklog({ waiting, act, onTrouble }: BurstBacklogPorts): BurstBacklog {
  /** Keys by callback URL, each in its order: whoever floods one URL does not come before the others. */
  let lines = new Map<string, string[]>();
  const held = new Set<string>();
  let came = 0;
  let looks = 0;
  let timer: NodeJS.Timeout | null = null;
  let isClosed = false;

  function* inOrder(): Generator<readonly [key: string, urlId: string]> {
    const taken = lines;
    lines = new Map();
    const left = [...taken].map(([urlId, keys]) => ({ urlId, keys, next: 0 }));
    try {
      for (let isMore = true; isMore;) {
        isMore = false;
        for (const line of left) {
          const key = line.keys[line.next];
          if (key === undefined) continue;
          line.next += 1;
          isMore = true;
          yield [key, line.urlId];
        }
      }
    } finally {
      // Whose turn did not come goes before those that came meanwhile.
      for (const { urlId, keys, next } of left) {
        if (next < keys.length) lines.set(urlId, [...keys.slice(next), ...(lines.get(urlId) ?? [])]);
      }
    }
  }

  function* give(isAll: boolean): InTurns<void> {
    for (const [key, urlId] of inOrder()) {
      if (isClosed) return;
      held.delete(key);
      try {
        act(key, urlId);
      } catch (error) {
        onTrouble(key, error);
      }
      if (!isAll && waiting() >= many) return;
      yield;
    }
  }

  function lookLater(): void {
    timer = setTimeout(() => void look(), lookEveryMs);
    timer.unref();
  }

  async function look(): Promise<void> {
    looks += 1;
    const isAll = came < few || looks >= looksAtMost;
    came = 0;
    if (isAll) looks = 0;
    if (isAll || waiting() < many / 2) await inTurns(give(isAll));
    timer = null;
    if (lines.size > 0 && !isClosed) lookLater();
  }

  return {
    takes(key, urlId) {
      if (isClosed || waiting() < many) return false;
      came += 1;
      if (held.has(key)) return true;
      held.add(key);
      const keys = lines.get(urlId);
      if (keys === undefined) lines.set(urlId, [key]);
      else keys.push(key);
      if (timer === null) lookLater();
      return true;
    },
    has: (key) => held.has(key),
    close() {
      isClosed = true;
      if (timer !== null) clearTimeout(timer);
    },
  };
}
