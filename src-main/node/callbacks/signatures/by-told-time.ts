/** A signature that is right and only old by the clock of this machine is looked at by the time that others tell. */
import type { Verdict } from './verdict.ts';

/** @param told `null` where nobody tells it; the window is the same. */
export function byToldTime(
  verify: (now: Date) => Verdict | Promise<Verdict>,
  now: Date,
  told: () => Date | null,
): Verdict | Promise<Verdict> {
  function again(verdict: Verdict): Verdict | Promise<Verdict> {
    const other = verdict.verdict === 'stale' ? told() : null;
    return other === null ? verdict : verify(other);
  }
  const verdict = verify(now);
  return verdict instanceof Promise ? verdict.then(again) : again(verdict);
}
