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

/** Where others use the same name, this much is left at least: what they take is known late. */
const leastShare = 0.1;

/** @param elsewhere what others take of the same name in a second. */
export function createRateLimiter(
  limit: RateLimit,
  nowMs: () => number,
  elsewhere: (name: string) => number = () => 0,
): RateLimiter {
  const buckets = createRecentMap<string, { tokens: number; at: number }>(bucketLimit);
  return {
    take(name) {
      const at = nowMs();
      const perSecond = Math.max(limit.perSecond * leastShare, limit.perSecond - elsewhere(name));
      const known = buckets.get(name);
      const tokens =
        known === undefined
          ? limit.burst
          : Math.min(limit.burst, known.tokens + (Math.max(0, at - known.at) / 1000) * perSecond);
      const passes = tokens >= 1;
      const left = passes ? tokens - 1 : tokens;
      if (known === undefined) buckets.set(name, { tokens: left, at });
      else {
        known.tokens = left;
        known.at = at;
      }
      return passes ? 0 : Math.max(1, Math.ceil((1 - tokens) / perSecond));
    },
  };
}
