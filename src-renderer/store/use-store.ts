import { useSyncExternalStore } from 'react';
import type { Store } from './store.ts';

/** `select` must give the same result for the same value: a part of it, or something primitive. */
export function useStore<T, S>(store: Pick<Store<T>, 'get' | 'subscribe'>, select: (value: T) => S): S {
  return useSyncExternalStore(store.subscribe, () => select(store.get()));
}
