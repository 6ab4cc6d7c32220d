/** `export` finds videos wherever they are, and replaces nothing. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { mkdir, readdir, readFile, readlink, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { runExport } from '../../src-main/headless/commands/export.ts';
import { withoutProxy } from '../../src-main/node/outgoing/outgoing.ts';
import { createDiskStore } from '../../src-main/node/video-store/disk-store.ts';
import { createFilePlaces } from '../../src-main/node/video-store/file-places.ts';
import { openVideoStore } from '../../src-main/node/video-store/open-store.ts';
import { loadSamples } from '../../src-main/node/samples/samples.ts';
import { commandHere } from '../support/command-here.ts';
import { delivery } from '../support/deliveries.ts';
import { startS3Server } from '../support/s3/s3-server.ts';
import { skipHere } from '../support/skip-here.ts';
import { tempDir } from '../support/temp-dir.ts';
import { openLibraryIn } from '../support/test-library.ts';

const { mp4 } = loadSamples();
const nameOf = (id: string): string => `videos/2026-11/kie-luma_${id}_1.mp4`;
const name = nameOf('t1');

/** A library without an inbox, whose one video is saved and lies where `env` says. */
async function setUp(
  env: Record<string, string> = {},
  { isTrashed = false, also = [] as readonly string[], film = mp4.bytes } = {},
) {
  const dataDir = await tempDir();
  const library = await openLibraryIn(dataDir);
  const sha256 = createHash('sha256').update(film).digest('hex');
  const facts = { durationSeconds: 5, width: 1, height: 1, videoCodec: null, audioCodec: null, frameRate: null };
  const store = await openVideoStore(dataDir, {
    url: env['VIDEO_INBOX_STORE_URL'] ?? null,
    env,
    outgoing: withoutProxy,
  });
  for (const id of ['t1', ...also]) {
    await library.record(delivery(id));
    const file = { path: nameOf(id), sizeBytes: film.length, sha256, container: 'mp4', ...facts };
    const url = library.get(`kie-luma:${id}`)?.videos[0]?.url ?? '';
    await library.record({ type: 'video-saved', key: `kie-luma:${id}`, url, file });
    const part = path.join(dataDir, 'a.part');
    await writeFile(part, film, { mode: 0o600 });
    await store.put({ file: part, sizeBytes: file.sizeBytes, sha256 }, nameOf(id));
  }
  if (isTrashed) {
    await library.record({ type: 'trashed', keys: ['kie-luma:t1'] });
    const task = library.get('kie-luma:t1');
    if (task !== undefined) await createFilePlaces(store).moveToTrash([task]);
  }
  await library.close();
  const to = path.join(await tempDir(), 'copies');
  const here = commandHere(runExport, env);
  const run = (...args: string[]): Promise<number> =>
    here.run(
      't1',
      '--data-dir',
      dataDir,
      '--to',
      to,
      ...(args.includes('--client') ? [] : ['--name', 'film']),
      ...args,
    );
  return { ...here, dataDir, to, run };
}

test('a video on a shelf elsewhere is brought', async () => {
  const keys = { accessKeyId: 'AK', secretAccessKey: 'secret' };
  const server = await startS3Server({ bucket: 'shelf', region: 'us-east-1', ...keys });
  onTestFinished(() => server.close());
  const { dataDir, lines, run } = await setUp({
    VIDEO_INBOX_STORE_URL: `s3://shelf/lib?endpoint=${server.endpoint}&pathStyle=1`,
    AWS_ACCESS_KEY_ID: 'AK',
    AWS_SECRET_ACCESS_KEY: 'secret',
    AWS_REGION: 'us-east-1',
  });
  await rm(path.join(dataDir, 'cache'), { recursive: true, force: true });
  expect(await run()).toBe(0);
  expect((await readFile(lines[0] ?? '')).equals(mp4.bytes)).toBe(true);
});

test('a video in the trash is copied, also where it was not moved yet', async () => {
  const { dataDir, lines, run } = await setUp({}, { isTrashed: true });
  expect(await run()).toBe(0);
  await createDiskStore(dataDir).move([{ from: `trash/${name}`, to: name }]);
  expect(await run()).toBe(0);
  for (const copy of lines) expect((await readFile(copy)).equals(mp4.bytes)).toBe(true);
  expect(lines.map((copy) => path.basename(copy))).toEqual(['film.mp4', 'film (2).mp4']);
});

