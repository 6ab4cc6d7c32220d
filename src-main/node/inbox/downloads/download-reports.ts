/** What the downloads tell, as events of the log and as progress for the windows. */
import type { InboxEvent } from '../../../common/contract.ts';
import type { EventDraft } from '../../../common/events.ts';
import type { Attempt } from '../../../common/model.ts';
import type { DownloadJob, DownloadReports } from '../../downloads/downloads.ts';
import type { Log } from '../../log/log.ts';

export interface DownloadReportPorts {
  /** @param job what it came of. */
  readonly record: (draft: EventDraft, job: DownloadJob) => Promise<unknown>;
  /** It was told that the video failed, and is only looked at once more. */
  readonly isTold?: (job: DownloadJob) => boolean;
  /** The task looks different although nothing was recorded: a download began. */
  readonly changed: (key: string) => void;
  readonly publish: (event: InboxEvent) => void;
  readonly sourceEnded: (job: Pick<DownloadJob, 'key' | 'url'>, isSaved: boolean) => void;
  readonly log: Log;
  readonly now: () => Date;
}

export interface CountingReports extends DownloadReports {
  /** How many videos are being fetched, asked of those that began and have not ended. */
  running(isRunning: (key: string, url: string) => boolean): number;
  /** The last attempt at a video that is wanted, where it failed; it may be newer than what the log holds. */
  lastAttempt(key: string, url: string): Attempt | null;
}

/** So many attempts are recorded in a minute, of all videos together: forged links must not fill the log. */
const mostPerMinute = 120;

export function createDownloadReports({
  record,
  isTold = () => false,
  changed,
  publish,
  sourceEnded,
  log,
  now,
}: DownloadReportPorts): CountingReports {
  const begun = new Map<string, DownloadJob>();
  const last = new Map<string, Attempt>();
  let minute = 0;
  let recordedInMinute = 0;
  const nameOf = ({ key, url }: { readonly key: string; readonly url: string }): string => `${key} ${url}`;

  /** The first ones, each other reason, and then ever fewer of the same: 1, 2, 3, 4, 8, 16 … */
  function isWorthAnEvent(attempt: Attempt, before: Attempt | undefined): boolean {
    const isOther = before?.reason !== attempt.reason || before.n >= attempt.n;
    if (!isOther && attempt.n > 4 && (attempt.n & (attempt.n - 1)) !== 0) return false;
    const thisMinute = Math.floor(now().getTime() / 60_000);
    if (thisMinute !== minute) recordedInMinute = 0;
    minute = thisMinute;
    recordedInMinute += 1;
    return recordedInMinute <= mostPerMinute;
  }

  return {
    lastAttempt: (key, url) => last.get(nameOf({ key, url })) ?? null,
    waiting(job, wait) {
      if (job.kind !== 'video') return;
      const { key, url } = job;
      if (isTold(job)) {
        changed(key);
        return;
      }
      const { reason, ...params } = wait.trouble;
      const n = Math.max(1, wait.n);
      const draft = {
        code: wait.code,
        reason,
        params,
        nextAt: wait.retryAt,
        n,
        of: Math.max(n, wait.of ?? n),
      };
      const attempt: Attempt = { at: now().toISOString(), ...draft };
      const before = last.get(nameOf(job));
      last.set(nameOf(job), attempt);
      changed(key);
      if (!isWorthAnEvent(attempt, before)) return;
      record({ type: 'attempted', key, url, ...draft }, job).catch((error: unknown) =>
        log.warn({ error, key }, 'an attempt to fetch a video could not be noted'),
      );
    },
    running: (isRunning) => [...begun.values()].filter(({ key, url }) => isRunning(key, url)).length,
    async saved(job, file) {
      const { key, url } = job;
      await record({ type: 'video-saved', key, url, file, ...earlyOf(job) }, job);
      last.delete(nameOf(job));
      begun.delete(nameOf(job));
    },
    async posterSaved(job, path) {
      await record({ type: 'poster-saved', key: job.key, path }, job);
    },
    async sourceSaved(job, file) {
      const { key, url } = job;
      await record({ type: 'source-saved', key, url, ...file }, job);
      sourceEnded({ key, url }, true);
    },
    notWanted(job) {
      // Whoever waits for the same address finds it under this task, or fetches it.
      if (job.kind === 'source') sourceEnded(job, true);
    },
    sourceFailed(job) {
      sourceEnded(job, false);
      return Promise.resolve();
    },
    async failed(job, { code, trouble, attempts }) {
      const { kind, key, url } = job;
      if (kind !== 'video') return;
      const { reason, ...params } = trouble;
      const failure: EventDraft = {
        type: 'video-failed',
        key,
        url,
        ...(job.spareUrls === undefined ? {} : { tried: job.spareUrls }),
        code,
        reason,
        params: { ...params, attempts },
        gone: code === 'gone',
        ...earlyOf(job),
      };
      if (isTold(job)) changed(key);
      else await record(failure, job);
      last.delete(nameOf(job));
      begun.delete(nameOf(job));
    },
    started(job) {
      if (job.kind !== 'video') return;
      begun.set(nameOf(job), job);
      changed(job.key);
    },
    progress({ kind, key, n }, progress) {
      if (kind === 'video') publish({ name: 'video:progress', data: { key, n, ...progress } });
    },
  };
}

function earlyOf({ isEarly }: DownloadJob): { readonly early?: true } {
  return isEarly === true ? { early: true } : {};
}
