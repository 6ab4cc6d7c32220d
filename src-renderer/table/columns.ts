import type { TaskOrder } from '../../src-main/common/search/task-order.ts';
import type { enTable } from '../texts/en-table.ts';

export interface Column {
  readonly name: Exclude<keyof (typeof enTable)['columns'], 'select'>;
  /** By which order a click sorts; `null` = it cannot be sorted by. */
  readonly order: TaskOrder | null;
  /** Of a grid of CSS. */
  readonly track: string;
  /** Least width in pixels where the type is 16 pixels high: it grows with it. */
  readonly least: number;
}

/** In their usual order. */
const allColumns: readonly Column[] = [
  { name: 'title', order: 'title', track: 'minmax(9.375rem, 3fr)', least: 150 },
  { name: 'state', order: null, track: '6.25rem', least: 100 },
  { name: 'provider', order: 'provider', track: 'minmax(5rem, 0.7fr)', least: 80 },
  { name: 'project', order: 'project', track: 'minmax(6rem, 0.8fr)', least: 96 },
  { name: 'tags', order: null, track: 'minmax(6rem, 1fr)', least: 96 },
  { name: 'rating', order: 'rating', track: '4.75rem', least: 76 },
  { name: 'seconds', order: 'longest', track: '3.25rem', least: 52 },
  { name: 'size', order: 'largest', track: '5rem', least: 80 },
  { name: 'cost', order: 'cost', track: '3rem', least: 48 },
  { name: 'arrived', order: 'newest', track: '5.25rem', least: 84 },
];

/** What goes first where it gets narrow. */
const leastNeeded: readonly Column['name'][] = [
  'rating',
  'tags',
  'project',
  'size',
  'seconds',
  'provider',
  'arrived',
  'cost',
  'state',
];
/** All of these in pixels, where the type is 16 pixels high. */
const usualFontSize = 16;
const gap = 8;
const readableTitle = 240;
const fewColumns = 2;
const selectWidth = 32;

/** A new column stands where it usually does, behind those that the person put in order. */
export function orderedColumns(chosen: readonly { readonly name: string; readonly isShown: boolean }[]) {
  const known = chosen.flatMap(({ name, isShown }) => {
    const column = allColumns.find((each) => each.name === name);
    return column === undefined ? [] : [{ column, isShown }];
  });
  const added = allColumns.filter((column) => !known.some((each) => each.column === column));
  return [...known, ...added.map((column) => ({ column, isShown: true }))];
}

/** Those that are shown in so much room; the title always is. @param rootFontSize pixels of 1rem */
export function shownColumns(
  chosen: readonly { readonly name: string; readonly isShown: boolean }[],
  width: number,
  rootFontSize: number,
): readonly Column[] {
  let shown = orderedColumns(chosen).flatMap(({ column, isShown }) =>
    isShown || column.name === 'title' ? [column] : [],
  );
  // Beside many others a title that says nothing is worth less than one of them.
  const leastOf = ({ name, least }: Column) => (name === 'title' && shown.length > fewColumns ? readableTitle : least);
  const needed = () => selectWidth + shown.reduce((sum, column) => sum + gap + leastOf(column), 0);
  for (const name of leastNeeded) {
    if (needed() * (rootFontSize / usualFontSize) <= width) break;
    shown = shown.filter((column) => column.name !== name);
  }
  return shown;
}

export const tracksOf = (columns: readonly Column[]): string =>
  [`${selectWidth / usualFontSize}rem`, ...columns.map(({ track }) => track)].join(' ');
