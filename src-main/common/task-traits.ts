/** Which view and which state chip a task belongs to; shared by counts and queries, so that the two cannot disagree. */
import type { StateFilter, View } from './task-query.ts';
import type { Task, Video } from './model.ts';
import type { AnyTask, VideoView } from './task-view.ts';

/** What shelves, filters and counts need of a task. Many have the same ones. */
export interface TaskTraits extends Pick<
  Task,
  'provider' | 'state' | 'seen' | 'starred' | 'trashedAt' | 'tags' | 'project' | 'rating' | 'pick' | 'watchedSince'
> {
  readonly videos: readonly Pick<VideoView, 'state'>[];
}

/** The same with what is its own. Every `Task` and every `TaskView` is one. */
export interface AnyHead extends TaskTraits, Pick<Task, 'key' | 'taskId'> {
  readonly videos: readonly Pick<VideoView, 'state' | 'sizeBytes'>[];
}

/** That of a stored task. */
export interface TaskHead extends AnyHead {
  readonly videos: readonly Pick<Video, 'state' | 'sizeBytes'>[];
}

export function hasWaitingVideo(task: TaskTraits): boolean {
  return task.videos.some((video) => video.state === 'queued' || video.state === 'downloading');
}

/** A video or a poster of it is still to be fetched. */
export function wantsFiles(task: AnyTask): boolean {
  return (task.thumbnailUrl !== null && task.poster === null) || hasWaitingVideo(task);
}

/** Links that are no videos of it, and may be yet: what a person has to decide about, and what was named on the way. */
export function linksAside({ dispute, underWay = [] }: Pick<Task, 'dispute' | 'underWay'>): readonly string[] {
  return dispute === undefined ? underWay : [...dispute.urls, ...underWay];
}

export function hasFailed(task: TaskTraits): boolean {
  return task.state === 'failed' || task.videos.some((video) => video.state === 'failed' || video.state === 'expired');
}

/** All videos there, and at least one. */
export function isReady(task: TaskTraits): boolean {
  return task.videos.length > 0 && task.videos.every((video) => video.state === 'saved');
}

/** Nobody waits for its end any more, although none came. */
export function isGivenUp({ history }: Pick<AnyTask, 'history'>): boolean {
  return history.findLast(({ kind }) => endsOrBeginsWait.has(kind))?.kind === 'unwatched';
}

const endsOrBeginsWait: ReadonlySet<string> = new Set(['unwatched', 'watched', 'callback']);

/** All its videos are there, and none of them is an early one whose film is still to come. */
export function hasCome(task: AnyTask): boolean {
  return isReady(task) && !isFilmAwaited(task);
}

/** What it has so far was named while it is being made: its end names the film itself. */
export function isFilmAwaited(task: AnyTask): boolean {
  return task.state === 'processing' && task.videos.some(({ early }) => early === true) && !isGivenUp(task);
}

export function isInView(task: TaskTraits, view: View): boolean {
  if (view === 'trash') return task.trashedAt !== null;
  if (task.trashedAt !== null) return false;
  switch (view) {
    case 'library':
      return true;
    case 'inbox':
      // A film that is here is shown, although the word for its end may never come.
      return !task.seen && (task.state !== 'processing' || isReady(task));
    case 'starred':
      return task.starred;
    case 'waiting':
      return task.state === 'processing' || hasWaitingVideo(task);
    case 'failed':
      return hasFailed(task);
  }
}

export function matchesState(task: TaskTraits, state: StateFilter): boolean {
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

/** Bytes of all its videos that are on disk. */
export function sizeOfVideos(task: AnyHead): number {
  return task.videos.reduce((sum, video) => sum + (video.sizeBytes ?? 0), 0);
}
