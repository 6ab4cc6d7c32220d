/** Running counts, so that a change costs the same in a library of ten and of a hundred thousand tasks. */
import type { Status } from '../../common/status.ts';
import { views, type Counts } from '../../common/task-query.ts';
import { isInView, type TaskTraits } from '../../common/task-traits.ts';

export interface Counters {
  /** @param times for so many tasks with these traits. */
  add(task: TaskTraits, times?: number): void;
  remove(task: TaskTraits): void;
  counts(providerName: (provider: string) => string): Counts;
  tasks(): Status['tasks'];
  /** `downloading` is not known here: what runs right now counts as `queued`. */
  videos(): Status['videos'];
}

export function createCounters(): Counters {
  const byView = { inbox: 0, library: 0, starred: 0, waiting: 0, failed: 0, trash: 0 };
  const byState = { processing: 0, succeeded: 0, failed: 0, unknown: 0 };
  const byVideoState = { queued: 0, downloading: 0, saved: 0, failed: 0, expired: 0 };
  const byProvider = new Map<string, number>();
  let total = 0;
  function count(task: TaskTraits, step: number): void {
    for (const view of views) if (isInView(task, view)) byView[view] += step;
    if (task.trashedAt !== null) return;
    total += step;
    byState[task.state] += step;
    for (const video of task.videos) byVideoState[video.state] += step;
    const provider = (byProvider.get(task.provider) ?? 0) + step;
    if (provider > 0) byProvider.set(task.provider, provider);
    else byProvider.delete(task.provider);
  }

  return {
    add: (task, times = 1) => count(task, times),
    remove: (task) => count(task, -1),
    counts: (providerName) => ({
      ...byView,
      providers: [...byProvider]
        .map(([provider, n]) => ({ provider, name: providerName(provider), count: n }))
        .sort((a, b) => b.count - a.count || a.name.localeCompare(b.name)),
    }),
    tasks: () => ({ total, ...byState }),
    videos: () => ({ ...byVideoState }),
  };
}
