import { chmod, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test, type TestContext } from 'vitest';
import { callRefusedByDisk, prepareDataDir, unusableSentence } from '../../src-main/node/data-dir.ts';
import { modeOf } from '../support/file-mode.ts';
import { skipHere } from '../support/skip-here.ts';
import { tempDir } from '../support/temp-dir.ts';

function needModes(context: TestContext): void {
  if (process.platform === 'win32') skipHere(context, 'files have no modes on Windows');
}

test('folders that others could read are closed to them', async (context) => {
  needModes(context);
  const root = path.join(await tempDir(), 'library');
  await mkdir(path.join(root, 'journal'), { recursive: true });
  for (const folder of [root, path.join(root, 'journal')]) await chmod(folder, 0o755);
  const dir = await prepareDataDir(root);
  for (const folder of [dir.root, dir.journal, dir.index, dir.videos, dir.posters, dir.logs]) {
    expect(await modeOf(folder)).toBe(0o700);
  }
});

test('a folder with other things in it keeps its mode; what is made in it is closed', async (context) => {
  needModes(context);
  const root = path.join(await tempDir(), 'share');
  await mkdir(path.join(root, 'photos'), { recursive: true });
  await chmod(root, 0o755);
  const dir = await prepareDataDir(root);
  expect(await modeOf(root)).toBe(0o755);
  expect(await modeOf(dir.journal)).toBe(0o700);
});

test.each([
  ['EACCES', 'this user may not write there'],
  ['EPERM', 'this user may not write there'],
  ['EROFS', 'that disk is read-only'],
  ['ENOSPC', 'that disk is full'],
  ['ENOTDIR', 'a part of that path is a file, not a folder'],
  ['ENOENT', 'a part of that path is not there, or may not be called that'],
  ['EEXIST', 'there is a file of that name'],
])('%s is told as a sentence with the reason and the next step', (code, reason) => {
  const error = Object.assign(new Error(`${code}: the system's words, mkdir '/mnt/library'`), { code });
  expect(unusableSentence('/mnt/library', error).english).toBe(
    `The data folder /mnt/library cannot be used: ${reason}. Nothing was changed. Choose another folder with --data-dir, or mend this one, then try again.`,
  );
});

test('a reason that nobody foresaw is told in the words of the system', () => {
  const error = Object.assign(new Error('EMFILE: too many open files, mkdir'), { code: 'EMFILE' });
  expect(unusableSentence('/mnt/library', error).english).toContain(
    'cannot be used: EMFILE: too many open files, mkdir. Nothing was changed.',
  );
});

test('a folder that cannot be made is refused with that sentence', async () => {
  const file = path.join(await tempDir(), 'file');
  await writeFile(file, 'mine');
  const refusal = prepareDataDir(path.join(file, 'library'));
  await expect(refusal).rejects.toMatchObject({
    code: 'data-dir-unusable',
    // Windows has no word of its own for it.
    message: expect.stringMatching(
      /a part of that path is a file, not a folder|there is a file of that name/,
    ) as string,
  });
});

test('a call that a full disk does not take is told as that, and a bug stays one', () => {
  const fault = (code: string) => Object.assign(new Error(`${code}: write`), { code, syscall: 'write' });
  expect(callRefusedByDisk(fault('ENOSPC'))).toMatchObject({
    code: 'storage-failed',
    message: expect.stringContaining('that disk is full. What is in the library stays as it was.') as string,
  });
  const bug = fault('EBADF');
  expect(callRefusedByDisk(bug)).toBe(bug);
});
