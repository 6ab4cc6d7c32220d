/**
 * Says when the next look or the next batch may begin: under a stream of events each takes many of them, since a question
 * to the database costs as much as many events. The first after a quiet time begins at once, and so does each that somebody waits for.
 */
export interface Pace {
  /** Resolves once the next may begin, and counts as its beginning. @param leastMs so long it rests even where somebody waits. */
  next(leastMs?: number): Promise<void>;
  /** Something is new: `leastMs` counts no more. */
  sooner(): void;
  /** Somebody waits. @returns the undo. */
  hurry(): () => void;
  /** Nothing rests any more. */
  close(): void;
}

export function createPace(everyMs: number): Pace {
  let beganAt = -Infinity;
  let hurried = 0;
  let isClosed = false;
  let restUntil = -Infinity;
  let cutShort: () => void = () => undefined;

  function rest(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms).unref();
      cutShort = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  return {
    async next(leastMs = 0) {
      restUntil = performance.now() + leastMs;
      for (;;) {
        const may = hurried > 0 ? restUntil : Math.max(restUntil, beganAt + everyMs);
        const left = may - performance.now();
        if (left <= 0 || isClosed) break;
        await rest(left);
      }
      beganAt = performance.now();
    },
    sooner() {
      restUntil = -Infinity;
      cutShort();
    },
    hurry() {
      hurried += 1;
      cutShort();
      let isOn = true;
      return () => {
        if (isOn) hurried -= 1;
        isOn = false;
      };
    },
    close() {
      isClosed = true;
      cutShort();
    },
  };
}
