/** Turns what the library wants into download jobs, and what came of them into events. */
import { createHash } from 'node:crypto';
import type { Task, Video } from '../../../common/model.ts';
import { providerName } from '../../../common/providers/catalog.ts';
import type { DownloadJob, Downloads } from '../../downloads/downloads.ts';
import { wantsFiles } from '../../../common/task-traits.ts';
import { createRecentMap } from '../../storage/recent-map.ts';

function jobOf(task: Task, video: Video, index: number, source: string): DownloadJob {
  const n = numberOf(video, index);
  const job: DownloadJob = {
    kind: 'video',
    key: task.key,
    url: video.url,
    n,
    target: `videos/${monthOf(task)}/${fileNameOf(task)}_${String(n)}`,
    expiresAt: earlier(task.expiresAt, video.expiresAt ?? null),
    toldAt: toldAt(task),
    isVouched: video.vouched === true,
    source,
  };
  if (video.early !== true && video.spareUrls === undefined) return job;
  return {
    ...job,
    ...(video.early === true ? { isEarly: true } : {}),
    ...(video.spareUrls === undefined ? {} : { spareUrls: video.spareUrls }),
  };
}

/** Jobs for everything of this task that is not on disk yet. */
function jobsFor(task: Task, source: string): readonly DownloadJob[] {
  if (task.trashedAt !== null) return [];
  const jobs: DownloadJob[] = [];
  task.videos.forEach((video, index) => {
    if (video.state === 'queued') jobs.push(jobOf(task, video, index, source));
  });
  return [...jobs, ...posterJobs(task, source)];
}

/** None or one. */
function posterJobs(task: Task, source: string): readonly DownloadJob[] {
  if (task.thumbnailUrl === null || task.poster !== null || task.state !== 'succeeded') return [];
  return [
    {
      kind: 'poster',
      key: task.key,
      url: task.thumbnailUrl,
      n: 0,
      target: posterTarget(task),
      expiresAt: task.expiresAt,
      toldAt: toldAt(task),
      isVouched: task.trust !== 'unsigned',
      source,
    },
  ];
}

/** So many inputs of an order are kept; what only echoes one has that. */
export const mostSources = 16;

/** Names for what the archive of inputs may have begun. */
function sourceJobs(task: Task): readonly DownloadJob[] {
  const count = task.submission !== undefined ? mostSources : task.sourceUrl === null ? 0 : 1;
  return Array.from({ length: count }, (_, index) => ({
    kind: 'source',
    key: task.key,
    url: task.sourceUrl ?? '',
    n: index + 1,
    target: sourceTarget(task, index + 1),
    expiresAt: null,
    toldAt: toldAt(task),
    isVouched: false,
    source: '',
  }));
}

/** When a callback last told of its links. */
function toldAt(task: Task): string {
  return task.history.findLast(({ kind }) => toldByKinds.has(kind))?.at ?? task.receivedAt;
}

/** The earlier of two ISO times; `null` = not known. */
function earlier(one: string | null, other: string | null): string | null {
  if (one === null || other === null) return one ?? other;
  return Date.parse(one) <= Date.parse(other) ? one : other;
}

/** Number of a video within its task, from 1: what its file is called and what its job is named by. */
export function numberOf(video: Video, index: number): number {
  return video.number ?? index + 1;
}

/** Entries of the history by which a callback told of the links, anew or again. */
const toldByKinds: ReadonlySet<string> = new Set(['callback', 'repeat', 'conflict', 'late']);

export function posterTarget(task: Task): string {
  return `posters/${monthOf(task)}/${fileNameOf(task)}`;
}

export function sourceTarget(task: Task, n: number): string {
  return `sources/${monthOf(task)}/${fileNameOf(task)}_${String(n)}`;
}

/** Posters that were asked for lately; at least half as many. */
const rememberedPosters = 10_000;

/**
 * Enqueues what is wanted; a poster that could not be had is not asked for again in this run, until ten thousand later.
 * @param isOurs what this machine brings; the rest is left to others.
 */
export function createDownloadPlan(
  downloads: Pick<Downloads, 'enqueue' | 'cancel'>,
  isOurs: (job: DownloadJob) => boolean = () => true,
) {
  const posterTried = createRecentMap<string, true>(rememberedPosters);
  /** Through which callback URL the files that are still wanted were asked for, as far as this run knows. */
  const sources = new Map<string, string>();
  return {
    /**
     * @param urlId The callback URL that told of it just now.
     * @param diesAt When its links may be gone, as was learned.
     */
    consider(task: Task, urlId: string | null = null, diesAt: string | null = null): void {
      if (task.trashedAt !== null) {
        void downloads.cancel(task.key, { removeParts: false });
        return;
      }
      if (!wantsFiles(task)) {
        sources.delete(task.key);
        return;
      }
      if (urlId !== null && !sources.has(task.key)) sources.set(task.key, urlId);
      for (const job of jobsFor(task, sources.get(task.key) ?? '')) {
        if (!isOurs(job)) continue;
        if (job.kind === 'poster') {
          if (posterTried.get(job.url) === true) continue;
          posterTried.set(job.url, true);
        }
        // Of nearly all nothing was learned but what they were told with.
        downloads.enqueue(diesAt === null || diesAt === job.expiresAt ? job : { diesAt, ...job });
      }
    },
    /** @param n Of the video, from 1, as listed. @throws RangeError where there is none */
    jobFor(task: Task, n: number): DownloadJob {
      const video = task.videos[n - 1];
      if (video === undefined) throw new RangeError(`task ${task.key} has no video ${String(n)}`);
      return jobOf(task, video, n - 1, sources.get(task.key) ?? '');
    },
    /** Resolves once nothing of the task is being written, nor is there what was begun before it was in the trash. */
    forget(task: Task): Promise<void> {
      sources.delete(task.key);
      const begun = task.videos.flatMap((video, index) =>
        video.state === 'saved' ? [] : [jobOf(task, video, index, '')],
      );
      const stopped = [...begun, ...posterJobs(task, ''), ...sourceJobs(task)];
      return downloads.cancel(task.key, { removeParts: true, stopped });
    },
  };
}

export type DownloadPlan = ReturnType<typeof createDownloadPlan>;

/** The month of arrival in UTC, so that a folder does not grow without end. */
function monthOf(task: Task): string {
  return task.receivedAt.slice(0, 7);
}

const nameLimit = 100;
/** Nearly every name is safe as it is. */
const safeName = /^[A-Za-z0-9_-](?:[A-Za-z0-9._-]*[A-Za-z0-9_-])?$/;

/** Provider and task id, made safe for every file system; where that loses anything, a hash keeps names apart. */
function fileNameOf(task: Task): string {
  const name = `${task.provider}_${task.taskId}`;
  if (name.length <= nameLimit && safeName.test(name)) return name;
  const safe = name.replace(/[^A-Za-z0-9._-]+/g, '-').replace(/^\.+|(?<!\.)\.+$/g, '-');
  return `${safe.slice(0, nameLimit)}-${createHash('sha256').update(task.key).digest('hex').slice(0, 8)}`;
}

/** For the sidecar beside a video. */
export function describeTask(task: Task | undefined): Record<string, unknown> {
  if (task === undefined) return {};
  return {
    key: task.key,
    provider: task.provider,
    providerName: providerName(task.provider),
    taskId: task.taskId,
    prompt: task.prompt,
    sourceUrl: task.sourceUrl,
    model: task.model,
    receivedAt: task.receivedAt,
    tags: task.tags,
  };
}
