import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, stat, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { createDiskStore } from '../../../src-main/node/video-store/disk-store.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { describeVideoStore } from './conformance.ts';

describeVideoStore('a disk', async () => {
  const root = await tempDir();
  return { store: createDiskStore(root), reopen: () => Promise.resolve(createDiskStore(root)) };
});

const bytes = Buffer.alloc(200_000, 'film');
const sha256 = createHash('sha256').update(bytes).digest('hex');

async function part(content: Uint8Array = bytes) {
  const file = path.join(await tempDir(), 'a.part');
  await writeFile(file, content);
  return { file, sizeBytes: content.length, sha256 };
}

test('equal bytes lie on the disk once, under both names', async () => {
  const root = await tempDir();
  const store = createDiskStore(root);
  await store.put(await part(), 'videos/a.mp4');
  await store.put(await part(), 'videos/b.mp4');
  const [a, b] = await Promise.all(['videos/a.mp4', 'videos/b.mp4'].map((name) => stat(path.join(root, name))));
  expect(a?.ino).toBe(b?.ino);
  expect(a?.nlink).toBe(2);
});

test('a file that was changed since is no second name for anything', async () => {
  const root = await tempDir();
  const store = createDiskStore(root);
  await store.put(await part(), 'videos/a.mp4');
  const changed = Buffer.from(bytes);
  changed[100_000] = 0;
  await writeFile(path.join(root, 'videos/a.mp4'), changed);
  await store.put(await part(), 'videos/b.mp4');
  expect((await readFile(path.join(root, 'videos/b.mp4'))).equals(bytes)).toBe(true);
  expect((await stat(path.join(root, 'videos/b.mp4'))).nlink).toBe(1);
});

describe('after a start', () => {
  async function reopened(change?: Buffer) {
    const root = await tempDir();
    await createDiskStore(root).put(await part(), 'videos/a.mp4');
    if (change !== undefined) await writeFile(path.join(root, 'videos/a.mp4'), change);
    async function* sameBytes(asked: string) {
      await Promise.resolve();
      if (asked === sha256) yield* [{ name: 'videos/gone.mp4' }, { name: 'videos/a.mp4' }];
    }
    await createDiskStore(root, sameBytes).put(await part(), 'videos/b.mp4');
    return { root, links: (await stat(path.join(root, 'videos/b.mp4'))).nlink };
  }

  test('equal bytes are found by whoever knows of them', async () => {
    expect((await reopened()).links).toBe(2);
  });

  test('a file that was changed meanwhile is no second name, also where it is as long', async () => {
    const changed = Buffer.from(bytes);
    changed[100_000] = 0;
    const { root, links } = await reopened(changed);
    expect(links).toBe(1);
    expect((await readFile(path.join(root, 'videos/b.mp4'))).equals(bytes)).toBe(true);
  });
});

test('what is stored once more under its name leaves nothing beside it', async () => {
  const root = await tempDir();
  await createDiskStore(root).put(await part(), 'videos/a.mp4');
  async function* sameBytes() {
    await Promise.resolve();
    yield { name: 'videos/a.mp4' };
  }
  const store = createDiskStore(root, sameBytes);
  for (const again of ['videos/b.mp4', 'videos/b.mp4']) await store.put(await part(), again);
  expect((await readdir(path.join(root, 'videos'))).sort()).toEqual(['a.mp4', 'b.mp4']);
});

test('a film is stored although the other one with its bytes is a link now', async () => {
  const root = await tempDir();
  const store = createDiskStore(root);
  await store.put(await part(), 'videos/2026-10/a.mp4');
  await rename(path.join(root, 'videos/2026-10/a.mp4'), path.join(root, 'videos/2026-10/best.mp4'));
  await symlink('best.mp4', path.join(root, 'videos/2026-10/a.mp4'));
  await store.put(await part(), 'videos/2026-11/b.mp4');
  expect((await readFile(path.join(root, 'videos/2026-11/b.mp4'))).equals(bytes)).toBe(true);
});

test('a film is stored although nobody can tell what has its bytes', async () => {
  const root = await tempDir();
  async function* sameBytes() {
    await Promise.resolve();
    yield { name: 'videos/away.mp4' };
    throw Object.assign(new Error('a disk with a fault'), { code: 'EIO' });
  }
  await createDiskStore(root, sameBytes).put(await part(), 'videos/b.mp4');
  expect((await readFile(path.join(root, 'videos/b.mp4'))).equals(bytes)).toBe(true);
});

test('a link that leads out of its folder is not opened; a folder on another disk is', async () => {
  const [root, outside] = [await tempDir(), await tempDir()];
  await writeFile(path.join(outside, 'secret.mp4'), 'x');
  await mkdir(path.join(root, 'videos'));
  await symlink(path.join(outside, 'secret.mp4'), path.join(root, 'videos/a.mp4'));
  await symlink(outside, path.join(root, 'posters'));
  const store = createDiskStore(root);
  expect(await store.open('videos/a.mp4')).toBeNull();
  expect(await store.stat('videos/a.mp4')).toBeNull();
  expect(await store.stat('posters/secret.mp4')).toMatchObject({ sizeBytes: 1 });
});

test.each(['secrets.json', 'journal/000001.ndjson', 'videos', 'videos/../secrets.json', 'videos/a\0.mp4'])(
  'what lies beside its folders is no file of a store, whatever names it: %j',
  async (name) => {
    const root = await tempDir();
    await mkdir(path.join(root, 'journal'));
    await mkdir(path.join(root, 'videos'));
    for (const file of ['secrets.json', 'journal/000001.ndjson', 'videos/a.mp4'])
      await writeFile(path.join(root, file), 'x');
    const store = createDiskStore(root);
    expect([await store.stat(name), await store.open(name)]).toEqual([null, null]);
    await expect(async () => store.move([{ from: name, to: `trash/${name}` }])).rejects.toThrow(RangeError);
    await expect(async () => store.remove(name)).rejects.toThrow(RangeError);
    for (const file of ['secrets.json', 'journal/000001.ndjson', 'videos/a.mp4'])
      expect(await readFile(path.join(root, file), 'utf8')).toBe('x');
  },
);
