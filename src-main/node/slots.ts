/** Runs so many tasks at once; the others wait, in the order in which they were handed in. */
export type Slots = <T>(task: () => Promise<T>) => Promise<T>;

export function createSlots(atOnce: number): Slots {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (task) => {
    // Who ends hands its place on, so that nobody gets in between.
    if (running >= atOnce) await new Promise<void>((resolve) => waiting.push(resolve));
    else running += 1;
    try {
      return await task();
    } finally {
      const next = waiting.shift();
      if (next === undefined) running -= 1;
      else next();
    }
  };
}
