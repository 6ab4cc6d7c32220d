/** The inputs of tasks are kept: library, downloads and archive as the inbox wires them, against a real file server. */
import { createHash } from 'node:crypto';
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { expect, onTestFinished, test } from 'vitest';
import type { Task } from '../../../../src-main/common/model.ts';
import type { DownloadJob, JobRights, StoredSource } from '../../../../src-main/node/downloads/downloads.ts';
import { createDownloads } from '../../../../src-main/node/downloads/engine.ts';
import { createDownloadReports } from '../../../../src-main/node/inbox/downloads/download-reports.ts';
import { createDownloadPlan } from '../../../../src-main/node/inbox/downloads/download-plan.ts';
import { createSourceArchive } from '../../../../src-main/node/inbox/downloads/source-archive.ts';
import { taskReactors } from '../../../../src-main/node/inbox/task-reactors.ts';
import { silentLog } from '../../../../src-main/node/log/log.ts';
import { startReactors } from '../../../../src-main/node/reactors/reactors.ts';
import { loadSamples } from '../../../../src-main/node/samples/samples.ts';
import { createDiskStore } from '../../../../src-main/node/video-store/disk-store.ts';
import { createFilePlaces, filesOf } from '../../../../src-main/node/video-store/file-places.ts';
import { delivery } from '../../../support/deliveries.ts';
import { idleReactorPorts } from '../../../support/idle-reactors.ts';
import { inlineMedia } from '../../../support/inline-media.ts';
import { tempDir } from '../../../support/temp-dir.ts';
import { startVideoServer } from '../../../support/video-server.ts';
import { openLibraryIn } from '../../../support/test-library.ts';

const { mp4, poster: jpeg } = loadSamples();

async function openCore(
  options: {
    readonly ordered?: readonly string[];
    readonly uploaded?: string;
    /** Another machine keeps the input of the first task, and its event comes while this one asks for the right to. */
    readonly keptElsewhere?: StoredSource;
  } = {},
) {
  const dir = await tempDir();
  const now = (): Date => new Date();
  const library = await openLibraryIn(dir, { now });
  const store = createDiskStore(dir);
  const places = createFilePlaces(store);
  const failed: string[] = [];
  const opened: Readable[] = [];
  const { keptElsewhere } = options;
  const isKept = ({ key, url }: DownloadJob): boolean =>
    library.get(key)?.sources?.some((source) => source.url === url) === true;
  const rights: JobRights = {
    againMs: 1,
    othersHaveRoom: () => false,
    isWanted: (job) => !isKept(job),
    async take({ key, url }) {
      if (keptElsewhere !== undefined) await library.record({ type: 'source-saved', key, url, ...keptElsewhere });
      return { lost: new AbortController().signal, end: () => Promise.resolve() };
    },
  };
  const downloads = createDownloads({
    ...(keptElsewhere === undefined ? {} : { rights }),
    dataDir: dir,
    store,
    describe: () => ({}),
    media: inlineMedia,
    reports: createDownloadReports({
      record: (draft) => library.record(draft),
      changed: () => undefined,
      publish: () => undefined,
      sourceEnded: (job, isSaved) => {
        if (!isSaved) failed.push(job.url);
        if (isSaved) archive.saved(job);
        else archive.failed(job);
      },
      log: silentLog,
      now,
    }),
    log: silentLog,
    allowHosts: ['127.0.0.1'],
    freeSpace: () => Promise.resolve(1e12),
    retry: { firstDelayMs: 5, maxDelayMs: 20, minAttempts: 2, giveUpAfterMs: 0, contentAttempts: 1 },
  });
  let isOn = true;
  const archive = createSourceArchive({
    isOn: () => isOn,
    get: (key) => library.get(key),
    head: (key) => library.head(key),
    record: (draft) => library.record(draft),
    downloads,
    ordered: () => options.ordered ?? [],
    uploaded: (url) => (url === options.ordered?.[0] ? () => Promise.resolve(options.uploaded ?? null) : null),
    async open(task, relative) {
      const stream = (await (await places.find(task, relative))?.open()) ?? null;
      if (stream !== null) opened.push(stream);
      return stream;
    },
    isOwnLink: () => false,
    now: Date.now,
    log: silentLog,
  });
  const plan = createDownloadPlan(downloads);
  const isActing = new Set(['downloads', 'inputs']);
  const reactors = taskReactors({ ...idleReactorPorts(), library, plan, archive }).filter(({ name }) =>
    isActing.has(name),
  );
  startReactors(library, reactors, silentLog);
  onTestFinished(async () => {
    await archive.close();
    await downloads.close();
    await library.close();
  });
  const until = async (id: string, isSo: (task: Task) => boolean): Promise<Task> => {
    const look = () => library.get(`kie-luma:${id}`);
    await expect.poll(() => look() !== undefined && isSo(look() as Task)).toBe(true);
    return look() as Task;
  };
  return { dir, library, places, downloads, opened, failed, until, turnOff: () => (isOn = false) };
}

