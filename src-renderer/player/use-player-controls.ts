import { type RefObject, useEffect, useState } from 'react';
import { useInbox } from '../inbox.ts';
import { useStore } from '../store/use-store.ts';
import { stepFrame } from './frames.ts';

export interface PlayerControls {
  readonly rate: number;
  readonly fullscreen: boolean;
  readonly togglePlay: () => void;
  readonly seek: (seconds: number) => void;
  readonly step: (direction: 1 | -1) => void;
  readonly setRate: (rate: number) => void;
  readonly toggleMuted: () => void;
  readonly toggleLoop: () => void;
  readonly toggleFullscreen: () => void;
}

/** What buttons and keys do to the video. Sound and loop are wishes that outlive it. */
export function usePlayerControls(
  video: RefObject<HTMLVideoElement | null>,
  stage: RefObject<HTMLElement | null>,
  frameRate: number | null,
): PlayerControls {
  const { prefs } = useInbox();
  const { volume, muted, loop } = useStore(prefs, (value) => value);
  const [rate, setRate] = useState(1);
  const [fullscreen, setFullscreen] = useState(false);

  // After each render: the element may be another one, for another video.
  useEffect(() => {
    const element = video.current;
    if (element === null) return;
    Object.assign(element, { volume, muted, loop, playbackRate: rate });
  });

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
      if (element === null || !Number.isFinite(element.duration)) return;
      element.pause();
      moveTo(element, stepFrame(element.currentTime, frameRate, direction, element.duration));
    },
    setRate,
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
