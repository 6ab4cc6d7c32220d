import { type RefObject, useEffect, useState } from 'react';

export interface ClockSide {
  readonly video: RefObject<HTMLVideoElement | null>;
  /** Frames a second. */
  readonly rate: number;
}

export interface Clock {
  readonly playing: boolean;
  /** Seconds of the left side. */
  readonly at: number;
  readonly duration: number;
  /** Frames of the left side that the right one is behind (negative) or ahead, as last measured while playing. */
  readonly skew: number;
  readonly toggle: () => void;
  readonly step: (frames: number) => void;
  readonly seek: (seconds: number) => void;
  /** Another video has come on the right: it goes to where the left one stands. */
  readonly meet: () => void;
}

/** From here on the right side jumps; below it only runs a little faster or slower. Seconds. */
const jumpFrom = 0.35;
const strongestNudge = 0.12;

/** The middle of a frame: so that rounding never shows its neighbour. */
const middle = (frame: number, rate: number): number => (Math.max(0, frame) + 0.5) / rate;
export const frameAt = (seconds: number, rate: number): number => Math.floor(seconds * rate + 0.001);

/**
 * One clock for both sides: the left one. Playing, the right one is held to it by its speed; paused, both stand in the
 * middle of a frame of their own.
 * @param offset frames of the right side that it is ahead.
 */
export function useClock(left: ClockSide, right: ClockSide, offset: number): Clock {
  const [state, setState] = useState({ playing: false, at: 0, duration: 0, skew: 0 });

  const align = (seconds: number) => {
    const [a, b] = [left.video.current, right.video.current];
    if (a !== null) a.currentTime = middle(frameAt(seconds, left.rate), left.rate);
    if (b !== null && a !== null) {
      const wanted = frameAt(middle(frameAt(seconds, left.rate), left.rate), right.rate) + offset;
      b.currentTime = Math.min(middle(wanted, right.rate), Math.max(0, lengthOf(b) - 0.5 / right.rate));
    }
  };

  useEffect(() => {
    let timer = 0;
    const follow = () => {
      const [a, b] = [left.video.current, right.video.current];
      if (a !== null) {
        const playing = !a.paused && !a.ended;
        const behind = b === null ? 0 : b.currentTime - offset / right.rate - a.currentTime;
        if (playing && b !== null) hold(b, behind, a.currentTime + offset / right.rate);
        else if (b !== null && !b.paused) b.pause();
        const next = { playing, at: a.currentTime, duration: lengthOf(a), skew: playing ? behind * left.rate : 0 };
        setState((now) => (same(now, next) ? now : next));
      }
      timer = requestAnimationFrame(follow);
    };
    timer = requestAnimationFrame(follow);
    return () => cancelAnimationFrame(timer);
  }, [left.video, right.video, left.rate, right.rate, offset]);

  return {
    ...state,
    toggle() {
      const [a, b] = [left.video.current, right.video.current];
      if (a === null) return;
      if (!a.paused && !a.ended) {
        a.pause();
        b?.pause();
        align(a.currentTime);
        return;
      }
      if (a.ended || a.currentTime >= lengthOf(a) - 1 / left.rate) align(0);
      // A browser may refuse to start by itself; the button then still says Play.
      void Promise.all([a.play(), b?.play()]).catch(() => undefined);
    },
    step(frames) {
      const a = left.video.current;
      if (a === null) return;
      a.pause();
      right.video.current?.pause();
      const last = Math.max(0, Math.ceil(lengthOf(a) * left.rate - 0.001) - 1);
      align(middle(Math.min(last, frameAt(a.currentTime, left.rate) + frames), left.rate));
    },
    seek: align,
    meet() {
      const a = left.video.current;
      // At the beginning it stands already; a playing one is followed anyway.
      if (a !== null && a.paused && (a.currentTime > 0 || offset !== 0)) align(a.currentTime);
    },
  };
}

/** Keeps a playing side at its place. One that has ended holds its last frame. */
function hold(video: HTMLVideoElement, ahead: number, wanted: number): void {
  if (wanted >= lengthOf(video)) return;
  if (video.paused && !video.seeking) void video.play().catch(() => undefined);
  if (Math.abs(ahead) > jumpFrom) {
    video.currentTime = Math.max(0, wanted);
    video.playbackRate = 1;
  } else {
    video.playbackRate = 1 - Math.max(-strongestNudge, Math.min(strongestNudge, ahead * 2));
  }
}

const lengthOf = ({ duration }: HTMLVideoElement): number => (Number.isFinite(duration) ? duration : 0);

type Place = Pick<Clock, 'playing' | 'at' | 'duration' | 'skew'>;

function same(a: Place, b: Place): boolean {
  return a.playing === b.playing && a.at === b.at && a.duration === b.duration && a.skew === b.skew;
}
