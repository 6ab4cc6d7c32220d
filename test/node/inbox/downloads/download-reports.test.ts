import { expect, test } from 'vitest';
import type { EventDraft } from '../../../../src-main/common/events.ts';
import type { DownloadTrouble } from '../../../../src-main/common/download-trouble.ts';
import type { DownloadJob } from '../../../../src-main/node/downloads/downloads.ts';
import {
  createDownloadReports,
  type DownloadReportPorts,
} from '../../../../src-main/node/inbox/downloads/download-reports.ts';
import { silentLog } from '../../../../src-main/node/log/log.ts';
import { videoJob } from '../../downloads/harness.ts';

const late: DownloadTrouble = { reason: 'not-there-yet', host: 'cdn.example', status: 404 };
const cut: DownloadTrouble = { reason: 'connection-cut', host: 'cdn.example' };

function openReports(ports: Partial<DownloadReportPorts> = {}) {
  const events: EventDraft[] = [];
  let at = Date.parse('2026-11-26T10:00:00.000Z');
  const reports = createDownloadReports({
    record: (draft) => Promise.resolve(void events.push(draft)),
    changed: () => undefined,
    publish: () => undefined,
    sourceEnded: () => undefined,
    log: silentLog,
    now: () => new Date(at),
    ...ports,
  });
  const fail = (job: DownloadJob, n: number, trouble: DownloadTrouble): void => {
    at += 60_000;
    reports.waiting?.(job, {
      code: 'gone',
      trouble,
      retryAt: new Date(at + 5000).toISOString(),
      n,
      of: 40,
    });
  };
  return { reports, events, fail };
}

test('each attempt is known, and the log does not grow with those that tell the same again', () => {
  const { reports, events, fail } = openReports();
  const job = videoJob({ url: 'https://cdn.example/a.mp4' });
  for (let n = 1; n <= 40; n += 1) fail(job, n, late);
  expect(events.map((event) => (event.type === 'attempted' ? event.n : 0))).toEqual([1, 2, 3, 4, 8, 16, 32]);
  expect(events[0]).toEqual({
    type: 'attempted',
    key: job.key,
    url: job.url,
    code: 'gone',
    reason: 'not-there-yet',
    params: { host: 'cdn.example', status: 404 },
    nextAt: '2026-11-26T10:01:05.000Z',
    n: 1,
    of: 40,
  });
  expect(reports.lastAttempt(job.key, job.url)).toMatchObject({ n: 40, reason: 'not-there-yet' });
  fail(job, 41, cut);
  expect(events.at(-1)).toMatchObject({ type: 'attempted', n: 41, reason: 'connection-cut' });
});

test('a thousand forged links that fail at once are known, and only a part of them is noted', () => {
  const { reports, events } = openReports();
  for (let n = 1; n <= 1000; n += 1) {
    const url = `https://cdn.example/${n}.mp4`;
    reports.waiting?.(videoJob({ url, n }), { code: 'network', trouble: cut, retryAt: '', n: 1, of: 300 });
  }
  expect(events.length).toBeLessThanOrEqual(120);
  expect(reports.lastAttempt('kie-luma:task-1', 'https://cdn.example/1000.mp4')).toMatchObject({ n: 1, of: 300 });
});

test('a video that is saved or given up has no last attempt any more', async () => {
  const { reports, events, fail } = openReports();
  const tried = ['https://cdn.example/a.mp4?X-Amz-Signature=b'];
  const job = videoJob({ url: 'https://cdn.example/a.mp4', spareUrls: tried });
  fail(job, 1, late);
  await reports.failed(job, {
    code: 'gone',
    trouble: { reason: 'gone', host: 'cdn.example', status: 404 },
    attempts: 3,
  });
  expect(reports.lastAttempt(job.key, job.url)).toBeNull();
  expect(events.at(-1)).toMatchObject({
    type: 'video-failed',
    reason: 'gone',
    gone: true,
    params: { attempts: 3 },
    tried,
  });
});

test('a film that is only looked at once more is shown as it is again where that breaks off, or gives nothing', async () => {
  const changed: string[] = [];
  const { reports, events, fail } = openReports({ isTold: () => true, changed: (key) => void changed.push(key) });
  const job = videoJob({ url: 'https://cdn.example/a.mp4' });
  reports.started(job);
  fail(job, 1, cut);
  await reports.failed(job, { code: 'network', trouble: cut, attempts: 2 });
  expect([changed, events]).toEqual([[job.key, job.key, job.key], []]);
});
