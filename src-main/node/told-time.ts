/**
 * The time as those tell it whom the person trusts anyway: providers, over TLS, and the database that machines share. For
 * what was signed by clocks of others: that of this machine may be wrong. What a stranger sends tells no time.
 */
import type { Fetch } from './outgoing/outgoing.ts';

export interface ToldTime {
  /** @param toldMs when it was there, in ms since 1970. */
  note(toldMs: number): void;
  /** Notes what answers say by their header `Date`, unless a cache gave them. */
  over(fetch: Fetch): Fetch;
  /** `null` where nobody has told it, or the clock was set, or the machine slept, since. */
  now(): Date | null;
}

export interface Clocks {
  /** Of the system: it can be set. In ms since 1970. */
  readonly wallMs: () => number;
  /** Never set; it may stand still while the machine sleeps. */
  readonly steadyMs: () => number;
}

/** An answer that took longer may have been written at its beginning. */
const slowMs = 10_000;
const setByMs = 5000;

export function createToldTime({ wallMs, steadyMs }: Clocks): ToldTime {
  let told: { readonly overWall: number; readonly overSteady: number } | null = null;

  function note(toldMs: number): void {
    if (Number.isFinite(toldMs)) told = { overWall: toldMs - wallMs(), overSteady: toldMs - steadyMs() };
  }

  return {
    note,
    over: (fetch) => async (url, init) => {
      const askedMs = steadyMs();
      const answer = await fetch(url, init);
      const { protocol, hostname } = url;
      const isSafe = protocol === 'https:' || hostname === '127.0.0.1';
      const isFresh = steadyMs() - askedMs < slowMs && !answer.headers.has('age');
      if (isSafe && isFresh) note(Date.parse(answer.headers.get('date') ?? ''));
      return answer;
    },
    now() {
      if (told === null) return null;
      const byWall = wallMs() + told.overWall;
      const bySteady = steadyMs() + told.overSteady;
      return Math.abs(byWall - bySteady) > setByMs ? null : new Date(byWall);
    },
  };
}
