import { type RefObject, type SyntheticEvent, useCallback, useEffect, useRef, useState } from 'react';
import { movingPictures } from '../../src-main/common/model.ts';
import type { TaskView, VideoView } from '../../src-main/common/task-view.ts';
import { filmTime } from '../format/format.ts';
import { isSoundOnly } from '../gallery/card-state.ts';
import { useInbox } from '../inbox.ts';
import { hasPicture } from '../posters/has-picture.ts';
import { texts } from '../texts/texts.ts';
import { BrokenOff, Missing, Panel, Undecodable } from './film-panels.tsx';
import { NotHere, NoVideo } from './not-here.tsx';
import { type FilmTrouble, readAgain, readPictureAgain } from './read-again.ts';
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
  const [earlyOf, setEarlyOf] = useState<string | null>(null);
  if (shown === undefined) return <NoVideo task={task} />;
  const name = `${task.key}/${n} ${shown.path ?? ''}`;
  // Of what is not here yet, or not to be had, the provider may have shown a draft.
  if (earlyOf === name && shown.state !== 'saved') {
    return <Film key={name} {...{ task, n, shown, video, onPlayable, onMissing, onToggle }} />;
  }
  const onEarly = shown.path === null ? null : () => setEarlyOf(name);
  switch (shown.state) {
    case 'saved':
      if (movingPictures.has(shown.container ?? ''))
        return <MovingPicture key={`${task.key}/${n}`} {...{ task, n, shown, onMissing }} />;
      return <Film key={`${task.key}/${n}`} {...{ task, n, shown, video, onPlayable, onMissing, onToggle }} />;
    case 'queued':
    case 'downloading':
    case 'failed':
    case 'expired':
      return <NotHere key={`${task.key}/${n}`} {...{ task, n, shown, onEarly }} />;
  }
}

function Film({ task, n, shown, video, onPlayable, onMissing, onToggle }: StageProps & { readonly shown: VideoView }) {
  const { client, prefs, announcer } = useInbox();
  const [trouble, setTrouble] = useState<FilmTrouble | null>(null);
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

  const lastEnd = useRef<number | null>(null);
  const fail = ({ currentTarget: element }: SyntheticEvent<HTMLVideoElement>) => {
    void readAgain(element, url, lastEnd).then((met) => {
      if (met === null) return;
      setTrouble(met);
      if (typeof met === 'object') announcer.say(texts.player.brokenOff(filmTime(met.brokenAt)));
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
  return (
    <img
      className={styles['video']}
      src={url}
      alt={texts.player.stage}
      draggable={false}
      onError={({ currentTarget }) => void readPictureAgain(currentTarget, url, setTrouble)}
    />
  );
}
