import { vi } from 'vitest';

/**
 * How often everything else had its turn while something ran: never, where it holds the thread from its beginning to its
 * end. Time passes with each look at the clock, so that a fast machine takes as many turns as a slow one.
 */
export async function turnsOfOthers(act: () => Promise<unknown>): Promise<number> {
  let turns = 0;
  let isOver = false;
  const count = (): void => {
    if (isOver) return;
    turns += 1;
    setImmediate(count);
  };
  let now = performance.now();
  const clock = vi.spyOn(performance, 'now').mockImplementation(() => (now += 1));
  setImmediate(count);
  try {
    await act();
  } finally {
    isOver = true;
    clock.mockRestore();
  }
  return turns;
}
