/** What the calls that scripts use answer, for the OpenAPI document: the fields that stay; others may be added. */
import * as v from 'valibot';
import type { CallName } from '../../common/contract.ts';
import { taskStates } from '../../common/model.ts';

const text = v.string();
const maybeText = v.nullable(text);
const time = v.pipe(text, v.isoTimestamp());
const maybeTime = v.nullable(time);
const maybeNumber = v.nullable(v.number());
const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const videoStates = ['queued', 'downloading', 'saved', 'failed', 'expired'] as const;

const counts = (names: readonly string[]) => v.object(Object.fromEntries(names.map((name) => [name, count])));

const attempt = v.object({
  at: time,
  code: text,
  reason: text,
  nextAt: maybeTime,
  n: count,
  of: count,
});

const video = v.object({
  url: text,
  state: v.picklist(videoStates),
  path: maybeText,
  sizeBytes: maybeNumber,
  sha256: maybeText,
  container: maybeText,
  durationSeconds: maybeNumber,
  width: maybeNumber,
  height: maybeNumber,
  error: maybeText,
  attempts: v.optional(v.array(attempt)),
});

const task = v.object({
  key: text,
  provider: text,
  taskId: text,
  state: v.picklist(taskStates),
  message: maybeText,
  prompt: maybeText,
  sourceUrl: maybeText,
  receivedAt: time,
  updatedAt: time,
  expiresAt: maybeTime,
  deliveries: count,
  trust: v.picklist(['signed', 'unsigned', 'confirmed', 'conflicting']),
  seen: v.boolean(),
  starred: v.boolean(),
  tags: v.array(text),
  poster: maybeText,
  model: maybeText,
  credits: maybeNumber,
  videos: v.array(video),
  title: v.optional(text),
  project: v.optional(text),
  submittedAt: v.optional(time),
  askedAt: v.optional(time),
});

const watch = v.object({ pending: count, overdue: count, nextAskAt: maybeTime });

const status = v.object({
  pid: count,
  dataDir: text,
  tasks: counts(['total', ...taskStates]),
  videos: counts(videoStates),
  diskFreeBytes: v.number(),
  watch,
  requests: v.object({ refusedToday: count }),
  storage: v.object({ state: v.picklist(['ok', 'full', 'gone', 'slow']), message: maybeText }),
  tunnel: v.object({
    kind: v.picklist(['none', 'ngrok', 'url']),
    state: v.picklist(['offline', 'connecting', 'online', 'degraded', 'blocked']),
    publicUrl: maybeText,
    callbackUrl: text,
    provenAt: maybeTime,
    message: maybeText,
  }),
});

const submitted = v.variant('outcome', [
  v.object({ outcome: v.literal('made'), id: text, key: text, taskId: text, notes: v.array(text) }),
  v.object({ outcome: v.literal('refused'), id: text, code: text, message: text }),
  v.object({ outcome: v.literal('unknown'), id: text, code: text, message: text }),
]);

const watched = v.object({
  key: text,
  provider: text,
  taskId: text,
  prompt: maybeText,
  since: time,
  usualMs: v.number(),
  isOverdue: v.boolean(),
  isReady: v.boolean(),
  askedAt: maybeTime,
  nextAskAt: maybeTime,
  problem: maybeText,
});

const provider = v.object({
  provider: text,
  name: text,
  keyName: text,
  hasKey: v.boolean(),
  canSubmit: v.boolean(),
  needsModel: v.boolean(),
});

/** Named, so that a program that is made from the document has one type for each. */
export const answerParts = { Task: task, Status: status, Submitted: submitted, Watched: watched, Provider: provider };

/** Of which named part the answer of a call is, and how: as it is, or nothing, or a list of it. */
export const answerOf: Partial<
  Record<CallName, { readonly part: keyof typeof answerParts; readonly as: 'one' | 'maybe' | 'list' }>
> = {
  'app:status': { part: 'Status', as: 'one' },
  'tasks:get': { part: 'Task', as: 'maybe' },
  'tasks:list': { part: 'Task', as: 'list' },
  'submissions:send': { part: 'Submitted', as: 'one' },
  'watch:list': { part: 'Watched', as: 'list' },
  'providers:list': { part: 'Provider', as: 'list' },
};
