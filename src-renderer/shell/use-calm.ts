import { useEffect, useState } from 'react';
import type { TaskList } from '../store/task-list.ts';

/** Longest wait for a moment without work. */
const limitMs = 2_000;

/** How long work is left alone where the browser does not tell when it rests: WebKit has no `requestIdleCallback`. */
const restMs = 200;

function whenIdle(work: () => void): () => void {
  if (!('requestIdleCallback' in window)) {
    const timer = setTimeout(work, restMs);
    return () => clearTimeout(timer);
  }
  const id = requestIdleCallback(work, { timeout: limitMs });
  return () => cancelIdleCallback(id);
}

/** True once the first cards are drawn and the page has nothing more urgent to do. */
export function useCalm(list: Pick<TaskList, 'get' | 'subscribe'>): boolean {
  const [isCalm, setCalm] = useState(false);
  useEffect(() => {
    let undoIdle: (() => void) | null = null;
    const look = () => {
      if (undoIdle !== null || list.get().status === 'loading') return;
      undoIdle = whenIdle(() => setCalm(true));
    };
    look();
    const undo = list.subscribe(look);
    return () => {
      undo();
      undoIdle?.();
    };
  }, [list]);
  return isCalm;
}
