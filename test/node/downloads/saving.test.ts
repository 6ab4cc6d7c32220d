import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { SavedFile } from '../../../src-main/common/events.ts';
import { safeTarget } from '../../../src-main/node/downloads/file-names.ts';
import { loadSamples } from '../../../src-main/node/samples/samples.ts';
import { createDiskStore } from '../../../src-main/node/video-store/disk-store.ts';
import { openS3Store } from '../../../src-main/node/video-store/s3/open-s3-store.ts';
import { S3Error } from '../../../src-main/node/video-store/s3/s3-error.ts';
import { bigMp4 } from '../../support/big-mp4.ts';
import { startS3Server } from '../../support/s3/s3-server.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { startVideoServer } from '../../support/video-server.ts';
import { startEngine, videoJob } from './harness.ts';

const { mp4, webm } = loadSamples();

test('another video of the same name is never written over', async () => {
  const server = await startVideoServer();
  const engine = await startEngine();
  const others = [bigMp4(70_000), bigMp4(70_000)];
  for (const [index, bytes] of [mp4.bytes, webm.bytes, ...others].entries()) {
    const url = server.file(`/${index}`, bytes);
    engine.downloads.enqueue(videoJob({ url, key: `x:${index}`, target: 'videos/same' }));
    await engine.until(() => engine.saved.length === index + 1);
  }
  expect(engine.saved.map(({ file }) => file.path)).toEqual([
    'videos/same.mp4',
    'videos/same-2.webm',
    'videos/same-3.mp4',
    'videos/same-4.mp4',
  ]);
  expect((await readFile(engine.file('videos/same.mp4'))).equals(mp4.bytes)).toBe(true);
  expect((await readFile(engine.file('videos/same-4.mp4'))).equals(others[1] ?? Buffer.alloc(0))).toBe(true);
  expect(JSON.parse(await readFile(engine.file('videos/same-3.json'), 'utf8'))).toMatchObject({ key: 'x:2' });
});

test('two tasks that ask for one name, as where case is ignored, do not share a file, though their bytes are equal', async () => {
  const server = await startVideoServer();
  const engine = await startEngine();
  for (const key of ['unknown:Case', 'unknown:case']) {
    engine.downloads.enqueue(videoJob({ url: server.file('/a', mp4.bytes), key, target: 'videos/same' }));
  }
  await engine.until(() => engine.saved.length === 2);
  expect(engine.saved.map(({ file }) => file.path).sort()).toEqual(['videos/same-2.mp4', 'videos/same.mp4']);
});

test('whether a name is free is asked for all its containers at once: a shelf takes its time for each', async () => {
  const server = await startVideoServer();
  const dataDir = await tempDir();
  const disk = createDiskStore(dataDir);
  let asked = 0;
  let mostAtOnce = 0;
  const engine = await startEngine({
    dataDir,
    store: {
      ...disk,
      async stat(name) {
        mostAtOnce = Math.max(mostAtOnce, ++asked);
        const facts = await disk.stat(name);
        asked -= 1;
        return facts;
      },
    },
  });
  await engine.fetch({ url: server.file('/a.mp4', mp4.bytes) });
  expect(mostAtOnce).toBeGreaterThan(10);
});

test('the sidecar tells what is known when the video is saved, not when it was asked for', async () => {
  const server = await startVideoServer();
  let prompt = 'of the first callback';
  const engine = await startEngine({ describe: ({ key }) => ({ key, prompt }) });
  const url = server.handle('/a.mp4', (_request, response) => {
    prompt = 'of the second callback';
    response.end(mp4.bytes);
  });
  await engine.fetch({ url });
  const sidecar = await readFile(engine.file('videos/2026-11/kie-luma_task-1_1.json'), 'utf8');
  expect(JSON.parse(sidecar)).toMatchObject({ key: 'kie-luma:task-1', prompt: 'of the second callback' });
});

