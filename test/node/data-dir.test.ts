import { chmod, mkdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { prepareDataDir } from '../../src-main/node/data-dir.ts';
import { tempDir } from '../support/temp-dir.ts';

test.skipIf(process.platform === 'win32')('folders that others could read are closed to them', async () => {
  const root = path.join(await tempDir(), 'library');
  await mkdir(path.join(root, 'journal'), { recursive: true });
  for (const folder of [root, path.join(root, 'journal')]) await chmod(folder, 0o755);
  const dir = await prepareDataDir(root);
  for (const folder of [dir.root, dir.journal, dir.index, dir.videos, dir.posters, dir.logs]) {
    expect(((await stat(folder)).mode & 0o777).toString(8)).toBe('700');
  }
});

test.skipIf(process.platform === 'win32')(
  'a folder with other things in it keeps its mode; what is made in it is closed',
  async () => {
    const root = path.join(await tempDir(), 'share');
    await mkdir(path.join(root, 'photos'), { recursive: true });
    await chmod(root, 0o755);
    const dir = await prepareDataDir(root);
    const modeOf = async (folder: string): Promise<string> => ((await stat(folder)).mode & 0o777).toString(8);
    expect(await modeOf(root)).toBe('755');
    expect(await modeOf(dir.journal)).toBe('700');
  },
);
