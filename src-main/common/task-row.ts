/**
 * What a list of the page shows of a task. A whole task is 1.2 kB on the wire and a list is asked for by hundreds: a row
 * leaves out what only the player and programs look at, and whatever has its usual value.
 */
import type { TaskPage } from './task-query.ts';
import type { TaskView, VideoView } from './task-view.ts';

export type RowVideo = Pick<
  VideoView,
  | 'state'
  | 'path'
  | 'sizeBytes'
  | 'container'
  | 'durationSeconds'
  | 'width'
  | 'height'
  | 'frameRate'
  | 'videoCodec'
  | 'error'
  | 'errorText'
  | 'attempts'
  | 'expiresAt'
  | 'preview'
  | 'progress'
>;

/** Every `TaskView` is one. */
export interface TaskRow extends Pick<
  TaskView,
  | 'key'
  | 'provider'
  | 'taskId'
  | 'state'
  | 'message'
  | 'prompt'
  | 'receivedAt'
  | 'expiresAt'
  | 'trust'
  | 'seen'
  | 'starred'
  | 'tags'
  | 'poster'
  | 'needsApiKey'
  | 'model'
  | 'credits'
  | 'trashedAt'
  | 'title'
  | 'project'
  | 'rating'
  | 'pick'
  | 'cost'
  | 'watchedSince'
> {
  readonly videos: readonly RowVideo[];
}

/** A list as the page has it: of rows, or of whole tasks where those came by an event. */
export interface RowPage extends Omit<TaskPage, 'rows'> {
  readonly rows: readonly TaskRow[];
}

/** Without what is as it usually is. */
export type PackedRow = Pick<TaskRow, 'provider' | 'taskId' | 'receivedAt'> &
  Partial<Omit<TaskRow, 'videos'>> & { readonly videos?: readonly Partial<RowVideo>[] };

export interface PackedPage extends Omit<TaskPage, 'rows'> {
  readonly rows: readonly PackedRow[];
}

const usualTask = {
  state: 'succeeded',
  message: null,
  prompt: null,
  expiresAt: null,
  trust: 'unsigned',
  seen: false,
  starred: false,
  poster: null,
  needsApiKey: false,
  model: null,
  credits: null,
  trashedAt: null,
} as const satisfies Partial<TaskRow>;

const usualVideo = {
  state: 'saved',
  path: null,
  sizeBytes: null,
  container: 'mp4',
  durationSeconds: null,
  width: null,
  height: null,
  frameRate: null,
  videoCodec: 'avc',
  error: null,
} as const satisfies Partial<RowVideo>;

/** A card shows two lines; the player asks for the rest. */
const shownLetters = 280;

/** Of a task that has come no card shows the message. */
export function packRow(task: TaskView): PackedRow {
  const { key, provider, taskId, receivedAt, tags, videos, title, project, rating, pick, cost, watchedSince } = task;
  const message = task.state === 'succeeded' ? null : task.message;
  return {
    ...(key === `${provider}:${taskId}` ? {} : { key }),
    provider,
    taskId,
    receivedAt,
    ...unusual({ ...task, message, prompt: shownPrompt(task.prompt) }, usualTask),
    ...known({ title, project, rating, pick, cost, watchedSince }),
    ...(tags.length === 0 ? {} : { tags }),
    ...(videos.length === 0 ? {} : { videos: videos.map(packVideo) }),
  };
}

export function unpackRow({ videos = [], ...packed }: PackedRow): TaskRow {
  return {
    key: `${packed.provider}:${packed.taskId}`,
    ...usualTask,
    tags: [],
    ...packed,
    videos: videos.map((video) => ({ ...usualVideo, ...video })),
  };
}

function packVideo(video: VideoView): Partial<RowVideo> {
  const { attempts, errorText, expiresAt, preview, progress } = video;
  return {
    ...unusual(video, usualVideo),
    ...known({ attempts: attempts?.slice(-1), errorText, expiresAt, preview, progress }),
  };
}

/** As a row has it. */
export function shownPrompt(prompt: string | null): string | null {
  if (prompt === null || prompt.length <= shownLetters) return prompt;
  // Not through the middle of a letter of two halves.
  const end = /[\uD800-\uDBFF]/.test(prompt.charAt(shownLetters - 1)) ? shownLetters - 1 : shownLetters;
  return `${prompt.slice(0, end)}…`;
}

/** The fields of `usual` that have another value. */
function unusual<T extends object, K extends keyof T>(
  value: T,
  usual: Readonly<Record<K, unknown>>,
): Partial<Pick<T, K>> {
  const found: Partial<Pick<T, K>> = {};
  for (const name of Object.keys(usual) as K[]) if (value[name] !== usual[name]) found[name] = value[name];
  return found;
}

/** Those that have a value. */
function known<T extends object>(fields: T): { readonly [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    readonly [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
