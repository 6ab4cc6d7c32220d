import { spawnSync } from 'node:child_process';
import { mkdir, readdir, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { clearLeftParts, copyAs } from '../../src-main/headless/export-files.ts';
import { tempDir } from '../support/temp-dir.ts';

/** The name that a copy has while it is written by this process. */
async function nameMeanwhile(folder: string): Promise<string> {
  const here = path.join(await tempDir(), 'film.mp4');
  let name = '';
  await copyAs(
    {
      here,
      async bring(copy) {
        name = (await readdir(folder)).find((each) => each.endsWith('.part')) ?? '';
        await copy.write('film');
      },
      told: null,
    },
    folder,
    'a film',
  );
  return name;
}

test('what a killed export left in a folder is cleared by the next one, and nothing else', async () => {
  const folder = await tempDir();
  const mine = await nameMeanwhile(folder);
  const { pid: gone } = spawnSync(process.execPath, ['-e', '']);
  const left = mine.replace(`-${String(process.pid)}-`, `-${String(gone)}-`);
  expect(left).not.toBe(mine);
  // Of another machine, or of a program that named no process: it may still be written.
  const elsewhere = left.replace(/[\da-f]{8}/, '00000000');
  const old = '.video-inbox-24e4a387.part';
  const kept = [mine, elsewhere, '.video-inbox-notes.part', `copy of ${left}`, 'a film.part'];
  for (const name of [...kept, left, old]) await writeFile(path.join(folder, name), 'half');
  await mkdir(path.join(folder, left.replace(/[\da-f]{8}\.part$/, 'ffffffff.part')));
  const longAgo = Date.now() / 1000 - 90_000;
  await utimes(path.join(folder, old), longAgo, longAgo);
  await clearLeftParts(folder);
  expect((await readdir(folder)).toSorted()).toEqual(
    [...kept, 'a film.mp4', left.replace(/[\da-f]{8}\.part$/, 'ffffffff.part')].toSorted(),
  );
  await expect(clearLeftParts(path.join(folder, 'not there'))).resolves.toBeUndefined();
});
