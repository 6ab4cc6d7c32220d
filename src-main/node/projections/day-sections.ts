/** A list cut into the days of a calendar, or into one section where it is in another order than that of time. */
import type { DaySection } from '../../common/task-query.ts';
import { clockIn } from '../../common/zone-clock.ts';
import type { InTurns } from '../in-turns.ts';
import type { TaskEntry } from './task-entry.ts';

const entriesBetweenLooks = 1024;

export function* wholeSection(entries: readonly TaskEntry[]): InTurns<readonly DaySection[]> {
  if (entries.length === 0) return [];
  const section = { day: '', count: 0, videos: 0, sizeBytes: 0 };
  for (const entry of entries) {
    count(section, entry);
    if (section.count % entriesBetweenLooks === 0) yield;
  }
  return [section];
}

interface OpenSection {
  day: string;
  count: number;
  videos: number;
  sizeBytes: number;
}

function count(section: OpenSection, entry: TaskEntry): void {
  section.count += 1;
  section.videos += entry.glance.head.videos.length;
  section.sizeBytes += entry.videoBytes;
}

/**
 * Cuts tasks, sorted by time in either direction, into local days. The calendar is asked once per day and not once per
 * task, since `Intl` is far slower than comparing numbers.
 */
export function* daySections(entries: readonly TaskEntry[], timeZone: string): InTurns<readonly DaySection[]> {
  const calendar = calendarOf(timeZone);
  const sections: OpenSection[] = [];
  let current: (OpenSection & { from: number; until: number }) | null = null;
  for (const entry of entries) {
    const time = entry.glance.receivedMs;
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

/** UTC where the zone is not known here. */
export function calendarOf(timeZone: string): Intl.DateTimeFormat {
  const options = { year: 'numeric', month: '2-digit', day: '2-digit' } as const;
  return clockIn(timeZone, options);
}
