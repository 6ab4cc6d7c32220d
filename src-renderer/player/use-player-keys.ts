import { useEffect, useEffectEvent } from 'react';
import { isCovered, isTyping } from '../shell/use-global-keys.ts';
import type { PlayerControls } from './use-player-controls.ts';

interface PlayerKeys {
  readonly controls: PlayerControls;
  readonly videos: number;
  readonly choose: (n: number) => void;
  readonly star: () => void;
  readonly trash: () => void;
  readonly close: () => void;
  readonly previous: (() => void) | null;
  readonly next: (() => void) | null;
}

/** The player's keys. A focused control keeps its own: Space presses a button, arrows move a slider. */
export function usePlayerKeys(keys: PlayerKeys): void {
  const onKey = useEffectEvent((event: KeyboardEvent) => {
    if (event.defaultPrevented || isTyping(event.target) || isCovered()) return;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const target = event.target instanceof Element ? event.target : null;
    if (target?.matches('input[type="range"]') === true && event.key.startsWith('Arrow')) return;
    if (target?.closest('button, a, [role="button"]') && (event.key === ' ' || event.key === 'Enter')) return;
    const action = actionOf(event.key, keys);
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

function actionOf(key: string, keys: PlayerKeys): (() => void) | null {
  const { controls } = keys;
  if (/^[1-9]$/.test(key)) return Number(key) <= keys.videos ? () => keys.choose(Number(key)) : null;
  switch (key.length === 1 ? key.toLowerCase() : key) {
    case ' ':
    case 'k':
      return controls.togglePlay;
    case ',':
      return () => controls.step(-1);
    case '.':
      return () => controls.step(1);
    case 'm':
      return controls.toggleMuted;
    case 'l':
      return controls.toggleLoop;
    case 'f':
      return controls.toggleFullscreen;
    case 's':
      return keys.star;
    case 'Backspace':
    case 'Delete':
      return keys.trash;
    case 'Escape':
      return keys.close;
    case 'ArrowLeft':
      return keys.previous;
    case 'ArrowRight':
      return keys.next;
    default:
      return null;
  }
}
