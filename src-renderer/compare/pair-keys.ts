import type { KeyboardEvent } from 'react';
import { isArrow, type Zoom } from '../player/use-zoom.ts';
import type { CompareMode } from '../router/route.ts';
import { isHeld } from '../ui/is-held.ts';
import { keyOf } from '../ui/key-of.ts';
import type { Clock } from './use-clock.ts';

export interface PairKeys {
  readonly stage: HTMLElement | null;
  readonly clock: Clock;
  readonly zoom: Zoom;
  readonly mode: (next: CompareMode) => void;
  /** Moves the edge between the two by so many percent; `null` where there is none. */
  readonly wipe: ((step: number) => void) | null;
  readonly nextRight: (step: 1 | -1) => void;
  readonly rate: (rating: number) => void;
  /** What else a key does. */
  readonly acts: Readonly<Record<string, () => void>>;
}

const modeKeys: Readonly<Record<string, CompareMode>> = {
  w: 'wipe',
  h: 'side',
  b: 'blink',
  d: 'difference',
  o: 'onion',
};

export function onPairKey(event: KeyboardEvent, keys: PairKeys): void {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  // There a letter finds the take that begins with it.
  if (event.target instanceof HTMLSelectElement) return;
  const act = (event.target === keys.stage ? onStage(event, keys) : null) ?? anywhere(event, keys);
  if (act === null) return;
  event.preventDefault();
  if (!isHeld(event)) act();
}

function onStage({ key, shiftKey }: KeyboardEvent, keys: PairKeys): (() => void) | null {
  const { clock, stage, wipe, zoom } = keys;
  if (key === 'Tab') return () => keys.nextRight(shiftKey ? -1 : 1);
  // One thing at a time: out of the picture's own size first.
  if (key === 'Escape') return zoom.isZoomed ? zoom.reset : () => leaveStage(stage);
  if (key === ' ') return clock.toggle;
  const step = shiftKey ? 10 : 1;
  if (wipe !== null && key === 'ArrowLeft') return () => wipe(-step);
  if (wipe !== null && key === 'ArrowRight') return () => wipe(step);
  return zoom.isZoomed && isArrow(key) ? () => zoom.panTowards(key) : null;
}

function anywhere(event: KeyboardEvent, { clock, zoom, mode, rate, acts }: PairKeys): (() => void) | null {
  const pressed = keyOf(event);
  const key = pressed.length === 1 ? pressed.toLowerCase() : pressed;
  const wished = modeKeys[key];
  if (wished !== undefined) return () => mode(wished);
  if (/^[0-5]$/.test(key)) return () => rate(Number(key));
  switch (key) {
    case 'k':
      return clock.toggle;
    case ',':
      return () => clock.step(-1);
    case '.':
      return () => clock.step(1);
    case 'j':
      return () => clock.seek(Math.max(0, clock.now() - 1));
    case 'l':
      return () => clock.seek(Math.min(clock.duration, clock.now() + 1));
    case 'z':
      return zoom.cycle;
    default:
      return acts[key] ?? null;
  }
}

/** To what follows it, as Tab does elsewhere: on the stage that key shows the next take. */
function leaveStage(stage: HTMLElement | null): void {
  const controls = stage?.closest('main')?.querySelectorAll<HTMLElement>('button:enabled') ?? [];
  const isBehind = (each: Node): boolean =>
    stage !== null &&
    !stage.contains(each) &&
    (stage.compareDocumentPosition(each) & Node.DOCUMENT_POSITION_FOLLOWING) > 0;
  [...controls].find(isBehind)?.focus();
}
