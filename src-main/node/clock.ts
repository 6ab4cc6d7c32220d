/** Time as what waits sees it (the tunnel, questions, orders), so that tests need not wait for minutes. */
export interface Clock {
  /** Milliseconds since some moment; never jumps back. Scaled. */
  now(): number;
  /** Calls back once after so many scaled milliseconds. @returns the undo. */
  after(ms: number, run: () => void): () => void;
  /** How many real milliseconds so many scaled ones are. */
  toReal(ms: number): number;
  /** Wall-clock time, unscaled. */
  date(): Date;
}

/** A timer for longer than that rings at once. */
const longestTimerMs = 2 ** 31 - 1;

/** @param scale 1 = real time; 0.1 makes a minute pass in six seconds. */
export function createClock(scale = 1): Clock {
  return {
    now: () => performance.now() / scale,
    after(ms, run) {
      let timer: NodeJS.Timeout;
      const wait = (leftMs: number): void => {
        const thisMs = Math.min(leftMs, longestTimerMs);
        timer = setTimeout(() => (leftMs > thisMs ? wait(leftMs - thisMs) : run()), thisMs);
      };
      wait(ms * scale);
      return () => clearTimeout(timer);
    },
    toReal: (ms) => ms * scale,
    date: () => new Date(),
  };
}
