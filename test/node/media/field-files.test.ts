/** Files as they are in the wild: `test/fixtures/field`, each with what it is and what is expected of it. */
import { createHook } from 'node:async_hooks';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { checkVideo, type VideoCheck } from '../../../src-main/node/media/check-video.ts';
import { loadSamples } from '../../../src-main/node/samples/samples.ts';
import { inlineMedia } from '../../support/inline-media.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { startVideoServer } from '../../support/video-server.ts';
import { startEngine } from '../downloads/harness.ts';

const { mp4, webm, poster } = loadSamples();
const field = (name: string): Promise<Buffer> => readFile(path.join(import.meta.dirname, '../../fixtures/field', name));

async function check(bytes: Uint8Array): Promise<VideoCheck> {
  const file = path.join(await tempDir(), 'a.part');
  await writeFile(file, bytes);
  return checkVideo(inlineMedia, file, bytes.length);
}

test.each([
  ['webm-mediarecorder-vp8.webm', 'webm', 64, 36],
  ['mkv-pipe-h264.mkv', 'mkv', 160, 90],
])('%s has no sizes, and is saved', async (name, container, width, height) => {
  const server = await startVideoServer();
  const engine = await startEngine();
  expect(await engine.fetch({ url: server.file('/a', await field(name)) })).toMatchObject({ container, width, height });
});

test.each(['webm-mediarecorder-vp8.webm', 'mkv-pipe-h264.mkv'])('%s cut inside a block is damaged', async (name) => {
  const bytes = await field(name);
  expect(await check(bytes.subarray(0, bytes.length - 3))).toMatchObject({ ok: false, reason: 'cut-short' });
  expect(await check(bytes.subarray(0, 150))).toMatchObject({ ok: false });
});

test('a text behind a WebM without sizes is none of its pictures', async () => {
  const bytes = Buffer.concat([await field('webm-mediarecorder-vp8.webm'), Buffer.from('{"ok":true}')]);
  expect(await check(bytes)).toMatchObject({ ok: true, container: 'webm' });
});

test('each width of an unknown size is one, also of the segment alone', async () => {
  const bytes = Buffer.from(webm.bytes);
  const at = bytes.indexOf(Buffer.from('18538067', 'hex')) + 4;
  const width = Math.clz32(bytes[at] ?? 0) - 23;
  const unknown = [0xff, 0x7fff, 0x3fffff, 0x1fffffff].map((value, index) => {
    const size = Buffer.alloc(index + 1);
    size.writeUIntBE(value, 0, index + 1);
    return size;
  });
  unknown.push(Buffer.from('01ffffffffffffff', 'hex'));
  for (const size of unknown) {
    const changed = Buffer.concat([bytes.subarray(0, at), size, bytes.subarray(at + width)]);
    expect(await check(changed), size.toString('hex')).toMatchObject({ ok: true, container: 'webm' });
  }
});

test('a fragmented mp4 has the length of all its fragments', async () => {
  const video = await check(await field('mp4-mediarecorder-avc.mp4'));
  expect(video).toMatchObject({ ok: true, container: 'mp4' });
  const seconds = video.ok ? (video.metadata?.durationSeconds ?? 0) : 0;
  expect(Math.abs(seconds - 1.15)).toBeLessThan(0.05);
  const other = await check(await readFile(path.join(import.meta.dirname, '../../fixtures/media/fragmented.mp4')));
  expect(Math.abs((other.ok ? (other.metadata?.durationSeconds ?? 0) : 0) - 2)).toBeLessThan(0.1);
});

test.each([
  ['zeros', Buffer.alloc(5000)],
  ['text that looks like the head of a box', Buffer.from('hello world, this was added by the store')],
  ['one byte', Buffer.from('x')],
  ['a script', Buffer.from('<script>alert(1)</script>')],
])('an mp4 with %s behind its last box is whole', async (_name, extra) => {
  expect(await check(Buffer.concat([mp4.bytes, extra]))).toMatchObject({ ok: true, container: 'mp4' });
});

