import type { InboxEvent, Labels } from '../../src-main/common/contract.ts';
import type { Call } from '../client/renderer-client.ts';
import { createStore, type Store } from './store.ts';

/** The tags and projects in use; empty until they are known. */
export interface LabelStore extends Pick<Store<Labels>, 'get' | 'subscribe'> {
  load(): void;
  receive(event: InboxEvent): void;
}

/** Much may change at once; one question answers it all. */
const settleMs = 500;

export function createLabels(call: Call): LabelStore {
  const store = createStore<Labels>({ tags: [], projects: [] });
  let timer: ReturnType<typeof setTimeout> | undefined;

  // Nobody waits for these: where they cannot be asked for, the next event asks again.
  const load = () => void call('tasks:labels').then(store.set, () => undefined);

  return {
    get: store.get,
    subscribe: store.subscribe,
    load,
    receive({ name }) {
      if (name !== 'tasks:changed' && name !== 'tasks:removed' && name !== 'resync') return;
      timer ??= setTimeout(() => {
        timer = undefined;
        load();
      }, settleMs);
    },
  };
}