test('what kills leave of sidecars and resume states is gone after the next start', async () => {
  const server = await startVideoServer();
  const first = await startEngine();
  await mkdir(first.file('videos/2026-10'), { recursive: true });
  const left = ['2026-10/a.json.0a1b2c3d.tmp', '2026-10/a.1234abcd.part.json.0a1b2c3d.tmp'];
  for (const name of left) await writeFile(first.file(`videos/${name}`), '{');
  await writeFile(first.file('videos/2026-10/a.json'), '{}');
  const second = await startEngine({ dataDir: first.dataDir });
  await second.fetch({ url: server.file('/a.mp4', mp4.bytes) });
  expect((await second.files()).filter((file) => !file.includes('kie-luma'))).toEqual(['videos/2026-10/a.json']);
});

test('several downloads that end together get names of their own', async () => {
  const server = await startVideoServer();
  const engine = await startEngine({ perHost: 4 });
  for (let index = 0; index < 4; index += 1) {
    const url = server.file(`/${index}`, bigMp4(80_000));
    engine.downloads.enqueue(videoJob({ url, key: `x:${index}`, target: 'videos/same' }));
  }
  await engine.until(() => engine.saved.length === 4);
  expect(new Set(engine.saved.map(({ file }) => file.path)).size).toBe(4);
});

test('a file whose report was lost in a crash is found again without a request', async () => {
  const server = await startVideoServer();
  const url = server.file('/a.mp4', mp4.bytes);
  const first = await startEngine();
  const saved = await first.fetch({ url });
  await first.downloads.close();
  const second = await startEngine({ dataDir: first.dataDir });
  expect(await second.fetch({ url })).toEqual(saved);
  expect(server.exchanges).toHaveLength(1);
  expect(await second.files()).toHaveLength(2);
});

test('a found file that is not what its sidecar says is fetched again', async () => {
  const server = await startVideoServer();
  const url = server.file('/a.mp4', mp4.bytes);
  const first = await startEngine();
  await first.fetch({ url });
  await first.downloads.close();
  const spoilt = Buffer.from(mp4.bytes);
  spoilt[40_000] = (spoilt[40_000] ?? 0) ^ 1;
  await writeFile(first.file('videos/2026-11/kie-luma_task-1_1.mp4'), spoilt);
  const second = await startEngine({ dataDir: first.dataDir });
  expect(await second.fetch({ url })).toMatchObject({ path: 'videos/2026-11/kie-luma_task-1_1-2.mp4' });
  expect(server.exchanges).toHaveLength(2);
});

test('a crash between sidecar and rename leaves a part that is complete', async () => {
  const server = await startVideoServer();
  const url = server.file('/a.mp4', mp4.bytes);
  const first = await startEngine();
  await first.fetch({ url });
  await first.downloads.close();
  await rm(first.file('videos/2026-11/kie-luma_task-1_1.mp4'));
  const second = await startEngine({ dataDir: first.dataDir });
  expect(await second.fetch({ url })).toMatchObject({ path: 'videos/2026-11/kie-luma_task-1_1.mp4' });
});

test('a library that cannot note the video is asked again, and nothing is fetched twice', async () => {
  const server = await startVideoServer();
  let refusals = 2;
  const noted: string[] = [];
  const engine = await startEngine(
    {},
    {
      saved(_job, file) {
        if (refusals-- > 0) return Promise.reject(new Error('journal is full'));
        noted.push(file.path);
        return Promise.resolve();
      },
    },
  );
  engine.downloads.enqueue(videoJob({ url: server.file('/a.mp4', mp4.bytes) }));
  await engine.until(() => noted.length === 1);
  expect(server.exchanges).toHaveLength(1);
  expect(engine.waits.map(({ wait }) => wait.code)).toEqual(['disk-error', 'disk-error']);
  expect(noted).toEqual(['videos/2026-11/kie-luma_task-1_1.mp4']);
});

test('a library that cannot note the failure is asked again', async () => {
  const server = await startVideoServer();
  let asked = 0;
  const engine = await startEngine(
    {},
    { failed: () => (++asked < 3 ? Promise.reject(new Error('full')) : Promise.resolve()) },
  );
  engine.downloads.enqueue(videoJob({ url: server.status('/a.mp4', 404) }));
  await engine.until(() => asked === 3);
  expect(server.exchanges).toHaveLength(3);
});

