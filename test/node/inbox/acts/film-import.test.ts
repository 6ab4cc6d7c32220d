import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import type { DownloadJob } from '../../../../src-main/node/downloads/downloads.ts';
import { createFilmImport } from '../../../../src-main/node/inbox/acts/film-import.ts';

const notCalled = (): never => {
  throw new Error('not to be called');
};

describe('a film that is on the disk', () => {
  const folders: string[] = [];
  afterEach(() => Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true }))));

  // Windows has no pipes that lie in a folder.
  it.skipIf(process.platform === 'win32')('is a file: a pipe is refused, and holds up nobody', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'film-import-'));
    folders.push(folder);
    const pipe = path.join(folder, 'pipe.mp4');
    await promisify(execFile)('mkfifo', [pipe]);
    const films = createFilmImport({
      library: { get: () => undefined, tasksOf: () => [], recordAll: notCalled },
      files: { holderOf: notCalled, missing: notCalled },
      plan: { jobFor: notCalled },
      downloads: { attach: notCalled },
      isThere: notCalled,
      forget: () => Promise.resolve(),
      now: () => new Date(0),
    });
    await expect(films.add(pipe)).rejects.toMatchObject({ code: 'bad-request' });
    await expect(films.add(path.join(folder, 'none.mp4'))).rejects.toMatchObject({ code: 'bad-request' });
  });

  it.each([
    ['is written to', (film: string) => appendFile(film, 'more')],
    ['is replaced', (film: string) => rm(film).then(() => writeFile(film, 'another'))],
    ['is removed', (film: string) => rm(film)],
  ])('is not taken where it %s while it is read', async (_what, change) => {
    const folder = await mkdtemp(path.join(tmpdir(), 'film-import-'));
    folders.push(folder);
    const film = path.join(folder, 'film.mp4');
    await writeFile(film, 'a film');
    let read = '';
    const films = createFilmImport({
      library: { get: () => undefined, tasksOf: () => [], recordAll: notCalled },
      files: { holderOf: () => Promise.resolve(null), missing: () => Promise.resolve(null) },
      plan: { jobFor: () => ({}) as DownloadJob },
      downloads: {
        async attach(_job, bytes) {
          for await (const piece of bytes) {
            read += Buffer.from(piece).toString();
            await change(film);
          }
        },
      },
      isThere: notCalled,
      forget: () => Promise.resolve(),
      now: () => new Date(0),
    });
    await expect(films.add(film)).rejects.toMatchObject({ code: 'bad-request' });
    expect(read).toMatch(/^a film/);
  });

  it.each([
    ['i'.repeat(512), `fal:${'i'.repeat(512)}`],
    ['\ud800half', /^unknown:film-/],
    ['a\u001b]0;b\u0007', /^unknown:film-/],
  ])('has the id that its sidecar tells, where that could be one (%#)', async (taskId, key) => {
    const folder = await mkdtemp(path.join(tmpdir(), 'film-import-'));
    folders.push(folder);
    await writeFile(path.join(folder, 'film.mp4'), 'a film');
    const sha256 = createHash('sha256').update('a film').digest('hex');
    await writeFile(path.join(folder, 'film.json'), JSON.stringify({ provider: 'fal', taskId, sha256 }));
    const films = createFilmImport({
      library: { get: () => undefined, tasksOf: () => [], recordAll: notCalled },
      files: { holderOf: () => Promise.resolve(null), missing: () => Promise.resolve(null) },
      plan: { jobFor: () => ({}) as DownloadJob },
      downloads: { attach: () => Promise.resolve() },
      isThere: notCalled,
      forget: () => Promise.resolve(),
      now: () => new Date(0),
    });
    expect((await films.add(path.join(folder, 'film.mp4'))).key).toMatch(key);
  });
});
