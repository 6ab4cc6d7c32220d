/** A dead link is not the end: a pasted link, an attached file, and films that came inside the callback. */
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { TaskView } from '../../../src-main/common/task-view.ts';
import { createDownloads } from '../../../src-main/node/downloads/engine.ts';
import { keepInlineFilm, sweepInlineFilms } from '../../../src-main/node/downloads/inline-films.ts';
import { createDownloadPlan, describeTask } from '../../../src-main/node/inbox/downloads/download-plan.ts';
import { createDownloadReports } from '../../../src-main/node/inbox/downloads/download-reports.ts';
import { noWork } from '../../../src-main/node/inbox/telling/live-work.ts';
import { createTaskView } from '../../../src-main/node/inbox/telling/task-view.ts';
import { createTaskActs } from '../../../src-main/node/inbox/acts/task-acts.ts';
import { createFilePlaces } from '../../../src-main/node/video-store/file-places.ts';
import { createDiskStore } from '../../../src-main/node/video-store/disk-store.ts';
import { silentLog } from '../../../src-main/node/log/log.ts';
import { loadSamples } from '../../../src-main/node/samples/samples.ts';
import { delivery } from '../../support/deliveries.ts';
import { inlineMedia } from '../../support/inline-media.ts';
import { removalsIn } from '../../support/removals-in.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { startVideoServer } from '../../support/video-server.ts';
import { openLibraryIn } from '../../support/test-library.ts';

const { mp4, webm } = loadSamples();

/** Library, downloads and acts as the inbox wires them. */
async function openCore() {
  const dir = await tempDir();
  const now = (): Date => new Date();
  const library = await openLibraryIn(dir, { now });
  const reports = createDownloadReports({
    record: (draft) => library.record(draft),
    changed: () => undefined,
    publish: () => undefined,
    sourceEnded: () => undefined,
    log: silentLog,
    now,
  });
  const downloads = createDownloads({
    dataDir: dir,
    store: createDiskStore(dir),
    describe: ({ key }) => describeTask(library.get(key)),
    media: inlineMedia,
    reports,
    log: silentLog,
    allowHosts: ['127.0.0.1'],
    freeSpace: () => Promise.resolve(1e12),
  });
  const plan = createDownloadPlan(downloads);
  const places = createFilePlaces(createDiskStore(dir));
  const removals = removalsIn(dir, { library });
  const retryNow = (key: string): number => downloads.retryNow(key);
  const acts = createTaskActs({ library, places, removals, plan, downloads, retryNow });
  const toTaskView = createTaskView(
    {
      ...noWork,
      progressOf: (key, url) => downloads.progressOf(key, url),
      waitOf: (key, n) => downloads.waitOf(key, n),
      lastAttempt: (key, url) => reports.lastAttempt(key, url),
    },
    places,
  );
  const stop = library.onChange(({ task }) => {
    if (task !== null) plan.consider(task);
  });
  onTestFinished(async () => {
    stop();
    await downloads.close();
    await library.close();
  });
  const until = async (isSo: (task: TaskView) => boolean): Promise<TaskView> => {
    const look = (): TaskView | undefined => {
      const task = library.get('kie-luma:t1');
      return task === undefined ? undefined : toTaskView(task);
    };
    await expect.poll(() => isSo(look() as TaskView)).toBe(true);
    return look() as TaskView;
  };
  return { dir, library, acts, until };
}

const isSaved = ({ videos }: TaskView): boolean => videos[0]?.state === 'saved';

async function* bytesOf(...chunks: readonly Uint8Array[]): AsyncIterable<Uint8Array> {
  for (const chunk of chunks) yield await Promise.resolve(chunk);
}

