import { useEffect, useState } from 'react';
import { plainVideo } from '../../src-main/common/model.ts';
import { newestTakes } from '../../src-main/common/task-query.ts';
import type { TaskView, VideoView } from '../../src-main/common/task-view.ts';
import { firstSaved } from '../gallery/card-state.ts';
import { useInbox } from '../inbox.ts';
import type { Side } from '../router/route.ts';
import { enCompare as words } from '../texts/en-compare.ts';
import { texts } from '../texts/texts.ts';
import { leftOut } from './left-out.ts';
import { lettersOf } from './letters.ts';

export interface Take {
  readonly task: TaskView;
  /** 1-based number of the video. */
  readonly n: number;
  readonly video: VideoView;
  /** 1-based number of the input of the task that it is, where it is no result: what a result is judged by. */
  readonly source?: number;
  /** What it is called: the same as where takes are chosen. What they were made from has none. */
  readonly letter: string;
}

type NamelessTake = Omit<Take, 'letter'>;

/** Of one alone, what it was made from among them. */
const mostAround = 12;

interface Takes {
  /** `null` until they are known. */
  readonly takes: readonly Take[] | null;
  /** What one of those that were asked for is: not in the library, or there without its film. */
  readonly lacks: 'task' | 'film' | null;
  /** Those that were asked for and are not among the takes, in sentences. */
  readonly leftOut: readonly string[];
}

const unknown: Takes = { takes: null, lacks: null, leftOut: [] };

/** The videos that are compared. One alone brings the others of its task and of its prompt. */
export function useTakes(sides: readonly Side[]): Takes & {
  /** Why they are not known, in a sentence. */
  readonly error: string | null;
  readonly askAgain: () => void;
} {
  const { client, notices, describe } = useInbox();
  const [found, setFound] = useState(unknown);
  const [error, setError] = useState<string | null>(null);
  const [turn, setTurn] = useState(0);
  const wanted = JSON.stringify(sides);

  useEffect(() => {
    let isOver = false;
    let shown: ReadonlySet<string> = new Set((JSON.parse(wanted) as readonly Side[]).map(({ key }) => key));
    let known: readonly Take[] = [];
    let asked = 0;
    let answered = 0;
    const ask = async () => {
      const turn = (asked += 1);
      const sought = JSON.parse(wanted) as readonly Side[];
      // Many that are chosen among are of one stack as a rule, which is one question.
      const beside = sought[0] === undefined ? [] : await client.call('tasks:takes', sought[0].key);
      const tasks = await Promise.all(
        sought.map(async ({ key }) => beside.find((task) => task.key === key) ?? (await client.call('tasks:get', key))),
      );
      const chosen = tasks.map((task, i) => {
        const side = sought[i];
        if (task === null || side === undefined) return [];
        return side.isSource === true ? sourceOf(task) : takeOf(task, side.n);
      });
      const named = chosen.flat();
      const [first] = named;
      const isBeside = first === undefined || first.task.key === sought[0]?.key;
      const stack = newestTakes(isBeside ? beside : await client.call('tasks:takes', first.task.key));
      const found =
        sought.length > 1 || first === undefined ? named : [...sourceOf(first.task), ...around(first, stack)];
      // What an earlier question found is older.
      if (isOver || turn < answered) return;
      answered = turn;
      const takes = withLetters(inOrder(found, known.map(nameOfTake)), stack, known);
      const left = whichLeft(known, takes, stack);
      // Another one may stand in its place now, and the next key judges that.
      if (left.length > 0) notices.post({ text: words.away(left.map(words.take).join(texts.common.comma)) });
      known = takes;
      shown = new Set(takes.map(({ task }) => task.key));
      setError(null);
      setFound({
        takes,
        lacks: tasks.includes(null) ? 'task' : named.length < sought.length ? 'film' : null,
        leftOut: leftOut(tasks.map((task, i) => ({ task, isShown: chosen[i]?.length !== 0 }))),
      });
    };
    const fail = (failure: unknown) => {
      if (isOver) return;
      // What is shown of these stays: the next news asks again. Others would be taken for them.
      if (known.length === 0) setFound(unknown);
      setError(describe(failure));
    };
    const look = () => void ask().catch(fail);
    look();
    const undo = client.subscribe((event) => {
      // Those that came along are judged as well.
      if (
        event.name === 'resync' ||
        (event.name === 'tasks:removed' && event.data.keys.some((key) => shown.has(key))) ||
        (event.name === 'tasks:changed' && event.data.tasks.some(({ key }) => shown.has(key)))
      )
        look();
    });
    return () => {
      isOver = true;
      undo();
    };
  }, [client, notices, describe, wanted, turn]);
  return { ...found, error, askAgain: () => setTurn((now) => now + 1) };
}

