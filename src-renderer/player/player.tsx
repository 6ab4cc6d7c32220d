import { ChevronLeft, ChevronRight, Star } from 'lucide-react';
import { type ReactNode, useEffect, useEffectEvent, useRef, useState } from 'react';
import { exportName, usualExportName } from '../../src-main/common/export-names.ts';
import type { TaskView } from '../../src-main/common/task-view.ts';
import { Message } from '../gallery/empty.tsx';
import { firstSaved, isSoundOnly } from '../gallery/card-state.ts';
import { providerTitle } from '../format/provider-title.ts';
import { useInbox } from '../inbox.ts';
import { ConnectionBar } from '../shell/connection-bar.tsx';
import { isCovered, isNowhere } from '../shell/use-global-keys.ts';
import { useTabTitle } from '../shell/use-tab-title.ts';
import { useStore } from '../store/use-store.ts';
import { shortened, taskTitle } from '../store/task-title.ts';
import { texts } from '../texts/texts.ts';
import { Button } from '../ui/button.tsx';
import { IconButton } from '../ui/icon-button.tsx';
import { filmTime } from '../format/format.ts';
import { isRightToLeft } from '../ui/right-to-left.ts';
import { copyFrame, saveFrame } from './frame-picture.ts';
import { Aside } from './aside.tsx';
import styles from './player.module.css';
import { Stage } from './stage.tsx';
import { useSwipe } from './swipe.ts';
import { Transport } from './transport.tsx';
import { type Neighbours, useNeighbours } from './use-neighbours.ts';
import { usePlayerControls } from './use-player-controls.ts';
import { usePlayerKeys } from './use-player-keys.ts';
import { useTask } from './use-task.ts';
import { useZoom } from './use-zoom.ts';

interface PlayerProps {
  readonly taskKey: string;
  /** What is shown, for the title of the page; `null` where that is not known, or nothing is shown any more. */
  readonly onTitle: (title: string | null) => void;
}

/** One task, one screen. */
export function Player({ taskKey, onTitle }: PlayerProps) {
  const { router } = useInbox();
  const [turn, setTurn] = useState(0);
  const loaded = useTask(taskKey, turn);
  // Here, since it outlives the moment in which a task is loaded.
  const neighbours = useNeighbours(taskKey);
  const why =
    loaded.state === 'missing' ? texts.player.notFound : loaded.state === 'failed' ? texts.errors.loadTask : null;
  useTabTitle(onTitle, why);
  if (loaded.state === 'here') return <LoadedPlayer task={loaded.task} neighbours={neighbours} onTitle={onTitle} />;
  return (
    <Nothing isLoading={loaded.state === 'loading'}>
      {loaded.state === 'loading' || why === null ? null : (
        <Message title={why} detail={loaded.state === 'missing' ? texts.player.notFoundDetail : loaded.error}>
          {loaded.state === 'failed' ? (
            <Button kind="primary" onClick={() => setTurn(turn + 1)}>
              {texts.common.tryAgain}
            </Button>
          ) : null}
          <Button kind={loaded.state === 'failed' ? 'plain' : 'primary'} onClick={() => router.closeTask()}>
            {texts.common.back}
          </Button>
        </Message>
      )}
    </Nothing>
  );
}

/** In place of a task that is not here: what is said of it has the focus, and Escape leads back as from the task. */
function Nothing({ isLoading, children }: { readonly isLoading: boolean; readonly children: ReactNode }) {
  const { router } = useInbox();
  const root = useRef<HTMLElement>(null);
  useEffect(() => {
    if (!isLoading && isNowhere() && !isCovered()) root.current?.focus();
  });
  useEffect(() => {
    const leave = (event: KeyboardEvent) => {
      if (event.key === 'Escape' && !event.defaultPrevented && !isCovered()) router.closeTask();
    };
    window.addEventListener('keydown', leave);
    return () => window.removeEventListener('keydown', leave);
  }, [router]);
  return (
    <main ref={root} tabIndex={-1} className={styles['empty']}>
      {children}
    </main>
  );
}

interface LoadedProps extends Pick<PlayerProps, 'onTitle'> {
  readonly task: TaskView;
  readonly neighbours: Neighbours;
}

