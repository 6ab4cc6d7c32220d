/**
 * The pure heart of the library: `(record | undefined, event) -> record | undefined`. The same events in the same order
 * give the same library, whoever folds them: the running inbox, the start after a crash, `doctor --rebuild`.
 *
 * State rules: a repeat only counts; a terminal state is not undone by a later processing body; a success after a
 * failure is taken and the failure stays in the history; different URLs for one task are all kept.
 */
import type { DeliveryEvent, StampedTaskEvent } from './journal-events.ts';
import { plainVideo, type HistoryEntry, type Task, type TaskState, type Trust, type Video } from './model.ts';

/** A task with what only the fold needs to know. */
export interface TaskRecord {
  readonly task: Task;
  /** The last event that was folded in; older ones are skipped, so that replaying is harmless. */
  readonly seq: number;
  /** The event that made the task: the order of tasks that came in the same millisecond. */
  readonly firstSeq: number;
  /** Signatures that do not cover the body, with the SHA-256 of the body they came with; newest last. */
  readonly signatures: readonly (readonly [replayKey: string, bodySha256: string])[];
}

const historyLimit = 40;
const signatureLimit = 8;
/** A callback URL that leaked must not grow one task without end. */
const videoLimit = 256;
const tagLimit = 64;

export function fold(record: TaskRecord | undefined, event: StampedTaskEvent): TaskRecord | undefined {
  if (record !== undefined && event.seq <= record.seq) return record;
  if (event.type === 'purged') return undefined;
  if (event.type === 'delivery') return foldDelivery(record, event);
  if (record === undefined) return undefined;
  const task = foldChange(record.task, event);
  return { ...record, task, seq: event.seq };
}

type ChangeEvent = Exclude<StampedTaskEvent, { type: 'delivery' | 'purged' }>;

function foldChange(task: Task, event: ChangeEvent): Task {
  switch (event.type) {
    case 'video-saved':
      return changeVideo(task, event, 'saved', undefined, (video) => ({
        ...video,
        ...event.file,
        state: 'saved',
        error: null,
        errorCode: null,
      }));
    case 'video-failed':
      return changeVideo(task, event, 'failed', event.message, (video) => ({
        ...video,
        state: event.gone ? 'expired' : 'failed',
        error: event.message,
        errorCode: event.code,
      }));
    case 'video-queued':
      return changeVideo(task, event, 'retry', undefined, queued);
    case 'poster-saved':
      return { ...task, poster: event.path, updatedAt: event.at };
    case 'marked':
      return {
        ...task,
        seen: event.seen ?? task.seen,
        starred: event.starred ?? task.starred,
        tags: event.tags === undefined ? task.tags : limitTags(event.tags),
      };
    case 'trashed':
      return withHistory({ ...task, trashedAt: event.at, updatedAt: event.at }, { at: event.at, kind: 'trashed' });
    case 'restored':
      return withHistory({ ...task, trashedAt: null, updatedAt: event.at }, { at: event.at, kind: 'restored' });
  }
}

function changeVideo(
  task: Task,
  event: { readonly url: string; readonly at: string },
  kind: HistoryEntry['kind'],
  message: string | undefined,
  change: (video: Video) => Video,
): Task {
  const index = task.videos.findIndex((video) => video.url === event.url);
  if (index < 0) return task;
  const videos = task.videos.map((video, at) => (at === index ? change(video) : video));
  return withHistory(
    { ...task, videos, updatedAt: event.at },
    { at: event.at, kind, video: index + 1, ...(message === undefined ? {} : { message }) },
  );
}

function foldDelivery(record: TaskRecord | undefined, event: DeliveryEvent & { seq: number; at: string }): TaskRecord {
  const signatures =
    event.replayKey === null
      ? (record?.signatures ?? [])
      : [...(record?.signatures ?? []), [event.replayKey, event.bodySha256] as const].slice(-signatureLimit);
  const task = record === undefined ? firstDelivery(event) : laterDelivery(record.task, event);
  return { task, seq: event.seq, firstSeq: record?.firstSeq ?? event.seq, signatures };
}

function firstDelivery(event: DeliveryEvent & { at: string }): Task {
  const { result } = event;
  const task: Task = {
    key: event.key,
    provider: event.provider,
    taskId: event.taskId,
    state: result.state,
    message: result.message,
    prompt: result.prompt,
    sourceUrl: result.sourceUrl,
    receivedAt: event.at,
    updatedAt: event.at,
    expiresAt: expiry(event),
    deliveries: 1,
    trust: event.trust,
    seen: false,
    starred: false,
    tags: limitTags(event.tags),
    poster: null,
    videos: promisedUrls(event).map(newVideo),
    thumbnailUrl: result.thumbnailUrl,
    needsApiKey: result.needsApiKey,
    model: result.model,
    credits: result.credits,
    trashedAt: null,
    history: [],
  };
  return withHistory(task, historyOf(event, 'callback'));
}

