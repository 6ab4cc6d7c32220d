/** Films of a machine that was alone go to the shelf that it shares now: real files, a real library, an S3 server. */
import { hash } from 'node:crypto';
import { access, appendFile } from 'node:fs/promises';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { openBringToShelf, type BringToShelf } from '../../../../src-main/node/inbox/machines/bring-to-shelf.ts';
import { silentLog } from '../../../../src-main/node/log/log.ts';
import { withoutProxy } from '../../../../src-main/node/outgoing/outgoing.ts';
import { createDiskStore } from '../../../../src-main/node/video-store/disk-store.ts';
import { createFilePlaces } from '../../../../src-main/node/video-store/file-places.ts';
import { openVideoStore } from '../../../../src-main/node/video-store/open-store.ts';
import type { VideoStore } from '../../../../src-main/node/video-store/video-store.ts';
import { delivery, saved } from '../../../support/deliveries.ts';
import { startS3Server, type S3Server } from '../../../support/s3/s3-server.ts';
import { tempDir } from '../../../support/temp-dir.ts';
import { openLibraryIn } from '../../../support/test-library.ts';
import { waitUntil } from '../../../support/wait-until.ts';

const nameOf = (id: string): string => `videos/2026-11/kie-luma_${id}_1.mp4`;
const filmOf = (id: string): Buffer => Buffer.from(`the film ${id}`);
const keys = { accessKeyId: 'AK', secretAccessKey: 'secret' };

async function storeIn(root: string, server: S3Server) {
  const url = `s3://shelf/films?endpoint=${server.endpoint}&pathStyle=1`;
  const env = { AWS_ACCESS_KEY_ID: keys.accessKeyId, AWS_SECRET_ACCESS_KEY: keys.secretAccessKey };
  return openVideoStore(root, { url, env, outgoing: withoutProxy });
}

/** A machine whose films lie on its disk, and another one that has joined as well. */
async function joined(...ids: readonly string[]) {
  const server = await startS3Server({ bucket: 'shelf', region: 'us-east-1', ...keys });
  onTestFinished(() => server.close());
  const root = await tempDir();
  const disk = createDiskStore(root);
  const library = await openLibraryIn(root);
  onTestFinished(() => library.close());
  for (const id of ids) {
    const url = `https://media.example.test/${id}.mp4`;
    await library.record(delivery(id, { videoUrls: [url] }));
    const film = saved(id, url);
    if (film.type !== 'video-saved') throw new Error('no film');
    const told = { path: nameOf(id), sizeBytes: filmOf(id).length, sha256: hash('sha256', filmOf(id)) };
    await library.record({ ...film, file: { ...film.file, ...told } });
    await disk.write(nameOf(id), filmOf(id));
    await disk.write(nameOf(id).replace('.mp4', '.json'), '{}');
  }
  const store = await storeIn(root, server);
  const { beneath, bringUp } = store;
  if (beneath === undefined || bringUp === undefined) throw new Error('nothing lies beneath');
  const places = createFilePlaces(store);
  const bringing = await openBringToShelf({ beneath, bringUp });
  onTestFinished(() => bringing.close());
  const begin = (isWhole = () => Promise.resolve(true)): void =>
    bringing.begin({ library, places, isWhole, log: silentLog, firstMs: 0, againMs: 1 });
  return { server, root, library, store, places, bringing, begin, other: await storeIn(await tempDir(), server) };
}

const all = (bringing: BringToShelf) => waitUntil(() => bringing.left().films === 0, 'all films to be on the shelf');
const read = async (store: VideoStore, name: string): Promise<string | null> => {
  const stream = await store.open(name);
  return stream === null ? null : (await buffer(stream)).toString();
};

test('they are counted before anything is known of them, and found by the other machine once they are brought', async () => {
  const { root, bringing, begin, other } = await joined('a', 'b');
  const bytes = filmOf('a').length + filmOf('b').length;
  expect(bringing.left()).toEqual({ films: 2, bytes });
  expect(await read(other, nameOf('a'))).toBeNull();
  begin();
  await all(bringing);
  for (const id of ['a', 'b']) {
    expect(await read(other, nameOf(id))).toBe(`the film ${id}`);
    await expect(access(path.join(root, nameOf(id)))).rejects.toThrow();
  }
  await waitUntil(async () => (await other.stat(nameOf('b').replace('.mp4', '.json'))) !== null, 'its sidecar');
});

test.each([
  [403, 'AccessDenied'],
  [413, 'EntityTooLarge'],
])(
  'one that the shelf does not take (%i) is not lost, keeps no other from it, and is tried again',
  async (status, code) => {
    const { server, root, bringing, begin, other } = await joined('a', 'b', 'c');
    let isRefused = true as boolean;
    server.fault = ({ method, path: asked }) =>
      isRefused && method === 'PUT' && asked.endsWith(`/sha256/${hash('sha256', filmOf('b'))}`)
        ? { kind: 'status', status, code }
        : null;
    begin();
    await waitUntil(() => bringing.left().films === 1, 'the others to be there');
    await access(path.join(root, nameOf('b')));
    isRefused = false;
    await all(bringing);
    for (const id of ['a', 'b', 'c']) expect(await read(other, nameOf(id))).toBe(`the film ${id}`);
  },
);

