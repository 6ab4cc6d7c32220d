import {
  ArrowLeftRight,
  Camera,
  Check,
  ChevronLeft,
  ChevronRight,
  Pause,
  Play,
  StepBack,
  StepForward,
  Volume2,
  VolumeX,
  X,
} from 'lucide-react';
import { type KeyboardEvent, type PointerEvent, useEffect, useRef, useState } from 'react';
import { codecName, filmTime } from '../format/format.ts';
import { Message } from '../gallery/empty.tsx';
import { useInbox } from '../inbox.ts';
import { exportName, usualExportName } from '../../src-main/common/export-names.ts';
import { saveBlob } from '../player/frame-picture.ts';
import type { Side } from '../router/route.ts';
import { Screen } from '../shell/screen.tsx';
import { enCompare as words } from '../texts/en-compare.ts';
import { Button } from '../ui/button.tsx';
import { IconButton } from '../ui/icon-button.tsx';
import { Range } from '../ui/range.tsx';
import styles from './compare.module.css';
import { Differs } from './differs.tsx';
import { letterOf } from './letters.ts';
import { pairPicture } from './pair-picture.ts';
import { frameAt, useClock } from './use-clock.ts';
import { type Take, useTakes } from './use-takes.ts';

const modes = ['wipe', 'side', 'blink', 'difference', 'onion'] as const;
type Mode = (typeof modes)[number];
const modeKeys: Readonly<Record<string, Mode>> = { w: 'wipe', h: 'side', b: 'blink', d: 'difference', o: 'onion' };
const zooms = [0, 1, 2] as const;
const usualRate = 30;
const blinkMs = 500;

/** What did the model change, and is take B better than A: on the same frame. */
export function Compare({ sides }: { readonly sides: readonly Side[] }) {
  const { takes, isGone } = useTakes(sides);
  return (
    <Screen title={words.title}>
      {takes === null ? (
        <p className="visually-hidden" role="status">
          {words.loading}
        </p>
      ) : takes.length < 2 ? (
        <Message title={isGone ? words.gone : words.nothing} detail={isGone ? words.goneDetail : words.nothingDetail} />
      ) : (
        <Pair takes={takes} />
      )}
    </Screen>
  );
}

