import type { PosterResult } from './make-poster.ts';

export interface PosterWish {
  readonly key: string;
  /** 1-based number of the saved video to take the picture from. */
  readonly n: number;
  readonly receivedAt: string;
}

export type PosterStatus = 'unknown' | 'undecodable' | 'failed';

/** Makes missing posters, one at a time, newest visible first. */
export interface PosterQueue {
  /** Call while the card is in sight. @returns the undo. */
  want(wish: PosterWish): () => void;
  status(key: string): PosterStatus;
  readonly subscribe: (listener: () => void) => () => void;
}

interface PosterPorts {
  readonly make: (key: string, n: number) => Promise<PosterResult>;
  readonly save: (key: string, base64: string) => Promise<unknown>;
  /** Keys found undecodable in earlier visits, and how to remember another. */
  readonly remembered: readonly string[];
  readonly remember: (keys: readonly string[]) => void;
}

const rememberAtMost = 1000;

export function createPosterQueue({ make, save, remembered, remember }: PosterPorts): PosterQueue {
  const wishes = new Map<string, PosterWish>();
  const statuses = new Map<string, PosterStatus>(remembered.map((key) => [key, 'undecodable']));
  const listeners = new Set<() => void>();
  let busy = false;

  function settle(key: string, status: PosterStatus) {
    statuses.set(key, status);
    for (const listener of [...listeners]) listener();
  }

  async function work() {
    if (busy) return;
    busy = true;
    try {
      for (let next = newest(); next !== undefined; next = newest()) {
        const { key, n } = next;
        wishes.delete(key);
        const result = await make(key, n);
        if (result.kind === 'made') {
          // The event that follows brings the poster; a refused one is not tried again in this visit.
          await save(key, result.base64).catch(() => settle(key, 'failed'));
        } else {
          settle(key, result.kind);
          if (result.kind === 'undecodable') {
            const known = [...statuses].filter(([, status]) => status === 'undecodable').map(([each]) => each);
            remember(known.slice(-rememberAtMost));
          }
        }
      }
    } finally {
      busy = false;
    }
  }

  function newest(): PosterWish | undefined {
    let best: PosterWish | undefined;
    for (const wish of wishes.values()) if (best === undefined || wish.receivedAt > best.receivedAt) best = wish;
    return best;
  }

  return {
    want(wish) {
      if ((statuses.get(wish.key) ?? 'unknown') !== 'unknown') return () => undefined;
      wishes.set(wish.key, wish);
      void work();
      return () => {
        if (wishes.get(wish.key) === wish) wishes.delete(wish.key);
      };
    },
    status: (key) => statuses.get(key) ?? 'unknown',
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
