/**
 * Accounts that did not accept the key. One question is tried again after a while, and more and more rarely: a key may be
 * good again without being set anew, where its provider mends its own fault, or the person what the account allows.
 */
export interface RefusedKeys {
  /** Whether it was refused when it was last tried. */
  is(account: string): boolean;
  /** From when on it may be tried, in ms; 0 = at any time. */
  until(account: string): number;
  /** Somebody is about to ask. @returns false where another question tries a refused key just now. */
  tries(account: string, now: number): boolean;
  /** How often in a row it was refused. */
  times(account: string): number;
  /**
   * @param before how often it had been when that was asked: what was on its way together was refused once.
   * @returns true where it is the first time in a row.
   */
  refuse(account: string, before: number, now: number): boolean;
  /** @returns true where it was refused before. */
  taken(account: string): boolean;
  /** All may be tried at once. */
  tryAll(now: number): void;
  /** Other keys were set. */
  forget(): void;
}

const firstPauseMs = 15 * 60_000;
const longestPauseMs = 4 * 3_600_000;
/** Longer than a question takes. */
const questionMs = 90_000;

export function createRefusedKeys(): RefusedKeys {
  const refused = new Map<string, { until: number; times: number }>();
  return {
    is: (account) => refused.has(account),
    until: (account) => refused.get(account)?.until ?? 0,
    tries(account, now) {
      const known = refused.get(account);
      if (known === undefined) return true;
      if (known.until > now) return false;
      known.until = now + questionMs;
      return true;
    },
    times: (account) => refused.get(account)?.times ?? 0,
    refuse(account, before, now) {
      const known = refused.get(account) ?? { until: 0, times: 0 };
      if (known.times !== before) return false;
      known.times += 1;
      known.until = now + Math.min(longestPauseMs, firstPauseMs * 2 ** Math.min(known.times - 1, 10));
      refused.set(account, known);
      return known.times === 1;
    },
    taken: (account) => refused.delete(account),
    tryAll(now) {
      for (const each of refused.values()) each.until = Math.min(each.until, now);
    },
    forget: () => refused.clear(),
  };
}
