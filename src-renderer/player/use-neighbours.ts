import { useEffect } from 'react';
import { useInbox } from '../inbox.ts';
import { useStore } from '../store/use-store.ts';

interface Neighbours {
  /** 1-based place in the list; `null` where the task is not in what is loaded of it. */
  readonly position: number | null;
  readonly total: number;
  /** Keys. */
  readonly previous: string | null;
  readonly next: string | null;
  readonly goTo: (key: string) => void;
}

/** What lies beside a task in the list that it was opened from. */
export function useNeighbours(key: string): Neighbours {
  const { list, router } = useInbox();
  const { rows, total } = useStore(list, (value) => value);
  const index = rows.findIndex((row) => row?.key === key);

  // The next ones are fetched before they are asked for.
  useEffect(() => {
    if (index >= 0) list.setVisibleRange(Math.max(0, index - 20), index + 20);
  }, [list, index]);

  return {
    position: index < 0 ? null : index + 1,
    total,
    previous: index < 0 ? null : (rows[index - 1]?.key ?? null),
    next: index < 0 ? null : (rows[index + 1]?.key ?? null),
    goTo: (to) => router.replace({ ...router.get(), taskKey: to }),
  };
}
