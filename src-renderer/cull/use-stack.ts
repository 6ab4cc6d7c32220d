import { useEffect, useState } from 'react';
import { shownPrompt, type TaskRow } from '../../src-main/common/task-row.ts';
import type { TaskView } from '../../src-main/common/task-view.ts';
import { useInbox } from '../inbox.ts';
import { patched } from '../store/patched.ts';

/** What a judgement shows is not waited for longer than this: the core may have refused it. */
const confirmMs = 5_000;

const filmsOf = ({ state, title, poster, videos }: TaskRow): string =>
  JSON.stringify([state, title, poster, videos.map((video) => [video.state, video.path, video.preview])]);

interface Stack {
  /** `null` until they are known. */
  readonly takes: readonly TaskView[] | null;
  /** Why they are not, in a sentence. */
  readonly error: string | null;
  readonly askAgain: () => void;
}

/**
 * The takes of one source and prompt, oldest first. What arrives joins at the end.
 *
 * What was judged here stays as it is shown until the core tells the same: what it told of before is older, and a take
 * that looks unjudged for a moment would be rejected with the rest.
 */
export function useStack(key: string): Stack {
  const { client, list, describe } = useInbox();
  const [takes, setTakes] = useState<readonly TaskView[] | null>(null);
  const [error, setError] = useState<string | null>(null);
  const [turn, setTurn] = useState(0);

  useEffect(() => {
    let isOver = false;
    let known: readonly TaskView[] | null = null;
    let heard = 0;
    const judged = new Map<string, TaskRow>();
    const timers = new Set<ReturnType<typeof setTimeout>>();

    const show = (next: readonly TaskView[] | null) => {
      known = next;
      if (isOver) return;
      setTakes(next);
      setError(null);
    };
    const withJudgement = (task: TaskView): TaskView => {
      const row = judged.get(task.key);
      if (row === undefined) return task;
      if (!hasMarksOf(task, row)) return patched(task, row);
      judged.delete(task.key);
      return task;
    };
    const ask = () => {
      const heardBefore = heard;
      void client.call('tasks:takes', key).then(
        (found) => {
          if (isOver) return;
          // It may have been asked before what came meanwhile.
          if (heard !== heardBefore) ask();
          else show(found.map(withJudgement));
        },
        (failure: unknown) => {
          // What is shown of these stays: the next news asks again. Others would be taken for them.
          if (isOver || known !== null) return;
          setTakes(null);
          setError(describe(failure));
        },
      );
    };
    const holdUntilTold = (row: TaskRow) => {
      judged.set(row.key, row);
      const timer = setTimeout(() => {
        timers.delete(timer);
        if (judged.get(row.key) !== row) return;
        judged.delete(row.key);
        ask();
      }, confirmMs);
      timers.add(timer);
    };
    /** Marks are in the rows; what else became different of a take is asked for. */
    const hear = (rows: readonly TaskRow[]) => {
      const byKey = new Map(rows.map((row) => [row.key, row]));
      const isNews = (task: TaskView): boolean => {
        const row = byKey.get(task.key);
        return row !== undefined && filmsOf(task) !== filmsOf(row);
      };
      const asks = rows.some((row) => isKin(row) || row.trashedAt !== null) || known?.some(isNews) === true;
      if (known?.some((task) => byKey.has(task.key)) === true) heard += 1;
      show(
        known?.map((task) => {
          const row = byKey.get(task.key);
          return row === undefined ? task : withJudgement(patched(task, row));
        }) ?? null,
      );
      if (asks) ask();
    };
    const isKin = (row: TaskRow): boolean =>
      known !== null &&
      row.prompt === shownPrompt(known[0]?.prompt ?? null) &&
      !known.some((take) => take.key === row.key);

    ask();
    const undo = [
      client.subscribe((event) => {
        if (event.name === 'resync' || event.name === 'tasks:removed') ask();
        else if (event.name === 'tasks:changed') hear(event.data.tasks);
      }),
      list.onPatch((rows) => {
        const byKey = new Map(rows.map((row) => [row.key, row]));
        show(
          known?.map((task) => {
            const row = byKey.get(task.key);
            if (row === undefined) return task;
            holdUntilTold(row);
            return patched(task, row);
          }) ?? null,
        );
      }),
    ];
    return () => {
      isOver = true;
      for (const timer of timers) clearTimeout(timer);
      for (const each of undo) each();
    };
  }, [client, list, describe, key, turn]);
  return { takes, error, askAgain: () => setTurn((now) => now + 1) };
}

function hasMarksOf(task: TaskView, row: TaskRow): boolean {
  return task.pick === row.pick && (task.rating ?? 0) === (row.rating ?? 0) && task.starred === row.starred;
}
