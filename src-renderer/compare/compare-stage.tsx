import { type PointerEvent, type ReactNode, type RefObject, useRef } from 'react';
import type { Zoom } from '../player/use-zoom.ts';
import type { CompareMode } from '../router/route.ts';
import styles from './compare.module.css';

interface CompareStageProps {
  readonly stage: RefObject<HTMLDivElement | null>;
  readonly label: string;
  readonly mode: CompareMode;
  /** How many films are on it. */
  readonly count: number;
  /** Of two that blink, whether the right one is seen now. */
  readonly isRight: boolean;
  /** Percent of its width. */
  readonly wipe: number;
  readonly zoom: Zoom;
  readonly onWipe: (percent: number) => void;
  readonly children: ReactNode;
}

/** So near to the line a drag takes the line along, also where the picture is zoomed. CSS pixels. */
const reach = 24;

/** Where the films lie over or beside one another, for keys and pointer. */
export function CompareStage(props: CompareStageProps) {
  const { stage, label, mode, count, isRight, wipe, zoom, onWipe, children } = props;
  const isWiping = useRef(false);

  const wipeTo = ({ currentTarget, clientX }: PointerEvent<HTMLDivElement>) => {
    const box = currentTarget.getBoundingClientRect();
    onWipe(Math.round(Math.max(0, Math.min(100, ((clientX - box.x) / box.width) * 100))));
  };
  const onPointerDown = (event: PointerEvent<HTMLDivElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    const isNear = Math.abs(event.clientX - box.x - (wipe / 100) * box.width) < reach;
    isWiping.current = mode === 'wipe' && event.button === 0 && (isNear || !zoom.isZoomed);
    if (isWiping.current) wipeTo(event);
    else zoom.onPointerDown(event);
  };
  const onPointerMove = (event: PointerEvent<HTMLDivElement>) => {
    if ((event.buttons & 1) === 0) isWiping.current = false;
    if (isWiping.current) wipeTo(event);
    else zoom.onPointerMove(event);
  };
  return (
    <div
      ref={stage}
      tabIndex={0}
      role="group"
      aria-label={label}
      className={styles['stage']}
      data-mode={mode}
      data-count={count}
      data-blink={isRight || undefined}
      data-zoomed={zoom.isZoomed || undefined}
      style={{ ...zoom.style, '--wipe': `${wipe}%` }}
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onDoubleClick={() => onWipe(50)}
    >
      {children}
      {mode === 'wipe' ? <span className={styles['line']} aria-hidden /> : null}
    </div>
  );
}
