import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { lengthOf } from '../player/film-length.ts';
import { beginningOf, type LoopRange } from '../player/loop-range.ts';
import { durationOf, endOf, isBehindEnd, leadAt, leadOf, type Placed, timeBy } from './clock-lead.ts';

export interface ClockSide {
  readonly video: RefObject<HTMLVideoElement | null>;
  /** Frames a second. */
  readonly rate: number;
}

/** The one that tells the time. */
export interface Leader extends ClockSide {
  /** Which film it is: another one goes on at the same moment. */
  readonly film: string | undefined;
  /** Seconds of its own that it is ahead of where nobody has an offset. */
  readonly ahead: number;
}

/** One that is held to the first. */
export interface Follower extends ClockSide {
  /** Frames of its own that it is ahead. */
  readonly offset: number;
}

export interface Clock {
  readonly playing: boolean;
  /** Seconds of the left side, as last drawn: also behind its end, as long as another one goes on. */
  readonly at: number;
  /** Whether the left side has ended, and the longest of the others tells the time. */
  readonly isBehindEnd: boolean;
  /** The same at this moment: a busy page draws a key's step after the next key. */
  readonly now: () => number;
  /** Of the one that ends last. */
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
 * One clock for all: the left one, and behind its end the one that goes on longest. Playing, the others are held to it by
 * their speed; paused, each stands in the middle of a frame of its own.
 * @param followers the same list as long as nothing of it changes.
 * @param startAt where the left one stands at first, in seconds.
 * @param speed how fast all of them play; 1 is as they were made.
 * @param range what is played over and over; seconds of the left side.
 */
export function useClock(
  left: Leader,
  followers: readonly Follower[],
  startAt: number,
  speed: number,
  range: LoopRange,
): Clock {
  const [state, setState] = useState({ playing: false, at: 0, duration: 0, skew: 0, isBehindEnd: false });
  /** Where the left one was last, by how much that was ahead, and whether it played. */
  const last = useRef({ at: startAt, ahead: left.ahead, playing: false });
  const isAwaited = useRef(startAt > 0);
  const leftVideo = left.video;
  const { film, ahead } = left;
  const filmBefore = useRef(film);
  // A video element that is given another film begins at its beginning.
  useLayoutEffect(() => {
    if (filmBefore.current !== film) isAwaited.current = true;
    filmBefore.current = film;
  }, [film]);

  /** One that has come goes to where the one before it stood. @returns whether it is not here yet. */
  const isStillAwaited = useCallback((now: Films, ahead: number): boolean => {
    if (!isAwaited.current || now.left.video.readyState < HTMLMediaElement.HAVE_METADATA) return isAwaited.current;
    isAwaited.current = false;
    const at = resumedAt(last.current, ahead);
    alignAll(now, at);
    if (last.current.playing) playAll(now, at);
    return false;
  }, []);

  const films = () => filmsOf(left, followers);
  const place = () => {
    const now = films();
    if (isAwaited.current) return resumedAt(last.current, ahead);
    return now === null ? state.at : timeBy(leadOf(now.left, now.others));
  };
  const align = (seconds: number) => {
    const now = films();
    if (now === null) return;
    last.current = { ...last.current, at: seconds, ahead };
    if (!isAwaited.current) alignAll(now, seconds);
  };

  useEffect(() => {
    // One that stands and is given an offset goes to its new frame at once.
    const now = filmsOf({ video: leftVideo, rate: left.rate }, followers);
    const { at, playing } = last.current;
    if (now !== null && !isAwaited.current && !playing && now.others.some((each) => isOff(each, at))) alignAll(now, at);
  }, [leftVideo, left.rate, followers]);

  useEffect(() => {
    let timer = 0;
    let wasPlaying = false;
    const loop = ({ left: first, others }: Films, lead: Placed) => {
      // Beside another take a part may lie behind its end: then all is played.
      const start = beginningOf(range, durationOf(first, others));
      if (start === null) return;
      const { video } = lead;
      const isOver = video.ended ? wasPlaying : !video.paused && timeBy(lead) >= (range.to ?? Infinity);
      // Half a frame of patience: the beginning is the middle of a frame.
      const isBefore = !video.paused && !video.ended && timeBy(lead) < start - 0.5 / lead.rate;
      if (!isOver && !isBefore) return;
      alignAll({ left: first, others }, start);
      playAll({ left: first, others }, start);
    };
    const follow = () => {
      const films = filmsOf({ video: leftVideo, rate: left.rate }, followers);
      if (films !== null && isStillAwaited(films, ahead)) {
        for (const { video } of films.others) video.pause();
      } else if (films !== null) {
        const { left: first, others } = films;
        loop(films, leadOf(first, others));
        const lead = leadOf(first, others);
        const at = timeBy(lead);
        const playing = isPlaying(lead.video);
        wasPlaying = playing;
        last.current = { at, ahead, playing };
        if (lead.video.playbackRate !== speed) lead.video.playbackRate = speed;
        let farthest = 0;
        for (const { video, rate, offset } of [first, ...others]) {
          if (video === lead.video) continue;
          const wanted = at + offset / rate;
          const early = video.currentTime - wanted;
          if (playing) hold(video, early, wanted, speed);
          else if (!video.paused) video.pause();
          // One that has ended holds its last frame: that is no skew.
          if (wanted < lengthOf(video) && Math.abs(early) > Math.abs(farthest)) farthest = early;
        }
        const next = {
          playing,
          at,
          duration: durationOf(first, others),
          skew: playing ? farthest * left.rate : 0,
          isBehindEnd: isBehindEnd(first, others, at),
        };
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
  }, [leftVideo, left.rate, film, ahead, isStillAwaited, followers, speed, range]);

  return {
    ...state,
    now: place,
    toggle() {
      const now = films();
      if (now === null) return;
      if (isStillAwaited(now, ahead)) {
        last.current = { ...last.current, playing: !last.current.playing };
        return;
      }
      const lead = leadOf(now.left, now.others);
      const at = timeBy(lead);
      if (isPlaying(lead.video)) {
        for (const { video } of [now.left, ...now.others]) video.pause();
        align(at);
        return;
      }
      const isOver = lead.video.ended || at >= endOf(lead) - 1 / lead.rate;
      if (isOver) alignAll(now, 0);
      playAll(now, isOver ? 0 : at);
    },
    step(frames) {
      const now = films();
      if (now === null) return;
      const at = place();
      last.current = { ...last.current, playing: false };
      for (const { video } of [now.left, ...now.others]) video.pause();
      // Behind its end the frames are those of the one that goes on.
      const { rate } = leadAt(now.left, now.others, at);
      const end = Math.max(0, Math.ceil(durationOf(now.left, now.others) * rate - 0.001) - 1);
      align(middle(Math.min(end, frameAt(at, rate) + frames), rate));
    },
    seek: align,
    meet() {
      const now = films();
      const a = left.video.current;
      if (now === null || isStillAwaited(now, ahead) || a === null || lengthOf(a) === 0) return;
      if (a.paused && (a.currentTime > 0 || followers.some(({ offset }) => offset !== 0))) {
        // At the beginning it stands already; a playing one is followed anyway.
        align(place());
      }
    },
  };
}

/** The moment at which another one stood, by one that is so much ahead. */
const resumedAt = (last: { readonly at: number; readonly ahead: number }, ahead: number): number =>
  Math.max(0, last.at - last.ahead + ahead);

interface Films {
  readonly left: Placed;
  readonly others: readonly Placed[];
}

/** Those that are videos. Where the left one is a picture that moves by itself, the first of the others is in its place. */
function filmsOf(left: ClockSide, followers: readonly Follower[]): Films | null {
  const others = followers.flatMap(({ video: { current: video }, rate, offset }) =>
    video === null ? [] : [{ video, rate, offset }],
  );
  const video = left.video.current ?? others[0]?.video;
  if (video === undefined) return null;
  return { left: { video, rate: left.rate, offset: 0 }, others: others.filter((other) => other.video !== video) };
}

/** Each into the middle of the frame that belongs to that moment of the clock. One that is shorter stands on its last. */
function alignAll({ left, others }: Films, seconds: number): void {
  const { rate: beat } = leadAt(left, others, seconds);
  const at = middle(frameAt(seconds, beat), beat);
  for (const { video, rate, offset } of [left, ...others]) {
    const wanted = middle(frameAt(at, rate) + offset, rate);
    const length = lengthOf(video);
    video.currentTime = length === 0 ? wanted : Math.min(wanted, Math.max(0, length - 0.5 / rate));
  }
}

/** Whether it stands on another frame than the one that belongs to that moment of the clock. */
function isOff({ video, rate, offset }: Placed, at: number): boolean {
  const wanted = Math.max(0, Math.min(frameAt(at, rate) + offset, frameAt(lengthOf(video) - 0.5 / rate, rate)));
  return video.readyState >= HTMLMediaElement.HAVE_METADATA && frameAt(video.currentTime, rate) !== wanted;
}

/** A browser may refuse to start by itself; the button then still says Play. One that has ended would begin anew. */
function playAll({ left, others }: Films, at: number): void {
  const going = [left, ...others].filter((film) => lengthOf(film.video) === 0 || at < endOf(film));
  void Promise.all(going.map(({ video }) => video.play())).catch(() => undefined);
}

/** Keeps a playing side at its place. One that has ended holds its last frame: told to play it would begin anew. */
function hold(video: HTMLVideoElement, ahead: number, wanted: number, speed: number): void {
  if (video.ended || wanted >= lengthOf(video)) return;
  if (video.paused && !video.seeking) void video.play().catch(() => undefined);
  if (Math.abs(ahead) > jumpFrom) {
    video.currentTime = Math.max(0, wanted);
    video.playbackRate = speed;
  } else {
    video.playbackRate = speed * (1 - Math.max(-strongestNudge, Math.min(strongestNudge, ahead * 2)));
  }
}

const isPlaying = ({ paused, ended }: HTMLVideoElement): boolean => !paused && !ended;

type Place = Pick<Clock, 'playing' | 'at' | 'duration' | 'skew' | 'isBehindEnd'>;

function same(a: Place, b: Place): boolean {
  return (Object.keys(a) as (keyof Place)[]).every((part) => a[part] === b[part]);
}
