/** A provider that calls again signs the link to its file anew: both are tried until one gives the film. */
import { expect, test } from 'vitest';
import { bigMp4 } from '../../support/big-mp4.ts';
import { answer, startVideoServer, type VideoServer } from '../../support/video-server.ts';
import { startEngine, videoJob } from './harness.ts';

const video = bigMp4(200_000);
/** Soon after its callback, when a refusal means that the file is not there yet. */
const toldNow = () => new Date().toISOString();
const asked = ({ exchanges }: VideoServer, path: string) => exchanges.filter((each) => each.path === path).length;

test.each([403, 404, 409, 503])('a newer link is tried at once where the one before it answers %i', async (status) => {
  const server = await startVideoServer();
  const engine = await startEngine({
    retry: { firstDelayMs: 3_600_000, maxDelayMs: 3_600_000, lateDelayMs: 3_600_000 },
  });
  const job = videoJob({ url: server.status('/old.mp4', status), toldAt: toldNow() });
  engine.downloads.enqueue(job);
  await engine.until(() => engine.waits.length === 1);
  engine.downloads.enqueue({ ...job, spareUrls: [server.file('/new.mp4', video)] });
  await engine.until(() => engine.saved.length === 1);
  expect(engine.saved[0]).toMatchObject({ job: { url: job.url }, file: { sizeBytes: video.length } });
});

test('a link that is dead does not end what another one may still give', async () => {
  const server = await startVideoServer();
  const engine = await startEngine();
  const notYet = Array.from({ length: 8 }, () => answer(404));
  const url = server.sequence('/good.mp4', [...notYet, { bytes: video }]);
  engine.downloads.enqueue(videoJob({ url, toldAt: toldNow(), spareUrls: [server.status('/forged.mp4', 410)] }));
  await engine.until(() => engine.saved.length + engine.failed.length > 0);
  expect(engine.failed).toEqual([]);
  expect(asked(server, '/forged.mp4')).toBe(3);
});

test('the film is given up when no link gives it, and that is told once', async () => {
  const server = await startVideoServer();
  const engine = await startEngine();
  const spareUrls = [server.status('/older.mp4', 404), server.status('/newer.mp4', 410)];
  const end = await engine.fetch({ url: server.status('/first.mp4', 410), spareUrls });
  expect(end).toMatchObject({ code: 'gone' });
  expect(engine.failed).toHaveLength(1);
  expect(['/first.mp4', '/older.mp4', '/newer.mp4'].map((path) => asked(server, path))).toEqual([3, 3, 3]);
});

test('what one link gave before it broke off is gone on with through another', async () => {
  const server = await startVideoServer();
  const engine = await startEngine();
  const url = server.file('/old.mp4', { bytes: video, etag: '"1"', cutAfter: 120_000 });
  const spareUrls = [server.file('/new.mp4', { bytes: video, etag: '"1"' })];
  expect(await engine.fetch({ url, spareUrls })).toMatchObject({ sizeBytes: video.length });
  expect(server.exchanges.map(({ path, range }) => [path, range])).toEqual([
    ['/old.mp4', null],
    ['/new.mp4', expect.stringMatching(/^bytes=\d{4,}-$/)],
  ]);
});
