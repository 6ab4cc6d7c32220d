import { type RefObject, useEffect, useState } from 'react';
import { useInbox } from '../inbox.ts';
import { useStore } from '../store/use-store.ts';
import { lengthOf } from './film-length.ts';
import { nextSpeed, stepFrame } from './frames.ts';
import { isPart, type LoopRange, wholeFilm, withEnd } from './loop-range.ts';

export interface PlayerControls {
  readonly rate: number;
  readonly fullscreen: boolean;
  readonly togglePlay: () => void;
  readonly seek: (seconds: number) => void;
  readonly step: (direction: 1 | -1) => void;
  readonly setRate: (rate: number) => void;
  /** To a part of the whole length, 0 to 1. */
  readonly seekPart: (part: number) => void;
  /** By so many seconds. */
  readonly skip: (seconds: number) => void;
  /** To the next speed in that direction. */
  readonly changeRate: (direction: 1 | -1) => void;
  readonly changeVolume: (by: number) => void;
  /** The part that is played over and over. */
  readonly range: LoopRange;
  /** That end is where the film is; the same place again takes the range away. */
  readonly setLoopEnd: (end: 'from' | 'to') => void;
  readonly clearRange: () => void;
  readonly toggleMuted: () => void;
  readonly toggleLoop: () => void;
  readonly toggleFullscreen: () => void;
}

/** What buttons and keys do to the video. Sound and loop are wishes that outlive it. */
export function usePlayerControls(
  video: RefObject<HTMLVideoElement | null>,
  stage: RefObject<HTMLElement | null>,
  frameRate: number | null,
  /** Another film is looped anew. */
  film: string,
): PlayerControls {
  const { prefs } = useInbox();
  const { volume, muted, loop, rate } = useStore(prefs, (value) => value);
  const setRate = (next: number) => prefs.update((all) => ({ ...all, rate: next }));
  const [looped, setLooped] = useState<{ readonly film: string; readonly range: LoopRange }>({
    film,
    range: wholeFilm,
  });
  const range = looped.film === film ? looped.range : wholeFilm;
  const setRange = (next: LoopRange) => setLooped({ film, range: next });
  const [fullscreen, setFullscreen] = useState(false);

  // After each render: the element may be another one, for another video.
  useEffect(() => {
    const element = video.current;
    if (element === null) return;
    // What is read anew begins with its own usual rate.
    Object.assign(element, { volume, muted, loop, defaultPlaybackRate: rate, playbackRate: rate });
  });

  useEffect(() => {
    const element = video.current;
    if (element === null || !isPart(range)) return undefined;
    const follow = () => {
      const end = range.to ?? element.duration;
      const start = range.from ?? 0;
      if (!element.paused && (element.currentTime >= end || element.currentTime < start)) element.currentTime = start;
    };
    const timer = setInterval(follow, 15);
    element.addEventListener('ended', follow);
    return () => {
      clearInterval(timer);
      element.removeEventListener('ended', follow);
    };
  }, [video, range]);

  useEffect(() => {
    const follow = () => setFullscreen(document.fullscreenElement !== null);
    document.addEventListener('fullscreenchange', follow);
    return () => document.removeEventListener('fullscreenchange', follow);
  }, []);

  return {
    rate,
    fullscreen,
    togglePlay() {
      const element = video.current;
      if (element === null) return;
      // A browser may refuse to start by itself; the button then simply still says Play.
      if (element.paused) element.play().catch(() => undefined);
      else element.pause();
    },
    seek(seconds) {
      moveTo(video.current, seconds);
    },
    step(direction) {
      const element = video.current;
      const length = element === null ? 0 : lengthOf(element);
      if (element === null || length <= 0) return;
      element.pause();
      moveTo(element, stepFrame(element.currentTime, frameRate, direction, length));
    },
    setRate,
    range,
    seekPart(part) {
      const element = video.current;
      const length = element === null ? 0 : lengthOf(element);
      if (length > 0) moveTo(element, length * part);
    },
    skip(seconds) {
      const element = video.current;
      const length = element === null ? 0 : lengthOf(element);
      if (element === null || length <= 0) return;
      moveTo(element, Math.max(0, Math.min(length, element.currentTime + seconds)));
    },
    changeRate(direction) {
      setRate(nextSpeed(rate, direction));
    },
    changeVolume(by) {
      prefs.update((all) => {
        // Louder brings the sound back first.
        if (all.muted) return by > 0 ? { ...all, muted: false, volume: Math.max(all.volume, by) } : all;
        const next = Math.round(Math.max(0, Math.min(1, all.volume + by)) * 100) / 100;
        return { ...all, volume: next, muted: next === 0 };
      });
    },
    setLoopEnd(end) {
      const at = video.current?.currentTime;
      if (at === undefined) return;
      setRange(withEnd(range, end, at));
    },
    clearRange: () => setRange(wholeFilm),
    toggleMuted: () =>
      prefs.update((all) => ({ ...all, muted: !all.muted, volume: all.volume === 0 ? 1 : all.volume })),
    toggleLoop: () => prefs.update((all) => ({ ...all, loop: !all.loop })),
    toggleFullscreen() {
      const done = document.fullscreenElement === null ? stage.current?.requestFullscreen() : document.exitFullscreen();
      done?.catch(() => undefined);
    },
  };
}

function moveTo(element: HTMLVideoElement | null, seconds: number): void {
  if (element !== null) element.currentTime = seconds;
}