const kept =
  (count: number) =>
  ({ sources = [] }: Task): boolean =>
    sources.length === count;

test('the input that a callback names is fetched, and one address is fetched once for all tasks made from it', async () => {
  const server = await startVideoServer();
  const { dir, library, until } = await openCore();
  const sourceUrl = server.file('/source.mp4', mp4.bytes);
  for (const id of ['t1', 't2', 't3']) await library.record(delivery(id, { sourceUrl, videoUrls: [] }));
  const tasks = [await until('t1', kept(1)), await until('t2', kept(1)), await until('t3', kept(1))];
  const files = tasks.map(({ sources = [] }) => sources[0]);
  expect(server.exchanges.filter(({ path: asked }) => asked === '/source.mp4')).toHaveLength(1);
  expect(new Set(files.map((file) => file?.sha256)).size).toBe(1);
  expect(new Set(files.map((file) => file?.path)).size).toBe(3);
  const facts = await Promise.all(files.map((file) => stat(path.join(dir, file?.path ?? ''))));
  // One place on the disk under three names.
  expect(new Set(facts.map(({ ino }) => ino)).size).toBe(1);
  expect((await readFile(path.join(dir, files[0]?.path ?? ''))).equals(mp4.bytes)).toBe(true);
});

test('an order has all that it was made from, films and images', async () => {
  const server = await startVideoServer();
  const ordered = [server.file('/a.mp4', mp4.bytes), server.file('/look.jpg', jpeg.bytes)];
  const { library, until } = await openCore({ ordered });
  await library.record({
    type: 'watched',
    provider: 'kie-luma',
    taskId: 't1',
    submission: 's1',
    sourceUrl: ordered[0] ?? null,
  });
  const { sources = [] } = await until('t1', kept(2));
  expect(sources.map(({ url }) => url).sort()).toEqual(ordered.toSorted());
  expect(sources.map(({ path: file }) => path.extname(file)).sort()).toEqual(['.jpg', '.mp4']);
});

test('a file of this computer that was uploaded is copied, and nothing is fetched', async () => {
  const server = await startVideoServer();
  const file = path.join(await tempDir(), 'mine.mp4');
  await writeFile(file, mp4.bytes);
  const url = server.file('/uploaded.mp4', mp4.bytes);
  const { dir, library, until } = await openCore({ ordered: [url], uploaded: file });
  await library.record({ type: 'watched', provider: 'kie-luma', taskId: 't1', submission: 's1', sourceUrl: url });
  const { sources = [] } = await until('t1', kept(1));
  expect((await readFile(path.join(dir, sources[0]?.path ?? ''))).equals(mp4.bytes)).toBe(true);
  expect((await readFile(file)).equals(mp4.bytes)).toBe(true);
  expect(server.exchanges).toHaveLength(0);
});

test('an input that another machine has kept meanwhile is taken from there by the tasks that wait for it', async () => {
  const server = await startVideoServer();
  const name = 'sources/elsewhere.mp4';
  const keptElsewhere = {
    path: name,
    sizeBytes: mp4.bytes.length,
    sha256: createHash('sha256').update(mp4.bytes).digest('hex'),
  };
  const { dir, library, until } = await openCore({ keptElsewhere });
  await mkdir(path.join(dir, 'sources'));
  await writeFile(path.join(dir, name), mp4.bytes);
  const sourceUrl = server.file('/source.mp4', mp4.bytes);
  for (const id of ['t1', 't2']) await library.record(delivery(id, { sourceUrl, videoUrls: [] }));
  const { sources = [] } = await until('t2', kept(1));
  expect(sources[0]?.path).not.toBe(name);
  expect((await readFile(path.join(dir, sources[0]?.path ?? ''))).equals(mp4.bytes)).toBe(true);
  expect(server.exchanges).toHaveLength(0);
});

