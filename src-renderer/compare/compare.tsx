import { type KeyboardEvent, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { filmTime } from '../format/format.ts';
import { Message } from '../gallery/empty.tsx';
import { useInbox } from '../inbox.ts';
import { exportName, usualExportName } from '../../src-main/common/export-names.ts';
import { saveBlob } from '../player/frame-picture.ts';
import { nextSpeed } from '../player/frames.ts';
import { wholeFilm, withNextMark } from '../player/loop-range.ts';
import { isArrow, useZoom } from '../player/use-zoom.ts';
import {
  type CompareMode,
  formatRoute,
  type Screen as ScreenRoute,
  type Side,
  startList,
  usualMode,
  type ZoomPlace,
} from '../router/route.ts';
import { Screen } from '../shell/screen.tsx';
import { enCompare as words } from '../texts/en-compare.ts';
import { useStore } from '../store/use-store.ts';
import { texts } from '../texts/texts.ts';
import { taskTitle } from '../store/task-title.ts';
import { KeyList } from '../ui/key-list.tsx';
import { CompareBar } from './compare-bar.tsx';
import { CompareStage } from './compare-stage.tsx';
import styles from './compare.module.css';
import { CompareTransport } from './compare-transport.tsx';
import { Differs } from './differs.tsx';
import { Film } from './film.tsx';
import { JudgedTake } from './judged-take.tsx';
import { mainCompareKeys } from './keys.ts';
import { letterOf } from './letters.ts';
import { pairPicture } from './pair-picture.ts';
import { type NoteDraft, TakeNotes } from './take-notes.tsx';
import { TakesStrip } from './takes-strip.tsx';
import { frameAt, middle, useClock } from './use-clock.ts';
import { without } from '../../src-main/common/without.ts';
import { type FilmFacts, nameOfTake, type Take, useTakes, withFacts } from './use-takes.ts';

const modeKeys: Readonly<Record<string, CompareMode>> = {
  w: 'wipe',
  h: 'side',
  b: 'blink',
  d: 'difference',
  o: 'onion',
};
const usualRate = 30;
const blinkMs = 500;
/** Of so many films it is known by how much they are ahead. */
const mostOffsets = 200;

/** What did the model change, and is take B better than A: on the same frame. */
export function Compare({ sides, mode, at, zoom }: Omit<Extract<ScreenRoute, { name: 'compare' }>, 'name'>) {
  const { takes, isGone } = useTakes(sides);
  return (
    <Screen title={words.title} detail={takes === null || takes.length < 2 ? null : detailOf(takes)} isWide>
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
          mode={mode ?? usualMode(sides)}
          startAt={at ?? 0}
          startZoom={zoom ?? null}
        />
      )}
    </Screen>
  );
}

/** What is compared, in words: the title of the first, and how many there are to choose from. */
function detailOf(takes: readonly Take[]): string {
  const results = takes.filter(({ source }) => source === undefined).length;
  const [first] = takes;
  if (first === undefined) return '';
  const count = (results < takes.length ? words.sourceAndTakes : texts.card.takes)(results, String(results));
  return `${taskTitle(first.task).slice(0, 120)} · ${count}`;
}

interface PairProps {
  readonly takes: readonly Take[];
  /** As the address names them; three or four of them are shown together, side by side. */
  readonly sides: readonly Side[];
  readonly mode: CompareMode;
  readonly startAt: number;
  readonly startZoom: ZoomPlace | null;
}

const places = ['left', 'right', 'third', 'fourth'] as const;

const isSide = (side: Side, { task, n, source }: Take): boolean =>
  side.key === task.key && (side.isSource === true ? source !== undefined : source === undefined && side.n === n);

type Places = Readonly<Record<'left' | 'right', number>>;
type Names = Readonly<Record<'left' | 'right', string | undefined>>;

function namesOf(takes: readonly Take[], { left, right }: Places): Names {
  const names = takes.map(nameOfTake);
  return { left: names[left], right: names[right] };
}

/** In the place of one that is gone stands the first that is not on the other side. */
function placesOf(takes: readonly Take[], { left, right }: Names): Places {
  const names = takes.map(nameOfTake);
  const [l, r] = [names.findIndex((name) => name === left), names.findIndex((name) => name === right)];
  const leftAt = l >= 0 ? l : r === 0 ? 1 : 0;
  return { left: leftAt, right: r >= 0 ? r : leftAt === 0 ? 1 : 0 };
}

const plainSide = ({ key, n, isSource }: Side): Side => ({ key, n, ...(isSource === true ? { isSource } : {}) });

