import { appendFileSync, existsSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { mkdir, readFile, readdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { dataDirAt, prepareDataDir, sweepDataDir } from '../../../src-main/node/data-dir.ts';
import { lockDataDir, lockInstance } from '../../../src-main/node/instance-lock.ts';
import {
  moveLibrary,
  prepareLibraryMove,
  type MoveProgress,
} from '../../../src-main/node/library-move/move-library.ts';
import { followMoves } from '../../../src-main/node/library-move/moved-to.ts';
import { skipHere } from '../../support/skip-here.ts';
import { tempDir } from '../../support/temp-dir.ts';

const files: Readonly<Record<string, string>> = {
  'videos/2026-11/a_1.mp4': 'video a',
  'videos/2026-11/a_1.json': '{}',
  'videos/2026-11/b_1.mp4.part': 'half of video b',
  'posters/2026-11/a.jpg': 'poster',
  'journal/000001.ndjson': 'events\n',
  'settings.json': '{"version":1}',
};

async function makeLibrary(): Promise<{ from: string; to: string }> {
  const root = await tempDir();
  const from = path.join(root, 'old');
  for (const [name, content] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(from, name)), { recursive: true });
    await writeFile(path.join(from, name), content);
  }
  await writeFile(path.join(from, 'instance.json'), '{}');
  await mkdir(path.join(from, 'cache/strips'), { recursive: true });
  await writeFile(path.join(from, 'cache/strips/a.jpg'), 'made again over there');
  return { from, to: path.join(root, 'new') };
}

async function contentOf(root: string): Promise<Record<string, string>> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const found: Record<string, string> = {};
  for (const entry of entries.filter((each) => each.isFile())) {
    const file = path.join(entry.parentPath, entry.name);
    found[path.relative(root, file).replaceAll(path.sep, '/')] = await readFile(file, 'utf8');
  }
  return found;
}

const never = new AbortController().signal;

