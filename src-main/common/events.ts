/**
 * What the event log holds: one JSON object per event, in the order in which things happened.
 *
 * Events say what was read and what was done, never what was concluded: which task a result belongs to is decided by
 * the fold. Each carries `seq` (ascending), `at` (ISO time) and `v` (the version of this file that wrote it). The
 * library is a fold over these and nothing else, so a change here is a change of a disk format: add fields that may be
 * absent, keep reading old ones. Failures are codes and parameters; sentences are made where they are shown.
 *
 * Version 1 is read for ever (`parse-event.ts`).
 */
import type { DownloadErrorCode, MediaMetadata, Params, Quality, Result, Trust } from './model.ts';

export const eventFormat = 2;

/** How far one event vouches for what it says: `confirmed` is the provider's own record, asked for by us. */
export type EventTrust = Exclude<Trust, 'conflicting'>;

/** What a reader made of a body. */
export interface Read {
  readonly provider: string;
  /** False where several APIs of the family send this shape, and for `unknown`. */
  readonly certain: boolean;
  /** Providers whose bodies can be mistaken for each other. */
  readonly family: string;
  readonly taskId: string;
  readonly result: Result;
}

/** The bytes that something was read from, and where they came from. Secrets are redacted. */
export interface Evidence {
  /** Which of our callback URLs it came through (its id, never its token). */
  readonly urlId: string | null;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** `base64` where it is not UTF-8; `null` where the same bytes stand in an earlier event of this SHA-256. */
  readonly body: string | null;
  readonly bodyEncoding: 'utf8' | 'base64';
  /** SHA-256 of the body as it arrived, before redaction, in hex. */
  readonly bodySha256: string;
  /** Names a signature that does not cover the body (kie.ai), so that it cannot vouch for a second body. */
  readonly replayKey: string | null;
  /** Where the request came from, as far as it can be known. */
  readonly remote: string | null;
  /** Milliseconds from the first byte of the request until its event was handed to the log. */
  readonly tookMs?: number;
}

/** A provider told something about a task: by itself, when asked, in a file of another inbox, or as read anew. */
export interface ResultEvent {
  readonly type: 'result';
  readonly source: 'callback' | 'asked' | 'import' | 'reread';
  readonly read: Read;
  readonly trust: EventTrust;
  readonly evidence: Evidence | null;
  /** What the callback URL (or who asked) puts on the task. */
  readonly tags: readonly string[];
  readonly project?: string | null;
  /** The task that is meant, where that was known beforehand: an answer to our question, version 1. Else the fold finds it. */
  readonly key?: string;
  /** So many callbacks of one body; absent for one. Their evidence has the body's hash and not the body. */
  readonly repeats?: number;
  /** With `reread`: `seq` of the event whose body was read again. */
  readonly of?: number;
}

/** A request at our public side that was not accepted; kept within a quota. */
export interface RequestRefusedEvent {
  readonly type: 'request-refused';
  readonly status: number;
  /** `not-json`, `no-task-id`, `signature-missing`, `rate`, `too-large`, `disk-full` …; `other` with `reason` from version 1. */
  readonly code: string;
  readonly params: Params;
  /** A stored sentence of version 1. */
  readonly reason?: string;
  /** How many such requests this event stands for; absent for one. */
  readonly count?: number;
  readonly provider?: string;
  readonly taskId?: string;
  readonly urlId: string | null;
  readonly headers: Readonly<Record<string, string>>;
  /** The raw body or its first part; `null` where it was not read. */
  readonly body: string | null;
  readonly bodyEncoding: 'utf8' | 'base64';
  readonly bodyBytes: number;
  readonly bodySha256?: string;
  readonly remote: string | null;
  readonly tookMs?: number;
}

/** What is known of a file once it is on disk, checked, synced and renamed. */
export interface SavedFile extends MediaMetadata {
  /** Relative to the data dir. */
  readonly path: string;
  readonly sizeBytes: number;
  readonly sha256: string;
}

/** `url` names the video: any link by which the task has known it. */
export interface VideoSavedEvent {
  readonly type: 'video-saved';
  readonly key: string;
  readonly url: string;
  readonly file: SavedFile;
  /** `attached` by the person, `imported` with its task; absent for a download. */
  readonly by?: 'attached' | 'imported';
  /** It was fetched while the task was being made. */
  readonly early?: true;
}