function laterDelivery(task: Task, event: DeliveryEvent & { at: string }): Task {
  const { result } = event;
  const state = nextState(task.state, result.state);
  const known = new Set(task.videos.map((video) => video.url));
  const urls = promisedUrls(event);
  const fresh = urls.filter((url) => !known.has(url)).slice(0, Math.max(0, videoLimit - task.videos.length));
  const takesOver = state === result.state;
  const stateChanges = state !== task.state;
  const messageChanges = takesOver && result.message !== null && result.message !== task.message;

  // The provider calling again about a video that we could not get is a reason to try again.
  const repeated = new Set(urls);
  const revived = task.videos.map((video) =>
    repeated.has(video.url) && (video.state === 'failed' || video.state === 'expired') ? queued(video) : video,
  );
  const bringsNews = stateChanges || fresh.length > 0;
  const changesSomething = bringsNews || (messageChanges && !isTerminal(task.state));

  const next: Task = {
    ...task,
    state,
    message: takesOver ? (result.message ?? task.message) : task.message,
    prompt: task.prompt ?? result.prompt,
    sourceUrl: task.sourceUrl ?? result.sourceUrl,
    thumbnailUrl: task.thumbnailUrl ?? result.thumbnailUrl,
    model: task.model ?? result.model,
    credits: result.credits ?? task.credits,
    needsApiKey: takesOver ? result.needsApiKey && task.videos.length === 0 : task.needsApiKey,
    // The provider's clock began with the files, not with its next attempt to tell of them.
    expiresAt: bringsNews ? (expiry(event) ?? task.expiresAt) : (task.expiresAt ?? expiry(event)),
    updatedAt: event.at,
    deliveries: task.deliveries + 1,
    trust: nextTrust(task.trust, event.trust, changesSomething),
    seen: task.seen && !bringsNews,
    tags: limitTags([...new Set([...task.tags, ...event.tags])]),
    videos: [...revived, ...fresh.map(newVideo)],
  };
  return withHistory(next, historyOf(event, kindOf(task, { changesSomething, takesOver, fresh: fresh.length })));
}

function kindOf(
  task: Task,
  change: { readonly changesSomething: boolean; readonly takesOver: boolean; readonly fresh: number },
): HistoryEntry['kind'] {
  if (change.fresh > 0 && task.videos.length > 0) return 'conflict';
  if (change.changesSomething) return 'callback';
  return change.takesOver ? 'repeat' : 'late';
}

function historyOf(event: DeliveryEvent & { at: string }, kind: HistoryEntry['kind']): HistoryEntry {
  const { state, message } = event.result;
  return { at: event.at, kind, state, ...(message === null ? {} : { message }) };
}

function isTerminal(state: TaskState): boolean {
  return state === 'succeeded' || state === 'failed';
}

function nextState(now: TaskState, told: TaskState): TaskState {
  if (now === 'succeeded') return now;
  if (now === 'failed') return told === 'succeeded' ? told : now;
  // A word that we do not know says less than one that we do.
  if (told === 'unknown' && now === 'processing') return now;
  return told;
}

/** Content is as trustworthy as the delivery that last changed it; a signed repeat vouches for what is there. */
function nextTrust(now: Trust, told: Trust, changed: boolean): Trust {
  if (changed) return told;
  return now === 'unsigned' ? told : now;
}

/**
 * Videos that this delivery promises. A processing body may hold previews, and a failed one leftovers; neither is a
 * result. With a state word that we do not know the URLs are taken: rather one file too many than a lost one.
 */
function promisedUrls(event: DeliveryEvent): readonly string[] {
  const { state, videoUrls } = event.result;
  return state === 'succeeded' || state === 'unknown' ? videoUrls.slice(0, videoLimit) : [];
}

function expiry(event: DeliveryEvent & { at: string }): string | null {
  const { expiresAfterSeconds, state } = event.result;
  if (expiresAfterSeconds === null || state === 'processing' || state === 'failed') return null;
  return new Date(Date.parse(event.at) + expiresAfterSeconds * 1000).toISOString();
}

function newVideo(url: string): Video {
  return { url, state: 'queued', ...plainVideo };
}

function queued(video: Video): Video {
  return { ...video, state: 'queued', error: null, errorCode: null };
}

function limitTags(tags: readonly string[]): readonly string[] {
  return tags.slice(0, tagLimit);
}

/** Keeps the first entries (how it began) and the newest ones. */
function withHistory(task: Task, entry: HistoryEntry): Task {
  const history = [...task.history, entry];
  if (history.length > historyLimit) history.splice(historyLimit / 2, 1);
  return { ...task, history };
}
