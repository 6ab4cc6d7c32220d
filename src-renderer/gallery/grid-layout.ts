import type { DaySection } from '../../src-main/common/task-query.ts';

/** Sizes of the grid in CSS pixels; everything is known beforehand, so nothing is ever measured while scrolling. */
export interface GridMetrics {
  readonly columns: number;
  readonly cardWidth: number;
  readonly posterHeight: number;
  /** Poster and words. */
  readonly cardHeight: number;
  readonly gap: number;
  readonly headingHeight: number;
  /** Height of the words below a poster. */
  readonly words: number;
}

/** @param rootFontSize pixels of 1rem: the words grow with the person's font size, the pictures do not. */
export function gridMetrics(
  width: number,
  wishedCardWidth: number,
  rootFontSize: number,
  isDense = false,
): GridMetrics {
  const gap = isDense ? 8 : 16;
  const scale = rootFontSize / 16;
  const columns = Math.max(1, Math.floor((width + gap) / (Math.min(wishedCardWidth, Math.max(1, width)) + gap)));
  const cardWidth = Math.max(1, (width - gap * (columns - 1)) / columns);
  const posterHeight = Math.round((cardWidth * 9) / 16);
  // Two lines of prompt and one of facts, or one and one, see card.module.css.
  const words = Math.round((isDense ? 55 : 74) * scale);
  return {
    columns,
    cardWidth,
    posterHeight,
    cardHeight: posterHeight + words,
    gap,
    headingHeight: Math.round(44 * scale),
    words,
  };
}

/** In rem: where something on a card goes or comes, see card.module.css. */
const steps = [25, 20, 17.5, 14.375, 13.75, 13.375, 8.75];

/** All of them that a card is narrower than. */
export const widthSteps = (cardWidth: number, rootFontSize: number): string =>
  steps.filter((step) => cardWidth / rootFontSize < step).join(' ');

/** Of a card that tells a reason in place of its picture, in rem: its words begin below the dot, and end above its buttons. */
const reason = { line: 0.8125 * 1.45, top: 1.875, bottom: 0.75, buttons: 2.3125 } as const;

/** How many whole lines of its reason such a card has room for, below its title: without buttons, and above them. */
export function reasonLines(
  posterHeight: number,
  rootFontSize: number,
): { readonly alone: number; readonly aboveButtons: number } {
  const { line, top, bottom, buttons } = reason;
  const below = (end: number) => Math.max(0, Math.floor((posterHeight / rootFontSize - top - end) / line) - 1);
  return { alone: below(bottom), aboveButtons: below(buttons) };
}

interface PlacedRow {
  readonly section: number;
  /** Which of its section's rows: 0 is the heading. What comes in above the section does not change it. */
  readonly nth: number;
  readonly start: number;
  readonly size: number;
}

export type LayoutRow =
  | (PlacedRow & { readonly kind: 'heading' })
  | (PlacedRow & {
      readonly kind: 'cards';
      /** Index in the list of the row's first task, and how many there are. */
      readonly first: number;
      readonly count: number;
      /** Where cards have shapes of their own: their widths, and the height of their pictures. */
      readonly widths?: readonly number[];
      readonly picture?: number;
    });

export interface GridLayout {
  readonly columns: number;
  readonly rowCount: number;
  readonly taskCount: number;
  readonly height: number;
  row(index: number): LayoutRow;
  rowOfTask(task: number): number;
  /** The row that holds this height; the nearest one where it lies outside. */
  rowAt(y: number): number;
}

/**
 * Where everything is, from the sections' counts alone. Costs as much as there are days, not as there are tasks: rows
 * are computed when asked for.
 */
