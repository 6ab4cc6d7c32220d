import type { InboxEvent, TaskFilter } from '../../src-main/common/contract.ts';
import { createStore, type Store } from './store.ts';
import type { TaskList } from './task-list.ts';

/** What bulk acts are about: keys, also of tasks that were never looked at. */
export interface Selection {
  readonly keys: ReadonlySet<string>;
  /** All that matched when it was made; what comes in later does not join. */
  readonly isAll: boolean;
}

/** A place in the list; the key is not known where the row has not been looked at. */
export interface Place {
  readonly index: number;
  readonly key: string | undefined;
}

/** Belongs to the list that it was made in: another query ends it. */
export interface SelectionStore extends Pick<Store<Selection>, 'get' | 'subscribe'> {
  toggle(key: string): void;
  /** Selects all from where the selection was begun to here, and takes out what the last such range held beyond. */
  extend(to: Place): void;
  /** The first move with Shift: the range begins here. The moves that follow go on with it. */
  beginMoves(from: Place): void;
  /** A move without Shift. */
  endMoves(): void;
  selectAll(): void;
  clear(): void;
  receive(event: InboxEvent): void;
}

interface SelectionPorts {
  readonly list: Pick<TaskList, 'get' | 'subscribe'>;
  /** See `tasks:keys`. */
  readonly keys: (query: TaskFilter, from: string | number, to: string | number) => Promise<readonly string[]>;
  readonly report: (error: unknown) => void;
}

const nothing: Selection = { keys: new Set(), isAll: false };

export function createSelection({ list, keys: askKeys, report }: SelectionPorts): SelectionStore {
  const store = createStore(nothing);
  let query = list.get().query;
  /** Where the range begins, and what was selected before it. */
  let range: { readonly from: string; readonly before: ReadonlySet<string> } | null = null;
  let isMoving = false;
  /** Counts what the person did: an answer that something newer has overtaken does not count. */
  let turn = 0;

  const set = (keys: ReadonlySet<string>, isAll = false) => {
    turn += 1;
    store.set(keys.size === 0 ? nothing : { keys, isAll });
  };

  list.subscribe(() => {
    const next = list.get().query;
    if (next === query) return;
    query = next;
    [range, isMoving] = [null, false];
    set(nothing.keys);
  });

  /** The keys from the one to the other. From here where all rows between them are here, else from the core. */
  function runOf(from: string, to: Place): readonly string[] | Promise<readonly string[]> {
    const { rows, pending, query: asked } = list.get();
    const start = rows.findIndex((row) => row?.key === from);
    if (start >= 0) {
      const run = rows.slice(Math.min(start, to.index), Math.max(start, to.index) + 1);
      const keys = run.map((row) => row?.key).filter((key) => key !== undefined);
      if (keys.length === run.length) return keys;
    }
    if (asked === null) return [];
    // Held rows keep their places although newer tasks precede them in the core's list by now.
    const end = to.key ?? to.index + (asked.order === 'newest' ? pending.size : 0);
    return askKeys(asked, from, end).then((keys) => withoutPending(keys));
  }

  function withoutPending(keys: readonly string[]): readonly string[] {
    const { pending } = list.get();
    return pending.size === 0 ? keys : keys.filter((key) => !pending.has(key));
  }

  /** @param isAll whether these are all that match. */
  function take(
    run: readonly string[] | Promise<readonly string[]>,
    before: ReadonlySet<string>,
    isAll: boolean,
  ): void {
    if (!(run instanceof Promise)) {
      set(new Set([...before, ...run]), isAll);
      return;
    }
    turn += 1;
    const mine = turn;
    run.then((keys) => {
      if (mine === turn) set(new Set([...before, ...keys]), isAll);
    }, report);
  }

  return {
    get: store.get,
    subscribe: store.subscribe,
    toggle(key) {
      const keys = new Set(store.get().keys);
      if (!keys.delete(key)) keys.add(key);
      range = { from: key, before: keys };
      isMoving = false;
      set(keys);
    },
    beginMoves({ key }) {
      if (!isMoving && key !== undefined) range = { from: key, before: store.get().keys };
      isMoving = true;
    },
    extend(to) {
      if (range === null && to.key !== undefined) range = { from: to.key, before: store.get().keys };
      if (range !== null) take(runOf(range.from, to), range.before, false);
    },
    endMoves() {
      isMoving = false;
    },
    selectAll() {
      const asked = list.get().query;
      isMoving = false;
      if (asked === null) return;
      const all = askKeys(asked, 0, Number.MAX_SAFE_INTEGER).then((keys) => withoutPending(keys));
      take(all, nothing.keys, true);
    },
    clear() {
      [range, isMoving] = [null, false];
      set(nothing.keys);
    },
    receive(event) {
      const { keys, isAll } = store.get();
      if (keys.size === 0) return;
      const inTrash = list.get().query?.view === 'trash';
      const gone =
        event.name === 'tasks:removed'
          ? event.data.keys
          : event.name === 'tasks:changed'
            ? event.data.tasks.filter(({ trashedAt }) => (trashedAt !== null) !== inTrash).map(({ key }) => key)
            : [];
      const left = gone.filter((key) => keys.has(key));
      if (left.length === 0) return;
      const doomed = new Set(left);
      set(new Set([...keys].filter((key) => !doomed.has(key))), isAll);
    },
  };
}
