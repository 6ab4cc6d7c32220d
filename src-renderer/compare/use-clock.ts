import { type RefObject, useEffect, useRef, useState } from 'react';
import { lengthOf } from '../player/film-length.ts';
import { beginningOf, type LoopRange } from '../player/loop-range.ts';

export interface ClockSide {
  readonly video: RefObject<HTMLVideoElement | null>;
  /** Frames a second. */
  readonly rate: number;
}

/** One that is held to the first. */
export interface Follower extends ClockSide {
  /** Frames of its own that it is ahead. */
  readonly offset: number;
}

export interface Clock {
  readonly playing: boolean;
  /** Seconds of the left side, as last drawn. */
  readonly at: number;
  /** The same at this moment: a busy page draws a key's step after the next key. */
  readonly now: () => number;
  readonly duration: number;
  /** Frames of the left side by which the farthest of the others is behind (negative) or ahead, as last measured while playing. */
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

/** What moves a film or its place. */
const stirs = ['loadedmetadata', 'durationchange', 'emptied', 'play', 'pause', 'seeking', 'seeked', 'ended'] as const;

/** The middle of a frame: so that rounding never shows its neighbour. */
export const middle = (frame: number, rate: number): number => (Math.max(0, frame) + 0.5) / rate;
export const frameAt = (seconds: number, rate: number): number => Math.floor(seconds * rate + 0.001);

/**
 * One clock for all: the left one. Playing, the others are held to it by their speed; paused, each stands in the middle of a
 * frame of its own.
 * @param followers the same list as long as nothing of it changes.
 * @param startAt where the left one stands at first, in seconds.
 * @param speed how fast all of them play; 1 is as they were made.
 * @param range what is played over and over; seconds of the left side.
 */
export function useClock(
  left: ClockSide,
  followers: readonly Follower[],
  startAt: number,
  speed: number,
  range: LoopRange,
): Clock {
  const [state, setState] = useState({ playing: false, at: 0, duration: 0, skew: 0 });
  const begun = useRef(startAt <= 0);
  const leftVideo = left.video;

  const align = (seconds: number) => alignAll(left, followers, seconds);

  useEffect(() => {
    let timer = 0;
    let wasPlaying = false;
    const loop = (a: HTMLVideoElement) => {
      // Beside another take a part may lie behind its end: then all is played.
      const start = beginningOf(range, lengthOf(a));
      if (start === null) return;
      const isOver = a.ended ? wasPlaying : !a.paused && a.currentTime >= (range.to ?? Infinity);
      // Half a frame of patience: the beginning is the middle of a frame.
      const isBefore = !a.paused && !a.ended && a.currentTime < start - 0.5 / left.rate;
      if (!isOver && !isBefore) return;
      alignAll({ video: leftVideo, rate: left.rate }, followers, start);
      playAll(a, followers);
    };
    const follow = () => {
      const a = leaderOf({ video: leftVideo }, followers);
      if (a !== null) {
        loop(a);
        const playing = isPlaying(a);
        wasPlaying = playing;
        if (a.playbackRate !== speed) a.playbackRate = speed;
        let farthest = 0;
        for (const { video, rate, offset } of followers) {
          const b = video.current;
          if (b === null || b === a) continue;
          const wanted = a.currentTime + offset / rate;
          const ahead = b.currentTime - wanted;
          if (playing) hold(b, ahead, wanted, speed);
          else if (!b.paused) b.pause();
          // One that has ended holds its last frame: that is no skew.
          if (wanted < lengthOf(b) && Math.abs(ahead) > Math.abs(farthest)) farthest = ahead;
        }
        const next = { playing, at: a.currentTime, duration: lengthOf(a), skew: playing ? farthest * left.rate : 0 };
        setState((now) => (same(now, next) ? now : next));
      }
      const plays = ({ video }: Pick<ClockSide, 'video'>) => video.current !== null && isPlaying(video.current);
      if (plays({ video: leftVideo }) || followers.some(plays)) timer = requestAnimationFrame(follow);
    };
    // Paused, nothing is asked of the screen until one of them stirs; a film that is put in anew stirs as it is loaded.
    const wake = () => {
      cancelAnimationFrame(timer);
      timer = requestAnimationFrame(follow);
    };
    const listening = new AbortController();
    // Such an event stays at its film: it is heard on its way down.
    for (const name of stirs) document.addEventListener(name, wake, { capture: true, signal: listening.signal });
    wake();
    return () => {
      listening.abort();
      cancelAnimationFrame(timer);
    };
  }, [leftVideo, left.rate, followers, speed, range]);

  return {
    ...state,
    now: () => leaderOf(left, followers)?.currentTime ?? state.at,
    toggle() {
      const a = leaderOf(left, followers);
      if (a === null) return;
      if (!a.paused && !a.ended) {
        a.pause();
        for (const { video } of followers) video.current?.pause();
        align(a.currentTime);
        return;
      }
      if (a.ended || a.currentTime >= lengthOf(a) - 1 / left.rate) align(0);
      playAll(a, followers);
    },
    step(frames) {
      const a = leaderOf(left, followers);
      if (a === null) return;
      a.pause();
      for (const { video } of followers) video.current?.pause();
      const last = Math.max(0, Math.ceil(lengthOf(a) * left.rate - 0.001) - 1);
      align(middle(Math.min(last, frameAt(a.currentTime, left.rate) + frames), left.rate));
    },
    seek: align,
    meet() {
      const a = left.video.current;
      if (a === null || lengthOf(a) === 0) return;
      if (!begun.current) {
        begun.current = true;
        align(startAt);
      } else if (a.paused && (a.currentTime > 0 || followers.some(({ offset }) => offset !== 0))) {
        // At the beginning it stands already; a playing one is followed anyway.
        align(a.currentTime);
      }
    },
  };
}

/** The left one; where that is a picture that moves by itself, the first that is a video. */
function leaderOf(left: Pick<ClockSide, 'video'>, followers: readonly Follower[]): HTMLVideoElement | null {
  return left.video.current ?? followers.find(({ video }) => video.current !== null)?.video.current ?? null;
}

/** Each into the middle of the frame that belongs to that moment of the left one. */
function alignAll(left: ClockSide, followers: readonly Follower[], seconds: number): void {
  const a = leaderOf(left, followers);
  if (a === null) return;
  const frame = frameAt(seconds, left.rate);
  a.currentTime = middle(frame, left.rate);
  for (const { video, rate, offset } of followers) {
    const b = video.current;
    if (b === null || b === a) continue;
    const wanted = frameAt(middle(frame, left.rate), rate) + offset;
    b.currentTime = Math.min(middle(wanted, rate), Math.max(0, lengthOf(b) - 0.5 / rate));
  }
}

/** A browser may refuse to start by itself; the button then still says Play. */
function playAll(leader: HTMLVideoElement, followers: readonly Follower[]): void {
  void Promise.all([leader.play(), ...followers.map(({ video }) => video.current?.play())]).catch(() => undefined);
}

/** Keeps a playing side at its place. One that has ended holds its last frame. */
function hold(video: HTMLVideoElement, ahead: number, wanted: number, speed: number): void {
  if (wanted >= lengthOf(video)) return;
  if (video.paused && !video.seeking) void video.play().catch(() => undefined);
  if (Math.abs(ahead) > jumpFrom) {
    video.currentTime = Math.max(0, wanted);
    video.playbackRate = speed;
  } else {
    video.playbackRate = speed * (1 - Math.max(-strongestNudge, Math.min(strongestNudge, ahead * 2)));
  }
}

const isPlaying = ({ paused, ended }: HTMLVideoElement): boolean => !paused && !ended;

type Place = Pick<Clock, 'playing' | 'at' | 'duration' | 'skew'>;

function same(a: Place, b: Place): boolean {
  return a.playing === b.playing && a.at === b.at && a.duration === b.duration && a.skew === b.skew;
}
