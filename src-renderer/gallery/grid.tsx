import { ArrowUp } from 'lucide-react';
import { type MouseEvent, useLayoutEffect, useMemo, useRef, useState } from 'react';
import type { View } from '../../src-main/common/task-query.ts';
import { wordsOf } from '../../src-main/common/search/rank.ts';
import { useInbox } from '../inbox.ts';
import { formatRoute } from '../router/route.ts';
import { CardMenu, LabelDialog, TableHead, TableRow } from '../shell/lazy-parts.ts';
import { type Chosen, countOf } from '../store/bulk.ts';
import { isSelected } from '../store/selection.ts';
import { useStore } from '../store/use-store.ts';
import { texts } from '../texts/texts.ts';
import { Confirm } from '../ui/confirm.tsx';
import { Card, type CardActions } from './card.tsx';
import type { PressedCard } from './card-menu.tsx';
import cardStyles from './card.module.css';
import { DayHeading } from './day-heading.tsx';
import { type LayoutRow, reasonLines, widthSteps } from './grid-layout.ts';
import { shownColumns, tracksOf } from '../table/columns.ts';
import styles from './grid.module.css';
import { useCardKeys } from './use-card-keys.ts';
import { useGridFocus } from './use-grid-focus.ts';
import { useGridScroll } from './use-grid-scroll.ts';
import { tableRow, useLayout } from './use-layout.ts';
import { useWidth } from './use-width.ts';

const nobody: Chosen = [];

interface GridProps {
  readonly openKey: string | null;
  readonly view: View;
}

