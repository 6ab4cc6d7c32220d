import { Check, Layers, RotateCcw, Star, Trash2 } from 'lucide-react';
import { memo, type MouseEvent, type PointerEvent, useId, useState } from 'react';
import type { View } from '../../src-main/common/task-query.ts';
import type { TaskRow } from '../../src-main/common/task-row.ts';
import type { Format } from '../format/format.ts';
import { providerTitle } from '../format/provider-title.ts';
import { useInbox } from '../inbox.ts';
import { cellAt } from '../posters/strip-cells.ts';
import { sizeOfSelection } from '../store/selection.ts';
import { useStore } from '../store/use-store.ts';
import { taskTitle } from '../store/task-title.ts';
import { texts } from '../texts/texts.ts';
import { cardState, failedVideos, isTryingAgain, linkDiesInMs, savedBytes } from './card-state.ts';
import styles from './card.module.css';
import { CardPicture } from './card-picture.tsx';
import { LabelDot } from './label-dot.tsx';
import { Marked } from './marked.tsx';
import { canScrub } from './scrub.tsx';
import { useFileMissing } from './use-file-missing.ts';

export interface CardActions {
  open(task: TaskRow): void;
  toggleSelected(task: TaskRow, range: boolean): void;
  purge(task: TaskRow): void;
  /** To the form of an order like this one. */
  edit(task: TaskRow): void;
}

interface CardProps {
  readonly task: TaskRow;
  readonly view: View;
  readonly href: string;
  /** The widths that it is narrower than, see `widthSteps`. */
  readonly under: string;
  /** Whether this card is where Tab enters the grid. */
  readonly current: boolean;
  readonly selected: boolean;
  readonly arrived: boolean;
  /** The frame of the filmstrip that the keyboard is at; `null` where it is not at this card. */
  readonly scrubbed: number | null;
  /** How many takes it stands for. */
  readonly takes: number;
  /** What was searched for, to be seen in the title. */
  readonly words: readonly string[];
  readonly actions: CardActions;
}

export const Card = memo(function Card(props: CardProps) {
  const { task, view, href, under, current, selected, arrived, scrubbed, takes, words, actions } = props;
  const inbox = useInbox();
  const isPaused = useStore(inbox.state, ({ paused }) => paused);
  const tabIndex = current ? 0 : -1;
  const [hovered, setHovered] = useState<number | null>(null);
  const cell = scrubbed ?? hovered;
  const id = useId();
  const [factsId, stateId, unseenId] = [`${id}facts`, `${id}state`, `${id}unseen`];
  const acts =
    view === 'trash' ? 'trash' : canBeTriedAgain(task, isPaused) ? 'retry' : canBeEdited(task) ? 'edit' : null;
  const heard = [task.seen ? null : unseenId, cardState(task) === 'ready' ? null : stateId, factsId];
  // Number of the video that a drag takes along: the first one on disk, where the host can drag files out at all.
  const dragged = inbox.desktop === null ? 0 : task.videos.findIndex(({ state }) => state === 'saved') + 1;

  const onClick = (event: MouseEvent) => {
    // The middle button and the context menu keep the browser's meaning of a link.
    if (event.button !== 0 || event.altKey) return;
    event.preventDefault();
    // While something is selected, a plain click selects as well: the hand is at it.
    if (event.ctrlKey || event.metaKey || event.shiftKey || sizeOfSelection(inbox.selection.get()) > 0)
      actions.toggleSelected(task, event.shiftKey);
    else actions.open(task);
  };

  const onPointer = ({ pointerType, currentTarget, clientX, clientY }: PointerEvent<HTMLElement>) => {
    if (pointerType === 'touch' || !canScrub(task)) return;
    const picture = currentTarget.firstElementChild?.getBoundingClientRect();
    const isOver = picture !== undefined && clientY <= picture.bottom && clientY >= picture.top;
    setHovered(isOver ? cellAt((clientX - picture.left) / picture.width) : null);
  };

  return (
    <article
      className={styles['card']}
      onPointerMove={onPointer}
      onPointerLeave={() => setHovered(null)}
      data-selected={selected || undefined}
      data-arrived={arrived || undefined}
      data-state={cardState(task)}
      data-pick={task.pick}
      data-under={under}
      data-acts={acts ?? undefined}
    >
      <CardPicture task={task} tabIndex={tabIndex} id={stateId} cell={cell} />
      {task.seen ? null : (
        <span id={unseenId} className={styles['unseen']}>
          <span className="visually-hidden">{texts.card.unseen}</span>
        </span>
      )}
      <a
        data-open
        className={styles['link']}
        dir="auto"
        href={href}
        draggable={dragged > 0}
        onDragStart={(event) => {
          event.preventDefault();
          inbox.actions.dragOut(task, dragged);
        }}
        tabIndex={tabIndex}
        aria-describedby={heard.filter((id) => id !== null).join(' ')}
        onClick={onClick}
      >
        <Marked text={taskTitle(task)} words={words} />
      </a>
      {takes > 1 ? (
        <span className={styles['takes']}>
          <Layers size={13} aria-hidden />
          {texts.card.takes(takes, inbox.format.number(takes))}
        </span>
      ) : null}
      <Facts id={factsId} task={task} />
      <button
        type="button"
        className={styles['select']}
        aria-label={texts.card.select}
        aria-pressed={selected}
        tabIndex={tabIndex}
        onClick={(event) => actions.toggleSelected(task, event.shiftKey)}
      >
        <Check size={14} strokeWidth={3} aria-hidden />
      </button>
      {acts === 'trash' ? (
        <span className={styles['trashActions']}>
          <button
            type="button"
            className={styles['pill']}
            tabIndex={tabIndex}
            onClick={() => inbox.actions.restore([task])}
          >
            <RotateCcw size={13} aria-hidden />
            {texts.trash.restore}
          </button>
          <button
            type="button"
            className={styles['pill']}
            aria-label={texts.trash.purge}
            tabIndex={tabIndex}
            onClick={() => actions.purge(task)}
          >
            <Trash2 size={13} aria-hidden />
          </button>
        </span>
      ) : (
        <button
          type="button"
          className={styles['star']}
          aria-label={texts.card.star}
          aria-pressed={task.starred}
          tabIndex={tabIndex}
          onClick={() => inbox.actions.setStarred([task], !task.starred)}
        >
          <Star size={16} aria-hidden />
        </button>
      )}
      {acts === 'retry' ? (
        <button
          type="button"
          className={styles['retry']}
          tabIndex={tabIndex}
          onClick={() => void inbox.actions.retry([task])}
        >
          {texts.common.tryAgain}
        </button>
      ) : null}
      {acts === 'edit' ? (
        <button type="button" className={styles['edit']} tabIndex={tabIndex} onClick={() => actions.edit(task)}>
          {texts.player.editAgain}
        </button>
      ) : null}
    </article>
  );
});