/** Fetching was given up. `gone` is true where the provider no longer has the file: the video is `expired`. */
export interface VideoFailedEvent {
  readonly type: 'video-failed';
  readonly key: string;
  readonly url: string;
  /** Other links to the file, which were given up as well. */
  readonly tried?: readonly string[];
  readonly code: DownloadErrorCode;
  /** Which of the sentences for `code`, and what stands in it. */
  readonly reason: string;
  readonly params: Params;
  readonly gone: boolean;
  /** A stored sentence of version 1. */
  readonly message?: string;
  /** It was fetched while the task was being made. */
  readonly early?: true;
}

/** One attempt to fetch failed, and another follows by itself. */
export interface AttemptedEvent {
  readonly type: 'attempted';
  readonly key: string;
  readonly url: string;
  readonly code: DownloadErrorCode;
  readonly reason: string;
  readonly params: Params;
  readonly nextAt: string | null;
  /** This was the nth of so many. */
  readonly n: number;
  readonly of: number;
}

/** Another link to the same file: pasted, from the provider's record, or made by it on our request. */
export interface LinkRenewedEvent {
  readonly type: 'link-renewed';
  readonly key: string;
  readonly url: string;
  readonly link: string;
  readonly by: 'person' | 'record' | 'provider';
}

/** Someone asked to fetch these again. */
export interface VideoQueuedEvent {
  readonly type: 'video-queued';
  readonly videos: readonly { readonly key: string; readonly url: string }[];
  /** By whoever wants them now: they wait for no next attempt, and one that was saved meanwhile stays. */
  readonly atOnce?: true;
}

export interface PosterSavedEvent {
  readonly type: 'poster-saved';
  readonly key: string;
  readonly path: string;
}

/** A filmstrip for hovering. */
export interface PreviewSavedEvent {
  readonly type: 'preview-saved';
  readonly key: string;
  readonly url: string;
  readonly path: string;
}

/** An input video or image of a task was archived. */
export interface SourceSavedEvent {
  readonly type: 'source-saved';
  readonly key: string;
  readonly url: string;
  readonly path: string;
  readonly sizeBytes: number;
  readonly sha256: string;
}

/** Changes by the person; absent fields stay as they are. */
export interface MarkedEvent {
  readonly type: 'marked';
  readonly keys: readonly string[];
  readonly seen?: boolean;
  readonly starred?: boolean;
  /** 0 = none, 1 to 5. */
  readonly rating?: number;
  readonly pick?: 'picked' | 'rejected' | null;
  /** The whole list, as version 1 set it. Now: `tagged`. */
  readonly tags?: readonly string[];
}

export interface TaggedEvent {
  readonly type: 'tagged';
  readonly keys: readonly string[];
  readonly add: readonly string[];
  readonly remove: readonly string[];
}

export interface ProjectedEvent {
  readonly type: 'projected';
  readonly keys: readonly string[];
  readonly project: string | null;
}

export interface TitledEvent {
  readonly type: 'titled';
  readonly key: string;
  readonly title: string | null;
}

export interface NotedEvent {
  readonly type: 'noted';
  readonly key: string;
  readonly note: string | null;
}

export interface TrashedEvent {
  readonly type: 'trashed';
  readonly keys: readonly string[];
}

export interface RestoredEvent {
  readonly type: 'restored';
  readonly keys: readonly string[];
}

/** The trash was emptied: the tasks leave the library. */
export interface PurgedEvent {
  readonly type: 'purged';
  readonly keys: readonly string[];
  /**
   * Only tasks that are in the trash at this place of the log leave: another machine may have restored some before.
   * Absent in events from before November 2026: there all leave, since their files were removed.
   */
  readonly ifTrashed?: true;
}

/** From now on we wait for this task's end, wherever it was made. */
export interface WatchedEvent {
  readonly type: 'watched';
  readonly provider: string;
  readonly taskId: string;
  readonly prompt?: string | null;
  readonly sourceUrl?: string | null;
  readonly model?: string | null;
  readonly project?: string | null;
  readonly tags?: readonly string[];
  /** The submission that made it. */
  readonly submission?: string;
  /** Where the provider said that it is asked for (fal). */
  readonly askAt?: string;
}

/** We wait no longer: the person said so, or the time is up. */
export interface UnwatchedEvent {
  readonly type: 'unwatched';
  readonly key: string;
  readonly code: 'person' | 'deadline' | 'gone';
}

/** The provider was asked about a task, and what came of it (a result of its own says the rest). */
export interface AskedEvent {
  readonly type: 'asked';
  readonly key: string;
  /** `answered`, `pending`, `gone`, `no-key`, `key-refused`, `rate`, `unreachable`, `server` … */
  readonly code: string;
  readonly params: Params;
  readonly nextAt: string | null;
}

