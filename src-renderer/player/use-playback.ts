import { type RefObject, useEffect, useState } from 'react';
import { lengthOf } from './film-length.ts';

export interface Playback {
  readonly playing: boolean;
  /** Seconds. */
  readonly at: number;
  /** Seconds; 0 until it is known. */
  readonly duration: number;
  readonly ready: boolean;
}

const events = [
  'play',
  'pause',
  'ended',
  'timeupdate',
  'seeking',
  'seeked',
  'loadedmetadata',
  'durationchange',
  'emptied',
] as const;

const nothing: Playback = { playing: false, at: 0, duration: 0, ready: false };

/**
 * What a `<video>` is doing; its place is followed frame by frame while it plays.
 * @returns also how to read it at once, which a slider needs: it must not spring back while the video still seeks.
 */
export function usePlayback(video: RefObject<HTMLVideoElement | null>): readonly [Playback, () => void] {
  const [playback, setPlayback] = useState(nothing);

  useEffect(() => {
    const element = video.current;
    if (element === null) return undefined;
    let stop: () => void = () => undefined;
    const follow = () => {
      stop();
      const next = readPlayback(element);
      setPlayback((now) => (isSame(now, next) ? now : next));
      if (next.playing) stop = onNextFrame(element, follow);
    };
    const listening = new AbortController();
    for (const name of events) element.addEventListener(name, follow, { signal: listening.signal });
    follow();
    return () => {
      listening.abort();
      stop();
    };
  }, [video]);

  return [playback, () => setPlayback(readPlayback(video.current))];
}

/** The film's frames are fewer than the screen's; what has no picture has none, and an old Firefox tells of none. */
function onNextFrame(film: HTMLVideoElement, act: () => void): () => void {
  if (film.videoWidth === 0 || !('requestVideoFrameCallback' in film)) {
    const frame = requestAnimationFrame(act);
    return () => cancelAnimationFrame(frame);
  }
  const frame = film.requestVideoFrameCallback(act);
  return () => film.cancelVideoFrameCallback(frame);
}

function readPlayback(element: HTMLVideoElement | null): Playback {
  if (element === null) return nothing;
  return {
    playing: !element.paused && !element.ended,
    at: element.currentTime,
    duration: lengthOf(element),
    ready: element.readyState >= HTMLMediaElement.HAVE_METADATA,
  };
}

function isSame(a: Playback, b: Playback): boolean {
  return a.playing === b.playing && a.at === b.at && a.duration === b.duration && a.ready === b.ready;
}
