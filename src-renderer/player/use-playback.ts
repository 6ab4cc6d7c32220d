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
    let frame = 0;
    const follow = () => {
      cancelAnimationFrame(frame);
      const next = readPlayback(element);
      setPlayback((now) => (isSame(now, next) ? now : next));
      if (next.playing) frame = requestAnimationFrame(follow);
    };
    const listening = new AbortController();
    for (const name of events) element.addEventListener(name, follow, { signal: listening.signal });
    follow();
    return () => {
      listening.abort();
      cancelAnimationFrame(frame);
    };
  }, [video]);

  return [playback, () => setPlayback(readPlayback(video.current))];
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
