import { Check, X } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { filmLength } from '../format/format.ts';
import { useInbox } from '../inbox.ts';
import { enCompare as words } from '../texts/en-compare.ts';
import styles from './compare.module.css';
import { takeName } from '../cull/take-name.ts';
import { nameOfTake, type Take } from './use-takes.ts';

/** Around the one that is chosen. Pixels. */
const ring = 4;

interface TakesStripProps {
  readonly takes: readonly Take[];
  /** What there is not, in sentences. */
  readonly leftOut: readonly string[];
  readonly pair: { readonly left: number; readonly right: number };
  /** As short as it goes, and in full. */
  readonly nameOf: (i: number) => string;
  readonly titleOf: (i: number) => string;
  readonly onChoose: (i: number) => void;
}

/** What there is to choose from; a press puts one on the right. */
export function TakesStrip({ takes, leftOut, pair, nameOf, titleOf, onChoose }: TakesStripProps) {
  const strip = useRef<HTMLUListElement>(null);
  const chosen = takes[pair.right];
  const rightName = chosen === undefined ? null : nameOfTake(chosen);
  // Of many the one that Tab has come to may lie beyond the edge. The strip alone moves: the page shows the pictures.
  useEffect(() => {
    const [box, shown] = [
      strip.current,
      strip.current?.querySelector('[aria-pressed="true"]')?.getBoundingClientRect(),
    ];
    if (rightName === null || box === null || shown === undefined) return;
    const { left, right } = box.getBoundingClientRect();
    if (shown.right > right) box.scrollBy({ left: shown.right - right + ring });
    else if (shown.left < left) box.scrollBy({ left: shown.left - left - ring });
  }, [rightName]);
  return (
    <ul ref={strip} data-takes className={styles['takes']} aria-label={words.takes}>
      {takes.map((take, i) => (
        <li key={nameOfTake(take)}>
          <TakeButton
            take={take}
            letter={nameOf(i)}
            title={titleOf(i)}
            side={i === pair.left ? 'left' : i === pair.right ? 'right' : null}
            onChoose={() => onChoose(i)}
          />
        </li>
      ))}
      {leftOut.map((sentence) => (
        <li key={sentence} className={styles['leftOut']}>
          {sentence}
        </li>
      ))}
    </ul>
  );
}

interface TakeButtonProps {
  readonly take: Take;
  readonly letter: string;
  readonly title: string;
  readonly side: 'left' | 'right' | null;
  readonly onChoose: () => void;
}

function TakeButton({ take, letter, title, side, onChoose }: TakeButtonProps) {
  const { client } = useInbox();
  const { task, source, video } = take;
  const pick = source === undefined ? task.pick : undefined;
  const judged = pick === undefined ? '' : `, ${words[pick]}`;
  return (
    <button
      type="button"
      className={styles['take']}
      aria-pressed={side === 'right'}
      data-side={side ?? undefined}
      data-pick={pick}
      onClick={onChoose}
    >
      <span className="visually-hidden">{`${words.showRight(title)}${judged}`}</span>
      <span className={styles['thumb']} aria-hidden>
        {source !== undefined ? (
          <video src={client.sourceUrl(task.key, source)} muted preload="metadata" tabIndex={-1} />
        ) : task.poster === null ? null : (
          <img src={client.posterUrl(task.key, task.poster)} alt="" draggable={false} />
        )}
        {source === undefined ? <b>{letter}</b> : null}
        {side === null ? null : <i data-end>{side === 'left' ? words.onLeft : words.onRight}</i>}
        {pick === undefined ? null : (
          <i className={styles['verdict']}>
            {pick === 'picked' ? <Check size={11} /> : <X size={11} />}
            {words[pick]}
          </i>
        )}
        {video.durationSeconds === null ? null : <i>{filmLength(video.durationSeconds)}</i>}
      </span>
      <span className={styles['name']} aria-hidden>
        <strong>{title}</strong>
        <span dir="auto">{source === undefined ? takeName(task) : null}</span>
      </span>
    </button>
  );
}