function LoadedPlayer({ task, neighbours, onTitle }: LoadedProps) {
  const { router, actions, announcer, format, now, notices, describe } = useInbox();
  const [choice, setChoice] = useState<{ readonly key: string; readonly n: number } | null>(null);
  const [playable, setPlayable] = useState(false);
  const [isMissing, setMissing] = useState(false);
  const root = useRef<HTMLElement>(null);
  const stage = useRef<HTMLDivElement>(null);
  const video = useRef<HTMLVideoElement>(null);
  const n = choice !== null && choice.key === task.key ? choice.n : (firstSaved(task)?.n ?? 1);
  const controls = usePlayerControls(video, stage, task.videos[n - 1]?.frameRate ?? null, `${task.key}/${n}`);
  const picture = useRef<HTMLDivElement>(null);
  const shownFilm = () => {
    const [box, film] = [picture.current?.getBoundingClientRect(), video.current];
    return box === undefined || film === null ? null : { box, width: film.videoWidth, height: film.videoHeight };
  };
  const zoom = useZoom(picture, shownFilm, `${task.key}/${n}`);
  const { position, total, previous, next, goTo } = neighbours;
  const swipe = useSwipe((way) => {
    // As one leafs: what lies in the direction of reading comes from there.
    const to = (way === 'left') !== isRightToLeft() ? next : previous;
    if (to !== null) goTo(to);
  }, zoom.isZoomed);
  const provider = providerTitle(task.provider);
  const present = useStore(now, (value) => value);
  const title = taskTitle(task);

  useEffect(() => actions.markSeen([task]), [actions, task]);
  useEffect(() => root.current?.focus(), []);
  useEffect(() => {
    // What had the focus is gone (a file was found, a link taken): the keys are the player's again.
    if (document.activeElement === document.body && !isCovered()) root.current?.focus({ preventScroll: true });
  });
  const shortTitle = shortened(title, 80);
  useTabTitle(onTitle, shortTitle);
  // The focus stays where it is when the next one comes, so nothing else tells which that is.
  const sayNext = useEffectEvent(() => announcer.say(texts.player.label(shortTitle)));
  const toldOf = useRef(task.key);
  useEffect(() => {
    if (toldOf.current !== task.key) sayNext();
    toldOf.current = task.key;
  }, [task.key]);

  const trash = () => {
    if (task.trashedAt !== null) return;
    // The next one takes its place; the last one leads back to the grid.
    const then = next ?? previous;
    actions.trash([task], () => {
      if (router.get().taskKey !== null) goTo(task.key);
    });
    if (then === null) router.closeTask();
    else goTo(then);
  };
  const star = () => actions.setStarred([task], !task.starred);
  const choose = (number: number) => setChoice({ key: task.key, n: number });

  const judge = (pick: 'picked' | 'rejected' | null) => {
    // One mark, one view: what is picked is starred as well.
    actions.judge([task], { pick, ...(pick === 'picked' ? { starred: true } : {}) }, () => {
      // Whoever takes it back judges that one again.
      if (router.get().taskKey !== null) goTo(task.key);
    });
    if (pick !== null && next !== null) goTo(next);
  };
  const takeFrame = (take: (shown: HTMLVideoElement, name: string) => Promise<'clipboard' | 'file'>) => {
    const shown = video.current;
    if (shown === null) return;
    if (shown.videoWidth === 0) {
      // What is still being loaded will have a frame, sound has none.
      const film = task.videos[n - 1];
      if (film !== undefined && isSoundOnly(film)) notices.post({ text: texts.card.soundOnly });
      return;
    }
    const name = `${exportName(usualExportName, task, n)}-${filmTime(shown.currentTime).replaceAll(/[:.]/g, '-')}.png`;
    take(shown, name).then(
      (to) =>
        void notices.post({ text: to === 'clipboard' ? texts.player.frameCopied : texts.player.frameSaved(name) }),
      (error: unknown) => void notices.post({ text: describe(error), kind: 'bad' }),
    );
  };
  const keepFrame = () => takeFrame((shown, name) => saveFrame(shown, name).then(() => 'file'));

  usePlayerKeys({
    controls,
    videos: task.videos.length,
    choose,
    star,
    judge,
    copyFrame: () => takeFrame(copyFrame),
    saveFrame: keepFrame,
    zoom,
    compare: () =>
      router.push({ ...router.get(), taskKey: null, screen: { name: 'compare', sides: [{ key: task.key, n }] } }),
    trash,
    leaveField: () => root.current?.focus({ preventScroll: true }),
    close: () => router.closeTask(),
    previous: previous === null ? null : () => goTo(previous),
    next: next === null ? null : () => goTo(next),
  });

  return (
    <main ref={root} data-player tabIndex={-1} className={styles['player']} aria-label={texts.player.label(title)}>
      <header className={styles['head']}>
        <Button onClick={() => router.closeTask()}>
          <ChevronLeft size={16} aria-hidden className="mirrors" />
          {texts.common.back}
        </Button>
        <h1 className={styles['title']} dir="auto">
          {provider}
        </h1>
        <p className={styles['sub']}>
          {[
            format.age(task.receivedAt, present),
            position === null ? null : texts.player.position(format.number(position), format.number(total)),
          ]
            .filter((part) => part !== null)
            .join(texts.common.separator)}
        </p>
        <p className={styles['hint']} aria-hidden>
          {texts.player.hint}
        </p>
        <IconButton label={texts.player.star} shortcut="S" aria-pressed={task.starred} onClick={star}>
          <Star size={16} aria-hidden className={task.starred ? styles['starred'] : undefined} />
        </IconButton>
        <IconButton
          label={texts.player.previous}
          shortcut={isRightToLeft() ? 'ArrowRight' : 'ArrowLeft'}
          disabled={previous === null}
          onClick={() => previous !== null && goTo(previous)}
        >
          <ChevronLeft size={18} aria-hidden className="mirrors" />
        </IconButton>
        <IconButton
          label={texts.player.next}
          shortcut={isRightToLeft() ? 'ArrowLeft' : 'ArrowRight'}
          disabled={next === null}
          onClick={() => next !== null && goTo(next)}
        >
          <ChevronRight size={18} aria-hidden className="mirrors" />
        </IconButton>
      </header>
      <div className={styles['notice']}>
        <ConnectionBar />
      </div>
      <section className={styles['stage']} aria-label={texts.player.stage}>
        <div ref={stage} className={styles['frame']}>
          <div
            ref={picture}
            className={styles['picture']}
            data-zoomed={zoom.isZoomed || undefined}
            style={{ ...zoom.style, '--shape': shapeOf(task, n) }}
            onPointerDown={(event) => {
              zoom.onPointerDown(event);
              swipe.onPointerDown(event);
            }}
            onPointerMove={zoom.onPointerMove}
            onPointerUp={swipe.onPointerUp}
            onPointerCancel={swipe.onPointerCancel}
            onDoubleClick={playable ? controls.toggleFullscreen : undefined}
          >
            <Stage
              task={task}
              n={n}
              video={video}
              onPlayable={setPlayable}
              onMissing={setMissing}
              onToggle={controls.togglePlay}
            />
          </div>
          {playable ? (
            <Transport key={`${task.key}/${n}`} video={video} controls={controls} onSaveFrame={keepFrame} />
          ) : null}
        </div>
        {task.videos.length > 1 ? (
          <div className={styles['videos']} role="group" aria-label={texts.player.videos}>
            {task.videos.map((each, i) => (
              <button
                key={i}
                type="button"
                className={styles['video']}
                aria-pressed={i + 1 === n}
                title={each.doubted === true ? texts.dispute.doubted : undefined}
                aria-label={[
                  texts.player.video(i + 1),
                  each.quality && texts.upgrade.name(each.quality),
                  each.doubted && texts.dispute.doubted,
                ]
                  .filter(Boolean)
                  .join(texts.common.separator)}
                onClick={() => choose(i + 1)}
              >
                {each.quality === undefined ? i + 1 : texts.upgrade.name(each.quality)}
              </button>
            ))}
          </div>
        ) : null}
      </section>
      <Aside task={task} n={n} isMissing={isMissing} onTrash={trash} video={video} />
    </main>
  );
}

/** For player.module.css: as wide and as high as the film is, where that is known. */
function shapeOf({ videos }: TaskView, n: number): string | undefined {
  const { width, height } = videos[n - 1] ?? {};
  return width && height ? `${width} / ${height}` : undefined;
}
