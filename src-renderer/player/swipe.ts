import { type PointerEvent, useRef } from 'react';
import { isTyping } from '../shell/use-global-keys.ts';

/** Where a finger is, and when. */
export interface Finger {
  readonly x: number;
  readonly y: number;
  readonly atMs: number;
}

/** CSS pixels; less is a tap that slipped. */
const leastWay = 48;
/** Who takes longer looks for something else. */
const longestMs = 700;
/** From the very edge of the screen phones lead back. */
const edge = 16;

/** Which way a finger went that went quickly and level; `null` for anything else. */
export function swipeOf(from: Finger, to: Finger, screenWidth: number): 'left' | 'right' | null {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  if (from.x < edge || from.x > screenWidth - edge) return null;
  if (Math.abs(dx) < leastWay || Math.abs(dy) > Math.abs(dx) / 2 || to.atMs - from.atMs > longestMs) return null;
  return dx < 0 ? 'left' : 'right';
}

const fingerOf = ({ clientX, clientY, timeStamp }: PointerEvent): Finger => ({
  x: clientX,
  y: clientY,
  atMs: timeStamp,
});

const isSeenCloser = (): boolean => (window.visualViewport?.scale ?? 1) > 1.01;

/** Swipes over an element with `touch-action: pan-y`. @param isOff e.g. while a drag moves the picture. */
export function useSwipe(onSwipe: (way: 'left' | 'right') => void, isOff: boolean) {
  const from = useRef<Finger | null>(null);
  const forget = () => (from.current = null);
  return {
    onPointerDown: (event: PointerEvent) => {
      // A second finger makes it a pinch; in what is being written one goes to another place of it, and in a page that is
      // seen closer to another part of that.
      const isFree = !isOff && !isTyping(event.target) && !isSeenCloser();
      const isMeant = event.pointerType === 'touch' && event.isPrimary && isFree;
      from.current = isMeant ? fingerOf(event) : null;
    },
    onPointerUp: (event: PointerEvent) => {
      const way = from.current === null ? null : swipeOf(from.current, fingerOf(event), window.innerWidth);
      forget();
      if (way !== null) onSwipe(way);
    },
    onPointerCancel: forget,
  };
}
