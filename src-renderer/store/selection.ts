import type { PageEvent } from '../../src-main/common/page-events.ts';
import type { TaskFilter } from '../../src-main/common/task-query.ts';
import type { TaskRow } from '../../src-main/common/task-row.ts';
import { createStore, type Store } from './store.ts';
import type { ListState, TaskList } from './task-list.ts';
import { isNewestOnTop, type ListQuery, matches } from './task-match.ts';

/** What bulk acts are about: keys, also of tasks that were never looked at, or all that match. */
export interface Selection {
  /** Chosen one by one or as ranges. Empty where there is a rule. */
  readonly keys: ReadonlySet<string>;
  readonly rule: Rule | null;
}

/** "All 12,431 that match": no list of names, and what comes in later does not join. */
export interface Rule {
  readonly query: TaskFilter & { readonly until: string };
  /** How many there were when it was made. */
  readonly total: number;
  /** Those that the person took out again. */
  readonly except: ReadonlySet<string>;
}

export const sizeOfSelection = ({ keys, rule }: Selection): number =>
  rule === null ? keys.size : rule.total - rule.except.size;

export function isSelected(
  { keys, rule }: Selection,
  { key, receivedAt }: Pick<TaskRow, 'key' | 'receivedAt'>,
): boolean {
  if (rule === null) return keys.has(key);
  return receivedAt <= rule.query.until && !rule.except.has(key);
}

/** For acts: the rule, or the keys. */
export const chosenOf = ({ keys, rule }: Selection): Rule | readonly string[] => rule ?? [...keys];

/** All that a list shows now. Newcomers that wait behind the pill are not in it, where the newest row is here. */
export function ruleOf({ query, total, rows, pending, leaving }: ListState, now: number): Rule | null {
  if (query === null || total === 0) return null;
  const newest = isNewestOnTop(query) ? rows[0]?.receivedAt : undefined;
  const until = newest ?? new Date(now).toISOString();
  const shown = newest === undefined ? total + pending.size : total;
  // For the core they may still be there; once it says that they are not, they are not to be taken off once more.
  return { query: { ...query, until }, total: shown + leaving.size, except: leaving };
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
  /** Where the list is still asked for: of what it answers. */
  selectAll(): void;
  clear(): void;
  receive(event: PageEvent): void;
}

interface SelectionPorts {
  readonly list: Pick<TaskList, 'get' | 'subscribe' | 'wanted'>;
  /** See `tasks:keys`. */
  readonly keys: (query: TaskFilter, from: string | number, to: string | number) => Promise<readonly string[]>;
  readonly report: (error: unknown) => void;
  readonly now: () => number;
}

const none: ReadonlySet<string> = new Set();
const nothing: Selection = { keys: none, rule: null };

