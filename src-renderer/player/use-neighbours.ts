import { useEffect, useState } from 'react';
import { useInbox } from '../inbox.ts';
import { useStore } from '../store/use-store.ts';

export interface Neighbours {
  /** 1-based place in the list; `null` where the task is not in what is loaded of it. */
  readonly position: number | null;
  readonly total: number;
  /** Keys. */
  readonly previous: string | null;
  readonly next: string | null;
  readonly goTo: (key: string) => void;
}

/** Places of tasks that were looked at. */
const remembered = 100;

/** What lies beside a task in the list that it was opened from. */
export function useNeighbours(key: string): Neighbours {
  const { list, router } = useInbox();
  const { rows, total } = useStore(list, (value) => value);
  const found = rows.findIndex((row) => row?.key === key);
  const [places, setPlaces] = useState<ReadonlyMap<string, number>>(new Map());
  if (found >= 0 && places.get(key) !== found) setPlaces(new Map([...places].slice(-remembered)).set(key, found));
  // What is seen leaves the inbox while it is looked at: it lay between those that are there now.
  const index = found >= 0 ? found : (places.get(key) ?? -1);
  const isGone = found < 0 && index >= 0;

  // The next ones are fetched before they are asked for.
  useEffect(() => {
    if (index >= 0) list.setVisibleRange(Math.max(0, index - 20), index + 20);
  }, [list, index]);

  return {
    position: index < 0 ? null : index + 1,
    total: Math.max(total, index + 1),
    previous: index < 0 ? null : (rows[index - 1]?.key ?? null),
    next: index < 0 ? null : (rows[isGone ? index : index + 1]?.key ?? null),
    goTo: (to) => router.replace({ ...router.get(), taskKey: to }),
  };
}
