import { firstDeath } from '../../src-main/common/link-death.ts';
import type { TaskView, VideoView } from '../../src-main/common/task-view.ts';
import { hasWaitingVideo } from '../../src-main/common/task-traits.ts';

/** What takes the place of the picture on a card and in the player. */
export type CardState =
  | 'ready' // at least one video is saved
  | 'downloading'
  | 'queued'
  | 'waiting' // the provider is at work
  | 'failed' // the provider reports a failure
  | 'download-failed'
  | 'expired'
  | 'needs-api-key'
  | 'no-video';

export function cardState(task: TaskView): CardState {
  if (task.videos.some((video) => video.state === 'downloading')) return 'downloading';
  if (firstSaved(task) !== null) return 'ready';
  if (hasWaitingVideo(task)) return 'queued';
  if (task.videos.some((video) => video.state === 'failed')) return 'download-failed';
  if (task.videos.some((video) => video.state === 'expired')) return 'expired';
  if (task.state === 'failed') return 'failed';
  if (task.state === 'succeeded') return task.needsApiKey ? 'needs-api-key' : 'no-video';
  return 'waiting';
}

/** The first video that is on disk, with its 1-based number. */
export function firstSaved(task: TaskView): { readonly n: number; readonly video: VideoView } | null {
  const index = task.videos.findIndex((video) => video.state === 'saved');
  const video = task.videos[index];
  return video === undefined ? null : { n: index + 1, video };
}

/** An attempt failed, and the next one follows by itself. */
export function isTryingAgain(task: TaskView): boolean {
  return task.videos.some(({ state, attempts }) => state === 'queued' && attempts !== undefined && attempts.length > 0);
}

export function failedVideos(task: TaskView): number {
  return task.videos.filter(({ state }) => state === 'failed' || state === 'expired').length;
}

export function savedBytes(task: TaskView): number {
  return task.videos.reduce((sum, video) => sum + (video.state === 'saved' ? (video.sizeBytes ?? 0) : 0), 0);
}

const dayMs = 24 * 3600 * 1000;

/** Milliseconds until the provider deletes a video that is not here yet, where that is less than a day. */
export function linkDiesInMs(task: TaskView, now: number): number | null {
  const end = firstDeath(task);
  return end !== null && end - now < dayMs ? end - now : null;
}
