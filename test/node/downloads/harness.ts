/** A download engine on a temporary data dir, with short waits and a record of what it reported. */
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import type { SavedFile } from '../../../src-main/common/events.ts';
import { downloadSentence, failureSentence } from '../../../src-main/common/texts/en-downloads.ts';
import type { Progress } from '../../../src-main/common/model.ts';
import type {
  DownloadFailure,
  DownloadJob,
  DownloadReports,
  Downloads,
  DownloadWait,
  StoredSource,
} from '../../../src-main/node/downloads/downloads.ts';
import type { DownloadsOptions } from '../../../src-main/node/downloads/download-options.ts';
import { createDownloads } from '../../../src-main/node/downloads/engine.ts';
import { silentLog } from '../../../src-main/node/log/log.ts';
import { createDiskStore } from '../../../src-main/node/video-store/disk-store.ts';
import { inlineMedia } from '../../support/inline-media.ts';
import { tempDir } from '../../support/temp-dir.ts';

/** With the sentence that a person reads. */
type Told<T> = T & { readonly message: string };

export interface Engine {
  readonly downloads: Downloads;
  readonly dataDir: string;
  readonly saved: { job: DownloadJob; file: SavedFile }[];
  readonly posters: { job: DownloadJob; path: string }[];
  readonly sources: { job: DownloadJob; file: StoredSource }[];
  readonly failedSources: DownloadJob[];
  readonly failed: { job: DownloadJob; failure: Told<DownloadFailure> }[];
  readonly waits: { job: DownloadJob; wait: Told<DownloadWait> }[];
  readonly started: DownloadJob[];
  readonly progress: { job: DownloadJob; progress: Progress }[];
  /** Resolves once this holds; looked at after every report and every few milliseconds. */
  until(condition: () => boolean): Promise<void>;
  /** Resolves with the end of the one job that is in the queue. */
  fetch(job: Partial<DownloadJob> & { readonly url: string }): Promise<SavedFile | Told<DownloadFailure>>;
  file(relative: string): string;
  /** Paths of all files in the data dir, sorted. */
  files(): Promise<string[]>;
}

export async function startEngine(
  options: Partial<DownloadsOptions> = {},
  overrides: Partial<DownloadReports> = {},
): Promise<Engine> {
  const dataDir = options.dataDir ?? (await tempDir());
  const saved: Engine['saved'] = [];
  const posters: Engine['posters'] = [];
  const sources: Engine['sources'] = [];
  const failedSources: Engine['failedSources'] = [];
  const failed: Engine['failed'] = [];
  const waits: Engine['waits'] = [];
  const started: Engine['started'] = [];
  const progress: Engine['progress'] = [];
  const reports: DownloadReports = {
    saved: (job, file) => Promise.resolve(void saved.push({ job, file })),
    sourceSaved: (job, file) => Promise.resolve(void sources.push({ job, file })),
    sourceFailed: (job) => Promise.resolve(void failedSources.push(job)),
    posterSaved: (job, file) => Promise.resolve(void posters.push({ job, path: file })),
    failed: (job, failure) =>
      Promise.resolve(
        void failed.push({
          job,
          failure: { ...failure, message: failureSentence(failure.trouble, failure.attempts).english },
        }),
      ),
    waiting: (job, wait) =>
      void waits.push({ job, wait: { ...wait, message: downloadSentence(wait.trouble).english } }),
    started: (job) => void started.push(job),
    progress: (job, value) => void progress.push({ job, progress: value }),
    ...overrides,
  };
  const downloads = createDownloads({
    reports,
    describe: () => ({ prompt: 'a boat on a lake' }),
    media: inlineMedia,
    log: silentLog,
    allowHosts: ['127.0.0.1'],
    freeSpace: () => Promise.resolve(1e12),
    ...options,
    dataDir,
    store: options.store ?? createDiskStore(dataDir),
    retry: { firstDelayMs: 5, maxDelayMs: 20, diskDelayMs: 50, minAttempts: 4, giveUpAfterMs: 0, ...options.retry },
  });
  onTestFinished(() => downloads.close());

  const until = async (condition: () => boolean): Promise<void> => {
    for (let count = 0; !condition(); count += 1) {
      if (count > 4000) {
        throw new Error(`never came true; ${JSON.stringify({ saved, failed, waits: waits.slice(-3) })}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  };
  return {
    downloads,
    dataDir,
    saved,
    posters,
    sources,
    failedSources,
    failed,
    waits,
    started,
    progress,
    until,
    async fetch(job) {
      downloads.enqueue(videoJob(job));
      await until(() => saved.length + failed.length > 0);
      const end = saved[0]?.file ?? failed[0]?.failure;
      if (end === undefined) throw new Error('no end');
      return end;
    },
    file: (relative) => path.join(dataDir, relative),
    async files() {
      const entries = await readdir(dataDir, { recursive: true, withFileTypes: true });
      return entries
        .filter((entry) => entry.isFile())
        .map((entry) => path.relative(dataDir, path.join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
        .sort();
    },
  };
}

/** So long after its callback a file that is not there is gone. */
const longAgo = '2026-01-01T00:00:00.000Z';

export function videoJob(job: Partial<DownloadJob> & { readonly url: string }): DownloadJob {
  return {
    kind: 'video',
    key: 'kie-luma:task-1',
    n: 1,
    target: 'videos/2026-11/kie-luma_task-1_1',
    expiresAt: null,
    toldAt: longAgo,
    isVouched: false,
    source: 'url-1',
    ...job,
  };
}
