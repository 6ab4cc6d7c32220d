import { type RefObject, type SyntheticEvent, useEffect, useRef, useState } from 'react';
import { movingPictures } from '../../src-main/common/model.ts';
import { filmTime } from '../format/format.ts';
import { isSoundOnly, withoutPicture } from '../gallery/card-state.ts';
import { useInbox } from '../inbox.ts';
import { type FilmTrouble, readAgain, readPictureAgain } from '../player/read-again.ts';
import { enCompare as words } from '../texts/en-compare.ts';
import { texts } from '../texts/texts.ts';
import styles from './compare.module.css';
import { middle } from './use-clock.ts';
import { useExactFrame } from './use-exact-frame.ts';
import type { FilmFacts } from './use-film-facts.ts';
import type { Take } from './use-takes.ts';

interface FilmProps {
  readonly place: 'left' | 'right' | 'third' | 'fourth';
  readonly take: Take;
  readonly video: RefObject<HTMLVideoElement | null>;
  readonly muted: boolean;
  readonly name: string;
  /** Which of its own frames it is to show. */
  readonly frame: number;
  /** Whether it is known that it stands: then its exact frame is shown. */
  readonly stands: boolean;
  /** Frames a second. */
  readonly rate: number;
  /** Whether it stands on its exact frame; `null` until that is known. */
  readonly onExact: (place: FilmProps['place'], isExact: boolean | null) => void;
  readonly onLoaded: () => void;
  /** What only the file itself tells. */
  readonly onFacts: (take: Take, facts: Partial<FilmFacts>) => void;
}

/** One of the films on the stage: playing as the browser plays, standing on the exact frame where it can be decoded. */
export function Film(props: FilmProps) {
  const { place, take, video, muted, name, frame, stands, rate, onExact, onLoaded, onFacts } = props;
  const { client, format } = useInbox();
  const canvas = useRef<HTMLCanvasElement>(null);
  const [broken, setBroken] = useState<{ readonly url: string; readonly why: FilmTrouble } | null>(null);
  const url =
    take.source === undefined ? client.mediaUrl(take.task.key, take.n) : client.sourceUrl(take.task.key, take.source);
  // It moves by itself, so it cannot be held on a frame: the others are judged beside it.
  const moves = take.source === undefined && movingPictures.has(take.video.container ?? '');
  const exact = useExactFrame(canvas, url, moves || !stands ? null : middle(frame, rate));
  const isShown = exact.at !== null;
  const isExact = exact.isRefused || moves ? false : isShown ? true : null;
  useEffect(() => onExact(place, isExact), [onExact, place, isExact]);
  const { frameRate } = exact;
  const isRateUnknown = take.video.frameRate === null;
  useEffect(() => {
    if (isRateUnknown && frameRate !== null) onFacts(take, { frameRate });
  }, [isRateUnknown, frameRate, take, onFacts]);

  const loaded = ({ currentTarget: film }: SyntheticEvent<HTMLVideoElement>) => {
    const durationSeconds = Number.isFinite(film.duration) ? film.duration : null;
    if (film.videoWidth > 0) onFacts(take, { durationSeconds, width: film.videoWidth, height: film.videoHeight });
    onLoaded();
  };
  // Of another film that stood here it says nothing.
  const why = broken?.url === url ? broken.why : null;
  const lastEnd = useRef<number | null>(null);
  useEffect(() => void (lastEnd.current = null), [url]);
  const fail = ({ currentTarget: film }: SyntheticEvent<HTMLVideoElement>) => {
    void readAgain(film, url, lastEnd).then((met) => met !== null && setBroken({ url, why: met }));
  };
  const length = take.video.durationSeconds;
  const hasEnded = length !== null && frame > 0 && frame >= Math.ceil(length * rate - 0.001);
  return (
    <figure className={styles['film']} data-side={place}>
      {why !== null || isSoundOnly(take.video) ? <p className={styles['broken']}>{sayTrouble(why, take)}</p> : null}
      {why !== null ? null : moves ? (
        <img
          src={url}
          alt={name}
          draggable={false}
          onError={({ currentTarget }) => void readPictureAgain(currentTarget, url, (why) => setBroken({ url, why }))}
        />
      ) : (
        <video
          ref={video}
          src={url}
          muted={muted}
          preload="auto"
          playsInline
          data-length={length ?? undefined}
          onLoadedMetadata={loaded}
          onError={fail}
          aria-label={name}
        />
      )}
      <canvas
        ref={canvas}
        className={styles['exact']}
        hidden={!isShown}
        data-frame={exact.at === null ? undefined : Math.round(exact.at * rate)}
        data-settled={exact.isSettled || undefined}
        aria-hidden
      />
      <figcaption aria-hidden>
        <b>{name}</b>
        {moves ? null : (
          <span>
            {hasEnded ? words.ended(filmTime(length)) : words.caption(format.number(frame), format.decimal(rate))}
          </span>
        )}
      </figcaption>
    </figure>
  );
}

function sayTrouble(why: FilmTrouble | null, { video }: Take): string {
  if (why === 'missing') return texts.player.fileMissing;
  if (why !== null && typeof why === 'object') return texts.player.brokenOff(filmTime(why.brokenAt));
  return withoutPicture(video);
}
