import type { RendererClient } from '../client/renderer-client.ts';
import type { TaskRow } from '../../src-main/common/task-row.ts';
import type { TaskView } from '../../src-main/common/task-view.ts';
import { patched, wholeOf } from '../store/patched.ts';
import type { TaskList } from '../store/task-list.ts';

export type LoadedTask =
  | { readonly state: 'loading' }
  | { readonly state: 'missing' }
  | { readonly state: 'failed'; readonly error: string }
  | { readonly state: 'here'; readonly task: TaskView };

interface WatchPorts {
  readonly client: Pick<RendererClient, 'call' | 'subscribe'>;
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
  let held: TaskView | null = null;
  /** What the person did while the answer was on its way: the answer may be older. */
  let meanwhile: TaskRow | null = null;

  function load(): void {
    turn += 1;
    const mine = turn;
    meanwhile = null;
    client.call('tasks:get', key).then(
      (task) => {
        if (mine !== turn) return;
        if (task === null) {
          tell({ state: 'missing' });
          return;
        }
        held = meanwhile === null ? task : patched(task, meanwhile);
        tell({ state: 'here', task: held });
      },
      (error: unknown) => {
        // What is seen stays, and the film in it plays on: once the inbox is back, it is asked again.
        if (mine === turn && held === null) show({ state: 'failed', error: describe(error) });
      },
    );
  }

  function tell(value: LoadedTask): void {
    turn += 1;
    show(value);
  }

  function patch(rows: readonly TaskRow[]): void {
    const row = rows.find((each) => each.key === key);
    if (row === undefined) return;
    meanwhile = row;
    if (held !== null) held = patched(held, row);
    show({ state: 'here', task: held ?? wholeOf(row) });
  }

  load();
  const undo = [
    list.onPatch(patch),
    client.subscribe((event) => {
      if (event.name === 'resync') load();
      else if (event.name === 'tasks:removed' && event.data.keys.includes(key)) tell({ state: 'missing' });
      else if (event.name === 'tasks:changed' && event.data.tasks.some((row) => row.key === key)) {
        // Its marks at once; the rest of it is not in a row.
        if (held !== null) patch(event.data.tasks);
        load();
      }
    }),
  ];
  return () => {
    turn += 1;
    for (const each of undo) each();
  };
}
