/** Windows over the library for the UI: filter, order, day sections, and only the rows that are asked for. */
import type { DaySection, TaskPage, TaskQuery } from '../../common/contract.ts';
import type { Task } from '../../common/model.ts';
import { providerName } from '../../common/providers/catalog.ts';
import type { TaskTable } from './task-table.ts';
import { isInView, matchesState, sizeOf } from './task-traits.ts';

export interface Queries {
  query(query: TaskQuery): TaskPage;
}

interface Found {
  readonly version: number;
  readonly tasks: readonly Task[];
  readonly sections: readonly DaySection[];
}

/** One for each list that may be on screen at once (grid, player's neighbours, CLI). */
const cacheSize = 4;

export function createQueries(table: TaskTable): Queries {
  const cache = new Map<string, Found>();
  /** Lower-cased text of a task; tasks are replaced when they change, so an entry never goes stale. */
  const searchText = new WeakMap<Task, string>();

  function textOf(task: Task): string {
    let text = searchText.get(task);
    if (text === undefined) {
      text = [task.prompt, task.taskId, providerName(task.provider), task.provider, task.message, ...task.tags]
        .filter((part) => part !== null)
        .join('\n')
        .toLowerCase();
      searchText.set(task, text);
    }
    return text;
  }

  function find(query: TaskQuery): Found {
    const words = query.text.toLowerCase().split(/\s+/).filter(Boolean);
    const tasks: Task[] = [];
    for (let at = table.ordered.length - 1; at >= 0; at -= 1) {
      const task = table.ordered[at]?.record.task;
      if (task === undefined) continue;
      if (!isInView(task, query.view) || !matchesState(task, query.state)) continue;
      if (query.provider !== null && task.provider !== query.provider) continue;
      if (words.length > 0) {
        const text = textOf(task);
        if (!words.every((word) => text.includes(word))) continue;
      }
      tasks.push(task);
    }
    if (query.order === 'oldest') tasks.reverse();
    if (query.order === 'largest') tasks.sort((a, b) => sizeOf(b) - sizeOf(a));
    const sections = query.order === 'largest' ? wholeSection(tasks) : daySections(tasks, query.timeZone);
    return { version: table.version(), tasks, sections };
  }

  return {
    query(query) {
      const { offset, limit, ...what } = query;
      const key = JSON.stringify(what);
      let found = cache.get(key);
      cache.delete(key);
      if (found?.version !== table.version()) found = find(query);
      cache.set(key, found);
      const oldest = cache.keys().next();
      if (cache.size > cacheSize && oldest.done !== true) cache.delete(oldest.value);
      return { rows: found.tasks.slice(offset, offset + limit), total: found.tasks.length, sections: found.sections };
    },
  };
}

function wholeSection(tasks: readonly Task[]): readonly DaySection[] {
  if (tasks.length === 0) return [];
  const section = { day: '', count: 0, videos: 0, sizeBytes: 0 };
  for (const task of tasks) count(section, task);
  return [section];
}

interface OpenSection {
  day: string;
  count: number;
  videos: number;
  sizeBytes: number;
}

function count(section: OpenSection, task: Task): void {
  section.count += 1;
  section.videos += task.videos.length;
  section.sizeBytes += sizeOf(task);
}

/**
 * Cuts tasks, sorted by time in either direction, into local days. The calendar is asked once per day and not once per
 * task, since `Intl` is far slower than comparing numbers.
 */
function daySections(tasks: readonly Task[], timeZone: string): readonly DaySection[] {
  const calendar = calendarOf(timeZone);
  const sections: OpenSection[] = [];
  let current: (OpenSection & { from: number; until: number }) | null = null;
  for (const task of tasks) {
    const time = Date.parse(task.receivedAt);
    if (current === null || time < current.from || time >= current.until) {
      current = { ...dayAround(time, calendar), count: 0, videos: 0, sizeBytes: 0 };
      sections.push(current);
    }
    count(current, task);
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
  const slot = Math.floor(time / step) * step;
  return {
    day,
    from: lastWhere(slot, -step, 28 * 4, (at) => calendar.format(at) === day),
    until: lastWhere(slot, step, 28 * 4, (at) => calendar.format(at) === day) + step,
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
