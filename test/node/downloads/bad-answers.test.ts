import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { randomBytes } from 'node:crypto';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { packingsIn } from '../../../src-main/node/downloads/content-encoding.ts';
import { loadSamples } from '../../../src-main/node/samples/samples.ts';
import { bigMp4 } from '../../support/big-mp4.ts';
import { answer, startVideoServer } from '../../support/video-server.ts';
import { startEngine } from './harness.ts';

const { mp4, webm, poster } = loadSamples();
const fixture = (name: string): Promise<Buffer> =>
  readFile(path.join(import.meta.dirname, '../../fixtures/media', name));
const html = '<!DOCTYPE html><html><head><title>Link expired</title></head><body>Sorry</body></html>';
const xml = '<?xml version="1.0"?><Error><Code>AccessDenied</Code><Message>Not for you</Message></Error>';

test.each<[string, string | Uint8Array, string, RegExp]>([
  ['HTML', html.replace('Link expired', 'Sign in'), 'not-a-video', /a web page \(“Sign in”\)/],
  [
    'JSON',
    '{"code":404,"msg":"file expired"}',
    'not-a-video',
    /a JSON message in place of the video: \{"code":404,"msg":"file expired"\}/,
  ],
  ['XML', xml, 'not-a-video', /an XML message in place of the video: Not for you/],
  ['text', 'Too many requests\n', 'not-a-video', /a text in place of the video: Too many requests/],
  ['an image', poster.bytes, 'not-a-video', /an image/],
  ['a zip', Buffer.from('504b0304140000000800', 'hex'), 'not-a-video', /a zip file/],
  ['noise', Buffer.alloc(5000, 0xab), 'not-a-video', /not a video/],
  ['an m3u8', '#EXTM3U\n#EXTINF:4,\nhttps://cdn.example/1.ts\n', 'not-a-video', /a playlist/],
  ['an mpd', '<?xml version="1.0"?>\n<MPD xmlns="urn:mpeg:dash:schema:mpd:2011"/>', 'not-a-video', /a playlist/],
  [
    'a video and far more behind it',
    Buffer.concat([mp4.bytes, Buffer.alloc(3_000_000)]),
    'damaged',
    /belong to no part/,
  ],
  ['nothing', '', 'damaged', /empty file/],
  ['half an mp4', mp4.bytes.subarray(0, 30_000), 'damaged', /ends too early/],
  ['half a webm', webm.bytes.subarray(0, 15_000), 'damaged', /ends too early/],
])('%s in place of a video is refused after three attempts', async (_name, body, code, sentence) => {
  const server = await startVideoServer();
  const engine = await startEngine();
  const end = await engine.fetch({ url: server.file('/a.mp4', Buffer.from(body)) });
  expect(end).toMatchObject({ code });
  expect('message' in end ? end.message : '').toMatch(sentence);
  expect(server.exchanges).toHaveLength(3);
  expect(server.exchanges.every(({ range }) => range === null)).toBe(true);
  expect(await engine.files()).toEqual([]);
});

test('a mov without its index is refused', async () => {
  const server = await startVideoServer();
  const engine = await startEngine();
  const end = await engine.fetch({ url: server.file('/a.mov', await fixture('no-moov.mov')) });
  expect(end).toMatchObject({ code: 'damaged', message: expect.stringContaining('no index') as string });
});

test('what was a page at first and is a video later is saved', async () => {
  const server = await startVideoServer();
  const engine = await startEngine();
  const url = server.sequence('/a.mp4', [answer(200, { 'content-type': 'video/mp4' }, html), { bytes: mp4.bytes }]);
  expect(await engine.fetch({ url })).toMatchObject({ sizeBytes: mp4.bytes.length });
});

test('endless junk ends at its first bytes', async () => {
  const server = await startVideoServer();
  const engine = await startEngine({ retry: { contentAttempts: 1 } });
  const bytes = Buffer.alloc(64 * 1024 * 1024, '<p>no</p>');
  const end = await engine.fetch({ url: server.file('/a.mp4', { bytes, pieceBytes: 64 * 1024 }) });
  expect(end).toMatchObject({ code: 'not-a-video' });
  expect(server.bytesSent).toBeLessThan(16 * 1024 * 1024);
});

