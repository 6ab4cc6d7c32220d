import type { PageEvent } from '../../src-main/common/page-events.ts';
import type { TaskQuery } from '../../src-main/common/task-query.ts';
import type { RowPage, TaskRow } from '../../src-main/common/task-row.ts';
import { orderKey } from '../../src-main/common/search/task-order.ts';
import { createStore, type Store } from './store.ts';
import { isListed, isNewestOnTop, isSearch, type ListQuery, matches } from './task-match.ts';
import {
  addOnTop,
  fillWindow,
  forgetFar,
  nextHole,
  noRows,
  patchRows,
  removeRows,
  rowsFromPages,
  type TaskRows,
} from './task-rows.ts';

export interface ListState extends TaskRows {
  /** What the rows answer; it lags behind what is wanted until the first window of a new query is here. */
  readonly query: ListQuery | null;
  readonly status: 'loading' | 'ready' | 'failed';
  /** A sentence, where `status` is `failed`. */
  readonly error: string | null;
  /** What was searched for in place of what was written, where that was nowhere. */
  readonly corrected: string | null;
  /** How many takes the rows stand for, by key, where they are more than one. */
  readonly stacks: ReadonlyMap<string, number>;
  /** Tasks that came in at the top while the list was held still. */
  readonly pending: ReadonlySet<string>;
  /** Taken out by the person; the core has not confirmed it yet. */
  readonly leaving: ReadonlySet<string>;
  /** Counts rebuilds: what was at an index before may be elsewhere now. */
  readonly epoch: number;
  /** Tasks that were let in by the last rebuild, for their entrance. */
  readonly arrived: ReadonlySet<string>;
}

export interface TaskList extends Pick<Store<ListState>, 'get' | 'subscribe'> {
  setQuery(query: ListQuery): void;
  /** What was set last; the rows answer it once their `query` is the same. */
  wanted(): ListQuery | null;
  /** Tells which rows are in sight; their windows are fetched, nearest first. Indices are inclusive. */
  setVisibleRange(first: number, last: number): void;
  /** While held, tasks that come in at the top wait in `pending` and nothing moves. */
  freeze(held: boolean): void;
  /** Lets in what is pending. */
  flushPending(): void;
  /** Asks for everything in view again. */
  reload(): void;
  /** Shows what the person just did before the core's event confirms it. */
  patch(tasks: readonly TaskRow[]): void;
  /** Hears of each patch, also of tasks that are not in the list; see `patched`. @returns the undo. */
  onPatch(listener: (tasks: readonly TaskRow[]) => void): () => void;
  remove(keys: readonly string[]): void;
  receive(event: PageEvent): void;
}

interface TaskListPorts {
  readonly query: (query: TaskQuery) => Promise<RowPage>;
  readonly describe: (error: unknown) => string;
  /** `YYYY-MM-DD` in the zone of the queries. */
  readonly localDay: (at: number) => string;
  /** How long changes are gathered before the list is asked for again. */
  readonly gatherMs: number;
}

const windowSize = 120;
const maxRequests = 2;
const keepAround = 1500;
const maxLoadedSpan = 4000;
const none: ReadonlySet<string> = new Set();