test('a title that nothing is called by is told of, and the film is copied', async () => {
  const { told, run } = await setUp();
  expect(await run('--title', 'Pitch')).toBe(0);
  expect(told).toEqual([expect.stringContaining('--title is the title of what --client and --markers make')]);
  expect(await run('--title', 'Pitch', '--markers')).toBe(0);
  expect(await run('--title', 'Pitch', '--client')).toBe(0);
  expect(told).toHaveLength(1);
});

test('what is told beside a copy replaces no file of the person', async () => {
  const { to, lines, run } = await setUp();
  await mkdir(to);
  await writeFile(path.join(to, 'film.mp4.json'), 'mine');
  expect(await run('--metadata')).toBe(0);
  expect(await readFile(path.join(to, 'film.mp4.json'), 'utf8')).toBe('mine');
  expect(path.basename(lines[0] ?? '')).toBe('film (2).mp4');
  expect((await readdir(to)).sort()).toEqual(['film (2).mp4', 'film (2).mp4.json', 'film.mp4.json']);
});

test('where what is told beside a copy cannot be opened, no empty film is left', async (context) => {
  if (process.platform !== 'linux') skipHere(context, 'paths are shorter on this system');
  const { to, run } = await setUp();
  const film = 'f'.repeat(60);
  // A path of 4,092 bytes: a disk still takes it, with `.json` behind it no longer.
  const length = 4092 - `/${film}.mp4`.length;
  let folder = to;
  while (folder.length + 202 < length) folder = path.join(folder, 'd'.repeat(200));
  folder = path.join(folder, 'd'.repeat(length - 1 - folder.length));
  await mkdir(folder, { recursive: true });
  await expect(run('--metadata', '--name', film, '--to', folder)).rejects.toMatchObject({
    code: 'storage-failed',
    cause: { code: 'ENAMETOOLONG', path: expect.stringMatching(/\.mp4\.json$/) as string },
  });
  expect(await readdir(folder)).toEqual([]);
  expect(await run('--name', film, '--to', folder)).toBe(0);
});

test('with metadata the copy tells what it is behind the film, and the film in the library stays as it was', async () => {
  const { dataDir, to, lines, run } = await setUp();
  expect(await run('--metadata', '--markers')).toBe(0);
  expect(lines.map((copy) => path.basename(copy))).toEqual(['film.mp4', 'markers.edl', 'markers.csv']);
  const copy = await readFile(path.join(to, 'film.mp4'));
  expect(copy.subarray(0, mp4.bytes.length).equals(mp4.bytes)).toBe(true);
  expect(copy.toString('utf8', mp4.bytes.length)).toContain('A paper boat on a flooded street');
  expect((await readFile(path.join(dataDir, name))).equals(mp4.bytes)).toBe(true);
  // What is there already stays as it is.
  await expect(run('--markers')).rejects.toMatchObject({ code: 'conflict' });
});

test.each([
  ['--markers', 'markers.edl'],
  ['--markers', 'markers.csv'],
  ['--client', 'index.html'],
])('with %s nothing is copied where %s is there already', async (flag, taken) => {
  const { to, run } = await setUp();
  await mkdir(to);
  await writeFile(path.join(to, taken), 'mine');
  await expect(run(flag)).rejects.toMatchObject({ code: 'conflict' });
  expect(await readdir(to)).toEqual([taken]);
});

test('a client’s page is a folder that opens from a disk', async () => {
  const { to, lines, run } = await setUp();
  expect(await run('--client', '--title', 'Boats')).toBe(0);
  expect(lines).toEqual([path.join(to, 'index.html')]);
  const page = await readFile(path.join(to, 'index.html'), 'utf8');
  expect(page).toContain('<h1 dir="auto">Boats</h1>');
  expect(page).not.toContain('paper boat');
  expect((await readFile(path.join(to, 'films/01.mp4'))).equals(mp4.bytes)).toBe(true);
});

test('the numbers of a client’s films are as wide as the last one', async () => {
  const ids = Array.from({ length: 99 }, (_, n) => `more-${String(n)}`);
  const { to, run } = await setUp({}, { also: ids });
  expect(await run(...ids, '--client')).toBe(0);
  const films = (await readdir(path.join(to, 'films'))).sort();
  expect([films.length, films[0], films.at(-1)]).toEqual([100, '001.mp4', '100.mp4']);
});

test('a video that is gone leaves no half copy, and holds up no other', async () => {
  const { dataDir, to, lines, told, run } = await setUp({}, { also: ['t2', 't3'] });
  await rm(path.join(dataDir, nameOf('t2')));
  expect(await run('t2', 't3')).toBe(1);
  expect(lines.map((copy) => path.basename(copy))).toEqual(['film.mp4', 'film (2).mp4']);
  expect(told).toEqual([expect.stringContaining(`${nameOf('t2')} is not there any more`)]);
  expect((await readdir(to)).sort()).toEqual(['film (2).mp4', 'film.mp4']);
});