test('a length is not needed', async () => {
  const server = await startVideoServer();
  const byClose = await startEngine();
  expect(await byClose.fetch({ url: server.file('/a', { bytes: mp4.bytes, contentLength: null }) })).toMatchObject({
    sizeBytes: mp4.bytes.length,
  });
  const chunked = await startEngine();
  expect(await chunked.fetch({ url: server.file('/b', { bytes: mp4.bytes, chunked: true }) })).toMatchObject({
    sizeBytes: mp4.bytes.length,
  });
  expect(chunked.progress[0]?.progress.totalBytes).toBe(null);
});

test('a length that is too small gives a file that is cut short, and that is noticed', async () => {
  const server = await startVideoServer();
  const engine = await startEngine();
  const url = server.file('/a.mp4', { bytes: mp4.bytes, contentLength: 20_000 });
  expect(await engine.fetch({ url })).toMatchObject({ code: 'damaged' });
});

test('a length that is too large does not cost a video that is whole', async () => {
  const server = await startVideoServer();
  const engine = await startEngine();
  const url = server.file('/a.mp4', { bytes: mp4.bytes, contentLength: mp4.bytes.length + 5000 });
  expect(await engine.fetch({ url })).toMatchObject({ sizeBytes: mp4.bytes.length, durationSeconds: 5 });
});

test('a transfer that always ends at the same place is given up', async () => {
  const server = await startVideoServer();
  const engine = await startEngine();
  const url = server.file('/a.mp4', { bytes: mp4.bytes, ranges: false, cutAfter: 30_000 });
  expect(await engine.fetch({ url })).toMatchObject({ message: expect.stringContaining('After 4 attempts') as string });
});

test.each([
  ['h264.mpegts', 188 * 40],
  ['fragmented.mp4', 8367],
])('%s that always ends where it could go on is not taken for whole', async (name, cutAfter) => {
  const server = await startVideoServer();
  const bytes = await fixture(name);
  const cut = await startEngine();
  expect(await cut.fetch({ url: server.file('/a', { bytes, ranges: false, cutAfter }) })).toMatchObject({
    message: expect.stringContaining('After 4 attempts') as string,
  });
  const later = await startEngine();
  const steps = [{ bytes, ranges: false, cutAfter }, { bytes, ranges: false, cutAfter }, { bytes }];
  expect(await later.fetch({ url: server.sequence('/b', steps) })).toMatchObject({ sizeBytes: bytes.length });
});

test.each([
  ['gzip', gzipSync(mp4.bytes)],
  ['br', brotliCompressSync(mp4.bytes)],
])('a file that was packed with %s although we asked not to is unpacked', async (encoding, bytes) => {
  const server = await startVideoServer();
  const engine = await startEngine();
  const packed = { bytes, etag: '"v1"', extraHeaders: { 'content-encoding': encoding } };
  const url = server.sequence('/a.mp4', [{ ...packed, cutAfter: 20_000 }, packed]);
  expect(await engine.fetch({ url })).toMatchObject({ sizeBytes: mp4.bytes.length });
  expect(server.exchanges.map(({ range }) => range)).toEqual([null, null]);
});

test.each(['aws-chunked', 'utf-8', 'binary', 'none', 'zstd', ''])(
  'plain bytes under the encoding %j, which says nothing, are saved and can be resumed',
  async (encoding) => {
    const server = await startVideoServer();
    const engine = await startEngine();
    const file = { bytes: mp4.bytes, etag: '"v1"', extraHeaders: { 'content-encoding': encoding } };
    const url = server.sequence('/a', [{ ...file, cutAfter: 30_000 }, file]);
    expect(await engine.fetch({ url })).toMatchObject({ sizeBytes: mp4.bytes.length, durationSeconds: 5 });
    expect(server.exchanges.map(({ range }) => range)).toEqual([null, 'bytes=30000-']);
  },
);

test('two encodings are undone, the last one first', async () => {
  const server = await startVideoServer();
  const engine = await startEngine();
  const bytes = brotliCompressSync(gzipSync(mp4.bytes));
  const url = server.file('/a', { bytes, extraHeaders: { 'content-encoding': 'gzip, aws-chunked, br' } });
  expect(await engine.fetch({ url })).toMatchObject({ sizeBytes: mp4.bytes.length });
});

