import { sayTold } from '../../src-main/common/texts/language.ts';
import { FilmIcon, Music } from 'lucide-react';
import { type ReactNode, useEffect, useState, useSyncExternalStore } from 'react';
import type { TaskRow, RowVideo } from '../../src-main/common/task-row.ts';
import { videoTrouble } from '../../src-main/common/task-view.ts';
import { filmLength } from '../format/format.ts';
import { useInbox } from '../inbox.ts';
import { failureReason } from '../store/announcer.ts';
import { estimate, progressOfTask } from '../store/progress.ts';
import { useStalled } from '../store/use-stalled.ts';
import { useStore } from '../store/use-store.ts';
import { texts } from '../texts/texts.ts';
import { attemptLine, waitingVideo } from './attempt-line.ts';
import { cardState, firstSaved, isSoundOnly, isTryingAgain, movesOnCard, withoutPicture } from './card-state.ts';
import styles from './card.module.css';
import { Scrub } from './scrub.tsx';

interface StateProps {
  readonly id: string;
  readonly task: TaskRow;
}

function Queued({ id, task }: StateProps) {
  const isPaused = useStore(useInbox().state, ({ paused }) => paused);
  const { paused, tryingAgain, queued } = texts.card;
  return (
    <span id={id} className={styles['tag']}>
      {isPaused ? paused : isTryingAgain(task) ? tryingAgain : queued}
    </span>
  );
}

/** The poster, or what takes its place: the reason, the progress, or a plain ground with the codec's name. */
interface CardPictureProps {
  readonly task: TaskRow;
  readonly tabIndex: number;
  /** Of the element that tells the state, where the picture is not all there is to tell: what the card is described by. */
  readonly id: string;
  /** The frame of the filmstrip that is looked at. */
  readonly cell: number | null;
}

export function CardPicture({ task, tabIndex, id, cell }: CardPictureProps) {
  const { card } = texts;
  switch (cardState(task)) {
    case 'ready':
      return <Poster task={task} id={id} tabIndex={tabIndex} cell={cell} tag={<Length task={task} />} />;
    case 'downloading':
      return <Poster task={task} id={id} tabIndex={tabIndex} cell={cell} tag={<Downloading id={id} task={task} />} />;
    case 'queued':
      if (isTryingAgain(task) && task.poster === null) return <TryingAgain id={id} task={task} />;
      return <Poster task={task} id={id} tabIndex={tabIndex} cell={cell} tag={<Queued id={id} task={task} />} />;
    case 'waiting':
      return (
        <Plain
          id={id}
          title={task.state === 'unknown' ? card.unknownState : card.waiting}
          detail={task.message}
          pulse
        />
      );
    case 'no-video':
      return <Plain id={id} title={card.noVideo} detail={card.noVideoDetail} />;
    case 'needs-api-key':
      return <Plain id={id} title={card.needsApiKey} detail={card.needsApiKeyDetail} />;
    case 'failed':
      return <Reason id={id} title={card.failed} reason={failureReason(task)} />;
    case 'download-failed':
      return <Reason id={id} title={card.downloadFailed} reason={failureReason(task)} />;
    case 'expired':
      return <Reason id={id} title={card.expired} reason={failureReason(task)} />;
  }
}

/** Who said what, when it goes on, and which try it was; the time counts down in place. */
function TryingAgain({ id, task }: StateProps) {
  const { format, now, state } = useInbox();
  const isPaused = useStore(state, ({ paused }) => paused);
  const waiting = waitingVideo(task);
  const queued = task.videos.find(({ state: each }) => each === 'queued');
  const error = (queued === undefined ? null : sayTold(videoTrouble(queued))) ?? texts.card.noReason;
  // Its sentence and not the time: that of a try in two hours is the same for minutes.
  const reason = useStore(now, (present) => (waiting === null ? error : attemptLine(waiting, format, present)));
  return <Reason id={id} title={isPaused ? texts.card.paused : texts.card.tryingAgain} reason={reason} tone="warn" />;
}

interface ReasonProps {
  readonly id: string;
  readonly title: string;
  readonly reason: string;
  readonly tone?: 'warn';
}

function Reason({ id, title, reason, tone }: ReasonProps) {
  return (
    <div id={id} className={`${styles['picture'] ?? ''} ${styles['reason'] ?? ''}`} data-tone={tone}>
      <strong>{title}</strong>
      <span className={styles['why']} dir="auto" title={reason}>
        {reason}
      </span>
    </div>
  );
}

interface PlainProps {
  readonly id: string;
  readonly title: string;
  readonly detail?: string | null;
  readonly pulse?: boolean;
}

function Plain({ id, title, detail, pulse = false }: PlainProps) {
  return (
    <div id={id} className={`${styles['picture'] ?? ''} ${styles['plain'] ?? ''}`} data-pulse={pulse || undefined}>
      <span>{title}</span>
      {detail ? (
        <span className={styles['plainDetail']} dir="auto">
          {detail}
        </span>
      ) : null}
    </div>
  );
}

/** For who did not ask for less motion. */
function isShownMoving(video: RowVideo): boolean {
  return movesOnCard(video) && !matchMedia('(prefers-reduced-motion: reduce)').matches;
}

