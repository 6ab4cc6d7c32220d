/**
 * What the journal holds: one JSON object per line, in the order in which things happened.
 *
 * Each event carries `seq` (1, 2, 3 … without gaps), `at` (ISO time) and `v` (format version of this file, 1). The
 * library is a fold over these and nothing else, so a change here is a change of a disk format: add fields, keep
 * reading old ones.
 */
import type { DownloadErrorCode, MediaMetadata, Result, Trust } from './model.ts';

export const journalFormat = 1;

/** A callback that was stored and answered 200. */
export interface DeliveryEvent {
  readonly type: 'delivery';
  readonly key: string;
  readonly provider: string;
  readonly taskId: string;
  readonly result: Result;
  readonly trust: Trust;
  /** Which of our callback URLs it came through (its id, never its token). */
  readonly urlId: string | null;
  /** Tags that the callback URL puts on its tasks. */
  readonly tags: readonly string[];
  /** Redacted copies of the request headers, names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** The raw body, secrets redacted; `base64` where it is not UTF-8. */
  readonly body: string;
  readonly bodyEncoding: 'utf8' | 'base64';
  /** SHA-256 of the body as it arrived, before redaction, in hex. */
  readonly bodySha256: string;
  /** Names a signature that does not cover the body (kie.ai), so that it cannot vouch for a second body. */
  readonly replayKey: string | null;
  /** Where the request came from, as far as it can be known. */
  readonly remote: string | null;
}

/** A request at a valid callback URL that could not be read or was not trusted; kept within a quota. */
export interface RejectedEvent {
  readonly type: 'rejected';
  readonly status: 400 | 401;
  readonly reason: string;
  readonly urlId: string | null;
  readonly headers: Readonly<Record<string, string>>;
  /** The first part of the raw body. */
  readonly body: string;
  readonly bodyEncoding: 'utf8' | 'base64';
  readonly bodyBytes: number;
  readonly remote: string | null;
}

/** What is known of a file once it is on disk, checked, synced and renamed. */
export interface SavedFile extends MediaMetadata {
  /** Relative to the data dir. */
  readonly path: string;
  readonly sizeBytes: number;
  readonly sha256: string;
}

export interface VideoSavedEvent {
  readonly type: 'video-saved';
  readonly key: string;
  readonly url: string;
  readonly file: SavedFile;
}

/** The download gave up. `gone` is true where the provider no longer has the file: the video is `expired`. */
export interface VideoFailedEvent {
  readonly type: 'video-failed';
  readonly key: string;
  readonly url: string;
  readonly code: DownloadErrorCode;
  readonly message: string;
  readonly gone: boolean;
}

/** Someone asked to fetch the video again. */
export interface VideoQueuedEvent {
  readonly type: 'video-queued';
  readonly key: string;
  readonly url: string;
}

export interface PosterSavedEvent {
  readonly type: 'poster-saved';
  readonly key: string;
  readonly path: string;
}

/** Changes by the person; absent fields stay as they are. */
export interface MarkedEvent {
  readonly type: 'marked';
  readonly key: string;
  readonly seen?: boolean;
  readonly starred?: boolean;
  readonly tags?: readonly string[];
}

export interface TrashedEvent {
  readonly type: 'trashed';
  readonly key: string;
}

export interface RestoredEvent {
  readonly type: 'restored';
  readonly key: string;
}

/** The trash was emptied: the task leaves the library. */
export interface PurgedEvent {
  readonly type: 'purged';
  readonly key: string;
}

export type TaskEvent =
  | DeliveryEvent
  | VideoSavedEvent
  | VideoFailedEvent
  | VideoQueuedEvent
  | PosterSavedEvent
  | MarkedEvent
  | TrashedEvent
  | RestoredEvent
  | PurgedEvent;

/** An event as its author hands it to the journal. */
export type EventDraft = TaskEvent | RejectedEvent;

interface Stamp {
  readonly v: number;
  readonly seq: number;
  readonly at: string;
}

/** An event as it stands in the journal. */
export type JournalEvent = EventDraft & Stamp;
export type StampedTaskEvent = TaskEvent & Stamp;

export function isTaskEvent(event: JournalEvent): event is StampedTaskEvent {
  return event.type !== 'rejected';
}