describe('moving the library', () => {
  it('takes everything along, also what came meanwhile, and leaves a trail', async () => {
    const { from, to } = await makeLibrary();
    const progress: MoveProgress[] = [];
    const move = await prepareLibraryMove({ from, to, onProgress: (step) => progress.push(step), signal: never });
    await move.copyVideos();
    expect(await contentOf(from)).toMatchObject(files);
    await writeFile(path.join(from, 'videos/2026-11/b_1.mp4'), 'video b');
    await move.finish();
    expect(await contentOf(to)).toEqual({ ...files, 'videos/2026-11/b_1.mp4': 'video b' });
    expect(Object.keys(await contentOf(from)).sort()).toEqual(['instance.json', 'moved-to.json']);
    expect(followMoves(from)).toBe(to);
    expect(progress.at(-1)?.copiedBytes).toBe(progress.at(-1)?.totalBytes);
  });

  it('leaves no picture behind that was made while the last files were copied, and removes no other that is not over there', async () => {
    const { from, to } = await makeLibrary();
    let ending = false;
    const move = await prepareLibraryMove({
      from,
      to,
      signal: never,
      onProgress() {
        if (!ending) return;
        writeFileSync(path.join(from, 'posters/2026-11/late.jpg'), 'poster');
        writeFileSync(path.join(from, 'videos/2026-11/late.mp4'), 'video');
      },
    });
    await move.copyVideos();
    ending = true;
    await move.finish();
    expect(Object.keys(await contentOf(from)).sort()).toEqual([
      'instance.json',
      'moved-to.json',
      'videos/2026-11/late.mp4',
    ]);
  });

  it('copies again what is written to meanwhile, as the log is', async () => {
    const { from, to } = await makeLibrary();
    const [source, target] = [from, to].map((root) => path.join(root, 'logs/video-inbox.log'));
    if (source === undefined || target === undefined) throw new Error('two files');
    await mkdir(path.dirname(source));
    await writeFile(source, 'one line\n'.repeat(200_000));
    const { size } = statSync(source);
    const move = await prepareLibraryMove({ from, to, onProgress: () => undefined, signal: never });
    await move.copyVideos();
    let isWritten = false;
    const writeOnceCopied = (): void => {
      if (!existsSync(target) || statSync(target).size < size) return void setImmediate(writeOnceCopied);
      appendFileSync(source, 'a line more\n');
      isWritten = true;
    };
    writeOnceCopied();
    await move.finish();
    expect(isWritten).toBe(true);
    expect(await readFile(target, 'utf8')).toMatch(/a line more\n$/);
  });

  it('does not miss what left while the last files were copied', async () => {
    const { from, to } = await makeLibrary();
    // Whichever is copied first, the other one is still listed.
    const passing = ['posters/2026-11/a.jpg.tmp', 'journal/000001.tmp'].map((name) => path.join(from, name));
    const move = await prepareLibraryMove({
      from,
      to,
      onProgress: () => passing.forEach((file) => rmSync(file, { force: true })),
      signal: never,
    });
    for (const file of passing) await writeFile(file, 'not yet renamed');
    await move.finish();
    expect(await contentOf(to)).toMatchObject(files);
    expect(followMoves(from)).toBe(to);
  });

  it('does not bring back what left the library meanwhile', async () => {
    const { from, to } = await makeLibrary();
    const move = await prepareLibraryMove({ from, to, onProgress: () => undefined, signal: never });
    await move.copyVideos();
    await rm(path.join(from, 'posters/2026-11/a.jpg'));
    await move.finish();
    expect(Object.keys(await contentOf(to))).not.toContain('posters/2026-11/a.jpg');
  });

  it('begins no empty library where the disk that it was moved to is not there', async () => {
    const { from, to } = await makeLibrary();
    const move = await prepareLibraryMove({ from, to, onProgress: () => undefined, signal: never });
    await move.copyVideos();
    await move.finish();
    await rename(to, `${to} in a drawer`);
    const sentence = `The library was moved to ${to}, and it is not there now`;
    expect(() => followMoves(from)).toThrow(sentence);
    // The mount point of a disk is there without it.
    await mkdir(to);
    expect(() => followMoves(from)).toThrow(sentence);
  });

  it('is followed over two moves', async () => {
    const { from, to } = await makeLibrary();
    const last = `${to} again`;
    for (const [source, target] of [
      [from, to],
      [to, last],
    ] as const) {
      const move = await prepareLibraryMove({ from: source, to: target, onProgress: () => undefined, signal: never });
      await move.copyVideos();
      await move.finish();
    }
    // Someone tidied up what the second one left behind.
    await rm(path.join(to, 'journal'), { recursive: true, force: true });
    expect(followMoves(from)).toBe(last);
  });

  // Windows says of it that nothing is there.
  it.skipIf(process.platform === 'win32')('says so to each command where a part of the path is a file', async () => {
    const { from } = await makeLibrary();
    const below = path.join(from, 'settings.json', 'library');
    expect(() => followMoves(below)).toThrow(`The data folder ${below} cannot be used`);
  });

  it('loses nothing when it is stopped half-way, and cleans up after itself', async () => {
    const { from, to } = await makeLibrary();
    const stop = new AbortController();
    const move = await prepareLibraryMove({ from, to, onProgress: () => stop.abort(), signal: stop.signal });
    await expect(move.copyVideos()).rejects.toThrow();
    await move.undo();
    expect(await contentOf(from)).toMatchObject(files);
    expect(await contentOf(to)).toEqual({});
    expect(followMoves(from)).toBe(from);
  });

  it('goes on after a kill half-way, and takes neither what left meanwhile nor what it did not bring', async () => {
    const { from, to } = await makeLibrary();
    const options = { from, to, onProgress: () => undefined, signal: never };
    await (await prepareLibraryMove(options)).copyVideos();
    writeFileSync(path.join(to, 'videos/2026-11/a_1.mp4'), 'torn');
    writeFileSync(path.join(to, 'mine.txt'), 'mine');
    rmSync(path.join(from, 'videos/2026-11/a_1.json'));
    await expect(prepareLibraryMove({ ...options, from: (await makeLibrary()).from })).rejects.toThrow('not empty');
    const move = await prepareLibraryMove(options);
    await move.copyVideos();
    await move.finish();
    const { 'videos/2026-11/a_1.json': left, ...stayed } = files;
    expect(left).toBeDefined();
    expect(await contentOf(to)).toEqual({ ...stayed, 'mine.txt': 'mine' });
    expect(followMoves(from)).toBe(to);
  });

  it('refuses what a kill has left once it was opened as a library of its own', async () => {
    const { from, to } = await makeLibrary();
    const options = { from, to, onProgress: () => undefined, signal: never };
    await (await prepareLibraryMove(options)).copyVideos();
    await sweepDataDir(await prepareDataDir(to));
    writeFileSync(path.join(to, 'journal/000001.ndjson'), 'what came here\n');
    await expect(prepareLibraryMove(options)).rejects.toThrow('not empty');
  });

  it('takes the film along that took the place of a draft while the others were copied', async () => {
    const { from, to } = await makeLibrary();
    const move = await prepareLibraryMove({ from, to, onProgress: () => undefined, signal: never });
    await move.copyVideos();
    await rm(path.join(from, 'videos/2026-11/a_1.mp4'));
    await writeFile(path.join(from, 'videos/2026-11/a_1.mp4'), 'the film itself');
    await move.finish();
    expect(await contentOf(to)).toEqual({ ...files, 'videos/2026-11/a_1.mp4': 'the film itself' });
  });

  it('lets nobody in while the last files are copied: what they stored would be removed with the old ones', async () => {
    const { from, to } = await makeLibrary();
    const { instanceFile } = dataDirAt(from);
    await rm(instanceFile);
    const opened: Promise<string>[] = [];
    let isClosed = false;
    const open = (): Promise<string> =>
      lockInstance(instanceFile, () => new Date()).then(
        () => 'opened',
        () => 'refused',
      );
    await moveLibrary({
      ...{ from, to, signal: never },
      onProgress: () => void (isClosed && opened.push(open())),
      closeInbox: () => Promise.resolve(void (isClosed = true)),
    });
    expect(new Set(await Promise.all(opened))).toEqual(new Set(['refused']));
    expect(Object.keys(await contentOf(from))).toEqual(['moved-to.json']);
  });

  it('keeps what is over there where the old folder cannot be let go of, as while another program reads its mark', async () => {
    const { from, to } = await makeLibrary();
    let isClosed = false;
    await moveLibrary({
      from,
      to,
      onProgress() {
        // What no one can remove as a file.
        const mark = dataDirAt(from).instanceFile;
        if (!isClosed || statSync(mark, { throwIfNoEntry: false })?.isFile() !== true) return;
        rmSync(mark);
        mkdirSync(mark);
      },
      signal: never,
      closeInbox: () => Promise.resolve(void (isClosed = true)),
    });
    expect(await contentOf(to)).toEqual(files);
    expect(followMoves(from)).toBe(to);
  });

  it('moves nothing where somebody opened the library just before the last files', async () => {
    const { from, to } = await makeLibrary();
    await rm(dataDirAt(from).instanceFile);
    const other = await lockInstance(dataDirAt(from).instanceFile, () => new Date());
    const closeInbox = (): Promise<void> => Promise.resolve();
    const moving = moveLibrary({ from, to, onProgress: () => undefined, signal: never, closeInbox });
    await expect(moving).rejects.toThrow(`pid ${String(process.pid)}`);
    await other.release();
    expect(await contentOf(from)).toMatchObject({ 'journal/000001.ndjson': 'events\n' });
    expect(followMoves(from)).toBe(from);
  });

  it('leads those on who had found the old folder before it was moved', async () => {
    const { from, to } = await makeLibrary();
    await rm(dataDirAt(from).instanceFile);
    const closeInbox = (): Promise<void> => Promise.resolve();
    await moveLibrary({ from, to, onProgress: () => undefined, signal: never, closeInbox });
    const { dir, lock } = await lockDataDir(from);
    expect(dir.root).toBe(to);
    await expect(lockInstance(dataDirAt(to).instanceFile, () => new Date())).rejects.toThrow('pid');
    await lock.release();
  });

  it('says that nothing was moved where the new disk is gone half-way', async () => {
    const { from, to } = await makeLibrary();
    const closeInbox = (): Promise<void> => {
      rmSync(to, { recursive: true });
      writeFileSync(to, 'no folder any more');
      return Promise.resolve();
    };
    const moving = moveLibrary({ from, to, onProgress: () => undefined, signal: never, closeInbox });
    await expect(moving).rejects.toThrow('could not be moved');
    expect(await contentOf(from)).toMatchObject(files);
    expect(followMoves(from)).toBe(from);
  });

  it('says that a place which takes no folder will not do', async (context) => {
    if (process.platform !== 'linux') skipHere(context, 'there is no /proc');
    const { from } = await makeLibrary();
    const moving = moveLibrary({
      ...{ from, to: '/proc/video-inbox/new', onProgress: () => undefined, signal: never },
      closeInbox: () => Promise.reject(new Error('is not closed for that')),
    });
    await expect(moving).rejects.toThrow('cannot be read');
  });

  it('refuses folders that will not do', async () => {
    const { from, to } = await makeLibrary();
    const prepare = (target: string): Promise<unknown> =>
      prepareLibraryMove({ from, to: target, onProgress: () => undefined, signal: never });
    await expect(prepare(path.join(from, 'inner'))).rejects.toThrow('outside');
    await expect(prepare(path.dirname(from))).rejects.toThrow('outside');
    await mkdir(to);
    await writeFile(path.join(to, 'mine.txt'), 'mine');
    await expect(prepare(to)).rejects.toThrow('not empty');
  });

  it('refuses a folder that lies in the library by another name', async () => {
    const { from } = await makeLibrary();
    const elsewhere = path.join(path.dirname(from), 'elsewhere');
    await symlink(path.join(from, 'videos'), elsewhere, 'junction');
    for (const target of ['new', 'new/and deeper']) {
      const options = { from, to: path.join(elsewhere, target), onProgress: () => undefined, signal: never };
      await expect(prepareLibraryMove(options)).rejects.toThrow('outside');
    }
    expect(await contentOf(from)).toMatchObject(files);
  });

  it('takes films along that lie on another disk by a link, and goes into no such folder', async () => {
    const { from, to } = await makeLibrary();
    const disk = path.join(path.dirname(from), 'disk');
    await mkdir(disk);
    await rename(path.join(from, 'videos'), path.join(disk, 'films'));
    await symlink(path.join(disk, 'films'), path.join(from, 'videos'), 'junction');
    const mine = path.join(path.dirname(from), 'mine');
    await mkdir(mine);
    await writeFile(path.join(mine, 'holiday.mp4'), 'holiday');
    await symlink(mine, path.join(disk, 'films', 'mine'), 'junction');
    await symlink(disk, path.join(disk, 'films', 'loop'), 'junction');
    const options = { from, onProgress: () => undefined, signal: never };
    await expect(prepareLibraryMove({ ...options, to: path.join(disk, 'films/new') })).rejects.toThrow('outside');
    const move = await prepareLibraryMove({ ...options, to });
    await move.copyVideos();
    await move.finish();
    expect(await contentOf(to)).toEqual(files);
    expect(await contentOf(mine)).toEqual({ 'holiday.mp4': 'holiday' });
  });

  it('says so when the trail cannot be read, and does not begin an empty library', async () => {
    const { from } = await makeLibrary();
    await writeFile(path.join(from, 'moved-to.json'), 'nonsense');
    expect(() => followMoves(from)).toThrow('does not say where to');
    await writeFile(path.join(from, 'moved-to.json'), JSON.stringify({ path: from }));
    expect(() => followMoves(from)).toThrow('circles');
  });
});
