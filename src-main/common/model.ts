/**
 * The shapes of the library: tasks, their videos, and what a delivery says about them, as log and index hold them. What
 * the outside sees of a task is in `task-view.ts`; nearly all fields are the same there.
 *
 * Times are ISO 8601 in UTC. Paths use `/` and are relative to the data dir.
 */

export const taskStates = ['processing', 'succeeded', 'failed', 'unknown'] as const;
export type TaskState = (typeof taskStates)[number];
/** The provider is done with it. */
export const isTerminal = (state: TaskState): boolean => state === 'succeeded' || state === 'failed';
export type VideoState = 'queued' | 'saved' | 'failed' | 'expired';

/**
 * How far the content of a task is vouched for: `unsigned` (anyone who knows the callback URL could have sent it),
 * `signed` (the provider's signature verified), `confirmed` (the provider's own API said the same), `conflicting` (it
 * said otherwise, and nothing of the callback is fetched until it agrees or the person decides).
 */
export type Trust = 'signed' | 'unsigned' | 'confirmed' | 'conflicting';

/** What stands in a sentence: numbers and texts by name. */
export type Params = Readonly<Record<string, string | number | boolean | null>>;

/** Why a video is not on disk. `gone` and `forbidden` are what recovery may still cure with a fresh link. */
export type DownloadErrorCode =
  | 'gone' // 404 or 410: the link has died
  | 'forbidden' // 401 or 403: expired signature, or an API key is needed
  | 'blocked-address' // the URL points into a private network
  | 'bad-url' // not http or https, or not a URL
  | 'too-large' // over the size limit
  | 'not-a-video' // HTML, JSON, an image … in place of a video
  | 'damaged' // truncated, empty, or the length does not match
  | 'disk-full'
  | 'disk-error'
  | 'timeout'
  | 'network'
  | 'server' // 5xx or 429 that did not pass
  | 'too-many-redirects'
  | 'internal' // a fault of ours
  | 'cancelled';

/** What is read from a video file. */
export interface MediaMetadata {
  /** Short name: `mp4`, `mov`, `webm`, `mkv`, `ts` … */
  readonly container: string;
  readonly durationSeconds: number | null;
  /** Pixels as displayed: rotation and pixel shape applied. */
  readonly width: number | null;
  readonly height: number | null;
  /** Short names: `avc`, `hevc`, `vp9`, `av1`, `aac`, `opus` … */
  readonly videoCodec: string | null;
  readonly audioCodec: string | null;
  /** Frames a second, averaged over the first seconds. */
  readonly frameRate: number | null;
}

/** Containers of pictures that move: shown as images, since no player of films takes them. */
export const movingPictures: ReadonlySet<string> = new Set(['gif', 'webp', 'apng', 'avif']);
/** One with more fills the memory of a page, a picture after the other: a small file may hold 65,535 by 65,535. */
export const mostMovingPixels = 4096 * 4096;

/** An attempt to fetch a video that failed. */
export interface Attempt {
  readonly at: string;
  readonly code: DownloadErrorCode;
  /** Which of the sentences for `code`, and what stands in it. */
  readonly reason: string;
  readonly params: Params;
  /** When the next one is due; `null` where none follows by itself. */
  readonly nextAt: string | null;
  /** The nth of so many. */
  readonly n: number;
  readonly of: number;
}

