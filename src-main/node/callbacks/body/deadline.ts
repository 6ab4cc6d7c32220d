/**
 * The same time limit for many that begin one after the other: one timer for all of them, where each its own costs as much
 * as some of the work that it limits.
 */
export interface Deadline {
  /**
   * @param onLate Called once the time is up.
   * @param goesOn Asked then: true for as much time again.
   * @returns the end of the wait; may be called late and twice.
   */
  begin(onLate: () => void, goesOn?: () => boolean): () => void;
}

interface Waiting {
  lateAt: number;
  readonly onLate: () => void;
  readonly goesOn: () => boolean;
}

export function createDeadline(ms: number): Deadline {
  /** In the order in which they began, or went on, so the first is the next that is late. */
  const waiting = new Set<Waiting>();
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
      if (one.goesOn()) {
        one.lateAt = now + ms;
        waiting.add(one);
      } else one.onLate();
    }
  }

  return {
    begin(onLate, goesOn = () => false) {
      const one = { lateAt: performance.now() + ms, onLate, goesOn };
      waiting.add(one);
      // Left alone when the last one has ended: the next one is mostly there before it runs out.
      timer ??= setTimeout(look, ms).unref();
      return () => waiting.delete(one);
    },
  };
}
