/**
 * Turns for work that nobody waits for yet, such as what a start takes up from before: a piece of it in each turn of the
 * loop, however many share them, and none while somebody waits for an answer. A person's first search has the thread then.
 */
import { takingTurns, turnOfOthers, type TakingTurns } from './in-turns.ts';

export interface OpenCalls {
  /** Does the call; until it is answered somebody waits. Rejects as it does. */
  during<T>(call: () => Promise<T>): Promise<T>;
  /** Resolves once nobody waits for an answer or has just got one, after so many ms at the latest. */
  answered(mostMs: number): Promise<void>;
}

/** Who has an answer asks again soon, and a request is read in several turns before it is a call. */
const usualCalmMs = 50;

export function createOpenCalls(calmMs = usualCalmMs): OpenCalls {
  let open = 0;
  let calm: NodeJS.Timeout | undefined;
  const waiting = new Set<() => void>();

  function becomeCalm(): void {
    calm = undefined;
    for (const goOn of [...waiting]) goOn();
  }

  return {
    async during(call) {
      open += 1;
      clearTimeout(calm);
      calm = undefined;
      try {
        return await call();
      } finally {
        open -= 1;
        if (open === 0) calm = setTimeout(becomeCalm, calmMs).unref();
      }
    },
    answered(mostMs) {
      if ((open === 0 && calm === undefined) || mostMs <= 0) return Promise.resolve();
      return new Promise((resolve) => {
        const goOn = (): void => {
          clearTimeout(timer);
          waiting.delete(goOn);
          resolve();
        };
        const timer = setTimeout(goOn, mostMs).unref();
        waiting.add(goOn);
      });
    },
  };
}

/** A call may last for minutes, and what waited from before is to be fetched all the same. */
const usualPatienceMs = 2000;

/** @param patienceMs so long in all, those who share these turns together, they wait for answers. */
export function patientTurns(
  calls: Pick<OpenCalls, 'answered'>,
  patienceMs = usualPatienceMs,
  turnMs?: number,
): TakingTurns {
  let leftMs = patienceMs;
  let line = Promise.resolve();

  async function takePlace(): Promise<void> {
    const began = performance.now();
    await calls.answered(leftMs);
    leftMs -= performance.now() - began;
    await turnOfOthers();
  }

  function next(): Promise<void> {
    line = line.then(takePlace);
    return line;
  }

  return async function* (items) {
    await next();
    yield* takingTurns(items, turnMs, next);
  };
}
