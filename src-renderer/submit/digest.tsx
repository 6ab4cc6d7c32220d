import { ChevronDown, ChevronUp, X } from 'lucide-react';
import { type RefObject, useEffect, useEffectEvent, useRef, useState } from 'react';
import type { Digest as DigestData } from '../../src-main/common/loop-calls.ts';
import type { TaskView } from '../../src-main/common/task-view.ts';
import { useInbox } from '../inbox.ts';
import { formatRoute, type Route, startList } from '../router/route.ts';
import { failureReason } from '../store/announcer.ts';
import { taskTitle } from '../store/task-title.ts';
import { enSubmit } from '../texts/en-submit.ts';
import { texts } from '../texts/texts.ts';
import { buttonClass } from '../ui/button.tsx';
import { IconButton } from '../ui/icon-button.tsx';
import styles from './digest.module.css';

const { digest: words } = enSubmit;
/** A shorter absence needs no report: what came stands in the inbox. */
const awayMs = 2 * 3_600_000;
/** Later news add to it; so often they are looked for. */
const settleMs = 3_000;
const shownAtMost = 3;
/** Three rows of five. */
const picturesAtMost = 15;

type Kind = 'needsYou' | 'lost' | 'failed' | 'rescued';
/** What waits for a person comes first. */
const kinds: readonly Kind[] = ['needsYou', 'lost', 'failed', 'rescued'];

interface Shown {
  readonly digest: DigestData;
  readonly lines: readonly { readonly kind: Kind; readonly task: TaskView }[];
  /** Of those that came, the oldest first. */
  readonly pictures: readonly TaskView[];
}

/** While you were away: whether something needs a person. It takes no focus and blocks nothing. */
export function Digest() {
  const { client, announcer, now, format } = useInbox();
  const [shown, setShown] = useState<Shown | null>(null);
  const [told, setTold] = useState<string | null>(null);
  /** Counts the looks, and what ends them: an answer that was on its way brings back nothing that was put away. */
  const last = useRef(0);
  const putAway = useRef<Promise<unknown>>(Promise.resolve());
  const [isOpen, setOpen] = useState(true);
  const panel = useRef<HTMLElement>(null);
  useFoldedByScroll(panel, () => setOpen(false));

  const look = useEffectEvent(async () => {
    last.current += 1;
    const mine = last.current;
    await putAway.current;
    const digest = await client.call('digest:get');
    if (mine !== last.current) return;
    if (digest === null || digest.since === null || Date.now() - Date.parse(digest.since) < awayMs) {
      setShown(null);
      return;
    }
    const named = kinds.flatMap((kind) => digest[kind].map((key) => ({ kind, key }))).slice(0, shownAtMost);
    const lines = await Promise.all(
      named.map(async ({ kind, key }) => {
        const task = await client.call('tasks:get', key);
        return task === null ? [] : [{ kind, task }];
      }),
    );
    const here = await Promise.all(
      [...digest.came, ...digest.rescued].slice(0, picturesAtMost).map((key) => client.call('tasks:get', key)),
    );
    if (mine !== last.current) return;
    const pictures = here.filter((task) => task !== null && task.poster !== null && task.trashedAt === null);
    setShown({ digest, lines: lines.flat(), pictures: pictures.filter((task) => task !== null) });
    const sentence = `${words.title}: ${factsOf(digest)
      .map(({ count, word }) => `${format.number(count)} ${word}`)
      .join(texts.common.comma)}.`;
    if (told === digest.since) return;
    setTold(digest.since);
    announcer.say(sentence);
  });
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | null = null;
    // Nobody asked for it: where it cannot be had, the page goes on without.
    const ask = () => void look().catch(() => undefined);
    ask();
    const undo = client.subscribe(({ name }) => {
      if (timer !== null || (name !== 'tasks:changed' && name !== 'resync')) return;
      timer = setTimeout(() => {
        timer = null;
        ask();
      }, settleMs);
    });
    return () => {
      undo();
      if (timer !== null) clearTimeout(timer);
    };
  }, [client]);

  if (shown === null) return null;
  const { digest, lines, pictures } = shown;
  const dismiss = () => {
    last.current += 1;
    setShown(null);
    putAway.current = client.call('digest:dismiss').catch(() => undefined);
  };
  const facts = factsOf(digest);
  const firstCame = digest.came[0] ?? digest.rescued[0];
  const total = digest.came.length + digest.rescued.length;
  const rest = kinds.reduce((sum, kind) => sum + digest[kind].length, 0) - lines.length;
  const isGood = lines.length === 0 && rest === 0;
  return (
    <section
      ref={panel}
      className={styles['panel']}
      data-good={isGood || undefined}
      aria-label={words.title}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.preventDefault();
        dismiss();
      }}
    >
      <header className={styles['head']}>
        {isGood ? (
          <p>{words.allSaved(total, format.number(total))}</p>
        ) : (
          <h2>
            {words.title}
            {digest.since === null ? null : (
              <span className={styles['since']}>{words.since(format.moment(digest.since, now.get()))}</span>
            )}
          </h2>
        )}
        {firstCame === undefined ? null : (
          <a className={buttonClass(isGood ? 'plain' : 'primary')} href={formatRoute(routeOf(firstCame))}>
            {words.look(total, format.number(total))}
          </a>
        )}
        {isGood ? null : (
          <IconButton label={texts.details.title} aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
            {isOpen ? <ChevronUp size={16} aria-hidden /> : <ChevronDown size={16} aria-hidden />}
          </IconButton>
        )}
        <IconButton label={texts.common.dismiss} onClick={dismiss}>
          <X size={16} aria-hidden />
        </IconButton>
      </header>
      {isGood || !isOpen ? null : (
        <div className={styles['more']}>
          <ul className={styles['facts']}>
            {facts.map(({ kind, count, word }) => (
              <li key={kind} data-kind={kind}>
                <strong>{format.number(count)}</strong> {word}
              </li>
            ))}
          </ul>
          <Wall total={total} pictures={pictures} />
          <ul className={styles['lines']}>
            {lines.map(({ kind, task }) => (
              <Line key={`${kind} ${task.key}`} kind={kind} task={task} />
            ))}
          </ul>
          {rest > 0 ? <p className={styles['since']}>{words.more(format.number(rest))}</p> : null}
        </div>
      )}
    </section>
  );
}

