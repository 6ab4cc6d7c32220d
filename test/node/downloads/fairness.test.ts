/** Anyone who knows a callback URL can ask for downloads. What they ask for must not keep the real ones waiting. */
import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { ServerResponse } from 'node:http';
import { expect, onTestFinished, test } from 'vitest';
import { loadSamples } from '../../../src-main/node/samples/samples.ts';
import { createDiskStore } from '../../../src-main/node/video-store/disk-store.ts';
import { bigMp4 } from '../../support/big-mp4.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { startVideoServer, type Handler, type VideoServer } from '../../support/video-server.ts';
import { startEngine, videoJob, type Engine } from './harness.ts';

const { mp4 } = loadSamples();
/** A tenth of the real times: a run is slow after 200 ms. */
const pace = { spanMs: 200, leastBytes: 10_000 };

/** Four ways to hold a connection for hours. */
const evil: Record<string, Handler> = {
  silent: () => undefined,
  trickling: (_request, response) => {
    response.writeHead(200, { 'content-length': '1000000000' });
    response.write(mp4.bytes.subarray(0, 30_000));
    every(response, 50, () => response.write(mp4.bytes.subarray(30_000, 30_075)));
  },
  'slow from the first byte': (_request, response) => {
    response.writeHead(200, { 'content-length': '1000000000' });
    every(response, 50, () => response.write(mp4.bytes.subarray(0, 1)));
  },
  'endlessly informing': (_request, response) => {
    every(response, 20, () => response.writeEarlyHints({ link: '</x>; rel=preload' }));
  },
};

function every(response: ServerResponse, ms: number, act: () => void): void {
  const timer = setInterval(() => (response.destroyed ? clearInterval(timer) : act()), ms);
  response.on('close', () => clearInterval(timer));
  onTestFinished(() => clearInterval(timer));
}

async function forge(engine: Engine, hosts: readonly VideoServer[], handler: Handler): Promise<void> {
  for (let n = 1; n <= 16; n += 1) {
    const server = hosts[n % hosts.length];
    if (server === undefined) throw new Error('no server');
    // They also claim to die first.
    const expiresAt = new Date(Date.now() + 60_000).toISOString();
    const url = server.handle(`/${n}.mp4`, handler);
    engine.downloads.enqueue(videoJob({ url, key: 'unknown:forged', n, target: `videos/f${n}`, expiresAt }));
  }
  await engine.until(() => hosts.reduce((sum, { exchanges }) => sum + exchanges.length, 0) >= 2);
}

test.each(Object.entries(evil))(
  'a forged task with 16 links (%s) on four hosts: a real one elsewhere is saved',
  async (_name, handler) => {
    const hosts = await Promise.all(Array.from({ length: 4 }, () => startVideoServer()));
    const engine = await startEngine({ pace });
    await forge(engine, hosts, handler);
    const real = await startVideoServer();
    engine.downloads.enqueue(videoJob({ url: real.file('/real.mp4', mp4.bytes), key: 'kie-luma:real' }));
    await engine.until(() => engine.saved.length === 1);
    expect(engine.saved[0]?.job.key).toBe('kie-luma:real');
  },
);

test.each(Object.entries(evil))(
  'the same (%s) on the host of the real one, once more when all spare places are taken',
  async (_name, handler) => {
    const host = await startVideoServer();
    const engine = await startEngine({ pace });
    await forge(engine, [host], handler);
    const save = async (key: string): Promise<void> => {
      const before = engine.saved.length;
      engine.downloads.enqueue(videoJob({ url: host.file(`/${key}.mp4`, mp4.bytes), key, target: `videos/${key}` }));
      await engine.until(() => engine.saved.length > before);
      expect(engine.saved.at(-1)?.job.key).toBe(key);
    };
    await save('first');
    await engine.until(() => host.exchanges.length >= 6);
    await save('second');
  },
);

test('forty forged tasks with a silent link each on four hosts: real ones elsewhere are saved', async () => {
  const hosts = await Promise.all(Array.from({ length: 4 }, () => startVideoServer()));
  const engine = await startEngine({ pace });
  for (let n = 1; n <= 40; n += 1) {
    const url = hosts[n % 4]?.handle(`/${n}.mp4`, () => undefined) ?? '';
    engine.downloads.enqueue(videoJob({ url, key: `unknown:forged-${n}`, target: `videos/f${n}` }));
  }
  await engine.until(() => hosts.reduce((sum, { exchanges }) => sum + exchanges.length, 0) >= 12);
  const real = await startVideoServer();
  for (const name of ['a', 'b', 'c']) {
    const url = real.file(`/${name}.mp4`, mp4.bytes);
    engine.downloads.enqueue(videoJob({ url, key: `kie-luma:${name}`, target: `videos/${name}` }));
  }
  await engine.until(() => engine.saved.length === 3);
});

