import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { silentLog } from '../../../src-main/node/log/log.ts';
import { loadSamples } from '../../../src-main/node/samples/samples.ts';
import { modeHere, modeOf } from '../../support/file-mode.ts';
import { startVideoServer } from '../../support/video-server.ts';
import { startEngine, videoJob } from './harness.ts';

const { mp4, webm, poster } = loadSamples();
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

test('a video comes to disk whole, with its facts, a sidecar, closed modes and nothing left over', async () => {
  const server = await startVideoServer();
  const engine = await startEngine();
  const url = `${server.file('/a.mp4', mp4.bytes)}?signature=secret`;
  const saved = await engine.fetch({ url });
  expect(saved).toEqual({
    path: 'videos/2026-11/kie-luma_task-1_1.mp4',
    sizeBytes: mp4.bytes.length,
    sha256: sha256(mp4.bytes),
    container: 'mp4',
    durationSeconds: 5,
    width: 640,
    height: 360,
    videoCodec: 'avc',
    audioCodec: 'aac',
    frameRate: 24,
  });
  const video = engine.file('videos/2026-11/kie-luma_task-1_1.mp4');
  expect((await readFile(video)).equals(mp4.bytes)).toBe(true);
  expect(await modeOf(video)).toBe(modeHere(0o600));
  expect(await modeOf(engine.file('videos/2026-11'))).toBe(modeHere(0o700));
  expect(await engine.files()).toEqual([
    'videos/2026-11/kie-luma_task-1_1.json',
    'videos/2026-11/kie-luma_task-1_1.mp4',
  ]);
  const sidecarText = await readFile(engine.file('videos/2026-11/kie-luma_task-1_1.json'), 'utf8');
  expect(sidecarText).not.toContain('secret');
  expect(JSON.parse(sidecarText)).toMatchObject({
    v: 1,
    key: 'kie-luma:task-1',
    n: 1,
    prompt: 'a boat on a lake',
    url: server.url('/a.mp4'),
    file: saved,
  });
  expect(engine.started).toHaveLength(1);
  expect(engine.progress[0]?.progress.totalBytes).toBe(mp4.bytes.length);
  expect(server.exchanges).toHaveLength(1);
  expect(server.exchanges[0]?.headers).toMatchObject({ 'accept-encoding': 'identity' });
  expect(engine.downloads.progressOf('kie-luma:task-1', url)).toBe(null);
});

test('the container decides the extension, whatever the server calls it', async () => {
  const server = await startVideoServer();
  const engine = await startEngine();
  const saved = await engine.fetch({ url: server.file('/v.mp4', { bytes: webm.bytes, contentType: 'text/html' }) });
  expect(saved).toMatchObject({ path: 'videos/2026-11/kie-luma_task-1_1.webm', container: 'webm', videoCodec: 'vp9' });
});

test('a preview image is kept as an image; anything else is passed over in silence', async () => {
  const server = await startVideoServer();
  let passedOver = 0;
  const engine = await startEngine({ log: { ...silentLog, debug: () => void (passedOver += 1) } });
  const job = { kind: 'poster', n: 0, sidecar: {} } as const;
  const good = videoJob({ ...job, target: 'posters/a', url: server.file('/p', poster.bytes) });
  engine.downloads.enqueue(videoJob({ ...job, key: 'x:1', target: 'posters/b', url: server.file('/q', mp4.bytes) }));
  engine.downloads.enqueue(videoJob({ ...job, key: 'x:2', target: 'posters/c', url: server.status('/r', 404) }));
  engine.downloads.enqueue(good);
  await engine.until(() => engine.posters.length === 1 && passedOver === 2);
  expect(engine.posters).toEqual([{ job: good, path: 'posters/a.jpg' }]);
  await engine.downloads.close();
  expect(server.exchanges).toHaveLength(7);
  expect(engine.failed).toEqual([]);
  expect(await engine.files()).toEqual(['posters/a.jpg']);
});

test('the same job twice is fetched once', async () => {
  const server = await startVideoServer();
  const engine = await startEngine();
  const job = videoJob({ url: server.file('/a.mp4', { bytes: mp4.bytes, pieceBytes: 8192, pauseMs: 5 }) });
  engine.downloads.enqueue(job);
  engine.downloads.enqueue({ ...job });
  await engine.until(() => engine.saved.length > 0);
  expect(server.exchanges).toHaveLength(1);
});
