import { Check, Copy, X } from 'lucide-react';
import { memo, useSyncExternalStore } from 'react';
import type { TaskView } from '../../src-main/common/task-view.ts';
import { letterOf } from '../compare/letters.ts';
import { filmLength } from '../format/format.ts';
import { firstSaved, isSoundOnly, withoutPicture } from '../gallery/card-state.ts';
import { useInbox } from '../inbox.ts';
import { enCompare } from '../texts/en-compare.ts';
import { enCull as words } from '../texts/en-cull.ts';
import { texts } from '../texts/texts.ts';
import styles from './cull.module.css';
import type { Likeness } from './near-duplicates.ts';
import { takeName } from './take-name.ts';
import { whyNoFilm } from './why-no-film.ts';

interface TakeCellProps {
  readonly task: TaskView;
  readonly letter: string;
  readonly like: Likeness | null;
  readonly isCurrent: boolean;
  readonly isPlaying: boolean;
  readonly onFocus: (key: string) => void;
  readonly onOpen: (key: string) => void;
}

/**
 * A take: its picture or the film itself, what was decided about it, and what it is like. Its state is read first. Drawn
 * anew only where something of it changed: there are two hundred, and a key judges one.
 */
export const TakeCell = memo(function TakeCell(props: TakeCellProps) {
  const { task, letter, like, isCurrent, isPlaying, onFocus, onOpen } = props;
  const { client, posters } = useInbox();
  const saved = firstSaved(task);
  const path = saved?.video.path ?? null;
  const preview = useSyncExternalStore(posters.subscribe, () => posters.status(task.key, path));
  const isUnshown = saved !== null && (preview === 'undecodable' || isSoundOnly(saved.video));
  const seconds = saved?.video.durationSeconds ?? null;
  const alike = like === null ? null : (like.kind === 'same' ? words.sameFile : words.nearly)(letterOf(like.of));
  const rating = task.rating ?? 0;
  const lacks = saved === null ? whyNoFilm(task) : isUnshown ? withoutPicture(saved.video) : null;
  const name = [
    task.pick === undefined ? words.notJudged : enCompare[task.pick],
    words.take(letter),
    rating > 0 ? texts.card.rating(rating) : null,
    alike,
    lacks,
    isPlaying ? words.playing : null,
  ]
    .filter((part) => part !== null)
    .join(texts.common.comma);
  return (
    <div role="listitem" className={styles['take']} data-pick={task.pick}>
      <div className={styles['frame']}>
        <button
          type="button"
          className={styles['open']}
          data-key={task.key}
          tabIndex={isCurrent ? 0 : -1}
          aria-label={name}
          aria-current={isCurrent || undefined}
          onFocus={() => onFocus(task.key)}
          onClick={() => onOpen(task.key)}
        >
          {isPlaying && saved !== null ? (
            <video src={client.mediaUrl(task.key, saved.n)} autoPlay loop muted playsInline />
          ) : task.poster !== null ? (
            <img src={client.posterUrl(task.key, task.poster)} alt="" draggable={false} />
          ) : (
            <span className={styles['none']}>{lacks}</span>
          )}
        </button>
        <span className={styles['letter']} aria-hidden>
          {letter}
        </span>
        {task.pick === undefined ? null : (
          <span className={styles['verdict']} data-pick={task.pick} aria-hidden>
            {task.pick === 'picked' ? <Check size={13} /> : <X size={13} />}
            {enCompare[task.pick]}
          </span>
        )}
        {alike === null ? null : (
          <span className={styles['alike']} aria-hidden>
            <Copy size={12} /> {alike}
          </span>
        )}
        {seconds === null ? null : (
          <span className={styles['length']} aria-hidden>
            {filmLength(seconds)}
          </span>
        )}
      </div>
      <p className={styles['facts']} aria-hidden>
        <span className={styles['grow']} dir="auto">
          {takeName(task)}
        </span>
        <span data-stars className={styles['stars']}>
          {'★'.repeat(rating) + '☆'.repeat(5 - rating)}
        </span>
      </p>
    </div>
  );
});