test('where no task has a film yet, no empty folder is left that looks like an export', async () => {
  const { dataDir, to } = await setUp();
  const library = await openLibraryIn(dataDir);
  await library.record(delivery('t2'));
  await library.close();
  const none = commandHere(runExport);
  expect(await none.run('t2', '--data-dir', dataDir, '--to', to)).toBe(2);
  expect([none.told, existsSync(to)]).toEqual([[expect.stringContaining(' show TASK_ID')], false]);
});

test('a client’s page is made without a film that is gone, which is told', async () => {
  const { dataDir, to, lines, told, run } = await setUp({}, { also: ['t2'] });
  await rm(path.join(dataDir, name));
  expect(await run('t2', '--client')).toBe(1);
  expect(lines).toEqual([path.join(to, 'index.html')]);
  expect(told).toEqual([expect.stringContaining(`${name} is not there any more`)]);
  expect(await readdir(path.join(to, 'films'))).toEqual(['01.mp4']);
});

test('a client’s page that cannot be made whole leaves nothing of itself', async () => {
  const { dataDir, to, run } = await setUp({}, { also: ['t2'] });
  await mkdir(path.join(to, 'films'), { recursive: true });
  await writeFile(path.join(to, 'films', '02.mp4'), 'mine');
  await expect(run('t2', '--client')).rejects.toMatchObject({ code: 'conflict' });
  expect(await readdir(to)).toEqual(['films']);
  expect(await readdir(path.join(to, 'films'))).toEqual(['02.mp4']);
  // Nor a film open, where the system tells.
  const fds = '/proc/self/fd';
  const openFilms = async (): Promise<number> => {
    const files = await Promise.all((await readdir(fds)).map((fd) => readlink(path.join(fds, fd)).catch(() => '')));
    return files.filter((file) => file.startsWith(dataDir)).length;
  };
  if (existsSync(fds)) expect(await openFilms()).toBe(0);
});

test('the films of a client’s page have their names once all of them are whole', async () => {
  const film = Buffer.concat([mp4.bytes, Buffer.alloc(24 * 1024 * 1024)]);
  const { to, run } = await setUp({}, { film, also: ['t2'] });
  const early = new Set<string>();
  let isOver = false;
  const look = (): void => {
    const sizeOf = (n: number) => statSync(path.join(to, `films/0${String(n)}.mp4`), { throwIfNoEntry: false })?.size;
    const hasPart = existsSync(to) && readdirSync(to).every((each) => !each.endsWith('.part'));
    if (sizeOf(1) !== undefined && sizeOf(1) !== film.length) early.add('half');
    if (sizeOf(1) !== undefined && sizeOf(2) === undefined && hasPart) early.add('alone');
    if (!isOver) setImmediate(look);
  };
  look();
  expect(await run('t2', '--client')).toBe(0);
  isOver = true;
  expect([...early]).toEqual([]);
  expect((await readdir(to)).sort()).toEqual(['films', 'index.html']);
});

test('an empty folder name is none', async () => {
  const { run } = await setUp();
  await expect(run('--to', '')).rejects.toThrow('Say where the copies are to go');
});

test('a copy has its name once it is whole, and is as open to others as any new file', async () => {
  const film = Buffer.concat([mp4.bytes, Buffer.alloc(24 * 1024 * 1024)]);
  const { to, run } = await setUp({}, { film });
  const sizes = new Set<number>();
  let isOver = false;
  const look = (): void => {
    const facts = statSync(path.join(to, 'film.mp4'), { throwIfNoEntry: false });
    if (facts !== undefined) sizes.add(facts.size);
    if (!isOver) setImmediate(look);
  };
  look();
  expect(await run('--metadata')).toBe(0);
  isOver = true;
  const { size, mode } = statSync(path.join(to, 'film.mp4'));
  expect([...sizes].filter((each) => each !== size)).toEqual([]);
  const usual = path.join(to, 'usual');
  await writeFile(usual, '');
  expect(mode).toBe(statSync(usual).mode);
});

test('a word in braces that stands for nothing is told before anything is made', async () => {
  const { to, run } = await setUp();
  await expect(run('--name', '{date} {titel}')).rejects.toThrow('{titel} stands for nothing in a name');
  await expect(readdir(to)).rejects.toThrow('ENOENT');
  expect(await run('--name', '{date} {title}')).toBe(0);
});
