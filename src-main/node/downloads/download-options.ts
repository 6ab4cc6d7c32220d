/** What the download engine is told at its start. */
import type { Log } from '../log/log.ts';
import type { MediaReader } from '../media/media-reader.ts';
import type { VideoStore } from '../video-store/video-store.ts';
import type { ResolveHost } from './address-guard.ts';
import type { DescribeJob, DownloadReports, JobRights } from './downloads.ts';
import type { PaceLimits } from './pace-watch.ts';
import type { ProxyChoice } from '../outgoing/proxy-choice.ts';
import type { RetryOptions } from './retry-policy.ts';

export interface DownloadTimeouts {
  readonly connectMs: number;
  /** From the request to the answer's headers. */
  readonly headersMs: number;
  /** Longest pause within a file. */
  readonly stallMs: number;
  /** In each span of this length at least 1 byte per millisecond must come. */
  readonly trickleMs: number;
  /** Longest single attempt; the next one goes on where it ended. */
  readonly totalMs: number;
}

export interface DownloadsOptions {
  readonly dataDir: string;
  /** Where saved files go; what is on its way lies in the data dir. */
  readonly store: VideoStore;
  readonly reports: DownloadReports;
  readonly describe: DescribeJob;
  readonly log: Log;
  /** Hosts, or `host:port`, that may be reached although they are private. */
  readonly allowHosts: readonly string[];
  /** Beginnings of URLs that may be reached although they are private, each ending with `/`: our own sample route. */
  readonly allowUrlPrefixes?: () => readonly string[];
  /** Videos at once; default 4. */
  readonly concurrency?: number;
  /** Videos at once from one host; default 2. */
  readonly perHost?: number;
  /** Largest video, as it is set now; default 4 GiB. */
  readonly maxBytes?: () => number;
  /** Bytes a day that the unsigned links of one callback URL may bring, as it is set now; default 100 GiB. */
  readonly maxDailyBytes?: () => number;
  /** Where the count of these bytes outlives a restart; absent = nowhere. */
  readonly dailyBytesFile?: string;
  /** Largest preview image; default 20 MiB. */
  readonly maxPosterBytes?: number;
  /** Bytes of the disk that stay free for the journal, as it is set now; default 2 GiB, or a tenth of a small disk. */
  readonly reserveBytes?: () => number;
  /** Free bytes of the disk that holds a folder. */
  readonly freeSpace?: (folder: string) => Promise<number>;
  readonly timeouts?: Partial<DownloadTimeouts>;
  readonly retry?: Partial<RetryOptions>;
  /** Asked before each attempt and after each piece of a file; see `RightOfWay`. Default: nothing goes before downloads. */
  readonly giveWay?: (bytes: number) => Promise<void> | undefined;
  /** Below which pace a run does not count as taking its place; default 50 KB/s over 2 s. */
  readonly pace?: PaceLimits;
  readonly resolveHost?: ResolveHost;
  readonly proxyFor?: ProxyChoice;
  /** Default: all jobs are this machine's. */
  readonly rights?: JobRights;
  /** Closed with the downloads. */
  readonly media: MediaReader;
  readonly userAgent?: string;
  /** What a provider's own host wants to be sent for its files: the person's key. */
  readonly keyHeaders?: (url: URL) => Readonly<Record<string, string>>;
  readonly now?: () => number;
  /** From 0 to 1. */
  readonly random?: () => number;
  /** Names the run of the machine; see `ResumeState`. */
  readonly bootId?: string;
}

export const defaultTimeouts: DownloadTimeouts = {
  connectMs: 15_000,
  headersMs: 30_000,
  stallMs: 30_000,
  trickleMs: 60_000,
  totalMs: 6 * 3_600_000,
};
export const defaultPace: PaceLimits = { spanMs: 2000, leastBytes: 100_000 };
