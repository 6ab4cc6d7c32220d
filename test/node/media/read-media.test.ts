import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { checkContainer } from '../../../src-main/node/media/check-container.ts';
import { checkVideo } from '../../../src-main/node/media/check-video.ts';
import { readMedia } from '../../../src-main/node/media/read-media.ts';
import { loadSamples } from '../../../src-main/node/samples/samples.ts';
import { inlineMedia } from '../../support/inline-media.ts';
import { tempDir } from '../../support/temp-dir.ts';

const fixtures = path.join(import.meta.dirname, '../../fixtures/media');
const { webm } = loadSamples();

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
