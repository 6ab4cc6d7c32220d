/**
 * The store and its client against OpenStack Swift, an S3 server that was not written here. It shows that signatures,
 * ranges, lists, links, conditional puts and uploads in parts are what others mean by them; faults on demand, and
 * servers that know less, are the matter of our own (`test/support/s3`).
 */
import { hash, randomBytes, randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { Agent } from 'undici';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { createFileCache } from '../../../../src-main/node/video-store/s3/file-cache.ts';
import { createS3Client, type S3Client } from '../../../../src-main/node/video-store/s3/s3-client.ts';
import { parseStoreUrl } from '../../../../src-main/node/video-store/s3/s3-config.ts';
import { createS3Store } from '../../../../src-main/node/video-store/s3/s3-store.ts';
import type { VideoStore } from '../../../../src-main/node/video-store/video-store.ts';
import { startSwift, swiftKeys, whyNoSwift, type Swift } from '../../../support/s3/swift.ts';
import { tempDir } from '../../../support/temp-dir.ts';
import { describeVideoStore } from '../conformance.ts';

const mib = 1024 * 1024;
let swift: Swift;

function clientOf(prefix: string, keys = swiftKeys): S3Client {
  const dispatcher = new Agent();
  onTestFinished(() => dispatcher.destroy());
  const place = parseStoreUrl(`s3://shelf/${prefix}?endpoint=${swift.endpoint}&region=us-east-1&pathStyle=1`, {});
  return createS3Client({ place, keys: { ...keys, sessionToken: null }, dispatcher });
}

/** Another cache each time, so that all is read from the server. */
async function storeOf(prefix: string, dir?: string): Promise<Required<VideoStore>> {
  const root = dir ?? (await tempDir());
  return createS3Store({
    client: clientOf(prefix),
    cache: createFileCache(path.join(await tempDir(), 'cache'), 0),
    uploadsDir: path.join(root, 'uploads'),
    partsOverBytes: 6 * mib,
    partBytes: 5 * mib,
    retryMs: [10, 10, 10],
  });
}

const optionsOf = (bytes: Buffer, onlyNew = false) => ({
  sha256: hash('sha256', bytes),
  contentType: 'video/mp4',
  onlyNew,
});
const upload = (bytes: Buffer) => ({ bytes, sizeBytes: bytes.length });

describe.skipIf(whyNoSwift !== null)('OpenStack Swift', { timeout: 60_000 }, () => {
  beforeAll(async () => {
    swift = await startSwift();
    await swift.makeBucket('shelf');
    return () => swift.close();
  }, 90_000);

  describeVideoStore('on OpenStack Swift', async () => {
    const prefix = randomUUID();
    return { store: await storeOf(prefix), reopen: () => storeOf(prefix) };
  });

  it('takes names of all kinds, tells what it has, and gives ranges', async () => {
    const s3 = clientOf('our films');
    const film = randomBytes(100_000);
    const key = 'ab/ü é (1)+&=.mp4';
    expect(await s3.head(key)).toBeNull();
    expect(await s3.put(key, upload(film), optionsOf(film))).toBe('stored');
    expect(await s3.head(key)).toMatchObject({ sizeBytes: film.length, sha256: hash('sha256', film) });
    const part = await s3.get(key, { start: 10, end: 19 });
    expect(part && (await buffer(part.stream)).equals(film.subarray(10, 20))).toBe(true);
    const listed = [];
    for await (const { key: name, sizeBytes } of s3.list('')) listed.push([name, sizeBytes]);
    expect(listed).toEqual([[key, film.length]]);
  });

  it('takes no conditions, so they are left out from the second try on; and no bytes that are not those of the sum', async () => {
    const s3 = clientOf('new');
    const [film, other] = [randomBytes(1000), randomBytes(1000)];
    await expect(s3.put('a', upload(film), optionsOf(film, true))).rejects.toMatchObject({ status: 501 });
    expect(await s3.put('a', upload(film), optionsOf(film, true))).toBe('stored');
    await expect(s3.put('b', upload(film), optionsOf(other))).rejects.toThrow();
    expect(await s3.head('b')).toBeNull();
  });

  it('takes a film in parts, goes on where it stopped, and forgets what was given up', async () => {
    const s3 = clientOf('parts');
    const film = randomBytes(11 * mib);
    const partOf = (n: number) => {
      const bytes = film.subarray((n - 1) * 5 * mib, n * 5 * mib);
      return { ...upload(bytes), sha256: hash('sha256', bytes) };
    };
    const id = await s3.beginParts('big.mp4', hash('sha256', film));
    for (const n of [1, 2]) await s3.putPart('big.mp4', id, n, partOf(n));
    const there = (await s3.listParts('big.mp4', id)) ?? [];
    expect(there.map(({ n }) => n)).toEqual([1, 2]);
    const last = { n: 3, etag: await s3.putPart('big.mp4', id, 3, partOf(3)) };
    expect(await s3.endParts('big.mp4', id, [...there, last], optionsOf(film, true))).toBe('stored');
    const whole = await s3.get('big.mp4');
    expect(whole && (await buffer(whole.stream)).equals(film)).toBe(true);
    expect((await s3.head('big.mp4'))?.sizeBytes).toBe(film.length);
    const givenUp = await s3.beginParts('never.mp4', hash('sha256', film));
    await s3.abortParts('never.mp4', givenUp);
    await s3.abortParts('never.mp4', givenUp);
    expect(await s3.listParts('never.mp4', givenUp)).toBeNull();
  });

  it('stores a large film of the store in parts, once under both names, and sweeps what no name stands for', async () => {
    const prefix = randomUUID();
    const store = await storeOf(prefix);
    const film = randomBytes(7 * mib);
    const finished = async () => {
      const file = path.join(await tempDir(), 'a.part');
      await writeFile(file, film);
      return { file, sizeBytes: film.length, sha256: hash('sha256', film) };
    };
    const other = await storeOf(prefix);
    await Promise.all([store.put(await finished(), 'videos/one.mp4'), other.put(await finished(), 'videos/two.mp4')]);
    const bytes = async (): Promise<number> => {
      const keys = [];
      for await (const { key } of clientOf(prefix).list('sha256/')) keys.push(key);
      return keys.length;
    };
    expect(await bytes()).toBe(1);
    for (const name of ['videos/one.mp4', 'videos/two.mp4']) {
      const stream = await store.open(name);
      expect(stream && (await buffer(stream)).equals(film)).toBe(true);
    }
    await store.remove('videos/one.mp4');
    expect(await store.sweep(-60_000)).toBe(0);
    await store.remove('videos/two.mp4');
    expect(await store.sweep(-60_000)).toBe(1);
    expect(await bytes()).toBe(0);
  });

  it('takes no wrong key', async () => {
    const film = randomBytes(1000);
    const stranger = clientOf('strangers', { ...swiftKeys, secretAccessKey: 'wrong' });
    await expect(stranger.put('b', upload(film), optionsOf(film))).rejects.toMatchObject({
      status: 403,
      word: 'SignatureDoesNotMatch',
    });
  });
});