test('of machines that share the work, the one that has half of a film goes on with it', async () => {
  const server = await startVideoServer();
  const film = bigMp4(400_000);
  const url = server.sequence('/film.mp4', [
    { bytes: film, etag: '"film"', cutAfter: 200_000 },
    { bytes: film, etag: '"film"' },
  ]);
  let holder: string | null = null;
  const ends: boolean[] = [];
  const machine = (name: string): Promise<Engine> =>
    startEngine({
      retry: { firstDelayMs: 300, maxDelayMs: 300 },
      rights: {
        againMs: 5,
        othersHaveRoom: () => false,
        isWanted: () => true,
        take() {
          if (holder !== null && holder !== name) return Promise.resolve(null);
          holder = name;
          return Promise.resolve({
            lost: new AbortController().signal,
            async end(result, goesOnHere) {
              ends.push(goesOnHere);
              if (result !== 'done' && !goesOnHere) holder = null;
              await Promise.resolve();
            },
          });
        },
      },
    });
  const [one, two] = [await machine('one'), await machine('two')];
  one.downloads.enqueue(videoJob({ url }));
  await one.until(() => one.started.length > 0);
  two.downloads.enqueue(videoJob({ url }));
  await one.until(() => one.saved.length + two.saved.length > 0);
  expect([ends, two.started.length, server.exchanges.map(({ range }) => range)]).toEqual([
    [true, false],
    0,
    [null, 'bytes=200000-'],
  ]);
});

test('a film of a callback that a machine brought to the shelf without telling so is found there by another', async () => {
  const sha256 = createHash('sha256').update(mp4.bytes).digest('hex');
  const dataDir = await tempDir();
  await mkdir(path.join(dataDir, 'inline'));
  await writeFile(path.join(dataDir, 'inline', sha256), mp4.bytes);
  const job = { url: `inline:${sha256}`, toldAt: new Date().toISOString() };
  const one = await startEngine({ dataDir });
  await one.fetch(job);
  const two = await startEngine({
    store: createDiskStore(dataDir),
    rights: {
      againMs: 5,
      othersHaveRoom: () => false,
      isWanted: () => true,
      take: () => Promise.resolve({ lost: new AbortController().signal, end: () => Promise.resolve() }),
    },
  });
  two.downloads.enqueue(videoJob({ ...job, url: `inline:${'ab'.repeat(32)}`, n: 2, target: 'videos/elsewhere' }));
  expect(await two.fetch(job)).toMatchObject({ sha256 });
  expect([two.saved.length, two.failed]).toEqual([1, []]);
});

test('a slow film that makes room for another is gone on with where its bytes are', async () => {
  const host = await startVideoServer();
  const ends: [number, boolean][] = [];
  const engine = await startEngine({
    pace,
    rights: {
      againMs: 5,
      othersHaveRoom: () => false,
      isWanted: () => true,
      take: ({ n }) =>
        Promise.resolve({
          lost: new AbortController().signal,
          end: (_, goesOnHere) => Promise.resolve(void ends.push([n, goesOnHere])),
        }),
    },
  });
  for (let n = 1; n <= 16; n += 1) {
    const url = host.handle(`/${String(n)}.mp4`, evil['trickling'] ?? (() => undefined));
    engine.downloads.enqueue(videoJob({ url, n, target: `videos/f${String(n)}` }));
  }
  await engine.until(() => engine.started.length >= 6);
  const url = host.file('/other.mp4', mp4.bytes);
  engine.downloads.enqueue(videoJob({ url, n: 99, key: 'kie-luma:other', target: 'videos/other' }));
  await engine.until(() => engine.saved.length > 0);
  expect(ends.slice(0, 2)).toEqual([
    [expect.any(Number), true],
    [99, false],
  ]);
});