/**
 * Whoever goes down the list beside it has read it, and needs the room: once the list is scrolled by as much as it gives
 * back, so that no card moves. It folds once: opened again, it stays open.
 */
function useFoldedByScroll(panel: RefObject<HTMLElement | null>, fold: () => void): void {
  const isDone = useRef(false);
  const onScroll = useEffectEvent(({ target }: Event) => {
    const given = panel.current?.clientHeight ?? Infinity;
    const isList = target instanceof Element && target.querySelector('[role="grid"]') !== null;
    if (isDone.current || !isList || target.scrollTop < given || panel.current?.contains(document.activeElement))
      return;
    isDone.current = true;
    fold();
  });
  useEffect(() => {
    const listen = (event: Event) => onScroll(event);
    // A scroll stays at what scrolls: it is heard on its way down.
    document.addEventListener('scroll', listen, { capture: true, passive: true });
    return () => document.removeEventListener('scroll', listen, { capture: true });
  }, []);
}

/** What came, as pictures that lead to it. */
function Wall({ total, pictures }: { readonly total: number; readonly pictures: readonly TaskView[] }) {
  const { client, format } = useInbox();
  if (pictures.length === 0) return null;
  return (
    <section className={styles['wall']} aria-label={words.wall(total, format.number(total))}>
      <ul>
        {pictures.map((task) => (
          <li key={task.key}>
            <a href={formatRoute(routeOf(task.key))} title={taskTitle(task)}>
              <img src={client.posterUrl(task.key, task.poster ?? '')} alt={taskTitle(task)} loading="lazy" />
            </a>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Line({ kind, task }: Shown['lines'][number]) {
  const title = taskTitle(task);
  const again: Route = { list: startList, taskKey: null, screen: { name: 'new', from: task.key, how: 'edit' } };
  const isConflict = kind === 'needsYou' && task.trust === 'conflicting';
  const act = kind === 'failed' ? words.edit : isConflict ? words.decide : words.show;
  return (
    <li data-kind={kind}>
      <div>
        <p className={styles['title']} dir="auto">
          {title}
        </p>
        <p className={styles['since']} dir="auto">
          {reasonOf(kind, task)}
        </p>
      </div>
      <a
        className={buttonClass('plain')}
        aria-label={`${act}: ${title}`}
        href={formatRoute(kind === 'failed' ? again : routeOf(task.key))}
      >
        {act}
      </a>
    </li>
  );
}

function reasonOf(kind: Kind, task: TaskView): string {
  if (kind === 'rescued') return words.isRescued;
  if (kind !== 'needsYou') return failureReason(task);
  return task.trust === 'conflicting' ? texts.dispute.title : texts.card.needsApiKey;
}

function routeOf(taskKey: string): Route {
  return { list: { ...startList, view: 'inbox' }, taskKey };
}

/** What is nothing is left out. */
function factsOf({ came, rescued, failed, lost, needsYou, spentCredits }: DigestData) {
  const spent = Math.round(spentCredits ?? 0);
  return [
    { kind: 'came', count: came.length, word: words.came },
    { kind: 'rescued', count: rescued.length, word: words.rescued },
    { kind: 'failed', count: failed.length, word: words.failed },
    { kind: 'lost', count: lost.length, word: words.lost },
    { kind: 'needsYou', count: needsYou.length, word: words.needsYou(needsYou.length) },
    { kind: 'spent', count: spent, word: words.spent(spent) },
  ].filter(({ count }) => count > 0);
}
