import type { PageEvent } from '../../src-main/common/page-events.ts';
import { createStore, type Store } from './store.ts';

/** Which of the tasks in sight have a file that is not on the disk any more. Nobody tells of that: it is asked. */
export interface MissingFiles extends Pick<Store<ReadonlySet<string>>, 'get' | 'subscribe'> {
  /** Asks for as long as it is in sight: soon, and again when it changed. @returns the undo. */
  watch(key: string): () => void;
  /** Asks again: the file may be back, or gone. */
  look(key: string): void;
  receive(event: PageEvent): void;
}

interface MissingFilesPorts {
  readonly ask: (keys: readonly string[]) => Promise<readonly string[]>;
  /** What only flies past is not asked about. */
  readonly gatherMs: number;
}

/** As many as one call takes. */
const atOnce = 1000;

export function createMissingFiles({ ask, gatherMs }: MissingFilesPorts): MissingFiles {
  const store = createStore<ReadonlySet<string>>(new Set());
  /** How many cards show it. */
  const watched = new Map<string, number>();
  const waiting = new Set<string>();
  let timer: ReturnType<typeof setTimeout> | undefined;

  async function askNow() {
    timer = undefined;
    const keys = new Set([...waiting].slice(0, atOnce));
    for (const key of keys) waiting.delete(key);
    if (waiting.size > 0) askSoon();
    if (keys.size === 0) return;
    try {
      const found = new Set(await ask([...keys]));
      const before = store.get();
      if ([...keys].every((key) => found.has(key) === before.has(key))) return;
      store.set(new Set([...[...before].filter((key) => !keys.has(key)), ...found]));
    } catch {
      // Not known now: the card says what it said before, and asks when it is seen next.
    }
  }

  function askSoon() {
    timer ??= setTimeout(() => void askNow(), gatherMs);
  }

  function look(key: string) {
    waiting.add(key);
    askSoon();
  }

  return {
    get: store.get,
    subscribe: store.subscribe,
    look,
    watch(key) {
      watched.set(key, (watched.get(key) ?? 0) + 1);
      look(key);
      return () => {
        const left = (watched.get(key) ?? 1) - 1;
        if (left > 0) return void watched.set(key, left);
        watched.delete(key);
        waiting.delete(key);
      };
    },
    receive(event) {
      if (event.name === 'tasks:changed') {
        for (const { key } of event.data.tasks) if (watched.has(key)) look(key);
      } else if (event.name === 'resync') for (const key of watched.keys()) look(key);
    },
  };
}
