import { defaultRangeExtractor, useVirtualizer } from '@tanstack/react-virtual';
import { type RefObject, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { useInbox } from '../inbox.ts';
import type { ListState } from '../store/task-list.ts';
import { type GridLayout, scrollScale } from './grid-layout.ts';

interface GridScrollOptions {
  readonly scroller: RefObject<HTMLDivElement | null>;
  readonly layout: GridLayout;
  readonly state: ListState;
  /** A row that stays drawn out of sight, so that it can keep the focus. */
  readonly keepRow: number;
  readonly openKey: string | null;
}

interface GridScroll {
  /** Indices of the rows to draw. */
  readonly rows: readonly number[];
  readonly drawnHeight: number;
  /** Added to a row's place; other than 0 only where the grid is higher than a browser can draw. */
  readonly shift: number;
  /** Whether the top is out of sight. */
  readonly away: boolean;
  readonly rowsPerPage: () => number;
  readonly reveal: (task: number) => void;
  readonly toTop: () => void;
  readonly onScroll: () => void;
  readonly onPointerMove: () => void;
}

/** From here on new cards wait behind the pill. Pixels. */
const awayFrom = 80;
/** How long after its last move the pointer counts as on its way to a card. */
const pointerRestMs = 1_200;

/**
 * What is in sight, and where the list is held still: while it is scrolled, while the player lies over it and while the
 * pointer is on its way to a card, newcomers wait. When the list does change, the first task in sight stays where it is.
 */
export function useGridScroll({ scroller, layout, state, keepRow, openKey }: GridScrollOptions): GridScroll {
  const { list } = useInbox();
  const [away, setAway] = useState(false);
  const [pointing, setPointing] = useState(false);
  const [viewport, setViewport] = useState(0);
  const scale = scrollScale(layout.height, viewport);
  const pointerTimer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const anchor = useRef<{ key: string | undefined; index: number; inset: number } | null>(null);

  // eslint-disable-next-line react-hooks/incompatible-library -- its functions are used here only, never passed on
  const virtualizer = useVirtualizer<HTMLDivElement, HTMLDivElement>({
    count: layout.rowCount,
    getScrollElement: () => scroller.current,
    // In the scroll bar's pixels: a grid that is too high to draw has rows that count for less.
    estimateSize: (index) => layout.sizeOf(index) / scale.factor,
    overscan: 3,
    rangeExtractor: (range) => {
      const rows = defaultRangeExtractor(range);
      if (keepRow >= layout.rowCount || rows.includes(keepRow)) return rows;
      return [...rows, keepRow].sort((a, b) => a - b);
    },
  });
  const items = virtualizer.getVirtualItems();
  const rows = items.map(({ index }) => index).filter((index) => index < layout.rowCount);
  const scrollTop = virtualizer.scrollOffset ?? 0;

  useLayoutEffect(() => virtualizer.measure(), [virtualizer, layout, scale.factor]);

  useEffect(() => {
    const element = scroller.current;
    if (element === null) return undefined;
    const observer = new ResizeObserver(() => setViewport(element.clientHeight));
    observer.observe(element);
    return () => observer.disconnect();
  }, [scroller]);

  // The windows in sight are asked for; the kept row is not part of what is looked at.
  const seen = rows.filter((index) => index !== keepRow || rows.length === 1);
  const [first, last] = taskSpan(layout, seen[0] ?? 0, seen.at(-1) ?? 0);
  useEffect(() => list.look(first, last), [list, first, last, state.epoch]);

  useEffect(() => list.hold(away || pointing || openKey !== null), [list, away, pointing, openKey]);
  useEffect(() => () => clearTimeout(pointerTimer.current), []);

  // A new list, other columns: the first task in sight keeps its place.
  const query = useRef(state.query);
  useLayoutEffect(() => {
    const element = scroller.current;
    if (element === null || layout.taskCount === 0) return;
    if (query.current !== state.query) {
      query.current = state.query;
      anchor.current = null;
      element.scrollTop = 0;
      return;
    }
    const held = anchor.current;
    if (held === null || element.scrollTop < awayFrom) return;
    const found = held.key === undefined ? -1 : state.rows.findIndex((row) => row?.key === held.key);
    const task = Math.min(found >= 0 ? found : held.index, layout.taskCount - 1);
    const to = scrollScale(layout.height, element.clientHeight).toScrollTop(
      layout.row(layout.rowOfTask(task)).start + held.inset,
    );
    if (Math.abs(element.scrollTop - to) >= 1) element.scrollTop = to;
    // Rows patched in place move nothing; only a rebuilt list or another layout does.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [layout, state.epoch, state.query]);

  function onScroll() {
    const element = scroller.current;
    if (element === null) return;
    setAway(element.scrollTop > awayFrom);
    const top = scale.toContent(element.scrollTop);
    const item = virtualizer.getVirtualItemForOffset(top / scale.factor);
    const row = item === undefined || item.index >= layout.rowCount ? null : layout.row(item.index);
    if (row === null) return;
    const task = row.kind === 'cards' ? row.first : taskSpan(layout, item?.index ?? 0, (item?.index ?? 0) + 1)[0];
    const start = layout.row(layout.rowOfTask(task)).start;
    anchor.current = { key: state.rows[task]?.key, index: task, inset: top - start };
  }

  return {
    rows,
    drawnHeight: scale.drawnHeight,
    shift: scale.factor === 1 ? 0 : scrollTop - scale.toContent(scrollTop),
    away,
    rowsPerPage: () => {
      const row = layout.row(Math.min(layout.rowCount - 1, 1));
      return Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / row.size));
    },
    reveal(task) {
      const element = scroller.current;
      if (element === null) return;
      const rowIndex = layout.rowOfTask(task);
      const row = layout.row(rowIndex);
      // The first row of a day is revealed with its heading.
      const above = rowIndex > 0 ? layout.row(rowIndex - 1) : null;
      const from = above?.kind === 'heading' ? above.start : row.start - 12;
      const top = scale.toContent(element.scrollTop);
      const room = element.clientHeight;
      if (from < top) element.scrollTop = scale.toScrollTop(from);
      else if (row.start + row.size > top + room) element.scrollTop = scale.toScrollTop(row.start + row.size - room);
    },
    toTop: () => scroller.current?.scrollTo({ top: 0 }),
    onScroll,
    onPointerMove() {
      setPointing(true);
      clearTimeout(pointerTimer.current);
      pointerTimer.current = setTimeout(() => setPointing(false), pointerRestMs);
    },
  };
}

/** The tasks in rows `from` to `to`, as inclusive indices. */
function taskSpan(layout: GridLayout, from: number, to: number): readonly [first: number, last: number] {
  if (layout.rowCount === 0) return [0, 0];
  const clamp = (index: number) => Math.max(0, Math.min(layout.rowCount - 1, index));
  let [start, end] = [layout.row(clamp(from)), layout.row(clamp(to))];
  if (start.kind === 'heading') start = layout.row(clamp(from + 1));
  if (end.kind === 'heading') end = layout.row(clamp(to - 1));
  const first = start.kind === 'cards' ? start.first : 0;
  return [first, Math.max(first, end.kind === 'cards' ? end.first + end.count - 1 : 0)];
}
