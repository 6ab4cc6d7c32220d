/** Who is told that a task is different: the pages of many at once, the hosts of each as it happens. */
import type { InboxEvent } from '../../../common/contract.ts';
import type { TaskView } from '../../../common/task-view.ts';
import { ChangedTasks, type ChangedTasksPorts } from '../../local-server/changed-tasks.ts';
import type { Library } from '../../projections/library.ts';
import { createChangeFeed } from './change-feed.ts';
import type { ToTaskView } from './task-view.ts';

export interface ToldTasks {
  /** See `ChangeFeed`. */
  changed(key: string, isOfMany?: boolean): void;
  /** Tells the pages only. */
  tellPages(key: string): void;
  /** Called with each task that changed: at once, or where an act changes hundreds a little later. @returns the undo. */
  onTask(listener: (task: TaskView) => void): () => void;
  /** Hands out what waits; for the end. */
  flush(): void;
}

/** So long hosts are told in one turn of the loop: a task may have to be read for it. */
const turnMs = 5;
/** The end does not wait longer for hosts to hear of all that changed. */
const endMs = 250;

export function createToldTasks(
  library: Pick<Library, 'get' | 'head' | 'counts'>,
  toTaskView: ToTaskView,
  publish: (event: InboxEvent) => void,
  onTrouble: (key: string, error: unknown) => void,
): ToldTasks {
  const listeners = new Set<(task: TaskView) => void>();
  const current = (key: string): TaskView | undefined => {
    const task = library.get(key);
    return task === undefined ? undefined : toTaskView(task);
  };
  const toldOf: ChangedTasksPorts = {
    head: (key) => library.head(key),
    view(key) {
      try {
        return current(key);
      } catch (error) {
        // Whoever looks is told of the others all the same.
        onTrouble(key, error);
        return undefined;
      }
    },
    counts: () => library.counts(),
  };
  const feed = createChangeFeed({
    isHere: (key) => library.head(key) !== undefined,
    counts: () => library.counts(),
    publishChanged: (keys) => publish({ name: 'tasks:changed', data: new ChangedTasks(keys, toldOf) }),
    publishResync: (data) => publish({ name: 'resync', data }),
    publishRemoved: (data) => publish({ name: 'tasks:removed', data }),
  });
  const waiting: string[] = [];
  let leftMs = turnMs;
  let isTurnOpen = false;

  function tellHosts(key: string): void {
    const began = performance.now();
    try {
      const task = current(key);
      if (task !== undefined) for (const listener of listeners) listener(task);
    } catch (error) {
      // In a turn of its own nobody else would catch it, and the inbox would end.
      onTrouble(key, error);
    }
    leftMs -= performance.now() - began;
  }

  function tellWaiting(): void {
    let told = 0;
    for (; told < waiting.length && leftMs > 0; told += 1) tellHosts(waiting[told] ?? '');
    waiting.splice(0, told);
  }

  function nextTurn(): void {
    leftMs = turnMs;
    tellWaiting();
    isTurnOpen = waiting.length > 0;
    if (isTurnOpen) setImmediate(nextTurn);
  }

  return {
    changed(key, isOfMany) {
      feed.changed(key, isOfMany);
      if (listeners.size === 0) return;
      if (waiting.length > 0 || leftMs <= 0) waiting.push(key);
      else tellHosts(key);
      if (isTurnOpen) return;
      isTurnOpen = true;
      setImmediate(nextTurn);
    },
    tellPages: (key) => feed.changed(key),
    onTask(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    flush() {
      feed.flush();
      leftMs = endMs;
      tellWaiting();
    },
  };
}