test('eight times 64 forged links, then the signed result of the same task: its film comes first', async () => {
  const server = await startVideoServer();
  const engine = await startEngine();
  for (let n = 1; n <= 8 * 64; n += 1) {
    const url = server.file(`/${n}.mp4`, { bytes: mp4.bytes, pieceBytes: 5000, pauseMs: 300 });
    engine.downloads.enqueue(videoJob({ url, n, target: `videos/f${n}` }));
  }
  await engine.until(() => engine.started.length > 0);
  const signed = server.file('/signed.mp4', mp4.bytes);
  engine.downloads.enqueue(videoJob({ url: signed, n: 513, target: 'videos/signed', isVouched: true }));
  await engine.until(() => engine.saved.length > 0);
  expect(engine.saved[0]?.job.url).toBe(signed);
});

test('tasks take turns, and so do callback URLs', async () => {
  const server = await startVideoServer();
  const engine = await startEngine({ concurrency: 1, perHost: 1 });
  engine.downloads.pause();
  const add = (name: string, key: string, n: number, source: string): void => {
    const url = server.file(`/${name}`, mp4.bytes);
    engine.downloads.enqueue(videoJob({ url, key, n, source, target: `videos/${name}` }));
  };
  for (let n = 1; n <= 3; n += 1) add(`a${n}`, 'a', n, 'one');
  add('b1', 'b', 1, 'two');
  engine.downloads.resume();
  await engine.until(() => engine.saved.length === 4);
  // One place: nobody runs when the next is picked, so it is the order of arrival.
  expect(server.exchanges.map(({ path }) => path)).toEqual(['/a1', '/a2', '/a3', '/b1']);

  const two = await startEngine({ concurrency: 2, perHost: 2 });
  two.downloads.pause();
  const begun: string[] = [];
  const hold = (name: string): string =>
    server.handle(`/${name}`, (_request, response) => {
      begun.push(name);
      setTimeout(() => response.end(mp4.bytes), 100);
    });
  const enqueue = (name: string, key: string, n: number, source: string): void =>
    two.downloads.enqueue(videoJob({ url: hold(name), key, n, source, target: `videos/${name}` }));
  for (let n = 1; n <= 3; n += 1) enqueue(`c${n}`, 'c', n, 'one');
  enqueue('d1', 'd', 1, 'one');
  enqueue('e1', 'e', 1, 'two');
  two.downloads.resume();
  await two.until(() => two.saved.length === 5);
  // The second place goes to another task, and of two such to the one of another callback URL.
  expect(begun.slice(0, 2).sort()).toEqual(['c1', 'e1']);
});

test('the links of one callback URL bring so many bytes a day and no more, signed ones aside', async () => {
  const server = await startVideoServer();
  let now = Date.parse('2026-11-26T10:00:00Z');
  let limit = 100_000;
  const engine = await startEngine({ maxDailyBytes: () => limit, now: () => now });
  const add = (key: string, source: string, isVouched = false): void =>
    engine.downloads.enqueue(
      videoJob({ url: server.file(`/${key}`, mp4.bytes), key, source, isVouched, target: `videos/${key}` }),
    );
  add('a', 'one');
  await engine.until(() => engine.saved.length === 1);
  add('b', 'one');
  await engine.until(() => engine.waits.length > 0);
  expect(engine.waits[0]).toMatchObject({
    job: { key: 'b' },
    wait: { trouble: { reason: 'daily-limit', limitBytes: limit } },
  });
  add('c', 'two');
  add('d', 'one', true);
  await engine.until(() => engine.saved.length === 3);
  now += 24 * 3_600_000;
  limit = 1_000_000;
  await engine.until(() => engine.saved.length === 4);
  expect(engine.failed).toEqual([]);
});

test('what came today counts after a restart as well; a broken count is none', async () => {
  const server = await startVideoServer();
  const now = Date.parse('2026-11-26T10:00:00Z');
  const dataDir = await tempDir();
  const dailyBytesFile = path.join(dataDir, 'daily-bytes.json');
  const start = () => startEngine({ dataDir, dailyBytesFile, maxDailyBytes: () => 100_000, now: () => now });
  const job = (key: string) => videoJob({ url: server.file(`/${key}`, mp4.bytes), key, target: `videos/${key}` });
  const first = await start();
  first.downloads.enqueue(job('a'));
  await first.until(() => first.saved.length === 1);
  await first.downloads.close();
  const second = await start();
  second.downloads.enqueue(job('b'));
  await second.until(() => second.waits.length > 0);
  expect(second.waits[0]?.wait.trouble.reason).toBe('daily-limit');
  await second.downloads.close();
  await writeFile(dailyBytesFile, '{"day":');
  const third = await start();
  third.downloads.enqueue(job('c'));
  await third.until(() => third.saved.length === 1);
  expect(third.waits).toEqual([]);
});