export const nameOfTake = ({ task, n, source }: NamelessTake): string =>
  `${task.key}~${source === undefined ? n : `s${source}`}`;

/** The letters of those that went to the trash, or for good, since they were shown. */
function whichLeft(known: readonly Take[], takes: readonly Take[], stack: readonly TaskView[]): readonly string[] {
  const isAway = (was: Take): boolean => {
    const now = takes.find((take) => nameOfTake(take) === nameOfTake(was));
    return now === undefined ? stack.every(({ key }) => key !== was.task.key) : now.task.trashedAt !== null;
  };
  return known
    .filter((was) => was.source === undefined && was.task.trashedAt === null && isAway(was))
    .map(({ letter }) => letter);
}

/** All films of this one's stack, oldest first; of many those around it. It is among them, also where it is in the trash. */
function around(one: NamelessTake, stack: readonly TaskView[]): readonly NamelessTake[] {
  const films = (task: TaskView) =>
    task.key === one.task.key
      ? task.videos.flatMap((_, i) => takeOf(task, i + 1))
      : takeOf(task, firstSaved(task)?.n ?? 1);
  const isIn = stack.some(({ key }) => key === one.task.key);
  const all = (isIn ? stack : [one.task, ...stack]).flatMap(films);
  const at = all.findIndex(({ task, n }) => task.key === one.task.key && n === one.n);
  const most = mostAround - 1;
  const from = Math.max(0, Math.min(at - Math.floor(most / 2), all.length - most));
  return all.slice(from, from + most);
}

/** A take that is shown keeps the letter that it was told by, whatever arrives and goes. */
function withLetters(
  takes: readonly NamelessTake[],
  stack: readonly TaskView[],
  known: readonly Take[],
): readonly Take[] {
  const results = takes.filter(({ source }) => source === undefined);
  const letters = lettersOf(
    results.map((take) => ({
      film: nameOfTake(take),
      task: take.task.key,
      isFirst: take.n === (firstSaved(take.task)?.n ?? 1),
      n: take.n,
    })),
    stack.map(({ key }) => key),
    new Map(known.map((take) => [nameOfTake(take), take.letter])),
  );
  return takes.map((take) => ({ ...take, letter: letters.get(nameOfTake(take)) ?? '' }));
}

/** Those that were there keep their places; others come behind. */
function inOrder(takes: readonly NamelessTake[], order: readonly string[]): readonly NamelessTake[] {
  const placeOf = (take: NamelessTake): number => {
    const at = order.indexOf(nameOfTake(take));
    return at < 0 ? order.length : at;
  };
  return takes.toSorted((a, b) => placeOf(a) - placeOf(b));
}

/** Only what is on disk can be shown. */
function takeOf(task: TaskView, n: number): NamelessTake[] {
  const video = task.videos[n - 1];
  return video?.state === 'saved' ? [{ task, n, video }] : [];
}

/** The film that it was made from, where it was kept. */
function sourceOf(task: TaskView): NamelessTake[] {
  const at = task.sources?.findIndex(({ path }) => /\.(mp4|m4v|mov|webm|mkv)$/i.test(path)) ?? -1;
  const kept = task.sources?.[at];
  if (kept === undefined) return [];
  return [
    { task, n: 1, source: at + 1, video: { ...plainVideo, url: kept.url, sizeBytes: kept.sizeBytes, state: 'saved' } },
  ];
}

export const isSide = (side: Side, { task, n, source }: NamelessTake): boolean =>
  side.key === task.key && (side.isSource === true ? source !== undefined : source === undefined && side.n === n);
