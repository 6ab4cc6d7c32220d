import type { LabelColor, LabelKind, Labels } from '../../src-main/common/contract.ts';
import type { PageEvent } from '../../src-main/common/page-events.ts';
import type { Call } from '../client/renderer-client.ts';
import { createStore, type Store } from './store.ts';

/** The tags and projects in use; empty until they are known. */
export interface LabelStore extends Pick<Store<Labels>, 'get' | 'subscribe'> {
  colorOf(kind: LabelKind, name: string): LabelColor | null;
  load(): void;
  receive(event: PageEvent): void;
}

/** Much may change at once; one question answers it all. */
const settleMs = 500;

export function createLabels(call: Call): LabelStore {
  const store = createStore<Labels>({ tags: [], projects: [] });
  let colors = new Map<string, LabelColor>();
  store.subscribe(() => {
    const { tags, projects } = store.get();
    colors = new Map([
      ...tags.flatMap(({ name, color }) => (color === undefined ? [] : [[`tag:${name}`, color] as const])),
      ...projects.flatMap(({ name, color }) => (color === undefined ? [] : [[`project:${name}`, color] as const])),
    ]);
  });
  let timer: ReturnType<typeof setTimeout> | undefined;

  // Nobody waits for these: where they cannot be asked for, the next event asks again.
  const load = () => void call('tasks:labels').then(store.set, () => undefined);

  return {
    get: store.get,
    subscribe: store.subscribe,
    colorOf: (kind, name) => colors.get(`${kind}:${name}`) ?? null,
    load,
    receive({ name }) {
      // Colours are settings.
      if (!['tasks:changed', 'tasks:removed', 'settings:changed', 'resync'].includes(name)) return;
      timer ??= setTimeout(() => {
        timer = undefined;
        load();
      }, settleMs);
    },
  };
}