test('an uploaded file that cannot be read ends nothing but the copying of it', async () => {
  const server = await startVideoServer();
  const dir = await tempDir();
  const url = server.file('/uploaded.mp4', mp4.bytes);
  const { library, until } = await openCore({ ordered: [url], uploaded: path.join(dir, 'gone.mp4') });
  await library.record({ type: 'watched', provider: 'kie-luma', taskId: 't1', submission: 's1', sourceUrl: url });
  await library.record(delivery('t2', { sourceUrl: server.file('/good.mp4', mp4.bytes), videoUrls: [] }));
  await until('t2', kept(1));
  expect(library.get('kie-luma:t1')?.sources).toBeUndefined();
});

test('an input of another task whose copying is stopped before its first byte is not left open', async () => {
  const server = await startVideoServer();
  const { library, downloads, opened, until } = await openCore();
  const sourceUrl = server.file('/source.mp4', mp4.bytes);
  await library.record(delivery('t1', { sourceUrl, videoUrls: [] }));
  await until('t1', kept(1));
  await downloads.close();
  await library.record(delivery('t2', { sourceUrl, videoUrls: [] }));
  await expect.poll(() => opened.map(({ closed }) => closed)).toEqual([true]);
});

test('what is neither film nor image is not kept, and keeps no other from being tried', async () => {
  const server = await startVideoServer();
  const { library, failed, until } = await openCore();
  const page = server.file('/page.html', Buffer.from('<!doctype html><title>Sign in</title>'));
  await library.record(delivery('t1', { sourceUrl: page, videoUrls: [] }));
  await expect.poll(() => failed.length).toBe(1);
  await library.record(delivery('t2', { sourceUrl: server.file('/good.mp4', mp4.bytes), videoUrls: [] }));
  await until('t2', kept(1));
  expect(library.get('kie-luma:t1')?.sources).toBeUndefined();
});

test('switched off nothing is fetched; inputs go to the trash and back with their task, and leave with it', async () => {
  const server = await startVideoServer();
  const { dir, library, places, until, turnOff } = await openCore();
  await library.record(delivery('t1', { sourceUrl: server.file('/source.mp4', mp4.bytes), videoUrls: [] }));
  const task = await until('t1', kept(1));
  const file = path.join(dir, task.sources?.[0]?.path ?? '');
  await library.record({ type: 'trashed', keys: [task.key] });
  const trashed = await until('t1', ({ trashedAt }) => trashedAt !== null);
  await places.moveToTrash([trashed]);
  await expect(stat(file)).rejects.toMatchObject({ code: 'ENOENT' });
  expect(await places.isThere(trashed, task.sources?.[0]?.path ?? '')).toBe(true);
  await places.remove(filesOf(trashed));
  expect(await places.isThere(trashed, task.sources?.[0]?.path ?? '')).toBe(false);
  turnOff();
  await library.record(delivery('t2', { sourceUrl: server.file('/other.mp4', mp4.bytes), videoUrls: [] }));
  await library.record(delivery('t3', { videoUrls: [] }));
  expect(server.exchanges.filter(({ path: asked }) => asked === '/other.mp4')).toHaveLength(0);
});

test('a task that waits for the input of another gets it although that one is put in the trash or removed', async () => {
  const server = await startVideoServer();
  const { library, until } = await openCore();
  let asked = 0;
  const sourceUrl = server.handle('/source.mp4', (_request, response) => {
    asked += 1;
    // The first two are never answered to their end.
    if (asked <= 2)
      response.writeHead(200, { 'content-length': String(mp4.bytes.length) }).write(mp4.bytes.subarray(0, 20_000));
    else response.end(mp4.bytes);
  });
  for (const id of ['t1', 't2', 't3']) await library.record(delivery(id, { sourceUrl, videoUrls: [] }));
  await expect.poll(() => asked).toBe(1);
  await library.record({ type: 'trashed', keys: ['kie-luma:t1'] });
  await expect.poll(() => asked).toBe(2);
  await library.record({ type: 'trashed', keys: ['kie-luma:t2'] });
  await library.record({ type: 'purged', keys: ['kie-luma:t2'] });
  await until('t3', kept(1));
  expect(library.get('kie-luma:t1')?.sources).toBeUndefined();
  await library.record({ type: 'restored', keys: ['kie-luma:t1'] });
  await until('t1', kept(1));
  // It is here already.
  expect(asked).toBe(3);
});