test('far more behind a video than the video itself is there for something else', async () => {
  for (const bytes of [mp4.bytes, webm.bytes]) {
    const verdict = await check(Buffer.concat([bytes, Buffer.alloc(4_000_000)]));
    expect(verdict).toMatchObject({ ok: false, code: 'trailing-data', extraBytes: 4_000_000 });
  }
});

test.each([
  ['animated-result.gif', 'gif', 1.01],
  ['animated-result.webp', 'webp', 1],
])('%s moves, so it is a result and kept', async (name, container, seconds) => {
  const server = await startVideoServer();
  const engine = await startEngine();
  const saved = await engine.fetch({ url: server.file('/no-ending', await field(name)) });
  expect(saved).toMatchObject({ container, width: 160, height: 90, videoCodec: container });
  const duration = 'durationSeconds' in saved ? (saved.durationSeconds ?? 0) : 0;
  expect(Math.abs(duration - seconds)).toBeLessThan(0.3);
  const [, file] = await engine.files();
  expect(file ?? '').toMatch(new RegExp(`\\.(?:json|${container})$`));
});

test('an AVIF that moves is a result, and one that does not is none', async () => {
  const folder = path.join(import.meta.dirname, '../../fixtures/media');
  const bytes = await readFile(path.join(folder, 'moving.avif'));
  const metadata = { durationSeconds: 1, width: 64, height: 36, frameRate: 10, videoCodec: 'avif' };
  expect(await check(bytes)).toMatchObject({ ok: true, container: 'avif', metadata });
  expect(await check(bytes.subarray(0, bytes.length - 300))).toMatchObject({ ok: false, reason: 'cut-short' });
  const still = await readFile(path.join(folder, 'poster.avif'));
  expect(await check(still)).toMatchObject({ ok: false, code: 'not-a-video', found: { extension: 'avif' } });
  const server = await startVideoServer();
  const engine = await startEngine();
  const saved = await engine.fetch({ url: server.file('/no-ending', bytes) });
  expect(saved).toMatchObject({ container: 'avif', width: 64, durationSeconds: 1 });
});

test.each(['animated-result.gif', 'animated-result.webp'])('%s that is cut short is damaged', async (name) => {
  const bytes = await field(name);
  expect(await check(bytes.subarray(0, bytes.length - 2000))).toMatchObject({ ok: false, reason: 'cut-short' });
});

test('an image that stands still is no video', async () => {
  const still = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64');
  const webp = await readFile(path.join(import.meta.dirname, '../../fixtures/media/poster.webp'));
  for (const bytes of [still, webp, poster.bytes]) {
    expect(await check(bytes)).toMatchObject({ ok: false, code: 'not-a-video', found: { kind: 'image' } });
  }
});

test('a place that was kept for the rest of a film, and not filled, is no rest of it', async () => {
  const mkv = await readFile(path.join(import.meta.dirname, '../../fixtures/media/h264.mkv'));
  const webp = await field('animated-result.webp');
  for (const bytes of [webm.bytes, mkv, webp]) {
    for (const missing of [0.2, 0.5]) {
      const hollow = Buffer.from(bytes).fill(0, Math.floor(bytes.length * (1 - missing)));
      expect(await check(hollow), `${missing} of ${bytes.length} bytes`).toMatchObject({ ok: false, code: 'damaged' });
    }
  }
});

test('an index with a hole in it, or of nothing, is none', async () => {
  const bytes = Buffer.from(mp4.bytes);
  const [index, track] = [bytes.indexOf('moov') - 4, bytes.indexOf('trak') - 4];
  const end = index + bytes.readUInt32BE(index);
  expect(await check(Buffer.from(bytes).fill(0, track, end))).toMatchObject({ ok: false, reason: 'no-index' });
  const empty = Buffer.from(bytes);
  empty.writeUInt32BE(end - index - 8, index + 8);
  empty.write('free', index + 12, 'latin1');
  expect(await check(empty)).toMatchObject({ ok: false, reason: 'no-index' });
});

