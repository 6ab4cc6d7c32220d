/** What was written here and has to come back in the feed before it is told. */
import type { StoredEvent } from '../event-log/followers.ts';
import type { PageEntry } from './pages.ts';

export interface OwnEvents {
  /** These numbers of ours are written: the last of them, and how many places in the log they take. */
  expect(lastK: number, places: number): void;
  came(entry: PageEntry): void;
  /** How many places of ours the feed has not come to. */
  pending(): number;
  /** The last `count` up to this number once they came; what did not come in time is left out. */
  until(lastK: number, count: number, limitMs: number): Promise<readonly StoredEvent[]>;
  close(): void;
}

interface Wait {
  readonly lastK: number;
  readonly count: number;
  readonly resolve: (events: readonly StoredEvent[]) => void;
  readonly timer: NodeJS.Timeout;
}

export function createOwnEvents(): OwnEvents {
  const expected: { readonly lastK: number; readonly places: number }[] = [];
  const waits: Wait[] = [];
  const arrived = new Map<number, StoredEvent>();
  let lastCame = 0;
  /** Nobody waits for these numbers and lower ones any more. */
  let settledK = 0;

  function settle(wait: Wait): void {
    clearTimeout(wait.timer);
    const events: StoredEvent[] = [];
    for (let k = wait.lastK - wait.count + 1; k <= wait.lastK; k += 1) {
      const event = arrived.get(k);
      if (event !== undefined) events.push(event);
    }
    settledK = Math.max(settledK, wait.lastK);
    // Also of appends that nobody waited for, since the answer of the database was lost.
    for (const k of arrived.keys()) if (k <= settledK) arrived.delete(k);
    wait.resolve(events);
  }

  function settleDue(): void {
    for (let wait = waits[0]; wait !== undefined && wait.lastK <= lastCame; wait = waits[0]) {
      waits.shift();
      settle(wait);
    }
  }

  return {
    expect(lastK, places) {
      if (lastK > lastCame) expected.push({ lastK, places });
    },
    came({ k, read }) {
      lastCame = Math.max(lastCame, k);
      if (read.kind === 'event' && k > settledK) arrived.set(k, read.stored);
      while (expected[0] !== undefined && expected[0].lastK <= lastCame) expected.shift();
      // Behind this entry's own turn: it is told first.
      if ((waits[0]?.lastK ?? Infinity) <= lastCame) setImmediate(settleDue);
    },
    pending: () => expected.reduce((sum, { places }) => sum + places, 0),
    until: (lastK, count, limitMs) =>
      new Promise((resolve) => {
        const timer = setTimeout(() => {
          waits.splice(waits.indexOf(wait), 1);
          settle(wait);
        }, limitMs);
        const wait = { lastK, count, resolve, timer };
        waits.push(wait);
        if (lastK <= lastCame) setImmediate(settleDue);
      }),
    close() {
      for (const wait of waits.splice(0)) settle(wait);
    },
  };
}
