import {
  ArrowLeftRight,
  Camera,
  Check,
  Link2,
  Minus,
  Pause,
  Play,
  Plus,
  StepBack,
  StepForward,
  Volume2,
  VolumeX,
  X,
} from 'lucide-react';
import { type KeyboardEvent, type PointerEvent, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { filmTime } from '../format/format.ts';
import { Message } from '../gallery/empty.tsx';
import { useInbox } from '../inbox.ts';
import { exportName, usualExportName } from '../../src-main/common/export-names.ts';
import { saveBlob } from '../player/frame-picture.ts';
import {
  type CompareMode,
  compareModes,
  formatRoute,
  type Screen as ScreenRoute,
  type Side,
  startList,
} from '../router/route.ts';
import { Screen } from '../shell/screen.tsx';
import { enCompare as words } from '../texts/en-compare.ts';
import { useStore } from '../store/use-store.ts';
import { Button } from '../ui/button.tsx';
import { Choice } from '../ui/choice.tsx';
import { IconButton } from '../ui/icon-button.tsx';
import { Range } from '../ui/range.tsx';
import styles from './compare.module.css';
import { Differs } from './differs.tsx';
import { Film } from './film.tsx';
import { letterOf } from './letters.ts';
import { pairPicture } from './pair-picture.ts';
import { frameAt, middle, useClock } from './use-clock.ts';
import { type Take, useTakes } from './use-takes.ts';

const modeKeys: Readonly<Record<string, CompareMode>> = {
  w: 'wipe',
  h: 'side',
  b: 'blink',
  d: 'difference',
  o: 'onion',
};
const zooms = [0, 1, 2] as const;
const usualRate = 30;
const blinkMs = 500;
/** Of so many films it is known by how much they are ahead. */
const mostOffsets = 200;

/** What did the model change, and is take B better than A: on the same frame. */
export function Compare({ sides, mode, at }: Omit<Extract<ScreenRoute, { name: 'compare' }>, 'name'>) {
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
        <Pair
          // Another link is another comparison; a take more is the same one.
          key={takes
            .filter((take) => sides.some((side) => isSide(side, take)))
            .map(nameOfTake)
            .join(' ')}
          takes={takes}
          sides={sides}
          firstMode={mode ?? (takes.length > 2 && sides.length > 2 ? 'side' : 'wipe')}
          startAt={at ?? 0}
        />
      )}
    </Screen>
  );
}

interface PairProps {
  readonly takes: readonly Take[];
  /** As the address names them; three or four of them are shown together, side by side. */
  readonly sides: readonly Side[];
  readonly firstMode: CompareMode;
  readonly startAt: number;
}

const places = ['left', 'right', 'third', 'fourth'] as const;
const nameOfTake = ({ task, n, source }: Take): string => `${task.key}~${source === undefined ? n : `s${source}`}`;

const isSide = (side: Side, { task, n, source }: Take): boolean =>
  side.key === task.key && (side.isSource === true ? source !== undefined : source === undefined && side.n === n);

const plainSide = ({ key, n, isSource }: Side): Side => ({ key, n, ...(isSource === true ? { isSource } : {}) });

