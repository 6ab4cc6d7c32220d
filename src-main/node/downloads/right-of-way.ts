/**
 * Callbacks go before downloads. Both share a thread and a disk, and a provider that waits too long for its answer gives
 * up, while a film that comes a little later is still the same film. So while many callbacks come, all downloads together
 * keep to a pace that leaves the thread free; it is above what most lines bring, and without callbacks there is none.
 */
import { setTimeout as sleep } from 'node:timers/promises';

export interface RightOfWay {
  /** A callback has begun to arrive. */
  callbackCame(): void;
  /** So many bytes of some download were taken: wait for this before the next. */
  giveWay(bytes: number): Promise<void> | undefined;
}

export interface RightOfWayOptions {
  /** Monotonic. */
  readonly nowMs: () => number;
  /** Of all downloads together, while callbacks come close together. */
  readonly bytesPerSecond?: number;
}

/** So many callbacks within the span are a burst; a single one is over before a download would notice. */
const burstCount = 16;
const burstSpanMs = 200;
/** Timers have a millisecond: what is shorter is gathered. */
const leastWaitMs = 2;

export function createRightOfWay({ nowMs, bytesPerSecond = 48 * 1024 ** 2 }: RightOfWayOptions): RightOfWay {
  /** When the last callbacks came, as a ring; `next` is the oldest. */
  const came = new Float64Array(burstCount).fill(-Infinity);
  let next = 0;
  /** When the line is free again at the slow pace. */
  let freeAt = 0;

  return {
    callbackCame() {
      came[next] = nowMs();
      next = (next + 1) % burstCount;
    },
    giveWay(bytes) {
      const now = nowMs();
      if (now - (came[next] ?? -Infinity) > burstSpanMs) return undefined;
      freeAt = Math.max(freeAt, now) + (bytes / bytesPerSecond) * 1000;
      return freeAt - now < leastWaitMs ? undefined : sleep(freeAt - now);
    },
  };
}