test.each([
  ['videos/../../etc/passwd', 'videos/_/_/etc/passwd'],
  ['/etc/passwd', '_/etc/passwd'],
  ['..\\..\\x', '_/_/x'],
  ['videos/a b:c*?"<>|', 'videos/a_b_c______'],
  ['videos/CON', 'videos/_CON'],
  ['videos/nul.txt', 'videos/_nul.txt'],
  ['videos/.hidden', 'videos/_hidden'],
  ['videos/dot.', 'videos/dot_'],
  ['videos/日本語', 'videos/___'],
  ['videos/a\u0000b', 'videos/a_b'],
  ['videos/kie-luma_5d2f_1', 'videos/kie-luma_5d2f_1'],
])('the name %j becomes %j', (target, safe) => {
  expect(safeTarget(target)).toBe(safe);
});

test('long names are cut and stay apart', () => {
  const [one, two] = [safeTarget(`videos/${'a'.repeat(300)}1`), safeTarget(`videos/${'a'.repeat(300)}2`)];
  expect(one).not.toBe(two);
  expect(path.posix.basename(one).length).toBeLessThanOrEqual(150);
});

test('no target leads out of the data dir', async () => {
  const server = await startVideoServer();
  const engine = await startEngine();
  await mkdir(path.join(engine.dataDir, 'videos'));
  const url = server.file('/a.mp4', mp4.bytes);
  const saved = await engine.fetch({ url, target: 'videos/../../../../outside' });
  expect(saved).toMatchObject({ path: 'videos/_/_/_/_/outside.mp4' });
  expect(await engine.files()).toEqual(['videos/_/_/_/_/outside.json', 'videos/_/_/_/_/outside.mp4']);
});

test('a store elsewhere that does not answer for a while gets the video once it does', async () => {
  const server = await startVideoServer();
  const dataDir = await tempDir();
  const disk = createDiskStore(dataDir);
  let refusals = 3;
  const engine = await startEngine({
    dataDir,
    store: {
      ...disk,
      put(file, name) {
        refusals -= 1;
        return refusals < 0 ? disk.put(file, name) : Promise.reject(new S3Error(503, 'SlowDown', 'later'));
      },
    },
  });
  expect(await engine.fetch({ url: server.file('/a.mp4', mp4.bytes) })).toMatchObject({ sizeBytes: mp4.bytes.length });
  expect(engine.failed).toEqual([]);
  expect(engine.waits.map(({ wait }) => wait.trouble)).toEqual(
    Array.from({ length: 3 }, () => ({ reason: 'disk-error', errno: 'SlowDown' })),
  );
});

test('a store elsewhere that takes files again is given what waited for it at once, and no other host is asked for that', async () => {
  const server = await startVideoServer();
  const dataDir = await tempDir();
  const disk = createDiskStore(dataDir);
  let refuses = true;
  const engine = await startEngine({
    dataDir,
    store: {
      ...disk,
      put: (file, name) => (refuses ? Promise.reject(new S3Error(503, 'SlowDown', 'later')) : disk.put(file, name)),
    },
    retry: { firstDelayMs: 3_600_000, maxDelayMs: 3_600_000, diskDelayMs: 3_600_000 },
  });
  engine.downloads.enqueue(videoJob({ url: server.status('/gone.mp4', 404), key: 'x:gone' }));
  engine.downloads.enqueue(videoJob({ url: server.file('/a.mp4', mp4.bytes), key: 'x:a', target: 'videos/a' }));
  await engine.until(() => engine.waits.length === 2);
  refuses = false;
  engine.downloads.storeIsWell();
  await engine.until(() => engine.saved.length === 1);
  expect(server.exchanges.filter(({ path: asked }) => asked === '/gone.mp4')).toHaveLength(1);
  expect(engine.downloads.waitOf('x:gone', 1)).toBe('later');
});

