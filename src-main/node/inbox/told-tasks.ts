/** Who is told that a task is different: the pages of many at once, the hosts of each as it happens. */
import type { InboxEvent } from '../../common/contract.ts';
import type { TaskView } from '../../common/task-view.ts';
import type { Library } from '../projections/library.ts';
import { createChangeFeed } from './change-feed.ts';
import type { ToTaskView } from './task-view.ts';

export interface ToldTasks {
  changed(key: string): void;
  /** Tells the pages only. */
  tellPages(key: string): void;
  /** @returns the undo. */
  onTask(listener: (task: TaskView) => void): () => void;
  /** Hands out what waits; for the end. */
  flush(): void;
}

export function createToldTasks(
  library: Pick<Library, 'get' | 'counts'>,
  toTaskView: ToTaskView,
  publish: (event: InboxEvent) => void,
): ToldTasks {
  const listeners = new Set<(task: TaskView) => void>();
  const current = (key: string): TaskView | undefined => {
    const task = library.get(key);
    return task === undefined ? undefined : toTaskView(task);
  };
  const feed = createChangeFeed({
    current,
    counts: () => library.counts(),
    publishChanged: (data) => publish({ name: 'tasks:changed', data }),
    publishResync: () => publish({ name: 'resync', data: {} }),
    publishRemoved: (data) => publish({ name: 'tasks:removed', data }),
  });
  return {
    changed(key) {
      feed.changed(key);
      if (listeners.size === 0) return;
      const task = current(key);
      if (task !== undefined) for (const listener of listeners) listener(task);
    },
    tellPages: (key) => feed.changed(key),
    onTask(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    flush: () => feed.flush(),
  };
}
