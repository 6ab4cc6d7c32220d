import { type KeyboardEvent, useCallback, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { filmTime } from '../format/format.ts';
import { useInbox } from '../inbox.ts';
import { exportName, usualExportName } from '../../src-main/common/export-names.ts';
import { saveBlob } from '../player/frame-picture.ts';
import { nextSpeed } from '../player/frames.ts';
import { wholeFilm, withNextMark } from '../player/loop-range.ts';
import { useZoom } from '../player/use-zoom.ts';
import { areTogether, type CompareMode, formatRoute, type Side, startList, type ZoomPlace } from '../router/route.ts';
import { enCompare as words } from '../texts/en-compare.ts';
import { useStore } from '../store/use-store.ts';
import { KeyList } from '../ui/key-list.tsx';
import { CompareBar } from './compare-bar.tsx';
import { CompareStage } from './compare-stage.tsx';
import styles from './compare.module.css';
import { CompareTransport } from './compare-transport.tsx';
import { Differs } from './differs.tsx';
import { Film } from './film.tsx';
import { HowExact } from './how-exact.tsx';
import { JudgedTake } from './judged-take.tsx';
import { mainCompareKeys } from './keys.ts';
import { onPairKey } from './pair-keys.ts';
import { NoPicture, pairPicture } from './pair-picture.ts';
import { TakeNotes } from './take-notes.tsx';
import { TakesStrip } from './takes-strip.tsx';
import { useBlink } from './use-blink.ts';
import { type Clock, frameAt, middle, useClock } from './use-clock.ts';
import { useFilmFacts } from './use-film-facts.ts';
import { useNoteDrafts } from './use-note-drafts.ts';
import { useOffsets } from './use-offsets.ts';
import { usePair } from './use-pair.ts';
import { nameOfTake, type Take } from './use-takes.ts';

const usualRate = 30;

interface PairProps {
  readonly takes: readonly Take[];
  /** Those that were chosen and are not among them, in sentences. */
  readonly leftOut: readonly string[];
  /** As the address names them; three or four of them are shown together, side by side, and of more the strip has all. */
  readonly sides: readonly Side[];
  readonly mode: CompareMode;
  readonly startAt: number;
  readonly startZoom: ZoomPlace | null;
}

const places = ['left', 'right', 'third', 'fourth'] as const;

/** Two takes on one clock, or up to four side by side. */
export function Pair({ takes: given, leftOut, sides, mode, startAt, startZoom }: PairProps) {
  const { actions, announcer, notices, prefs, router } = useInbox();
  const { takes, onFacts } = useFilmFacts(given);
  const { drafts, ...notes } = useNoteDrafts();
  const { pair, setPair, choose, swap, nextRight } = usePair(takes, sides, notes.rest);
  const [wipe, setWipe] = useState(50);
  const { offsetOf, delay } = useOffsets(sides);
  const speed = useStore(prefs, (value) => value.rate);
  const [range, setRange] = useState(wholeFilm);
  const [exact, setExact] = useState<Readonly<Record<string, boolean | null>>>({});
  const [sound, setSound] = useState<'none' | 'left' | 'right'>('none');
  const [blinkRight, setBlinkRight] = useBlink(mode);
  const stage = useRef<HTMLDivElement>(null);
  const leftVideo = useRef<HTMLVideoElement>(null);
  const rightVideo = useRef<HTMLVideoElement>(null);
  const thirdVideo = useRef<HTMLVideoElement>(null);
  const fourthVideo = useRef<HTMLVideoElement>(null);
  const left = takes[pair.left] ?? takes[0];
  const right = takes[pair.right] ?? takes[1];
  const leftRate = left?.video.frameRate ?? usualRate;
  const rightRate = right?.video.frameRate ?? usualRate;
  const leftOffset = offsetOf(left);
  /** What is shown beside the two, where three or four were chosen. */
  const others =
    mode === 'side' && areTogether(sides) ? takes.filter((take) => take !== left && take !== right).slice(0, 2) : [];
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
  const clock = useClock(
    {
      video: leftVideo,
      rate: leftRate,
      film: left === undefined ? left : nameOfTake(left),
      ahead: leftOffset / leftRate,
    },
    followers,
    startAt,
    speed,
    range,
  );
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

  // As soon as it is seen: a key that comes before would be the page's.
  useLayoutEffect(() => stage.current?.focus(), []);
  if (left === undefined || right === undefined) return null;
  // What they were made from has no letter.
  const letterAt = (i: number) => takes[i]?.letter ?? '';
  const nameOf = (i: number) => (takes[i]?.source === undefined ? letterAt(i) : words.source);
  const titleOf = (i: number) => (takes[i]?.source === undefined ? words.take(letterAt(i)) : words.source);
  const names = { left: titleOf(pair.left), right: titleOf(pair.right) };
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
    // The clock may be behind its end, with a film that is longer.
    const end = judgedTake.video.durationSeconds ?? Infinity;
    notes.begin(judgedTake, Math.max(0, Math.min(clock.now() + ahead, end)));
  };
  const mark = () => {
    const at = clock.now();
    setRange((marked) => withNextMark(marked, at));
  };
  const setSpeed = (rate: number) => prefs.update((all) => ({ ...all, rate }));
  const judge = (pick: 'picked' | 'rejected' | null) =>
    judged !== null && actions.judge([judged], { pick, ...(pick === 'picked' ? { starred: true } : {}) });
  const rate = (rating: number) => judged !== null && actions.judge([judged], { rating });
  const shownTask = left.task;
  const [leftTake, rightTake] = [left, right];
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
      at: clock.now(),
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
      const { png, at } = await pairPicture(a, b, !clock.playing, clock.now);
      const place = filmTime(at).replaceAll(/[:.]/g, '-');
      const name = `${exportName(usualExportName, shownTask, left?.n ?? 1)} ${letters} ${place}.png`;
      saveBlob(png, name);
      notices.post({ text: words.saved(name) });
    } catch (error) {
      const text = error instanceof NoPicture ? words.noFrames(names[error.side]) : words.notSaved;
      notices.post({ text, kind: 'bad' });
    }
  }

  const onKeyDown = (event: KeyboardEvent): void =>
    onPairKey(event, {
      stage: stage.current,
      clock,
      zoom,
      mode: (next) => {
        chooseMode(next);
        announcer.say(words[next]);
      },
      wipe: mode === 'wipe' ? (step) => setWipe(Math.min(100, Math.max(0, wipe + step))) : null,
      nextRight,
      acts: {
        '[': () => delay(rightTake, -1),
        ']': () => delay(rightTake, 1),
        '{': () => delay(leftTake, -1),
        '}': () => delay(leftTake, 1),
        m: nextSound,
        q: swap,
        '<': () => setSpeed(nextSpeed(speed, -1)),
        '>': () => setSpeed(nextSpeed(speed, 1)),
        r: mark,
        ...(judged === null ? {} : { n: addNote }),
        p: () => judge('picked'),
        x: () => judge('rejected'),
        u: () => judge(null),
        e: () => void savePair(),
      },
      rate,
    });

  return (
    // Whoever clicks beside the films has the keys still.
    <div className={styles['page']} tabIndex={-1} onKeyDown={onKeyDown}>
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
                frame={follower === undefined ? frameAt(clock.at, rate) : frameOf(clock, leftRate, follower)}
                stands={!clock.playing && clock.duration > 0}
                onExact={onExact}
                onLoaded={clock.meet}
                onFacts={onFacts}
              />
            );
          })}
          <HowExact
            isPlaying={clock.playing}
            skew={Math.abs(clock.skew)}
            isExact={shown.every((_, i) => exact[places[i] ?? ''] === true)}
            isRefused={shown.some((_, i) => exact[places[i] ?? ''] === false)}
          />
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
          onMark={mark}
        />
        <p role="status" className="visually-hidden">
          {clock.playing
            ? ''
            : words.frame(
                names.left,
                frameAt(clock.at, leftRate),
                names.right,
                frameOf(clock, leftRate, { rate: rightRate, offset }),
              )}
        </p>
        <TakesStrip
          takes={takes}
          leftOut={leftOut}
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
              onDraft={(draft) => notes.write(judgedTake, draft)}
              onEnd={() => {
                notes.end(judgedTake);
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
  { at, isBehindEnd }: Pick<Clock, 'at' | 'isBehindEnd'>,
  leftRate: number,
  { rate, offset }: { readonly rate: number; readonly offset: number },
): number {
  // Behind the end of the left one the clock has no frames of that one.
  const moment = isBehindEnd ? at : middle(frameAt(at, leftRate), leftRate);
  return Math.max(0, frameAt(moment, rate) + offset);
}