export function createTaskList({ query: ask, describe, localDay, gatherMs }: TaskListPorts): TaskList {
  const store = createStore<ListState>({
    ...noRows,
    query: null,
    status: 'loading',
    error: null,
    corrected: null,
    stacks: new Map(),
    pending: none,
    leaving: none,
    epoch: 0,
    arrived: none,
  });
  let wanted: ListQuery | null = null;
  let visible = { first: 0, last: windowSize - 1 };
  let frozen = false;
  /** While it is held something else changed than what waits at the top. */
  let isOwed = false;
  /** Answers to questions of an older generation are dropped. */
  let generation = 0;
  let rebuilding = false;
  let rebuildAgain = false;
  let rebuildTimer: ReturnType<typeof setTimeout> | undefined;
  const asked = new Set<number>();
  const patchListeners = new Set<(tasks: readonly TaskRow[]) => void>();

  const change = (next: Partial<ListState>) => store.update((state) => ({ ...state, ...next }));

  /** Builds the list anew from the windows in view; the old one stays on screen until they are here. */
  async function rebuild(): Promise<void> {
    if (wanted === null) return;
    if (rebuilding) {
      rebuildAgain = true;
      return;
    }
    clearTimeout(rebuildTimer);
    rebuildTimer = undefined;
    rebuilding = true;
    rebuildAgain = false;
    isOwed = false;
    generation += 1;
    asked.clear();
    const [mine, query] = [generation, wanted];
    const fresh = store.get().query !== query;
    const from = fresh ? 0 : Math.floor(visible.first / windowSize) * windowSize;
    const to = fresh ? 0 : Math.floor(visible.last / windowSize) * windowSize;
    try {
      const pages = await fetchWindows(query, from, to);
      if (mine === generation && query === wanted) adopt(query, pages, fresh);
    } catch (error) {
      if (query === wanted) change({ status: 'failed', error: describe(error) });
    } finally {
      rebuilding = false;
      if (isOutdated(query)) void rebuild();
      else pump();
    }
  }

  /** While the answer was awaited, another was asked for. */
  const isOutdated = (query: ListQuery) => rebuildAgain || query !== wanted;

  async function fetchWindows(query: ListQuery, from: number, to: number) {
    const pages: { offset: number; page: RowPage }[] = [];
    for (let offset = from; offset <= to; offset += windowSize) {
      const page = await ask({ ...query, offset, limit: windowSize });
      pages.push({ offset, page });
      if (offset + windowSize >= page.total) break;
    }
    const last = pages.at(-1);
    // The list has become shorter than where it was looked at: the end of it is what will be in view.
    if (last && last.page.rows.length === 0 && last.page.total > 0 && from > 0) {
      const offset = Math.floor((last.page.total - 1) / windowSize) * windowSize;
      pages.push({ offset, page: await ask({ ...query, offset, limit: windowSize }) });
    }
    return pages;
  }

  function adopt(query: ListQuery, pages: readonly { offset: number; page: RowPage }[], fresh: boolean) {
    const before = store.get();
    const list = rowsFromPages(pages);
    const known = new Set(before.rows.map((row) => row?.key));
    const arrived = fresh
      ? none
      : new Set(list.rows.flatMap((row) => (row && before.pending.has(row.key) ? [row.key] : [])));
    const newest = newestOf(before);
    const entered =
      fresh || newest === undefined
        ? arrived
        : new Set([
            ...arrived,
            ...list.rows.flatMap((row) => (row && !known.has(row.key) && row.receivedAt > newest ? [row.key] : [])),
          ]);
    change({
      ...list,
      query,
      status: 'ready',
      error: null,
      corrected: pages[0]?.page.corrected ?? null,
      stacks: stacksOf(
        pages.map(({ page }) => page),
        new Map(),
      ),
      pending: none,
      leaving: none,
      epoch: before.epoch + 1,
      arrived: entered,
    });
  }

  /** Fills holes in view, a few requests at a time; a fast scroll overtakes what it has left behind. */
  function pump() {
    const state = store.get();
    const query = state.query;
    if (query === null || rebuilding || query !== wanted) return;
    while (asked.size < maxRequests) {
      const offset = nextHole(state, visible.first, visible.last, windowSize, asked);
      if (offset === null) return;
      asked.add(offset);
      void fill(query, offset, generation);
    }
  }

  async function fill(query: ListQuery, offset: number, mine: number) {
    try {
      // Held rows keep their places although newer tasks precede them in the core's list by now.
      const shift = isNewestOnTop(query) ? store.get().pending.size : 0;
      const page = await ask({ ...query, offset: offset + shift, limit: windowSize });
      if (mine !== generation) return;
      const state = store.get();
      const filled = fillWindow(state, offset, page.rows);
      const loaded = filled.rows.reduce((sum, row) => sum + (row === undefined ? 0 : 1), 0);
      const kept = loaded > maxLoadedSpan ? forgetFar(filled, visible.first, visible.last, keepAround) : filled;
      change({ ...kept, status: 'ready', error: null, stacks: stacksOf([page], state.stacks) });
      asked.delete(offset);
      const whole = page.rows.length === Math.min(windowSize, state.total - offset);
      // Another length than expected: something changed that no event has told yet.
      if (page.total - shift !== state.total || !whole) rebuildSoon();
      else pump();
    } catch (error) {
      if (mine !== generation) return;
      asked.delete(offset);
      change({ status: 'failed', error: describe(error) });
    }
  }

  function rebuildSoon() {
    rebuildTimer ??= setTimeout(() => {
      rebuildTimer = undefined;
      void rebuild();
    }, gatherMs);
  }

  function remove(keys: readonly string[]) {
    const state = store.get();
    // Where takes of it are left, the list has another of them in the place of a stack's card: it stays until that comes.
    const gone = keys.filter((key) => (state.stacks.get(key) ?? 1) <= keys.length);
    const list = removeRows(state, new Set(gone));
    if (list !== state) change({ ...list, epoch: state.epoch + 1 });
  }

  /** What the person takes out; the core's event of it follows. */
  function takeOut(keys: readonly string[]) {
    const { leaving, rows } = store.get();
    const here = rowsOf(rows, new Set(keys));
    remove(keys);
    const left = rowsOf(store.get().rows, new Set(keys));
    change({ leaving: new Set([...leaving, ...[...here.keys()].filter((key) => !left.has(key))]) });
  }

  function confirm(keys: readonly string[]) {
    const { leaving } = store.get();
    if (leaving.size === 0) return;
    const confirmed = new Set(keys);
    change({ leaving: new Set([...leaving].filter((key) => !confirmed.has(key))) });
  }

  function receiveChanged(tasks: readonly TaskRow[]) {
    const state = store.get();
    const query = state.query;
    // Answers that are on their way may be older than this event, and would put back what it changes.
    let again = rebuilding || asked.size > 0 || query?.stacked === true;
    if (query === null) {
      if (again) rebuildSoon();
      return;
    }
    const loaded = rowsOf(state.rows, new Set(tasks.map(({ key }) => key)));
    const pending = new Set(state.pending);
    const left: string[] = [];
    const changed: TaskRow[] = [];
    const entering: TaskRow[] = [];
    const newest = newestOf(state);
    const isUnsure = isSearch(query);
    for (const task of tasks) {
      const was = loaded.get(task.key);
      const is = matches(task, query);
      // What was found stays until the core says that it is not what was searched for any more.
      const isFound = was !== undefined && !is && isUnsure && isListed(task, query);
      if (was !== undefined && (is || isFound || lingers(task, query))) {
        changed.push(task);
        again ||= isFound || orderKey(was, query.order) !== orderKey(task, query.order);
      } else if (was !== undefined) {
        left.push(task.key);
        again ||= !frozen;
      } else if (is && frozen && isOnTop(task, query, newest)) {
        pending.add(task.key);
      } else if (is && !again && !isUnsure && state.total > 0 && isOnTop(task, query, newest) && pending.size === 0) {
        entering.push(task);
      } else if (pending.has(task.key)) {
        if (!is) pending.delete(task.key);
      } else {
        again = true;
      }
    }
    const patched = patchRows(state, changed);
    if (entering.length > 0 && !again && left.length === 0) {
      const list = addOnTop(patched, entering, (at) => localDay(Date.parse(at)));
      change({ ...list, pending, epoch: state.epoch + 1, arrived: new Set(entering.map(({ key }) => key)) });
    } else {
      again ||= entering.length > 0;
      if (patched !== state || pending.size !== state.pending.size) change({ ...patched, pending });
    }
    remove(left);
    if (again && frozen && pending.size > 0) isOwed = true;
    else if (again) rebuildSoon();
  }

  return {
    get: store.get,
    subscribe: store.subscribe,
    setQuery(query) {
      if (wanted !== null && JSON.stringify(wanted) === JSON.stringify(query)) return;
      wanted = query;
      generation += 1;
      visible = { first: 0, last: windowSize - 1 };
      void rebuild();
    },
    wanted: () => wanted,
    setVisibleRange(first, last) {
      visible = { first, last };
      pump();
    },
    freeze(next) {
      if (frozen === next) return;
      frozen = next;
      if (!frozen && (isOwed || store.get().pending.size > 0)) void rebuild();
    },
    flushPending: () => void rebuild(),
    reload: () => void rebuild(),
    patch(tasks) {
      change(patchRows(store.get(), tasks));
      for (const listener of [...patchListeners]) listener(tasks);
    },
    onPatch(listener) {
      patchListeners.add(listener);
      return () => patchListeners.delete(listener);
    },
    remove: takeOut,
    receive(event) {
      if (event.name === 'tasks:changed') {
        receiveChanged(event.data.tasks);
        confirm(event.data.tasks.map(({ key }) => key));
      } else if (event.name === 'tasks:removed') {
        remove(event.data.keys);
        confirm(event.data.keys);
        rebuildSoon();
      } else if (event.name === 'resync') void rebuild();
    },
  };
}