export function gridLayout(sections: readonly DaySection[], metrics: GridMetrics): GridLayout {
  const { columns, cardHeight, gap, headingHeight } = metrics;
  const rowSize = cardHeight + gap;
  const starts: { row: number; task: number; y: number; count: number }[] = [];
  let [row, task, y] = [0, 0, 0];
  for (const { count } of sections) {
    starts.push({ row, task, y, count });
    const cardRows = Math.ceil(count / columns);
    row += 1 + cardRows;
    task += count;
    y += headingHeight + cardRows * rowSize;
  }

  /** The last section that starts at or before `value`. */
  function sectionBy(by: 'row' | 'task' | 'y', value: number): number {
    let [low, high] = [0, starts.length - 1];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((starts[middle]?.[by] ?? 0) <= value) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  function rowOf(index: number): LayoutRow {
    const section = sectionBy('row', index);
    const at = starts[section];
    if (at === undefined) throw new RangeError(`row ${index} of an empty grid`);
    const inside = index - at.row - 1;
    if (inside < 0) return { kind: 'heading', section, nth: 0, start: at.y, size: headingHeight };
    const first = at.task + inside * columns;
    return {
      kind: 'cards',
      section,
      nth: inside + 1,
      first,
      count: Math.min(columns, at.task + at.count - first),
      start: at.y + headingHeight + inside * rowSize,
      size: rowSize,
    };
  }

  return {
    columns,
    rowCount: row,
    taskCount: task,
    height: y,
    row: rowOf,
    rowOfTask(index) {
      const at = starts[sectionBy('task', index)];
      return at === undefined ? 0 : at.row + 1 + Math.floor((index - at.task) / columns);
    },
    rowAt(height) {
      const section = sectionBy('y', height);
      const at = starts[section];
      if (at === undefined) return 0;
      const inside = Math.floor((height - at.y - headingHeight) / rowSize) + 1;
      return at.row + Math.max(0, Math.min(Math.ceil(at.count / columns), inside));
    },
  };
}

export type FocusMove = 'left' | 'right' | 'up' | 'down' | 'start' | 'end' | 'page-up' | 'page-down';

/** The task that the focus goes to. Up and down keep the column and step over headings. */
export function moveFocus(layout: GridLayout, from: number, move: FocusMove, rowsPerPage: number): number {
  const last = layout.taskCount - 1;
  const clamp = (task: number) => Math.max(0, Math.min(last, task));
  switch (move) {
    case 'left':
      return clamp(from - 1);
    case 'right':
      return clamp(from + 1);
    case 'start':
      return clamp(0);
    case 'end':
      return clamp(last);
    case 'up':
      return vertical(layout, clamp(from), -1);
    case 'down':
      return vertical(layout, clamp(from), 1);
    case 'page-up':
    case 'page-down': {
      let to = clamp(from);
      for (let i = 0; i < Math.max(1, rowsPerPage); i += 1) to = vertical(layout, to, move === 'page-up' ? -1 : 1);
      return to;
    }
  }
}

function vertical(layout: GridLayout, from: number, step: 1 | -1): number {
  const rowIndex = layout.rowOfTask(from);
  const own = layout.row(rowIndex);
  if (own.kind !== 'cards') return from;
  const column = from - own.first;
  for (let index = rowIndex + step; index >= 0 && index < layout.rowCount; index += step) {
    const row = layout.row(index);
    if (row.kind === 'cards') return row.first + Math.min(column, row.count - 1);
  }
  return from;
}

/**
 * Browsers cut elements at some 33 million pixels, and positions lose whole pixels from 16 million on. A longer grid is
 * drawn at most this high; its scroll bar then moves the content by more than a pixel per pixel.
 */
export const maxDrawnHeight = 15_000_000;

export interface ScrollScale {
  readonly drawnHeight: number;
  /** Content pixels per drawn pixel; 1 for all but enormous grids. */
  readonly factor: number;
  toContent(scrollTop: number): number;
  toScrollTop(content: number): number;
}

export function scrollScale(height: number, viewport: number): ScrollScale {
  const drawnHeight = Math.min(height, maxDrawnHeight);
  const [range, drawnRange] = [Math.max(0, height - viewport), Math.max(0, drawnHeight - viewport)];
  const speed = drawnRange > 0 ? range / drawnRange : 1;
  return {
    drawnHeight,
    factor: drawnHeight > 0 ? height / drawnHeight : 1,
    toContent: (top) => top * speed,
    toScrollTop: (content) => content / speed,
  };
}
