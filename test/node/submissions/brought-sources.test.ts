/** What a page brings for orders has a bound, leaves the disk its reserve, and leaves nothing half behind. */
import { mkdir, readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { createBroughtSources, type BroughtSourcesPorts } from '../../../src-main/node/submissions/brought-sources.ts';
import { tempDir } from '../../support/temp-dir.ts';

const hour = 3_600_000;
const mib = 1024 * 1024;

async function world(ports: Partial<BroughtSourcesPorts> = {}) {
  const folder = path.join(await tempDir(), 'to-upload');
  const brought = createBroughtSources({
    folder,
    freeBytes: () => Promise.resolve(1e12),
    reserveBytes: () => 2 * 1024 ** 3,
    nowMs: Date.now,
    ...ports,
  });
  const age = async (file: string, ms: number): Promise<void> => {
    const then = new Date(Date.now() - ms);
    await utimes(path.dirname(file), then, then);
  };
  const left = async (): Promise<string[]> =>
    (await readdir(folder, { recursive: true })).filter((f) => f.includes('/'));
  return { folder, brought, age, left };
}

async function* film(mebibytes: number): AsyncGenerator<Uint8Array> {
  for (let i = 0; i < mebibytes; i += 1) yield await Promise.resolve(Buffer.alloc(mib, i));
}

test('a file is kept whole, under a name that goes nowhere else', async () => {
  const { brought, folder } = await world();
  const file = await brought.bring('../../.ssh/my film.mp4', film(3));
  expect(path.relative(folder, file)).toMatch(/^[\da-f-]{36}\/_\.\._\.ssh_my_film\.mp4$/);
  expect(await readFile(file)).toHaveLength(3 * mib);
});

test('all together have a bound: the oldest make room, what was brought within the hour does not', async () => {
  const { brought, age, left } = await world({ mostBytes: 10 * mib });
  const first = await brought.bring('1.mp4', film(4));
  const second = await brought.bring('2.mp4', film(4));
  await expect(brought.bring('3.mp4', film(4))).rejects.toMatchObject({ code: 'too-large' });
  expect(await left()).toHaveLength(2);
  await age(first, 3 * hour);
  await age(second, 2 * hour);
  await brought.bring('3.mp4', film(4));
  expect((await left()).map((file) => path.basename(file)).sort()).toEqual(['2.mp4', '3.mp4']);
});

test('several that come at once share the bound', async () => {
  const { brought, left } = await world({ mostBytes: 10 * mib });
  const ends = await Promise.allSettled([1, 2, 3, 4].map((n) => brought.bring(`${String(n)}.mp4`, film(4))));
  const kept = ends.filter(({ status }) => status === 'fulfilled');
  expect(kept.length).toBeLessThanOrEqual(2);
  expect(await left()).toHaveLength(kept.length);
});

test('the disk keeps its reserve, also where it fills while a file comes', async () => {
  let free = 1e12;
  const { brought, left } = await world({ freeBytes: () => Promise.resolve(free) });
  async function* filling() {
    yield* film(20);
    free = 1024 ** 3;
    yield* film(20);
  }
  await expect(brought.bring('a.mp4', filling())).rejects.toMatchObject({ code: 'storage-failed' });
  await expect(brought.bring('b.mp4', film(1))).rejects.toMatchObject({ code: 'storage-failed' });
  expect(await left()).toEqual([]);
});

test('a sender that breaks off leaves nothing, and what a kill left is gone after some days', async () => {
  const { brought, folder, left, age } = await world();
  async function* broken() {
    yield* film(2);
    throw new Error('aborted');
  }
  await expect(brought.bring('a.mp4', broken())).rejects.toThrow('aborted');
  expect(await left()).toEqual([]);
  const half = path.join(folder, 'of-a-kill', 'half.mp4');
  await mkdir(path.dirname(half));
  await writeFile(half, 'half');
  await age(half, 4 * 24 * hour);
  await brought.sweep();
  expect(await left()).toEqual([]);
});
