import { useEffect, useState } from 'react';
import type { TaskView } from '../../src-main/common/task-view.ts';
import { useInbox } from '../inbox.ts';
import { patched } from '../store/patched.ts';

/** The takes of one source and prompt, oldest first; `null` until they are known. What arrives joins at the end. */
export function useStack(key: string): readonly TaskView[] | null {
  const { client, list } = useInbox();
  const [takes, setTakes] = useState<readonly TaskView[] | null>(null);

  useEffect(() => {
    let isOver = false;
    const ask = () =>
      void client.call('tasks:takes', key).then(
        (found) => isOver || setTakes(found),
        () => isOver || setTakes((known) => known ?? []),
      );
    const replace = (tasks: readonly TaskView[]) => {
      const byKey = new Map(tasks.map((task) => [task.key, task]));
      setTakes((known) => known?.map((task) => byKey.get(task.key) ?? task) ?? null);
    };
    ask();
    const undo = [
      client.subscribe((event) => {
        if (event.name === 'resync' || event.name === 'tasks:removed') ask();
        else if (event.name === 'tasks:changed') {
          replace(event.data.tasks);
          setTakes((known) => {
            const prompt = known?.[0]?.prompt;
            const isKin = (task: TaskView) => task.prompt === prompt && !known?.some((take) => take.key === task.key);
            if (event.data.tasks.some((task) => isKin(task) || task.trashedAt !== null)) ask();
            return known;
          });
        }
      }),
      list.onPatch((rows) => {
        const byKey = new Map(rows.map((row) => [row.key, row]));
        const withMarks = (task: TaskView) => {
          const row = byKey.get(task.key);
          return row === undefined ? task : patched(task, row);
        };
        setTakes((known) => known?.map(withMarks) ?? null);
      }),
    ];
    return () => {
      isOver = true;
      for (const each of undo) each();
    };
  }, [client, list, key]);
  return takes;
}
