/** Tells whether a run brings bytes at a pace that is worth its place in the queue. */
import type { Place } from './job-queue.ts';

export interface PaceWatch {
  /** So many bytes of the file are here. */
  at(receivedBytes: number): void;
  stop(): void;
}

export interface PaceLimits {
  readonly spanMs: number;
  /** Fewer in a span, and the run is slow. */
  readonly leastBytes: number;
}

export function watchPace(limits: PaceLimits, place: Pick<Place, 'setSlow'>): PaceWatch {
  let received: number | null = null;
  let before: number | null = null;
  const timer = setInterval(() => {
    place.setSlow(received === null || received - (before ?? received) < limits.leastBytes);
    before = received;
  }, limits.spanMs);
  return {
    at(receivedBytes) {
      // What an earlier attempt brought is not pace.
      before ??= receivedBytes;
      received = receivedBytes;
    },
    stop: () => clearInterval(timer),
  };
}
