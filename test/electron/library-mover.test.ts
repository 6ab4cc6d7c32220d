// "Move library…" with the real move below it. `electron` is no more here than what is asked and what is told to end.
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it, vi } from 'vitest';
import { createLibraryMover } from '../../src-main/electron/library-mover.ts';
import { tempDir } from '../support/temp-dir.ts';

const electron = vi.hoisted(() => ({ folder: '', asked: [] as unknown[], ended: 0 }));
vi.mock('electron', () => ({
  app: { relaunch: () => undefined, exit: () => (electron.ended += 1) },
  dialog: {
    showOpenDialog(window: unknown) {
      electron.asked.push(window);
      return Promise.resolve({ canceled: electron.folder === '', filePaths: [electron.folder] });
    },
  },
}));

it('moves once, however often it is asked for meanwhile, and each is told of that one', async () => {
  const root = await tempDir();
  const dataDir = path.join(root, 'old');
  await mkdir(path.join(dataDir, 'videos'), { recursive: true });
  await mkdir(path.join(dataDir, 'journal'));
  const films = Array.from({ length: 40 }, (_, n) => `film-${String(n).padStart(2, '0')}.mp4`);
  for (const film of films) await writeFile(path.join(dataDir, 'videos', film), film);
  const window = {} as never;
  const moveLibrary = createLibraryMover({
    dataDir,
    closeInbox: () => Promise.resolve(),
    onProgress: () => undefined,
  });
  expect(await moveLibrary(window)).toBe(false);

  electron.folder = path.join(root, 'new');
  await mkdir(electron.folder);
  electron.asked = [];
  expect(await Promise.all([moveLibrary(window), moveLibrary(window)])).toEqual([true, true]);
  expect(electron.asked).toEqual([window]);
  expect((await readdir(path.join(electron.folder, 'Video Inbox Library/videos'))).sort()).toEqual(films);
  expect(electron.ended).toBe(1);
});
