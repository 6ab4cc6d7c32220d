import { ArrowUp } from 'lucide-react';
import { type KeyboardEvent, useMemo, useRef, useState } from 'react';
import type { View } from '../../src-main/common/contract.ts';
import type { TaskView } from '../../src-main/common/task-view.ts';
import { useInbox } from '../inbox.ts';
import { formatRoute } from '../router/route.ts';
import { isCovered, isTyping } from '../shell/use-global-keys.ts';
import { type Chosen, countOf } from '../store/bulk.ts';
import { chosenOf, isSelected, type Selection, sizeOfSelection } from '../store/selection.ts';
import { useStore } from '../store/use-store.ts';
import { texts } from '../texts/texts.ts';
import { Confirm } from '../ui/confirm.tsx';
import { firstSaved } from './card-state.ts';
import { Card, type CardActions } from './card.tsx';
import cardStyles from './card.module.css';
import { type FocusMove, gridLayout, gridMetrics, type LayoutRow, moveFocus } from './grid-layout.ts';
import styles from './grid.module.css';
import { useGridFocus } from './use-grid-focus.ts';
import { useGridScroll } from './use-grid-scroll.ts';
import { useScrubKeys } from './use-scrub-keys.ts';
import { useWidth } from './use-width.ts';

interface GridProps {
  readonly openKey: string | null;
  readonly view: View;
}

const moves: Readonly<Record<string, FocusMove>> = {
  ArrowLeft: 'left',
  ArrowRight: 'right',
  ArrowUp: 'up',
  ArrowDown: 'down',
  Home: 'start',
  End: 'end',
  PageUp: 'page-up',
  PageDown: 'page-down',
};

/** The next card is where the script goes. */
const mirrored: Readonly<Record<string, string>> = { ArrowLeft: 'ArrowRight', ArrowRight: 'ArrowLeft' };
const isRightToLeft = (): boolean => document.documentElement.dir === 'rtl';

