/** Drafts and the films that take their place: library, downloads and plan as the inbox wires them, from a real server. */
import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { Task } from '../../../../src-main/common/model.ts';
import { createDownloads } from '../../../../src-main/node/downloads/engine.ts';
import { createDownloadPlan } from '../../../../src-main/node/inbox/downloads/download-plan.ts';
import { createDownloadReports } from '../../../../src-main/node/inbox/downloads/download-reports.ts';
import { createEarlyFilms } from '../../../../src-main/node/inbox/downloads/early-films.ts';
import { silentLog } from '../../../../src-main/node/log/log.ts';
import { createDiskStore } from '../../../../src-main/node/video-store/disk-store.ts';
import { bigMp4 } from '../../../support/big-mp4.ts';
import { delivery } from '../../../support/deliveries.ts';
import { inlineMedia } from '../../../support/inline-media.ts';
import { tempDir } from '../../../support/temp-dir.ts';
import { startVideoServer } from '../../../support/video-server.ts';
import { openLibraryIn } from '../../../support/test-library.ts';

const draft = bigMp4(900_000);
const film = bigMp4(990_000);

async function openCore() {
  const dir = await tempDir();
  const now = (): Date => new Date();
  const library = await openLibraryIn(dir, { now });
  const store = createDiskStore(dir);
  const downloads = createDownloads({
    dataDir: dir,
    store,
    describe: () => ({}),
    media: inlineMedia,
    reports: createDownloadReports({
      record: createEarlyFilms({
        get: (key) => library.get(key),
        store,
        record: (event) => library.record(event),
        log: silentLog,
      }),
      changed: () => undefined,
      publish: () => undefined,
      sourceEnded: () => undefined,
      log: silentLog,
      now,
    }),
    log: silentLog,
    allowHosts: ['127.0.0.1'],
    freeSpace: () => Promise.resolve(1e12),
    retry: { firstDelayMs: 5, maxDelayMs: 20, minAttempts: 2, giveUpAfterMs: 0, contentAttempts: 1 },
  });
  const plan = createDownloadPlan(downloads);
  library.onChange(({ task }) => {
    if (task !== null) plan.consider(task);
  });
  onTestFinished(async () => {
    await downloads.close();
    await library.close();
  });
  const until = async (isSo: (task: Task) => boolean): Promise<Task> => {
    const look = () => library.get('kie-luma:t');
    await expect.poll(() => look() !== undefined && isSo(look() as Task)).toBe(true);
    return look() as Task;
  };
  const filesNow = async (): Promise<readonly string[]> =>
    (await readdir(path.join(dir, 'videos'), { recursive: true, withFileTypes: true }))
      .filter((entry) => entry.isFile())
      .map(({ name }) => name)
      .sort();
  const partBytes = async (): Promise<number> => {
    const names = await filesNow().catch(() => []);
    const part = names.find((name) => name.endsWith('.part'));
    return part === undefined
      ? 0
      : (await stat(path.join(dir, 'videos', monthOf(library.get('kie-luma:t')), part))).size;
  };
  const bytesOf = ({ videos }: Task): Promise<Buffer> => readFile(path.join(dir, videos[0]?.path ?? ''));
  return { library, until, filesNow, partBytes, bytesOf };
}

const monthOf = (task: Task | undefined): string => task?.receivedAt.slice(0, 7) ?? '';
const early = (url: string) => delivery('t', { state: 'processing', videoUrls: [url], isEarly: true });
const ended = (url: string) => delivery('t', { videoUrls: [url] });
const isSaved = ({ videos }: Task): boolean => videos.length === 1 && videos[0]?.state === 'saved';

test('the film takes the place of the draft that was saved, and the draft goes once it is here', async () => {
  const server = await startVideoServer();
  const core = await openCore();
  let bytes = draft;
  const url = server.handle('/a.mp4', (_request, response) => void response.end(bytes));
  await core.library.record(early(url));
  expect((await core.bytesOf(await core.until(isSaved))).equals(draft)).toBe(true);
  bytes = film;
  await core.library.record(ended(url));
  const task = await core.until(isSaved);
  expect((await core.bytesOf(task)).equals(film)).toBe(true);
  await expect.poll(core.filesNow).toEqual(['kie-luma_t_1-2.json', 'kie-luma_t_1-2.mp4']);
  await core.library.record(ended(url));
  expect(server.exchanges).toHaveLength(2);
});

