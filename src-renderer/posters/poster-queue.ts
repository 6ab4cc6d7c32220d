import type { PreviewResult } from './make-previews.ts';

export interface PosterWish {
  readonly key: string;
  /** 1-based number of the saved video to take the pictures from. */
  readonly n: number;
  /** Its file: a film may take the place of an early one. */
  readonly path: string | null;
  readonly receivedAt: string;
}

export type PosterStatus = 'unknown' | 'undecodable' | 'failed';

/**
 * Makes missing posters and filmstrips, one film at a time: first a poster for the newest in sight, which is one frame where a
 * strip is 25, then both for all that lack one of them, whoever looks.
 */
export interface PosterQueue {
  /** Call while a card without a poster is in sight. @returns the undo. */
  want(wish: PosterWish): () => void;
  /** Where the next one comes from when nothing in sight is wanted; asked again after each `nudge`. */
  fillFrom(source: () => Promise<PosterWish | null>): void;
  nudge(): void;
  /** What was made may have been removed: it may be wanted again. */
  forget(): void;
  /** @param path of the film that is saved; see `PosterWish`. */
  status(key: string, path: string | null): PosterStatus;
  readonly subscribe: (listener: () => void) => () => void;
}

interface PosterPorts {
  readonly make: (key: string, n: number, withStrip: boolean) => Promise<PreviewResult>;
  readonly save: (key: string, n: number, made: Extract<PreviewResult, { kind: 'made' }>) => Promise<unknown>;
  /** Films found undecodable in earlier visits, and how to remember another. */
  readonly remembered: readonly string[];
  readonly remember: (films: readonly string[]) => void;
  /** How long one is left alone that failed: a machine may be busy for a while. */
  readonly retryAfterMs: number;
}

interface Attempt {
  readonly wish: PosterWish;
  readonly withStrip: boolean;
  /** How often it has failed before. */
  readonly failed: number;
}

const rememberAtMost = 5000;
/** A film that is broken fails each time, and those behind it wait. */
const mostTries = 3;

export function createPosterQueue({ make, save, remembered, remember, retryAfterMs }: PosterPorts): PosterQueue {
  /** Those that failed, when their time has come. */
  const others: Attempt[] = [];
  const wishes = new Map<string, PosterWish>();
  const statuses = new Map<string, PosterStatus>(remembered.map((film) => [film, 'undecodable']));
  const listeners = new Set<() => void>();
  /** Made in this visit, with or without a strip: the list of what is missing may be older. */
  const made = new Map<string, boolean>();
  let source: (() => Promise<PosterWish | null>) | null = null;
  let busy = false;
  let again = false;

  function settle(film: string, status: PosterStatus) {
    statuses.set(film, status);
    for (const listener of [...listeners]) listener();
  }

  async function work() {
    again = true;
    if (busy) return;
    busy = true;
    try {
      while (again) {
        again = false;
        for (let next = await take(); next !== null; next = await take()) await makeOne(next);
      }
    } finally {
      busy = false;
    }
  }

  async function take(): Promise<Attempt | null> {
    const inSight = newest();
    if (inSight !== undefined) {
      wishes.delete(inSight.key);
      return { wish: inSight, withStrip: false, failed: 0 };
    }
    const wish = (await source?.().catch(() => null)) ?? null;
    return wish === null ? (others.shift() ?? null) : { wish, withStrip: true, failed: 0 };
  }

  async function makeOne({ wish, withStrip, failed }: Attempt) {
    const { key, n } = wish;
    if (failed === 0 && !isUntried(wish, withStrip)) return;
    const result = await make(key, n, withStrip);
    const film = fileOf(wish);
    if (result.kind === 'made') {
      made.set(film, withStrip);
      statuses.delete(film);
      // The event that follows brings the poster; a refused one is not tried again in this visit.
      await save(key, n, result).catch(() => settle(film, 'failed'));
    } else settle(film, result.kind);
    const mayGoBetter = result.kind === 'made' ? result.isBrokenOff === true : result.kind === 'failed';
    if (mayGoBetter && failed + 1 < mostTries)
      setTimeout(() => {
        others.push({ wish, withStrip, failed: failed + 1 });
        void work();
      }, retryAfterMs);
    if (result.kind !== 'undecodable') return;
    const known = [...statuses].filter(([, status]) => status === 'undecodable').map(([each]) => each);
    remember(known.slice(-rememberAtMost));
  }

  const fileOf = ({ key, path }: Pick<PosterWish, 'key' | 'path'>) => `${key} ${path ?? ''}`;
  const isUntried = (wish: PosterWish, withStrip: boolean) => {
    const known = made.get(fileOf(wish));
    return (statuses.get(fileOf(wish)) ?? 'unknown') === 'unknown' && (known === undefined || (withStrip && !known));
  };

  function newest(): PosterWish | undefined {
    let best: PosterWish | undefined;
    for (const wish of wishes.values()) if (best === undefined || wish.receivedAt > best.receivedAt) best = wish;
    return best;
  }

  return {
    want(wish) {
      if (!isUntried(wish, false)) return () => undefined;
      wishes.set(wish.key, wish);
      void work();
      return () => {
        if (wishes.get(wish.key) === wish) wishes.delete(wish.key);
      };
    },
    fillFrom(next) {
      source = next;
      void work();
    },
    nudge: () => void work(),
    forget: () => made.clear(),
    status: (key, path) => statuses.get(fileOf({ key, path })) ?? 'unknown',
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
