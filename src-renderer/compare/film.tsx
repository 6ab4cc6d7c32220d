import { type RefObject, useEffect, useRef, useState } from 'react';
import { movingPictures } from '../../src-main/common/model.ts';
import { codecName } from '../format/format.ts';
import { useInbox } from '../inbox.ts';
import { enCompare as words } from '../texts/en-compare.ts';
import styles from './compare.module.css';
import { useExactFrame } from './use-exact-frame.ts';
import type { Take } from './use-takes.ts';

interface FilmProps {
  readonly place: 'left' | 'right' | 'third' | 'fourth';
  readonly take: Take;
  readonly video: RefObject<HTMLVideoElement | null>;
  readonly muted: boolean;
  readonly name: string;
  /** Where it stands, in the middle of a frame; `null` while it plays. */
  readonly exactAt: number | null;
  /** Frames a second. */
  readonly rate: number;
  /** Whether it stands on its exact frame; `null` until that is known. */
  readonly onExact: (place: FilmProps['place'], isExact: boolean | null) => void;
  readonly onLoaded?: () => void;
}

/** One of the films on the stage: playing as the browser plays, standing on the exact frame where it can be decoded. */
export function Film({ place, take, video, muted, name, exactAt, rate, onExact, onLoaded }: FilmProps) {
  const { client } = useInbox();
  const canvas = useRef<HTMLCanvasElement>(null);
  const [broken, setBroken] = useState<string | null>(null);
  const url =
    take.source === undefined ? client.mediaUrl(take.task.key, take.n) : client.sourceUrl(take.task.key, take.source);
  // It moves by itself, so it cannot be held on a frame: the others are judged beside it.
  const moves = take.source === undefined && movingPictures.has(take.video.container ?? '');
  const { at, isRefused } = useExactFrame(canvas, url, moves ? null : exactAt);
  const isShown = at !== null;
  const isExact = isRefused || moves ? false : isShown ? true : null;
  useEffect(() => onExact(place, isExact), [onExact, place, isExact]);
  return (
    <figure className={styles['film']} data-side={place}>
      {broken === url ? (
        <p className={styles['broken']}>{words.undecodable(codecName(take.video.videoCodec ?? '?'))}</p>
      ) : moves ? (
        <img src={url} alt={words.take(name)} draggable={false} onError={() => setBroken(url)} />
      ) : (
        <video
          ref={video}
          src={url}
          muted={muted}
          preload="auto"
          playsInline
          onLoadedMetadata={onLoaded}
          onError={() => setBroken(url)}
          aria-label={words.take(name)}
        />
      )}
      <canvas
        ref={canvas}
        className={styles['exact']}
        hidden={!isShown}
        data-frame={at === null ? undefined : Math.round(at * rate)}
        aria-hidden
      />
      <figcaption aria-hidden>{name}</figcaption>
    </figure>
  );
}
