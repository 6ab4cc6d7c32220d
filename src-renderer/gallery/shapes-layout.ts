import type { DaySection } from '../../src-main/common/task-query.ts';
import type { TaskRow } from '../../src-main/common/task-row.ts';
import { firstSaved } from './card-state.ts';
import type { GridLayout, GridMetrics, LayoutRow } from './grid-layout.ts';

/** Rows of one height each in which every film has its own shape. */
export interface ShapesMetrics extends Pick<GridMetrics, 'gap' | 'headingHeight'> {
  readonly width: number;
  /** Wished height of the pictures. */
  readonly height: number;
  /** Height of what stands below them. */
  readonly words: number;
}

const usualRatio = 16 / 9;
const leastWidth = 76;
const heights = { least: 120, most: 220 } as const;

export const shapesHeight = (wishedCardWidth: number): number =>
  Math.max(heights.least, Math.min(heights.most, Math.round((wishedCardWidth * 9) / 16)));

/** Width by height of a task's first film; what is not known yet is taken for 16:9. */
export function ratioOf(task: TaskRow | undefined): number {
  const { width = null, height = null } = (task === undefined ? null : firstSaved(task))?.video ?? {};
  return width === null || height === null || height === 0 ? usualRatio : Math.max(0.4, Math.min(3, width / height));
}

/** Order stays reading order. Costs as much as there are tasks, some milliseconds for a hundred thousand. */
export function shapesLayout(
  sections: readonly DaySection[],
  ratio: (task: number) => number,
  { width, height, words, gap, headingHeight }: ShapesMetrics,
): GridLayout {
  const rows: LayoutRow[] = [];
  let [task, y, columns, nth] = [0, 0, 1, 0];

  function addRow(section: number, first: number, ratios: readonly number[], isLast: boolean) {
    const sum = ratios.reduce((all, each) => all + each, 0);
    const room = Math.max(1, width - gap * (ratios.length - 1));
    // A last row that is not full keeps the wished height.
    const picture = isLast ? Math.min(height, room / sum) : room / sum;
    const widths = ratios.map((each) => Math.max(Math.min(leastWidth, room), each * picture));
    // What the narrow ones were given is taken from the widest.
    const over = widths.reduce((all, each) => all + each, 0) - room;
    const widest = widths.indexOf(Math.max(...widths));
    if (over > 0) widths[widest] = Math.max(1, (widths[widest] ?? 0) - over);
    const size = Math.round(picture) + words + gap;
    nth += 1;
    rows.push({
      kind: 'cards',
      section,
      nth,
      first,
      count: ratios.length,
      start: y,
      size,
      widths,
      picture: Math.round(picture),
    });
    columns = Math.max(columns, ratios.length);
    y += size;
  }

  sections.forEach(({ count }, section) => {
    nth = 0;
    rows.push({ kind: 'heading', section, nth, start: y, size: headingHeight });
    y += headingHeight;
    let ratios: number[] = [];
    for (let i = 0; i < count; i += 1) {
      ratios.push(ratio(task + i));
      const sum = ratios.reduce((all, each) => all + each, 0);
      const isFull = sum * height + gap * (ratios.length - 1) >= width;
      if (!isFull && i < count - 1) continue;
      addRow(section, task + i + 1 - ratios.length, ratios, !isFull);
      ratios = [];
    }
    task += count;
  });

  /** The last row for which `isBefore` holds. */
  function lastWhere(isBefore: (row: LayoutRow) => boolean): number {
    let [low, high] = [0, rows.length - 1];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      const row = rows[middle];
      if (row !== undefined && isBefore(row)) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  const firstTasks = sections.reduce<number[]>((all, { count }) => [...all, (all.at(-1) ?? 0) + count], [0]);
  const firstOf = (row: LayoutRow): number => (row.kind === 'cards' ? row.first : (firstTasks[row.section] ?? 0));

  return {
    columns,
    rowCount: rows.length,
    taskCount: task,
    height: y,
    row(index) {
      const row = rows[index];
      if (row === undefined) throw new RangeError(`row ${index} of ${rows.length}`);
      return row;
    },
    rowOfTask: (index) => {
      const at = lastWhere((row) => firstOf(row) <= index);
      return rows[at]?.kind === 'heading' && at + 1 < rows.length ? at + 1 : at;
    },
    rowAt: (top) => lastWhere((row) => row.start <= top),
  };
}
