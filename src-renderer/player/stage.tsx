import { sayTold } from '../../src-main/common/texts/language.ts';
import { CircleAlert } from 'lucide-react';
import {
  type RefObject,
  type SyntheticEvent,
  useCallback,
  useEffect,
  useRef,
  useState,
  useSyncExternalStore,
} from 'react';
import { movingPictures, type Progress } from '../../src-main/common/model.ts';
import { type TaskView, type VideoView, videoTrouble } from '../../src-main/common/task-view.ts';
import { codecName, filmTime, type Format } from '../format/format.ts';
import { cardState, isSoundOnly } from '../gallery/card-state.ts';
import { useInbox } from '../inbox.ts';
import { hasPicture } from '../posters/has-picture.ts';
import { isServed } from '../posters/make-previews.ts';
import { estimate } from '../store/progress.ts';
import { useStalled } from '../store/use-stalled.ts';
import { useStore } from '../store/use-store.ts';
import { texts } from '../texts/texts.ts';
import { attemptLine } from '../gallery/attempt-line.ts';
import { Button, buttonClass } from '../ui/button.tsx';
import { ReadyKey } from '../submit/ready-key.tsx';
import { FilmInput } from './film-input.tsx';
import { downloadName } from './paths.ts';
import { LinkBox } from './link-box.tsx';
import styles from './stage.module.css';

interface StageProps {
  readonly task: TaskView;
  /** 1-based number of the shown video. */
  readonly n: number;
  readonly video: RefObject<HTMLVideoElement | null>;
  readonly onPlayable: (playable: boolean) => void;
  /** Whether the file of the shown video is on disk, once that is known. */
  readonly onMissing: (missing: boolean) => void;
  readonly onToggle: () => void;
}

/** The video as large as it gets, or the plain reason why there is none. */
export function Stage({ task, n, video, onPlayable, onMissing, onToggle }: StageProps) {
  const shown = task.videos[n - 1];
  const [draftOf, setDraftOf] = useState<string | null>(null);
  if (shown === undefined) return <NoVideo task={task} />;
  const name = `${task.key}/${n} ${shown.path ?? ''}`;
  // Of what is not here yet, or not to be had, the provider may have shown a draft.
  if (draftOf === name && shown.state !== 'saved') {
    return <Film key={name} {...{ task, n, shown, video, onPlayable, onMissing, onToggle }} />;
  }
  const onDraft = shown.path === null ? null : () => setDraftOf(name);
  switch (shown.state) {
    case 'saved':
      if (movingPictures.has(shown.container ?? ''))
        return <MovingPicture key={`${task.key}/${n}`} {...{ task, n, shown, onMissing }} />;
      return <Film key={`${task.key}/${n}`} {...{ task, n, shown, video, onPlayable, onMissing, onToggle }} />;
    case 'queued':
    case 'downloading':
    case 'failed':
    case 'expired':
      return <NotHere key={`${task.key}/${n}`} {...{ task, n, shown, onDraft }} />;
  }
}

/** What fails again so near to where it failed failed at the same place. */
const samePlaceSeconds = 1;