interface PosterProps extends CardPictureProps {
  readonly tag: ReactNode;
}

function Poster({ task, tabIndex, cell, tag }: PosterProps) {
  const { client, posters, state } = useInbox();
  const isAway = useStore(state, ({ connection }) => connection !== 'online');
  const [broken, setBroken] = useState<string | null>(null);
  const [isStill, setStill] = useState(false);
  const [wasAway, setWasAway] = useState(isAway);
  const poster = task.poster === broken ? null : task.poster;
  const saved = firstSaved(task);
  const savedN = saved?.n ?? null;
  const savedPath = saved?.video.path ?? null;
  const status = useSyncExternalStore(posters.subscribe, () => posters.status(task.key, savedPath));

  useEffect(() => {
    if (poster !== null || savedN === null || isAway) return undefined;
    return posters.want({ key: task.key, n: savedN, path: savedPath, receivedAt: task.receivedAt });
  }, [poster, savedN, savedPath, isAway, posters, task.key, task.receivedAt]);
  // What did not come while the inbox was away is asked for again.
  if (isAway !== wasAway) {
    setWasAway(isAway);
    if (!isAway) {
      setBroken(null);
      setStill(false);
    }
  }

  const moving = saved !== null && !isStill && isShownMoving(saved.video) ? client.mediaUrl(task.key, saved.n) : null;
  const isSound = saved !== null && isSoundOnly(saved.video);
  const opened = status === 'undecodable' && poster === null && !isSound ? savedN : null;
  return (
    <div className={styles['picture']}>
      {moving !== null ? (
        <img
          className={styles['image']}
          src={moving}
          alt=""
          loading="lazy"
          decoding="async"
          draggable={false}
          onError={() => setStill(true)}
        />
      ) : poster !== null ? (
        <img
          className={styles['image']}
          src={client.posterUrl(task.key, poster)}
          alt=""
          decoding="async"
          draggable={false}
          onError={() => setBroken(poster)}
        />
      ) : status === 'unknown' ? null : (
        <div className={styles['noPreview']} data-above={opened !== null || undefined}>
          {isSound ? (
            <Music size={20} strokeWidth={1.5} aria-hidden />
          ) : (
            <FilmIcon size={20} strokeWidth={1.5} aria-hidden />
          )}
          <span>{status === 'failed' || saved === null ? texts.card.noPreview : withoutPicture(saved.video)}</span>
        </div>
      )}
      {opened === null ? null : <OpenFile task={task} n={opened} tabIndex={tabIndex} />}
      {tag}
      {cell === null ? null : <Scrub task={task} cell={cell} />}
    </div>
  );
}

/** The way to a player that can show it. */
function OpenFile({ task, n, tabIndex }: { readonly task: TaskRow; readonly n: number; readonly tabIndex: number }) {
  const { client, desktop, actions } = useInbox();
  if (desktop === null) {
    return (
      <a
        className={styles['openFile']}
        href={client.mediaUrl(task.key, n)}
        target="_blank"
        rel="noreferrer"
        tabIndex={tabIndex}
      >
        {texts.card.openFile}
      </a>
    );
  }
  return (
    <button
      type="button"
      className={styles['openFile']}
      tabIndex={tabIndex}
      onClick={() => void actions.openFile(task, n)}
    >
      {texts.card.openWith}
    </button>
  );
}

function Length({ task }: { readonly task: TaskRow }) {
  const { format } = useInbox();
  const seconds = firstSaved(task)?.video.durationSeconds ?? null;
  const n = task.videos.length;
  const parts = [
    n > 1 ? texts.card.severalVideos(n, format.number(n)) : null,
    seconds === null ? null : filmLength(seconds),
  ].filter((part) => part !== null);
  return parts.length === 0 ? null : <span className={styles['tag']}>{parts.join(texts.common.separator)}</span>;
}

function Downloading({ id, task }: StateProps) {
  const { progress: store, format, state } = useInbox();
  // The sums are made anew at each update, so the snapshot is their text.
  const text = useSyncExternalStore(store.subscribe, () => {
    const sum = progressOfTask(task, (n) => store.get(task.key, n));
    if (sum === null) return texts.card.queued;
    const { fraction, leftMs } = estimate(sum);
    if (fraction === null) {
      return sum.receivedBytes === 0 ? texts.card.downloading : texts.card.received(format.size(sum.receivedBytes));
    }
    return `${fraction}|${texts.card.progress(format.percent(fraction), leftMs === null ? null : format.span(leftMs))}`;
  });
  const isPaused = useStore(state, ({ paused }) => paused);
  const running = task.videos.flatMap((video, i) => (video.state === 'downloading' ? [i + 1] : []));
  const isStalled = useStalled(store, task.key, running);
  const [part, label] = text.includes('|') ? text.split('|', 2) : [undefined, text];
  return (
    <>
      <span id={id} className={styles['tag']} data-above>
        {isPaused ? texts.card.paused : isStalled ? texts.card.stalled : label}
      </span>
      <span className={styles['progress']} data-measure data-unknown={part === undefined || undefined}>
        <span className={styles['done']} style={{ '--done': part ?? 0 }} />
      </span>
    </>
  );
}