function Pair({ takes }: { readonly takes: readonly Take[] }) {
  const { actions, notices, format } = useInbox();
  const [pair, setPair] = useState({ left: 0, right: 1 });
  const [mode, setMode] = useState<Mode>('wipe');
  const [wipe, setWipe] = useState(50);
  const [offset, setOffset] = useState(0);
  const [sound, setSound] = useState<'none' | 'left' | 'right'>('none');
  const [zoom, setZoom] = useState<(typeof zooms)[number]>(0);
  const [origin, setOrigin] = useState({ x: 50, y: 50 });
  const [blinkRight, setBlinkRight] = useState(false);
  const stage = useRef<HTMLDivElement>(null);
  const leftVideo = useRef<HTMLVideoElement>(null);
  const rightVideo = useRef<HTMLVideoElement>(null);
  const left = takes[pair.left] ?? takes[0];
  const right = takes[pair.right] ?? takes[1];
  const leftRate = left?.video.frameRate ?? usualRate;
  const rightRate = right?.video.frameRate ?? usualRate;
  const clock = useClock({ video: leftVideo, rate: leftRate }, { video: rightVideo, rate: rightRate }, offset);

  useEffect(() => stage.current?.focus(), []);
  useEffect(() => {
    // By hand for who asked for less motion: the same key shows the other one.
    if (mode !== 'blink' || matchMedia('(prefers-reduced-motion: reduce)').matches) return undefined;
    const timer = setInterval(() => setBlinkRight((now) => !now), blinkMs);
    return () => clearInterval(timer);
  }, [mode]);

  if (left === undefined || right === undefined) return null;
  const nameOf = (i: number) => (takes[i]?.source === undefined ? letterOf(i) : words.source);
  const titleOf = (i: number) => (takes[i]?.source === undefined ? words.take(letterOf(i)) : words.source);
  const names = { left: titleOf(pair.left), right: titleOf(pair.right) };
  const nextRight = (step: 1 | -1) => {
    for (let i = 1; i < takes.length; i += 1) {
      const to = (pair.right + step * i + takes.length * i) % takes.length;
      if (to !== pair.left) {
        setPair({ ...pair, right: to });
        return;
      }
    }
  };
  const chooseMode = (next: Mode) => {
    if (next === 'blink' && mode === 'blink') setBlinkRight(!blinkRight);
    setMode(next);
  };
  const judge = (pick: 'picked' | 'rejected' | null) =>
    right.source === undefined &&
    actions.judge([right.task], { pick, ...(pick === 'picked' ? { starred: true } : {}) });
  const shownTask = left.task;
  const judged = right.task;
  const swap = () => {
    setPair({ left: pair.right, right: pair.left });
    setOffset(-offset);
  };
  const nextSound = () => setSound(sound === 'none' ? 'left' : sound === 'left' ? 'right' : 'none');

  async function savePair() {
    const [a, b] = [leftVideo.current, rightVideo.current];
    const letters = `${nameOf(pair.left)}-${nameOf(pair.right)}`;
    try {
      if (a === null || b === null) throw new Error('one of them cannot be shown');
      const { png, at } = await pairPicture(a, b);
      const place = filmTime(at).replaceAll(/[:.]/g, '-');
      const name = `${exportName(usualExportName, shownTask, left?.n ?? 1)} ${letters} ${place}.png`;
      saveBlob(png, name);
      notices.post({ text: words.saved(name) });
    } catch {
      notices.post({ text: words.notSaved, kind: 'bad' });
    }
  }

  function onKeyDown(event: KeyboardEvent) {
    const onStage = event.target === stage.current;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const act = actionFor(key, event.shiftKey, onStage);
    if (act === null) return;
    event.preventDefault();
    act();
  }

  function actionFor(key: string, shift: boolean, onStage: boolean): (() => void) | null {
    const wished = modeKeys[key];
    if (wished !== undefined) return () => chooseMode(wished);
    if (onStage) {
      if (key === 'Tab') return () => nextRight(shift ? -1 : 1);
      if (key === 'Escape') return () => stage.current?.blur();
      if (key === 'ArrowLeft') return () => setWipe(Math.max(0, wipe - (shift ? 10 : 1)));
      if (key === 'ArrowRight') return () => setWipe(Math.min(100, wipe + (shift ? 10 : 1)));
      if (key === ' ') return clock.toggle;
    }
    if (/^[1-5]$/.test(key)) return () => actions.judge([judged], { rating: Number(key) });
    switch (key) {
      case 'k':
        return clock.toggle;
      case ',':
        return () => clock.step(-1);
      case '.':
        return () => clock.step(1);
      case 'j':
        return () => clock.seek(Math.max(0, clock.at - 1));
      case 'l':
        return () => clock.seek(Math.min(clock.duration, clock.at + 1));
      case '[':
        return () => setOffset(offset - 1);
      case ']':
        return () => setOffset(offset + 1);
      case '{':
        return () => setOffset(offset - 10);
      case '}':
        return () => setOffset(offset + 10);
      case 'm':
        return nextSound;
      case 'q':
        return swap;
      case 'z':
        return () => setZoom(zooms[(zooms.indexOf(zoom) + 1) % zooms.length] ?? 0);
      case 'p':
        return () => judge('picked');
      case 'x':
        return () => judge('rejected');
      case 'u':
        return () => judge(null);
      case 'e':
        return () => void savePair();
      default:
        return null;
    }
  }

  function onPointer(event: PointerEvent<HTMLDivElement>) {
    const box = event.currentTarget.getBoundingClientRect();
    const x = ((event.clientX - box.x) / box.width) * 100;
    if (event.buttons === 1 && mode === 'wipe') setWipe(Math.round(Math.max(0, Math.min(100, x))));
    if (zoom === 0) setOrigin({ x, y: ((event.clientY - box.y) / box.height) * 100 });
  }

  const skew = Math.abs(clock.skew);
  const shownSkew = format.decimal(Math.round(skew * 10) / 10);
  return (
    <div className={styles['page']} onKeyDown={onKeyDown}>
      <div className={styles['bar']}>
        <div role="group" aria-label={words.mode} className={styles['modes']}>
          {modes.map((each) => (
            <button key={each} type="button" aria-pressed={mode === each} onClick={() => chooseMode(each)}>
              {words[each]}
            </button>
          ))}
        </div>
        <IconButton label={words.swap} shortcut="Q" onClick={swap}>
          <ArrowLeftRight size={16} aria-hidden />
        </IconButton>
        <Button onClick={() => setZoom(zooms[(zooms.indexOf(zoom) + 1) % zooms.length] ?? 0)}>
          {words.zoom(zoom === 0 ? words.fit : format.percent(zoom))}
        </Button>
        <IconButton label={words.sound[sound]} shortcut="M" onClick={nextSound}>
          {sound === 'none' ? <VolumeX size={16} aria-hidden /> : <Volume2 size={16} aria-hidden />}
        </IconButton>
        <span className={styles['grow']} />
        <IconButton
          label={words.pick}
          shortcut="P"
          aria-pressed={right.task.pick === 'picked'}
          onClick={() => judge(right.task.pick === 'picked' ? null : 'picked')}
        >
          <Check size={16} aria-hidden />
        </IconButton>
        <IconButton
          label={words.reject}
          shortcut="X"
          aria-pressed={right.task.pick === 'rejected'}
          onClick={() => judge(right.task.pick === 'rejected' ? null : 'rejected')}
        >
          <X size={16} aria-hidden />
        </IconButton>
        <Button onClick={() => void savePair()}>
          <Camera size={15} aria-hidden />
          {words.save}
        </Button>
      </div>
      <div className={styles['main']}>
        <div
          ref={stage}
          tabIndex={0}
          role="group"
          aria-label={words.stage(names.left, names.right)}
          className={styles['stage']}
          data-mode={mode}
          data-blink={blinkRight || undefined}
          data-zoom={zoom}
          style={{
            '--wipe': `${wipe}%`,
            '--zoom': zoom === 0 ? 1 : zoom,
            '--x': `${origin.x}%`,
            '--y': `${origin.y}%`,
          }}
          onPointerDown={onPointer}
          onPointerMove={onPointer}
          onDoubleClick={() => setWipe(50)}
        >
          <Film side="left" take={left} video={leftVideo} muted={sound !== 'left'} name={nameOf(pair.left)} />
          <Film
            side="right"
            take={right}
            video={rightVideo}
            muted={sound !== 'right'}
            name={nameOf(pair.right)}
            onLoaded={clock.meet}
          />
          {mode === 'wipe' ? <span className={styles['line']} aria-hidden /> : null}
        </div>
        <Differs left={left} right={right} />
      </div>
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
        <Range
          label={words.position}
          aria-valuetext={filmTime(clock.at)}
          min={0}
          max={clock.duration > 0 ? clock.duration : 1}
          step={0.01}
          value={Math.round(Math.min(clock.at, clock.duration) * 100) / 100}
          onValue={clock.seek}
        />
        <span className={styles['time']}>{filmTime(clock.duration)}</span>
        {mode === 'wipe' ? (
          <Range
            className={styles['wipe']}
            label={words.wipe}
            aria-valuetext={words.wipeAt(wipe, names.left)}
            min={0}
            max={100}
            value={wipe}
            onValue={setWipe}
          />
        ) : null}
        <IconButton label={words.earlier} shortcut="[" onClick={() => setOffset(offset - 1)}>
          <ChevronLeft size={16} aria-hidden />
        </IconButton>
        <output className={styles['time']} aria-label={words.offset(offset)} data-offset={offset}>
          {offset > 0 ? `+${offset}` : offset}
        </output>
        <IconButton label={words.later} shortcut="]" onClick={() => setOffset(offset + 1)}>
          <ChevronRight size={16} aria-hidden />
        </IconButton>
      </div>
      <p className={styles['note']} data-amber={skew > 1 || undefined}>
        <span role="status" className="visually-hidden">
          {clock.playing
            ? ''
            : words.frame(
                names.left,
                frameAt(clock.at, leftRate),
                names.right,
                rightFrame(clock.at, leftRate, rightRate, offset),
              )}
        </span>
        <span aria-hidden>
          {words.frame(
            nameOf(pair.left),
            frameAt(clock.at, leftRate),
            nameOf(pair.right),
            rightFrame(clock.at, leftRate, rightRate, offset),
          )}
        </span>
        <span data-skew={clock.playing ? skew : undefined}>
          {clock.playing ? (skew > 1 ? words.skewAmber(shownSkew) : words.skew(shownSkew)) : words.exact}
        </span>
      </p>
      <ul className={styles['takes']} aria-label={words.takes}>
        {takes.map((take, i) => (
          <li key={`${take.task.key}/${take.n}`}>
            <TakeButton
              take={take}
              letter={nameOf(i)}
              side={i === pair.left ? 'left' : i === pair.right ? 'right' : null}
              onChoose={() => i !== pair.left && setPair({ ...pair, right: i })}
            />
          </li>
        ))}
      </ul>
    </div>
  );
}

