/** Links that gave no film are looked at again: library, downloads, plan and looks as the inbox wires them. */
import { expect, onTestFinished, test } from 'vitest';
import type { StampedEvent } from '../../../../src-main/common/events.ts';
import { createDownloads } from '../../../../src-main/node/downloads/engine.ts';
import { createDownloadPlan } from '../../../../src-main/node/inbox/downloads/download-plan.ts';
import { createDownloadReports } from '../../../../src-main/node/inbox/downloads/download-reports.ts';
import { createSecondLooks, isLost } from '../../../../src-main/node/inbox/downloads/second-looks.ts';
import { silentLog } from '../../../../src-main/node/log/log.ts';
import { loadSamples } from '../../../../src-main/node/samples/samples.ts';
import { createDiskStore } from '../../../../src-main/node/video-store/disk-store.ts';
import { delivery } from '../../../support/deliveries.ts';
import { createFakeClock } from '../../../support/fake-clock.ts';
import { inlineMedia } from '../../../support/inline-media.ts';
import { tempDir } from '../../../support/temp-dir.ts';
import { openLibraryIn } from '../../../support/test-library.ts';
import { answer, startVideoServer } from '../../../support/video-server.ts';

const { mp4 } = loadSamples();
const page = answer(200, { 'content-type': 'text/html' }, '<!doctype html><title>We are back soon</title>');
const minute = 60_000;

async function openCore() {
  const dir = await tempDir();
  const clock = createFakeClock(Date.now());
  const library = await openLibraryIn(dir, { now: () => new Date() });
  let failures = 0;
  const reports = createDownloadReports({
    record: (event) => library.record(event),
    isTold: ({ key, url }) => library.get(key)?.videos.some((video) => video.url === url && isLost(video)) === true,
    changed: () => undefined,
    publish: () => undefined,
    sourceEnded: () => undefined,
    log: silentLog,
    now: () => new Date(),
  });
  const downloads = createDownloads({
    dataDir: dir,
    store: createDiskStore(dir),
    describe: () => ({}),
    media: inlineMedia,
    reports: {
      ...reports,
      async failed(...how) {
        await reports.failed(...how);
        failures += 1;
      },
    },
    log: silentLog,
    allowHosts: ['127.0.0.1'],
    freeSpace: () => Promise.resolve(1e12),
    retry: { firstDelayMs: 5, maxDelayMs: 20 },
  });
  const plan = createDownloadPlan(downloads);
  const looked: number[] = [];
  const open = () =>
    createSecondLooks({
      library,
      clock,
      look(task, n) {
        looked.push(n);
        downloads.enqueue(plan.jobFor(task, n));
      },
    });
  const looks = open();
  const events: StampedEvent['type'][] = [];
  library.onChange((change) => {
    events.push(change.event.type);
    if (change.task !== null) plan.consider(change.task);
    looks.onChange(change);
  });
  onTestFinished(async () => {
    await downloads.close();
    await library.close();
  });
  const until = (state: string) => expect.poll(() => library.get('kie-luma:t')?.videos[0]?.state).toBe(state);
  return { clock, library, looks, open, looked, events, until, failures: () => failures };
}

test('a page for a while in place of a film costs no film; that it failed is told once', async () => {
  const server = await startVideoServer();
  const { clock, library, looked, events, until, failures } = await openCore();
  const url = server.sequence('/a.mp4', [...Array.from({ length: 12 }, () => page), { bytes: mp4.bytes }]);
  await library.record(delivery('t', { videoUrls: [url] }));
  await until('failed');
  const [asked, told] = [server.exchanges.length, events.length];
  await clock.pass(9 * minute);
  expect([server.exchanges.length, looked]).toEqual([asked, []]);
  await clock.pass(minute);
  await expect.poll(failures).toBe(2);
  expect(server.exchanges).toHaveLength(asked + 6);
  await clock.pass(61 * minute);
  await until('saved');
  expect(events.slice(told)).toEqual(['video-saved']);
});

test('what is dead for good is looked at three times in all, and not once where the link has ended', async () => {
  const server = await startVideoServer();
  const { clock, library, looked, until } = await openCore();
  await library.record(delivery('t', { videoUrls: [server.status('/a.mp4', 410)] }));
  await until('expired');
  await clock.pass(48 * 60 * minute);
  expect(looked).toEqual([1, 1, 1]);
  await library.record(
    delivery('ended', { videoUrls: [`${server.status('/b.mp4', 410)}?Expires=1700000000&Signature=a`] }),
  );
  await expect.poll(() => library.get('kie-luma:ended')?.videos[0]?.state).toBe('expired');
  await clock.pass(48 * 60 * minute);
  expect(looked).toHaveLength(3);
});

test('a film that a fault of ours kept away is looked at again, too; one that leads into a private network is not', async () => {
  const server = await startVideoServer();
  const { clock, library, looked } = await openCore();
  const links = ['a', 'b'].map((name) => server.handle(`/${name}.mp4`, () => undefined));
  await library.record(delivery('t', { videoUrls: links }));
  for (const [at, code] of (['internal', 'blocked-address'] as const).entries()) {
    const reason = code === 'internal' ? 'internal' : 'private-address';
    const url = links[at] ?? '';
    await library.record({ type: 'video-failed', key: 'kie-luma:t', url, code, reason, params: {}, gone: false });
  }
  await clock.pass(10 * minute);
  expect(looked).toEqual([1]);
});

async function* turns<T>(items: Iterable<T | null>): AsyncGenerator<T> {
  for (const item of items) if (item !== null) yield await Promise.resolve(item);
}

test('after a start what failed lately is looked at again, unless it lies in the trash or is here by then', async () => {
  const server = await startVideoServer();
  const { clock, library, looks, open, looked, until } = await openCore();
  const url = server.sequence('/a.mp4', [page, page, page, page, page, page, { bytes: mp4.bytes }]);
  await library.record(delivery('t', { videoUrls: [url] }));
  await until('failed');
  looks.close();
  const later = open();
  await later.catchUp(turns);
  await library.record({ type: 'trashed', keys: ['kie-luma:t'] });
  await clock.pass(10 * minute);
  expect(looked).toEqual([]);
  await library.record({ type: 'restored', keys: ['kie-luma:t'] });
  await later.catchUp(turns);
  await clock.pass(10 * minute);
  expect(looked).toEqual([1]);
  await until('saved');
  await clock.pass(48 * 60 * minute);
  expect(looked).toEqual([1]);
});