/** The cards by day. Only what is in sight exists; the rest is arithmetic, see grid-layout.ts. */
export function Grid({ openKey, view }: GridProps) {
  const inbox = useInbox();
  const { list, selection, router, actions, format, prefs } = inbox;
  const state = useStore(list, (value) => value);
  const route = useStore(router, (value) => value.list);
  const scroller = useRef<HTMLDivElement>(null);
  const { ref: widthRef, width, rootFontSize } = useWidth();
  const { kind, layout, metrics } = useLayout(state, width, rootFontSize);
  const isTable = kind === 'table';
  const chosenColumns = useStore(prefs, (value) => value.columns);
  const columns = useMemo(
    () => (isTable ? shownColumns(chosenColumns, width, rootFontSize) : []),
    [isTable, chosenColumns, width, rootFontSize],
  );
  const reveal = useRef<(index: number) => void>(() => undefined);
  const focus = useGridFocus(state, openKey, reveal);
  const scroll = useGridScroll({ scroller, layout, state, keepRow: layout.rowOfTask(focus.index), openKey });
  useLayoutEffect(() => {
    reveal.current = scroll.reveal;
  });
  const selected = useStore(selection, (value) => value);
  const [purging, setPurging] = useState<Chosen | null>(null);
  const [tagging, setTagging] = useState<Chosen | null>(null);
  const [pressed, setPressed] = useState<PressedCard | null>(null);
  const [isMenuOpen, setMenuOpen] = useState(false);
  const purgeCount = purging === null ? 1 : countOf(purging);

  const cardActions = useMemo<CardActions>(
    () => ({
      open: (task) =>
        (list.get().stacks.get(task.key) ?? 1) > 1
          ? router.push({ list: router.get().list, taskKey: null, screen: { name: 'cull', key: task.key } })
          : router.push({ ...router.get(), taskKey: task.key }),
      purge: (task) => setPurging([task]),
      edit: (task) =>
        router.push({ list: router.get().list, taskKey: null, screen: { name: 'new', from: task.key, how: 'edit' } }),
      toggleSelected({ key }, range) {
        const index = range ? list.get().rows.findIndex((row) => row?.key === key) : -1;
        if (index < 0) selection.toggle(key);
        else selection.extend({ index, key });
      },
    }),
    [router, selection, list],
  );
  const keys = useCardKeys({
    state,
    selected,
    view,
    layout,
    index: focus.index,
    rowsPerPage: scroll.rowsPerPage,
    goTo,
    goBackTo: focus.goBackTo,
    purge: setPurging,
    tag: setTagging,
    toggleSelected: (task, range) => cardActions.toggleSelected(task, range),
  });
  const query = state.query?.text ?? '';
  const words = useMemo(() => wordsOf(state.corrected ?? query), [state.corrected, query]);

  /** The desktop has a menu of its own, with files in it; with Shift the browser shows its own. */
  function onContextMenu(event: MouseEvent) {
    const cell = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-task]') : null;
    const task = state.rows[Number(cell?.dataset['task'] ?? NaN)];
    if (inbox.desktop !== null || event.shiftKey || cell === null || task === undefined) return;
    event.preventDefault();
    const { clientX, clientY } = event;
    const box = cell.getBoundingClientRect();
    const isInside = clientX >= box.left && clientX <= box.right && clientY >= box.top && clientY <= box.bottom;
    const place = isInside ? new DOMRect(clientX, clientY) : new DOMRect(box.left, box.top, box.width, box.height / 2);
    setPressed({ task, place, from: cell.querySelector<HTMLElement>('[data-open]'), room: cell.closest('main') });
    setMenuOpen(true);
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
          aria-rowcount={isTable ? layout.taskCount + 1 : layout.rowCount}
          aria-colcount={isTable ? undefined : layout.columns}
          aria-multiselectable
          className={styles['grid']}
          style={{
            height: isTable ? `calc(${scroll.drawnHeight}px + ${tableRow.head}rem)` : scroll.drawnHeight,
            '--columns': layout.columns,
            '--tracks': tracksOf(columns),
            '--gap': `${metrics.gap}px`,
            '--card-height': `${metrics.cardHeight}px`,
            ...heightsOf(metrics.posterHeight, rootFontSize),
          }}
          onKeyDown={keys.onKeyDown}
          onContextMenu={onContextMenu}
          onFocus={focus.onFocus}
          onBlur={focus.onBlur}
        >
          {isTable ? <TableHead columns={columns} /> : null}
          {width === 0
            ? null
            : scroll.rows.map((index) => {
                const row = layout.row(index);
                if (isTable) return tableLine(row);
                return (
                  <div
                    key={`${state.sections[row.section]?.day ?? ''} ${row.nth}`}
                    role="row"
                    aria-rowindex={index + 1}
                    className={row.kind === 'heading' ? styles['headingRow'] : styles['row']}
                    style={{
                      transform: `translateY(${row.start + scroll.shift}px)`,
                      height: row.size,
                      ...(row.kind === 'cards' && row.widths !== undefined
                        ? {
                            gridTemplateColumns: row.widths.map((each) => `${each}px`).join(' '),
                            ...heightsOf(row.picture ?? 0, rootFontSize),
                            '--card-height': `${row.size - metrics.gap}px`,
                          }
                        : {}),
                    }}
                  >
                    {row.kind === 'heading' ? <DayHeading row={row} columns={layout.columns} /> : cells(row)}
                  </div>
                );
              })}
        </div>
      </div>
      <CardMenu
        open={isMenuOpen}
        onClose={() => setMenuOpen(false)}
        pressed={pressed}
        view={view}
        onPurge={setPurging}
      />
      <LabelDialog open={tagging !== null} onClose={() => setTagging(null)} kind="tag" chosen={tagging ?? nobody} />
      <Confirm
        open={purging !== null}
        title={texts.trash.confirmTitle(purgeCount, format.number(purgeCount))}
        detail={purgeCount > 1 ? texts.trash.confirmMany : texts.trash.confirm}
        action={texts.trash.purge}
        onConfirm={() => {
          void actions.purge(purging ?? nobody);
          selection.clear();
        }}
        onClose={() => setPurging(null)}
      />
    </div>
  );

  function tableLine(row: LayoutRow) {
    if (row.kind === 'heading') return null;
    const task = state.rows[row.first];
    return (
      <div
        key={task?.key ?? row.first}
        role="row"
        aria-rowindex={row.first + 2}
        aria-selected={task !== undefined && isSelected(selected, task)}
        data-task={row.first}
        className={styles['row']}
        style={{
          display: 'block',
          top: `${tableRow.head}rem`,
          transform: `translateY(${row.start + scroll.shift}px)`,
          height: row.size,
        }}
      >
        {task === undefined ? (
          <div role="gridcell">
            <span
              data-open
              role="img"
              tabIndex={row.first === focus.index ? 0 : -1}
              className={cardStyles['skeleton']}
              aria-label={texts.grid.placeholder}
            />
          </div>
        ) : (
          <TableRow
            task={task}
            href={formatRoute({ list: route, taskKey: task.key })}
            current={row.first === focus.index}
            selected={isSelected(selected, task)}
            actions={cardActions}
            columns={columns}
          />
        )}
      </div>
    );
  }

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
              view={view}
              href={formatRoute({ list: route, taskKey: task.key })}
              under={widthSteps(row.widths?.[column] ?? metrics.cardWidth, rootFontSize)}
              current={current}
              selected={isSelected(selected, task)}
              arrived={state.arrived.has(task.key)}
              scrubbed={keys.scrubbed(task)}
              takes={state.stacks.get(task.key) ?? 1}
              words={words}
              actions={cardActions}
            />
          )}
        </div>
      );
    });
  }
}

/** For card.module.css. */
function heightsOf(posterHeight: number, rootFontSize: number) {
  const { alone, aboveButtons } = reasonLines(posterHeight, rootFontSize);
  return {
    '--poster-height': `${posterHeight}px`,
    '--reason-lines': alone,
    '--reason-lines-above': aboveButtons,
  };
}
