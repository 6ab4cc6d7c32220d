/** Token buckets: so many at once, so many a second after that. Memory is bounded; the idlest buckets are forgotten. */

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
  const buckets = new Map<string, { tokens: number; at: number }>();
  return {
    take(name) {
      const at = nowMs();
      const known = buckets.get(name);
      const tokens =
        known === undefined
          ? limit.burst
          : Math.min(limit.burst, known.tokens + (Math.max(0, at - known.at) / 1000) * limit.perSecond);
      const passes = tokens >= 1;
      // Deleted and set again, so that the map's order is by last use.
      buckets.delete(name);
      buckets.set(name, { tokens: passes ? tokens - 1 : tokens, at });
      if (buckets.size > bucketLimit) {
        const idlest = buckets.keys().next();
        if (idlest.done !== true) buckets.delete(idlest.value);
      }
      return passes ? 0 : Math.max(1, Math.ceil((1 - tokens) / limit.perSecond));
    },
  };
}
