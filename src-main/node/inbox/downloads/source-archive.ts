/**
 * Keeps the inputs of tasks: they are half of every comparison and die first (kie.ai deletes uploads after a day). One
 * at a time, in a queue of their own; what is here already under another task or as the person's file is not fetched.
 */
import { Readable } from 'node:stream';
import type { EventDraft } from '../../../common/events.ts';
import type { Task } from '../../../common/model.ts';
import type { TaskHead } from '../../../common/task-traits.ts';
import type { DownloadJob, Downloads } from '../../downloads/downloads.ts';
import type { Log } from '../../log/log.ts';
import { bytesOfFile } from '../../storage/file-stream.ts';
import { createRecentMap } from '../../storage/recent-map.ts';
import { mostSources, sourceTarget } from './download-plan.ts';

export interface SourceArchivePorts {
  readonly isOn: () => boolean;
  readonly get: (key: string) => Task | undefined;
  /** What is known of a task without reading it. */
  readonly head: (key: string) => Pick<TaskHead, 'trashedAt'> | undefined;
  readonly record: (draft: EventDraft) => Promise<unknown>;
  readonly downloads: Pick<Downloads, 'enqueue' | 'keepSource'>;
  /** The inputs that a submission of ours was sent with; empty where nobody knows any more. */
  readonly ordered: (submission: string) => readonly string[];
  /** Finds the file of this machine that was uploaded to this address, where it is still the same; `null` where none was. */
  readonly uploaded: (url: string) => (() => Promise<string | null>) | null;
  /** A file of a task, `null` where it is not there. */
  readonly open: (task: Task, path: string) => Promise<AsyncIterable<Uint8Array> | null>;
  /** A link of our own, as test callbacks have. */
  readonly isOwnLink: (url: string) => boolean;
  readonly now: () => number;
  readonly log: Log;
}

export interface SourceArchive {
  /** @param urlId The callback URL that told of the task just now. */
  consider(task: Task, urlId?: string | null): void;
  /** The task went to the trash, or is gone: its downloads end, and who waits for them is next. */
  dropped(key: string): void;
  /** An input was saved: others that were made from the same address have it as well. */
  saved(job: Pick<DownloadJob, 'key' | 'url'>): void;
  failed(job: Pick<DownloadJob, 'url'>): void;
  /** Resolves when nothing is being copied. */
  close(): Promise<void>;
}

/** Older ones have died. */
const worthTryingMs = 14 * 86_400_000;
const lifeMs = 86_400_000;
/** At least half as many. */
const remembered = 10_000;

const longAgo = new Date(0).toISOString();
const none: readonly never[] = [];
const isWebLink = (url: string): boolean =>
  url.startsWith('https://') || url.startsWith('http://') || /^https?:\/\//i.test(url);