/** The cards by day. Only what is in sight exists; the rest is arithmetic, see grid-layout.ts. */
export function Grid({ openKey, view }: GridProps) {
  const inbox = useInbox();
  const { list, selection, router, actions, format, prefs } = inbox;
  const state = useStore(list, (value) => value);
  const route = useStore(router, (value) => value.list);
  const wishedWidth = useStore(prefs, (value) => value.cardWidth);
  const scroller = useRef<HTMLDivElement>(null);
  const { ref: widthRef, width, rootFontSize } = useWidth();
  const metrics = useMemo(() => gridMetrics(width, wishedWidth, rootFontSize), [width, wishedWidth, rootFontSize]);
  const layout = useMemo(() => gridLayout(state.sections, metrics), [state.sections, metrics]);
  const focus = useGridFocus(state, openKey);
  const scroll = useGridScroll({ scroller, layout, state, keepRow: layout.rowOfTask(focus.index), openKey });
  const selected = useStore(selection, (value) => value);
  const selectedCount = sizeOfSelection(selected);
  const scrub = useScrubKeys(state.rows[focus.index]);
  const [purging, setPurging] = useState<Chosen | null>(null);
  const purgeCount = purging === null ? 1 : countOf(purging);

  const cardActions = useMemo<CardActions>(
    () => ({
      open: (task) => router.push({ ...router.get(), taskKey: task.key }),
      purge: (task) => setPurging([task]),
      toggleSelected(task, index, range) {
        if (range) selection.extend({ index, key: task.key });
        else selection.toggle(task.key);
      },
    }),
    [router, selection],
  );

  function onKeyDown(event: KeyboardEvent) {
    if (event.defaultPrevented || isTyping(event.target) || isCovered()) return;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const move = moves[mirrored[isRightToLeft() ? event.key : ''] ?? event.key];
    const task = state.rows[focus.index];
    if (task !== undefined && scrub.onKey(event, task)) return;
    if (move !== undefined) {
      event.preventDefault();
      const to = moveFocus(layout, focus.index, move, scroll.rowsPerPage());
      if (event.shiftKey) {
        selection.beginMoves({ index: focus.index, key: task?.key });
        selection.extend({ index: to, key: state.rows[to]?.key });
      } else selection.endMoves();
      goTo(to);
      return;
    }
    if (task === undefined) return;
    const chosen: Chosen = selectedCount > 0 ? chosenOf(selected) : [task];
    const onLink = event.target instanceof HTMLElement && event.target.dataset['open'] !== undefined;
    if (event.key === 's' || event.key === 'S')
      actions.setStarred(chosen, selectedCount > 0 ? isAnyUnstarred(state.rows, selected) : !task.starred);
    else if (['p', 'P', 'x', 'X', 'u', 'U'].includes(event.key)) {
      const pick = { p: 'picked', x: 'rejected', u: null }[event.key.toLowerCase()] as 'picked' | 'rejected' | null;
      actions.judge(chosen, { pick, ...(pick === 'picked' ? { starred: true } : {}) });
      // One after the other, with one hand; with Shift it stays.
      if (selectedCount === 0 && !event.shiftKey && pick !== null) goTo(Math.min(focus.index + 1, state.total - 1));
    } else if (/^[0-5]$/.test(event.key)) actions.judge(chosen, { rating: Number(event.key) });
    else if (event.key === 'c' || event.key === 'C') {
      const keys = selected.keys.size > 1 ? [...selected.keys].slice(0, 4) : [task.key];
      compare(keys);
    } else if (event.key === 'Backspace' || event.key === 'Delete') {
      event.preventDefault();
      if (view === 'trash') setPurging(chosen);
      else {
        actions.trash(chosen);
        selection.clear();
      }
    } else if (event.key === ' ' && onLink) {
      event.preventDefault();
      cardActions.toggleSelected(task, focus.index, event.shiftKey);
    } else if (event.key === 'Escape' && selectedCount > 0) {
      event.preventDefault();
      selection.clear();
    }
  }

  function compare(keys: readonly string[]) {
    const sides = keys.map((key) => ({ key, n: firstSavedN(state.rows.find((row) => row?.key === key)) }));
    router.push({ list: route, taskKey: null, screen: { name: 'compare', sides } });
  }

  function goTo(index: number) {
    scroll.reveal(index);
    focus.go(index);
  }

  return (
    <div className={styles['frame']}>
      {state.pending.size > 0 && scroll.away ? (
        <button
          type="button"
          className={styles['pill']}
          aria-label={texts.grid.newPillLabel(state.pending.size, format.number(state.pending.size))}
          onClick={() => {
            scroll.toTop();
            list.flushPending();
            focus.reset();
          }}
        >
          <ArrowUp size={14} aria-hidden />
          {texts.grid.newPill(state.pending.size, format.number(state.pending.size))}
        </button>
      ) : null}
      <p className="visually-hidden" role="status">
        {state.query !== null && state.query.text !== ''
          ? texts.grid.results(state.total, format.number(state.total))
          : null}
      </p>
      <div
        ref={scroller}
        className={styles['scroller']}
        onScroll={scroll.onScroll}
        onPointerMove={scroll.onPointerMove}
      >
        <div
          ref={widthRef}
          role="grid"
          aria-label={texts.grid.label(texts.views[view])}
          aria-rowcount={layout.rowCount}
          aria-colcount={layout.columns}
          aria-multiselectable
          className={styles['grid']}
          style={{
            height: scroll.drawnHeight,
            '--columns': layout.columns,
            '--card-height': `${metrics.cardHeight}px`,
            '--poster-height': `${metrics.posterHeight}px`,
          }}
          onKeyDown={onKeyDown}
          onFocus={focus.onFocus}
          onBlur={focus.onBlur}
        >
          {width === 0
            ? null
            : scroll.rows.map((index) => {
                const row = layout.row(index);
                return (
                  <div
                    key={index}
                    role="row"
                    aria-rowindex={index + 1}
                    className={row.kind === 'heading' ? styles['headingRow'] : styles['row']}
                    style={{ transform: `translateY(${row.start + scroll.shift}px)`, height: row.size }}
                  >
                    {row.kind === 'heading' ? <Heading row={row} columns={layout.columns} /> : cells(row)}
                  </div>
                );
              })}
        </div>
      </div>
      <Confirm
        open={purging !== null}
        title={texts.trash.confirmTitle(purgeCount, format.number(purgeCount))}
        detail={purgeCount > 1 ? texts.trash.confirmMany : texts.trash.confirm}
        action={texts.trash.purge}
        onConfirm={() => {
          void actions.purge(purging ?? []);
          selection.clear();
        }}
        onClose={() => setPurging(null)}
      />
    </div>
  );

  function cells(row: Extract<LayoutRow, { kind: 'cards' }>) {
    return Array.from({ length: row.count }, (_, column) => {
      const index = row.first + column;
      const task = state.rows[index];
      const current = index === focus.index;
      return (
        <div
          key={task?.key ?? index}
          role="gridcell"
          aria-colindex={column + 1}
          aria-selected={task !== undefined && isSelected(selected, task)}
          data-task={index}
          className={styles['cell']}
        >
          {task === undefined ? (
            <span
              data-open
              role="img"
              tabIndex={current ? 0 : -1}
              className={cardStyles['skeleton']}
              aria-label={texts.grid.placeholder}
            >
              <span className={cardStyles['picture']} />
              <span className={cardStyles['line']} />
            </span>
          ) : (
            <Card
              task={task}
              index={index}
              view={view}
              href={formatRoute({ list: route, taskKey: task.key })}
              current={current}
              selected={isSelected(selected, task)}
              arrived={state.arrived.has(task.key)}
              scrubbed={scrub.cellOf(task)}
              actions={cardActions}
            />
          )}
        </div>
      );
    });
  }
}

const firstSavedN = (task: TaskView | undefined): number => (task === undefined ? 1 : (firstSaved(task)?.n ?? 1));

/** As far as they are here: a second press takes the stars away again. */
function isAnyUnstarred(rows: readonly (TaskView | undefined)[], selected: Selection): boolean {
  return rows.some((row) => row !== undefined && !row.starred && isSelected(selected, row));
}

interface HeadingProps {
  readonly row: LayoutRow;
  readonly columns: number;
}

function Heading({ row, columns }: HeadingProps) {
  const { list, format, now } = useInbox();
  const section = useStore(list, (value) => value.sections[row.section]);
  const today = format.localDay(useStore(now, (value) => value));
  if (section === undefined) return null;
  return (
    <div role="gridcell" aria-colindex={1} aria-colspan={columns} className={styles['heading']}>
      <h2 className={styles['day']}>
        {section.day === '' ? texts.grid.sizes : format.day(section.day, today)}{' '}
        <span className={styles['sum']}>
          {[
            section.videos > 0
              ? texts.grid.videos(section.videos, format.number(section.videos))
              : texts.grid.results(section.count, format.number(section.count)),
            section.sizeBytes > 0 ? format.size(section.sizeBytes) : null,
          ]
            .filter((part) => part !== null)
            .join(texts.common.separator)}
        </span>
      </h2>
    </div>
  );
}
