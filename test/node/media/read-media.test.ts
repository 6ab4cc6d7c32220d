import { randomBytes } from 'node:crypto';
import { readFile, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test, vi } from 'vitest';
import { checkContainer } from '../../../src-main/node/media/check-container.ts';
import { checkVideo } from '../../../src-main/node/media/check-video.ts';
import { readMedia } from '../../../src-main/node/media/read-media.ts';
import { loadSamples } from '../../../src-main/node/samples/samples.ts';
import { inlineMedia } from '../../support/inline-media.ts';
import { tempDir } from '../../support/temp-dir.ts';

const fixtures = path.join(import.meta.dirname, '../../fixtures/media');
const { mp4, webm } = loadSamples();

test.each([
  [
    'hevc.mp4',
    { container: 'mp4', durationSeconds: 2, width: 320, height: 180, videoCodec: 'hevc', audioCodec: 'aac' },
  ],
  ['av1.mp4', { container: 'mp4', durationSeconds: 2, videoCodec: 'av1', audioCodec: null, frameRate: 24 }],
  ['moov-at-end.mov', { container: 'mov', durationSeconds: 2, videoCodec: 'avc', frameRate: 24 }],
  ['h264.mkv', { container: 'mkv', width: 320, height: 180, videoCodec: 'avc', audioCodec: 'aac' }],
  ['fragmented.mp4', { container: 'mp4', width: 320, height: 180, videoCodec: 'avc' }],
  ['rotated.mp4', { width: 360, height: 640 }],
  ['h264.mpegts', { container: 'ts', width: 320, height: 180, videoCodec: 'avc' }],
])('%s', async (name, facts) => {
  expect(await readMedia(path.join(fixtures, name))).toMatchObject({ metadata: facts, isEndThere: true });
});

test('a transport stream, whose clock begins anywhere, has its own length', async () => {
  expect((await readMedia(path.join(fixtures, 'h264.mpegts'))).metadata?.durationSeconds).toBeCloseTo(2, 0);
});

test('our webm', async () => {
  const file = path.join(await tempDir(), 'a');
  await writeFile(file, webm.bytes);
  expect((await readMedia(file)).metadata).toEqual({
    container: 'webm',
    durationSeconds: 5.008,
    width: 640,
    height: 360,
    videoCodec: 'vp9',
    audioCodec: 'opus',
    frameRate: 24.002,
  });
});

test('what cannot be read is null', async () => {
  const dir = await tempDir();
  await writeFile(path.join(dir, 'empty'), '');
  await writeFile(path.join(dir, 'noise'), randomBytes(50_000));
  for (const name of ['empty', 'noise', 'missing']) {
    expect(await readMedia(path.join(dir, name))).toEqual({ metadata: null, isEndThere: null });
  }
});

test('an mp4 whose index points beyond its end is told although all its boxes fit', async () => {
  const bytes = Buffer.from(loadSamples().mp4.bytes);
  const at = bytes.indexOf('mdat') - 4;
  const shorter = bytes.subarray(0, at + 20_000);
  shorter.writeUInt32BE(20_000, at);
  const file = path.join(await tempDir(), 'a');
  await writeFile(file, shorter);
  expect(await checkContainer(file, shorter.length)).toEqual({ ok: true, container: 'mp4' });
  expect(await readMedia(file)).toMatchObject({ isEndThere: false });
  expect(await checkVideo(inlineMedia, file, shorter.length)).toMatchObject({ ok: false, reason: 'cut-short' });
});

test('a picture that fills gigabytes costs neither the memory for them nor the program', async () => {
  const file = path.join(await tempDir(), 'a');
  // Up to the first cluster, in a segment that does not tell its length; then one picture of 2 GiB and more.
  const live = await readFile(path.join(fixtures, '../field/webm-mediarecorder-vp8.webm'));
  const head = live.subarray(0, live.indexOf(Buffer.from('1f43b675', 'hex')));
  const cluster = Buffer.from(
    '1f43b675' + '01ffffffffffffff' + 'e78100' + 'a3' + '0100000000000000' + '81000080',
    'hex',
  );
  const length = 2 ** 31 + 1000;
  cluster.writeUIntBE(length, cluster.length - 10, 6);
  await writeFile(file, Buffer.concat([head, cluster]));
  await truncate(file, head.length + cluster.length - 4 + length);
  expect(await readMedia(file)).toEqual({ metadata: null, isEndThere: null });
});

test('what a film calls its codec is not written to the terminal', async () => {
  const spoken = (['log', 'info', 'warn', 'error'] as const).map((name) => vi.spyOn(console, name));
  const bytes = Buffer.from(mp4.bytes);
  bytes.write('\u001bc\u001b[', bytes.indexOf('avc1', bytes.indexOf('stsd')), 'latin1');
  const file = path.join(await tempDir(), 'a');
  await writeFile(file, bytes);
  expect(await readMedia(file)).toMatchObject({ metadata: { width: 640, videoCodec: null } });
  for (const spy of spoken) expect(spy).not.toHaveBeenCalled();
});

test('an mp4 that lacks the end of its sound, or pictures that are shown before the last one, is told', async () => {
  const bytes = Buffer.from(mp4.bytes);
  const at = bytes.indexOf('mdat') - 4;
  const file = path.join(await tempDir(), 'a');
  for (const missing of [1, 100, 1000, 4000]) {
    const shorter = Buffer.from(bytes.subarray(0, bytes.length - missing));
    shorter.writeUInt32BE(shorter.length - at, at);
    await writeFile(file, shorter);
    expect(await readMedia(file), `${missing} bytes missing`).toMatchObject({ isEndThere: false });
  }
});

test('a picture at the end that is empty, as recorders leave one to say how long the one before is shown, is no cut', async () => {
  const bytes = Buffer.from(mp4.bytes);
  const sizes = bytes.indexOf('stsz') + 12;
  const count = bytes.readUInt32BE(sizes);
  for (let n = count - 8; n < count; n += 1) bytes.writeUInt32BE(0, sizes + 4 + 4 * n);
  const file = path.join(await tempDir(), 'a');
  await writeFile(file, bytes);
  expect(await readMedia(file)).toMatchObject({ isEndThere: true });
});