function Film({ task, n, shown, video, onPlayable, onMissing, onToggle }: StageProps & { readonly shown: VideoView }) {
  const { client, prefs, announcer } = useInbox();
  const [trouble, setTrouble] = useState<'undecodable' | 'missing' | { readonly brokenAt: number } | null>(null);
  const isSound = isSoundOnly(shown);
  const url = client.mediaUrl(task.key, n);

  useEffect(() => {
    onPlayable(trouble === null);
    return () => onPlayable(false);
  }, [onPlayable, trouble]);

  // The person opened it to see it; who asked for less motion presses Play.
  const play = useCallback(() => {
    if (!prefs.get().autoplay || matchMedia('(prefers-reduced-motion: reduce)').matches) return;
    video.current?.play().catch(() => undefined);
  }, [video, prefs]);
  const isAsked = useRef(false);
  useEffect(() => {
    if (trouble !== null) return;
    if (isAsked.current) video.current?.play().catch(() => undefined);
    else play();
  }, [play, trouble, video]);

  /**
   * Bytes that were lost on the way look like a film that cannot be read: it is read anew once, from where it stood. What
   * ends at the same place again is damaged there.
   */
  const lastEnd = useRef<number | null>(null);
  const fail = ({ currentTarget: element }: SyntheticEvent<HTMLVideoElement>) => {
    const [at, wasPlaying] = [element.currentTime, !element.paused];
    void isServed(url).then((served) => {
      if (!served) setTrouble('missing');
      else if (lastEnd.current === null || Math.abs(at - lastEnd.current) > samePlaceSeconds) {
        lastEnd.current = at;
        element.load();
        element.currentTime = at;
        if (wasPlaying) element.play().catch(() => undefined);
      } else if (at > 0) {
        setTrouble({ brokenAt: at });
        announcer.say(texts.player.brokenOff(filmTime(at)));
      } else setTrouble('undecodable');
    });
  };

  if (trouble !== null && typeof trouble === 'object') {
    const again = () => {
      lastEnd.current = null;
      isAsked.current = true;
      setTrouble(null);
    };
    return <BrokenOff {...{ task, n, url }} at={trouble.brokenAt} onAgain={again} />;
  }
  if (trouble === 'undecodable') return <Undecodable task={task} n={n} shown={shown} url={url} />;
  if (trouble === 'missing') return <Missing {...{ task, n, onMissing }} onFound={() => setTrouble(null)} />;
  const film = (
    <video
      ref={video}
      className={isSound ? styles['heard'] : styles['video']}
      src={url}
      poster={task.poster === null ? undefined : client.posterUrl(task.key, task.poster)}
      preload="auto"
      playsInline
      data-length={shown.durationSeconds ?? undefined}
      aria-label={texts.player.stage}
      onClick={onToggle}
      onError={fail}
      onLoadedData={({ currentTarget }) => {
        if (isSound) return;
        void hasPicture(currentTarget).then((isShown) => {
          if (!isShown && currentTarget.isConnected) setTrouble('undecodable');
        });
      }}
    />
  );
  return isSound ? (
    <Panel title={texts.card.soundOnly} detail={null}>
      {film}
    </Panel>
  ) : (
    film
  );
}

/** A GIF, WebP, APNG or AVIF: it moves by itself, and there is nothing to play or to stop. */
function MovingPicture({
  task,
  n,
  shown,
  onMissing,
}: Pick<StageProps, 'task' | 'n' | 'onMissing'> & { readonly shown: VideoView }) {
  const { client } = useInbox();
  const [trouble, setTrouble] = useState<'undecodable' | 'missing' | null>(null);
  const url = client.mediaUrl(task.key, n);
  if (trouble === 'undecodable') return <Undecodable task={task} n={n} shown={shown} url={url} />;
  if (trouble === 'missing') return <Missing {...{ task, n, onMissing }} onFound={() => setTrouble(null)} />;
  const fail = () => {
    void isServed(url).then((served) => setTrouble(served ? 'undecodable' : 'missing'));
  };
  return <img className={styles['video']} src={url} alt={texts.player.stage} draggable={false} onError={fail} />;
}

interface PanelProps {
  readonly tone?: 'bad';
  readonly title: string;
  readonly detail: string | null;
  readonly children?: React.ReactNode;
}

function Panel({ tone, title, detail, children }: PanelProps) {
  return (
    <div className={styles['panel']} data-tone={tone}>
      {tone === 'bad' ? <CircleAlert size={28} strokeWidth={1.5} aria-hidden className={styles['sign']} /> : null}
      <h2 className={styles['title']}>{title}</h2>
      {detail === null ? null : (
        <p className={styles['detail']} dir="auto">
          {detail}
        </p>
      )}
      {children}
    </div>
  );
}

