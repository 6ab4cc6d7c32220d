/** The video store on S3: the suite of every store, and what only a shared shelf can get wrong. */
import { createHash } from 'node:crypto';
import { access, mkdir, readdir, rm, stat, symlink, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { Agent } from 'undici';
import { expect, onTestFinished, test } from 'vitest';
import { createFileCache } from '../../../../src-main/node/video-store/s3/file-cache.ts';
import { createS3Client, type S3Client } from '../../../../src-main/node/video-store/s3/s3-client.ts';
import { parseStoreUrl } from '../../../../src-main/node/video-store/s3/s3-config.ts';
import { createDiskStore } from '../../../../src-main/node/video-store/disk-store.ts';
import { createFilePlaces } from '../../../../src-main/node/video-store/file-places.ts';
import { moveStore } from '../../../../src-main/node/video-store/move-store.ts';
import { OtherBytes, type VideoStore } from '../../../../src-main/node/video-store/video-store.ts';
import { openS3Store } from '../../../../src-main/node/video-store/s3/open-s3-store.ts';
import { mayPass } from '../../../../src-main/node/video-store/s3/s3-error.ts';
import { createS3Store } from '../../../../src-main/node/video-store/s3/s3-store.ts';
import { sampleTask } from '../../../renderer/support/sample-task.ts';
import { startS3Server, type S3Server, type S3ServerOptions } from '../../../support/s3/s3-server.ts';
import { roomyDisk } from '../../../support/s3/roomy-disk.ts';
import { skipHere } from '../../../support/skip-here.ts';
import { tempDir } from '../../../support/temp-dir.ts';
import { describeVideoStore } from '../conformance.ts';

const keys = { accessKeyId: 'AK', secretAccessKey: 'secret', sessionToken: null };
const mib = 1024 * 1024;

async function shelf(options: Partial<S3ServerOptions> = {}): Promise<S3Server> {
  const server = await startS3Server({ bucket: 'shelf', region: 'us-east-1', ...keys, ...options });
  onTestFinished(() => server.close());
  return server;
}

async function storeOn(
  server: S3Server,
  { root = '', folder = 'lib', cacheBytes = 1e9, wrap = (client: S3Client): S3Client => client } = {},
): Promise<Required<VideoStore>> {
  const dispatcher = new Agent();
  onTestFinished(() => dispatcher.destroy());
  const place = parseStoreUrl(`s3://shelf/${folder}?endpoint=${server.endpoint}&pathStyle=1`, {});
  const dir = root === '' ? await tempDir() : root;
  return createS3Store({
    client: wrap(createS3Client({ place, keys, dispatcher })),
    cache: createFileCache(path.join(dir, 'cache'), cacheBytes, roomyDisk),
    uploadsDir: path.join(dir, 'uploads'),
    partsOverBytes: 6 * mib,
    partBytes: 5 * mib,
    retryMs: [5, 10],
    removalLastsMs: 2000,
  });
}

async function finished(bytes: Buffer) {
  const file = path.join(await tempDir(), 'a.part');
  await writeFile(file, bytes);
  return { file, sizeBytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
}

const read = async (store: VideoStore, name: string): Promise<Buffer | null> => {
  const stream = await store.open(name);
  return stream === null ? null : buffer(stream);
};

describeVideoStore('S3', async () => {
  const server = await shelf();
  return { store: await storeOn(server), reopen: () => storeOn(server) };
});

describeVideoStore('S3 without conditional puts, in small pages, with no room for a cache', async () => {
  const server = await shelf({ conditionalPuts: false, pageSize: 1 });
  return { store: await storeOn(server, { cacheBytes: 0 }), reopen: () => storeOn(server) };
});

describeVideoStore('S3 that refuses conditional puts', async () => {
  const server = await shelf({ conditionalPuts: 'refused' });
  return { store: await storeOn(server), reopen: () => storeOn(server) };
});

describeVideoStore('S3 that wants MD5 sums, as for object lock', async () => {
  const server = await shelf({ wantsMd5: true });
  return { store: await storeOn(server), reopen: () => storeOn(server) };
});

const film = Buffer.alloc(12 * mib, 'a film of many frames ');
const bytesOn = (server: S3Server): string[] =>
  [...server.objects.keys()].filter((key) => key.startsWith('lib/sha256/'));

test('two workers that end together make one object under both names', async () => {
  const server = await shelf();
  const [a, b] = [await storeOn(server), await storeOn(server)];
  const parts = [await finished(film), await finished(film)] as const;
  await Promise.all([a.put(parts[0], 'videos/a.mp4'), b.put(parts[1], 'videos/b.mp4')]);
  expect(bytesOn(server)).toHaveLength(1);
  for (const name of ['videos/a.mp4', 'videos/b.mp4']) expect((await read(b, name))?.equals(film)).toBe(true);
});

test('an upload goes on with the parts that are there, also after a restart', async () => {
  const server = await shelf();
  const root = await tempDir();
  const part = await finished(film);
  server.fault = ({ query }) =>
    query.get('partNumber') === '2' ? { kind: 'status', status: 503, code: 'SlowDown' } : null;
  await expect((await storeOn(server, { root })).put(part, 'videos/a.mp4')).rejects.toMatchObject({ word: 'SlowDown' });
  await access(part.file); // it is where it was
  server.fault = null;
  server.requests.length = 0;
  const again = await storeOn(server, { root });
  await again.put(part, 'videos/a.mp4');
  expect(
    server.requests.filter((line) => line.includes('partNumber=')).map((line) => /partNumber=(\d)/.exec(line)?.[1]),
  ).toEqual(['2', '3']);
  expect((await read(await storeOn(server), 'videos/a.mp4'))?.equals(film)).toBe(true);
  expect(server.openUploads()).toBe(0);
});

test('keys that may not ask for parts send them all again, and a bucket that wants MD5 sums gets them', async () => {
  const server = await shelf({ wantsMd5: true });
  const root = await tempDir();
  const part = await finished(film);
  server.fault = ({ query }) => (query.get('partNumber') === '2' ? { kind: 'cut' } : null);
  await expect((await storeOn(server, { root })).put(part, 'videos/a.mp4')).rejects.toThrow();
  server.fault = ({ method, query }) =>
    query.has('uploadId') && method === 'GET' ? { kind: 'status', status: 403, code: 'AccessDenied' } : null;
  await (await storeOn(server, { root })).put(part, 'videos/a.mp4');
  expect(server.objects.get(`lib/sha256/${part.sha256}`)?.equals(film)).toBe(true);
  expect(server.openUploads()).toBe(0);
});

test('a shelf that is busy or cuts the connection is asked again; one that refuses is not', async () => {
  const server = await shelf();
  const store = await storeOn(server);
  let faults = 0;
  server.fault = () => {
    faults += 1;
    return faults === 1 ? { kind: 'status', status: 503, code: 'SlowDown' } : faults === 3 ? { kind: 'cut' } : null;
  };
  await store.put(await finished(film.subarray(0, mib)), 'videos/a.mp4');
  expect(await store.stat('videos/a.mp4')).toMatchObject({ sizeBytes: mib });
  server.requests.length = 0;
  server.fault = ({ method }) => (method === 'PUT' ? { kind: 'status', status: 403, code: 'AccessDenied' } : null);
  await expect(store.put(await finished(Buffer.from('other')), 'videos/b.mp4')).rejects.toMatchObject({
    word: 'AccessDenied',
  });
  expect(server.requests.filter((line) => line.startsWith('PUT'))).toHaveLength(1);
});

test('a shelf that is busy each time something is asked of it first takes a film, lists it and is swept all the same', async () => {
  const server = await shelf({ pageSize: 1 });
  const store = await storeOn(server);
  const asked = new Set<string>();
  server.fault = ({ method, path: key, query }) => {
    const request = `${method} ${key} ${String(query)}`;
    if (asked.delete(request)) return null;
    asked.add(request);
    return { kind: 'status', status: 503, code: 'SlowDown' };
  };
  const bytes = film.subarray(0, mib);
  await store.put(await finished(bytes), 'videos/a.mp4');
  await store.write('videos/a.json', '{}');
  const listed: string[] = [];
  for await (const { name } of store.list('videos')) listed.push(name);
  expect(listed).toEqual(['videos/a.json', 'videos/a.mp4']);
  expect(await store.isOfOne({ name: 'ours', wasCalled: () => false })).toBe(true);
  expect(await store.sweep(3_600_000)).toBe(0);
});

test('bytes of another length under the hash are not taken for the video, and are replaced by it', async () => {
  const server = await shelf();
  const store = await storeOn(server);
  const part = await finished(film.subarray(0, mib));
  server.objects.set(`lib/sha256/${part.sha256}`, Buffer.from('a server that lies'));
  server.fault = ({ method }) => {
    if (method === 'HEAD') server.objects.set(`lib/sha256/${part.sha256}`, Buffer.from('a server that lies'));
    return null;
  };
  await expect(store.put(part, 'videos/a.mp4')).rejects.toMatchObject({ word: 'NotStored' });
  expect(await store.stat('videos/a.mp4')).toBeNull();
  await access(part.file);
  server.fault = null;
  await store.put(part, 'videos/a.mp4');
  expect(server.objects.get(`lib/sha256/${part.sha256}`)?.equals(film.subarray(0, mib))).toBe(true);
});

test('what was put is read from this machine, up to the size of the cache', async () => {
  const server = await shelf();
  const root = await tempDir();
  const store = await storeOn(server, { root, cacheBytes: 2.5 * mib });
  for (const n of [1, 2, 3]) await store.put(await finished(Buffer.alloc(mib, String(n))), `videos/${String(n)}.mp4`);
  expect(await readdir(path.join(root, 'cache'))).toHaveLength(2);
  server.requests.length = 0;
  expect((await read(store, 'videos/3.mp4'))?.equals(Buffer.alloc(mib, '3'))).toBe(true);
  expect(server.requests.some((line) => line.includes('/sha256/'))).toBe(false);
  expect((await read(store, 'videos/1.mp4'))?.equals(Buffer.alloc(mib, '1'))).toBe(true);
});

test.each([
  ['was cut off', (dir: string, sha256: string) => truncate(path.join(dir, sha256), 10)],
  ['is empty', (dir: string, sha256: string) => truncate(path.join(dir, sha256))],
  [
    'is a folder',
    async (dir: string, sha256: string) => {
      await rm(path.join(dir, sha256));
      await mkdir(path.join(dir, sha256));
    },
  ],
  [
    'lies in a folder that is none',
    async (dir: string) => {
      await rm(dir, { recursive: true });
      await writeFile(dir, '');
    },
  ],
])(
  'where what this machine keeps of a film %s, it comes from the shelf, and others are stored',
  async (_how, spoil) => {
    const server = await shelf();
    const root = await tempDir();
    const store = await storeOn(server, { root });
    const [small, large] = [Buffer.alloc(mib, 'small'), Buffer.alloc(5 * mib, 'large')];
    for (const bytes of [small, large]) {
      const part = await finished(bytes);
      const name = `videos/${String(bytes.length)}.mp4`;
      await store.put(part, name);
      await spoil(path.join(root, 'cache'), part.sha256);
      expect((await read(store, name))?.equals(bytes)).toBe(true);
      const range = await store.open(name, { start: 5, end: 14 });
      expect(range && (await buffer(range)).equals(bytes.subarray(5, 15))).toBe(true);
      await store.write('posters/a.jpg', 'a picture');
      expect((await read(store, 'posters/a.jpg'))?.toString()).toBe('a picture');
      const next = await finished(Buffer.alloc(mib, 'next'));
      await store.put(next, 'videos/next.mp4');
      await expect(access(next.file)).rejects.toThrow();
      await rm(path.join(root, 'cache'), { recursive: true, force: true });
    }
  },
);

test('a film that is gone from the shelf is not held, although this machine has it in its cache', async () => {
  const server = await shelf();
  const store = await storeOn(server);
  const part = await finished(Buffer.alloc(mib, 'a film'));
  await store.put(part, 'videos/a.mp4');
  expect(await store.holds('videos/a.mp4')).toBe(true);
  server.objects.delete(`lib/sha256/${part.sha256}`);
  expect((await read(store, 'videos/a.mp4'))?.length).toBe(mib);
  expect(await store.holds('videos/a.mp4')).toBe(false);
  expect(await store.holds('videos/never.mp4')).toBe(false);
});

test('a film whose connection breaks off is read on from there; one that does not go on at all is an error', async () => {
  const server = await shelf();
  const store = await storeOn(server, { cacheBytes: 0 });
  const bytes = Buffer.alloc(6 * mib, 'a film of many frames ');
  await store.put(await finished(bytes), 'videos/a.mp4');
  const isFilm = (asked: string): boolean => asked.includes('/sha256/');
  let asked = 0;
  server.fault = ({ method, path: key }) => {
    if (method !== 'GET' || !isFilm(key) || (asked += 1) > 1) return null;
    const body = bytes.subarray(0, 2 * mib).toString();
    return { kind: 'says', status: 200, headers: { 'content-length': String(bytes.length) }, body };
  };
  expect((await read(store, 'videos/a.mp4'))?.equals(bytes)).toBe(true);
  expect(asked).toBe(2);
  server.fault = ({ method, path: key }) =>
    method === 'GET' && isFilm(key)
      ? { kind: 'says', status: 200, headers: { 'content-length': String(bytes.length) }, body: '' }
      : null;
  await expect(read(store, 'videos/a.mp4')).rejects.toMatchObject({ word: 'Unreachable' });
});

test('a film that is shorter or longer than it was is found out before a byte of it is given', async () => {
  const server = await shelf();
  const store = await storeOn(server, { cacheBytes: 0 });
  const part = await finished(film);
  await store.put(part, 'videos/a.mp4');
  for (const bytes of [film.subarray(0, mib), Buffer.concat([film, film])]) {
    server.objects.set(`lib/sha256/${part.sha256}`, bytes);
    await expect(store.open('videos/a.mp4')).rejects.toThrow(OtherBytes);
    await expect(store.open('videos/a.mp4', { start: 0, end: 9 })).rejects.toThrow(OtherBytes);
  }
});

test('an upload in parts whose end was not heard is stored, and one that cannot end is begun anew', async () => {
  const server = await shelf();
  const store = await storeOn(server);
  const isEnd = ({ method, query }: { method: string; query: URLSearchParams }): boolean =>
    method === 'POST' && query.has('uploadId');
  const part = await finished(film);
  let ends = 0;
  // It has put the film together, and says nothing of it; asked again it knows of no upload.
  server.fault = (asked) => {
    if (!isEnd(asked)) return null;
    ends += 1;
    if (ends > 1) return { kind: 'status', status: 404, code: 'NoSuchUpload' };
    server.objects.set(`lib/sha256/${part.sha256}`, film);
    return { kind: 'cut' };
  };
  await store.put(part, 'videos/a.mp4');
  expect((await read(store, 'videos/a.mp4'))?.equals(film)).toBe(true);

  const other = await finished(Buffer.alloc(12 * mib, 'another film '));
  server.fault = (asked) => (isEnd(asked) ? { kind: 'status', status: 400, code: 'InvalidPart' } : null);
  await expect(store.put(other, 'videos/b.mp4')).rejects.toMatchObject({ word: 'InvalidPart' });
  server.fault = null;
  server.requests.length = 0;
  await store.put(other, 'videos/b.mp4');
  expect(server.requests.filter((line) => line.includes('partNumber='))).toHaveLength(3);
});

test('a move to a shelf that has other bytes under the hash of a film sends them again', async () => {
  const server = await shelf();
  const store = await storeOn(server, { cacheBytes: 0 });
  const root = await tempDir();
  const disk = createDiskStore(root);
  const part = await finished(film);
  await disk.put(part, 'videos/a.mp4');
  // Brought just now under another name, and damaged since.
  await store.put(await finished(film), 'videos/other.mp4');
  server.objects.set(`lib/sha256/${part.sha256}`, Buffer.alloc(film.length));
  await moveStore({ from: disk, to: store, transitDir: path.join(root, 'transit'), onFile: () => undefined });
  expect((await read(store, 'videos/a.mp4'))?.equals(film)).toBe(true);
});

test('films that many people have paused keep nobody from the shelf', async () => {
  const server = await shelf();
  const dir = await tempDir();
  const store = await openS3Store({
    url: `s3://shelf/lib?endpoint=${server.endpoint}&pathStyle=1`,
    env: { AWS_ACCESS_KEY_ID: keys.accessKeyId, AWS_SECRET_ACCESS_KEY: keys.secretAccessKey },
    cacheDir: path.join(dir, 'cache'),
    uploadsDir: path.join(dir, 'uploads'),
    cacheBytes: 0,
  });
  await store.put(await finished(film), 'videos/a.mp4');
  const paused = await Promise.all(Array.from({ length: 20 }, () => store.open('videos/a.mp4')));
  expect(paused.every((stream) => stream !== null)).toBe(true);
  expect(await store.stat('videos/a.mp4')).not.toBeNull();
  await store.put(await finished(Buffer.from('another film')), 'videos/b.mp4');
  for (const stream of paused) stream?.destroy();
}, 20_000);

test('bytes without a name are swept, those with one and young ones are not', async () => {
  const server = await shelf();
  const store = await storeOn(server);
  await store.put(await finished(Buffer.from('kept')), 'videos/a.mp4');
  await store.put(await finished(Buffer.from('gone')), 'videos/b.mp4');
  await store.remove('videos/b.mp4');
  expect(await store.sweep(24 * 3600 * 1000)).toBe(0);
  expect(await store.sweep(-1000)).toBe(1);
  expect(bytesOn(server)).toHaveLength(1);
  expect((await read(store, 'videos/a.mp4'))?.toString()).toBe('kept');
});

const days = 24 * 3600 * 1000;

test.each([2 * days, -2 * days])(
  'with a clock that is %i ms off films are stored, kept young and not swept',
  async (aheadMs) => {
    const server = await shelf();
    server.aheadMs = aheadMs;
    const store = await storeOn(server);
    await store.put(await finished(Buffer.from('kept')), 'videos/a.mp4');
    await store.put(await finished(film), 'videos/large.mp4');
    expect((await read(store, 'videos/a.mp4'))?.toString()).toBe('kept');
    // Another machine has brought these bytes just now, and is about to name them.
    await store.remove('videos/a.mp4');
    expect(await store.sweep(days)).toBe(0);
    // What has lain there for long is sent again by whoever is about to name it.
    server.age(0.9 * days);
    server.requests.length = 0;
    await store.put(await finished(Buffer.from('kept')), 'videos/b.mp4');
    expect(server.requests.some((line) => line.startsWith('PUT /shelf/lib/sha256/'))).toBe(true);
  },
);

test('a page of someone in between, as of a network that wants a login, is no answer of the shelf', async () => {
  const server = await shelf();
  const store = await storeOn(server, { cacheBytes: 0 });
  await store.put(await finished(film), 'videos/a.mp4');
  const page = '<!DOCTYPE html><html><body>Please log in to the network</body></html>';
  const headers = { 'content-type': 'text/html' };
  for (const status of [200, 404]) {
    server.fault = ({ method }) =>
      method === 'HEAD' && status === 404
        ? null
        : {
            kind: 'says',
            status,
            headers,
            body: method === 'HEAD' ? '' : page,
          };
    await expect(store.stat('videos/a.mp4')).rejects.toMatchObject({ word: 'NoAnswer' });
    await expect(store.open('videos/a.mp4')).rejects.toSatisfy(mayPass);
  }
  server.fault = ({ method }) => (method === 'DELETE' ? { kind: 'says', status: 200, headers, body: page } : null);
  await expect(store.remove('videos/a.mp4')).rejects.toSatisfy(mayPass);
  // The film came to the shelf, and its name did not.
  server.fault = ({ method, path: key }) =>
    method === 'PUT' && key.includes('/names/') ? { kind: 'says', status: 200, headers, body: page } : null;
  const part = await finished(Buffer.from('another film'));
  await expect(store.put(part, 'videos/b.mp4')).rejects.toSatisfy(mayPass);
  await access(part.file);
});

test('a bucket that is gone is told as that, and its films are not told as removed', async () => {
  const server = await shelf();
  const store = await storeOn(server);
  server.fault = ({ method }) => (method === 'HEAD' ? null : { kind: 'status', status: 404, code: 'NoSuchBucket' });
  await expect(store.stat('videos/a.mp4')).rejects.toMatchObject({ word: 'NoSuchBucket' });
});

test('names that move together are asked for side by side', async () => {
  const server = await shelf();
  const other = await storeOn(server);
  const names = ['a', 'b', 'c'].map((name) => `videos/${name}.json`);
  for (const name of names) await other.write(name, name);
  let asked = 0;
  let goOn: () => void = () => undefined;
  const all = new Promise<void>((resolve) => (goOn = resolve));
  const store = await storeOn(server, {
    wrap: (client) => ({
      ...client,
      async get(...args) {
        asked += 1;
        if (asked === names.length) goOn();
        await all;
        return client.get(...args);
      },
    }),
  });
  await store.move(names.map((name) => ({ from: name, to: `trash/${name}` })));
  expect((await Promise.all(names.map((name) => read(store, `trash/${name}`)))).map(String)).toEqual(names);
});

test('a sweep takes no bytes whose name moves while it reads the names', async () => {
  const server = await shelf({ pageSize: 1 });
  const other = await storeOn(server);
  let looks = 0;
  const sweeper = await storeOn(server, {
    wrap: (client) => ({
      ...client,
      async *list(start) {
        let hasMoved = start !== 'names/' || (looks += 1) > 1;
        for await (const each of client.list(start)) {
          // Past the place where it moves to, and not yet where it is.
          if (!hasMoved && each.key === 'names/trash/videos/z.mp4') {
            hasMoved = true;
            await other.move([{ from: 'videos/a.mp4', to: 'trash/videos/a.mp4' }]);
          }
          yield each;
        }
      },
    }),
  });
  await other.put(await finished(Buffer.from('mine')), 'videos/a.mp4');
  await other.put(await finished(Buffer.from('another')), 'trash/videos/z.mp4');
  server.age(2 * days);
  await sweeper.sweep(days);
  expect((await read(sweeper, 'trash/videos/a.mp4'))?.toString()).toBe('mine');
});

test.each([1, 2])('a sweep takes no bytes that get a name after its look number %i at the names', async (atLook) => {
  const server = await shelf();
  const other = await storeOn(server);
  const [small, large] = [Buffer.from('the same bytes again'), film];
  let looks = 0;
  const sweeper = await storeOn(server, {
    wrap: (client) => ({
      ...client,
      async *list(start) {
        yield* client.list(start);
        if (start !== 'names/' || (looks += 1) !== atLook) return;
        await other.put(await finished(small), 'videos/small.mp4');
        await other.put(await finished(large), 'videos/large.mp4');
        await other.write('videos/small.json', '{}');
      },
    }),
  });
  await other.put(await finished(small), 'videos/old.mp4');
  await other.put(await finished(large), 'videos/older.mp4');
  await other.write('videos/old.json', '{}');
  for (const name of ['old.mp4', 'older.mp4', 'old.json']) await other.remove(`videos/${name}`);
  server.age(2 * days);
  expect(await sweeper.sweep(days)).toBe(0);
  expect((await read(sweeper, 'videos/small.mp4'))?.equals(small)).toBe(true);
  expect((await read(sweeper, 'videos/large.mp4'))?.equals(large)).toBe(true);
  expect((await read(sweeper, 'videos/small.json'))?.toString()).toBe('{}');
});

/** Calls what takes bytes off the shelf behind something else: who sweeps stood still, or its call was long on its way. */
function removingBehind(before: () => Promise<unknown>): (client: S3Client) => S3Client {
  return (client) => ({
    ...client,
    async remove(key) {
      if (key.startsWith('sha256/')) await before();
      return client.remove(key);
    },
    async removeWithin(...args) {
      await before();
      return client.removeWithin(...args);
    },
  });
}

test('bytes that get a name while a sweep stands still in front of their removal are there', async () => {
  const server = await shelf();
  const other = await storeOn(server);
  const bytes = Buffer.from('the same bytes again');
  const sweeper = await storeOn(server, {
    wrap: removingBehind(async () => {
      await other.put(await finished(bytes), 'videos/new.mp4');
      await other.write('videos/new.json', 'the same bytes again');
    }),
  });
  await other.put(await finished(bytes), 'videos/old.mp4');
  await other.remove('videos/old.mp4');
  server.age(2 * days);
  const removed = await sweeper.sweep(days);
  expect((await read(sweeper, 'videos/new.mp4'))?.equals(bytes)).toBe(true);
  expect(removed).toBe(0);
}, 20_000);

test('of two sweeps that remove the same bytes, one late, none takes those that came and got a name in between', async () => {
  const server = await shelf();
  const other = await storeOn(server);
  const bytes = Buffer.from('the same bytes again');
  const sweeper = await storeOn(server, {
    wrap: removingBehind(async () => {
      expect(await other.sweep(days)).toBe(1);
      await other.put(await finished(bytes), 'videos/new.mp4');
    }),
  });
  await other.put(await finished(bytes), 'videos/old.mp4');
  await other.remove('videos/old.mp4');
  server.age(2 * days);
  const removed = await sweeper.sweep(days);
  expect((await read(sweeper, 'videos/new.mp4'))?.equals(bytes)).toBe(true);
  expect(removed).toBe(0);
}, 20_000);

test('who sleeps for days between bringing bytes and naming them sends them again', async () => {
  const server = await shelf();
  const sweeper = await storeOn(server);
  let sleeps = 0;
  const sleeper = await storeOn(server, {
    wrap: (client) => ({
      ...client,
      async put(key, ...args) {
        if (key.startsWith('names/') && (sleeps += 1) === 1) {
          server.age(2 * days);
          expect(await sweeper.sweep(days)).toBe(1);
          server.aheadMs += 2 * days;
        }
        return client.put(key, ...args);
      },
    }),
  });
  await sleeper.put(await finished(film), 'videos/a.mp4');
  expect(sleeps).toBe(2);
  expect(await sweeper.holds('videos/a.mp4')).toBe(true);
});

test('a library that lies in the folder of the bytes of another one loses nothing to its sweep', async () => {
  const server = await shelf();
  const store = await storeOn(server);
  const inside = await storeOn(server, { folder: 'lib/sha256', cacheBytes: 0 });
  await inside.put(await finished(Buffer.from('of another library')), 'videos/a.mp4');
  await store.put(await finished(Buffer.from('gone')), 'videos/a.mp4');
  await store.remove('videos/a.mp4');
  server.age(2 * days);
  await store.sweep(days);
  expect(await inside.holds('videos/a.mp4')).toBe(true);
});

const never = new AbortController().signal;

test('bytes of removed films leave the shelf a day later, others and those that have a name again do not', async () => {
  const server = await shelf();
  const [store, other] = [await storeOn(server), await storeOn(server)];
  const [gone, back, shared, young] = ['gone', 'back', 'shared', 'young'].map((word) => Buffer.alloc(mib, word)) as [
    Buffer,
    Buffer,
    Buffer,
    Buffer,
  ];
  for (const [name, bytes] of Object.entries({ gone, back, shared, young })) {
    await store.put(await finished(bytes), `videos/${name}.mp4`);
  }
  await other.put(await finished(shared), 'videos/of-another.mp4');
  // Brought by another machine, which has been about to name them for days; and what a name was put over.
  const unnamed = createHash('sha256').update('about to be named').digest('hex');
  server.objects.set(`lib/sha256/${unnamed}`, Buffer.from('about to be named'));
  await store.put(await finished(Buffer.alloc(mib, 'over it')), 'videos/over.mp4');
  await store.put(await finished(Buffer.alloc(mib, 'it')), 'videos/over.mp4');
  for (const name of ['gone', 'back', 'shared']) await store.remove(`videos/${name}.mp4`);
  expect(await store.sweepRemoved(days, never)).toBe(0);
  server.age(1.5 * days);
  await store.remove('videos/young.mp4');
  await other.put(await finished(back), 'videos/back.mp4');
  const before = bytesOn(server).length;
  expect(await store.sweepRemoved(days, never)).toBe(1);
  expect(bytesOn(server)).toHaveLength(before - 1);
  for (const name of ['back', 'of-another', 'over']) expect(await store.holds(`videos/${name}.mp4`)).toBe(true);
  // What is noted no more is asked for by one list.
  server.age(1.5 * days);
  expect(await store.sweepRemoved(days, never)).toBe(1);
  server.requests.length = 0;
  expect(await store.sweepRemoved(days, never)).toBe(0);
  expect(server.requests).toHaveLength(1);
});

test('a removal that broke off behind its note takes nothing, and the shelf is swept when it was done', async () => {
  const server = await shelf();
  const store = await storeOn(server);
  await store.put(await finished(film.subarray(0, mib)), 'videos/a.mp4');
  server.fault = ({ method }) => (method === 'DELETE' ? { kind: 'status', status: 403, code: 'AccessDenied' } : null);
  await expect(store.remove('videos/a.mp4')).rejects.toMatchObject({ word: 'AccessDenied' });
  server.fault = null;
  server.age(2 * days);
  expect(await store.sweepRemoved(days, never)).toBe(0);
  expect(await store.holds('videos/a.mp4')).toBe(true);
  await store.remove('videos/a.mp4');
  server.age(2 * days);
  expect(await store.sweepRemoved(days, never)).toBe(1);
  expect([...server.objects.keys()]).toEqual([]);
});

test('two machines that sweep at once remove each film once and leave nothing behind', async () => {
  const server = await shelf();
  const machines = [await storeOn(server), await storeOn(server)] as const;
  for (let n = 0; n < 20; n += 1) {
    await machines[0].put(await finished(Buffer.alloc(mib, String(n))), `videos/${String(n)}.mp4`);
    if (n > 0) await machines[0].remove(`videos/${String(n)}.mp4`);
  }
  server.age(2 * days);
  const removed = await Promise.all(machines.map((machine) => machine.sweepRemoved(days, never)));
  expect((removed[0] ?? 0) + (removed[1] ?? 0)).toBeGreaterThanOrEqual(19);
  await machines[0].sweepRemoved(days, never);
  expect([...server.objects.keys()].map((key) => key.split('/')[1]).sort()).toEqual(['names', 'sha256']);
}, 20_000);

test('a shelf that has the films of two libraries says so to both', async () => {
  const server = await shelf();
  const [one, other] = [await storeOn(server), await storeOn(server)];
  const named = (name: string, before: readonly string[] = []) => ({
    name,
    wasCalled: (old: string) => before.includes(old),
  });
  expect(await one.isOfOne(named('a'))).toBe(true);
  expect(await one.isOfOne(named('a'))).toBe(true);
  expect(await other.isOfOne(named('b'))).toBe(false);
  expect(await one.isOfOne(named('a'))).toBe(false);
  // One that has another name by now, as after its machine has joined others, is no second one.
  expect(await other.isOfOne(named('joined', ['a', 'b']))).toBe(true);
  expect(await other.isOfOne(named('joined'))).toBe(true);
});

test('what a library takes away leaves no bytes behind, but where another one has films in the same folder', async () => {
  const server = await shelf();
  const [one, other] = [await storeOn(server), await storeOn(server)];
  const named = (name: string) => ({ name, wasCalled: () => false });
  const bring = async (): Promise<void> => {
    await one.put(await finished(film.subarray(0, mib)), 'videos/a.mp4');
    await one.write('videos/a.json', '{}');
  };
  const takeAway = async (): Promise<boolean> => {
    server.age(2000);
    // By the server's clock that is this very second.
    for (const name of ['videos/a.mp4', 'videos/a.json']) await one.remove(name);
    return one.leave(named('a'));
  };
  await bring();
  await other.put(await finished(film), 'videos/b.mp4');
  expect(await other.isOfOne(named('b'))).toBe(true);
  expect(await takeAway()).toBe(false);
  expect(bytesOn(server)).toHaveLength(3);
  // To the other one, which sweeps by itself again, it is no second library any more.
  expect(await other.isOfOne(named('b'))).toBe(true);
  server.objects.delete('lib/libraries/b');
  // What has a name stays, and so does the note of whose it is.
  expect(await takeAway()).toBe(true);
  expect(bytesOn(server)).toHaveLength(1);
  expect(server.objects.has('lib/libraries/a')).toBe(true);
  await other.remove('videos/b.mp4');
  await bring();
  expect(await takeAway()).toBe(true);
  expect([...server.objects.keys()]).toEqual([]);
});

test('one name whose object was damaged holds up no other: it is listed, moved last, and no bytes are swept', async () => {
  const server = await shelf();
  const store = await storeOn(server);
  for (const name of ['videos/a.mp4', 'videos/b.mp4', 'videos/c.mp4']) await store.write(name, `bytes of ${name}`);
  server.objects.set('lib/names/videos/b.mp4', Buffer.from('half of a poin'));
  await expect(store.stat('videos/b.mp4')).rejects.toThrow(OtherBytes);
  await expect(store.sweep(-1000)).rejects.toThrow(OtherBytes);
  expect([...server.objects.keys()].filter((key) => key.startsWith('lib/sha256/'))).toHaveLength(3);

  const disk = createDiskStore(await tempDir());
  const moving = moveStore({ from: store, to: disk, transitDir: await tempDir(), onFile: () => undefined });
  await expect(moving).rejects.toThrow('videos/b.mp4');
  expect((await read(disk, 'videos/c.mp4'))?.toString()).toBe('bytes of videos/c.mp4');
  expect([...server.objects.keys()].filter((key) => key.includes('/names/'))).toEqual(['lib/names/videos/b.mp4']);

  // And the other way round it is put right.
  await disk.write('videos/b.mp4', 'bytes of videos/b.mp4');
  await moveStore({ from: disk, to: store, transitDir: await tempDir(), onFile: () => undefined });
  expect((await read(store, 'videos/b.mp4'))?.toString()).toBe('bytes of videos/b.mp4');
});

test('what the shelf lost is there again where this machine has it in its cache, byte for byte, and else is not there', async () => {
  const server = await shelf();
  const root = await tempDir();
  const store = await storeOn(server, { root });
  const places = createFilePlaces(store);
  const task = { ...sampleTask('a'), videos: [] };
  const name = 'videos/2026-11/a_1.mp4';
  const film = await finished(Buffer.alloc(6.5 * mib, 'film'));
  await store.put(film, name);
  const key = `lib/sha256/${film.sha256}`;
  const bytes = server.objects.get(key) ?? Buffer.of();
  server.objects.delete(key);
  expect(await places.isThere(task, name)).toBe(false);
  expect(server.objects.has(key)).toBe(false);
  expect(await places.bringBack(task, name)).toBe(true);
  expect(await places.isThere(task, name)).toBe(true);
  expect(server.objects.get(key)?.equals(bytes)).toBe(true);
  expect(await readdir(path.join(root, 'uploads'))).toEqual([]);
  server.objects.delete(key);
  await writeFile(path.join(root, 'cache', film.sha256), Buffer.alloc(film.sizeBytes, 'other'));
  expect(await places.bringBack(task, name)).toBe(false);
  await rm(path.join(root, 'cache'), { recursive: true });
  expect(await places.bringBack(task, name)).toBe(false);
  expect(await places.isThere(task, name)).toBe(false);
  expect(server.objects.has(key)).toBe(false);
});

/** One that has its name, and whose bytes only the cache has. */
async function lostFilm(server: S3Server, root: string) {
  const name = 'videos/2026-11/lost_1.mp4';
  const { sha256, file } = await finished(film);
  await (await storeOn(server, { root })).put({ file, sizeBytes: film.length, sha256 }, name);
  const key = `lib/sha256/${sha256}`;
  server.objects.delete(key);
  return { name, key, sha256 };
}

test('two that bring back the same film at once send its bytes, and no others', async () => {
  const server = await shelf();
  const root = await tempDir();
  const { name, key, sha256 } = await lostFilm(server, root);
  const copy = path.join(root, 'uploads', `${sha256}.back`);
  const others: Promise<boolean>[] = [];
  const store = await storeOn(server, {
    root,
    wrap: (client) => ({
      ...client,
      async putPart(...part) {
        if (others.length === 0) others.push(store.bringBack(name));
        // As long as the other takes to cut it, if it does.
        let looks = 0;
        while (looks < 500 && (await stat(copy)).size === film.length) looks += 1;
        return client.putPart(...part);
      },
    }),
  });
  expect([await store.bringBack(name), ...(await Promise.all(others))]).toEqual([true, true]);
  expect(server.objects.get(key)?.equals(film)).toBe(true);
  expect(await readdir(path.join(root, 'uploads'))).toEqual([]);
});

test('what was removed while it was brought back gets no name again', async () => {
  const server = await shelf();
  const root = await tempDir();
  const { name } = await lostFilm(server, root);
  const store = await storeOn(server, {
    root,
    wrap: (client) => ({
      ...client,
      async endParts(...end) {
        await store.remove(name);
        return client.endParts(...end);
      },
    }),
  });
  await store.bringBack(name);
  expect(await store.stat(name)).toBeNull();
});

test('a film that a full disk keeps from being brought back is missing, and no others are', async (context) => {
  if (process.platform !== 'linux') skipHere(context, '/dev/full is of Linux');
  const server = await shelf();
  const root = await tempDir();
  const { name, sha256 } = await lostFilm(server, root);
  await mkdir(path.join(root, 'uploads'), { recursive: true });
  await symlink('/dev/full', path.join(root, 'uploads', `${sha256}.back`));
  expect(await (await storeOn(server, { root })).bringBack(name)).toBe(false);
});

test('a file that is cut while it is sent is not sent as something else', async () => {
  const server = await shelf();
  const part = await finished(film);
  const store = await storeOn(server, {
    wrap: (client) => ({
      ...client,
      async putPart(...args) {
        await truncate(part.file, mib);
        return client.putPart(...args);
      },
    }),
  });
  await expect(store.put(part, 'videos/a.mp4')).rejects.toThrow('cut');
  expect(bytesOn(server)).toEqual([]);
});