/** A larger version of a finished video was asked of the provider, and what came of it. */
export interface UpgradeEvent {
  readonly type: 'upgrade';
  readonly key: string;
  readonly quality: Quality;
  /** Place of the video in the provider's own list, from 0. */
  readonly index: number;
  /** `asked`, `made`, or why there is none. */
  readonly code: string;
  /** With `made`. */
  readonly link: string | null;
  /** The provider's own words. */
  readonly message: string | null;
}

/** The person decided about a task whose callback and record disagree: fetch what the callback named, or not. */
export interface ConflictSettledEvent {
  readonly type: 'conflict-settled';
  readonly key: string;
  readonly take: boolean;
}

/** Written before a paid call, so that a lost answer is known to be one. */
export interface SubmissionIntendedEvent {
  readonly type: 'submission-intended';
  /** Ours; names the submission in what follows. */
  readonly id: string;
  readonly provider: string;
  readonly model: string | null;
  readonly prompt: string | null;
  readonly sources: readonly string[];
  /** What is sent, as the provider names it; secrets and callback tokens redacted. */
  readonly input: Readonly<Record<string, unknown>>;
  readonly urlId: string | null;
  readonly project: string | null;
  readonly tags: readonly string[];
  /** Credits as published before. */
  readonly estimate: number | null;
  readonly batch?: string;
  /** The task that this is "the same again" of. */
  readonly again?: string;
  /** SHA-256 of all that was asked for, so that another order under the same id is known for what it is. */
  readonly asked?: string;
}

export interface SubmissionCreatedEvent {
  readonly type: 'submission-created';
  readonly id: string;
  readonly taskId: string;
}

export interface SubmissionRefusedEvent {
  readonly type: 'submission-refused';
  readonly id: string;
  readonly code: string;
  readonly params: Params;
  /** The provider's own words. */
  readonly message: string | null;
}

/** Not known whether it was made; never sent again by itself. */
export interface SubmissionUnknownEvent {
  readonly type: 'submission-unknown';
  readonly id: string;
  readonly code: string;
  readonly params: Params;
}

/** What a task cost in the end. */
export interface CostEvent {
  readonly type: 'cost';
  readonly key: string;
  readonly credits: number | null;
  readonly amount: number | null;
  /** ISO 4217. */
  readonly currency: string | null;
}

/** Where an event was first stored, where that was on another machine. Of one machine the numbers only ascend. */
export interface Origin {
  /** The machine's id. */
  readonly node: string;
  /** Its number there. */
  readonly k: number;
  /** When it was stored there, where this counts here as well: a copy of that library tells the same times. */
  readonly at?: string;
}

type KnownEvent =
  | ResultEvent
  | RequestRefusedEvent
  | VideoSavedEvent
  | VideoFailedEvent
  | AttemptedEvent
  | LinkRenewedEvent
  | VideoQueuedEvent
  | PosterSavedEvent
  | PreviewSavedEvent
  | SourceSavedEvent
  | MarkedEvent
  | TaggedEvent
  | ProjectedEvent
  | TitledEvent
  | NotedEvent
  | TrashedEvent
  | RestoredEvent
  | PurgedEvent
  | WatchedEvent
  | UnwatchedEvent
  | AskedEvent
  | UpgradeEvent
  | ConflictSettledEvent
  | SubmissionIntendedEvent
  | SubmissionCreatedEvent
  | SubmissionRefusedEvent
  | SubmissionUnknownEvent
  | CostEvent;

export type EventDraft = KnownEvent & {
  readonly origin?: Origin;
  /** When it happened, where it is stored again; usually the time at which it is stored. */
  readonly at?: string;
};
export type EventType = EventDraft['type'];
export type Draft<T extends EventType> = Extract<EventDraft, { readonly type: T }>;

/** What a person says of many tasks at once: it changes nothing of a task but its labels. */
export const labelTypes = ['marked', 'tagged', 'projected'] as const satisfies readonly EventType[];
export type LabelType = (typeof labelTypes)[number];
/** What may be done late, and twice: it acts on no file and asks nobody. */
export const markTypes = [...labelTypes, 'titled', 'noted'] as const satisfies readonly EventType[];

export interface Stamp {
  /** The version that wrote it. */
  readonly v: number;
  readonly seq: number;
  readonly at: string;
}

/** An event as it stands in the log, read in today's shape. */
export type StampedEvent = EventDraft & Stamp;
