import type { StateFilter, TaskQuery, View } from '../../src-main/common/contract.ts';
import type { Task } from '../../src-main/common/model.ts';

/** What the list is about: the query without its window. */
export type ListQuery = Omit<TaskQuery, 'offset' | 'limit'>;

/** All videos there, and at least one. */
export function isReady(task: Task): boolean {
  return task.videos.length > 0 && task.videos.every((video) => video.state === 'saved');
}

export function isDownloading(task: Task): boolean {
  return task.videos.some((video) => video.state === 'queued' || video.state === 'downloading');
}

export function hasFailed(task: Task): boolean {
  return task.state === 'failed' || task.videos.some((video) => video.state === 'failed' || video.state === 'expired');
}

function isWaiting(task: Task): boolean {
  return task.state === 'processing' || task.state === 'unknown' || isDownloading(task);
}

function onShelf(task: Task, view: View): boolean {
  if (view === 'trash') return task.trashedAt !== null;
  if (task.trashedAt !== null) return false;
  switch (view) {
    case 'inbox':
      return !task.seen;
    case 'library':
      return true;
    case 'starred':
      return task.starred;
    case 'waiting':
      return isWaiting(task);
    case 'failed':
      return hasFailed(task);
  }
}

function inState(task: Task, state: StateFilter): boolean {
  switch (state) {
    case 'all':
      return true;
    case 'ready':
      return isReady(task);
    case 'downloading':
      return isDownloading(task);
    case 'failed':
      return hasFailed(task);
  }
}

function hasWords(task: Task, text: string): boolean {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return true;
  const hay = [task.prompt, task.taskId, task.provider, task.message].join('\n').toLowerCase();
  return words.every((word) => hay.includes(word));
}

/**
 * Whether a task belongs to the list, as far as the page can tell. The core has the last word: this only decides what
 * is worth asking it again for, so a wrong guess costs a request or a moment, never a wrong list.
 */
export function matches(task: Task, query: ListQuery): boolean {
  return (
    onShelf(task, query.view) &&
    inState(task, query.state) &&
    (query.provider === null || task.provider === query.provider) &&
    hasWords(task, query.text)
  );
}
