/** What shelf and which state chip a task belongs to; shared by counts and queries, so that the two cannot disagree. */
import type { StateFilter, View } from '../../common/contract.ts';
import type { Task } from '../../common/model.ts';

export function hasWaitingVideo(task: Task): boolean {
  return task.videos.some((video) => video.state === 'queued' || video.state === 'downloading');
}

function hasFailed(task: Task): boolean {
  return task.state === 'failed' || task.videos.some((video) => video.state === 'failed' || video.state === 'expired');
}

function isReady(task: Task): boolean {
  return task.videos.length > 0 && task.videos.every((video) => video.state === 'saved');
}

export function isInView(task: Task, view: View): boolean {
  if (view === 'trash') return task.trashedAt !== null;
  if (task.trashedAt !== null) return false;
  switch (view) {
    case 'library':
      return true;
    case 'inbox':
      return !task.seen && task.state !== 'processing';
    case 'starred':
      return task.starred;
    case 'waiting':
      return task.state === 'processing' || hasWaitingVideo(task);
    case 'failed':
      return hasFailed(task);
  }
}

export function matchesState(task: Task, state: StateFilter): boolean {
  switch (state) {
    case 'all':
      return true;
    case 'ready':
      return isReady(task);
    case 'downloading':
      return hasWaitingVideo(task);
    case 'failed':
      return hasFailed(task);
  }
}

export function sizeOf(task: Task): number {
  return task.videos.reduce((sum, video) => sum + (video.sizeBytes ?? 0), 0);
}
