/** What a line of the event log must hold to be an event, per type. A type that is forgotten here does not compile. */
import * as v from 'valibot';
import type { Draft, EventType, Evidence, Origin, SavedFile } from './events.ts';
import { taskStates, type DownloadErrorCode, type Params, type Result } from './model.ts';

type Schema<T> = v.GenericSchema<unknown, T>;

export const text = v.string();
export const maybeText = v.nullable(v.string());
export const texts = v.array(v.string());
export const key = v.pipe(v.string(), v.minLength(1));
const keys = v.array(key);
export const headers = v.record(v.string(), v.string());
export const encoding = v.picklist(['utf8', 'base64']);
export const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const maybeNumber = v.nullable(v.number());
const params: Schema<Params> = v.record(v.string(), v.nullable(v.union([v.string(), v.number(), v.boolean()])));
/** Not a list: a code that a later version adds is shown without a sentence of its own, and the event counts. */
export const downloadCode = v.custom<DownloadErrorCode>((value) => typeof value === 'string' && value !== '');
export const eventTrust = v.picklist(['signed', 'unsigned', 'confirmed']);

/** The id of a machine, as its own start made it. */
export const nodeSchema = v.pipe(v.string(), v.regex(/^[\w-]{1,64}$/));

export const originSchema: Schema<Origin> = v.object({
  node: nodeSchema,
  k: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
  at: v.exactOptional(v.pipe(v.string(), v.isoTimestamp())),
});

/** Loose: what a later reader tells beside it is kept. */
export const result: Schema<Result> = v.looseObject({
  state: v.picklist(taskStates),
  stateWord: maybeText,
  message: maybeText,
  prompt: maybeText,
  sourceUrl: maybeText,
  thumbnailUrl: maybeText,
  videoUrls: texts,
  linksLeft: v.exactOptional(count),
  needsApiKey: v.boolean(),
  keyedFile: v.exactOptional(v.string()),
  seed: v.exactOptional(v.string()),
  model: maybeText,
  credits: maybeNumber,
  expiresAfterSeconds: maybeNumber,
  expiresAt: v.exactOptional(v.string()),
  isEarly: v.exactOptional(v.literal(true)),
  isDespiteFailure: v.exactOptional(v.literal(true)),
  cost: v.exactOptional(v.object({ amount: v.number(), currency: maybeText })),
});

export const savedFile: Schema<SavedFile> = v.object({
  path: key,
  sizeBytes: count,
  sha256: key,
  container: text,
  durationSeconds: maybeNumber,
  width: maybeNumber,
  height: maybeNumber,
  videoCodec: maybeText,
  audioCodec: maybeText,
  frameRate: maybeNumber,
});

const evidence: Schema<Evidence> = v.object({
  urlId: maybeText,
  headers,
  body: maybeText,
  bodyEncoding: encoding,
  bodySha256: text,
  replayKey: maybeText,
  remote: maybeText,
  tookMs: v.exactOptional(v.number()),
});

