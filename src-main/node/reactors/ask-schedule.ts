/** When a task is asked about: pure arithmetic on what is known of it. */

export interface AskTimes {
  /** From `--ask-after`: a silent task is first asked about after so long; `null` = when its model is overdue. */
  readonly afterMs: number | null;
  /** From `--ask-every`; `null` = 30 s, and never more often than the provider allows. */
  readonly everyMs: number | null;
}

const usualEveryMs = 30_000;
/** After this a task that nobody finishes is given up, once its provider was asked a last time. */
export const deadlineMs = 24 * 3_600_000;
/** Nor before it was asked about for so long in this run: a clock that jumps ahead is no day. */
export const leastWatchMs = 3_600_000;
/** A provider that cannot be reached at all is asked until its records are surely gone. */
export const lastDeadlineMs = 14 * deadlineMs;
/** A record may show up a little after its task. */
export const visibleAfterMs = 60_000;
/**
 * What the provider made is given up once it was not known there for so long: a gateway that lost its routes, or an API that
 * is being changed, says so of every task for a while.
 */
export const surelyTherePatienceMs = 3_600_000;
/** How long a callback's links wait for the record that confirms them. */
export const confirmPatienceMs = 60_000;

const growth = 1.2;
const mostGrowth = 4;

/** The pause after the nth question without an end, a little different for each, so that 1,000 do not march in step. */
export function gapMs(times: AskTimes, minGapMs: number, asks: number, random: () => number): number {
  const every = leastGapMs(times, minGapMs);
  const factor = Math.min(mostGrowth, growth ** Math.max(0, asks - 1));
  return Math.max(100, every * factor * (0.85 + random() * 0.3));
}

/** The shortest pause between two questions about one task. */
export function leastGapMs(times: AskTimes, minGapMs: number): number {
  return times.everyMs ?? Math.max(usualEveryMs, minGapMs);
}

/** The pause after the nth failure in a row. */
export function faultGapMs(
  times: AskTimes,
  failures: number,
  retryAfterMs: number | null,
  random: () => number,
): number {
  const every = times.everyMs ?? usualEveryMs;
  const pause = Math.min(600_000, every * 2 ** Math.min(6, Math.max(0, failures - 1)));
  return Math.max(retryAfterMs ?? 0, pause * (0.85 + random() * 0.3));
}
