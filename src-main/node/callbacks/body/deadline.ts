/**
 * The same time limit for many that begin one after the other: one timer for all of them, where each its own costs as much
 * as some of the work that it limits.
 */
export interface Deadline {
  /** @param onLate Called once the time is up. @returns the end of the wait; may be called late and twice. */
  begin(onLate: () => void): () => void;
}

export function createDeadline(ms: number): Deadline {
  /** In the order in which they began, so the first is the next that is late. */
  const waiting = new Set<{ readonly lateAt: number; readonly onLate: () => void }>();
  let timer: NodeJS.Timeout | null = null;

  function look(): void {
    timer = null;
    const now = performance.now();
    for (const one of waiting) {
      if (one.lateAt > now) {
        timer = setTimeout(look, Math.ceil(one.lateAt - now)).unref();
        return;
      }
      waiting.delete(one);
      one.onLate();
    }
  }

  return {
    begin(onLate) {
      const one = { lateAt: performance.now() + ms, onLate };
      waiting.add(one);
      // Left alone when the last one has ended: the next one is mostly there before it runs out.
      timer ??= setTimeout(look, ms).unref();
      return () => waiting.delete(one);
    },
  };
}
