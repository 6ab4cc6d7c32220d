import type { DaySection } from '../../src-main/common/task-query.ts';
import type { RowPage, TaskRow } from '../../src-main/common/task-row.ts';
import { sizeOfVideos } from '../../src-main/common/task-traits.ts';

/** The list as far as it is known here: `rows[i]` is a hole where the window has not been asked for. */
export interface TaskRows {
  readonly total: number;
  readonly sections: readonly DaySection[];
  readonly rows: readonly (TaskRow | undefined)[];
}

export const noRows: TaskRows = { total: 0, sections: [], rows: [] };

/** Puts a window that was asked for at `offset` into the list, whose length and sections stay. */
export function fillWindow(list: TaskRows, offset: number, window: readonly TaskRow[]): TaskRows {
  const rows = list.rows.slice();
  window.forEach((task, i) => {
    if (offset + i < list.total) rows[offset + i] = task;
  });
  return { ...list, rows };
}

/** A list made anew from one or more windows of the same moment. */
export function rowsFromPages(pages: readonly { readonly offset: number; readonly page: RowPage }[]): TaskRows {
  const last = pages.at(-1)?.page;
  if (last === undefined) return noRows;
  let list: TaskRows = {
    total: last.total,
    sections: last.sections,
    rows: new Array<TaskRow | undefined>(last.total).fill(undefined),
  };
  for (const { offset, page } of pages) list = fillWindow(list, offset, page.rows);
  return list;
}

/** Replaces the rows of changed tasks where they are, and keeps the sums true. The same list where none is loaded. */
export function patchRows(list: TaskRows, tasks: readonly TaskRow[]): TaskRows {
  const byKey = new Map(tasks.map((task) => [task.key, task]));
  if (!list.rows.some((row) => row !== undefined && byKey.has(row.key))) return list;
  const sections = list.sections.slice();
  const rows = list.rows.slice();
  let [section, end] = [-1, 0];
  list.rows.forEach((row, i) => {
    while (i >= end && section < sections.length - 1) {
      section += 1;
      end += sections[section]?.count ?? 0;
    }
    const next = row === undefined ? undefined : byKey.get(row.key);
    if (row === undefined || next === undefined) return;
    rows[i] = next;
    const at = sections[section];
    if (at === undefined) return;
    sections[section] = {
      ...at,
      videos: at.videos + next.videos.length - row.videos.length,
      sizeBytes: at.sizeBytes + sizeOfVideos(next) - sizeOfVideos(row),
    };
  });
  return { ...list, rows, sections };
}

/** Puts tasks on top of a list with the newest first. `dayOf` names the local day of an instant. */
export function addOnTop(list: TaskRows, tasks: readonly TaskRow[], dayOf: (at: string) => string): TaskRows {
  const sections = list.sections.slice();
  for (const task of tasks.toSorted((a, b) => a.receivedAt.localeCompare(b.receivedAt))) {
    const day = dayOf(task.receivedAt);
    const top = sections[0]?.day === day ? sections.shift() : undefined;
    sections.unshift({
      day,
      count: (top?.count ?? 0) + 1,
      videos: (top?.videos ?? 0) + task.videos.length,
      sizeBytes: (top?.sizeBytes ?? 0) + sizeOfVideos(task),
    });
  }
  const rows = [...tasks.toSorted((a, b) => b.receivedAt.localeCompare(a.receivedAt)), ...list.rows];
  return { total: list.total + tasks.length, sections, rows };
}

/** Takes loaded tasks out; all that follows moves up. Sections are walked along, so their counts stay true. */
export function removeRows(list: TaskRows, keys: ReadonlySet<string>): TaskRows {
  const doomed: number[] = [];
  list.rows.forEach((row, i) => {
    if (row !== undefined && keys.has(row.key)) doomed.push(i);
  });
  if (doomed.length === 0) return list;
  const gone = new Set(doomed);
  let start = 0;
  const sections: DaySection[] = [];
  for (const section of list.sections) {
    const here = doomed.filter((i) => i >= start && i < start + section.count);
    start += section.count;
    if (here.length === section.count) continue;
    sections.push(here.reduce((left, i) => without(left, list.rows[i]), section));
  }
  return { total: list.total - doomed.length, sections, rows: list.rows.filter((_, i) => !gone.has(i)) };
}

function without(section: DaySection, task: TaskRow | undefined): DaySection {
  return {
    ...section,
    count: section.count - 1,
    videos: Math.max(0, section.videos - (task?.videos.length ?? 0)),
    sizeBytes: Math.max(0, section.sizeBytes - (task === undefined ? 0 : sizeOfVideos(task))),
  };
}

/** The first aligned window within `[first, last]` that holds a hole and is not being asked for, or `null`. */
export function nextHole(
  list: TaskRows,
  first: number,
  last: number,
  windowSize: number,
  asked: ReadonlySet<number>,
): number | null {
  const end = Math.min(last, list.total - 1);
  for (let offset = Math.floor(Math.max(0, first) / windowSize) * windowSize; offset <= end; offset += windowSize) {
    if (asked.has(offset)) continue;
    const stop = Math.min(offset + windowSize, list.total);
    for (let i = offset; i < stop; i += 1) if (list.rows[i] === undefined) return offset;
  }
  return null;
}

/** Forgets rows far from what is looked at, so that a long scroll does not collect the library; by the first newcomers are told. */
export function forgetFar(list: TaskRows, first: number, last: number, keep: number): TaskRows {
  return {
    ...list,
    rows: list.rows.map((row, i) => (i === 0 || (i >= first - keep && i <= last + keep) ? row : undefined)),
  };
}
