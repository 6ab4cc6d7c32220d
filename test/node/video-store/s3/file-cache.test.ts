/** How much of the disk the copies of the shelf may take. */
import { mkdir, readdir, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { createFileCache } from '../../../../src-main/node/video-store/s3/file-cache.ts';
import { tempDir } from '../../../support/temp-dir.ts';

const mib = 1024 ** 2;
const film = Buffer.alloc(mib);

/** A disk of 100 MiB on which something else takes its part. */
function diskOf(dir: string, othersBytes: number) {
  return async () => {
    const copies = (await readdir(dir)).length * mib;
    return { totalBytes: 100 * mib, freeBytes: 100 * mib - othersBytes - copies };
  };
}

it('copies leave a quarter of a small disk free, and the ones looked at longest ago go', async () => {
  const dir = await tempDir();
  const cache = createFileCache(dir, 50 * mib, diskOf(dir, 73 * mib));
  for (const name of ['a', 'b', 'c', 'd']) {
    await cache.keep(name, film);
    await utimes(path.join(dir, name), 1, name.charCodeAt(0)).catch(() => undefined);
  }
  expect(await readdir(dir)).toEqual(['c', 'd']);
});

it('what was there before gives way where the disk has become full meanwhile', async () => {
  const dir = path.join(await tempDir(), 'cache');
  await mkdir(dir);
  for (const name of ['a', 'b', 'c']) await writeFile(path.join(dir, name), film);
  createFileCache(dir, 50 * mib, diskOf(dir, 90 * mib));
  await expect.poll(() => readdir(dir)).toEqual([]);
});
