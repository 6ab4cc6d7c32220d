/** Token buckets: so many at once, so many a second after that. Memory is bounded; the idlest buckets are forgotten. */
import { createRecentMap } from '../storage/recent-map.ts';

export interface RateLimit {
  readonly burst: number;
  readonly perSecond: number;
}

export interface RateLimiter {
  /** @returns 0 where the request may pass, else the seconds after which it is worth trying again. */
  take(name: string): number;
}

const bucketLimit = 10_000;

export function createRateLimiter(limit: RateLimit, nowMs: () => number): RateLimiter {
  const buckets = createRecentMap<string, { tokens: number; at: number }>(bucketLimit);
  return {
    take(name) {
      const at = nowMs();
      const known = buckets.get(name);
      const tokens =
        known === undefined
          ? limit.burst
          : Math.min(limit.burst, known.tokens + (Math.max(0, at - known.at) / 1000) * limit.perSecond);
      const passes = tokens >= 1;
      const left = passes ? tokens - 1 : tokens;
      if (known === undefined) buckets.set(name, { tokens: left, at });
      else {
        known.tokens = left;
        known.at = at;
      }
      return passes ? 0 : Math.max(1, Math.ceil((1 - tokens) / limit.perSecond));
    },
  };
}
