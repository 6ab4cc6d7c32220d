import { mkdir, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { bigMp4 } from '../../support/big-mp4.ts';
import { skipHere } from '../../support/skip-here.ts';
import { mountSmallDisk, noMount } from '../../support/small-disk.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { answer, startVideoServer } from '../../support/video-server.ts';
import type { JobRights } from '../../../src-main/node/downloads/downloads.ts';
import { startEngine, videoJob } from './harness.ts';

const MiB = 1024 * 1024;

test('a video that does not fit waits for room, says so, and is then fetched by itself', async () => {
  const server = await startVideoServer();
  let free = 5 * MiB;
  const engine = await startEngine({ freeSpace: () => Promise.resolve(free), reserveBytes: () => 4 * MiB });
  const bytes = bigMp4(2 * MiB);
  engine.downloads.enqueue(videoJob({ url: server.file('/a.mp4', bytes) }));
  // More often than any limit for attempts.
  await engine.until(() => engine.waits.length >= 8);
  expect(engine.waits[0]?.wait).toMatchObject({
    code: 'disk-full',
    message: expect.stringContaining('1 MB more are needed') as string,
  });
  expect(engine.started).toEqual([]);
  free = 7 * MiB;
  await engine.until(() => engine.saved.length === 1);
  expect(engine.failed).toEqual([]);
});

test('a disk that has no room at all asks nobody: some links are good for one time', async () => {
  const server = await startVideoServer();
  let free = 3 * MiB;
  const engine = await startEngine({ freeSpace: () => Promise.resolve(free), reserveBytes: () => 4 * MiB });
  const url = server.sequence('/once.mp4', [{ bytes: bigMp4(2 * MiB) }, answer(410)]);
  engine.downloads.enqueue(videoJob({ url }));
  await engine.until(() => engine.waits.length >= 3);
  // How much is lacking nobody knows.
  expect(engine.waits[0]?.wait).toMatchObject({ trouble: { reason: 'disk-full', neededBytes: null } });
  expect(server.exchanges).toEqual([]);
  free = 7 * MiB;
  await engine.until(() => engine.saved.length + engine.failed.length === 1);
  expect(engine.failed).toEqual([]);
});

test('without room it leaves to machines that have some what is not here already, and takes no right to it', async () => {
  const server = await startVideoServer();
  let free = 12 * MiB;
  let isRoomElsewhere = true;
  const taken: string[] = [];
  const rights: JobRights = {
    againMs: 5,
    isWanted: () => true,
    othersHaveRoom: () => isRoomElsewhere,
    take({ key }) {
      taken.push(key);
      return Promise.resolve({ lost: new AbortController().signal, end: () => Promise.resolve() });
    },
  };
  const dataDir = await tempDir();
  const start = () =>
    startEngine({ dataDir, rights, freeSpace: () => Promise.resolve(free), reserveBytes: () => 4 * MiB });
  const url = server.file('/a.mp4', bigMp4(2 * MiB));
  const before = await start();
  await before.fetch({ url, key: 'x:saved', target: 'videos/saved' });
  await before.downloads.close();

  const engine = await start();
  free = 3 * MiB;
  taken.length = 0;
  engine.downloads.enqueue(videoJob({ url, key: 'x:new', target: 'videos/new' }));
  // Saved, and the library does not know it: a restored database.
  engine.downloads.enqueue(videoJob({ url, key: 'x:saved', target: 'videos/saved' }));
  await engine.until(() => engine.saved.length === 1);
  const asked = server.exchanges.length;
  expect([taken, engine.waits, asked]).toEqual([['x:saved'], [], 1]);
  // All the others are full, or gone: now it is told.
  isRoomElsewhere = false;
  await engine.until(() => engine.waits.length > 0);
  expect(engine.waits[0]).toMatchObject({ job: { key: 'x:new' }, wait: { code: 'disk-full' } });
  free = 12 * MiB;
  await engine.until(() => engine.saved.length === 2);
});

test('what other downloads still want counts as taken', async () => {
  const server = await startVideoServer();
  const engine = await startEngine({ freeSpace: () => Promise.resolve(12 * MiB), reserveBytes: () => 4 * MiB });
  const bytes = bigMp4(5 * MiB);
  for (const n of [1, 2]) {
    const url = server.file(`/${n}`, { bytes, pieceBytes: MiB, pauseMs: 20 });
    engine.downloads.enqueue(videoJob({ url, key: `x:${n}`, target: `videos/${n}` }));
  }
  await engine.until(() => engine.saved.length === 2);
  expect(engine.waits[0]?.wait.code).toBe('disk-full');
  expect(engine.started).toHaveLength(2);
});

test('a disk that fills up during the transfer keeps what is there', async () => {
  const server = await startVideoServer();
  let free = 200 * MiB;
  let asked = 0;
  const engine = await startEngine({
    reserveBytes: () => 16 * MiB,
    freeSpace() {
      asked += 1;
      if (asked === 3) free = 20 * MiB; // something else took it
      return Promise.resolve(free);
    },
  });
  const bytes = bigMp4(80 * MiB);
  engine.downloads.enqueue(videoJob({ url: server.file('/a.mp4', { bytes, etag: '"v1"' }) }));
  await engine.until(() => engine.waits.length >= 2);
  free = 200 * MiB;
  await engine.until(() => engine.saved.length === 1);
  expect(engine.waits.every(({ wait }) => wait.code === 'disk-full')).toBe(true);
  const resumed = server.exchanges.find(({ range }) => range !== null);
  expect(Number(/\d+/.exec(resumed?.range ?? '')?.[0])).toBeGreaterThanOrEqual(32 * MiB);
});

test('a disk that is really full (a small tmpfs) is survived', async (context) => {
  const disk = await mountSmallDisk(await tempDir(), 8);
  if (disk === null) return skipHere(context, noMount);
  onTestFinished(disk.unmount);
  const mount = disk.dir;
  await mkdir(path.join(mount, 'data'));
  const server = await startVideoServer();
  const ballast = path.join(mount, 'ballast');
  await writeFile(ballast, Buffer.alloc(4 * MiB));
  const engine = await startEngine({ dataDir: path.join(mount, 'data') });
  const bytes = bigMp4(6 * MiB);
  engine.downloads.enqueue(videoJob({ url: server.file('/a.mp4', { bytes, etag: '"v1"', chunked: true }) }));
  await engine.until(() => engine.waits.length >= 2);
  expect(engine.waits[0]?.wait.code).toBe('disk-full');
  const part = (await engine.files()).find((file) => file.endsWith('.part'));
  expect((await stat(engine.file(part ?? ''))).size).toBeGreaterThan(MiB);
  await rm(ballast);
  await engine.until(() => engine.saved.length === 1);
  expect(engine.failed).toEqual([]);
});
