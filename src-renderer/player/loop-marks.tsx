import { Repeat } from 'lucide-react';
import type { ReactNode } from 'react';
import { filmTime } from '../format/format.ts';
import { texts } from '../texts/texts.ts';
import { Button } from '../ui/button.tsx';
import styles from './loop-marks.module.css';
import type { LoopRange } from './loop-range.ts';

interface LoopMarksProps {
  readonly range: LoopRange;
  /** Of the film, in seconds. */
  readonly duration: number;
  readonly children: ReactNode;
}

/** Around the bar of the place: where the part that is played over and over begins and ends. */
export function LoopMarks({ range, duration, children }: LoopMarksProps) {
  return (
    <span className={styles['bar']}>
      {children}
      {[range.from, range.to].map((at, i) =>
        at === null || duration <= 0 ? null : (
          <i key={i === 0 ? 'from' : 'to'} data-loop aria-hidden style={{ '--part': Math.min(1, at / duration) }} />
        ),
      )}
    </span>
  );
}

interface LoopPartProps {
  readonly range: LoopRange;
  /** Where an end that is not set lies, in seconds; `null` where the press sets it. */
  readonly duration: number | null;
  readonly onPress: () => void;
}

/** Which part is played over and over; a press sets its end, or plays all again. */
export function LoopPart({ range, duration, onPress }: LoopPartProps) {
  const [from, to] = [filmTime(range.from ?? 0), range.to ?? duration];
  const { loopEnd, loopAll } = texts.player;
  return (
    <Button className={styles['part']} onClick={onPress}>
      <Repeat size={14} aria-hidden />
      <span aria-hidden>
        {from} – {to === null ? '…' : filmTime(to)}
      </span>
      <span className="visually-hidden">{to === null ? loopEnd(from) : loopAll(from, filmTime(to))}</span>
    </Button>
  );
}
