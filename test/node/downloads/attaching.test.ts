/** A file of the person in place of a download: neither may touch the other's bytes. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import type { SavedFile } from '../../../src-main/common/events.ts';
import type { Attaching } from '../../../src-main/node/downloads/downloads.ts';
import { bigMp4 } from '../../support/big-mp4.ts';
import { startVideoServer } from '../../support/video-server.ts';
import { startEngine, videoJob } from './harness.ts';

function noting() {
  const files: SavedFile[] = [];
  const attaching: Attaching = {
    check: () => undefined,
    noted: (file) => Promise.resolve(files.push(file)),
  };
  return { files, attaching };
}

test('a download of the same video that is asked for meanwhile waits, and does not mix its bytes in', async () => {
  const server = await startVideoServer();
  const engine = await startEngine();
  const [mine, other, another] = [bigMp4(3_000_000), bigMp4(3_000_000), bigMp4(70_000)];
  const job = videoJob({ url: server.file('/other.mp4', other) });
  const { files, attaching } = noting();
  async function* bytes() {
    yield mine.subarray(0, 1_000_000);
    engine.downloads.enqueue(job);
    engine.downloads.retryNow(job.key);
    // Whatever would be started for the job is started before this one has come whole.
    engine.downloads.enqueue(videoJob({ url: server.file('/another.mp4', another), key: 'x:2', target: 'videos/x' }));
    await engine.until(() => engine.saved.some(({ job: { key } }) => key === 'x:2'));
    yield mine.subarray(1_000_000);
  }
  await engine.downloads.attach(job, bytes(), attaching);
  expect(files).toHaveLength(1);
  expect((await readFile(engine.file(files[0]?.path ?? ''))).equals(mine)).toBe(true);
  expect(server.exchanges.map(({ path }) => path)).toEqual(['/another.mp4']);
  expect((await engine.files()).filter((file) => file.includes('.part'))).toEqual([]);
});

test('a small film is taken where there is room for it, and one that is too large for the rest is not', async () => {
  const reserve = 100_000_000;
  const engine = await startEngine({
    reserveBytes: () => reserve,
    freeSpace: () => Promise.resolve(reserve + 6 * 1024 * 1024),
  });
  const { files, attaching } = noting();
  async function* piecesOf(film: Uint8Array) {
    for (let at = 0; at < film.length; at += 65_536) yield film.subarray(at, at + 65_536);
    await nextTurn();
  }
  const [small, large] = [bigMp4(3_000_000), bigMp4(20_000_000)];
  await engine.downloads.attach(videoJob({ url: 'https://media.example.test/a.mp4' }), piecesOf(small), attaching);
  expect(files).toHaveLength(1);
  const other = videoJob({ url: 'https://media.example.test/b.mp4', key: 'x:2', target: 'videos/x' });
  await expect(engine.downloads.attach(other, piecesOf(large), attaching)).rejects.toMatchObject({
    trouble: { reason: 'disk-full' },
  });
});

test('a file that is none leaves the download what it has, and it goes on from there', async () => {
  const server = await startVideoServer();
  const engine = await startEngine();
  const film = bigMp4(3_000_000);
  const url = server.sequence('/film.mp4', [
    { bytes: film, etag: '"1"', stallAfter: 1_500_000 },
    { bytes: film, etag: '"1"' },
  ]);
  const job = videoJob({ url });
  engine.downloads.enqueue(job);
  await engine.until(() => (engine.downloads.progressOf(job.key, url)?.receivedBytes ?? 0) > 500_000);
  const { attaching } = noting();
  async function* page() {
    yield Buffer.from('<!doctype html><title>Not found</title>');
    await nextTurn();
  }
  await expect(engine.downloads.attach(job, page(), attaching)).rejects.toMatchObject({ name: 'DownloadFault' });
  await engine.until(() => engine.saved.length === 1);
  expect(server.exchanges.map(({ range }) => range !== null)).toEqual([false, true]);
});

test('two files for one video are taken one after the other, and the second hears of the first', async () => {
  const engine = await startEngine();
  const job = videoJob({ url: 'http://127.0.0.1:9/dead.mp4' });
  const { files, attaching } = noting();
  const once: Attaching = {
    ...attaching,
    check() {
      if (files.length > 0) throw new Error('it is there');
    },
  };
  const [first, second] = [bigMp4(70_000), bigMp4(70_000)];
  async function* bytes(film: Buffer) {
    for (let i = 0; i < film.length; i += 1000) {
      yield film.subarray(i, i + 1000);
      await nextTurn();
    }
  }
  const ends = await Promise.allSettled([
    engine.downloads.attach(job, bytes(first), once),
    engine.downloads.attach(job, bytes(second), once),
  ]);
  expect(ends.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
  expect((await readFile(engine.file(files[0]?.path ?? ''))).equals(first)).toBe(true);
  expect(await engine.files()).toHaveLength(2);
});

test('a task that is deleted for good gets no file any more, though its sender has fallen silent', async () => {
  const engine = await startEngine();
  const job = videoJob({ url: 'http://127.0.0.1:9/dead.mp4' });
  const { files, attaching } = noting();
  const film = bigMp4(3_000_000);
  let hasBegun = false;
  async function* bytes() {
    yield film.subarray(0, 2_000_000);
    hasBegun = true;
    await new Promise(() => undefined);
  }
  const attached = engine.downloads.attach(job, bytes(), attaching);
  const refused = expect(attached).rejects.toThrow('stopped');
  await engine.until(() => hasBegun);
  await engine.downloads.cancel(job.key, { removeParts: true });
  await refused;
  expect(files).toEqual([]);
  expect(await engine.files()).toEqual([]);
});

test('of a large film no more is in memory than what is being written', async () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const engine = await startEngine();
  const film = bigMp4(32_000_000);
  const size = 500_000;
  const given: WeakRef<Buffer>[] = [];
  let held = NaN;
  async function* bytes() {
    for (let i = 0; i < film.length; i += size) {
      const chunk = Buffer.from(film.subarray(i, i + size));
      given.push(new WeakRef(chunk));
      yield chunk;
    }
    // What a weak reference was made for in this turn is not collected in it.
    await nextTurn();
    collect();
    held = given.filter((chunk) => chunk.deref() !== undefined).length;
  }
  const { files, attaching } = noting();
  await engine.downloads.attach(videoJob({ url: 'http://127.0.0.1:9/dead.mp4' }), bytes(), attaching);
  expect(files).toHaveLength(1);
  expect(given.length).toBeGreaterThan(60);
  expect(held).toBeLessThan(10);
});

test.each([
  ['an attached file', 'videos/2026-11/kie-luma_task-2_1.attached-0a1b2c3d.part'],
  // Its bytes would stay on the disk when the film is removed for good.
  ['a second name of a film', 'videos/2026-11/kie-luma_task-2_1.mp4.0a1b2c3d.tmp'],
])('what a kill leaves of %s is gone after the next start', async (_, left) => {
  const server = await startVideoServer();
  const engine = await startEngine();
  await mkdir(engine.file('videos/2026-11'), { recursive: true });
  await writeFile(engine.file(left), 'half a film');
  const second = await startEngine({ dataDir: engine.dataDir });
  await second.fetch({ url: server.file('/film.mp4', bigMp4(70_000)) });
  expect(await engine.files()).not.toContain(left);
});
