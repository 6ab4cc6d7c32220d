/**
 * The pure heart of the library: `(record | undefined, event, key) -> record | undefined`. The same events in the same
 * order give the same library, whoever folds them: the running inbox, the start after a crash, `doctor --rebuild`.
 * Which tasks an event is about is said by `identity.ts`.
 */
import { type Draft, type EventType, labelTypes, type LabelType, type Stamp, type StampedEvent } from './events.ts';
import { settled } from './fold-dispute.ts';
import { firstResult, laterResult } from './fold-result.ts';
import { limitTags, withHistory } from './fold-history.ts';
import {
  changeVideo,
  isOvertaken,
  isSaved,
  queued,
  withAttempt,
  withEarlyFile,
  withFailure,
  withFile,
  freshEnd,
  withLink,
  withoutEarlyPoster,
  withTries,
  withUpgrade,
} from './fold-video.ts';
import { isTerminal, type Task } from './model.ts';
import { hasWaitingVideo } from './task-traits.ts';
import { without } from './without.ts';

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

/**
 * Grows with each change by which the same events make another task. An index that an older fold made is made anew behind
 * the start (`Library.renew`); without that its tasks stay as they were, and differ from those of other machines.
 */
export const foldVersion = 5;

const signatureLimit = 8;
const textLimit = 20_000;

export function fold(record: TaskRecord | undefined, event: StampedEvent, key: string): TaskRecord | undefined {
  if (record !== undefined && event.seq <= record.seq) return record;
  if (event.type === 'purged')
    return event.ifTrashed === true && record !== undefined && outlivesTrash(record.task) ? record : undefined;
  const task = foldTask(record?.task, event, key);
  if (task === undefined) return undefined;
  return {
    task,
    seq: event.seq,
    firstSeq: record?.firstSeq ?? event.seq,
    signatures: withSignature(record?.signatures ?? [], event),
  };
}

/** It is not in the trash any more, or about to come back. */
function outlivesTrash(task: Task): boolean {
  return task.trashedAt === null || isToldInTrash(task);
}

/** A film was told of since it was thrown away: that one was paid for, so the task comes back. */
export function isToldInTrash(task: Task): boolean {
  const thrownAway = task.history.findLastIndex(({ kind }) => kind === 'trashed');
  const since = thrownAway < 0 ? [] : task.history.slice(thrownAway + 1);
  return (
    hasWaitingVideo(task) && since.some(({ kind }) => kind === 'callback' || kind === 'conflict' || kind === 'asked')
  );
}

function withSignature(known: TaskRecord['signatures'], event: StampedEvent): TaskRecord['signatures'] {
  const evidence = event.type === 'result' ? event.evidence : null;
  if (evidence === null || evidence.replayKey === null) return known;
  return [...known, [evidence.replayKey, evidence.bodySha256] as const].slice(-signatureLimit);
}

/** @returns `undefined` where there is no such task: only a result, and someone who waits for one, makes a task. */
function foldTask(task: Task | undefined, event: StampedEvent, key: string): Task | undefined {
  if (event.type === 'result') return task === undefined ? firstResult(event, key) : laterResult(task, event);
  if (event.type === 'watched') return watch(task, event, key);
  return task === undefined ? undefined : foldChange(task, event);
}

function foldChange(task: Task, event: Exclude<StampedEvent, { type: 'result' | 'watched' }>): Task {
  const { at } = event;
  switch (event.type) {
    case 'video-saved':
      return isOvertaken(task, event)
        ? changeVideo(task, event, null, (video) => withEarlyFile(video, event.file))
        : changeVideo(withTries(withoutEarlyPoster(task, event), event.url, 2), event, { kind: 'saved' }, (video) =>
            withFile(video, event),
          );
    case 'video-failed': {
      if (isOvertaken(task, event)) return task;
      const { code, message, params, tried = [] } = event;
      const told = message === undefined ? { code: event.reason, params } : { message };
      return changeVideo(task, event, { kind: 'failed', ...told }, (video) =>
        withFailure(video, { code, reason: event.reason, params, message, gone: event.gone, tried }),
      );
    }
    case 'attempted': {
      const { code, reason, params, nextAt, n, of } = event;
      return changeVideo(task, event, null, (video) => withAttempt(video, { at, code, reason, params, nextAt, n, of }));
    }
    case 'link-renewed':
      return changeVideo(withTries(task, event.url, 1), event, { kind: 'link', code: event.by }, (video) =>
        video.state === 'saved' ? video : queued({ ...withLink(video, event.link), ...freshEnd(event, at) }),
      );
    case 'video-queued':
      return event.videos
        .filter(({ key }) => key === task.key)
        .filter(({ url }) => event.atOnce !== true || !isSaved(task, url))
        .reduce((before, { url }) => changeVideo(before, { url, at }, { kind: 'retry' }, queued), task);
    case 'poster-saved':
      return { ...task, poster: event.path, updatedAt: at };
    case 'preview-saved':
      return changeVideo(task, event, null, (video) => ({ ...video, preview: event.path }));
    case 'source-saved': {
      const { url, path, sizeBytes, sha256 } = event;
      const others = (task.sources ?? []).filter((source) => source.url !== url);
      return { ...task, sources: [...others, { url, path, sizeBytes, sha256 }] };
    }
    case 'marked':
    case 'tagged':
    case 'projected':
      return { ...without(task, 'rating', 'pick', 'project'), ...labelsAfter(task, event) };
    case 'titled':
      return withText(task, 'title', event.title);
    case 'noted':
      return withText(task, 'note', event.note);
    case 'trashed':
      return withHistory({ ...task, trashedAt: at, updatedAt: at }, { at, kind: 'trashed' });
    case 'restored':
      return withHistory({ ...task, trashedAt: null, updatedAt: at }, { at, kind: 'restored' });
    case 'unwatched': {
      const rest = without(task, 'watchedSince', 'askedNextAt');
      return withHistory({ ...rest, updatedAt: at }, { at, kind: 'unwatched', code: event.code });
    }
    case 'asked': {
      const asked = { ...without(task, 'askedNextAt'), askedAt: at, askedCode: event.code };
      return event.nextAt === null ? asked : { ...asked, askedNextAt: event.nextAt };
    }
    case 'upgrade':
      return withUpgrade(task, event);
    case 'conflict-settled':
      return settled(task, event);
    case 'cost': {
      const { credits, amount, currency } = event;
      return { ...task, credits: credits ?? task.credits, cost: { credits, amount, currency } };
    }
    case 'purged':
    case 'request-refused':
    case 'submission-intended':
    case 'submission-created':
    case 'submission-refused':
    case 'submission-unknown':
      return task; // changes no task
  }
}

