/** A server that calls itself S3 and says what it likes: each lie is an error that says so, and nothing waits for ever. */
import { Agent } from 'undici';
import { hash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { createFileCache } from '../../../../src-main/node/video-store/s3/file-cache.ts';
import { createS3Client, type S3Client } from '../../../../src-main/node/video-store/s3/s3-client.ts';
import { S3Error } from '../../../../src-main/node/video-store/s3/s3-error.ts';
import { parseStoreUrl } from '../../../../src-main/node/video-store/s3/s3-config.ts';
import { createS3Store } from '../../../../src-main/node/video-store/s3/s3-store.ts';
import { OtherBytes } from '../../../../src-main/node/video-store/video-store.ts';
import { startS3Server, type Fault, type S3Server } from '../../../support/s3/s3-server.ts';
import { roomyDisk } from '../../../support/s3/roomy-disk.ts';
import { tempDir } from '../../../support/temp-dir.ts';

const keys = { accessKeyId: 'AK', secretAccessKey: 'secret', sessionToken: null };
const mib = 1024 * 1024;

async function open({ wholeMs }: { wholeMs?: number } = {}): Promise<{ server: S3Server; s3: S3Client }> {
  const server = await startS3Server({ bucket: 'shelf', region: 'us-east-1', ...keys });
  const dispatcher = new Agent();
  onTestFinished(async () => {
    await dispatcher.destroy();
    await server.close();
  });
  const place = parseStoreUrl(`s3://shelf/lib?endpoint=${server.endpoint}&pathStyle=1`, {});
  return { server, s3: createS3Client({ place, keys, dispatcher, ...(wholeMs === undefined ? {} : { wholeMs }) }) };
}

async function storeOn(s3: S3Client) {
  const dir = await tempDir();
  const cache = createFileCache(path.join(dir, 'cache'), 1e9, roomyDisk);
  return createS3Store({ client: s3, cache, uploadsDir: path.join(dir, 'uploads'), partsOverBytes: 1, retryMs: [] });
}

const says = (body: string, status = 200): Fault => ({ kind: 'says', status, body });
const list = (inner: string): string => `<ListBucketResult>${inner}</ListBucketResult>`;
async function all(listing: AsyncIterable<{ readonly key: string }>): Promise<string[]> {
  const found: string[] = [];
  for await (const { key } of listing) found.push(key);
  return found;
}
/** Told as a sentence, and by a word of ours or the server's. */
const told = (word: string) => expect.objectContaining({ code: 'unavailable', word }) as S3Error;

test.each([
  ['elements that are opened a million times and never closed', '<Contents><Key>'.repeat(1_000_000)],
  ['elements in elements', `${'<Contents>'.repeat(700_000)}${'</Key>'.repeat(700_000)}`],
  ['an entity that is never ended', list(`<Contents><Key>lib/&#${'1'.repeat(4 * mib)}</Key></Contents>`)],
  ['an entity that is no character', list('<Contents><Key>lib/&#xFFFFFFFF;&#99999999;</Key></Contents>')],
  ['ampersands', list(`<Contents><Key>lib/${'&#x'.repeat(2 * mib)}</Key></Contents>`)],
  [
    'entities of its own',
    `<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>${list('<Contents><Key>lib/&b;</Key></Contents>')}`,
  ],
])('a list of %s is read or refused in one pass', async (_what, body) => {
  const { server, s3 } = await open();
  server.fault = () => says(body);
  const keysOf = await all(s3.list('')).catch((error: unknown) => error);
  if (keysOf instanceof Error) expect(keysOf).toEqual(told('NoAnswer'));
  else expect((keysOf as string[]).length).toBeLessThanOrEqual(1);
});

test.each([
  ['the same place again', () => '<IsTruncated>true</IsTruncated><NextContinuationToken>same</NextContinuationToken>'],
  ['no place', () => '<IsTruncated>true</IsTruncated>'],
  [
    'two places in turns',
    (n: number) => `<IsTruncated>true</IsTruncated><NextContinuationToken>${String(n % 2)}</NextContinuationToken>`,
  ],
  [
    'ever new pages without a key',
    (n: number) => `<IsTruncated>true</IsTruncated><NextContinuationToken>${String(n)}</NextContinuationToken>`,
  ],
])('a list that goes on at %s ends with an error', async (_what, page) => {
  const { server, s3 } = await open();
  let n = 0;
  server.fault = () => says(list(page((n += 1))));
  await expect(all(s3.list(''))).rejects.toEqual(told('EndlessList'));
});

test('parts that are listed at the same place again end with an error', async () => {
  const { server, s3 } = await open();
  const part = '<Part><PartNumber>1</PartNumber><ETag>x</ETag></Part><IsTruncated>true</IsTruncated>';
  server.fault = () => says(`<ListPartsResult>${part}</ListPartsResult>`);
  await expect(s3.listParts('k', 'id')).rejects.toEqual(told('EndlessList'));
});

test('what is no list is not taken for an empty one, so a sweep removes nothing', async () => {
  const { server, s3 } = await open();
  const store = await storeOn(s3);
  await store.write('videos/a.json', '{}');
  server.age(1000);
  const held = [...server.objects.keys()];
  for (const body of ['', '<html>Sign in to this network</html>', '<ListBucketResult><Contents>', '{}']) {
    // Of the names only: the bytes are listed as they are.
    server.fault = ({ query }) => (query.get('prefix')?.includes('names/') === true ? says(body) : null);
    await expect(store.sweep(0)).rejects.toEqual(told('NoAnswer'));
  }
  server.fault = ({ query }) =>
    query.has('list-type') ? says('<Error><Code>InternalError</Code><Message>later</Message></Error>') : null;
  await expect(store.sweep(0)).rejects.toEqual(told('InternalError'));
  expect([...server.objects.keys()]).toEqual(held);
});

test('an answer that does not end is not read to its end, nor waited for', async () => {
  const { server, s3 } = await open({ wholeMs: 200 });
  const store = await storeOn(s3);
  await store.write('videos/a.json', '{}');
  server.fault = () => ({ kind: 'endless', body: 'x'.repeat(64 * 1024), isSlow: false });
  await expect(all((await open()).s3.list(''))).resolves.toEqual([]);
  await expect(all(s3.list(''))).rejects.toThrow(S3Error);
  await expect(store.stat('videos/a.json')).rejects.toEqual(told('TooLong'));
  server.fault = ({ path: asked }) =>
    asked.includes('/sha256/') ? { kind: 'endless', body: 'x'.repeat(64 * 1024), isSlow: false } : null;
  await expect(store.open('videos/a.json')).rejects.toEqual(told('TooLong'));
  server.fault = () => ({ kind: 'endless', body: 'x', isSlow: true });
  await expect(all(s3.list(''))).rejects.toEqual(told('TooSlow'));
});

test('a body that is shorter or longer than was said is an error, and no other answer is read from what is left', async () => {
  const { server, s3 } = await open();
  const store = await storeOn(s3);
  await store.write('videos/a.json', '{"a":1}');
  const pointer = server.objects.get('lib/names/videos/a.json')?.toString() ?? '';
  const of = (length: number): Fault => ({
    kind: 'says',
    status: 200,
    headers: { 'content-length': String(length) },
    body: pointer,
  });
  server.fault = () => of(pointer.length + 1);
  await expect(store.stat('videos/a.json')).rejects.toEqual(told('Unreachable'));
  server.fault = () => of(20);
  await expect(store.stat('videos/a.json')).rejects.toThrow(OtherBytes);
  server.fault = null;
  expect(await store.stat('videos/a.json')).toMatchObject({ sizeBytes: 7 });
  expect((await buffer((await store.open('videos/a.json')) ?? expect.fail('not there'))).toString()).toBe('{"a":1}');
});

test('a name that holds something else, and a range that is not kept to, are errors', async () => {
  const { server, s3 } = await open();
  const store = await storeOn(s3);
  for (const text of ['', 'null', '[]', '{"sha256":"../../x","sizeBytes":1}', '{"sha256":5}', '{']) {
    server.objects.set('lib/names/videos/b.mp4', Buffer.from(text));
    await expect(store.stat('videos/b.mp4')).rejects.toThrow(OtherBytes);
  }
  const range = (told: string): Fault => ({
    kind: 'says',
    status: 206,
    headers: { 'content-range': told, 'content-length': '2' },
    body: 'xx',
  });
  for (const other of ['bytes 0-1/9', 'bytes 2-4/9', 'bytes */9', 'bytes 2-3/*', '']) {
    server.fault = () => range(other);
    await expect(s3.get('k', { start: 2, end: 3 })).rejects.toEqual(told('NoRange'));
  }
  server.fault = () => range('bytes 2-3/9');
  await buffer((await s3.get('k', { start: 2, end: 3 }))?.stream ?? expect.fail('not there'));
  server.fault = () => says('the whole film');
  await expect(s3.get('k', { start: 2, end: 3 })).rejects.toEqual(told('NoRange'));
  server.fault = () => ({ kind: 'endless', body: 'x', isSlow: true });
  await expect(s3.get('k', { start: 2, end: 3 })).rejects.toEqual(told('NoRange'));
});

test('a picture that is another one, or a part of it, is an error and is not kept in its place', async () => {
  const { server, s3 } = await open();
  const store = await storeOn(s3);
  await store.write('posters/a.jpg', 'a picture');
  const place = `lib/sha256/${hash('sha256', 'a picture')}`;
  for (const lie of ['b picture', 'a pic']) {
    server.objects.set(place, Buffer.from(lie));
    await expect(store.open('posters/a.jpg')).rejects.toBeInstanceOf(OtherBytes);
  }
  server.objects.set(place, Buffer.from('a picture'));
  expect((await buffer((await store.open('posters/a.jpg')) ?? expect.fail('not there'))).toString()).toBe('a picture');
});

test('an upload in parts that ends with an error behind a 200 is not stored, and its file stays', async () => {
  const { server, s3 } = await open();
  const store = await storeOn(s3);
  const file = path.join(await tempDir(), 'film.part');
  const film = Buffer.from('a film');
  await writeFile(file, film);
  const finished = { file, sizeBytes: film.length, sha256: hash('sha256', film) };
  for (const error of ['<Error>', '<Error xmlns="http://s3.amazonaws.com/doc/2006-03-01/">']) {
    server.fault = ({ method, query }) =>
      method === 'POST' && query.has('uploadId')
        ? says(`<?xml version="1.0"?>\n${error}<Code>InternalError</Code><Message>try again</Message></Error>`)
        : null;
    await expect(store.put(finished, 'videos/c.mp4')).rejects.toEqual(told('InternalError'));
  }
  // A 200 that says nothing is believed only where the film is there.
  server.fault = ({ method, query }) => (method === 'POST' && query.has('uploadId') ? says('') : null);
  await expect(store.put(finished, 'videos/c.mp4')).rejects.toEqual(told('NotStored'));
  server.fault = null;
  await store.put(finished, 'videos/c.mp4');
  expect(await store.holds('videos/c.mp4')).toBe(true);
});
