/** Films that a copy brings: of an inbox that lost some, behind connections that break off, over several starts. */
import { hash } from 'node:crypto';
import { readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { InboxError } from '../../../src-main/common/errors.ts';
import { asTold } from '../../../src-main/common/texts/sentence.ts';
import { silentLog } from '../../../src-main/node/log/log.ts';
import { makeFolder } from '../../../src-main/node/storage/durable-files.ts';
import type { TwinClient } from '../../../src-main/node/sync/twin-client.ts';
import { createTwinStore } from '../../../src-main/node/sync/twin-store.ts';
import { createDiskStore } from '../../../src-main/node/video-store/disk-store.ts';
import { tempDir } from '../../support/temp-dir.ts';

const name = 'videos/2026-11/film.mp4';
const film = Buffer.alloc(40_000, 'film');
const file = { sha256: hash('sha256', film), sizeBytes: film.length };
const lost = new InboxError('not-found', asTold('no such file'));

async function storeWith(media: TwinClient['media'], known?: string) {
  const root = known ?? (await tempDir());
  const unasked = () => Promise.reject(new Error('not asked here'));
  const client = { media, page: unasked, send: unasked, status: unasked };
  const store = createTwinStore(root, createDiskStore(root), client, silentLog);
  onTestFinished(() => store.close());
  store.know('kie-luma:t1', name, file);
  const inFolder = () => readdir(path.join(root, 'videos')).catch(() => []);
  return { root, store, inFolder };
}

const bytes = (chunk: Buffer): AsyncIterable<Buffer> => Readable.from([chunk]);

async function* broken(chunk: Buffer): AsyncGenerator<Buffer> {
  await Promise.resolve();
  yield chunk;
  throw new Error('cut');
}

test('a film that the other lost is asked for once, and told apart from an inbox that is away', async () => {
  let asked = 0;
  const { store } = await storeWith(() => {
    asked += 1;
    return Promise.reject(asked === 1 ? lost : new InboxError('unavailable', asTold('away')));
  });
  expect([await store.bring(name, 0), asked]).toEqual(['not there', 1]);
  expect([await store.bring(name, 0), asked]).toEqual(['away', 2]);
});

test('the doctor of a copy looks at what is here, and brings nothing for that', async () => {
  const { store } = await storeWith(() => Promise.reject(new Error('not asked here')));
  expect(await store.store.isElsewhere?.(name)).toBe(true);
  await store.store.write(name, film);
  expect(await store.store.isElsewhere?.(name)).toBe(false);
  expect(await store.store.isElsewhere?.('videos/2026-11/other.mp4')).toBe(false);
});

test('bytes that are others are not kept', async () => {
  const other = Buffer.from(film);
  other[7] = 0;
  const { store, inFolder } = await storeWith(() => Promise.resolve(bytes(other)));
  expect(await store.bring(name, 0)).toBe('not there');
  expect(await inFolder()).toEqual([]);
});

test('what nobody waits for leaves room on the disk, and what someone opens comes all the same', async () => {
  let asked = 0;
  const { store } = await storeWith(() => {
    asked += 1;
    return Promise.resolve(bytes(film));
  });
  expect([await store.bring(name, Number.MAX_SAFE_INTEGER), asked]).toEqual(['away', 0]);
  (await store.store.open(name))?.destroy();
  expect(await store.bring(name, Number.MAX_SAFE_INTEGER)).toBe('here');
});

test('a film that is told anew while the one of before leaves is known, and takes its place', async () => {
  const anew = Buffer.from(film).reverse();
  const { store } = await storeWith(() => Promise.resolve(bytes(anew)));
  await store.store.write(name, film);
  const left = store.forget('kie-luma:t1');
  store.know('kie-luma:t1', name, { sha256: hash('sha256', anew), sizeBytes: anew.length });
  expect(await store.bring(name, 0)).toBe('here');
  await left;
  const stream = await store.store.open(name);
  expect(stream !== null && (await buffer(stream)).equals(anew)).toBe(true);
});

test('whoever opens a film in the trash that is told anew gets that, while the one of before leaves from there', async () => {
  const anew = Buffer.from(film).reverse();
  const { store } = await storeWith(() => Promise.resolve(bytes(anew)));
  await store.store.write(`trash/${name}`, film);
  let goOn = (): void => undefined;
  const left = store.forget('kie-luma:t1', new Promise<void>((resolve) => (goOn = resolve)));
  store.know('kie-luma:t1', name, { sha256: hash('sha256', anew), sizeBytes: anew.length });
  const opening = store.store.open(`trash/${name}`);
  goOn();
  await left;
  const stream = await opening;
  expect(stream !== null && (await buffer(stream)).equals(anew)).toBe(true);
});

test('a film that is told anew while the one of before cannot leave is brought later, and nobody else hears of that', async () => {
  const root = await tempDir();
  const unasked = () => Promise.reject(new Error('not asked here'));
  const disk = createDiskStore(root);
  const remove = () => Promise.reject(Object.assign(new Error('in use'), { code: 'EBUSY' }));
  const client = { media: unasked, page: unasked, send: unasked, status: unasked };
  const store = createTwinStore(root, { ...disk, remove }, client, silentLog);
  onTestFinished(() => store.close());
  store.know('kie-luma:t1', name, file);
  await store.store.write(name, film);
  const left = store.forget('kie-luma:t1');
  store.know('kie-luma:t1', name, file);
  const [brought, opened] = await Promise.allSettled([store.bring(name, 0), store.store.open(name), left]);
  expect([brought, opened.status]).toEqual([{ status: 'fulfilled', value: 'away' }, 'fulfilled']);
  await expect(left).rejects.toThrow('in use');
  if (opened.status === 'fulfilled') opened.value?.destroy();
});

test('a film whose task leaves while it is brought is brought no further, and nothing of it stays', async () => {
  let isHere = (): void => undefined;
  const half = new Promise<void>((resolve) => (isHere = resolve));
  let goOn = (): void => undefined;
  const rest = new Promise<void>((resolve) => (goOn = resolve));
  const { store, inFolder } = await storeWith(async function* two() {
    yield film.subarray(0, 20_000);
    isHere();
    await rest;
    yield film.subarray(20_000);
  } as unknown as TwinClient['media']);
  const running = store.bring(name, 0);
  await half;
  const left = store.forget('kie-luma:t1');
  goOn();
  await left;
  expect([await running, (await inFolder()).filter((each) => /mp4|tmp/.test(each))]).toEqual(['not there', []]);
  expect(await store.store.stat(name)).toBeNull();
});

test('what a program brought that was killed is gone on with, and the rest of what nobody wants is removed', async () => {
  const first = await storeWith((_sha, start) => Promise.resolve(broken(film.subarray(start, start + 5000))));
  const running = first.store.bring(name, 0);
  await expect.poll(first.inFolder).toHaveLength(1);
  first.store.close();
  await running;
  const folder = path.join(first.root, 'videos');
  await makeFolder(folder);
  await writeFile(path.join(folder, '812a6c17-f85f-4f4c-b019-7e2b9d3d935d.tmp'), 'of a build before');
  await writeFile(path.join(folder, `${'a'.repeat(40)}.tmp`), 'of a task that left');
  await writeFile(path.join(folder, 'mine.tmp'), 'of the person');
  const starts: number[] = [];
  const second = await storeWith((_sha, start) => {
    starts.push(start);
    return Promise.resolve(bytes(film.subarray(start)));
  }, first.root);
  await second.store.sweep();
  expect(await second.inFolder()).toHaveLength(2);
  expect(await second.store.bring(name, 0)).toBe('here');
  expect(starts).toHaveLength(1);
  expect(starts[0]).toBeGreaterThanOrEqual(5000);
  expect((await second.inFolder()).toSorted()).toEqual(['2026-11', 'mine.tmp']);
});