export type Labels = Pick<Task, 'seen' | 'starred' | 'tags' | 'rating' | 'pick' | 'project'>;
export type LabelEvent = Extract<StampedEvent, { type: LabelType }>;

/** It changes nothing of a task but its labels and the number of its last event. */
export function isLabelEvent(event: StampedEvent): event is LabelEvent {
  return (labelTypes as readonly EventType[]).includes(event.type);
}

export function labelsAfter(before: Labels, event: LabelEvent): Labels {
  const marks: Pick<Draft<'marked'>, 'seen' | 'starred' | 'rating' | 'pick'> = event.type === 'marked' ? event : {};
  const rating = marks.rating ?? before.rating ?? 0;
  const pick = marks.pick === undefined ? (before.pick ?? null) : marks.pick;
  const project = event.type === 'projected' ? event.project?.slice(0, textLimit) : before.project;
  return {
    seen: marks.seen ?? before.seen,
    starred: marks.starred ?? before.starred,
    tags: tagsAfter(before.tags, event),
    ...(rating > 0 ? { rating } : {}),
    ...(pick === null ? {} : { pick }),
    ...(project === undefined || project === '' ? {} : { project }),
  };
}

function tagsAfter(before: readonly string[], event: LabelEvent): readonly string[] {
  if (event.type === 'projected') return before;
  if (event.type === 'marked') return event.tags === undefined ? before : limitTags(event.tags);
  // What is added once more goes to the end: a copy adds its own first, and all again in the order of the other's log.
  const kept = before.filter((tag) => !event.remove.includes(tag) && !event.add.includes(tag));
  return limitTags([...kept, ...new Set(event.add)]);
}

function withText(task: Task, name: 'title' | 'note', text: string | null): Task {
  const rest = without(task, name);
  return text === null || text === '' ? rest : { ...rest, [name]: text.slice(0, textLimit) };
}

function watch(task: Task | undefined, event: Draft<'watched'> & Stamp, key: string): Task {
  const { at, prompt = null, sourceUrl = null, model = null, project, tags = [], submission, askAt } = event;
  const before: Task = task ?? {
    key,
    provider: event.provider,
    taskId: event.taskId,
    state: 'processing',
    message: null,
    prompt: null,
    sourceUrl: null,
    receivedAt: at,
    updatedAt: at,
    expiresAt: null,
    deliveries: 0,
    trust: 'unsigned',
    seen: false,
    starred: false,
    tags: [],
    poster: null,
    videos: [],
    thumbnailUrl: null,
    needsApiKey: false,
    model: null,
    credits: null,
    trashedAt: null,
    history: [],
  };
  const isOver = isTerminal(before.state);
  return withHistory(
    {
      ...before,
      prompt: before.prompt ?? prompt,
      sourceUrl: before.sourceUrl ?? sourceUrl,
      model: before.model ?? model,
      tags: limitTags([...new Set([...before.tags, ...tags])]),
      ...(typeof project === 'string' && before.project === undefined ? { project } : {}),
      ...(submission === undefined ? {} : { submission, submittedAt: at }),
      ...(askAt === undefined ? {} : { askAt }),
      ...(isOver ? {} : { watchedSince: before.watchedSince ?? at }),
    },
    { at, kind: 'watched' },
  );
}
