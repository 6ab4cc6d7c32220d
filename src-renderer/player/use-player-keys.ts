import { useEffect, useEffectEvent } from 'react';
import { isCovered, isTyping } from '../shell/use-global-keys.ts';
import { isHeld } from '../ui/is-held.ts';
import { isComposing, keyOf } from '../ui/key-of.ts';
import { isRightToLeft } from '../ui/right-to-left.ts';
import type { PlayerControls } from './use-player-controls.ts';
import { isArrow, type Zoom } from './use-zoom.ts';

interface PlayerKeys {
  readonly controls: PlayerControls;
  readonly videos: number;
  readonly choose: (n: number) => void;
  readonly star: () => void;
  readonly trash: () => void;
  readonly judge: (pick: 'picked' | 'rejected' | null) => void;
  readonly compare: () => void;
  readonly copyFrame: () => void;
  readonly saveFrame: () => void;
  readonly zoom: Zoom;
  /** The keys are the player's again. */
  readonly leaveField: () => void;
  readonly close: () => void;
  readonly previous: (() => void) | null;
  readonly next: (() => void) | null;
}

/** The player's keys. A focused control keeps its own: Space presses a button, arrows move a slider. */
export function usePlayerKeys(keys: PlayerKeys): void {
  const onKey = useEffectEvent((event: KeyboardEvent) => {
    if (event.defaultPrevented || isCovered()) return;
    if (isTyping(event.target)) {
      // What an input method is making is its own to take back.
      if (event.key !== 'Escape' || isComposing(event)) return;
      event.preventDefault();
      keys.leaveField();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const target = event.target instanceof Element ? event.target : null;
    // Beside the film these two scroll.
    if (target?.closest('aside') && (event.key === 'ArrowUp' || event.key === 'ArrowDown')) return;
    if (isHeld(event)) {
      event.preventDefault();
      return;
    }
    if (target?.matches('input[type="range"]') === true && event.key.startsWith('Arrow')) return;
    if (target?.closest('button, a, [role="button"]') && (event.key === ' ' || event.key === 'Enter')) return;
    const action = actionOf(event, keys);
    if (action === null) return;
    event.preventDefault();
    action();
  });

  useEffect(() => {
    const listen = (event: KeyboardEvent) => onKey(event);
    window.addEventListener('keydown', listen);
    return () => window.removeEventListener('keydown', listen);
  }, []);
}

function actionOf(event: KeyboardEvent, keys: PlayerKeys): (() => void) | null {
  const { controls } = keys;
  const { shiftKey } = event;
  const key = keyOf(event);
  if (/^\d$/.test(key)) {
    const n = Number(key);
    // Of several videos the digit is the number; else it goes to that tenth of the film.
    if (keys.videos > 1 && n >= 1 && n <= keys.videos) return () => keys.choose(n);
    return () => controls.seekPart(n / 10);
  }
  if (keys.zoom.isZoomed && !shiftKey && isArrow(key)) return () => keys.zoom.panTowards(key);
  switch (key.length === 1 ? key.toLowerCase() : key) {
    case ' ':
    case 'k':
      return controls.togglePlay;
    case 'j':
      return () => controls.skip(-1);
    case 'l':
      return () => controls.skip(1);
    case ',':
      return () => controls.step(-1);
    case '.':
      return () => controls.step(1);
    case '<':
      return () => controls.changeRate(-1);
    case '>':
      return () => controls.changeRate(1);
    case 'm':
      return controls.toggleMuted;
    case 'r':
      return controls.toggleLoop;
    case 'f':
      return controls.toggleFullscreen;
    case 'i':
      return () => controls.setLoopEnd('from');
    case 'o':
      return () => controls.setLoopEnd('to');
    case 's':
      return keys.star;
    case 'p':
      return () => keys.judge('picked');
    case 'x':
      return () => keys.judge('rejected');
    case 'u':
      return () => keys.judge(null);
    case 'c':
      return keys.compare;
    case 'e':
      return shiftKey ? keys.saveFrame : keys.copyFrame;
    case 'z':
      return keys.zoom.cycle;
    case 'Home':
      return () => controls.seekPart(0);
    case 'End':
      return () => controls.seekPart(1);
    case 'ArrowUp':
      return () => controls.changeVolume(0.1);
    case 'ArrowDown':
      return () => controls.changeVolume(-0.1);
    case 'Backspace':
    case 'Delete':
      return keys.trash;
    case 'Escape':
      // One thing at a time: out of the picture's own size, then out of full screen.
      if (keys.zoom.isZoomed) return keys.zoom.reset;
      return document.fullscreenElement === null ? keys.close : controls.toggleFullscreen;
    // A film runs from left to right everywhere; tasks follow one another as the page is read.
    case 'ArrowLeft':
      return shiftKey ? () => controls.skip(-1) : isRightToLeft() ? keys.next : keys.previous;
    case 'ArrowRight':
      return shiftKey ? () => controls.skip(1) : isRightToLeft() ? keys.previous : keys.next;
    default:
      return null;
  }
}
