import { useEffect, useState } from 'react';
import { useInbox } from '../inbox.ts';
import { wholeOf } from '../store/patched.ts';
import type { TaskList } from '../store/task-list.ts';
import { type LoadedTask, watchTask } from './watch-task.ts';

/** One task by its key, kept up to date: from the list at once where it is there, and from the core in any case; asked for anew with each `turn`. */
export function useTask(key: string, turn = 0): LoadedTask {
  const { client, list, describe } = useInbox();
  const [held, setHeld] = useState(() => ({ key, value: fromList(list, key) }));
  const current = held.key === key ? held.value : fromList(list, key);

  useEffect(
    () => watchTask({ client, list, describe }, key, (value) => setHeld({ key, value })),
    [client, list, key, describe, turn],
  );

  return current;
}

function fromList(list: TaskList, key: string): LoadedTask {
  const task = list.get().rows.find((row) => row?.key === key);
  return task === undefined ? { state: 'loading' } : { state: 'here', task: wholeOf(task) };
}