export function createSelection({ list, keys: askKeys, report, now }: SelectionPorts): SelectionStore {
  const store = createStore(nothing);
  let query = list.get().query;
  /** Where the range begins, and what was selected before it. */
  let range: { readonly from: string; readonly before: ReadonlySet<string> } | null = null;
  let isMoving = false;
  /** Counts what the person did: an answer that something newer has overtaken does not count. */
  let turn = 0;
  /** All of a list that is not here yet. */
  let wantsAll: { readonly of: ListQuery | null; readonly turn: number } | null = null;

  const set = (keys: ReadonlySet<string>) => {
    turn += 1;
    store.set(keys.size === 0 ? nothing : { keys, rule: null });
  };

  function setRule(rule: Rule) {
    turn += 1;
    store.set(rule.except.size >= rule.total ? nothing : { keys: none, rule });
  }

  list.subscribe(() => {
    const { query: next, status } = list.get();
    const isAwaited = wantsAll !== null && wantsAll.turn === turn && wantsAll.of === list.wanted();
    if (!isAwaited || status === 'failed') wantsAll = null;
    if (next !== query) {
      query = next;
      [range, isMoving] = [null, false];
      set(nothing.keys);
    }
    if (wantsAll !== null && next === wantsAll.of) selectAll();
  });

  function selectAll(): void {
    [range, isMoving] = [null, false];
    const wanted = list.wanted();
    if (wanted !== list.get().query) {
      turn += 1;
      wantsAll = { of: wanted, turn };
      return;
    }
    wantsAll = null;
    const rule = ruleOf(list.get(), now());
    if (rule !== null) setRule(rule);
  }

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
    const end = to.key ?? to.index + (isNewestOnTop(asked) ? pending.size : 0);
    return askKeys(asked, from, end).then((keys) => withoutPending(keys));
  }

  function withoutPending(keys: readonly string[]): readonly string[] {
    const { pending } = list.get();
    return pending.size === 0 ? keys : keys.filter((key) => !pending.has(key));
  }

  function take(run: readonly string[] | Promise<readonly string[]>, before: ReadonlySet<string>): void {
    if (!(run instanceof Promise)) {
      set(new Set([...before, ...run]));
      return;
    }
    turn += 1;
    const mine = turn;
    run.then((keys) => {
      if (mine === turn) set(new Set([...before, ...keys]));
    }, report);
  }

  /** More changed than is told one by one, or was told to nobody: what is left of it is asked for. */
  function askAnew(): void {
    const { keys, rule } = store.get();
    const asked = rule?.query ?? list.get().query;
    if (asked === null) return;
    const mine = turn;
    askKeys(asked, 0, Number.MAX_SAFE_INTEGER).then(
      (found) => {
        if (mine !== turn) return;
        const here = new Set(found);
        const left = new Set([...(rule?.except ?? keys)].filter((key) => here.has(key)));
        if (rule !== null) setRule({ ...rule, total: here.size, except: left });
        else if (left.size < keys.size) set(left);
      },
      // Where it cannot be asked, the next news asks again.
      () => undefined,
    );
  }

  return {
    get: store.get,
    subscribe: store.subscribe,
    toggle(key) {
      const { rule } = store.get();
      if (rule !== null) {
        const except = new Set(rule.except);
        if (!except.delete(key)) except.add(key);
        setRule({ ...rule, except });
        return;
      }
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
      if (range !== null) take(runOf(range.from, to), range.before);
    },
    endMoves() {
      isMoving = false;
    },
    selectAll,
    clear() {
      [range, isMoving] = [null, false];
      set(nothing.keys);
    },
    receive(event) {
      const selected = store.get();
      if (sizeOfSelection(selected) === 0) return;
      if (event.name === 'resync') {
        askAnew();
        return;
      }
      const inTrash = list.get().query?.view === 'trash';
      const moved =
        event.name === 'tasks:changed'
          ? event.data.tasks.filter(({ trashedAt }) => (trashedAt !== null) !== inTrash)
          : [];
      if (selected.rule !== null) {
        const { rule } = selected;
        const shown = new Set(list.get().rows.map((row) => row?.key));
        // As they were before they moved. What is in the list was found by the core, which knows the whole of it.
        const held = moved.filter(
          (task) =>
            isSelected(selected, task) &&
            (shown.has(task.key) || matches({ ...task, trashedAt: inTrash ? task.receivedAt : null }, rule.query)),
        );
        const purged = event.name === 'tasks:removed' && inTrash ? event.data.keys : [];
        if (held.length + purged.length === 0) return;
        setRule({ ...rule, except: new Set([...rule.except, ...held.map(({ key }) => key), ...purged]) });
        return;
      }
      const gone = event.name === 'tasks:removed' ? event.data.keys : moved.map(({ key }) => key);
      const left = gone.filter((key) => selected.keys.has(key));
      if (left.length === 0) return;
      const doomed = new Set(left);
      set(new Set([...selected.keys].filter((key) => !doomed.has(key))));
    },
  };
}
