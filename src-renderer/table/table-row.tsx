import { Check, Star } from 'lucide-react';
import type { MouseEvent } from 'react';
import type { TaskRow } from '../../src-main/common/task-row.ts';
import { orderFiguresOf } from '../../src-main/common/search/task-order.ts';
import { filmLength } from '../format/format.ts';
import { savedBytes, toldState } from '../gallery/card-state.ts';
import type { CardActions } from '../gallery/card.tsx';
import { useFileMissing } from '../gallery/use-file-missing.ts';
import { LabelDot } from '../gallery/label-dot.tsx';
import { providerTitle } from '../format/provider-title.ts';
import { useInbox } from '../inbox.ts';
import { sizeOfSelection } from '../store/selection.ts';
import { taskTitle } from '../store/task-title.ts';
import { useStore } from '../store/use-store.ts';
import { enTable as words } from '../texts/en-table.ts';
import { texts } from '../texts/texts.ts';
import type { Column } from './columns.ts';
import styles from './table.module.css';

export interface TableRowProps {
  readonly task: TaskRow;
  readonly href: string;
  readonly current: boolean;
  readonly selected: boolean;
  readonly actions: CardActions;
  readonly columns: readonly Column[];
}

/** The cells of one row. Arrows move by rows; everything that a card can do, it can. */
export function TableRow({ task, href, current, selected, actions, columns }: TableRowProps) {
  const { client, format, now, selection } = useInbox();
  const age = useStore(now, (present) => format.age(task.receivedAt, present));
  const { seconds, cost } = orderFiguresOf(task);
  const bytes = savedBytes(task);
  const shown = toldState(task);
  const isMissing = useFileMissing(task);
  const tabIndex = current ? 0 : -1;
  const onClick = (event: MouseEvent) => {
    if (event.button !== 0 || event.altKey) return;
    event.preventDefault();
    if (event.ctrlKey || event.metaKey || event.shiftKey || sizeOfSelection(selection.get()) > 0)
      actions.toggleSelected(task, event.shiftKey);
    else actions.open(task);
  };
  const cell = (column: Column['name']) => (
    <div
      key={column}
      role="gridcell"
      className={styles['cell']}
      data-column={column}
      title={column === 'tags' && task.tags.length > 1 ? task.tags.join(texts.common.comma) : undefined}
    >
      {contentOf(column)}
    </div>
  );
  return (
    <div role="none" className={styles['row']} data-selected={selected || undefined}>
      <div role="gridcell" className={styles['cell']}>
        <button
          type="button"
          className={styles['select']}
          aria-label={texts.card.select}
          aria-pressed={selected}
          tabIndex={tabIndex}
          onClick={(event) => actions.toggleSelected(task, event.shiftKey)}
        >
          <Check size={12} strokeWidth={3} aria-hidden />
        </button>
      </div>
      {columns.map(({ name }) => cell(name))}
    </div>
  );

  function contentOf(column: Column['name']): React.ReactNode {
    switch (column) {
      case 'title':
        return (
          <>
            <span className={styles['thumb']}>
              {task.poster === null ? null : (
                <img src={client.posterUrl(task.key, task.poster)} alt="" loading="lazy" draggable={false} />
              )}
            </span>
            <a
              data-open
              className={styles['open']}
              dir="auto"
              title={taskTitle(task)}
              href={href}
              tabIndex={tabIndex}
              onClick={onClick}
            >
              {taskTitle(task)}
            </a>
            {task.starred ? <Star size={13} className={styles['starred']} aria-label={texts.card.starred} /> : null}
          </>
        );
      case 'state':
        // What cannot be played is told before what was thought of it.
        return isMissing ? (
          <span data-state="missing" title={texts.player.fileMissingDetail}>
            {texts.card.fileMissing}
          </span>
        ) : (
          <span data-state={task.pick ?? shown}>{task.pick ? texts.card[task.pick] : words.states[shown]}</span>
        );
      case 'provider':
        return (
          <span className={styles['open']} dir="auto">
            {task.model ?? providerTitle(task.provider)}
          </span>
        );
      case 'project':
        return task.project === undefined ? null : (
          <>
            <LabelDot kind="project" name={task.project} />
            <span className={styles['open']} dir="auto">
              {task.project}
            </span>
          </>
        );
      case 'tags':
        return task.tags.map((tag) => (
          <span key={tag} dir="auto" className={styles['tag']}>
            <LabelDot kind="tag" name={tag} />
            {tag}
          </span>
        ));
      case 'rating':
        return task.rating === undefined ? null : <Rating n={task.rating} />;
      case 'seconds':
        return seconds === 0 ? null : filmLength(seconds);
      case 'size':
        return bytes === 0 ? null : format.size(bytes);
      case 'cost':
        return cost === 0 ? null : format.decimal(cost);
      case 'arrived':
        return (
          <time dateTime={task.receivedAt} title={format.dateAndTime(task.receivedAt)}>
            {age}
          </time>
        );
    }
  }
}

function Rating({ n }: { readonly n: number }) {
  return (
    <>
      <span aria-hidden>{'★'.repeat(n)}</span>
      <span className="visually-hidden">{texts.card.rating(n)}</span>
    </>
  );
}