function Pair({ takes, sides, firstMode, startAt }: PairProps) {
  const { actions, notices, format, prefs, router } = useInbox();
  const [pair, setPair] = useState({ left: 0, right: 1 });
  const [mode, setMode] = useState<CompareMode>(firstMode);
  const [wipe, setWipe] = useState(50);
  const kept = useStore(prefs, (value) => value.offsets);
  const [exact, setExact] = useState<Readonly<Record<string, boolean | null>>>({});
  const [sound, setSound] = useState<'none' | 'left' | 'right'>('none');
  const [zoom, setZoom] = useState<(typeof zooms)[number]>(0);
  const [origin, setOrigin] = useState({ x: 50, y: 50 });
  const [blinkRight, setBlinkRight] = useState(false);
  const stage = useRef<HTMLDivElement>(null);
  const leftVideo = useRef<HTMLVideoElement>(null);
  const rightVideo = useRef<HTMLVideoElement>(null);
  const thirdVideo = useRef<HTMLVideoElement>(null);
  const fourthVideo = useRef<HTMLVideoElement>(null);
  const left = takes[pair.left] ?? takes[0];
  const right = takes[pair.right] ?? takes[1];
  const leftRate = left?.video.frameRate ?? usualRate;
  const rightRate = right?.video.frameRate ?? usualRate;
  // In the link for who opens it, and here for the next time.
  const offsetOf = (take: Take | undefined): number => {
    if (take === undefined) return 0;
    const linked = sides.find((side) => isSide(side, take));
    return linked?.offset ?? kept[nameOfTake(take)] ?? 0;
  };
  const leftOffset = offsetOf(left);
  /** What is shown beside the two, where three or four were chosen. */
  const others =
    mode === 'side' && sides.length > 2 ? takes.filter((take) => take !== left && take !== right).slice(0, 2) : [];
  const shown = [left, right, ...others];
  const followed = JSON.stringify(
    shown.slice(1).map((take) => {
      const rate = take?.video.frameRate ?? usualRate;
      return { rate, offset: offsetOf(take) - Math.round((leftOffset * rate) / leftRate) };
    }),
  );
  const followers = useMemo(
    () =>
      (JSON.parse(followed) as { readonly rate: number; readonly offset: number }[]).map((each, i) => ({
        ...each,
        video: [rightVideo, thirdVideo, fourthVideo][i] ?? fourthVideo,
      })),
    [followed],
  );
  const offset = followers[0]?.offset ?? 0;
  const clock = useClock({ video: leftVideo, rate: leftRate }, followers, startAt);
  const onExact = useCallback(
    (place: string, isExact: boolean | null) =>
      setExact((now) => (now[place] === isExact ? now : { ...now, [place]: isExact })),
    [],
  );

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
  const choose = (side: 'left' | 'right', to: number) => {
    const other = side === 'left' ? 'right' : 'left';
    setPair(to === pair[other] ? { left: pair.right, right: pair.left } : { ...pair, [side]: to });
  };
  const chooseMode = (next: CompareMode) => {
    if (next === 'blink' && mode === 'blink') setBlinkRight(!blinkRight);
    setMode(next);
    // A reload shows the same.
    const { list, screen } = router.get();
    if (screen?.name === 'compare') router.replace({ list, taskKey: null, screen: { ...screen, mode: next } });
  };
  // What is judged is a take, never what it was made from: the right one, else the left one.
  const judged = [right, left].find(({ source }) => source === undefined)?.task ?? null;
  const judge = (pick: 'picked' | 'rejected' | null) =>
    judged !== null && actions.judge([judged], { pick, ...(pick === 'picked' ? { starred: true } : {}) });
  const shownTask = left.task;
  const [leftTake, rightTake] = [left, right];
  const swap = () => {
    setPair({ left: pair.right, right: pair.left });
  };
  const delay = (take: Take, frames: number) => {
    const name = nameOfTake(take);
    const now = offsetOf(take);
    const { list, screen } = router.get();
    if (screen?.name === 'compare' && sides.some((side) => side.offset !== undefined && isSide(side, take))) {
      // From here on it is not what the link said.
      const told = screen.sides.map((side) => (isSide(side, take) ? plainSide(side) : side));
      router.replace({ list, taskKey: null, screen: { ...screen, sides: told } });
    }
    prefs.update((all) => {
      const next = Math.max(-999, Math.min(999, now + frames));
      const others = Object.entries(all.offsets).filter(([each]) => each !== name);
      const offsets = [...others, [name, next] as const].slice(-mostOffsets);
      return { ...all, offsets: Object.fromEntries(offsets) };
    });
  };
  const copyLink = () => {
    const sideOf = (take: Take): Side => ({
      key: take.task.key,
      n: take.source ?? take.n,
      ...(take.source === undefined ? {} : { isSource: true }),
      ...(offsetOf(take) === 0 ? {} : { offset: offsetOf(take) }),
    });
    const screen = {
      name: 'compare',
      sides: [left, right, ...others].map(sideOf),
      mode,
      at: clock.at,
    } as const;
    const { origin, pathname } = location;
    const link = `${origin}${pathname}${formatRoute({ list: startList, taskKey: null, screen })}`;
    void actions.copy(link, words.linkCopied);
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
    // There a letter finds the take that begins with it.
    if (event.target instanceof HTMLSelectElement) return;
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
    if (/^[1-5]$/.test(key)) return () => judged !== null && actions.judge([judged], { rating: Number(key) });
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
        return () => delay(rightTake, -1);
      case ']':
        return () => delay(rightTake, 1);
      case '{':
        return () => delay(leftTake, -1);
      case '}':
        return () => delay(leftTake, 1);
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
  const isRefused = shown.some((_, i) => exact[places[i] ?? ''] === false);
  const isExact = shown.every((_, i) => exact[places[i] ?? ''] === true);
  const shownSkew = format.decimal(Math.round(skew * 10) / 10);
  return (
    <div className={styles['page']} onKeyDown={onKeyDown}>
      <div className={styles['bar']}>
        <div role="group" aria-label={words.mode} className={styles['modes']}>
          {compareModes.map((each) => (
            <button key={each} type="button" aria-pressed={mode === each} onClick={() => chooseMode(each)}>
              {words[each]}
            </button>
          ))}
        </div>
        <Choice
          label={words.left}
          value={String(pair.left)}
          options={takes.map((_, i) => ({ value: String(i), text: titleOf(i) }))}
          onChoose={(value) => choose('left', Number(value))}
        />
        <IconButton label={words.swap} shortcut="Q" onClick={swap}>
          <ArrowLeftRight size={16} aria-hidden />
        </IconButton>
        <Choice
          label={words.right}
          value={String(pair.right)}
          options={takes.map((_, i) => ({ value: String(i), text: titleOf(i) }))}
          onChoose={(value) => choose('right', Number(value))}
        />
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
          aria-pressed={judged?.pick === 'picked'}
          onClick={() => judge(judged?.pick === 'picked' ? null : 'picked')}
        >
          <Check size={16} aria-hidden />
        </IconButton>
        <IconButton
          label={words.reject}
          shortcut="X"
          aria-pressed={judged?.pick === 'rejected'}
          onClick={() => judge(judged?.pick === 'rejected' ? null : 'rejected')}
        >
          <X size={16} aria-hidden />
        </IconButton>
        <IconButton label={words.copyLink} onClick={copyLink}>
          <Link2 size={16} aria-hidden />
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
          data-count={shown.length}
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
          {shown.map((take, i) => {
            const place = places[i];
            if (take === undefined || place === undefined) return null;
            const at = takes.indexOf(take);
            const follower = followers[i - 1];
            const rate = take.video.frameRate ?? usualRate;
            const frame = follower === undefined ? frameAt(clock.at, rate) : frameOf(clock.at, leftRate, follower);
            return (
              <Film
                key={place}
                place={place}
                take={take}
                video={[leftVideo, rightVideo, thirdVideo, fourthVideo][i] ?? fourthVideo}
                muted={sound !== place}
                name={nameOf(at)}
                rate={rate}
                exactAt={clock.playing || clock.duration === 0 ? null : middle(frame, rate)}
                onExact={onExact}
                onLoaded={clock.meet}
              />
            );
          })}
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
        {([left, right] as const).map((take, i) => (
          <span
            key={i === 0 ? 'left' : 'right'}
            role="group"
            className={styles['offset']}
            aria-label={i === 0 ? names.left : names.right}
          >
            <span className={styles['time']} aria-hidden>
              {nameOf(i === 0 ? pair.left : pair.right)}
            </span>
            <IconButton label={words.earlier} shortcut={i === 0 ? '{' : '['} onClick={() => delay(take, -1)}>
              <Minus size={14} aria-hidden />
            </IconButton>
            <output className={styles['time']} aria-label={words.offset(offsetOf(take))} data-offset={offsetOf(take)}>
              {offsetOf(take) > 0 ? `+${offsetOf(take)}` : offsetOf(take)}
            </output>
            <IconButton label={words.later} shortcut={i === 0 ? '}' : ']'} onClick={() => delay(take, 1)}>
              <Plus size={14} aria-hidden />
            </IconButton>
          </span>
        ))}
      </div>
      <p className={styles['note']} data-amber={skew > 1 || undefined}>
        <span role="status" className="visually-hidden">
          {clock.playing
            ? ''
            : words.frame(
                names.left,
                frameAt(clock.at, leftRate),
                names.right,
                frameOf(clock.at, leftRate, { rate: rightRate, offset }),
              )}
        </span>
        <span aria-hidden>
          {words.frame(
            nameOf(pair.left),
            frameAt(clock.at, leftRate),
            nameOf(pair.right),
            frameOf(clock.at, leftRate, { rate: rightRate, offset }),
          )}
        </span>
        <span data-skew={clock.playing ? skew : undefined} data-exact={(isExact && !clock.playing) || undefined}>
          {clock.playing
            ? skew > 1
              ? words.skewAmber(shownSkew)
              : words.skew(shownSkew)
            : isExact
              ? words.exact
              : isRefused
                ? words.asPlayed
                : null}
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

/** Which of its own frames one shows that is held to the left side. */
function frameOf(
  at: number,
  leftRate: number,
  { rate, offset }: { readonly rate: number; readonly offset: number },
): number {
  return Math.max(0, frameAt(middle(frameAt(at, leftRate), leftRate), rate) + offset);
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
