import type { InboxClient } from '../../src-main/common/contract.ts';
import type { TaskView } from '../../src-main/common/task-view.ts';
import type { TaskList } from '../store/task-list.ts';

export type LoadedTask =
  | { readonly state: 'loading' }
  | { readonly state: 'missing' }
  | { readonly state: 'failed'; readonly error: string }
  | { readonly state: 'here'; readonly task: TaskView };

interface WatchPorts {
  readonly client: Pick<InboxClient, 'call' | 'subscribe'>;
  readonly list: Pick<TaskList, 'onPatch'>;
  readonly describe: (error: unknown) => string;
}

/** Asks the core for one task and follows it. @returns the undo. */
export function watchTask(
  { client, list, describe }: WatchPorts,
  key: string,
  show: (value: LoadedTask) => void,
): () => void {
  /** Counts what was asked for and told: an answer that something newer has overtaken does not count. */
  let turn = 0;

  function load(): void {
    turn += 1;
    const mine = turn;
    client.call('tasks:get', key).then(
      (task) => {
        if (mine === turn) show(task === null ? { state: 'missing' } : { state: 'here', task });
      },
      (error: unknown) => {
        if (mine === turn) show({ state: 'failed', error: describe(error) });
      },
    );
  }

  function tell(value: LoadedTask): void {
    turn += 1;
    show(value);
  }

  function tellOf(tasks: readonly TaskView[]): void {
    const task = tasks.find((each) => each.key === key);
    if (task !== undefined) tell({ state: 'here', task });
  }

  load();
  const undo = [
    list.onPatch(tellOf),
    client.subscribe((event) => {
      if (event.name === 'resync') load();
      else if (event.name === 'tasks:removed' && event.data.keys.includes(key)) tell({ state: 'missing' });
      else if (event.name === 'tasks:changed') tellOf(event.data.tasks);
    }),
  ];
  return () => {
    turn += 1;
    for (const each of undo) each();
  };
}
