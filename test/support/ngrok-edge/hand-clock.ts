/** A clock that a test turns by hand. */
import type { Clock } from '../../../src-main/node/clock.ts';

export interface HandClock extends Clock {
  /** Lets so many milliseconds pass, calling what falls due, in order, and letting promises settle after each. */
  pass(ms: number): Promise<void>;
}

export function createHandClock(): HandClock {
  let now = 0;
  const due = new Set<{ readonly at: number; readonly run: () => void }>();
  /** A few turns: one event may set off another. */
  const settle = async (): Promise<void> => {
    for (let turn = 0; turn < 4; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  };
  return {
    now: () => now,
    after(ms, run) {
      const entry = { at: now + ms, run };
      due.add(entry);
      return () => void due.delete(entry);
    },
    toReal: (ms) => ms,
    date: () => new Date(Date.UTC(2026, 0, 1) + now),
    async pass(ms) {
      const end = now + ms;
      await settle();
      for (;;) {
        const [next] = [...due].filter((entry) => entry.at <= end).sort((a, b) => a.at - b.at);
        if (!next) break;
        due.delete(next);
        now = Math.max(now, next.at);
        next.run();
        await settle();
      }
      now = end;
    },
  };
}