function rightFrame(at: number, leftRate: number, rightRate: number, offset: number): number {
  return Math.max(0, frameAt((frameAt(at, leftRate) + 0.5) / leftRate, rightRate) + offset);
}

interface FilmProps {
  readonly side: 'left' | 'right';
  readonly take: Take;
  readonly video: React.RefObject<HTMLVideoElement | null>;
  readonly muted: boolean;
  readonly name: string;
  readonly onLoaded?: () => void;
}

function Film({ side, take, video, muted, name, onLoaded }: FilmProps) {
  const { client } = useInbox();
  const [broken, setBroken] = useState<string | null>(null);
  const url =
    take.source === undefined ? client.mediaUrl(take.task.key, take.n) : client.sourceUrl(take.task.key, take.source);
  return (
    <figure className={styles['film']} data-side={side}>
      {broken === url ? (
        <p className={styles['broken']}>{words.undecodable(codecName(take.video.videoCodec ?? '?'))}</p>
      ) : (
        <video
          ref={video}
          src={url}
          muted={muted}
          preload="auto"
          playsInline
          onLoadedMetadata={onLoaded}
          onError={() => setBroken(url)}
          aria-label={words.take(name)}
        />
      )}
      <figcaption aria-hidden>{name}</figcaption>
    </figure>
  );
}

interface TakeButtonProps {
  readonly take: Take;
  readonly letter: string;
  readonly side: 'left' | 'right' | null;
  readonly onChoose: () => void;
}

function TakeButton({ take: { task }, letter, side, onChoose }: TakeButtonProps) {
  const { client } = useInbox();
  const judged = task.pick === undefined ? '' : `, ${words[task.pick]}`;
  return (
    <button
      type="button"
      className={styles['take']}
      aria-pressed={side === 'right'}
      aria-label={`${words.showRight(words.take(letter))}${judged}`}
      data-side={side ?? undefined}
      data-pick={task.pick}
      onClick={onChoose}
    >
      {task.poster === null ? null : <img src={client.posterUrl(task.key, task.poster)} alt="" draggable={false} />}
      <span aria-hidden>{letter}</span>
    </button>
  );
}