test('a pasted link is fetched from at once, also while the dead one waits', async () => {
  const server = await startVideoServer();
  const { library, acts, until } = await openCore();
  await library.record(delivery('t1', { videoUrls: [server.status('/dead.mp4', 404)] }));
  const waits = await until(({ videos }) => (videos[0]?.attempts ?? []).length > 0);
  expect(waits.videos[0]).toMatchObject({
    state: 'queued',
    errorReason: 'not-there-yet',
    error: expect.stringContaining('not there yet') as string,
    attempts: [{ code: 'gone', n: 1, nextAt: expect.any(String) as string, of: expect.any(Number) as number }],
  });
  await acts.newLink('kie-luma:t1', 1, server.file('/new.mp4', mp4.bytes));
  expect((await until(isSaved)).videos).toMatchObject([{ sizeBytes: mp4.bytes.length, url: server.url('/new.mp4') }]);
  await expect(acts.newLink('kie-luma:t1', 1, server.url('/x'))).rejects.toMatchObject({ code: 'conflict' });
});

test('a link that a callback tells anew is fetched from at once, also while the one before it waits', async () => {
  const server = await startVideoServer();
  const { library, until } = await openCore();
  const link = (signature: string): string => server.url(`/a.mp4?Expires=1796000000&Signature=${signature}`);
  server.handle('/a.mp4', (request, response) => {
    const isNew = request.url?.endsWith('new') === true;
    response.writeHead(isNew ? 200 : 403).end(isNew ? mp4.bytes : '<Error><Code>AccessDenied</Code></Error>');
  });
  await library.record(delivery('t1', { videoUrls: [link('old')] }));
  await until(({ videos }) => (videos[0]?.attempts ?? []).length > 0);
  await library.record(delivery('t1', { videoUrls: [link('new')] }));
  expect((await until(isSaved)).videos).toMatchObject([{ sizeBytes: mp4.bytes.length, url: link('old') }]);
});

test('a link that is none, or for a video that is not there, changes nothing', async () => {
  const server = await startVideoServer();
  const { library, acts } = await openCore();
  await library.record(delivery('t1', { videoUrls: [server.status('/dead.mp4', 410)] }));
  await expect(acts.newLink('kie-luma:t1', 1, 'file:///etc/passwd')).rejects.toMatchObject({ code: 'bad-request' });
  await expect(acts.newLink('kie-luma:t1', 2, server.url('/x'))).rejects.toMatchObject({ code: 'not-found' });
  await expect(acts.newLink('kie-luma:t2', 1, server.url('/x'))).rejects.toMatchObject({ code: 'not-found' });
  expect(library.get('kie-luma:t1')?.videos[0]?.url).toBe(server.url('/dead.mp4'));
});

test('an attached file is checked, named and described like a downloaded one', async () => {
  const server = await startVideoServer();
  const { dir, library, acts, until } = await openCore();
  await library.record(delivery('t1', { videoUrls: [server.status('/dead.mp4', 404)] }));
  await acts.attach('kie-luma:t1', 1, bytesOf(webm.bytes.subarray(0, 10_000), webm.bytes.subarray(10_000)));
  const [video] = (await until(isSaved)).videos;
  expect(video).toMatchObject({ container: 'webm', sizeBytes: webm.bytes.length });
  const file = path.join(dir, video?.path ?? '');
  expect((await readFile(file)).equals(webm.bytes)).toBe(true);
  expect(JSON.parse(await readFile(file.replace(/webm$/, 'json'), 'utf8'))).toMatchObject({ taskId: 't1' });
});

test('what is no video is refused, and the download goes on', async () => {
  const server = await startVideoServer();
  const { library, acts, until } = await openCore();
  await library.record(delivery('t1', { videoUrls: [server.status('/late.mp4', 404)] }));
  await until(({ videos }) => (videos[0]?.attempts ?? []).length > 0);
  await expect(acts.attach('kie-luma:t1', 1, bytesOf(Buffer.from('<!doctype html>')))).rejects.toMatchObject({
    code: 'bad-request',
    message: expect.stringContaining('is no video') as string,
  });
  server.file('/late.mp4', mp4.bytes);
  await until(isSaved);
});

