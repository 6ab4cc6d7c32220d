import { useEffect, useState } from 'react';
import type { TaskList } from '../store/task-list.ts';

/** Longest wait for a moment without work. */
const limitMs = 2_000;

/** True once the first cards are drawn and the page has nothing more urgent to do. */
export function useCalm(list: Pick<TaskList, 'get' | 'subscribe'>): boolean {
  const [isCalm, setCalm] = useState(false);
  useEffect(() => {
    let idle: number | null = null;
    const look = () => {
      if (idle !== null || list.get().status === 'loading') return;
      idle = requestIdleCallback(() => setCalm(true), { timeout: limitMs });
    };
    look();
    const undo = list.subscribe(look);
    return () => {
      undo();
      if (idle !== null) cancelIdleCallback(idle);
    };
  }, [list]);
  return isCalm;
}