function Undecodable({ task, n, shown, url }: { task: TaskView; n: number; shown: VideoView; url: string }) {
  const { player } = texts;
  return (
    <Panel
      title={shown.videoCodec === null ? player.undecodableUnknown : player.undecodable(codecName(shown.videoCodec))}
      detail={player.undecodableDetail}
    >
      <Elsewhere {...{ task, n, url }} kind="primary" />
    </Panel>
  );
}

interface BrokenOffProps {
  readonly task: TaskView;
  readonly n: number;
  readonly url: string;
  /** Seconds. */
  readonly at: number;
  readonly onAgain: () => void;
}

/** It played, and then could not be read on. What there is of it can be seen again, and its slider leads past the place. */
function BrokenOff({ task, n, url, at, onAgain }: BrokenOffProps) {
  return (
    <Panel title={texts.player.brokenOff(filmTime(at))} detail={texts.player.brokenOffDetail}>
      <div className={styles['acts']}>
        <Button kind="primary" onClick={onAgain}>
          {texts.player.playFromStart}
        </Button>
        <Elsewhere {...{ task, n, url }} kind="plain" />
      </div>
    </Panel>
  );
}

/** To another player: another tab of this browser could not play it either. */
function Elsewhere({ task, n, url, kind }: Omit<BrokenOffProps, 'at' | 'onAgain'> & { kind: 'primary' | 'plain' }) {
  const { desktop, actions } = useInbox();
  return desktop === null ? (
    <a className={buttonClass(kind)} href={url} download={downloadName(task, n)}>
      {texts.player.download}
    </a>
  ) : (
    <Button kind={kind} onClick={() => void actions.openFile(task, n)}>
      {texts.player.openFile}
    </Button>
  );
}

/** Fetched again, or found: by its bytes, so that no other film takes its place. */
function Missing({
  task,
  n,
  onMissing,
  onFound,
}: Pick<StageProps, 'task' | 'n' | 'onMissing'> & { readonly onFound: () => void }) {
  const { actions, client, format, missing } = useInbox();
  const [brought, setBrought] = useState<number | null>(null);
  const picker = useRef<HTMLInputElement>(null);
  const locate = async (file: File | undefined) => {
    if (file === undefined) return;
    setBrought(0);
    await actions.attempt(async () => {
      const path = await client.bringSource(file, setBrought);
      await client.call('tasks:locate', task.key, n, path);
      onFound();
      missing.look(task.key);
    }, texts.player.located);
    setBrought(null);
  };
  const isBusy = brought !== null;
  useEffect(() => {
    onMissing(true);
    missing.look(task.key);
    return () => onMissing(false);
  }, [onMissing, missing, task.key]);
  return (
    <Panel tone="bad" title={texts.player.fileMissing} detail={texts.player.fileMissingDetail}>
      <div className={styles['acts']}>
        {/* They stay while a file is brought: who pressed one is still at it where that fails. */}
        <Button aria-disabled={isBusy} onClick={() => isBusy || void actions.retry([task])}>
          {texts.player.fetchAgain}
        </Button>
        <Button aria-disabled={isBusy} onClick={() => isBusy || picker.current?.click()}>
          {texts.player.locate}
        </Button>
        <FilmInput ref={picker} onFile={(file) => void locate(file)} />
      </div>
      <p role="status">{brought === null ? null : texts.link.attaching(format.percent(brought))}</p>
    </Panel>
  );
}

interface MissingProps {
  readonly task: TaskView;
  readonly n: number;
  readonly shown: VideoView;
  /** Shows the draft that is here; `null` where none is. */
  readonly onDraft: (() => void) | null;
}

function Draft({ onDraft }: Pick<MissingProps, 'onDraft'>) {
  if (onDraft === null) return null;
  return (
    <>
      <p className={styles['detail']}>{texts.player.draftHere}</p>
      <Button onClick={onDraft}>{texts.player.playDraft}</Button>
    </>
  );
}

function NoVideo({ task }: { readonly task: TaskView }) {
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
function NotHere({ task, n, shown, onDraft }: MissingProps) {
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
      <Draft onDraft={onDraft} />
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
function WaysOn({ task, n, shown }: Omit<MissingProps, 'onDraft'>) {
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
