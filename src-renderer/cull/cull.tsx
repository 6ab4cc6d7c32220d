import { Check, Columns2, Undo2, X } from 'lucide-react';
import { type KeyboardEvent, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { newestTakes } from '../../src-main/common/task-query.ts';
import type { TaskView } from '../../src-main/common/task-view.ts';
import { letterOf } from '../compare/letters.ts';
import { firstSaved } from '../gallery/card-state.ts';
import { Message } from '../gallery/empty.tsx';
import { providerTitle } from '../format/provider-title.ts';
import { useInbox } from '../inbox.ts';
import { Screen } from '../shell/screen.tsx';
import { isCovered, isNowhere, isTyping } from '../shell/use-global-keys.ts';
import { useTabTitle } from '../shell/use-tab-title.ts';
import { shortened, taskTitle } from '../store/task-title.ts';
import { enCompare } from '../texts/en-compare.ts';
import { enCull as words } from '../texts/en-cull.ts';
import { texts } from '../texts/texts.ts';
import { Button } from '../ui/button.tsx';
import { isHeld } from '../ui/is-held.ts';
import { KeyList } from '../ui/key-list.tsx';
import { keyOf } from '../ui/key-of.ts';
import { arrowKey } from '../ui/right-to-left.ts';
import styles from './cull.module.css';
import { CullAside } from './cull-aside.tsx';
import { cullKeys } from './keys.ts';
import { NearPairs } from './near-pairs.tsx';
import { placeIn } from './place-in.ts';
import { RatingStars } from './rating-stars.tsx';
import { TakeCell } from './take-cell.tsx';
import { useLikeness } from './use-likeness.ts';
import { useStack } from './use-stack.ts';

const shows = ['all', 'left', 'picked', 'rejected'] as const;
type Show = (typeof shows)[number];

interface CullProps {
  readonly taskKey: string;
  readonly onTitle: (title: string | null) => void;
}

/** From many takes to a few, with one hand on the keyboard and nothing that cannot be taken back. */
export function Cull({ taskKey, onTitle }: CullProps) {
  const { takes: stack, error, askAgain } = useStack(taskKey);
  const takes = useMemo(() => (stack === null ? null : newestTakes(stack)), [stack]);
  const { router } = useInbox();
  const first = takes?.[0];
  useTabTitle(onTitle, first === undefined ? null : shortened(taskTitle(first), 80));
  return (
    <Screen
      title={first === undefined ? words.title : shortened(taskTitle(first), 200)}
      detail={
        takes === null || first === undefined
          ? null
          : [
              words.takes(takes.length, String(takes.length)),
              ...(stack?.length === takes.length ? [] : [words.newest]),
              providerTitle(first.provider),
            ].join(texts.common.separator)
      }
      isWide
      acts={
        first === undefined ? undefined : (
          <Button
            onClick={() =>
              router.push({
                list: router.get().list,
                taskKey: null,
                screen: { name: 'new', from: taskKey, how: 'again' },
              })
            }
          >
            {texts.player.sameAgain}
          </Button>
        )
      }
    >
      {takes === null && error !== null ? (
        <Message title={texts.errors.loadList} detail={error}>
          <Button onClick={askAgain}>{texts.common.tryAgain}</Button>
        </Message>
      ) : takes === null ? (
        <p className="visually-hidden" role="status">
          {words.loading}
        </p>
      ) : first === undefined ? (
        <Message title={words.gone} detail={words.goneDetail} />
      ) : (
        <Takes key={taskKey} takes={takes} start={takes.findIndex(({ key }) => key === taskKey)} />
      )}
    </Screen>
  );
}

const isJudged = ({ pick }: TaskView): boolean => pick !== undefined;

interface TakesProps {
  readonly takes: readonly TaskView[];
  readonly start: number;
}

function Takes({ takes, start }: TakesProps) {
  const { actions, announcer, format, router } = useInbox();
  const [show, setShow] = useState<Show>('all');
  const [current, setCurrent] = useState(takes[Math.max(0, start)]?.key ?? '');
  const [playing, setPlaying] = useState<string | null>(null);
  const grid = useRef<HTMLDivElement>(null);
  const likeness = useLikeness(takes);
  const playOrStop = useCallback((key: string) => setPlaying((now) => (now === key ? null : key)), []);
  const number = (n: number) => format.number(n);

  const shown = takes.filter(({ pick }) => show === 'all' || (show === 'left' ? pick === undefined : pick === show));
  const at = placeIn(shown, takes, current);
  const picked = takes.filter(({ pick }) => pick === 'picked');
  const rejected = takes.filter(({ pick }) => pick === 'rejected');
  const left = takes.filter((task) => !isJudged(task));
  const judged = (more = 0) => words.judged(number(takes.length - left.length + more), number(takes.length));

  const focusOn = (key: string | undefined) => {
    if (key === undefined) return;
    setCurrent(key);
    requestAnimationFrame(() => grid.current?.querySelector<HTMLElement>(`[data-key="${CSS.escape(key)}"]`)?.focus());
  };
  // The grid is what the keys are for.
  useEffect(() => {
    grid.current?.querySelector<HTMLElement>('[tabindex="0"]')?.focus();
  }, []);
  // The take that had the focus went to the trash in another window.
  useEffect(() => {
    if (isNowhere() && !isCovered()) grid.current?.querySelector<HTMLElement>('[tabindex="0"]')?.focus();
  }, [takes]);

  /** The next one that nobody has judged, from here on and round. */
  function goOn(from: TaskView) {
    const place = takes.indexOf(from);
    const rest = [...takes.slice(place + 1), ...takes.slice(0, place)];
    focusOn(rest.find((task) => !isJudged(task))?.key ?? from.key);
  }

  function judge(task: TaskView, pick: 'picked' | 'rejected' | null, stay: boolean) {
    const letter = letterOf(takes.indexOf(task));
    const more = isJudged(task) ? (pick === null ? -1 : 0) : pick === null ? 0 : 1;
    const marks = { pick, ...(pick === null ? {} : { starred: pick === 'picked' }) };
    // Whoever takes it back judges that one again.
    actions.judge([task], marks, () => focusOn(task.key));
    const say = { picked: words.saidPicked, rejected: words.saidRejected, none: words.saidNeither }[pick ?? 'none'];
    announcer.say(say(letter, judged(more)));
    if (!stay && pick !== null) goOn(task);
  }

  function rate(task: TaskView, rating: number) {
    actions.judge([task], { rating }, () => focusOn(task.key));
    const letter = letterOf(takes.indexOf(task));
    announcer.say(rating === 0 ? words.saidUnrated(letter) : words.saidRated(letter, rating));
  }

  const rejectRest = () => {
    if (left.length > 0) actions.judge(left, { pick: 'rejected' });
  };
  const finish = () => {
    if (rejected.length > 0) actions.trash(rejected);
    router.closeScreen();
  };
  const lookAt = (chosen: readonly TaskView[]) => {
    const sides = chosen.map((task) => ({ key: task.key, n: firstSaved(task)?.n ?? 1 }));
    const { list } = router.get();
    // The way back leads to the take that was looked at last.
    router.replace({ list, taskKey: null, screen: { name: 'cull', key: now?.key ?? current } });
    router.push({ list, taskKey: null, screen: { name: 'compare', sides } });
  };
  /** What keys and buttons are about. */
  const now = shown[at];
  const isPickedCompared = picked.length >= 2;
  const compare = () => lookAt(isPickedCompared ? picked : [now ?? takes[0]].filter((task) => task !== undefined));

  function columnsOf(): number {
    const cells = [...(grid.current?.querySelectorAll<HTMLElement>('[data-key]') ?? [])];
    const top = cells[0]?.offsetTop;
    return Math.max(1, cells.filter((cell) => cell.offsetTop === top).length);
  }

  function onKeyDown(event: KeyboardEvent) {
    if (event.defaultPrevented || isTyping(event.target) || isCovered()) return;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const act = actFor(event, now);
    if (act === null && !isHeld(event)) return;
    event.preventDefault();
    if (!isHeld(event)) act?.();
  }

  function actFor(event: KeyboardEvent, task: TaskView | undefined): (() => void) | null {
    const { shiftKey, target, currentTarget } = event;
    const key = keyOf(event);
    // On a take; the buttons among them have their own Space.
    const inGrid = target === currentTarget || (target instanceof Element && target.closest('[data-key]') !== null);
    const go = (step: number) => () => focusOn(shown[Math.max(0, Math.min(shown.length - 1, at + step))]?.key);
    if (inGrid) {
      if (arrowKey(key) === 'ArrowRight') return go(1);
      if (arrowKey(key) === 'ArrowLeft') return go(-1);
      if (key === 'ArrowDown') return go(columnsOf());
      if (key === 'ArrowUp') return go(-columnsOf());
      if (key === 'Home') return go(-shown.length);
      if (key === 'End') return go(shown.length);
      if (key === ' ' && task !== undefined) return () => playOrStop(task.key);
    }
    if (key === 'Escape' && playing !== null) return () => setPlaying(null);
    if (key === 'c' || key === 'C') return compare;
    if (key === 'X' && shiftKey) return rejectRest;
    if (task === undefined) return null;
    if (/^[0-5]$/.test(key)) return () => rate(task, Number(key));
    if (key === 'p' || key === 'P') return () => judge(task, 'picked', shiftKey);
    if (key === 'x') return () => judge(task, 'rejected', false);
    if (key === 'u' || key === 'U') return () => judge(task, null, true);
    return null;
  }

  const sums = { all: takes.length, left: left.length, picked: picked.length, rejected: rejected.length };
  const acts = (task: TaskView) => (
    <div className={styles['acts']}>
      <Button onClick={() => judge(task, 'picked', false)}>
        <Check size={15} aria-hidden />
        {words.pick} <kbd aria-hidden>P</kbd>
      </Button>
      <Button onClick={() => judge(task, 'rejected', false)}>
        <X size={15} aria-hidden />
        {words.reject} <kbd aria-hidden>X</kbd>
      </Button>
    </div>
  );
  return (
    // Whoever clicks beside a take has the keys still.
    <div className={styles['page']} tabIndex={-1} onKeyDown={onKeyDown}>
      <CullAside takes={takes} picked={picked}>
        {now === undefined ? null : (
          <div className={styles['now']}>
            <p>
              <strong>{words.take(letterOf(takes.indexOf(now)))}</strong>{' '}
              <span className={styles['quiet']}>{now.pick === undefined ? words.notJudged : enCompare[now.pick]}</span>
              <RatingStars rating={now.rating ?? 0} onRate={(rating) => rate(now, rating)} />
            </p>
            {acts(now)}
          </div>
        )}
        <div className={styles['keys']}>
          <h2>{words.keys.title}</h2>
          <KeyList rows={cullKeys} />
        </div>
      </CullAside>
      <section className={styles['main']} aria-label={words.grid}>
        <header className={styles['head']}>
          <strong>{left.length === 0 ? words.allJudged : judged()}</strong>
          <span className={styles['bars']} aria-hidden>
            {takes.map(({ key, pick }) => (
              <span key={key} data-pick={pick} data-now={key === current || undefined} />
            ))}
          </span>
          <span className={styles['quiet']}>
            {words.sums(number(picked.length), number(rejected.length), number(left.length))}
          </span>
          <span className={styles['grow']} />
          <div role="group" aria-label={words.show} className={styles['shows']}>
            {shows.map((each) => (
              <button key={each} type="button" aria-pressed={show === each} onClick={() => setShow(each)}>
                {words[each]} {each === 'all' ? null : number(sums[each])}
              </button>
            ))}
          </div>
        </header>
        <div
          ref={grid}
          role="list"
          aria-label={words.takes(takes.length, number(takes.length))}
          className={styles['grid']}
        >
          {shown.map((task) => {
            const place = takes.indexOf(task);
            return (
              <TakeCell
                key={task.key}
                task={task}
                letter={letterOf(place)}
                like={likeness[place] ?? null}
                isCurrent={task.key === (shown[at]?.key ?? '')}
                isPlaying={playing === task.key}
                onFocus={setCurrent}
                onOpen={playOrStop}
              />
            );
          })}
          {show === 'all' ? <NearPairs takes={takes} likeness={likeness} onLook={lookAt} /> : null}
        </div>
        <footer className={styles['foot']}>
          {/* Under the thumbs, where the panel with the two has gone to the top. */}
          {now === undefined ? null : <div className={styles['handy']}>{acts(now)}</div>}
          <span className={styles['hint']}>
            <span>{words.advances}</span>
          </span>
          <Button onClick={() => actions.undo()}>
            <Undo2 size={15} aria-hidden />
            {words.undo}
          </Button>
          <Button onClick={compare}>
            <Columns2 size={15} aria-hidden />
            {isPickedCompared ? words.comparePicked(picked.length, number(picked.length)) : words.compare}{' '}
            <kbd aria-hidden>C</kbd>
          </Button>
          <Button aria-disabled={left.length === 0} onClick={() => left.length > 0 && rejectRest()}>
            {words.rest(left.length, number(left.length))}
          </Button>
          <Button kind="primary" onClick={finish}>
            {words.done(number(picked.length), number(rejected.length))}
          </Button>
        </footer>
      </section>
    </div>
  );
}
