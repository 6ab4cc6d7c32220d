/** What stands in the place of a film that is not here: waited for, fetched or given up. */
import { useSyncExternalStore } from 'react';
import { sayTold } from '../../src-main/common/texts/language.ts';
import type { Progress } from '../../src-main/common/model.ts';
import { type TaskView, type VideoView, videoTrouble } from '../../src-main/common/task-view.ts';
import type { Format } from '../format/format.ts';
import { attemptLine } from '../gallery/attempt-line.ts';
import { cardState } from '../gallery/card-state.ts';
import { useInbox } from '../inbox.ts';
import { estimate } from '../store/progress.ts';
import { useStalled } from '../store/use-stalled.ts';
import { useStore } from '../store/use-store.ts';
import { ReadyKey } from '../submit/ready-key.tsx';
import { texts } from '../texts/texts.ts';
import { Button } from '../ui/button.tsx';
import { Panel } from './film-panels.tsx';
import { LinkBox } from './link-box.tsx';
import styles from './stage.module.css';

interface NotHereProps {
  readonly task: TaskView;
  readonly n: number;
  readonly shown: VideoView;
  /** Shows the early film that is here; `null` where none is. */
  readonly onEarly: (() => void) | null;
}

function EarlyFilm({ onEarly }: Pick<NotHereProps, 'onEarly'>) {
  if (onEarly === null) return null;
  return (
    <>
      <p className={styles['detail']}>{texts.player.draftHere}</p>
      <Button onClick={onEarly}>{texts.player.playDraft}</Button>
    </>
  );
}

export function NoVideo({ task }: { readonly task: TaskView }) {
  const { card } = texts;
  switch (cardState(task)) {
    case 'failed':
      return (
        <Panel tone="bad" title={card.failed} detail={task.message ?? card.failedNoReason}>
          <p className={styles['detail']}>{texts.player.failedNext}</p>
        </Panel>
      );
    case 'needs-api-key':
      return (
        <Panel title={card.needsApiKey} detail={texts.player.needsApiKeyDetail}>
          <ReadyKey task={task} />
        </Panel>
      );
    case 'no-video':
      return <Panel title={card.noVideo} detail={card.noVideoDetail} />;
    default:
      return <Panel title={task.state === 'unknown' ? card.unknownState : card.waiting} detail={task.message} />;
  }
}

/**
 * It is waited for, fetched or given up. One tree for all of them, so that a key or a link that is half typed stays when
 * the next attempt begins or was the last one.
 */
export function NotHere({ task, n, shown, onEarly }: NotHereProps) {
  const { progress: store, format, state, now } = useInbox();
  const isPaused = useStore(state, ({ paused }) => paused);
  const live = useSyncExternalStore(store.subscribe, () => store.get(task.key, n));
  const present = useStore(now, (value) => value);
  const isStalled = useStalled(store, task.key, [n]);
  const isOver = shown.state === 'failed' || shown.state === 'expired';
  const progress = live ?? shown.progress ?? null;
  const lastAttempt = shown.attempts?.at(-1) ?? null;

  function detail(): string | null {
    if (isOver) return sayTold(videoTrouble(shown)) ?? texts.card.noReason;
    if (progress !== null) return sayProgress(progress, isStalled, format);
    // Why it is not being fetched right now: its turn, or what its last attempt met.
    return lastAttempt === null
      ? sayTold(videoTrouble(shown))
      : attemptLine({ video: shown, attempt: lastAttempt }, format, present);
  }

  return (
    <Panel {...(isOver ? { tone: 'bad' } : {})} title={titleOf(shown, isPaused)} detail={detail()}>
      {shown.state === 'downloading' ? (
        <progress
          className={styles['progress']}
          aria-label={texts.player.progressLabel}
          max={1}
          value={(progress === null ? null : estimate(progress).fraction) ?? undefined}
        />
      ) : null}
      {/* Whoever has another link need not wait for hours until this one is given up. */}
      {isOver || (lastAttempt !== null && !isPaused) ? <WaysOn {...{ task, n, shown }} /> : null}
      <EarlyFilm onEarly={onEarly} />
    </Panel>
  );
}

/** How much is here, how fast it comes and when all of it will be. */
function sayProgress(progress: Progress, isStalled: boolean, format: Format): string {
  const { receivedBytes, totalBytes, bytesPerSecond } = progress;
  const { fraction, leftMs } = estimate(progress);
  const soFar = texts.player.progress(
    format.size(receivedBytes),
    totalBytes === null ? null : format.size(totalBytes),
    format.size(isStalled ? 0 : bytesPerSecond),
  );
  if (isStalled) return [soFar, texts.card.stalled].join(texts.common.separator);
  if (fraction === null) return soFar;
  const part = texts.card.progress(format.percent(fraction), leftMs === null ? null : format.span(leftMs));
  return [soFar, part].join(texts.common.separator);
}

function titleOf(shown: VideoView, isPaused: boolean): string {
  const { player, card } = texts;
  if (shown.state === 'expired') return card.expired;
  if (shown.state === 'failed') return card.downloadFailed;
  if (isPaused) return player.paused;
  if (shown.state === 'downloading') return player.downloading;
  return shown.attempts === undefined ? player.queued : player.tryingAgain;
}

/** What a person can do about a link that gave nothing so far. */
function WaysOn({ task, n, shown }: Omit<NotHereProps, 'onEarly'>) {
  const { actions } = useInbox();
  return (
    <>
      {task.needsApiKey ? <ReadyKey task={task} /> : null}
      {shown.state === 'downloading' ? null : (
        <Button onClick={() => void actions.retry([task])}>{texts.common.tryAgain}</Button>
      )}
      <LinkBox task={task} n={n} url={shown.url} />
    </>
  );
}
