import { existsSync } from 'node:fs';
import { mkdir, open, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import {
  isErrno,
  makeFolder,
  makeFolderIn,
  replaceFile,
  syncFolder,
} from '../../../src-main/node/storage/durable-files.ts';
import { modeHere, modeOf } from '../../support/file-mode.ts';
import { skipHere } from '../../support/skip-here.ts';
import { tempDir } from '../../support/temp-dir.ts';

test('a file is replaced whole, readable by its owner only, and nothing else is left behind', async () => {
  const dir = await tempDir();
  const file = path.join(dir, 'a.json');
  await writeFile(file, 'a much longer text than the new one');
  await replaceFile(file, '{"ü":1}');
  expect(await readFile(file, 'utf8')).toBe('{"ü":1}');
  expect(await modeOf(file)).toBe(modeHere(0o600));
  await replaceFile(file, Uint8Array.of(1, 2, 3));
  expect([...(await readFile(file))]).toEqual([1, 2, 3]);
  expect(await readdir(dir)).toEqual(['a.json']);
});

test('where the name is taken by a folder, the call fails and cleans up after itself', async () => {
  const dir = await tempDir();
  await mkdir(path.join(dir, 'taken'));
  await writeFile(path.join(dir, 'taken', 'inside'), '');
  await expect(replaceFile(path.join(dir, 'taken'), 'x')).rejects.toThrow();
  expect(await readdir(dir)).toEqual(['taken']);
});

test('a file that somebody reads for a moment is replaced behind that', async (context) => {
  if (process.platform !== 'win32') skipHere(context, 'only Windows refuses that');
  const file = path.join(await tempDir(), 'a.json');
  await writeFile(file, 'old');
  const scanner = await open(file, 'r');
  const replaced = replaceFile(file, 'new');
  await new Promise((later) => setTimeout(later, 100));
  await scanner.close();
  await replaced;
  expect(await readFile(file, 'utf8')).toBe('new');
});

test('many replacements at once leave one whole content', async () => {
  const dir = await tempDir();
  const file = path.join(dir, 'a');
  const texts = Array.from({ length: 20 }, (_, index) => String(index).repeat(1000));
  await Promise.all(texts.map((text) => replaceFile(file, text)));
  expect(texts).toContain(await readFile(file, 'utf8'));
  expect(await readdir(dir)).toEqual(['a']);
});

test('folders are made with what is missing above them, closed to others', async () => {
  const dir = await tempDir();
  await makeFolder(path.join(dir, 'videos', '2026-11'));
  await makeFolder(path.join(dir, 'videos', '2026-11'));
  expect(await modeOf(path.join(dir, 'videos', '2026-11'))).toBe(modeHere(0o700));
  expect(await modeOf(path.join(dir, 'videos'))).toBe(modeHere(0o700));
});

test('a folder on a drive that is not there is refused, and not tried for ever', async (context) => {
  if (process.platform !== 'win32') skipHere(context, 'only Windows has drives');
  const letters = 'ZYXWVUTSRQPONMLKJIHG'.split('').map((letter) => `${letter}:\\`);
  const missing = letters.find((drive) => !existsSync(drive)) ?? '';
  await expect(makeFolder(path.join(missing, 'videos', '2026-11'))).rejects.toMatchObject({ code: 'ENOENT' });
});

test('a folder is made in one that is there, and nothing above it', async () => {
  const dir = await tempDir();
  await makeFolderIn(path.join(dir, 'index'));
  await makeFolderIn(path.join(dir, 'index'));
  expect(await modeOf(path.join(dir, 'index'))).toBe(modeHere(0o700));
  await expect(makeFolderIn(path.join(dir, 'moved', 'index'))).rejects.toMatchObject({ code: 'ENOENT' });
  expect(await readdir(dir)).toEqual(['index']);
});

test.skipIf(process.platform === 'win32')('syncing a folder that is not there says so', async () => {
  const dir = await tempDir();
  const failure = await syncFolder(path.join(dir, 'missing')).catch((error: unknown) => error);
  expect(isErrno(failure, ['ENOENT'])).toBe(true);
  expect(isErrno(failure, ['EACCES'])).toBe(false);
  expect(isErrno('ENOENT', ['ENOENT'])).toBe(false);
  await syncFolder(dir);
});

test('several that make the same missing folders at once all have them', async () => {
  const dir = await tempDir();
  for (let round = 0; round < 50; round += 1) {
    const folder = path.join(dir, String(round), 'sources', '2026-11');
    const made = await Promise.allSettled(Array.from({ length: 8 }, () => makeFolder(folder)));
    expect(made.map(({ status }) => status)).toEqual(Array.from({ length: 8 }, () => 'fulfilled'));
  }
});
