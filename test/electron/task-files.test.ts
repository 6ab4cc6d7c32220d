import { mkdir, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { createFindTaskFile, existingInside } from '../../src-main/electron/task-files.ts';
import { tempDir } from '../support/temp-dir.ts';

describe('a file for the desktop', () => {
  it('exists, and lies in the data dir in truth', async () => {
    const home = await tempDir();
    const library = path.join(home, 'library');
    await mkdir(path.join(library, 'videos'), { recursive: true });
    await writeFile(path.join(library, 'videos/a.mp4'), 'video');
    await writeFile(path.join(home, 'secret.txt'), 'secret');
    await symlink(path.join(home, 'secret.txt'), path.join(library, 'videos/link.mp4'));
    const inside = (file: string) => existingInside(library, path.join(library, file));
    expect(await inside('videos/a.mp4')).toBe(path.join(library, 'videos/a.mp4'));
    expect(await inside('videos/link.mp4')).toBeNull();
    expect(await inside('../secret.txt')).toBeNull();
    expect(await inside('videos')).toBeNull();
    expect(await inside('videos/gone.mp4')).toBeNull();
    expect(await inside('')).toBeNull();
  });

  it('comes with its poster where that is there', async () => {
    const library = await tempDir();
    await writeFile(path.join(library, 'a.mp4'), 'video');
    const find = createFindTaskFile(
      {
        videoPlace: () => Promise.resolve(path.join(library, 'a.mp4')),
        posterFile: () => path.join(library, 'gone.jpg'),
      },
      library,
    );
    expect(await find(['fal:1', 1])).toEqual({ file: path.join(library, 'a.mp4'), poster: null });
    await expect(find(['fal:1', 1.5])).rejects.toMatchObject({ code: 'bad-request' });
    await expect(find([])).rejects.toMatchObject({ code: 'bad-request' });
  });

  it('is told to be elsewhere where it lies on a shelf', async () => {
    const find = createFindTaskFile(
      { videoPlace: () => Promise.resolve('s3://shelf/sha256/ab'), posterFile: () => null },
      await tempDir(),
    );
    await expect(find(['fal:1', 1])).rejects.toMatchObject({
      code: 'not-found',
      message: expect.stringContaining('s3://shelf/sha256/ab') as string,
    });
  });
});