export const eventSchemas: { readonly [T in EventType]: Schema<Draft<T>> } = {
  result: v.object({
    type: v.literal('result'),
    source: v.picklist(['callback', 'asked', 'import', 'reread']),
    read: v.object({ provider: key, certain: v.boolean(), family: key, taskId: key, result }),
    trust: eventTrust,
    evidence: v.nullable(evidence),
    tags: texts,
    project: v.exactOptional(maybeText),
    key: v.exactOptional(key),
    repeats: v.exactOptional(count),
    of: v.exactOptional(count),
  }),
  'request-refused': v.object({
    type: v.literal('request-refused'),
    status: count,
    code: text,
    params,
    reason: v.exactOptional(text),
    count: v.exactOptional(count),
    provider: v.exactOptional(text),
    taskId: v.exactOptional(text),
    urlId: maybeText,
    headers,
    body: maybeText,
    bodyEncoding: encoding,
    bodyBytes: count,
    bodySha256: v.exactOptional(text),
    remote: maybeText,
    tookMs: v.exactOptional(v.number()),
  }),
  'video-saved': v.object({
    type: v.literal('video-saved'),
    key,
    url: text,
    file: savedFile,
    by: v.exactOptional(v.picklist(['attached', 'imported'])),
    early: v.exactOptional(v.literal(true)),
  }),
  'video-failed': v.object({
    type: v.literal('video-failed'),
    key,
    url: text,
    tried: v.exactOptional(v.array(text)),
    code: downloadCode,
    reason: text,
    params,
    gone: v.boolean(),
    message: v.exactOptional(text),
    early: v.exactOptional(v.literal(true)),
  }),
  attempted: v.object({
    type: v.literal('attempted'),
    key,
    url: text,
    code: downloadCode,
    reason: text,
    params,
    nextAt: maybeText,
    n: count,
    of: count,
  }),
  'link-renewed': v.object({
    type: v.literal('link-renewed'),
    key,
    url: text,
    link: text,
    by: v.picklist(['person', 'record', 'provider']),
  }),
  'video-queued': v.object({
    type: v.literal('video-queued'),
    videos: v.array(v.object({ key, url: text })),
    atOnce: v.exactOptional(v.literal(true)),
  }),
  'poster-saved': v.object({ type: v.literal('poster-saved'), key, path: key }),
  'preview-saved': v.object({ type: v.literal('preview-saved'), key, url: text, path: key }),
  'source-saved': v.object({
    type: v.literal('source-saved'),
    key,
    url: text,
    path: key,
    sizeBytes: count,
    sha256: key,
  }),
  marked: v.object({
    type: v.literal('marked'),
    keys,
    seen: v.exactOptional(v.boolean()),
    starred: v.exactOptional(v.boolean()),
    rating: v.exactOptional(v.pipe(count, v.maxValue(5))),
    pick: v.exactOptional(v.nullable(v.picklist(['picked', 'rejected']))),
    tags: v.exactOptional(texts),
  }),
  tagged: v.object({ type: v.literal('tagged'), keys, add: texts, remove: texts }),
  projected: v.object({ type: v.literal('projected'), keys, project: maybeText }),
  titled: v.object({ type: v.literal('titled'), key, title: maybeText }),
  noted: v.object({ type: v.literal('noted'), key, note: maybeText }),
  trashed: v.object({ type: v.literal('trashed'), keys }),
  restored: v.object({ type: v.literal('restored'), keys }),
  purged: v.object({ type: v.literal('purged'), keys, ifTrashed: v.exactOptional(v.literal(true)) }),
  watched: v.object({
    type: v.literal('watched'),
    provider: key,
    taskId: key,
    prompt: v.exactOptional(maybeText),
    sourceUrl: v.exactOptional(maybeText),
    model: v.exactOptional(maybeText),
    project: v.exactOptional(maybeText),
    tags: v.exactOptional(texts),
    submission: v.exactOptional(text),
    askAt: v.exactOptional(text),
  }),
  unwatched: v.object({ type: v.literal('unwatched'), key, code: v.picklist(['person', 'deadline', 'gone']) }),
  asked: v.object({ type: v.literal('asked'), key, code: text, params, nextAt: maybeText }),
  upgrade: v.object({
    type: v.literal('upgrade'),
    key,
    quality: v.picklist(['1080p', '4k']),
    index: count,
    code: text,
    link: maybeText,
    message: maybeText,
  }),
  'conflict-settled': v.object({ type: v.literal('conflict-settled'), key, take: v.boolean() }),
  'submission-intended': v.object({
    type: v.literal('submission-intended'),
    id: key,
    provider: key,
    model: maybeText,
    prompt: maybeText,
    sources: texts,
    input: v.record(v.string(), v.unknown()),
    urlId: maybeText,
    project: maybeText,
    tags: texts,
    estimate: maybeNumber,
    batch: v.exactOptional(text),
    again: v.exactOptional(key),
    asked: v.exactOptional(text),
  }),
  'submission-created': v.object({ type: v.literal('submission-created'), id: key, taskId: key }),
  'submission-refused': v.object({
    type: v.literal('submission-refused'),
    id: key,
    code: text,
    params,
    message: maybeText,
  }),
  'submission-unknown': v.object({ type: v.literal('submission-unknown'), id: key, code: text, params }),
  cost: v.object({ type: v.literal('cost'), key, credits: maybeNumber, amount: maybeNumber, currency: maybeText }),
};