test.each(['gzip', 'deflate', 'br', 'gzip, br'])(
  'plain bytes under the encoding %j, which is wrong, are saved and can be resumed',
  async (encoding) => {
    const server = await startVideoServer();
    const engine = await startEngine();
    const file = { bytes: mp4.bytes, etag: '"v1"', extraHeaders: { 'content-encoding': encoding } };
    const url = server.sequence('/a', [{ ...file, cutAfter: 30_000 }, file]);
    expect(await engine.fetch({ url })).toMatchObject({ sizeBytes: mp4.bytes.length, durationSeconds: 5 });
    expect(server.exchanges.map(({ range }) => range)).toEqual([null, 'bytes=30000-']);
  },
);

test.each([
  ['gzip', gzipSync],
  ['br', brotliCompressSync],
])('a JSON answer that was packed with %s is followed all the same', async (encoding, pack) => {
  const server = await startVideoServer();
  const engine = await startEngine();
  const link = server.file('/real', { bytes: mp4.bytes });
  const message = pack(Buffer.from(JSON.stringify({ url: link })));
  const url = server.file('/api', { bytes: message, extraHeaders: { 'content-encoding': encoding } });
  expect(await engine.fetch({ url })).toMatchObject({ sizeBytes: mp4.bytes.length });
});

test.each(['gzip', 'br', 'deflate'])(
  '%s that is said ten thousand times is undone a few times only',
  async (encoding) => {
    const noise = randomBytes(1000);
    const body = { next: () => Promise.resolve(noise), unread: () => undefined, cancel: () => undefined };
    expect((await packingsIn(`${encoding},`.repeat(10_000), body)).length).toBeLessThan(10);
  },
);

test.each(['constructor', '__proto__'])('%s is the name of no encoding', async (encoding) => {
  const server = await startVideoServer();
  const engine = await startEngine();
  const page = {
    bytes: Buffer.from(html.replace('Link expired', 'Sign in')),
    extraHeaders: { 'content-encoding': encoding },
  };
  expect(await engine.fetch({ url: server.file('/a', page) })).toMatchObject({ code: 'not-a-video' });
});

test('packed data that is broken is told', async () => {
  const server = await startVideoServer();
  const broken = await startEngine();
  const noise = server.file('/b', { bytes: randomBytes(50_000), extraHeaders: { 'content-encoding': 'gzip' } });
  expect(await broken.fetch({ url: noise })).toMatchObject({ message: expect.stringMatching(/unpacked/) as string });
});

test('packed zeros end long before the size limit', async () => {
  const server = await startVideoServer();
  const engine = await startEngine({ retry: { contentAttempts: 1 } });
  const bomb = gzipSync(Buffer.concat([mp4.bytes, Buffer.alloc(64 * 1024 * 1024)]));
  const url = server.file('/a', { bytes: bomb, extraHeaders: { 'content-encoding': 'gzip' } });
  expect(await engine.fetch({ url })).toMatchObject({ trouble: { reason: 'packed-bomb' } });
  const received = engine.progress.map(({ progress }) => progress.receivedBytes);
  expect(Math.max(...received)).toBeLessThan(10 * 1024 * 1024);
  expect(await engine.files()).toEqual([]);
});

test('a file over the limit is not fetched, also where the server hides its length', async () => {
  const server = await startVideoServer();
  const bytes = bigMp4(3 * 1024 * 1024);
  const told = await startEngine({ maxBytes: () => 1024 * 1024 });
  expect(await told.fetch({ url: server.file('/a', bytes) })).toMatchObject({
    code: 'too-large',
    message: expect.stringContaining('1 MB') as string,
  });
  expect(told.started).toEqual([]);
  const hidden = await startEngine({ maxBytes: () => 1024 * 1024 });
  expect(await hidden.fetch({ url: server.file('/b', { bytes, chunked: true }) })).toMatchObject({ code: 'too-large' });
  expect(hidden.started).toHaveLength(1);
  expect(await hidden.files()).toEqual([]);
});