/** Fields with a question mark are absent where they have nothing to tell. */
export interface Video extends Omit<MediaMetadata, 'container'> {
  /** The newest link to it. */
  readonly url: string;
  /** Links by which it was known before: signed anew, renewed by the provider, pasted. */
  readonly formerUrls?: readonly string[];
  /** Other links to it, signed anew; taken when the one in use dies. */
  readonly spareUrls?: readonly string[];
  /** Its number of arrival within the task where that is not its place in the list; file names hold it. */
  readonly number?: number;
  /** A larger version of another video of the task, asked for by the person. */
  readonly quality?: Quality;
  /** Named by a signed or confirmed result. */
  readonly vouched?: boolean;
  /** Named only while its task was being made: what its link brings may be a draft. */
  readonly early?: true;
  /** The person had it fetched although the provider's record does not name it, or an unsigned callback does. */
  readonly doubted?: true;
  /** When its link dies, as far as the link itself tells; ISO time. */
  readonly expiresAt?: string;
  /** The newest failed attempts, oldest first. */
  readonly attempts?: readonly Attempt[];
  /** Which of the sentences for `errorCode`, and what stands in it. */
  readonly errorReason?: string;
  readonly errorParams?: Params;
  /** A filmstrip for hovering; relative to the data dir. */
  readonly preview?: string;
  readonly state: VideoState;
  readonly path: string | null;
  readonly sizeBytes: number | null;
  readonly sha256: string | null;
  readonly container: string | null;
  /** A sentence that version 1 stored; what is stored today is `errorReason`. */
  readonly error: string | null;
  readonly errorCode: DownloadErrorCode | null;
}

/** A video of which nothing is known yet but where it is. */
export const plainVideo = {
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
} as const satisfies Omit<Video, 'url' | 'state'>;

export interface Progress {
  readonly receivedBytes: number;
  /** `null` where the server does not tell. */
  readonly totalBytes: number | null;
  readonly bytesPerSecond: number;
}

/** One line of "What happened". `kind` picks the sentence from the text catalog. */
export interface HistoryEntry {
  readonly at: string;
  readonly kind:
    | 'callback' // a delivery that changed something
    | 'repeat' // a delivery that changed nothing
    | 'late' // a delivery that came after a terminal state and was not taken over
    | 'conflict' // a delivery that named other videos than the one before
    | 'reread' // a body of before as a better reader reads it
    | 'asked' // the provider's record changed or confirmed something
    | 'dropped' // links that were one too many
    | 'watched'
    | 'unwatched'
    | 'link' // a video has another link
    | 'upgrade' // a larger version was asked for, has come, or cannot be had
    | 'tries' // attempts that failed before what follows; `code` and `params` of the last, `params.tries` = how many
    | 'saved'
    | 'failed'
    | 'retry'
    | 'trashed'
    | 'restored';
  readonly state?: TaskState;
  readonly message?: string;
  /** With `failed`: the code and what stands in its sentence; with `dropped`: how many; with `link`: by whom. */
  readonly code?: string;
  readonly params?: Params;
  /** 1-based number of the video that the entry is about. */
  readonly video?: number;
}

export type Quality = '1080p' | '4k';

/** A larger version that was asked of the provider. */
export interface Upgrade {
  readonly quality: Quality;
  /** Place of the video in the provider's own list, from 0. */
  readonly index: number;
  readonly at: string;
  /** `asked`: being made; `made`: it is among the videos; else why there is none. */
  readonly code: string;
}

/** An archived input of a task. */
export interface TaskSource {
  readonly url: string;
  readonly path: string;
  readonly sizeBytes: number;
  readonly sha256: string;
}

