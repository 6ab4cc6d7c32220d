/** Servers that tell the checksum of a file: what is saved has it, or is told as what it is. */
import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { partOf, writeState } from '../../../src-main/node/downloads/resume-state.ts';
import { loadSamples } from '../../../src-main/node/samples/samples.ts';
import { bigMp4 } from '../../support/big-mp4.ts';
import { answer, startVideoServer } from '../../support/video-server.ts';
import { startEngine, videoJob, type Engine } from './harness.ts';

const MiB = 1024 * 1024;
const digest = (name: string, bytes: Uint8Array): Buffer => createHash(name).update(bytes).digest();
const md5 = (bytes: Uint8Array): string => digest('md5', bytes).toString('base64');

/** As a cache with a broken disk gives it: of the right length, and every player opens it. */
function damaged(bytes: Uint8Array, bit = 1): Buffer {
  const copy = Buffer.from(bytes);
  copy.writeUInt8(copy.readUInt8(copy.length - 1000) ^ bit, copy.length - 1000);
  return copy;
}

async function expectSaved(engine: Engine, bytes: Uint8Array): Promise<void> {
  const saved = await readFile(engine.file(engine.saved[0]?.file.path ?? ''));
  expect(saved.equals(bytes)).toBe(true);
  expect((await engine.files()).filter((file) => file.includes('.part'))).toEqual([]);
}

test.each<[string, number, (bytes: Uint8Array) => Record<string, string>]>([
  ['Content-MD5', MiB, (bytes) => ({ 'content-md5': md5(bytes) })],
  ['Content-MD5 of a large file, in the hash thread', 17 * MiB, (bytes) => ({ 'content-md5': md5(bytes) })],
  [
    'Repr-Digest',
    MiB,
    (bytes) => ({ 'repr-digest': `sha-256=:${digest('sha256', bytes).toString('base64')}:`, 'content-md5': 'AAAA' }),
  ],
  ['Digest', MiB, (bytes) => ({ digest: `SHA-512=${digest('sha512', bytes).toString('base64')}` })],
  ['x-goog-hash', MiB, (bytes) => ({ 'x-goog-hash': `crc32c=n03x6A==,md5=${md5(bytes)}` })],
])('%s: a file that came damaged is fetched again', async (_name, sizeBytes, headers) => {
  const server = await startVideoServer();
  const engine = await startEngine();
  const bytes = bigMp4(sizeBytes);
  const good = { bytes, etag: '"v1"', extraHeaders: headers(bytes) };
  await engine.fetch({ url: server.sequence('/a.mp4', [{ ...good, bytes: damaged(bytes) }, good]) });
  await expectSaved(engine, bytes);
  expect(engine.waits.map(({ wait }) => wait.trouble.reason)).toEqual(['other-checksum']);
  expect(server.exchanges.map(({ range }) => range)).toEqual([null, null]);
});

test('what never has the checksum is not done; its bytes stay, also where the link has died since', async () => {
  const server = await startVideoServer();
  const engine = await startEngine({ retry: { contentAttempts: 3, refusedAttempts: 1 } });
  const bytes = bigMp4(MiB);
  const file = (bit: number) => ({ bytes: damaged(bytes, bit), extraHeaders: { 'content-md5': md5(bytes) } });
  const url = server.sequence('/a.mp4', [file(1), file(2), file(4), answer(403)]);
  expect(await engine.fetch({ url })).toMatchObject({
    code: 'damaged',
    attempts: 3,
    message: expect.stringMatching(/another checksum .* not kept as saved.*attach the file/) as string,
  });
  engine.downloads.enqueue(videoJob({ url }));
  await engine.until(() => engine.failed.length === 2);
  expect(engine.failed[1]?.failure.code).toBe('forbidden');
  expect(engine.saved).toEqual([]);
  const [left = '', ...more] = await engine.files();
  expect(more).toEqual([]);
  expect((await readFile(engine.file(left))).equals(damaged(bytes, 4))).toBe(true);
});

test('the same bytes twice are the file: then the checksum is wrong, as that of a copy before the last change', async () => {
  const server = await startVideoServer();
  const engine = await startEngine();
  const bytes = bigMp4(MiB);
  const file = { bytes, extraHeaders: { 'content-md5': md5(damaged(bytes)) } };
  await engine.fetch({ url: server.sequence('/a.mp4', [file]) });
  await expectSaved(engine, bytes);
  expect(engine.waits.map(({ wait }) => wait.trouble.reason)).toEqual(['other-checksum']);
});