test('a film that is on its way to a slow shelf holds up no other', async () => {
  const server = await startVideoServer();
  const dataDir = await tempDir();
  const disk = createDiskStore(dataDir);
  let goOn: () => void = () => undefined;
  const slow = new Promise<void>((resolve) => (goOn = resolve));
  let isSending = false;
  const engine = await startEngine({
    dataDir,
    perHost: 4,
    store: {
      ...disk,
      async put(file, name) {
        if (name.includes('large')) {
          isSending = true;
          await slow;
        }
        await disk.put(file, name);
      },
    },
  });
  const enqueue = (target: string, n: number): void => {
    const url = server.file(`/${String(n)}`, bigMp4(80_000));
    engine.downloads.enqueue(videoJob({ url, key: url, target }));
  };
  enqueue('videos/large', 1);
  await engine.until(() => isSending);
  for (const n of [2, 3]) enqueue('videos/small', n);
  await engine.until(() => engine.saved.length === 2);
  expect(engine.saved.map(({ file }) => file.path).sort()).toEqual(['videos/small-2.mp4', 'videos/small.mp4']);
  goOn();
  await engine.until(() => engine.saved.length === 3);
});

test('two that come to one name by different ends take one after the other', async () => {
  const server = await startVideoServer();
  const dataDir = await tempDir();
  const disk = createDiskStore(dataDir);
  await mkdir(path.join(dataDir, 'videos'));
  await writeFile(path.join(dataDir, 'videos/a-2.mp4'), 'of another');
  let waiting = 0;
  let goOn: () => void = () => undefined;
  const both = new Promise<void>((resolve) => (goOn = resolve));
  const engine = await startEngine({
    dataDir,
    perHost: 4,
    store: {
      ...disk,
      async put(file, name) {
        waiting += 1;
        // Nobody waits for the second where it waits for the first.
        if (waiting === 1) setTimeout(goOn, 500);
        else goOn();
        await both;
        await disk.put(file, name);
      },
    },
  });
  for (const [n, target] of ['videos/a-2', 'videos/a-2-2'].entries()) {
    const url = server.file(`/${String(n)}`, bigMp4(80_000 + n));
    engine.downloads.enqueue(videoJob({ url, key: url, target }));
  }
  await engine.until(() => engine.saved.length === 2);
  expect(new Set(engine.saved.map(({ file }) => file.path)).size).toBe(2);
});

test('a film that a shelf lost is fetched again, under its name and not beside it', async () => {
  const keys = { accessKeyId: 'AK', secretAccessKey: 'secret' };
  const shelf = await startS3Server({ bucket: 'shelf', region: 'us-east-1', ...keys });
  onTestFinished(() => shelf.close());
  const dir = await tempDir();
  const store = await openS3Store({
    url: `s3://shelf/lib?endpoint=${shelf.endpoint}&pathStyle=1&region=us-east-1`,
    env: { AWS_ACCESS_KEY_ID: keys.accessKeyId, AWS_SECRET_ACCESS_KEY: keys.secretAccessKey },
    cacheDir: path.join(dir, 'cache'),
    uploadsDir: path.join(dir, 'uploads'),
    cacheBytes: 0,
  });
  const loseFilms = (): void => {
    for (const [key, bytes] of shelf.objects)
      if (/\/sha256\//.test(key) && bytes.length > 10_000) shelf.objects.delete(key);
  };
  const names = (): string[] =>
    [...shelf.objects.keys()]
      .filter((key) => key.startsWith('lib/names/'))
      .map((key) => path.basename(key))
      .sort();
  const server = await startVideoServer();
  const fetchAgain = async (url: string): Promise<unknown> => (await startEngine({ store })).fetch({ url });
  await fetchAgain(server.file('/a', bigMp4(80_000)));
  loseFilms();
  // By the same link, by a renewed one behind which it was made anew, and by one to another container.
  for (const [file, film] of [
    ['/a', bigMp4(80_000)],
    ['/b', bigMp4(90_000)],
    ['/c', webm.bytes],
  ] as const) {
    const saved = (await fetchAgain(server.file(file, film))) as SavedFile;
    expect(names()).toEqual(['kie-luma_task-1_1.json', path.basename(saved.path)].sort());
    expect(await store.holds?.(saved.path)).toBe(true);
    loseFilms();
  }
});
