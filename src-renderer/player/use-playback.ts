import { type RefObject, useEffect, useState } from 'react';

export interface Playback {
  readonly playing: boolean;
  /** Seconds. */
  readonly at: number;
  /** Seconds; 0 until it is known. */
  readonly duration: number;
  readonly ready: boolean;
}

const nothing: Playback = { playing: false, at: 0, duration: 0, ready: false };

/** What a `<video>` is doing; its place is followed frame by frame while it plays. */
export function usePlayback(video: RefObject<HTMLVideoElement | null>): Playback {
  const [playback, setPlayback] = useState(nothing);

  useEffect(() => {
    const element = video.current;
    if (element === null) return undefined;
    let frame = 0;
    const read = () => {
      const next: Playback = {
        playing: !element.paused && !element.ended,
        at: element.currentTime,
        duration: Number.isFinite(element.duration) ? element.duration : 0,
        ready: element.readyState >= HTMLMediaElement.HAVE_METADATA,
      };
      setPlayback((now) =>
        now.playing === next.playing && now.at === next.at && now.duration === next.duration && now.ready === next.ready
          ? now
          : next,
      );
      if (next.playing) {
        cancelAnimationFrame(frame);
        frame = requestAnimationFrame(read);
      }
    };
    const listening = new AbortController();
    for (const name of [
      'play',
      'pause',
      'ended',
      'timeupdate',
      'seeking',
      'seeked',
      'loadedmetadata',
      'durationchange',
      'emptied',
    ]) {
      element.addEventListener(name, read, { signal: listening.signal });
    }
    read();
    return () => {
      listening.abort();
      cancelAnimationFrame(frame);
    };
  }, [video]);

  return playback;
}