/** Of a hundred thousand places a few are looked for, at each callback. */
function rowsOf(rows: ListState['rows'], keys: ReadonlySet<string>): ReadonlyMap<string, TaskRow> {
  const found = new Map<string, TaskRow>();
  for (const row of rows) if (row !== undefined && keys.has(row.key)) found.set(row.key, row);
  return found;
}

/** A task that was just opened stays in the inbox until the person leaves it; it would vanish under the pointer. */
function lingers(task: TaskRow, query: ListQuery): boolean {
  // It was found by the core: the row alone may not have what was searched for.
  return query.view === 'inbox' && task.seen && isListed({ ...task, seen: false }, query);
}

/** The core would put it above all that is here; nobody needs to be asked where it goes. */
function isOnTop(task: TaskRow, query: ListQuery, newest: string | undefined): boolean {
  return isNewestOnTop(query) && newest !== undefined && task.receivedAt > newest;
}

/** When the one at the top came; '' where there is none, `undefined` where it is not here. */
function newestOf({ rows, total }: ListState): string | undefined {
  return total === 0 ? '' : rows[0]?.receivedAt;
}

function stacksOf(pages: readonly RowPage[], known: ReadonlyMap<string, number>): ReadonlyMap<string, number> {
  const stacks = new Map(known);
  for (const { rows, takes = [] } of pages) {
    takes.forEach((n, i) => {
      const key = rows[i]?.key;
      if (key !== undefined && n > 1) stacks.set(key, n);
    });
  }
  return stacks;
}
