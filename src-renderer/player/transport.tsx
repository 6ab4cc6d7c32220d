import { Camera, Maximize, Minimize, Pause, Play, Repeat, StepBack, StepForward, Volume2, VolumeX } from 'lucide-react';
import type { RefObject } from 'react';
import { filmTime } from '../format/format.ts';
import { useInbox } from '../inbox.ts';
import { useStore } from '../store/use-store.ts';
import { texts } from '../texts/texts.ts';
import { Choice } from '../ui/choice.tsx';
import { IconButton } from '../ui/icon-button.tsx';
import { Range } from '../ui/range.tsx';
import { speeds } from './frames.ts';
import { LoopMarks, LoopPart } from './loop-marks.tsx';
import { isPart } from './loop-range.ts';
import type { PlayerControls } from './use-player-controls.ts';
import styles from './transport.module.css';
import { usePlayback } from './use-playback.ts';

interface TransportProps {
  readonly video: RefObject<HTMLVideoElement | null>;
  readonly controls: PlayerControls;
  readonly onSaveFrame: () => void;
}

/** Play, place, sound, speed, loop, full screen. */
export function Transport({ video, controls, onSaveFrame }: TransportProps) {
  const { format, prefs } = useInbox();
  const [{ playing, at, duration, ready }, read] = usePlayback(video);
  const { volume, muted, loop } = useStore(prefs, (value) => value);

  const seek = (seconds: number) => {
    controls.seek(seconds);
    read();
  };

  return (
    <div className={styles['transport']} dir="ltr" role="group" aria-label={texts.player.controls}>
      <IconButton
        label={playing ? texts.player.pause : texts.player.play}
        shortcut="Space"
        className={styles['play']}
        onClick={controls.togglePlay}
      >
        {playing ? <Pause size={18} aria-hidden /> : <Play size={18} aria-hidden />}
      </IconButton>
      <IconButton label={texts.player.frameBack} shortcut="," disabled={!ready} onClick={() => controls.step(-1)}>
        <StepBack size={16} aria-hidden />
      </IconButton>
      <IconButton label={texts.player.frameForward} shortcut="." disabled={!ready} onClick={() => controls.step(1)}>
        <StepForward size={16} aria-hidden />
      </IconButton>
      <span className={styles['time']}>{filmTime(at)}</span>
      <LoopMarks range={controls.range} duration={duration}>
        <Range
          label={texts.player.seek}
          aria-valuetext={texts.player.seekValue(filmTime(at), filmTime(duration))}
          min={0}
          max={duration > 0 ? duration : 1}
          step={0.01}
          disabled={!ready}
          // On the slider's own steps, or the browser rounds it and React takes the rounding for the person's hand.
          value={Math.round(Math.min(at, duration) * 100) / 100}
          onValue={seek}
          onKeyDown={(event) => {
            // The browser's step is a hundredth of a second; a key press means more. Frames have their own keys.
            const direction = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 }[event.key];
            if (direction === undefined) return;
            event.preventDefault();
            seek(Math.max(0, Math.min(duration, at + direction * Math.min(1, duration / 20))));
          }}
        />
      </LoopMarks>
      <span className={styles['time']}>{filmTime(duration)}</span>
      <IconButton label={muted ? texts.player.unmute : texts.player.mute} shortcut="M" onClick={controls.toggleMuted}>
        {muted || volume === 0 ? <VolumeX size={16} aria-hidden /> : <Volume2 size={16} aria-hidden />}
      </IconButton>
      <Range
        className={styles['volume']}
        label={texts.player.volume}
        aria-valuetext={format.percent(muted ? 0 : volume)}
        min={0}
        max={1}
        step={0.05}
        value={muted ? 0 : volume}
        onValue={(value) => prefs.update((all) => ({ ...all, volume: value, muted: value === 0 }))}
      />
      <Choice
        quiet
        label={texts.player.speed}
        value={String(controls.rate)}
        options={speeds.map((speed) => ({ value: String(speed), text: texts.player.rate(format.decimal(speed)) }))}
        onChoose={(speed) => controls.setRate(Number(speed))}
      />
      {isPart(controls.range) ? (
        <LoopPart range={controls.range} duration={duration} onPress={controls.clearRange} />
      ) : null}
      <IconButton label={texts.player.loop} shortcut="R" aria-pressed={loop} onClick={controls.toggleLoop}>
        <Repeat size={16} aria-hidden />
      </IconButton>
      <IconButton label={texts.player.saveFrame} shortcut="Shift+E" disabled={!ready} onClick={onSaveFrame}>
        <Camera size={16} aria-hidden />
      </IconButton>
      <IconButton
        label={controls.fullscreen ? texts.player.exitFullscreen : texts.player.fullscreen}
        shortcut="F"
        onClick={controls.toggleFullscreen}
      >
        {controls.fullscreen ? <Minimize size={16} aria-hidden /> : <Maximize size={16} aria-hidden />}
      </IconButton>
    </div>
  );
}
