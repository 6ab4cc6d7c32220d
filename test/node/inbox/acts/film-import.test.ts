import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { appendFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import type { DownloadJob } from '../../../../src-main/node/downloads/downloads.ts';
import { createFilmImport } from '../../../../src-main/node/inbox/acts/film-import.ts';
import { createTaskActs } from '../../../../src-main/node/inbox/acts/task-acts.ts';
import { createDownloadPlan } from '../../../../src-main/node/inbox/downloads/download-plan.ts';
import { createFilesByHash } from '../../../../src-main/node/projections/files-by-hash.ts';
import { createDiskStore } from '../../../../src-main/node/video-store/disk-store.ts';
import { createFilePlaces } from '../../../../src-main/node/video-store/file-places.ts';
import { delivery, saved } from '../../../support/deliveries.ts';
import { removalsIn } from '../../../support/removals-in.ts';
import { openLibraryIn } from '../../../support/test-library.ts';

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
      restore: notCalled,
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
      restore: notCalled,
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
      restore: notCalled,
      forget: () => Promise.resolve(),
      now: () => new Date(0),
    });
    expect((await films.add(path.join(folder, 'film.mp4'))).key).toMatch(key);
  });

  it('is brought back where the library has it in the trash only: there it would not be kept', async () => {
    const dir = await mkdtemp(path.join(tmpdir(), 'film-import-'));
    folders.push(dir);
    const library = await openLibraryIn(dir);
    const places = createFilePlaces(createDiskStore(dir));
    const plan = createDownloadPlan({ enqueue: () => undefined, cancel: () => Promise.resolve() });
    const removals = removalsIn(dir, { library });
    const acts = createTaskActs({
      ...{ library, places, plan, removals },
      downloads: { attach: notCalled },
      retryNow: () => 0,
    });
    const files = createFilesByHash(library, places);
    const films = createFilmImport({
      ...{ library, files, plan },
      downloads: { attach: notCalled },
      isThere: notCalled,
      restore: (key) => acts.restore([key]),
      forget: () => Promise.resolve(),
      now: () => new Date(0),
    });
    const film = path.join(dir, 'film.mp4');
    await writeFile(film, 'a film');
    const sha256 = createHash('sha256').update('a film').digest('hex');
    const url = 'https://media.example.test/a.mp4';
    for (const id of ['a', 'b']) {
      const event = saved(id, url);
      if (event.type !== 'video-saved') throw new Error('saved');
      const { path: name } = event.file;
      await library.recordAll([delivery(id), { ...event, file: { ...event.file, sha256 } }]);
      await mkdir(path.dirname(path.join(dir, name)), { recursive: true });
      await writeFile(path.join(dir, name), 'a film');
    }
    await acts.trash(['kie-luma:b']);
    expect(await films.add(film)).toEqual({ key: 'kie-luma:a', outcome: 'present' });
    await acts.trash(['kie-luma:a']);
    const { key, outcome } = await films.add(film);
    expect(outcome).toBe('imported');
    expect(library.head(key)?.trashedAt).toBeNull();
    await acts.purge('all');
    const [kept] = library.get(key)?.videos ?? [];
    expect(await readFile(path.join(dir, kept?.path ?? ''), 'utf8')).toBe('a film');
    files.close();
    await removals.close();
    await library.close();
  });
});
