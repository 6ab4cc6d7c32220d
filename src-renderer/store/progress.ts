import type { PageEvent } from '../../src-main/common/page-events.ts';
import type { Progress } from '../../src-main/common/model.ts';
import type { TaskRow } from '../../src-main/common/task-row.ts';

/** The running downloads, apart from the rows: four updates a second per video must not touch the list. */
export interface ProgressStore {
  get(key: string, n: number): Progress | undefined;
  readonly subscribe: (listener: () => void) => () => void;
  receive(event: PageEvent): void;
}

export function createProgressStore(): ProgressStore {
  const listeners = new Set<() => void>();
  const running = new Map<string, Progress>();
  const name = (key: string, n: number) => `${n}/${key}`;
  return {
    get: (key, n) => running.get(name(key, n)),
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    receive(event) {
      if (event.name === 'video:progress') {
        const { key, n, receivedBytes, totalBytes, bytesPerSecond } = event.data;
        running.set(name(key, n), { receivedBytes, totalBytes, bytesPerSecond });
      } else if (event.name === 'tasks:changed') {
        for (const task of event.data.tasks) forgetDone(task);
      } else return;
      for (const listener of [...listeners]) listener();
    },
  };

  function forgetDone(task: TaskRow) {
    task.videos.forEach((video, i) => {
      if (video.state !== 'downloading') running.delete(name(task.key, i + 1));
    });
  }
}

/** Progress of a whole task: its unfinished videos taken together; `null` where nothing runs. */
export function progressOfTask(task: TaskRow, of: (n: number) => Progress | undefined): Progress | null {
  let sum: { receivedBytes: number; totalBytes: number | null; bytesPerSecond: number } | null = null;
  task.videos.forEach((video, i) => {
    if (video.state !== 'downloading') return;
    const own = of(i + 1) ?? video.progress ?? { receivedBytes: 0, totalBytes: null, bytesPerSecond: 0 };
    sum = {
      receivedBytes: (sum?.receivedBytes ?? 0) + own.receivedBytes,
      totalBytes:
        own.totalBytes === null || (sum !== null && sum.totalBytes === null)
          ? null
          : (sum?.totalBytes ?? 0) + own.totalBytes,
      bytesPerSecond: (sum?.bytesPerSecond ?? 0) + own.bytesPerSecond,
    };
  });
  return sum;
}

/** Part done, 0 to 1, and the time left at the present speed; `null` where it cannot be told. */
export function estimate(progress: Progress): { readonly fraction: number | null; readonly leftMs: number | null } {
  const { receivedBytes, totalBytes, bytesPerSecond } = progress;
  if (totalBytes === null || totalBytes <= 0) return { fraction: null, leftMs: null };
  const left = Math.max(0, totalBytes - receivedBytes);
  return {
    fraction: Math.min(1, receivedBytes / totalBytes),
    leftMs: bytesPerSecond > 0 ? (left / bytesPerSecond) * 1000 : null,
  };
}