export function createSourceArchive(ports: SourceArchivePorts): SourceArchive {
  const { downloads, log } = ports;
  /** The addresses that were begun in this run, by task; nearly all have one. */
  const begun = createRecentMap<string, string | readonly string[]>(remembered);
  /** Which task has the bytes of an address, of this run. */
  const holders = createRecentMap<string, string>(remembered);
  /** The job that fetches an address, and those that wait for it. */
  const waiting = new Map<string, DownloadJob | DownloadJob[]>();
  let working = 0;
  let work: Promise<void> = Promise.resolve();
  let isClosed = false;

  function inputsOf({ sourceUrl, submission }: Task): readonly string[] {
    // So it is of all that were not ordered here.
    if (submission === undefined) return sourceUrl !== null && isWebLink(sourceUrl) ? [sourceUrl] : none;
    const ordered = ports.ordered(submission);
    const all = new Set([...ordered, ...(sourceUrl === null ? [] : [sourceUrl])]);
    return [...all].filter(isWebLink).slice(0, mostSources);
  }

  function jobFor(task: Task, url: string, n: number, urlId: string | null): DownloadJob {
    const madeAt = Date.parse(task.submittedAt ?? task.receivedAt);
    return {
      kind: 'source',
      key: task.key,
      url,
      n,
      target: sourceTarget(task, n),
      expiresAt: new Date(madeAt + lifeMs).toISOString(),
      // It was there before the task was: what is not there now does not come any more.
      toldAt: longAgo,
      // What was ordered here is ours; what a callback echoes may come from anyone.
      isVouched: task.submission !== undefined || task.trust === 'signed' || task.trust === 'confirmed',
      source: urlId ?? '',
    };
  }

  /** All of an address, the one that is fetched first. */
  function jobsOf(url: string): readonly DownloadJob[] {
    const known = waiting.get(url);
    return known === undefined ? none : 'kind' in known ? [known] : known;
  }

  function enqueue(job: DownloadJob): void {
    const known = waiting.get(job.url);
    const first = Array.isArray(known) ? known[0] : known;
    // One whose task went to the trash is not fetched any more.
    const isFetched = first !== undefined && isWanted(first.key);
    if (Array.isArray(known)) {
      if (isFetched) known.push(job);
      else known[0] = job;
    } else waiting.set(job.url, isFetched ? [first, job] : job);
    if (!isFetched) downloads.enqueue(job);
  }

  /** In the library and not in its trash. Of a burst of callbacks thousands are asked for when they are saved already. */
  const isWanted = (key: string): boolean => ports.head(key)?.trashedAt === null;

  function isFirst(key: string, url: string): boolean {
    const known = begun.get(key);
    if (known === undefined) begun.set(key, url);
    else if (known === url || (typeof known !== 'string' && known.includes(url))) return false;
    else begun.set(key, [known, url].flat());
    return true;
  }

  /** Fetched, unless it is here or another one may be about to be; one after the other: the results come first. */
  function later(job: DownloadJob): void {
    // A burst of callbacks brings thousands of which nothing is here.
    if (working === 0 && ports.uploaded(job.url) === null && holders.get(job.url) === undefined) {
      if (!isClosed && isWanted(job.key)) enqueue(job);
      return;
    }
    working += 1;
    work = work.then(() => take(job)).finally(() => (working -= 1));
  }

  async function take(job: DownloadJob): Promise<void> {
    if (isClosed || !isWanted(job.key)) return;
    const bytes = await here(job.url);
    if (bytes === null) {
      enqueue(job);
      return;
    }
    try {
      const file = await downloads.keepSource(job, bytes);
      await ports.record({ type: 'source-saved', key: job.key, url: job.url, ...file });
      remember(job);
    } catch (error) {
      log.warn({ error, key: job.key }, 'an input that is on this computer could not be kept');
    } finally {
      // What was stopped, or had no room, before its first byte was read is still open.
      if (bytes instanceof Readable) bytes.destroy();
    }
  }

  async function here(url: string): Promise<AsyncIterable<Uint8Array> | null> {
    const find = ports.uploaded(url);
    const file = find === null ? null : await find().catch(() => null);
    if (file !== null) return bytesOfFile(file);
    const holder = ports.get(holders.get(url) ?? '');
    const kept = holder?.sources?.find((source) => source.url === url);
    return holder === undefined || kept === undefined ? null : ports.open(holder, kept.path).catch(() => null);
  }

  function remember({ key, url }: Pick<DownloadJob, 'key' | 'url'>): void {
    holders.set(url, key);
  }

  function ended(url: string): readonly DownloadJob[] {
    const [, ...others] = jobsOf(url);
    waiting.delete(url);
    return others;
  }

  return {
    consider(task, urlId = null) {
      if (!ports.isOn() || task.trashedAt !== null) return;
      if (ports.now() - Date.parse(task.receivedAt) > worthTryingMs) return;
      if (task.videos.some(({ url }) => ports.isOwnLink(url))) return;
      for (const [index, url] of inputsOf(task).entries()) {
        const isKept = task.sources?.some((source) => source.url === url) === true;
        if (!isKept && isFirst(task.key, url)) later(jobFor(task, url, index + 1, urlId));
      }
    },
    dropped(key) {
      const urls = [begun.get(key) ?? none].flat();
      begun.delete(key);
      for (const url of urls) {
        const [first] = jobsOf(url);
        const [next, ...others] = jobsOf(url).filter((job) => job.key !== key);
        if (next === undefined) waiting.delete(url);
        else waiting.set(url, others.length === 0 ? next : [next, ...others]);
        if (next !== undefined && next !== first) downloads.enqueue(next);
      }
    },
    saved(job) {
      remember(job);
      ended(job.url).forEach(later);
    },
    failed({ url }) {
      ended(url);
    },
    async close() {
      isClosed = true;
      await work;
    },
  };
}
