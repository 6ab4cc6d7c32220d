import { firstDeath, seenDeadAt } from '../../src-main/common/link-death.ts';
import { mostMovingPixels, movingPictures } from '../../src-main/common/model.ts';
import type { TaskRow, RowVideo } from '../../src-main/common/task-row.ts';
import { hasWaitingVideo } from '../../src-main/common/task-traits.ts';
import { codecName } from '../format/format.ts';
import type { Side } from '../router/route.ts';
import { texts } from '../texts/texts.ts';

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

export function cardState(task: TaskRow): CardState {
  if (task.videos.some((video) => video.state === 'downloading')) return 'downloading';
  if (firstSaved(task) !== null) return 'ready';
  if (hasWaitingVideo(task)) return 'queued';
  if (task.videos.some((video) => video.state === 'failed')) return 'download-failed';
  if (task.videos.some((video) => video.state === 'expired')) return 'expired';
  if (task.state === 'failed') return 'failed';
  if (task.state === 'succeeded') return task.needsApiKey ? 'needs-api-key' : 'no-video';
  return 'waiting';
}

/** The same in one word: what came although the provider reports a failure is no success. */
export function toldState(task: TaskRow): CardState {
  const state = cardState(task);
  return state === 'ready' && task.state === 'failed' ? 'failed' : state;
}

/** The first video that is on disk, with its 1-based number. */
export function firstSaved<V extends RowVideo>({
  videos,
}: {
  readonly videos: readonly V[];
}): { readonly n: number; readonly video: V } | null {
  const index = videos.findIndex(({ state }) => state === 'saved');
  const video = videos[index];
  return video === undefined ? null : { n: index + 1, video };
}

/** It was read, and there is no picture in it. */
export function isSoundOnly({ videoCodec, width, durationSeconds }: RowVideo): boolean {
  return videoCodec === null && width === null && durationSeconds !== null;
}

/** Larger ones are decoded when they are opened; a grid of them would take the memory of the page. */
const largestMovingBytes = 8 * 1024 * 1024;

/** Whether a card may show the file itself in place of its poster: an image that moves. */
export function movesOnCard({ container, sizeBytes, width, height }: RowVideo): boolean {
  const isLight = (sizeBytes ?? Infinity) <= largestMovingBytes && (width ?? 0) * (height ?? 0) <= mostMovingPixels;
  return movingPictures.has(container ?? '') && isLight;
}

/** Files that no browser opens, whatever is in them. */
const foreignFiles: Readonly<Record<string, string>> = {
  ts: 'MPEG-TS',
  mpg: 'MPEG',
  flv: 'FLV',
  avi: 'AVI',
  asf: 'WMV',
  wmv: 'WMV',
  mxf: 'MXF',
};

/** What of a film cannot be shown here; `null` where it is not known. */
export function unshownPart({ container, videoCodec }: Pick<RowVideo, 'container' | 'videoCodec'>): string | null {
  return foreignFiles[container ?? ''] ?? (videoCodec === null ? null : codecName(videoCodec));
}

/** In place of a film that has no picture, or none that is shown here. */
export function withoutPicture(video: RowVideo): string {
  if (isSoundOnly(video)) return texts.card.soundOnly;
  const part = unshownPart(video);
  return part === null ? texts.card.undecodableUnknown : texts.card.undecodable(part);
}

/** An attempt failed, and the next one follows by itself. */
export function isTryingAgain(task: TaskRow): boolean {
  return task.videos.some(({ state, attempts }) => state === 'queued' && attempts !== undefined && attempts.length > 0);
}

export function failedVideos(task: TaskRow): number {
  return task.videos.filter(({ state }) => state === 'failed' || state === 'expired').length;
}

export function savedBytes(task: TaskRow): number {
  return task.videos.reduce((sum, video) => sum + (video.state === 'saved' ? (video.sizeBytes ?? 0) : 0), 0);
}

const dayMs = 24 * 3600 * 1000;

/** Milliseconds until the provider deletes a video that is not here yet, where that is less than a day. */
export function linkDiesInMs(task: TaskRow, now: number): number | null {
  const end = firstDeath({ ...task, videos: task.videos.filter((video) => seenDeadAt(video) === null) });
  return end !== null && end - now < dayMs ? end - now : null;
}

/** Of each the film that is here. */
export function sidesOf(rows: readonly (TaskRow | undefined)[], keys: readonly string[]): readonly Side[] {
  return keys.map((key) => {
    const task = rows.find((row) => row?.key === key);
    return { key, n: task === undefined ? 1 : (firstSaved(task)?.n ?? 1) };
  });
}