/** Fields with a question mark are absent where they have nothing to tell. */
export interface Task {
  /** `<provider>:<taskId>` as the task was first heard of; it stays when a better reader names another provider. */
  readonly key: string;
  readonly provider: string;
  readonly taskId: string;
  readonly state: TaskState;
  readonly message: string | null;
  readonly prompt: string | null;
  readonly sourceUrl: string | null;
  readonly receivedAt: string;
  readonly updatedAt: string;
  /** When the provider deletes the files, by its documented rule; `null` where it has none. */
  readonly expiresAt: string | null;
  readonly deliveries: number;
  readonly trust: Trust;
  readonly seen: boolean;
  readonly starred: boolean;
  readonly tags: readonly string[];
  readonly poster: string | null;
  readonly videos: readonly Video[];
  /** The provider's preview image, where it sent one. */
  readonly thumbnailUrl: string | null;
  /** True where the provider says that the result must be fetched with an API key, and sent no link. */
  readonly needsApiKey: boolean;
  /** The provider's own name of the film that only the key opens, where it named one and no link. */
  readonly keyedFile?: string;
  /** Others that later callbacks of the task named. */
  readonly moreKeyedFiles?: readonly string[];
  /** Links that the last body named while it was being made: previews, or all there is where its end names none. */
  readonly underWay?: readonly string[];
  /** The number that it was drawn with, as digits. */
  readonly seed?: string;
  readonly model: string | null;
  /** Credits as told by the provider. */
  readonly credits: number | null;
  readonly trashedAt: string | null;
  readonly history: readonly HistoryEntry[];
  /** The person's own name for it. */
  readonly title?: string;
  readonly note?: string;
  readonly project?: string;
  /** 1 to 5. */
  readonly rating?: number;
  readonly pick?: 'picked' | 'rejected';
  /**
   * What an unsigned callback or one that the record contradicts named, and what the rest of the task is worth; with
   * `conflicting`. Nothing of it is fetched before the record agrees or the person decides.
   */
  readonly dispute?: { readonly urls: readonly string[]; readonly trust: Exclude<Trust, 'conflicting'> };
  readonly upgrades?: readonly Upgrade[];
  /** The archived inputs. */
  readonly sources?: readonly TaskSource[];
  readonly cost?: { readonly credits: number | null; readonly amount: number | null; readonly currency: string | null };
  /** The submission of ours that made it, and when that was. */
  readonly submission?: string;
  readonly submittedAt?: string;
  /** Since when we wait for its end; absent where it has come, or nobody waits. */
  readonly watchedSince?: string;
  /** Where the provider said that it is asked for. */
  readonly askAt?: string;
  /** When the provider was last asked, what came of it, and when it is asked next. */
  readonly askedAt?: string;
  readonly askedCode?: string;
  readonly askedNextAt?: string;
}

/** What a reader finds in one body. All strings come from the body; nothing is made up. */
export interface Result {
  readonly state: TaskState;
  /** The provider's own word for the state, for display where we do not know it. */
  readonly stateWord: string | null;
  readonly message: string | null;
  readonly prompt: string | null;
  readonly sourceUrl: string | null;
  readonly thumbnailUrl: string | null;
  /** Primary results only, without repeats, in the order of the body. */
  readonly videoUrls: readonly string[];
  /** How many further links its list had than are read; absent where it had no more. */
  readonly linksLeft?: number;
  /**
   * The film was named while only numbers said that the task goes on: it is fetched all the same, and anew when the end
   * of the task names it.
   */
  readonly isEarly?: true;
  /**
   * The task failed, by the provider's own word, and a film stands where results do all the same: it is fetched, for it
   * may have been paid for, and the task has failed as it says. Absent in what was read before this was told apart.
   */
  readonly isDespiteFailure?: true;
  readonly needsApiKey: boolean;
  /**
   * The provider's own name of a film that only the key opens (Gemini: `files/ab12`); absent where there is none. No
   * address: where it lies is made of the provider's own, so that a stranger's body cannot lead the key elsewhere.
   */
  readonly keyedFile?: string;
  /** As digits; absent where none is told, or one for each of several. */
  readonly seed?: string;
  readonly model: string | null;
  readonly credits: number | null;
  /** How long the files live after this delivery: by the provider's documented rule, or less where the body says so. */
  readonly expiresAfterSeconds: number | null;
  /** When the body says that they end, ISO 8601 in UTC; absent where it does not. */
  readonly expiresAt?: string;
  /** In money, as told; absent where nothing is. */
  readonly cost?: { readonly amount: number; readonly currency: string | null };
}

/** Nothing was found; a result that is made up by hand begins here. */
export const noResult = {
  state: 'unknown',
  stateWord: null,
  message: null,
  prompt: null,
  sourceUrl: null,
  thumbnailUrl: null,
  videoUrls: [],
  needsApiKey: false,
  model: null,
  credits: null,
  expiresAfterSeconds: null,
} as const satisfies Result;
