/**
 * How a task stands in an index page. Fields that have their usual value are left out, which halves the bytes that a
 * start has to read; everything is mapped field by field, so that an older or newer page cannot smuggle anything in.
 */
import type { TaskRecord } from '../../common/fold.ts';
import type { HistoryEntry, Task, Video } from '../../common/model.ts';

/** Usual values of a video that is on disk or wanted. */
const plainVideo = {
  path: null,
  sizeBytes: null,
  sha256: null,
  container: null,
  durationSeconds: null,
  width: null,
  height: null,
  videoCodec: null,
  audioCodec: null,
  frameRate: null,
  error: null,
  errorCode: null,
} as const satisfies Partial<Video>;

const plainTask = {
  message: null,
  prompt: null,
  sourceUrl: null,
  expiresAt: null,
  deliveries: 1,
  trust: 'unsigned',
  seen: false,
  starred: false,
  poster: null,
  thumbnailUrl: null,
  needsApiKey: false,
  model: null,
  credits: null,
  trashedAt: null,
} as const satisfies Partial<Task>;

type Json = Record<string, unknown>;

export function recordToDisk({ task, seq, firstSeq, signatures }: TaskRecord): Json {
  const { provider, taskId, state, receivedAt, updatedAt, tags, videos, history } = task;
  return {
    seq,
    firstSeq,
    provider,
    taskId,
    state,
    receivedAt,
    updatedAt,
    ...unusual(task, plainTask),
    ...(tags.length > 0 ? { tags } : {}),
    ...(videos.length > 0 ? { videos: videos.map(videoToDisk) } : {}),
    ...(history.length > 0 ? { history } : {}),
    ...(signatures.length > 0 ? { signatures } : {}),
  };
}

/** @throws TypeError where a field that makes a task a task is missing or of another kind. */
export function recordFromDisk(json: unknown): TaskRecord {
  if (typeof json !== 'object' || json === null) throw new TypeError('a record of an index page is not an object');
  const raw = json as Json;
  const provider = text(raw, 'provider');
  const taskId = text(raw, 'taskId');
  const optional = fill(raw, plainTask);
  return {
    seq: number(raw, 'seq'),
    firstSeq: number(raw, 'firstSeq'),
    signatures: list(raw, 'signatures') as TaskRecord['signatures'],
    task: {
      key: `${provider}:${taskId}`,
      provider,
      taskId,
      state: text(raw, 'state') as Task['state'],
      message: optional.message,
      prompt: optional.prompt,
      sourceUrl: optional.sourceUrl,
      receivedAt: text(raw, 'receivedAt'),
      updatedAt: text(raw, 'updatedAt'),
      expiresAt: optional.expiresAt,
      deliveries: optional.deliveries,
      trust: optional.trust,
      seen: optional.seen,
      starred: optional.starred,
      tags: list(raw, 'tags') as readonly string[],
      poster: optional.poster,
      videos: list(raw, 'videos').map(videoFromDisk),
      thumbnailUrl: optional.thumbnailUrl,
      needsApiKey: optional.needsApiKey,
      model: optional.model,
      credits: optional.credits,
      trashedAt: optional.trashedAt,
      history: list(raw, 'history') as readonly HistoryEntry[],
    },
  };
}

function videoToDisk(video: Video): Json {
  return { url: video.url, state: video.state, ...unusual(video, plainVideo) };
}

function videoFromDisk(json: unknown): Video {
  const raw = json as Json;
  const optional = fill(raw, plainVideo);
  return {
    url: text(raw, 'url'),
    state: text(raw, 'state') as Video['state'],
    path: optional.path,
    sizeBytes: optional.sizeBytes,
    sha256: optional.sha256,
    container: optional.container,
    durationSeconds: optional.durationSeconds,
    width: optional.width,
    height: optional.height,
    videoCodec: optional.videoCodec,
    audioCodec: optional.audioCodec,
    frameRate: optional.frameRate,
    error: optional.error,
    errorCode: optional.errorCode,
  };
}

/** The fields that `usual` names, where they have another value. */
function unusual(value: object, usual: object): Json {
  const fields = value as Json;
  return Object.fromEntries(
    Object.entries(usual).flatMap(([name, plain]) => (fields[name] === plain ? [] : [[name, fields[name]]])),
  );
}

/** The fields of `usual`, from `raw` where it has them. Pages are written by us alone, so kinds are not checked here. */
function fill<T extends object>(raw: Json, usual: T): Filled<T> {
  const filled: Json = {};
  for (const [name, plain] of Object.entries(usual)) filled[name] = raw[name] ?? plain;
  return filled as Filled<T>;
}
type Filled<T> = { [K in keyof T]: K extends keyof Task ? Task[K] : K extends keyof Video ? Video[K] : never };

function text(raw: Json, name: string): string {
  const value = raw[name];
  if (typeof value !== 'string') throw new TypeError(`"${name}" is missing in a record of an index page`);
  return value;
}

function number(raw: Json, name: string): number {
  const value = raw[name];
  if (typeof value !== 'number') throw new TypeError(`"${name}" is missing in a record of an index page`);
  return value;
}

function list(raw: Json, name: string): readonly unknown[] {
  const value = raw[name];
  return Array.isArray(value) ? value : [];
}