test('nobody waits for one that cannot be read; it is brought once it can', async () => {
  const { library, store, places, other } = await joined('a', 'b');
  const { beneath, bringUp } = store;
  if (beneath === undefined || bringUp === undefined) throw new Error('nothing lies beneath');
  let tries = 0;
  let isBroken = true as boolean;
  const bringing = await openBringToShelf({
    beneath,
    bringUp(name, to, sha256) {
      if (!isBroken || name !== nameOf('b')) return bringUp(name, to, sha256);
      tries += 1;
      return Promise.reject(Object.assign(new Error('EIO: i/o error, read'), { code: 'EIO', syscall: 'read' }));
    },
  });
  onTestFinished(() => bringing.close());
  bringing.begin({ library, places, isWhole: () => Promise.resolve(true), log: silentLog, firstMs: 0, againMs: 1 });
  await waitUntil(() => tries > 3, 'it to be tried again');
  expect(bringing.left()).toEqual({ films: 0, bytes: 0 });
  expect(await read(other, nameOf('a'))).toBe('the film a');
  isBroken = false;
  await waitUntil(async () => (await read(other, nameOf('b'))) === 'the film b', 'it to be on the shelf');
  expect(bringing.left()).toEqual({ films: 0, bytes: 0 });
});

test('one that a firewall keeps from the shelf is only here, and no machine takes it for lost', async () => {
  const { library, store, places } = await joined('a');
  const { beneath } = store;
  if (beneath === undefined) throw new Error('nothing lies beneath');
  let tries = 0;
  const bringing = await openBringToShelf({
    beneath,
    bringUp() {
      tries += 1;
      return Promise.reject(Object.assign(new Error('connect EACCES'), { code: 'EACCES', syscall: 'connect' }));
    },
  });
  onTestFinished(() => bringing.close());
  bringing.begin({ library, places, isWhole: () => Promise.resolve(true), log: silentLog, firstMs: 0, againMs: 1 });
  await waitUntil(() => tries > 3, 'it to be tried again');
  expect(bringing.left().films).toBe(1);
});

test('what is no file of a task, or another one than was saved, stays on the disk', async () => {
  const { root, store, bringing, begin, other } = await joined('a', 'b');
  await appendFile(path.join(root, nameOf('a')), ' cut by the person');
  await createDiskStore(root).write('videos/of-nobody.mp4', 'of nobody');
  begin();
  await all(bringing);
  expect(await read(other, nameOf('b'))).toBe('the film b');
  for (const name of [nameOf('a'), 'videos/of-nobody.mp4']) {
    expect(await read(other, name)).toBeNull();
    expect(await read(store, name)).not.toBeNull();
  }
});

test('a film that another machine brought under its name is not written over with other bytes', async () => {
  const { root, bringing, begin, other } = await joined('a');
  await other.write(nameOf('a'), 'fetched anew there');
  begin();
  await all(bringing);
  expect(await read(other, nameOf('a'))).toBe('fetched anew there');
  await access(path.join(root, nameOf('a')));
});

test('one that is thrown away lies in the trash of the shelf', async () => {
  const { library, places, bringing, begin, other } = await joined('a');
  await library.record({ type: 'trashed', keys: ['kie-luma:a'] });
  begin();
  await all(bringing);
  expect(await read(other, `trash/${nameOf('a')}`)).toBe('the film a');
  const task = library.get('kie-luma:a');
  expect(task !== undefined && (await places.find(task, nameOf('a')))?.name).toBe(`trash/${nameOf('a')}`);
});

test('one that is removed for good while it is on its way is not on the shelf when it has come there', async () => {
  const { store, library, places, other } = await joined('a', 'b');
  const { beneath, bringUp } = store;
  if (beneath === undefined || bringUp === undefined) throw new Error('nothing lies beneath');
  let isFirst = true as boolean;
  const bringing = await openBringToShelf({
    beneath,
    async bringUp(name, to, sha256) {
      const outcome = await bringUp(name, to, sha256);
      if (!isFirst || name !== nameOf('a')) return outcome;
      isFirst = false;
      await library.record({ type: 'purged', keys: ['kie-luma:a'] });
      await places.remove([nameOf('a')]);
      await other.write(to, 'what was on its way'); // the end of the request that was under way
      return outcome;
    },
  });
  onTestFinished(() => bringing.close());
  bringing.begin({ library, places, isWhole: () => Promise.resolve(true), log: silentLog, firstMs: 0, againMs: 1 });
  await all(bringing);
  expect(isFirst).toBe(false);
  expect(await read(other, nameOf('a'))).toBeNull();
  expect(await read(other, nameOf('b'))).toBe('the film b');
});

test('while the library lacks what was taken here, films count that no task is known of', async () => {
  const { root, bringing, begin } = await joined('a');
  await createDiskStore(root).write('videos/to-come.mp4', 'its task is to be sent yet');
  let isWhole = false as boolean;
  let asked = 0;
  begin(() => {
    asked += 1;
    return Promise.resolve(isWhole);
  });
  await waitUntil(() => asked > 2, 'it to be tried again');
  expect(bringing.left().films).toBe(1);
  isWhole = true;
  await all(bringing);
});
