/** What becomes of a job whose attempt has failed: tried again later, or given up, and told either way. */
import { setTimeout as wait } from 'node:timers/promises';
import { codeOfReason, type DownloadTrouble } from '../../common/download-trouble.ts';
import { endOfLink } from '../../common/links.ts';
import type { Log } from '../log/log.ts';
import type { DownloadFault } from './download-fault.ts';
import type { DownloadFailure, DownloadJob, DownloadReports } from './downloads.ts';
import type { RunResult } from './job-queue.ts';
import type { LinkTry } from './link-tries.ts';
import { countAttempts, decideRetry, type RetryOptions } from './retry-policy.ts';

export interface SettlerPorts {
  readonly reports: DownloadReports;
  readonly retry: RetryOptions;
  readonly now: () => number;
  /** From 0 to 1. */
  readonly random: () => number;
  readonly log: Log;
  /** Removes what is on disk of a job. */
  readonly discard: (job: DownloadJob) => Promise<void>;
}

/** Said of a host and not of a file. */
const ofHost: ReadonlySet<DownloadTrouble['reason']> = new Set([
  'no-such-host',
  'private-from-here',
  'connection-refused',
  'no-connection-in-time',
]);
/** So long the next preview or input of such a host waits, of which a burst of callbacks may have named thousands. */
const unreachableMs = 5000;
/** A first attempt so soon after its callback was made in the same run, and its age is counted from there. */
const queuedAtMostMs = 60_000;

export type Settler = (
  job: DownloadJob,
  fault: DownloadFault,
  link: LinkTry,
  signal: AbortSignal,
) => Promise<RunResult>;

/** Runs again as soon as there is a place. */
export const atOnce: RunResult = { retryInMs: 0, holdHostMs: 0 };

/** The host that a job is fetched from, with its port; `''` where its link has none. */
export function hostOf({ url }: Pick<DownloadJob, 'url'>): string {
  try {
    return new URL(url).host;
  } catch {
    return '';
  }
}

export function createSettler({ reports, retry, now, random, log, discard }: SettlerPorts): Settler {
  return async function settle(
    job: DownloadJob,
    fault: DownloadFault,
    tried: LinkTry,
    signal: AbortSignal,
  ): Promise<RunResult> {
    const { attempts, url } = tried;
    const toldAt = Date.parse(job.toldAt);
    const endsAt = url === job.url ? Date.parse(job.expiresAt ?? '') : (endOfLink(url, toldAt) ?? NaN);
    const isOfThisRun = Number.isNaN(toldAt) || Math.abs(attempts.startedAt - toldAt) < queuedAtMostMs;
    const link = {
      toldAt: Number.isNaN(toldAt) ? attempts.startedAt : toldAt,
      endsAt: Number.isNaN(endsAt) ? null : endsAt,
      steadyAgeMs: isOfThisRun ? performance.now() - attempts.startedSteadyMs : null,
    };
    const decision = decideRetry(fault, attempts, retry, link, now(), random());
    const fields = {
      key: job.key,
      n: job.n,
      kind: job.kind,
      host: hostOf(job),
      reason: fault.trouble.reason,
      error: fault.cause,
    };
    const retryInMs = tried.after(decision);
    if (retryInMs !== null) {
      log.info({ ...fields, retryInMs: Math.round(retryInMs) }, 'a download is tried again later');
      const isLate = decision !== 'give-up' && decision.isLate;
      const trouble: DownloadTrouble = isLate ? notThereYet(fault, hostOf(job)) : fault.trouble;
      const nextAt = now() + retryInMs;
      reports.waiting?.(job, {
        code: codeOfReason[trouble.reason],
        trouble,
        retryAt: new Date(nextAt).toISOString(),
        n: attempts.total,
        of: decision === 'give-up' ? null : countAttempts(fault, attempts, retry, link, nextAt),
      });
      const isAway = job.kind !== 'video' && ofHost.has(fault.trouble.reason);
      const holdHostMs = decision === 'give-up' ? 0 : decision.holdHostMs;
      return { retryInMs, holdHostMs: isAway ? Math.max(holdHostMs, unreachableMs) : holdHostMs };
    }
    if (job.kind !== 'video') {
      // A preview is made from the video, and an input is no result: nobody has to be told.
      log.debug(fields, 'a preview image or an input could not be fetched');
      await discard(job).catch(() => undefined);
      if (job.kind === 'source') await reports.sourceFailed(job);
      return 'done';
    }
    log.warn(
      { ...fields, attempts: attempts.total },
      'a download was given up; its task says why, and what can be done',
    );
    const failure: DownloadFailure = { code: fault.code, trouble: fault.trouble, attempts: attempts.total };
    while (!signal.aborted) {
      try {
        await reports.failed(job, failure);
        return 'done';
      } catch (error) {
        log.error({ ...fields, error }, 'the library could not note a failed download');
        await wait(retry.diskDelayMs, undefined, { signal }).catch(() => undefined);
      }
    }
    return atOnce;
  };
}

/** How a failure is told while the file is most likely on its way to the store. */
function notThereYet({ trouble }: DownloadFault, host: string): DownloadTrouble {
  return { reason: 'not-there-yet', host, status: 'status' in trouble ? trouble.status : null };
}
