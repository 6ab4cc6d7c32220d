import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkContainer } from '../../../src-main/node/media/check-container.ts';
import { readMetadata } from '../../../src-main/node/media/read-metadata.ts';
import { loadSamples } from '../../../src-main/node/samples/samples.ts';
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
  expect(await readMetadata(path.join(fixtures, name))).toMatchObject(facts);
});

test('a transport stream, whose clock begins anywhere, has its own length', async () => {
  expect((await readMetadata(path.join(fixtures, 'h264.mpegts')))?.durationSeconds).toBeCloseTo(2, 0);
});

test('our webm', async () => {
  const file = path.join(await tempDir(), 'a');
  await writeFile(file, webm.bytes);
  expect(await readMetadata(file)).toEqual({
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
  expect(await readMetadata(path.join(dir, 'empty'))).toBe(null);
  expect(await readMetadata(path.join(dir, 'noise'))).toBe(null);
  expect(await readMetadata(path.join(dir, 'missing'))).toBe(null);
});

test('no mangled video breaks the checks', async () => {
  const file = path.join(await tempDir(), 'a');
  const mangled = fc.record({
    source: fc.constantFrom(mp4.bytes, webm.bytes),
    keep: fc.integer({ min: 0, max: 60_000 }),
    changes: fc.array(fc.tuple(fc.integer({ min: 0, max: 8000 }), fc.integer({ min: 0, max: 255 })), { maxLength: 12 }),
  });
  await fc.assert(
    fc.asyncProperty(mangled, async ({ source, keep, changes }) => {
      const bytes = Buffer.from(source.subarray(0, keep));
      for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value;
      await writeFile(file, bytes);
      await readMetadata(file, 2000);
      const { ok } = await checkContainer(file, bytes.length);
      expect(typeof ok).toBe('boolean');
    }),
    { numRuns: 150 },
  );
});
