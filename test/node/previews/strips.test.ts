import { createHash } from 'node:crypto';
import { readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { plainVideo, type Video } from '../../../src-main/common/model.ts';
import { silentLog } from '../../../src-main/node/log/log.ts';
import { createStrips } from '../../../src-main/node/previews/strips.ts';
import { createDiskStore } from '../../../src-main/node/video-store/disk-store.ts';
import type { VideoStore } from '../../../src-main/node/video-store/video-store.ts';
import { tempDir } from '../../support/temp-dir.ts';

const film = (name: string): Video => ({
  ...plainVideo,
  url: `https://media.example.test/${name}.mp4`,
  state: 'saved',
  path: `videos/${name}.mp4`,
  sha256: createHash('sha256').update(name).digest('hex'),
});
const jpeg = (bytes: number): Buffer => Buffer.concat([Buffer.from([0xff, 0xd8, 0xff]), Buffer.alloc(bytes - 3)]);

async function setUp(limitBytes?: number) {
  const dir = await tempDir();
  const store = createDiskStore(dir);
  return { dir, store, strips: createStrips(store, silentLog, limitBytes), folder: path.join(dir, 'posters/strips/1') };
}

describe('filmstrips', () => {
  it('are kept under the hash of their film, found again by the next start, and removed', async () => {
    const { store, strips, folder } = await setUp();
    await strips.save(film('a'), jpeg(100));
    expect(strips.nameOf(film('a'))).toMatch(/^posters\/strips\/1\/[0-9a-f]{64}\.jpg$/);
    expect(strips.nameOf(film('b'))).toBeNull();
    const next = createStrips(store, silentLog);
    expect((await next.find(film('a')))?.facts.sizeBytes).toBe(100);
    expect(await next.clear()).toBe(1);
    expect(await readdir(folder)).toEqual([]);
    expect(await next.find(film('a'))).toBeNull();
  });

  it('that another machine has made on a shelf that they share are found, and not made again', async () => {
    const { store, strips } = await setUp();
    const shelf = { ...store, localPath: () => null };
    const other = createStrips(shelf, silentLog);
    expect(await other.find(film('a'))).toBeNull();
    await strips.save(film('a'), jpeg(100));
    expect((await other.find(film('a')))?.facts.sizeBytes).toBe(100);
    expect(other.nameOf(film('a'))).not.toBeNull();
  });

  it('are found also where the store was away at the start', async () => {
    const { store, strips } = await setUp();
    await strips.save(film('a'), jpeg(100));
    let isAway = true;
    const list: VideoStore['list'] = async function* (prefix) {
      if (isAway) throw new Error('away');
      yield* store.list(prefix);
    };
    vi.useFakeTimers({ toFake: ['setTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const next = createStrips({ ...store, list }, silentLog);
    expect(await next.find(film('a'))).toBeNull();
    isAway = false;
    vi.runOnlyPendingTimers();
    expect(await next.find(film('a'))).not.toBeNull();
  });

  it('stay within their limit: the oldest goes', async () => {
    const { strips, folder } = await setUp(250);
    for (const name of ['a', 'b', 'c']) await strips.save(film(name), jpeg(100));
    expect(['a', 'b', 'c'].map((name) => strips.nameOf(film(name)) !== null)).toEqual([false, true, true]);
    expect(await readdir(folder)).toHaveLength(2);
    // What it was before does not count any more.
    await strips.save(film('b'), jpeg(120));
    expect(await readdir(folder)).toHaveLength(2);
  });

  it('of another recipe, and what is none, are removed; one that was taken away is made again', async () => {
    const { dir, store, strips, folder } = await setUp();
    await strips.save(film('a'), jpeg(100));
    await store.write('posters/strips/0/old.jpg', 'old');
    await writeFile(path.join(folder, 'other.jpg'), 'x');
    const next = createStrips(store, silentLog);
    expect(await next.find(film('a'))).not.toBeNull();
    expect(await readdir(folder)).toHaveLength(1);
    expect(await readdir(path.join(dir, 'posters/strips/0'))).toEqual([]);
    await rm(folder, { recursive: true });
    expect(await next.find(film('a'))).toBeNull();
    expect(next.nameOf(film('a'))).toBeNull();
  });

  it('must be what they say', async () => {
    const { strips } = await setUp();
    await expect(strips.save(film('a'), Buffer.from('<svg/>'))).rejects.toMatchObject({ code: 'bad-request' });
    await expect(strips.save(film('a'), jpeg(1024 * 1024 + 1))).rejects.toMatchObject({ code: 'bad-request' });
    await expect(strips.save({ ...film('a'), sha256: null }, jpeg(9))).rejects.toMatchObject({ code: 'bad-request' });
  });
});
