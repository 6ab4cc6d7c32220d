/** The port behind which files are fetched. The library tells it what is wanted; it tells the library what came of it. */
import type { DownloadTrouble } from '../../common/download-trouble.ts';
import type { DownloadErrorCode, Progress } from '../../common/model.ts';
import type { SavedFile } from '../../common/events.ts';
import type { QueueWait } from './job-queue.ts';

export type { QueueWait } from './job-queue.ts';

/** One video, one preview image, or one input of a task, that is wanted on disk. */
export interface DownloadJob {
  readonly kind: 'video' | 'poster' | 'source';
  /** Task key; with `kind` and `n` it names the job. */
  readonly key: string;
  readonly url: string;
  /** Further links to the same file, signed anew; the newest last. */
  readonly spareUrls?: readonly string[];
  /** 1-based number of the video or input within its task; 0 for a poster. */
  readonly n: number;
  /** Path relative to the data dir without extension, e.g. `videos/2026-11/kie-luma_5d2f_1`; the container decides the rest. */
  readonly target: string;
  /** When the link dies, as far as the provider's rule or the link itself tells; the most urgent goes first. */
  readonly expiresAt: string | null;
  /** When it may be gone already, as was learned; decides who goes first and nothing else. */
  readonly diesAt?: string;
  /** When a callback last told of the link; ISO time. */
  readonly toldAt: string;
  /** A signed or confirmed result named it. */
  readonly isVouched: boolean;
  /** What is there now may be an early film: one that is not early is fetched anew. */
  readonly isEarly?: true;
  /** It was given up, and its link is looked at once more. */
  readonly isLook?: true;
  /** Which of our callback URLs it came through (its id); `''` where that is not known. */
  readonly source: string;
}

/** What stands in the sidecar JSON beside a video, as it is known when the video is saved. */
export type DescribeJob = (job: DownloadJob) => Readonly<Record<string, unknown>>;

export interface DownloadFailure {
  readonly code: DownloadErrorCode;
  readonly trouble: DownloadTrouble;
  /** How often it was tried. */
  readonly attempts: number;
}

/** Why a job does not run just now, and when it is tried again. */
export interface DownloadWait {
  readonly code: DownloadErrorCode;
  readonly trouble: DownloadTrouble;
  /** ISO time. */
  readonly retryAt: string;
  /** The nth attempt has failed, of so many as there will be if the next ones do, too; `null` = without end. */
  readonly n: number;
  readonly of: number | null;
}

/** An input of a task on disk. */
export type StoredSource = Pick<SavedFile, 'path' | 'sizeBytes' | 'sha256'>;

/** The right to do a job, where several machines share the work. */
export interface JobRight {
  /** Aborted once another machine does it. */
  readonly lost: AbortSignal;
  /**
   * @param result what became of the run.
   * @param goesOnHere what it brought lies on this machine alone, and is gone on with soon.
   */
  end(result: 'done' | { readonly retryInMs: number }, goesOnHere: boolean): Promise<void>;
}

export interface JobRights {
  /** False where it has been done meanwhile, or nobody wants it any more. */
  isWanted(job: DownloadJob): boolean;
  /** `null` where another machine does it, or that cannot be known just now. */
  take(job: DownloadJob): Promise<JobRight | null>;
  /** Another machine that fetches is there, and has room for it as far as is known. */
  othersHaveRoom(): boolean;
  /** When to ask again, in ms. */
  readonly againMs: number;
}

export interface DownloadReports {
  /** The bytes are checked, synced and renamed. The promise is awaited before the job counts as done. */
  saved(job: DownloadJob, file: SavedFile): Promise<void>;
  posterSaved(job: DownloadJob, path: string): Promise<void>;
  /** An input is on disk, whatever it shows. */
  sourceSaved(job: DownloadJob, file: StoredSource): Promise<void>;
  /** Given up; nobody is told, since no result is lost. */
  sourceFailed(job: DownloadJob): Promise<void>;
  /** Not fetched: another machine has done it, or nobody wants it any more. */
  notWanted?(job: DownloadJob): void;
  /** Given up: no attempt follows by itself. */
  failed(job: DownloadJob, failure: DownloadFailure): Promise<void>;
  /** An attempt failed and another follows by itself. */
  waiting?(job: DownloadJob, wait: DownloadWait): void;
  /** The first byte is on its way. Once per attempt that gets so far. */
  started(job: DownloadJob): void;
  /** At most four a second per job. */
  progress(job: DownloadJob, progress: Progress): void;
}

/** What whoever attaches a file has to say to it. */
export interface Attaching {
  /** What stands in its sidecar; default: what is known of the task. */
  readonly describe?: DescribeJob;
  /** Asked once no download of the job runs. @throws where the file is not wanted any more */
  check(): void;
  /** The file has its name. Until this resolves nothing else happens to the job. */
  noted(file: SavedFile): Promise<unknown>;
}

export interface Downloads {
  /** Idempotent per `kind`, `key` and `n`: a job that waits or runs is not added again, and goes on with the new link. */
  enqueue(job: DownloadJob): void;
  /**
   * Stops and forgets the jobs of a task; their `.part` files stay unless `removeParts`. Resolves once none of them
   * touches the disk any more; never rejects.
   * @param options.stopped Jobs that were forgotten before, whose parts go as well.
   */
  cancel(
    key: string,
    options: { readonly removeParts: boolean; readonly stopped?: readonly DownloadJob[] },
  ): Promise<void>;
  /**
   * Takes these bytes as the video of a job, in place of a download: the same checks, names and sidecar. Not reported.
   * The download waits meanwhile; it goes on where it was if this fails.
   * @throws DownloadFault, or what `attaching` throws
   */
  attach(job: DownloadJob, bytes: AsyncIterable<Uint8Array>, attaching: Attaching): Promise<void>;
  /** The same for an input of a task that is on this machine already. @throws DownloadFault */
  keepSource(job: DownloadJob, bytes: AsyncIterable<Uint8Array>): Promise<StoredSource>;
  /** Progress of a running job, `null` where it waits or is not known. */
  progressOf(key: string, url: string): Progress | null;
  /** Why a video does not run, `null` where it runs or is not known. */
  waitOf(key: string, n: number): QueueWait | null;
  /** How many of a kind wait for a place. */
  waiting(kind: DownloadJob['kind']): number;
  pause(): void;
  resume(): void;
  /** The store takes files again: what waited for that is tried now, and nothing else. */
  storeIsWell(): void;
  readonly paused: boolean;
  /** Ends the waits of a task's videos for their next attempt. @returns how many waited. */
  retryNow(key: string): number;
  /** Videos at once, from now on; what runs goes on. */
  setAtOnce(atOnce: number): void;
  /** What was seen of the way to the internet. */
  network(): { readonly hasFakeAddresses: boolean };
  /** Stops all transfers so that they resume at the next start; resolves when nothing touches the disk any more. */
  close(): Promise<void>;
}
