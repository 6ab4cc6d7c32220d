import type { FetchJwks } from './verdict.ts';

const hourMs = 3_600_000;

export interface JwksCachePorts {
  /** Gets the key set, or throws. Is called for one request at a time. */
  readonly fetchJson: (signal: AbortSignal) => Promise<unknown>;
  readonly now: () => Date;
  /** How long one request for keys may take; it goes on behind an answer that has stopped waiting. Default 10,000. */
  readonly timeoutMs?: number;
}

/** Keys are used for at most this long, and asked for anew in the background from half of it on. */
const maxAgeMs = 24 * hourMs;
const refreshAgeMs = maxAgeMs / 2;
/** Forged signatures must not make us ask the provider again and again. */
const pauseAfterMissMs = 60_000;
/** Keys that were fetched so long ago are as good as fetched now. */
const freshMs = 10_000;
const pauseAfterFailureMs = 15_000;

/**
 * Keeps a published key set for at most 24 hours. One request at a time; no answer waits for it longer than it says;
 * where the keys cannot be had the result is `null`, and the next request pauses.
 *
 * After a miss the answer is as fresh as the moment, or `null` where it is too early to look again: whoever asks then
 * says "try again" and not "wrong", since the provider may have changed its keys since the last look.
 */
export function createJwksCache({ fetchJson, now, timeoutMs = 10_000 }: JwksCachePorts): FetchJwks {
  let cached: { readonly jwks: unknown; readonly at: number } | null = null;
  let triedAt = -Infinity;
  let running: Promise<void> | null = null;

  function refresh(): Promise<void> {
    running ??= load().finally(() => {
      running = null;
    });
    return running;
  }

  async function load(): Promise<void> {
    triedAt = now().getTime();
    try {
      const jwks = await within(timeoutMs, fetchJson(AbortSignal.timeout(timeoutMs)));
      if (jwks !== null && jwks !== undefined) cached = { jwks, at: now().getTime() };
    } catch {
      // The caller sees it as `null`: the verdict says that there was nothing to check with.
    }
  }

  /** What lies ahead was noted before the clock was set back: as good as never. */
  const sinceMs = (at: number): number => (at > now().getTime() ? Infinity : now().getTime() - at);
  const age = (): number => (cached === null ? Infinity : sinceMs(cached.at));

  return async function fetchJwks({ afterMiss, waitMs }) {
    const maxAge = afterMiss ? freshMs : maxAgeMs;
    const sinceTryMs = sinceMs(triedAt);
    if (age() < maxAge) {
      if (age() > refreshAgeMs && sinceTryMs > pauseAfterFailureMs) void refresh();
      return cached?.jwks ?? null;
    }
    const pauseMs = age() < maxAgeMs ? pauseAfterMissMs : pauseAfterFailureMs;
    if (running !== null || sinceTryMs > pauseMs) await within(waitMs, refresh()).catch(() => undefined);
    return age() < maxAge ? (cached?.jwks ?? null) : null;
  };
}

/** `work`, or a rejection once `limitMs` have passed. */
async function within<T>(limitMs: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`no answer within ${limitMs} ms`));
    }, limitMs);
    timer.unref();
  });
  try {
    return await Promise.race([work, limit]);
  } finally {
    clearTimeout(timer);
  }
}
