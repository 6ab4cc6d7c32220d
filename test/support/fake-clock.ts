/** Time that passes when the test says so: timers fire in order, and what they start is waited for in between. */
import type { Clock } from '../../src-main/node/tunnel/clock.ts';

export interface FakeClock extends Clock {
  /** Lets so much time pass. `settle` waits for what a timer has started. */
  pass(ms: number, settle?: () => Promise<unknown>): Promise<void>;
  readonly timers: number;
}

export function createFakeClock(start = Date.parse('2026-11-26T08:00:00Z')): FakeClock {
  let now = start;
  let serial = 0;
  const timers = new Map<number, { readonly at: number; readonly run: () => void }>();

  const clock: FakeClock = {
    now: () => now,
    date: () => new Date(now),
    toReal: (ms) => ms,
    after(ms, run) {
      serial += 1;
      const id = serial;
      timers.set(id, { at: now + Math.max(0, ms), run });
      return () => timers.delete(id);
    },
    get timers() {
      return timers.size;
    },
    async pass(ms, settle = () => Promise.resolve()) {
      const until = now + ms;
      await settle();
      for (;;) {
        const next = [...timers].filter(([, { at }]) => at <= until).sort(([a, x], [b, y]) => x.at - y.at || a - b)[0];
        if (next === undefined) break;
        const [id, { at, run }] = next;
        timers.delete(id);
        now = Math.max(now, at);
        run();
        await settle();
      }
      now = until;
      await settle();
    },
  };
  return clock;
}