/** What the provider did not make is made by another order. */
const canBeEdited = (task: TaskRow): boolean => cardState(task) === 'failed';

/** What was given up, and what waits for its next attempt, which the person need not wait for. */
export function canBeTriedAgain(task: TaskRow, isPaused: boolean): boolean {
  const state = cardState(task);
  return state === 'download-failed' || state === 'expired' || (state === 'queued' && !isPaused && isTryingAgain(task));
}

function Facts({ id, task }: { readonly id: string; readonly task: TaskRow }) {
  const { format, now } = useInbox();
  // As texts: the present moves on with each callback, and most cards say what they said before.
  const age = useStore(now, (present) => format.age(task.receivedAt, present));
  const dying = useStore(now, (present) => dyingText(linkDiesInMs(task, present), format));
  const failed = failedVideos(task);
  const bytes = savedBytes(task);
  const isMissing = useFileMissing(task);
  const rating = task.rating ?? 0;
  const isFailed = task.state === 'failed' && task.videos.length > 0;
  const isPartlyFailed = failed > 0 && failed < task.videos.length;
  const hasBadge =
    task.pick !== undefined || isFailed || isPartlyFailed || isMissing || dying !== null || task.trust !== 'unsigned';
  const what = [
    hasBadge && 'badge',
    rating > 0 && 'rating',
    task.tags.length > 0 && 'label',
    task.tags.length > 1 && 'second',
  ];
  return (
    <p id={id} className={styles['facts']} data-with={what.filter(Boolean).join(' ')}>
      <span className={styles['provider']}>
        <span dir="auto">{providerTitle(task.provider)}</span>
      </span>
      {task.pick === undefined ? null : (
        <span className={styles['badge']} data-tone={task.pick === 'picked' ? 'good' : 'bad'}>
          {texts.card[task.pick]}
        </span>
      )}
      {rating > 0 ? (
        <span className={styles['rating']} title={texts.card.rating(rating)}>
          <span aria-hidden>★ {format.number(rating)}</span>
          <span className="visually-hidden">{texts.card.rating(rating)}</span>
        </span>
      ) : null}
      {task.tags.slice(0, 2).map((tag, i) => (
        <span key={tag} dir="auto" className={`${styles['label'] ?? ''} ${i === 0 ? '' : (styles['second'] ?? '')}`}>
          <LabelDot kind="tag" name={tag} />
          {tag}
        </span>
      ))}
      <MoreTags tags={task.tags.slice(2)} className={styles['more']} />
      <MoreTags tags={task.tags.slice(1)} className={styles['fewer']} />
      {isFailed ? (
        <span className={styles['badge']} data-tone="bad" title={task.message ?? texts.card.failedNoReason}>
          {texts.bar.failed}
        </span>
      ) : null}
      {isPartlyFailed ? (
        <span className={styles['badge']} data-tone="bad">
          {texts.card.partlyFailed(failed, task.videos.length)}
        </span>
      ) : null}
      {isMissing ? (
        <span className={styles['badge']} data-tone="bad" title={texts.player.fileMissingDetail}>
          {texts.card.fileMissing}
        </span>
      ) : null}
      {dying === null ? null : (
        <span className={styles['badge']} data-tone="warn">
          {dying}
        </span>
      )}
      {task.trust === 'unsigned' ? null : (
        <span className={styles['badge']} data-tone={task.trust === 'conflicting' ? 'bad' : 'good'}>
          {texts.trust[task.trust].name}
        </span>
      )}
      <span className={styles['size']}>{bytes === 0 ? null : format.size(bytes)}</span>
      <time dateTime={task.receivedAt} title={format.dateAndTime(task.receivedAt)}>
        {age}
      </time>
    </p>
  );
}

function dyingText(diesIn: number | null, format: Format): string | null {
  if (diesIn === null) return null;
  return diesIn <= 0 ? texts.card.linkDied : texts.card.linkDiesIn(format.span(diesIn));
}

/** How many there are besides those that are shown; what is shown depends on the width. */
function MoreTags({ tags, className }: { readonly tags: readonly string[]; readonly className: string | undefined }) {
  if (tags.length === 0) return null;
  return (
    <span className={`${styles['label'] ?? ''} ${className ?? ''}`} title={tags.join(texts.common.comma)}>
      <span aria-hidden>+{tags.length}</span>
      <span className="visually-hidden">{texts.labels.moreTags(tags.length)}</span>
    </span>
  );
}