test('drafts that are still being fetched when the record names another film leave nothing behind', async () => {
  const server = await startVideoServer();
  const core = await openCore();
  let finish = (): void => undefined;
  const url = server.file('/a.mp4', draft);
  const slow = server.handle('/b.mp4', (_request, response) => {
    response.writeHead(200, { 'content-length': String(film.length) });
    response.write(film.subarray(0, 600_000));
    finish = () => void response.end(film.subarray(600_000));
  });
  await core.library.record(delivery('t', { state: 'processing', videoUrls: [url, slow], isEarly: true }));
  await expect.poll(() => server.exchanges.length).toBe(2);
  await core.until(({ videos }) => videos[0]?.state === 'saved');
  await expect.poll(core.partBytes).toBeGreaterThan(0);
  const named = delivery('t', { videoUrls: [url] }, { source: 'asked', trust: 'confirmed' });
  await core.library.record(named);
  expect((await core.until(isSaved)).videos).toHaveLength(1);
  finish();
  await expect.poll(core.filesNow).toEqual(['kie-luma_t_1.json', 'kie-luma_t_1.mp4']);
});

test('a film that is what the draft was keeps its name', async () => {
  const server = await startVideoServer();
  const core = await openCore();
  const url = server.file('/a.mp4', film);
  await core.library.record(early(url));
  await core.until(isSaved);
  await core.library.record(ended(url));
  expect((await core.bytesOf(await core.until(isSaved))).equals(film)).toBe(true);
  expect(await core.filesNow()).toEqual(['kie-luma_t_1.json', 'kie-luma_t_1.mp4']);
});

test('the end comes while the draft is being fetched: nothing of the draft gets into the film', async () => {
  const server = await startVideoServer();
  const core = await openCore();
  let finish = (): void => undefined;
  let hasBegun = false;
  const url = server.handle('/a.mp4', (_request, response) => {
    if (hasBegun) return void response.end(film);
    hasBegun = true;
    response.writeHead(200, { 'content-length': String(draft.length) });
    response.write(draft.subarray(0, 600_000));
    finish = () => void response.end(draft.subarray(600_000));
  });
  await core.library.record(early(url));
  await expect.poll(() => hasBegun).toBe(true);
  await core.library.record(ended(url));
  finish();
  expect((await core.bytesOf(await core.until(isSaved))).equals(film)).toBe(true);
  await expect.poll(core.filesNow).toEqual(['kie-luma_t_1-2.json', 'kie-luma_t_1-2.mp4']);
});

test('a draft that broke off is not gone on with', async () => {
  const server = await startVideoServer();
  const core = await openCore();
  let breakOff = (): void => undefined;
  let asked = 0;
  const ranges: unknown[] = [];
  const url = server.handle('/a.mp4', (request, response) => {
    asked += 1;
    if (asked > 1) {
      ranges.push(request.headers.range);
      return void response.end(film);
    }
    response.writeHead(200, { 'content-length': String(draft.length), etag: '"one"' });
    response.write(draft.subarray(0, 600_000));
    breakOff = () => void response.destroy();
  });
  await core.library.record(early(url));
  // Its bytes are in a part, which a later attempt would go on with.
  await expect.poll(core.partBytes).toBeGreaterThan(0);
  await core.library.record(ended(url));
  breakOff();
  expect((await core.bytesOf(await core.until(isSaved))).equals(film)).toBe(true);
  expect(ranges).toEqual([undefined]);
  expect(await core.filesNow()).toEqual(['kie-luma_t_1.json', 'kie-luma_t_1.mp4']);
});

test('a film that cannot be had takes nothing away', async () => {
  const server = await startVideoServer();
  const core = await openCore();
  let hasDied = false;
  const url = server.handle('/a.mp4', (_request, response) => {
    if (hasDied) response.writeHead(410).end();
    else response.end(draft);
  });
  await core.library.record(early(url));
  await core.until(isSaved);
  hasDied = true;
  await core.library.record(ended(url));
  const task = await core.until(({ videos }) => videos[0]?.state === 'expired');
  expect((await core.bytesOf(task)).equals(draft)).toBe(true);
});
