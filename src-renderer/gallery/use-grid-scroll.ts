import { type RefObject, useEffect, useEffectEvent, useLayoutEffect, useRef, useState } from 'react';
import { useInbox } from '../inbox.ts';
import { isGrid } from '../shell/use-global-keys.ts';
import type { ListState } from '../store/task-list.ts';
import { type GridLayout, scrollScale } from './grid-layout.ts';
import { type Edge, holdingScroll, movedBetween, unhidingScroll } from './hold-cards.ts';

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
  const { list, places, router } = useInbox();
  const [away, setAway] = useState(false);
  const [pointing, setPointing] = useState(false);
  /** In the scroll bar's pixels. */
  const [sight, setSight] = useState({ top: 0, height: 0 });
  const scale = scrollScale(layout.height, sight.height);
  const pointerTimer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const anchor = useRef<{ key: string | undefined; index: number; inset: number } | null>(null);
  const query = useRef<ListState['query']>(null);
  /** As it was when it was looked at last. */
  const edge = useRef<(Edge & { height: number; scrolled: number }) | null>(null);

  const rows = rowsInSight(layout, scale.toContent(sight.top), sight.height, keepRow);

  const holdCards = useEffectEvent((element: HTMLElement) => {
    // A bar that comes or goes above, as the first card is selected, leaves the cards where they are under the pointer.
    const { top, width } = element.getBoundingClientRect();
    const [was, is] = [edge.current, { top, width, query: query.current }];
    const moved = movedBetween(was, is);
    // Nobody is at a card yet: who comes to the list sees its beginning, whatever is told above it a moment later.
    const isUntouched = was?.scrolled === 0 && !pointing && cellOfKeys(element) === null;
    if (was !== null && moved !== 0 && !isUntouched) {
      const { scrollTop: now, scrollHeight, clientHeight } = element;
      const { factor } = scale;
      const most = scrollHeight - clientHeight;
      element.scrollBy({ top: holdingScroll({ moved, before: was.scrolled, now, most, factor }) });
      const cell = moved > 0 ? cellOfKeys(element) : null;
      if (cell !== null) {
        const head = element.querySelector('[role="columnheader"]')?.closest('[role="row"]');
        const shownFrom = Math.max(top, head?.getBoundingClientRect().bottom ?? top);
        element.scrollBy({ top: unhidingScroll(cell.getBoundingClientRect(), shownFrom) / factor });
      }
    }
    edge.current = { ...is, height: element.clientHeight, scrolled: element.scrollTop };
  });
  useLayoutEffect(() => {
    const element = scroller.current;
    if (element === null) return undefined;
    const measure = () => {
      holdCards(element);
      setSight((now) => sightOf(element, now));
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, [scroller]);

  // The windows in sight are asked for; the kept row is not part of what is looked at. Under the player it asks for its own.
  const seen = rows.filter((index) => index !== keepRow || rows.length === 1);
  const [first, last] = taskSpan(layout, seen[0] ?? 0, seen.at(-1) ?? 0);
  useEffect(() => {
    if (openKey === null) list.setVisibleRange(first, last);
  }, [list, openKey, first, last, state.epoch]);

  useEffect(() => list.freeze(away || pointing || openKey !== null), [list, away, pointing, openKey]);
  useEffect(() => () => clearTimeout(pointerTimer.current), []);

  // A new list, other columns: the first task in sight keeps its place.
  const entry = useRef(0);
  useLayoutEffect(() => {
    const element = scroller.current;
    if (element === null || layout.taskCount === 0) return;
    if (query.current !== state.query) {
      query.current = state.query;
      anchor.current = null;
      entry.current = router.entry();
      const { top } = element.getBoundingClientRect();
      element.scrollTo({ top: places.find(entry.current, JSON.stringify(state.query), top) });
      return;
    }
    const held = anchor.current;
    // Known from the last scroll: to ask the element now would lay the whole page out within each callback's turn.
    if (held === null || sight.top < awayFrom) return;
    const found = held.key === undefined ? -1 : state.rows.findIndex((row) => row?.key === held.key);
    const task = Math.min(found >= 0 ? found : held.index, layout.taskCount - 1);
    const to = scrollScale(layout.height, element.clientHeight).toScrollTop(
      layout.row(layout.rowOfTask(task)).start + held.inset,
    );
    if (Math.abs(element.scrollTop - to) >= 1) element.scrollTo({ top: to });
    // Rows patched in place move nothing; only a rebuilt list or another layout does.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [layout, state.epoch, state.query]);

  function onScroll() {
    const element = scroller.current;
    if (element === null) return;
    // Of another height it is yet to be measured, and was scrolled by the browser.
    if (edge.current?.height === element.clientHeight) edge.current.scrolled = element.scrollTop;
    setSight((now) => sightOf(element, now));
    setAway(element.scrollTop > awayFrom);
    // Behind another screen, and while another list is asked for, it is still that of the entry before.
    const { list: shown } = router.get();
    if (
      isGrid(router.get()) &&
      JSON.stringify({ ...shown, timeZone: state.query?.timeZone }) === JSON.stringify(state.query)
    ) {
      entry.current = router.entry();
    }
    const begins = edge.current?.top ?? 0;
    places.keep(entry.current, { list: JSON.stringify(state.query), top: element.scrollTop, edge: begins });
    if (layout.rowCount === 0) return;
    const top = scale.toContent(element.scrollTop);
    const index = layout.rowAt(top);
    const row = layout.row(index);
    const task = row.kind === 'cards' ? row.first : taskSpan(layout, index, index + 1)[0];
    const start = layout.row(layout.rowOfTask(task)).start;
    anchor.current = { key: state.rows[task]?.key, index: task, inset: top - start };
  }

  return {
    rows,
    drawnHeight: scale.drawnHeight,
    shift: scale.factor === 1 ? 0 : sight.top - scale.toContent(sight.top),
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
      if (from < top) element.scrollTo({ top: scale.toScrollTop(from) });
      else if (row.start + row.size > top + room) {
        element.scrollTo({ top: scale.toScrollTop(row.start + row.size - room) });
      }
      // Told a frame later; what comes to the list before that would put it back.
      onScroll();
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

/** Rows drawn above and below what is in sight, so that a scroll meets no gap. */
const overscan = 3;

/** All rows that are in sight or near it, and the one that is kept. */
function rowsInSight(layout: GridLayout, top: number, height: number, keepRow: number): readonly number[] {
  if (layout.rowCount === 0) return [];
  const first = Math.max(0, layout.rowAt(top) - overscan);
  const last = Math.min(layout.rowCount - 1, layout.rowAt(top + height) + overscan);
  const rows = Array.from({ length: last - first + 1 }, (_, i) => first + i);
  if (keepRow >= layout.rowCount || (keepRow >= first && keepRow <= last)) return rows;
  return keepRow < first ? [keepRow, ...rows] : [...rows, keepRow];
}

/** What the keys are about, or the only one that is selected. */
function cellOfKeys(element: HTMLElement): Element | null {
  const focused = document.activeElement?.closest('[data-task]') ?? null;
  if (focused !== null && element.contains(focused)) return focused;
  const [selected = null, ...others] = element.querySelectorAll('[aria-selected="true"]');
  return others.length === 0 ? selected : null;
}

interface Sight {
  readonly top: number;
  readonly height: number;
}

function sightOf(element: HTMLElement, before: Sight): Sight {
  const { scrollTop: top, clientHeight: height } = element;
  return before.top === top && before.height === height ? before : { top, height };
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
