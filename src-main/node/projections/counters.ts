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
  labels(): LabelsInUse;
}

/** How many tasks outside the trash have each. Not to be changed by the caller. */
export interface LabelsInUse {
  readonly tags: ReadonlyMap<string, number>;
  readonly projects: ReadonlyMap<string, number>;
}

export function createCounters(): Counters {
  const byView = { inbox: 0, library: 0, starred: 0, waiting: 0, failed: 0, trash: 0 };
  const byState = { processing: 0, succeeded: 0, failed: 0, unknown: 0 };
  const byVideoState = { queued: 0, downloading: 0, saved: 0, failed: 0, expired: 0 };
  const byProvider = new Map<string, number>();
  const tags = new Map<string, number>();
  const projects = new Map<string, number>();
  let total = 0;

  function count(task: TaskTraits, step: number): void {
    for (const view of views) if (isInView(task, view)) byView[view] += step;
    if (task.trashedAt !== null) return;
    total += step;
    byState[task.state] += step;
    for (const video of task.videos) byVideoState[video.state] += step;
    countName(byProvider, task.provider, step);
    for (const tag of task.tags) countName(tags, tag, step);
    if (task.project !== undefined) countName(projects, task.project, step);
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
    labels: () => ({ tags, projects }),
  };
}

/** One that nothing has any more is not there. */
function countName(counts: Map<string, number>, name: string, step: number): void {
  const count = (counts.get(name) ?? 0) + step;
  if (count > 0) counts.set(name, count);
  else counts.delete(name);
}