function chunk(type: string, content: Buffer): Buffer {
  const [head, sum] = [Buffer.alloc(8), Buffer.alloc(4)];
  head.writeUInt32BE(content.length);
  head.write(type, 4, 'latin1');
  return Buffer.concat([head, content, sum]);
}

test('a PNG moves also where a long tale of how it was made stands before that is said', async () => {
  const [frame, size, told] = [
    Buffer.alloc(26),
    Buffer.alloc(13),
    Buffer.from(`workflow\0${'{"node":1}'.repeat(900)}`),
  ];
  for (const at of [0, 4]) size.writeUInt32BE(64, at);
  const head = [Buffer.from('89504e470d0a1a0a', 'hex'), chunk('IHDR', size), chunk('tEXt', told)];
  const picture = chunk('IDAT', Buffer.alloc(50, 7));
  const moves = [chunk('fcTL', frame), picture, chunk('fcTL', frame), chunk('fdAT', Buffer.alloc(48, 8))];
  const end = chunk('IEND', Buffer.alloc(0));
  const film = Buffer.concat([...head, chunk('acTL', Buffer.alloc(8, 2)), ...moves, end]);
  expect(await check(film)).toMatchObject({ ok: true, container: 'apng', metadata: { width: 64 } });
  expect(await check(film.subarray(0, -20))).toMatchObject({ ok: false, reason: 'cut-short' });
  // A hole of as many bytes as so many empty chunks have.
  const hollow = Buffer.from(film).fill(0, film.indexOf('fdAT') - 4, film.indexOf('IEND') - 4);
  expect(await check(hollow)).toMatchObject({ ok: false, reason: 'cut-short' });
  const still = Buffer.concat([...head, picture, end]);
  expect(await check(still)).toMatchObject({ code: 'not-a-video', found: { kind: 'image', extension: 'png' } });
  const server = await startVideoServer();
  const engine = await startEngine();
  expect(await engine.fetch({ url: server.file('/a', film) })).toMatchObject({ container: 'apng', width: 64 });
});

test('a GIF is as large as its first picture, whatever it says before', async () => {
  const bytes = Buffer.from(await field('animated-result.gif'));
  bytes.writeUInt32LE(0x00010001, 6);
  expect(await check(bytes)).toMatchObject({ ok: true, metadata: { width: 160, height: 90 } });
});

test('indexes by the thousand, all of crumbs, are not looked into one by one', async () => {
  const crumb = Buffer.from('0000000866726565', 'hex');
  const index = Buffer.concat([Buffer.alloc(8), ...Array.from({ length: 1000 }, () => crumb)]);
  index.writeUInt32BE(index.length, 0);
  index.write('moov', 4, 'latin1');
  const bytes = Buffer.concat([mp4.bytes.subarray(0, 32), ...Array.from({ length: 300 }, () => index)]);
  expect(await promisesIn(() => check(bytes))).toBeLessThan(100_000);
});

async function promisesIn(act: () => Promise<unknown>): Promise<number> {
  let promises = 0;
  const hook = createHook({ init: (_id, type) => (promises += type === 'PROMISE' ? 1 : 0) }).enable();
  await act();
  hook.disable();
  return promises;
}

test('a GIF in crumbs of one byte is not looked at crumb by crumb, which would hold up all else', async () => {
  const crumbs = Buffer.alloc(2_000_000, 1);
  const picture = Buffer.from('2c000000004001b4000008', 'hex');
  const bytes = Buffer.concat([Buffer.from('GIF89a\x40\x01\xb4\0\0\0\0', 'latin1'), picture, crumbs]);
  expect(await promisesIn(() => check(bytes))).toBeLessThan(100_000);
});