test('a film that is given and not whole is refused as a file, without a word of a server', async () => {
  const server = await startVideoServer();
  const { library, acts } = await openCore();
  await library.record(delivery('t1', { videoUrls: [server.status('/dead.mp4', 404)] }));
  await expect(
    acts.attach('kie-luma:t1', 1, bytesOf(mp4.bytes.subarray(0, mp4.bytes.length - 20))),
  ).rejects.toMatchObject({ code: 'bad-request', message: expect.stringMatching(/^This film is not whole/) as string });
});

test('a film that came inside the callback is saved like any other', async () => {
  const { dir, library, until } = await openCore();
  const sha256 = createHash('sha256').update(mp4.bytes).digest('hex');
  await mkdir(path.join(dir, 'inline'));
  await writeFile(path.join(dir, 'inline', sha256), mp4.bytes);
  await library.record(delivery('t1', { videoUrls: [`inline:${sha256}`] }));
  const [video] = (await until(isSaved)).videos;
  expect(video).toMatchObject({ sha256, durationSeconds: 5, url: `inline:${sha256}` });
});

test('films of callbacks go when no video waits for them, and not before their event can have come', async () => {
  const dir = await tempDir();
  await mkdir(path.join(dir, 'inline'));
  const [wanted, saved, young] = ['aa', 'bb', 'cc'].map((two) => two.repeat(32));
  for (const name of [wanted, saved, young]) await writeFile(path.join(dir, 'inline', name ?? ''), 'film');
  const old = new Date(Date.now() - 2 * 3_600_000);
  for (const name of [wanted, saved]) await utimes(path.join(dir, 'inline', name ?? ''), old, old);
  await sweepInlineFilms(dir, () => Promise.resolve(new Set([`inline:${wanted ?? ''}`])), Date.now());
  expect((await readdir(path.join(dir, 'inline'))).sort()).toEqual([wanted, young]);
  await sweepInlineFilms(await tempDir(), () => Promise.resolve(new Set()), Date.now());
});

test('a film of a callback is kept also where something took the empty folder of such films away', async () => {
  const root = await tempDir();
  const film = { sha256: 'ab'.repeat(32), sizeBytes: 4, bytes: () => Buffer.from('film') };
  const inlineFilms = path.join(root, 'inline');
  const keep = () => keepInlineFilm({ inlineFilms, journal: path.join(root, 'journal') }, film, Date.now());
  // Of a library that is not where it was nothing is made anew, nor in the empty place of its disk.
  await expect(keep()).rejects.toThrow('ENOENT');
  expect(await readdir(root)).toEqual([]);
  await mkdir(path.join(root, 'journal'));
  expect([await keep(), await keep()]).toEqual([false, true]);
  expect(await readFile(path.join(root, 'inline', film.sha256), 'utf8')).toBe('film');
});

test('a film that comes again while it is asked who waits for it stays', async () => {
  const dir = path.join(await tempDir(), 'inline');
  await mkdir(dir);
  const file = path.join(dir, 'ab'.repeat(32));
  await writeFile(file, 'film');
  const old = new Date(Date.now() - 2 * 3_600_000);
  await utimes(file, old, old);
  const comesAgain = async (): Promise<ReadonlySet<string>> => {
    await writeFile(file, 'film');
    return new Set();
  };
  await sweepInlineFilms(path.dirname(dir), comesAgain, Date.now());
  expect(await readFile(file, 'utf8')).toBe('film');
});

test('a film whose bytes are gone is told as such', async () => {
  const { library, until } = await openCore();
  await library.record(delivery('t1', { videoUrls: [`inline:${'ab'.repeat(32)}`] }));
  const task = await until(({ videos }) => videos[0]?.state === 'expired');
  expect(task.videos[0]?.error).toContain('came inside the callback');
});
