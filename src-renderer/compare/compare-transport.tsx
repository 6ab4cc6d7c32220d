import { Minus, Pause, Play, Plus, Repeat, StepBack, StepForward, Volume2, VolumeX } from 'lucide-react';
import { filmTime } from '../format/format.ts';
import { useInbox } from '../inbox.ts';
import { speeds } from '../player/frames.ts';
import { LoopMarks, LoopPart } from '../player/loop-marks.tsx';
import { isPart, type LoopRange } from '../player/loop-range.ts';
import { enCompare as words } from '../texts/en-compare.ts';
import { texts } from '../texts/texts.ts';
import { Choice } from '../ui/choice.tsx';
import { IconButton } from '../ui/icon-button.tsx';
import { Range } from '../ui/range.tsx';
import styles from './compare.module.css';
import type { Clock } from './use-clock.ts';

interface SideOffset {
  readonly title: string;
  /** Frames of its own that it is ahead. */
  readonly offset: number;
  readonly delay: (frames: number) => void;
}

interface CompareTransportProps {
  readonly clock: Clock;
  readonly speed: number;
  readonly range: LoopRange;
  /** Percent of the stage; `null` where nothing is wiped. */
  readonly wipe: number | null;
  /** What the left side is called. */
  readonly left: string;
  readonly sound: 'none' | 'left' | 'right';
  readonly sides: readonly [SideOffset, SideOffset];
  readonly onWipe: (percent: number) => void;
  readonly onSound: () => void;
  readonly onSpeed: (speed: number) => void;
  /** The next end of the part that is played over and over, or all again. */
  readonly onMark: () => void;
}

/** The one clock, and by how many frames each side is ahead of it. */
export function CompareTransport(props: CompareTransportProps) {
  const { clock, speed, range, wipe, left, sound, sides, onWipe, onSound, onSpeed, onMark } = props;
  const { format } = useInbox();
  return (
    <>
      <div className={styles['transport']} dir="ltr">
        <IconButton label={clock.playing ? words.pause : words.play} shortcut="K" onClick={clock.toggle}>
          {clock.playing ? <Pause size={16} aria-hidden /> : <Play size={16} aria-hidden />}
        </IconButton>
        <IconButton label={words.back} shortcut="," onClick={() => clock.step(-1)}>
          <StepBack size={16} aria-hidden />
        </IconButton>
        <IconButton label={words.forward} shortcut="." onClick={() => clock.step(1)}>
          <StepForward size={16} aria-hidden />
        </IconButton>
        <span className={styles['time']}>{filmTime(clock.at)}</span>
        <LoopMarks range={range} duration={clock.duration}>
          <Range
            label={words.position}
            aria-valuetext={filmTime(clock.at)}
            min={0}
            max={clock.duration > 0 ? clock.duration : 1}
            step={0.01}
            value={Math.round(Math.min(clock.at, clock.duration) * 100) / 100}
            onValue={clock.seek}
          />
        </LoopMarks>
        <span className={styles['time']}>{filmTime(clock.duration)}</span>
        <Choice
          quiet
          label={texts.player.speed}
          value={String(speed)}
          options={speeds.map((each) => ({ value: String(each), text: texts.player.rate(format.decimal(each)) }))}
          onChoose={(each) => onSpeed(Number(each))}
        />
        {isPart(range) ? (
          <LoopPart range={range} duration={null} onPress={onMark} />
        ) : (
          <IconButton label={texts.player.loopBegin} shortcut="R" onClick={onMark}>
            <Repeat size={16} aria-hidden />
          </IconButton>
        )}
        <IconButton label={words.sound[sound]} shortcut="M" onClick={onSound}>
          {sound === 'none' ? <VolumeX size={16} aria-hidden /> : <Volume2 size={16} aria-hidden />}
        </IconButton>
      </div>
      <div className={styles['offsets']} dir="ltr">
        {sides.map(({ title, offset, delay }, i) => (
          <span key={i === 0 ? 'left' : 'right'} role="group" className={styles['offset']} aria-label={title}>
            <span aria-hidden dir="auto">
              {title}
            </span>
            <span className={styles['stepper']}>
              <IconButton label={words.earlier} shortcut={i === 0 ? '{' : '['} onClick={() => delay(-1)}>
                <Minus size={14} aria-hidden />
              </IconButton>
              <output aria-label={words.offset(offset)} data-offset={offset}>
                {offset > 0 ? `+${offset}` : offset}
              </output>
              <IconButton label={words.later} shortcut={i === 0 ? '}' : ']'} onClick={() => delay(1)}>
                <Plus size={14} aria-hidden />
              </IconButton>
            </span>
            <span aria-hidden dir="auto">
              {words.frames}
            </span>
          </span>
        ))}
        {wipe === null ? null : (
          <span className={styles['wipe']}>
            <span aria-hidden>{words.wipe}</span>
            <Range
              label={words.wipe}
              aria-valuetext={words.wipeAt(wipe, left)}
              min={0}
              max={100}
              value={wipe}
              onValue={onWipe}
            />
          </span>
        )}
      </div>
    </>
  );
}
