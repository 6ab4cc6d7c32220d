import { useEffect, useState } from 'react';
import type { Task } from '../../src-main/common/model.ts';
import { useInbox } from '../inbox.ts';
import type { TaskList } from '../store/task-list.ts';

export type LoadedTask =
  | { readonly state: 'loading' }
  | { readonly state: 'missing' }
  | { readonly state: 'failed'; readonly error: string }
  | { readonly state: 'here'; readonly task: Task };

/** One task by its key, kept up to date: from the list at once where it is there, and from the core in any case. */
export function useTask(key: string): LoadedTask {
  const { client, list, describe } = useInbox();
  const [held, setHeld] = useState(() => ({ key, value: fromList(list, key) }));
  const current = held.key === key ? held.value : fromList(list, key);

  useEffect(() => {
    let over = false;
    const set = (value: LoadedTask) => {
      if (!over) setHeld({ key, value });
    };
    const load = () => {
      client.call('tasks:get', key).then(
        (task) => set(task === null ? { state: 'missing' } : { state: 'here', task }),
        (error: unknown) => set({ state: 'failed', error: describe(error) }),
      );
    };
    load();
    const show = (tasks: readonly Task[]) => {
      const task = tasks.find((each) => each.key === key);
      if (task !== undefined) set({ state: 'here', task });
    };
    const undo = [
      list.onPatch(show),
      client.subscribe((event) => {
        if (event.name === 'resync') load();
        else if (event.name === 'tasks:removed' && event.data.keys.includes(key)) set({ state: 'missing' });
        else if (event.name === 'tasks:changed') show(event.data.tasks);
      }),
    ];
    return () => {
      over = true;
      for (const each of undo) each();
    };
  }, [client, list, key, describe]);

  return current;
}

function fromList(list: TaskList, key: string): LoadedTask {
  const task = list.get().rows.find((row) => row?.key === key);
  return task === undefined ? { state: 'loading' } : { state: 'here', task };
}