function Pair({ takes: given, sides, mode, startAt, startZoom }: PairProps) {
  const { actions, notices, format, prefs, router } = useInbox();
  const [facts, setFacts] = useState<Readonly<Record<string, Partial<FilmFacts>>>>({});
  const takes = useMemo(() => withFacts(given, facts), [given, facts]);
  // By name: while they are looked at others arrive and go.
  const [chosen, setChosen] = useState(() => namesOf(given, { left: 0, right: 1 }));
  const pair = placesOf(takes, chosen);
  const [wipe, setWipe] = useState(50);
  const kept = useStore(prefs, (value) => value.offsets);
  const speed = useStore(prefs, (value) => value.rate);
  const [range, setRange] = useState(wholeFilm);
  /** Notes that are being written, each for the take that it was begun for. */
  const [drafts, setDrafts] = useState<Readonly<Record<string, NoteDraft>>>({});
  const [exact, setExact] = useState<Readonly<Record<string, boolean | null>>>({});
  const [sound, setSound] = useState<'none' | 'left' | 'right'>('none');
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
  const clock = useClock({ video: leftVideo, rate: leftRate }, followers, startAt, speed, range);
  // All are fitted alike, so what the left one needs moves them together.
  const shownFilm = () => {
    const box = stage.current?.querySelector('figure')?.getBoundingClientRect();
    return box === undefined ? null : { box, width: left?.video.width ?? 0, height: left?.video.height ?? 0 };
  };
  const zoom = useZoom(stage, shownFilm, '', startZoom);
  const onExact = useCallback(
    (place: string, isExact: boolean | null) =>
      setExact((now) => (now[place] === isExact ? now : { ...now, [place]: isExact })),
    [],
  );

  const onFacts = useCallback((take: Take, told: Partial<FilmFacts>) => {
    const name = nameOfTake(take);
    setFacts((now) => {
      const known: Partial<FilmFacts> = now[name] ?? {};
      const next = { ...known, ...told };
      const isNews = (Object.keys(next) as (keyof FilmFacts)[]).some((field) => known[field] !== next[field]);
      return isNews ? { ...now, [name]: next } : now;
    });
  }, []);

  useEffect(() => stage.current?.focus(), []);
  useEffect(() => {
    // By hand for who asked for less motion: the same key shows the other one.
    if (mode !== 'blink' || matchMedia('(prefers-reduced-motion: reduce)').matches) return undefined;
    const timer = setInterval(() => setBlinkRight((now) => !now), blinkMs);
    return () => clearInterval(timer);
  }, [mode]);

  if (left === undefined || right === undefined) return null;
  // What they were made from has no letter: the first take is A, as where takes are chosen.
  const letterAt = (i: number) => letterOf(takes.slice(0, i).filter(({ source }) => source === undefined).length);
  const nameOf = (i: number) => (takes[i]?.source === undefined ? letterAt(i) : words.source);
  const titleOf = (i: number) => (takes[i]?.source === undefined ? words.take(letterAt(i)) : words.source);
  const names = { left: titleOf(pair.left), right: titleOf(pair.right) };
  const setPair = (next: Places) => {
    setChosen(namesOf(takes, next));
    // What was begun waits for its take to be there again, without taking the keys.
    setDrafts((all) => {
      const begun = Object.entries(all).filter(([, { text }]) => text !== '');
      return Object.fromEntries(begun.map(([name, draft]) => [name, { ...draft, wantsFocus: false }]));
    });
  };
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
    // In the address: a reload shows the same, and a link to another mode is one.
    const { list, screen } = router.get();
    if (screen?.name === 'compare') router.replace({ list, taskKey: null, screen: { ...screen, mode: next } });
  };
  // What is judged is a take, never what it was made from: the right one, else the left one.
  const judgedTake = [right, left].find(({ source }) => source === undefined);
  const judged = judgedTake?.task ?? null;
  const judgedName = judgedTake === left ? names.left : names.right;
  /** How far the judged one is ahead of the clock, in seconds of its own. */
  const ahead = judgedTake === left ? 0 : offset / rightRate;
  const addNote = () => {
    if (judgedTake === undefined) return;
    if (clock.playing) clock.toggle();
    const name = nameOfTake(judgedTake);
    const at = Math.max(0, clock.at + ahead);
    setDrafts((all) => {
      const { text = '', turn = 0 } = all[name] ?? {};
      return { ...all, [name]: { text, at, turn: turn + 1, wantsFocus: true } };
    });
  };
  const setSpeed = (rate: number) => prefs.update((all) => ({ ...all, rate }));
  const judge = (pick: 'picked' | 'rejected' | null) =>
    judged !== null && actions.judge([judged], { pick, ...(pick === 'picked' ? { starred: true } : {}) });
  const rate = (rating: number) => judged !== null && actions.judge([judged], { rating });
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
    const zoomed = zoom.place();
    const screen = {
      name: 'compare',
      sides: [left, right, ...others].map(sideOf),
      mode,
      at: clock.at,
      ...(zoomed === null ? {} : { zoom: zoomed }),
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
      const { png, at } = await pairPicture(a, b, !clock.playing);
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

  /** To what follows it, as Tab does elsewhere: on the stage that key shows the next take. */
  function leaveStage(): void {
    const from = stage.current;
    const controls = from?.closest('main')?.querySelectorAll<HTMLElement>('button:enabled') ?? [];
    const isBehind = (each: Node) =>
      from !== null &&
      !from.contains(each) &&
      (from.compareDocumentPosition(each) & Node.DOCUMENT_POSITION_FOLLOWING) > 0;
    [...controls].find(isBehind)?.focus();
  }

  function actionFor(key: string, shift: boolean, onStage: boolean): (() => void) | null {
    const wished = modeKeys[key];
    if (wished !== undefined) return () => chooseMode(wished);
    if (onStage) {
      if (key === 'Tab') return () => nextRight(shift ? -1 : 1);
      // One thing at a time: out of the picture's own size first.
      if (key === 'Escape') return zoom.isZoomed ? zoom.reset : leaveStage;
      if (key === ' ') return clock.toggle;
      const step = shift ? 10 : 1;
      if (mode === 'wipe' && key === 'ArrowLeft') return () => setWipe(Math.max(0, wipe - step));
      if (mode === 'wipe' && key === 'ArrowRight') return () => setWipe(Math.min(100, wipe + step));
      if (zoom.isZoomed && isArrow(key)) return () => zoom.panTowards(key);
    }
    if (/^[1-5]$/.test(key)) return () => rate(Number(key));
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
        return zoom.cycle;
      case '<':
        return () => setSpeed(nextSpeed(speed, -1));
      case '>':
        return () => setSpeed(nextSpeed(speed, 1));
      case 'r':
        return () => setRange(withNextMark(range, clock.at));
      case 'n':
        return judged === null ? null : addNote;
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

  const skew = Math.abs(clock.skew);
  const isRefused = shown.some((_, i) => exact[places[i] ?? ''] === false);
  const isExact = shown.every((_, i) => exact[places[i] ?? ''] === true);
  const shownSkew = format.decimal(Math.round(skew * 10) / 10);
  return (
    <div className={styles['page']} onKeyDown={onKeyDown}>
      <div className={styles['work']}>
        <CompareBar
          titles={takes.map((_, i) => titleOf(i))}
          pair={pair}
          mode={mode}
          scale={zoom.scale}
          onChoose={choose}
          onSwap={swap}
          onMode={chooseMode}
          onZoom={zoom.cycle}
          onCopyLink={copyLink}
          onSave={() => void savePair()}
        />
        <CompareStage
          stage={stage}
          label={words.stage(names.left, names.right)}
          mode={mode}
          count={shown.length}
          isRight={blinkRight}
          wipe={wipe}
          zoom={zoom}
          onWipe={setWipe}
        >
          {shown.map((take, i) => {
            const place = places[i];
            if (take === undefined || place === undefined) return null;
            const follower = followers[i - 1];
            const rate = take.video.frameRate ?? usualRate;
            return (
              <Film
                key={place}
                place={place}
                take={take}
                video={[leftVideo, rightVideo, thirdVideo, fourthVideo][i] ?? fourthVideo}
                muted={sound !== place}
                name={titleOf(takes.indexOf(take))}
                rate={rate}
                frame={follower === undefined ? frameAt(clock.at, rate) : frameOf(clock.at, leftRate, follower)}
                stands={!clock.playing && clock.duration > 0}
                onExact={onExact}
                onLoaded={clock.meet}
                onFacts={onFacts}
              />
            );
          })}
          <p className={styles['note']} data-amber={skew > 1 || undefined}>
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
        </CompareStage>
        <CompareTransport
          clock={clock}
          speed={speed}
          range={range}
          wipe={mode === 'wipe' ? wipe : null}
          left={names.left}
          sound={sound}
          sides={[
            { title: names.left, offset: leftOffset, delay: (frames) => delay(leftTake, frames) },
            { title: names.right, offset: offsetOf(right), delay: (frames) => delay(rightTake, frames) },
          ]}
          onWipe={setWipe}
          onSound={nextSound}
          onSpeed={setSpeed}
          onMark={() => setRange(withNextMark(range, clock.at))}
        />
        <p role="status" className="visually-hidden">
          {clock.playing
            ? ''
            : words.frame(
                names.left,
                frameAt(clock.at, leftRate),
                names.right,
                frameOf(clock.at, leftRate, { rate: rightRate, offset }),
              )}
        </p>
        <TakesStrip
          takes={takes}
          pair={pair}
          nameOf={nameOf}
          titleOf={titleOf}
          onChoose={(to) => to !== pair.left && setPair({ ...pair, right: to })}
        />
      </div>
      <aside className={styles['aside']} aria-label={words.differs} tabIndex={0}>
        <Differs left={left} right={right} names={names} />
        {judgedTake === undefined || judged === null ? null : (
          <>
            <JudgedTake task={judged} title={judgedName} onJudge={judge} onRate={rate} />
            <TakeNotes
              task={judged}
              title={judgedName}
              draft={drafts[nameOfTake(judgedTake)] ?? null}
              onAdd={addNote}
              onDraft={(draft) => setDrafts((all) => ({ ...all, [nameOfTake(judgedTake)]: draft }))}
              onEnd={() => {
                setDrafts((all) => without(all, nameOfTake(judgedTake)));
                stage.current?.focus();
              }}
              onGo={(seconds) => clock.seek(Math.max(0, seconds - ahead))}
            />
          </>
        )}
        <section className={styles['keys']}>
          <h2>{words.keys.title}</h2>
          <KeyList rows={mainCompareKeys} />
        </section>
      </aside>
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
