/**
 * What was tried for a job, of each link to its file by itself: a provider that calls again signs the link anew, and one
 * that gives nothing must not keep the others waiting, nor a stranger's take the place of the one that is good.
 */
import type { DownloadJob } from './downloads.ts';
import { newAttempts, type Attempts, type Decision } from './retry-policy.ts';

/** One link, while an attempt at it is made. */
export interface LinkTry {
  readonly url: string;
  readonly attempts: Attempts;
  /**
   * Notes what was decided behind the attempt.
   * @returns in how many ms the first of the job's links is to be tried; `null` where none is any more.
   */
  after(decision: Decision): number | null;
}

export interface LinkTries {
  /** Of those that are due the one in use, then the newest. */
  next(job: DownloadJob): LinkTry;
  forget(job: DownloadJob): void;
  /** What is known of the links of a job that was tried before. */
  of(job: DownloadJob): readonly Attempts[];
  all(): Iterable<Attempts>;
}

interface Tried {
  readonly url: string;
  readonly attempts: Attempts;
  /** By a clock that nobody sets; `Infinity` = never again. */
  dueAt: number;
}

const none: readonly never[] = [];

export function createLinkTries(idOf: (job: DownloadJob) => string, now: () => number): LinkTries {
  const byJob = new Map<string, readonly Tried[]>();

  /** Another link in use is a new beginning. */
  function triedOf(job: DownloadJob): readonly Tried[] {
    const known = byJob.get(idOf(job)) ?? none;
    return known[0]?.url === job.url ? known : none;
  }

  return {
    next(job) {
      const before = triedOf(job);
      const links = [job.url, ...(job.spareUrls ?? none).toReversed()];
      const tried = links.map(
        (url): Tried => before.find((each) => each.url === url) ?? { url, attempts: newAttempts(now()), dueAt: 0 },
      );
      byJob.set(idOf(job), tried);
      const first = tried.reduce((one, other) => (other.dueAt < one.dueAt ? other : one));
      const { url, attempts } = first;
      return {
        url,
        attempts,
        after(decision) {
          const steadyNow = performance.now();
          first.dueAt = decision === 'give-up' ? Infinity : steadyNow + decision.retryInMs;
          const dueAt = Math.min(...tried.map((each) => each.dueAt));
          return dueAt === Infinity ? null : Math.max(0, dueAt - steadyNow);
        },
      };
    },
    forget: (job) => void byJob.delete(idOf(job)),
    of: (job) => triedOf(job).map(({ attempts }) => attempts),
    *all() {
      for (const tried of byJob.values()) for (const { attempts } of tried) yield attempts;
    },
  };
}
