/** What the downloads tell, as journal events and as progress for the windows. */
import type { InboxEvent } from '../../common/contract.ts';
import { downloadSentence } from '../../common/texts/en-downloads.ts';
import type { EventDraft } from '../../common/events.ts';
import type { DownloadJob, DownloadReports } from '../downloads/downloads.ts';

export interface DownloadReportPorts {
  readonly record: (draft: EventDraft) => Promise<unknown>;
  /** The task looks different although nothing was journalled: a download began. */
  readonly changed: (key: string) => void;
  readonly publish: (event: InboxEvent) => void;
}

export interface CountingReports extends DownloadReports {
  /** How many videos are being fetched, asked of those that began and have not ended. */
  running(isRunning: (key: string, url: string) => boolean): number;
  /** Why a video that is wanted is not being fetched right now, where the last attempt failed; a sentence. */
  waitingReason(key: string, url: string): string | null;
}

export function createDownloadReports({ record, changed, publish }: DownloadReportPorts): CountingReports {
  const begun = new Map<string, DownloadJob>();
  const reasons = new Map<string, string>();
  const nameOf = ({ key, url }: { readonly key: string; readonly url: string }): string => `${key} ${url}`;
  return {
    waitingReason: (key, url) => reasons.get(nameOf({ key, url })) ?? null,
    waiting(job, { trouble }) {
      if (job.kind !== 'video') return;
      reasons.set(nameOf(job), downloadSentence(trouble));
      changed(job.key);
    },
    running: (isRunning) => [...begun.values()].filter(({ key, url }) => isRunning(key, url)).length,
    async saved(job, file) {
      const { key, url } = job;
      await record({ type: 'video-saved', key, url, file });
      reasons.delete(nameOf(job));
      begun.delete(nameOf(job));
    },
    async posterSaved({ key }, path) {
      await record({ type: 'poster-saved', key, path });
    },
    async failed(job, { code, trouble, attempts }) {
      const { kind, key, url } = job;
      // A preview image that cannot be had is no loss: the window makes one from the video.
      if (kind === 'poster') return;
      const { reason, ...params } = trouble;
      await record({
        type: 'video-failed',
        key,
        url,
        code,
        reason,
        params: { ...params, attempts },
        gone: code === 'gone',
      });
      reasons.delete(nameOf(job));
      begun.delete(nameOf(job));
    },
    started(job) {
      if (job.kind !== 'video') return;
      begun.set(nameOf(job), job);
      reasons.delete(nameOf(job));
      changed(job.key);
    },
    progress({ kind, key, n }, progress) {
      if (kind === 'video') publish({ name: 'video:progress', data: { key, n, ...progress } });
    },
  };
}
