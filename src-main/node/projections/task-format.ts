/**
 * How a task stands in an index page. Fields that have their usual value are left out, which halves the bytes that a
 * start has to read; everything is mapped field by field, so that an older or newer page cannot smuggle anything in.
 */
import type { TaskRecord } from '../../common/fold.ts';
import { plainVideo, type Task, type Video } from '../../common/model.ts';

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

/** The record as JSON in UTF-8, without line ends. */
export function lineOf(record: TaskRecord): Uint8Array {
  return Buffer.from(JSON.stringify(recordToDisk(record)));
}

/** @throws SyntaxError or TypeError where the line holds no record. */
export function recordOfLine(line: Uint8Array): TaskRecord {
  return recordFromDisk(JSON.parse(Buffer.from(line.buffer, line.byteOffset, line.byteLength).toString('utf8')));
}

/** Fields that a task or a video has only where they tell something; stood and read as they are. One that is forgotten here does not compile. */
type Rare<T> = { readonly [K in keyof T as undefined extends T[K] ? K : never]-?: true };
const rareOfTask = Object.keys({
  title: true,
  note: true,
  project: true,
  rating: true,
  pick: true,
  dispute: true,
  sources: true,
  upgrades: true,
  cost: true,
  submission: true,
  submittedAt: true,
  watchedSince: true,
  askAt: true,
  keyedFile: true,
  moreKeyedFiles: true,
  underWay: true,
  seed: true,
  askedAt: true,
  askedCode: true,
  askedNextAt: true,
} satisfies Rare<Task>);
const rareOfVideo = Object.keys({
  formerUrls: true,
  spareUrls: true,
  number: true,
  quality: true,
  vouched: true,
  early: true,
  doubted: true,
  expiresAt: true,
  attempts: true,
  errorReason: true,
  errorParams: true,
  preview: true,
} satisfies Rare<Omit<Video, 'progress'>>);

function rare(from: object, names: readonly string[]): Json {
  const fields = from as Json;
  const found: Json = {};
  for (const name of names) if (fields[name] !== undefined) found[name] = fields[name];
  return found;
}

function recordToDisk({ task, seq, firstSeq, signatures }: TaskRecord): Json {
  const { key, provider, taskId, state, receivedAt, updatedAt, tags, videos, history } = task;
  return {
    seq,
    firstSeq,
    ...(key === `${provider}:${taskId}` ? {} : { key }),
    provider,
    taskId,
    state,
    receivedAt,
    updatedAt,
    ...unusual(task, usualOfTask),
    ...rare(task, rareOfTask),
    ...(tags.length > 0 ? { tags } : {}),
    ...(videos.length > 0 ? { videos: videos.map(videoToDisk) } : {}),
    ...(history.length > 0 ? { history } : {}),
    ...(signatures.length > 0 ? { signatures } : {}),
  };
}

/**
 * Written out field by field: a search reads every task, and one literal per shape is what engines like best.
 * Pages are written by us alone, so kinds are checked only where a task would be no task without them.
 * @throws TypeError where a field that makes a task a task is missing.
 */
function recordFromDisk(json: unknown): TaskRecord {
  if (typeof json !== 'object' || json === null) throw new TypeError('a record of an index page is not an object');
  const raw = json as Json & Partial<Task> & Partial<Omit<TaskRecord, 'task'>>;
  const provider = text(raw, 'provider');
  const taskId = text(raw, 'taskId');
  return {
    seq: number(raw, 'seq'),
    firstSeq: number(raw, 'firstSeq'),
    signatures: raw.signatures ?? none,
    task: {
      key: raw.key ?? `${provider}:${taskId}`,
      provider,
      taskId,
      state: text(raw, 'state') as Task['state'],
      message: raw.message ?? plainTask.message,
      prompt: raw.prompt ?? plainTask.prompt,
      sourceUrl: raw.sourceUrl ?? plainTask.sourceUrl,
      receivedAt: text(raw, 'receivedAt'),
      updatedAt: text(raw, 'updatedAt'),
      expiresAt: raw.expiresAt ?? plainTask.expiresAt,
      deliveries: raw.deliveries ?? plainTask.deliveries,
      trust: raw.trust ?? plainTask.trust,
      seen: raw.seen ?? plainTask.seen,
      starred: raw.starred ?? plainTask.starred,
      tags: raw.tags ?? none,
      poster: raw.poster ?? plainTask.poster,
      videos: raw.videos?.map(videoFromDisk) ?? none,
      thumbnailUrl: raw.thumbnailUrl ?? plainTask.thumbnailUrl,
      needsApiKey: raw.needsApiKey ?? plainTask.needsApiKey,
      model: raw.model ?? plainTask.model,
      credits: raw.credits ?? plainTask.credits,
      trashedAt: raw.trashedAt ?? plainTask.trashedAt,
      history: raw.history ?? none,
      ...rare(raw, rareOfTask),
    },
  };
}

/** Shared by all that have none. */
const none: readonly never[] = Object.freeze([]);

function videoToDisk(video: Video): Json {
  return { url: video.url, state: video.state, ...unusual(video, usualOfVideo), ...rare(video, rareOfVideo) };
}

function videoFromDisk(raw: Partial<Video>): Video {
  return {
    url: text(raw, 'url'),
    state: text(raw, 'state') as Video['state'],
    path: raw.path ?? plainVideo.path,
    sizeBytes: raw.sizeBytes ?? plainVideo.sizeBytes,
    sha256: raw.sha256 ?? plainVideo.sha256,
    container: raw.container ?? plainVideo.container,
    durationSeconds: raw.durationSeconds ?? plainVideo.durationSeconds,
    width: raw.width ?? plainVideo.width,
    height: raw.height ?? plainVideo.height,
    videoCodec: raw.videoCodec ?? plainVideo.videoCodec,
    audioCodec: raw.audioCodec ?? plainVideo.audioCodec,
    frameRate: raw.frameRate ?? plainVideo.frameRate,
    error: raw.error ?? plainVideo.error,
    errorCode: raw.errorCode ?? plainVideo.errorCode,
    ...rare(raw, rareOfVideo),
  };
}

type Usual = readonly (readonly [name: string, plain: unknown])[];
const usualOfTask: Usual = Object.entries(plainTask);
const usualOfVideo: Usual = Object.entries(plainVideo);

/** The fields that `usual` names, where they have another value. */
function unusual(value: object, usual: Usual): Json {
  const fields = value as Json;
  const found: Json = {};
  for (const [name, plain] of usual) if (fields[name] !== plain) found[name] = fields[name];
  return found;
}

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
