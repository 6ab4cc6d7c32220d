/**
 * Accounts whose provider wants to be left alone. Hundreds of tasks may wait for one of them: where one question is told
 * to come later the others need not be told as well.
 */
import type { Clock } from '../clock.ts';
import { ApiFault, type ApiFaultCode } from './provider-api.ts';

export interface AccountRests {
  /** In so many ms the account may be asked again; 0 = at any time. */
  restMs(account: string): number;
  /** @throws ApiFault `rate-limited` and not `wasAsked` while the account rests. */
  check(account: string): void;
  /**
   * A question is sent now.
   * @returns is told what came of it: a fault, or `null`.
   * @throws ApiFault as `check` does
   */
  begin(account: string): (fault: unknown) => void;
}

interface Rest {
  readonly until: number;
  readonly toldAt: number;
  /** How often in a row it was told without an end, or with one at which it was told again. */
  readonly tries: number;
}

/** What one question was told may be of its task alone: after so long another one of the account is tried. */
const longestMs = 300_000;
/**
 * Most that say "too many" name no time, and some one at which nothing is over, such as now: one question tries whether it
 * is, ever more rarely.
 */
const firstTrialMs = 5_000;
const longestTrialMs = 60_000;
/** While that one is on its way the others wait. */
const onItsWayMs = 2_000;
/** Said of the account or of all that the provider has, and not of one task. */
const ofAccount: ReadonlySet<ApiFaultCode> = new Set(['rate-limited', 'maintenance', 'server']);
/** Said of one task by a provider that let the question in. */
const ofTask: ReadonlySet<ApiFaultCode> = new Set(['not-found', 'invalid', 'moderated', 'ended']);

export function createAccountRests(clock: Pick<Clock, 'now'>): AccountRests {
  const rests = new Map<string, Rest>();
  const restMs = (account: string): number => Math.max(0, Math.ceil((rests.get(account)?.until ?? 0) - clock.now()));

  function check(account: string): void {
    const retryAfterMs = restMs(account);
    if (retryAfterMs > 0) throw new ApiFault('rate-limited', { retryAfterMs, wasAsked: false });
  }

  function note(account: string, askedAt: number, fault: unknown): void {
    const now = clock.now();
    const { toldAt = -Infinity, tries = 0 } = rests.get(account) ?? {};
    // What was on its way when it was told says nothing about how long it is to be.
    const isNews = askedAt > toldAt;
    const isLetIn = fault === null || (fault instanceof ApiFault && ofTask.has(fault.code));
    if (isLetIn && isNews) rests.delete(account);
    if (!(fault instanceof ApiFault) || !ofAccount.has(fault.code)) return;
    const toldMs = Math.min(fault.retryAfterMs ?? 0, longestMs);
    const isTrial = fault.code === 'rate-limited' && isNews;
    // The first time it is believed.
    const failed = toldMs > 0 ? tries - 1 : tries;
    const trialMs = isTrial && failed >= 0 ? Math.min(longestTrialMs, firstTrialMs * 2 ** failed) : 0;
    const pauseMs = Math.max(toldMs, trialMs);
    if (pauseMs > 0) rests.set(account, { until: now + pauseMs, toldAt: now, tries: isTrial ? tries + 1 : tries });
  }

  return {
    restMs,
    check,
    begin(account) {
      check(account);
      const askedAt = clock.now();
      const rest = rests.get(account);
      if (rest !== undefined && rest.tries > 0) rests.set(account, { ...rest, until: askedAt + onItsWayMs });
      return (fault) => note(account, askedAt, fault);
    },
  };
}
