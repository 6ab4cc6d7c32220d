/** What fails between the opening of a file and its use closes it: later Nodes end the program over one that is left. */
import { mkdir, readdir, readlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { openNdjsonLog } from '../../src-main/node/event-log/ndjson-log.ts';
import { silentLog } from '../../src-main/node/log/log.ts';
import { createDiskStore } from '../../src-main/node/video-store/disk-store.ts';
import { createFileCache } from '../../src-main/node/video-store/s3/file-cache.ts';
import { skipHere } from '../support/skip-here.ts';
import { roomyDisk } from '../support/s3/roomy-disk.ts';
import { tempDir } from '../support/temp-dir.ts';

beforeEach((context) => {
  if (process.platform !== 'linux') skipHere(context, 'only Linux lists the files that a process has open');
});

async function openBelow(dir: string): Promise<readonly string[]> {
  const names = await readdir('/proc/self/fd');
  const files = await Promise.all(names.map((name) => readlink(`/proc/self/fd/${name}`).catch(() => '')));
  return files.filter((file) => file.startsWith(dir));
}

it('a range of a film that ends before it begins', async () => {
  const dir = await tempDir();
  await mkdir(path.join(dir, 'videos'));
  await writeFile(path.join(dir, 'videos/a.mp4'), 'film');
  await expect(createDiskStore(dir).open('videos/a.mp4', { start: 3, end: 1 })).rejects.toThrow(RangeError);
  expect(await openBelow(dir)).toEqual([]);
});

it('a range of a copy of the shelf that ends before it begins', async () => {
  const dir = await tempDir();
  const cache = createFileCache(dir, 1024, roomyDisk);
  await cache.keep('ab', Buffer.from('film'));
  expect(await cache.open('ab', 4, { start: 3, end: 1 })).toBeNull();
  expect(await openBelow(dir)).toEqual([]);
});

it('a journal whose folder is claimed and whose end cannot be read', async () => {
  const dir = await tempDir();
  await mkdir(path.join(dir, '000001.ndjson'));
  await expect(openNdjsonLog({ dir, log: silentLog, now: () => new Date() })).rejects.toMatchObject({ code: 'EISDIR' });
  expect(await openBelow(dir)).toEqual([]);
});