test('soon after a callback it is asked for longer, and never told as not there yet', async () => {
  const server = await startVideoServer();
  const engine = await startEngine({ retry: { contentAttempts: 1 } });
  const bytes = bigMp4(MiB);
  const good = { bytes, extraHeaders: { 'content-md5': md5(bytes) } };
  const bad = (bit: number) => ({ ...good, bytes: damaged(bytes, bit) });
  const url = server.sequence('/a.mp4', [bad(1), bad(2), good]);
  await engine.fetch({ url, toldAt: new Date().toISOString() });
  await expectSaved(engine, bytes);
  expect(engine.waits.map(({ wait }) => wait.trouble.reason)).toEqual(['other-checksum', 'other-checksum']);
});

test('what goes on with the bytes of another attempt is held to the checksum that was told first', async () => {
  const server = await startVideoServer();
  const engine = await startEngine();
  const bytes = bigMp4(3 * MiB);
  const file = { bytes, etag: '"v1"' };
  const first = { ...file, cutAfter: MiB, extraHeaders: { 'content-md5': md5(bytes) } };
  await engine.fetch({ url: server.sequence('/a.mp4', [first, { ...file, bytes: damaged(bytes) }, file]) });
  await expectSaved(engine, bytes);
  expect(server.exchanges.map(({ range }) => range)).toEqual([null, `bytes=${MiB}-`, null]);
  expect(engine.waits.map(({ wait }) => wait.trouble.reason)).toEqual(['connection-cut', 'other-checksum']);
});

test('a part of a file that tells another checksum now is begun anew at once', async () => {
  const server = await startVideoServer();
  const engine = await startEngine();
  const [before, after] = [bigMp4(2 * MiB), bigMp4(2 * MiB)];
  const told = (bytes: Uint8Array) => ({ bytes, etag: '"v1"', extraHeaders: { 'x-goog-hash': `md5=${md5(bytes)}` } });
  await engine.fetch({ url: server.sequence('/a.mp4', [{ ...told(before), cutAfter: MiB }, told(after)]) });
  await expectSaved(engine, after);
  expect(server.exchanges.map(({ range }) => range)).toEqual([null, `bytes=${MiB}-`, null]);
  expect(engine.waits).toHaveLength(1);
});

test('the checksum of a part is not taken for that of the file', async () => {
  const server = await startVideoServer();
  const engine = await startEngine();
  const bytes = bigMp4(2 * MiB);
  const file = { bytes, etag: '"v1"' };
  const ofPart = { ...file, extraHeaders: { 'content-md5': md5(bytes.subarray(MiB)) } };
  await engine.fetch({ url: server.sequence('/a.mp4', [{ ...file, cutAfter: MiB }, ofPart]) });
  await expectSaved(engine, bytes);
  expect(engine.waits).toHaveLength(1);
});

test('a whole file that a power cut has spoilt is fetched again', async () => {
  const server = await startVideoServer();
  const engine = await startEngine({ bootId: 'this boot' });
  const bytes = bigMp4(MiB);
  const url = server.file('/a.mp4', bytes);
  const job = videoJob({ url });
  const part = partOf(engine.dataDir, job.target, job);
  await mkdir(path.dirname(part.file), { recursive: true });
  await writeFile(part.file, damaged(bytes));
  await writeState(part, {
    url,
    etag: null,
    lastModified: null,
    totalBytes: bytes.length,
    syncedBytes: bytes.length,
    bootId: 'this boot',
    digest: { name: 'md5', hex: digest('md5', bytes).toString('hex') },
  });
  await engine.fetch({ url });
  await expectSaved(engine, bytes);
});

test('a preview that a host has made smaller on its way is kept', async () => {
  const server = await startVideoServer();
  const engine = await startEngine();
  const { poster } = loadSamples();
  const large = {
    bytes: poster.bytes,
    contentType: 'image/jpeg',
    extraHeaders: { 'content-md5': md5(Buffer.from('large')) },
  };
  engine.downloads.enqueue(videoJob({ kind: 'poster', target: 'posters/a', url: server.file('/a.jpg', large) }));
  await engine.until(() => engine.posters.length === 1);
});
