import { mkdir, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { createDiskStore } from '../../../src-main/node/video-store/disk-store.ts';
import { createLayeredStore } from '../../../src-main/node/video-store/layered-store.ts';
import { moveStore } from '../../../src-main/node/video-store/move-store.ts';
import { OtherBytes, type VideoStore } from '../../../src-main/node/video-store/video-store.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { describeVideoStore } from './conformance.ts';

describeVideoStore('one elsewhere over the disk', async () => {
  const [elsewhere, here] = [await tempDir(), await tempDir()];
  const layered = () => createLayeredStore(createDiskStore(elsewhere), createDiskStore(here));
  return { store: layered(), reopen: () => Promise.resolve(layered()) };
});

const names = ['posters/a.jpg', 'trash/videos/old.mp4', 'videos/2026-11/a.mp4', 'videos/2026-11/a.json'];
const listed = async (store: VideoStore): Promise<string[]> => {
  const all = [];
  for (const folder of ['videos', 'posters', 'trash']) for await (const { name } of store.list(folder)) all.push(name);
  return all.sort();
};
const read = async (store: VideoStore, name: string) => {
  const stream = await store.open(name);
  return stream === null ? null : (await buffer(stream)).toString();
};

async function filled() {
  const root = await tempDir();
  const store = createDiskStore(root);
  for (const name of names) await store.write(name, `bytes of ${name}`);
  await mkdir(path.join(root, 'videos/2026-11'), { recursive: true });
  await writeFile(path.join(root, 'videos/2026-11/b.mp4.part'), 'half');
  return store;
}

test('brings everything but what is half fetched, compares it, and then removes it', async () => {
  const [from, to] = [await filled(), createDiskStore(await tempDir())];
  const brought: string[] = [];
  const report = await moveStore({ from, to, transitDir: await tempDir(), onFile: (name) => brought.push(name) });
  expect(report).toMatchObject({ files: 4, wereThere: 0 });
  expect(brought.sort()).toEqual([...names].sort());
  expect(await listed(to)).toEqual([...names].sort());
  for (const name of names) expect(await read(to, name)).toBe(`bytes of ${name}`);
  expect(await listed(from)).toEqual(['videos/2026-11/b.mp4.part']);
});

test('broken off it has removed nothing, and goes on where it stopped', async () => {
  const [from, to] = [await filled(), createDiskStore(await tempDir())];
  let puts = 0;
  const failing: VideoStore = {
    ...to,
    put(file, name) {
      puts += 1;
      return puts === 3 ? Promise.reject(new Error('the shelf is full')) : to.put(file, name);
    },
  };
  const transitDir = await tempDir();
  await expect(moveStore({ from, to: failing, transitDir, onFile: () => undefined })).rejects.toThrow('full');
  expect((await listed(from)).length).toBe(5);
  expect(await moveStore({ from, to, transitDir, onFile: () => undefined })).toMatchObject({ files: 4, wereThere: 2 });
  expect((await listed(to)).length).toBe(4);
});

test('a store that keeps other bytes than it was given costs nothing', async () => {
  const [from, to] = [await filled(), createDiskStore(await tempDir())];
  const lying: VideoStore = { ...to, put: (_file, name) => to.write(name, 'other bytes') };
  await expect(moveStore({ from, to: lying, transitDir: await tempDir(), onFile: () => undefined })).rejects.toThrow(
    'other bytes',
  );
  expect((await listed(from)).length).toBe(5);
});

test('what is changed at its old place meanwhile is brought again, and never removed unread', async () => {
  const [from, to] = [await filled(), createDiskStore(await tempDir())];
  let isChanged = false;
  const watched: VideoStore = {
    ...to,
    async put(file, name) {
      await to.put(file, name);
      if (name !== 'videos/2026-11/a.mp4' || isChanged) return;
      isChanged = true;
      await from.write(name, 'cut by the person meanwhile');
    },
  };
  const report = await moveStore({ from, to: watched, transitDir: await tempDir(), onFile: () => undefined });
  expect(report).toMatchObject({ files: 4 });
  expect(await read(to, 'videos/2026-11/a.mp4')).toBe('cut by the person meanwhile');
  expect(await listed(from)).toEqual(['videos/2026-11/b.mp4.part']);

  // One that changes without end stays where it is.
  await from.write('videos/2026-11/a.mp4', 'again');
  let n = 0;
  const restless: VideoStore = {
    ...to,
    async put(file, name) {
      await to.put(file, name);
      n += 1;
      await from.write(name, 'x'.repeat(n));
    },
  };
  const moving = moveStore({ from, to: restless, transitDir: await tempDir(), onFile: () => undefined });
  await expect(moving).rejects.toThrow('stays where it was');
  expect(await read(from, 'videos/2026-11/a.mp4')).toBe('xxx');
});

test('a file that has other bytes than the library says stays where it is, and the others need not wait for it', async () => {
  const [from, to] = [await filled(), createDiskStore(await tempDir())];
  const sha256Of = (name: string) => (name === 'videos/2026-11/a.mp4' ? '00'.repeat(32) : null);
  const moving = moveStore({ from, to, transitDir: await tempDir(), sha256Of, onFile: () => undefined });
  await expect(moving).rejects.toThrow('videos/2026-11/a.mp4 has other bytes');
  expect(await listed(from)).toEqual(['videos/2026-11/a.mp4', 'videos/2026-11/b.mp4.part']);
  expect(await listed(to)).toEqual(names.filter((name) => name !== 'videos/2026-11/a.mp4').sort());
});

test('nor for one that its store itself finds to have other bytes, and what lies so at the new place is brought again', async () => {
  const [from, to] = [await filled(), createDiskStore(await tempDir())];
  const finding = (store: VideoStore, name: string, isSound: () => boolean): VideoStore => ({
    ...store,
    open: (each, range) =>
      each === name && !isSound() ? Promise.reject(new OtherBytes(name)) : store.open(each, range),
  });
  await to.write('posters/a.jpg', 'lies of posters/a.jpg');
  let isBrought = false;
  const there = finding(to, 'posters/a.jpg', () => isBrought);
  const moving = moveStore({
    from: finding(from, 'videos/2026-11/a.mp4', () => false),
    to: {
      ...there,
      put: async (file, name) => {
        await to.put(file, name);
        isBrought ||= name === 'posters/a.jpg';
      },
    },
    transitDir: await tempDir(),
    onFile: () => undefined,
  });
  await expect(moving).rejects.toThrow('videos/2026-11/a.mp4 has other bytes');
  expect(await listed(from)).toEqual(['videos/2026-11/a.mp4', 'videos/2026-11/b.mp4.part']);
  expect(await read(to, 'posters/a.jpg')).toBe('bytes of posters/a.jpg');
});

test('what a kill left on its way is gone behind the next one', async () => {
  const transitDir = await tempDir();
  await writeFile(path.join(transitDir, 'left.tmp'), 'half');
  await moveStore({ from: await filled(), to: createDiskStore(await tempDir()), transitDir, onFile: () => undefined });
  await expect(readdir(transitDir)).rejects.toThrow('ENOENT');
});

test('what is not ours stays where it is', async () => {
  const [from, to] = [await filled(), createDiskStore(await tempDir())];
  const isOurs = (name: string) => name.startsWith('videos/');
  const report = await moveStore({ from, to, transitDir: await tempDir(), isOurs, onFile: () => undefined });
  expect(report).toMatchObject({ files: 2, left: 2 });
  expect(await listed(from)).toEqual(['posters/a.jpg', 'trash/videos/old.mp4', 'videos/2026-11/b.mp4.part']);
});

test('what lies on the disk is found while the store elsewhere does not answer; the rest is not taken for gone', async () => {
  const away = () => Promise.reject(new Error('away'));
  const elsewhere: VideoStore = { ...createDiskStore(await tempDir()), stat: away, open: away };
  const store = createLayeredStore(elsewhere, await filled());
  expect(await read(store, 'posters/a.jpg')).toBe('bytes of posters/a.jpg');
  expect(await store.stat('posters/a.jpg')).not.toBeNull();
  await expect(store.stat('posters/never.jpg')).rejects.toThrow('away');
  await expect(store.open('posters/never.jpg')).rejects.toThrow('away');
});

test('what lies on the disk is found until it is moved', async () => {
  const here = await filled();
  const store = createLayeredStore(createDiskStore(await tempDir()), here);
  expect(await read(store, 'posters/a.jpg')).toBe('bytes of posters/a.jpg');
  await store.write('posters/a.jpg', 'newer');
  expect(await read(store, 'posters/a.jpg')).toBe('newer');
  expect(await listed(store)).toEqual([...names, 'videos/2026-11/b.mp4.part'].sort());
});
