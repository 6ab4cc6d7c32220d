/** Windows over the library for the UI: filter, order, day sections, and only the rows that are asked for. */
import type { DaySection, TaskFilter, TaskPage, TaskQuery } from '../../common/contract.ts';
import type { Task } from '../../common/model.ts';
import { compileSearch } from '../../common/search/match-search.ts';
import { isInView, matchesState, sizeOfVideos } from '../../common/task-traits.ts';
import { filtered, inTurns, sorted, type InTurns } from '../in-turns.ts';
import { prepareSearchText, searchedEntry } from './search-text.ts';
import type { TaskEntry } from './task-entry.ts';
import type { TaskTable } from './task-table.ts';

export interface Queries {
  /**
   * Who asks once has a list before them and may search next: from then on what a search looks through is read little by
   * little, so that the first search of a large library is as quick as the others.
   */
  query(query: TaskQuery): Promise<StoredPage>;
  /** The keys of a run of the list, ends included: see `tasks:keys`. */
  keys(query: TaskFilter, from: string | number, to: string | number): Promise<readonly string[]>;
  /** Ends that reading. */
  close(): void;
}

/** A `TaskPage` before its rows are made for showing. */
export interface StoredPage extends Omit<TaskPage, 'rows'> {
  readonly rows: readonly Task[];
}

interface Found {
  readonly entries: readonly TaskEntry[];
  readonly sections: readonly DaySection[];
}

/** One for each list that may be on screen at once (grid, player's neighbours, CLI). */
const cacheSize = 4;

export function createQueries(table: TaskTable): Queries {
  const cache = new Map<string, { readonly version: number; readonly found: Promise<Found> }>();
  const preparation = prepareSearchText(table.ordered);

  /** Of the library as it is when it begins; what is folded meanwhile makes the answer stale. */
  function* find(query: TaskFilter): InTurns<Found> {
    const search = compileSearch(query.text, query.timeZone);
    const untilMs = query.until === undefined ? Infinity : Date.parse(query.until);
    const newestFirst = table.ordered.toReversed();
    let entries = yield* filtered(newestFirst, (entry) => {
      const { head } = entry;
      if (entry.facts.receivedMs > untilMs) return false;
      if (!isInView(head, query.view) || !matchesState(head, query.state)) return false;
      if (query.provider !== null && head.provider !== query.provider) return false;
      return search?.(searchedEntry(entry)) !== false;
    });
    if (query.order === 'oldest') entries.reverse();
    if (query.order === 'largest') {
      entries = yield* sorted(entries, (a, b) => sizeOfVideos(b.head) - sizeOfVideos(a.head));
    }
    const sections =
      query.order === 'largest' ? yield* wholeSection(entries) : yield* daySections(entries, query.timeZone);
    return { entries, sections };
  }

  function recall(what: TaskFilter): Promise<Found> {
    const key = JSON.stringify(what);
    const version = table.version();
    const known = cache.get(key);
    cache.delete(key);
    const kept = known?.version === version ? known : { version, found: inTurns(find(what)) };
    cache.set(key, kept);
    const oldest = cache.keys().next();
    if (cache.size > cacheSize && oldest.done !== true) cache.delete(oldest.value);
    return kept.found;
  }

  return {
    async query(query) {
      preparation.start();
      const { offset, limit, ...what } = query;
      const found = await recall(what);
      const rows = found.entries.slice(offset, offset + limit).map((entry) => entry.task);
      return { rows, total: found.entries.length, sections: found.sections };
    },

    async keys(query, from, to) {
      const { entries } = await recall(query);
      const placeOf = (end: string | number): number =>
        typeof end === 'number' ? Math.min(end, entries.length - 1) : entries.findIndex(({ head }) => head.key === end);
      const [a, b] = [placeOf(from), placeOf(to)];
      if (a < 0 || b < 0) return [];
      return entries.slice(Math.min(a, b), Math.max(a, b) + 1).map(({ head }) => head.key);
    },

    close: () => preparation.stop(),
  };
}

function* wholeSection(entries: readonly TaskEntry[]): InTurns<readonly DaySection[]> {
  if (entries.length === 0) return [];
  const section = { day: '', count: 0, videos: 0, sizeBytes: 0 };
  for (const entry of entries) {
    count(section, entry);
    if (section.count % entriesBetweenLooks === 0) yield;
  }
  return [section];
}

const entriesBetweenLooks = 1024;

interface OpenSection {
  day: string;
  count: number;
  videos: number;
  sizeBytes: number;
}

function count(section: OpenSection, { head }: TaskEntry): void {
  section.count += 1;
  section.videos += head.videos.length;
  section.sizeBytes += sizeOfVideos(head);
}

/**
 * Cuts tasks, sorted by time in either direction, into local days. The calendar is asked once per day and not once per
 * task, since `Intl` is far slower than comparing numbers.
 */
function* daySections(entries: readonly TaskEntry[], timeZone: string): InTurns<readonly DaySection[]> {
  const calendar = calendarOf(timeZone);
  const sections: OpenSection[] = [];
  let current: (OpenSection & { from: number; until: number }) | null = null;
  for (const entry of entries) {
    const time = entry.facts.receivedMs;
    if (current === null || time < current.from || time >= current.until) {
      current = { ...dayAround(time, calendar), count: 0, videos: 0, sizeBytes: 0 };
      sections.push(current);
      yield;
    }
    count(current, entry);
    if (current.count % entriesBetweenLooks === 0) yield;
  }
  return sections.map(({ day, count: tasksOfDay, videos, sizeBytes }) => ({
    day,
    count: tasksOfDay,
    videos,
    sizeBytes,
  }));
}

const hourMs = 3_600_000;

/** The local day that holds `time`: its name and its limits, found to the quarter hour (no zone shifts by less). */
function dayAround(time: number, calendar: Intl.DateTimeFormat): { day: string; from: number; until: number } {
  const day = calendar.format(time);
  const step = hourMs / 4;
  const quarter = Math.floor(time / step) * step;
  return {
    day,
    from: lastWhere(quarter, -step, 28 * 4, (at) => calendar.format(at) === day),
    until: lastWhere(quarter, step, 28 * 4, (at) => calendar.format(at) === day) + step,
  };
}

/** Goes from `start` by `step` as long as `holds`, by halving: days are at most 28 hours long. */
function lastWhere(start: number, step: number, most: number, holds: (at: number) => boolean): number {
  let low = 0;
  let high = most;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if (holds(start + middle * step)) low = middle;
    else high = middle - 1;
  }
  return start + low * step;
}

function calendarOf(timeZone: string): Intl.DateTimeFormat {
  const options = { year: 'numeric', month: '2-digit', day: '2-digit' } as const;
  try {
    return new Intl.DateTimeFormat('en-CA', { ...options, timeZone });
  } catch {
    return new Intl.DateTimeFormat('en-CA', { ...options, timeZone: 'UTC' });
  }
}
