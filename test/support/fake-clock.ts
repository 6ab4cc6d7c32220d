/** Time that passes when the test says so: timers fire in order, and what they start is waited for in between. */
import { withoutProxy, type FetchInit } from '../../src-main/node/outgoing/outgoing.ts';
import type { Clock } from '../../src-main/node/clock.ts';

export interface FakeClock extends Clock {
  /** Lets so much time pass. `settle` waits for what a timer has started. */
  pass(ms: number, settle?: () => Promise<unknown>): Promise<void>;
  /** Someone sets the clock: the time of day is another, and nothing has passed. */
  set(ms: number): void;
  /** The machine sleeps: time has passed, and no timer has fired. */
  sleep(ms: number): void;
}

export function createFakeClock(start = Date.parse('2026-11-26T08:00:00Z')): FakeClock {
  let now = start;
  let setBy = 0;
  let serial = 0;
  const timers = new Map<number, { readonly at: number; readonly run: () => void }>();

  const clock: FakeClock = {
    now: () => now,
    date: () => new Date(now + setBy),
    toReal: (ms) => ms,
    after(ms, run) {
      serial += 1;
      const id = serial;
      timers.set(id, { at: now + Math.max(0, ms), run });
      return () => timers.delete(id);
    },
    set(ms) {
      setBy += ms;
    },
    sleep(ms) {
      now += ms;
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

/** A `fetch` that knows what is on its way, so that made-up time can wait for real answers. */
export function createCountedFetch() {
  let open = 0;
  return {
    fetch: async (url: URL, init: Partial<FetchInit>): Promise<Response> => {
      open += 1;
      try {
        const response = await withoutProxy.fetch(url, {
          redirect: 'manual',
          signal: new AbortController().signal,
          ...init,
        });
        const bytes = await response.arrayBuffer();
        return new Response(bytes.byteLength === 0 ? null : bytes, response);
      } finally {
        open -= 1;
      }
    },
    /** Resolves when nothing is on its way and nothing more is started. */
    settle: async (): Promise<void> => {
      for (let quiet = 0; quiet < 4; quiet = open === 0 ? quiet + 1 : 0) {
        await new Promise((resolve) => setImmediate(resolve));
      }
    },
  };
}
