/** The S3 client against a small S3 that checks what Amazon's documentation says. */
import { hash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { Agent } from 'undici';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { createS3Client, type S3Client } from '../../../../src-main/node/video-store/s3/s3-client.ts';
import { S3Error } from '../../../../src-main/node/video-store/s3/s3-error.ts';
import { createKeySource } from '../../../../src-main/node/video-store/s3/s3-keys.ts';
import { parseStoreUrl } from '../../../../src-main/node/video-store/s3/s3-config.ts';
import { startS3Server, type S3Server } from '../../../support/s3/s3-server.ts';

const keys = { accessKeyId: 'AKEXAMPLE', secretAccessKey: 'not/a+real=secret', sessionToken: null };
let server: S3Server;
let dispatcher: Agent;
let s3: S3Client;

beforeEach(async () => {
  server = await startS3Server({ bucket: 'shelf', region: 'eu-north-1', ...keys, pageSize: 2 });
  dispatcher = new Agent();
  s3 = client();
});
afterEach(async () => {
  await dispatcher.destroy();
  await server.close();
});

function client(changed: Partial<typeof keys> = {}): S3Client {
  const place = parseStoreUrl(`s3://shelf/our films?endpoint=${server.endpoint}&region=eu-north-1&pathStyle=1`, {});
  return createS3Client({ place, keys: { ...keys, ...changed }, dispatcher });
}

const upload = (bytes: Buffer) => ({ bytes, sizeBytes: bytes.length });
const options = (bytes: Buffer, onlyNew = false) => ({
  sha256: hash('sha256', bytes),
  contentType: 'video/mp4',
  onlyNew,
});
async function bytesOf(stream: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

describe('one object', () => {
  const key = 'ab/ü é (1)+&=.mp4';
  const film = randomBytes(100_000);

  it('is stored, found and read again, below the prefix', async () => {
    expect(await s3.put(key, upload(film), options(film))).toBe('stored');
    expect([...server.objects.keys()]).toEqual([`our films/${key}`]);
    expect(await s3.head(key)).toMatchObject({ sizeBytes: film.length, sha256: hash('sha256', film) });
    const whole = await s3.get(key);
    expect(whole && (await bytesOf(whole.stream)).equals(film)).toBe(true);
    const part = await s3.get(key, { start: 10, end: 19 });
    expect(part?.sizeBytes).toBe(film.length);
    expect(part && (await bytesOf(part.stream)).equals(film.subarray(10, 20))).toBe(true);
  });

  it('is streamed with its length', async () => {
    const body = { bytes: Readable.from([film.subarray(0, 70_000), film.subarray(70_000)]), sizeBytes: film.length };
    expect(await s3.put(key, body, options(film))).toBe('stored');
    expect(server.objects.get(`our films/${key}`)?.equals(film)).toBe(true);
  });

  it('is not there before and after', async () => {
    expect(await s3.head(key)).toBeNull();
    expect(await s3.get(key)).toBeNull();
    await s3.put(key, upload(film), options(film));
    await s3.remove(key);
    await s3.remove(key);
    expect(await s3.head(key)).toBeNull();
  });

  it('is kept where another one of that name comes that must be new', async () => {
    await s3.put(key, upload(film), options(film));
    expect(await s3.put(key, upload(Buffer.from('x')), options(Buffer.from('x'), true))).toBe('exists');
    expect(server.objects.get(`our films/${key}`)?.equals(film)).toBe(true);
  });

  it('is refused where the bytes are not those of the sum', async () => {
    const lie = { ...options(film), sha256: hash('sha256', 'another') };
    await expect(s3.put(key, upload(film), lie)).rejects.toThrow(S3Error);
    expect(server.objects.size).toBe(0);
  });
});

it('an upload in parts goes on where it stopped, and is one object in the end', async () => {
  const part = 5 * 1024 * 1024;
  const film = randomBytes(4 * part + 7);
  const slice = (n: number) => {
    const bytes = film.subarray((n - 1) * part, n * part);
    return { ...upload(bytes), sha256: hash('sha256', bytes) };
  };
  const id = await s3.beginParts('big.mp4', hash('sha256', film));
  for (const n of [1, 2, 3]) await s3.putPart('big.mp4', id, n, slice(n));
  const there = (await s3.listParts('big.mp4', id)) ?? [];
  expect(there.map(({ n }) => n)).toEqual([1, 2, 3]);
  const rest = [];
  for (const n of [4, 5]) rest.push({ n, etag: await s3.putPart('big.mp4', id, n, slice(n)) });
  expect(await s3.endParts('big.mp4', id, [...there, ...rest], options(film, true))).toBe('stored');
  expect(server.objects.get('our films/big.mp4')?.equals(film)).toBe(true);
  expect((await s3.head('big.mp4'))?.sha256).toBe(hash('sha256', film));
  expect(await s3.listParts('big.mp4', id)).toBeNull();
});

it('an upload that is given up leaves nothing', async () => {
  const id = await s3.beginParts('big.mp4', hash('sha256', ''));
  await s3.abortParts('big.mp4', id);
  await s3.abortParts('big.mp4', id);
  expect(server.openUploads()).toBe(0);
});

it('lists page after page, without the prefix', async () => {
  for (const name of ['a/1', 'a/2', 'a/3', 'b&<>"/4', 'a/5'])
    await s3.put(name, upload(Buffer.from(name)), options(Buffer.from(name)));
  server.objects.set('elsewhere/a/6', Buffer.from('not ours'));
  const found = [];
  for await (const { key, sizeBytes } of s3.list('')) found.push([key, sizeBytes]);
  expect(found).toEqual([
    ['a/1', 3],
    ['a/2', 3],
    ['a/3', 3],
    ['a/5', 3],
    ['b&<>"/4', 7],
  ]);
  const some = [];
  for await (const { key } of s3.list('b')) some.push(key);
  expect(some).toEqual(['b&<>"/4']);
});

it('a wrong key and what the server refuses are told by its own word', async () => {
  const bytes = Buffer.from('x');
  await expect(client({ secretAccessKey: 'wrong' }).put('k', upload(bytes), options(bytes))).rejects.toMatchObject({
    status: 403,
    word: 'SignatureDoesNotMatch',
  });
  server.fault = () => ({ kind: 'status', status: 503, code: 'SlowDown' });
  await expect(s3.put('k', upload(bytes), options(bytes))).rejects.toMatchObject({ status: 503, word: 'SlowDown' });
  server.fault = () => ({ kind: 'cut' });
  await expect(s3.head('k')).rejects.toThrow();
});

it.each([
  ['wrong keys', 'shelf', 'eu-north-1', 'wrong', 'does not take these keys'],
  ['a bucket that is not there', 'other', 'eu-north-1', keys.secretAccessKey, 'no bucket of this name'],
  ['another region', 'shelf', 'eu-west-1', keys.secretAccessKey, 'in another region'],
])('%s: a sentence for a person says which', async (_what, bucket, region, secretAccessKey, sentence) => {
  const place = parseStoreUrl(`s3://${bucket}/films?endpoint=${server.endpoint}&region=${region}&pathStyle=1`, {});
  const shelf = createS3Client({ place, keys: { ...keys, secretAccessKey }, dispatcher });
  const listing = shelf.list('videos')[Symbol.asyncIterator]();
  await expect(listing.next()).rejects.toThrow(sentence);
});

it.each([
  [403, 'ExpiredToken', 'have expired'],
  [403, 'InvalidObjectState', 'into an archive'],
  [507, 'XMinioStorageFull', 'no room for more'],
  [503, 'SlowDown', 'is busy or broken (503 SlowDown)'],
  [301, 'PermanentRedirect', 'region=eu-west-9'],
  [400, 'AuthorizationHeaderMalformed', 'region=eu-west-9'],
  [403, 'RequestTimeTooSkewed', 'the clock of this machine'],
])('%i %s: a sentence for a person says what it means, and what to do', async (status, word, sentence) => {
  const place = '<Region>eu-west-9</Region>';
  server.fault = () => ({
    kind: 'says',
    status,
    headers: status === 301 ? { 'x-amz-bucket-region': 'eu-west-9' } : {},
    body: `<Error><Code>${word}</Code><Message>m</Message>${status === 400 ? place : ''}</Error>`,
  });
  await expect(s3.get('k')).rejects.toMatchObject({ word, message: expect.stringContaining(sentence) as unknown });
});

it.each([
  [308, { location: 'https://s3.example.test/shelf/films/k' }, 'Unknown', 'leads on to https://s3.example.test.'],
  [301, { location: 'https://s3.example.test/' }, 'Unknown', 'leads on to https://s3.example.test.'],
  [413, {}, 'EntityTooLarge', 'takes no request of this size (413 EntityTooLarge). Have it take 64 MiB'],
])('%i of a proxy before it is told as what it is', async (status, headers, word, sentence) => {
  server.fault = () => ({ kind: 'says', status, headers, body: '<html><h1>nginx</h1></html>' });
  await expect(s3.get('k')).rejects.toMatchObject({ word, message: expect.stringContaining(sentence) as unknown });
});

it.each([
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'NODE_EXTRA_CA_CERTS'],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'NODE_EXTRA_CA_CERTS'],
  ['ERR_SSL_WRONG_VERSION_NUMBER', 'does not speak https'],
  ['HPE_INVALID_CONSTANT', 'cannot be reached'],
])('a connection that ends with %s is trouble of the shelf, and a sentence says which', async (code, sentence) => {
  const broken = new Agent();
  onTestFinished(() => broken.destroy());
  broken.request = () => Promise.reject(Object.assign(new Error(code), { code }));
  const place = parseStoreUrl(`s3://shelf?endpoint=${server.endpoint}`, {});
  const asked = createS3Client({ place, keys, dispatcher: broken }).head('k');
  await expect(asked).rejects.toMatchObject({
    code: 'unavailable',
    word: 'Unreachable',
    message: expect.stringContaining(sentence) as unknown,
  });
});

it('a server that is not there: a sentence for a person says so', async () => {
  await server.close();
  await expect(s3.head('k')).rejects.toMatchObject({
    code: 'unavailable',
    message: expect.stringContaining('cannot be reached') as unknown,
  });
});

it('a film that is not as long as it says is no server that cannot be reached', async () => {
  const film = Buffer.from('shorter than it says');
  const sent = s3.put('k', { ...upload(film), sizeBytes: film.length + 1 }, options(film));
  await expect(sent).rejects.not.toThrow('cannot be reached');
});

describe('the address of a shelf', () => {
  it.each([
    'https://bucket/x',
    's3:///x',
    'nonsense',
    's3://key:secret@bucket/x',
    's3://bucket?endpoint=ftp://x',
    's3://bucket?endpoint=http://key:secret@x',
    // Each of these named another place than the one that was meant, or broke the start.
    's3://bucket:9000/x',
    's3://bucket/100%',
    's3://bucket/our#films?endpoint=http://x',
    's3://bucket/a%2F..%2F..%2Fb',
    's3://bucket?endpoint=http://x/s3',
    's3://bucket?endpont=http://x',
    's3://bucket?pathStyle=maybe',
  ])('%s is refused with a sentence that does not repeat it', (text) => {
    expect(() => parseStoreUrl(text, {})).toThrow(/VIDEO_INBOX_STORE_URL cannot be used/);
    expect(() => parseStoreUrl(text, {})).not.toThrow(/secret@/);
  });
  it('without an endpoint is at Amazon, in the region of the environment', () => {
    const place = parseStoreUrl('s3://shelf/a/b/', { AWS_REGION: 'eu-west-3' });
    expect(place).toMatchObject({ bucket: 'shelf', prefix: 'a/b/', region: 'eu-west-3', pathStyle: false });
    expect(place.endpoint.host).toBe('s3.eu-west-3.amazonaws.com');
  });
  it.each([
    ['http://127.0.0.1:9000', 'shelf', true],
    ['http://[::1]:9000', 'shelf', true],
    ['http://localhost:9000', 'shelf', true],
    ['https://s3.example.com', 'shelf', false],
    ['https://s3.example.com', 'our.shelf', true],
    ['http://s3.example.com', 'our.shelf', false],
    ['http://s3.example.com', 'Our_Shelf', true],
  ])('at %s has a place for the bucket %s where the server would look for it', (endpoint, bucket, pathStyle) => {
    expect(parseStoreUrl(`s3://${bucket}/x?endpoint=${endpoint}`, {})).toMatchObject({ bucket, pathStyle });
  });
  it('is read as people write it, with what is around a copied line, and what is empty is not set', async () => {
    const env = {
      AWS_REGION: '',
      AWS_DEFAULT_REGION: ' eu-north-1\n',
      AWS_ENDPOINT_URL_S3: '',
      AWS_ENDPOINT_URL: 'http://x/',
    };
    for (const style of ['pathStyle=1', 'pathstyle=true', 'PathStyle=yes']) {
      const place = parseStoreUrl(` s3://shelf/p?region=&endpoint=&${style}\n`, env);
      expect(place).toMatchObject({ bucket: 'shelf', prefix: 'p/', region: 'eu-north-1', pathStyle: true });
      expect(place.endpoint.host).toBe('x');
    }
    expect(parseStoreUrl('s3://shelf', { AWS_REGION: 'cn-north-1' }).endpoint.host).toBe(
      's3.cn-north-1.amazonaws.com.cn',
    );
    expect(
      await createKeySource({
        AWS_ACCESS_KEY_ID: ' AK\n',
        AWS_SECRET_ACCESS_KEY: 'secret\r\n',
        AWS_SESSION_TOKEN: ' ',
      }).now(),
    ).toEqual({
      accessKeyId: 'AK',
      secretAccessKey: 'secret',
      sessionToken: null,
    });
  });
  it('needs keys', async () => {
    const none = { AWS_SHARED_CREDENTIALS_FILE: '/dev/null', AWS_CONFIG_FILE: '/dev/null' };
    await expect(createKeySource({ ...none, AWS_ACCESS_KEY_ID: 'x' }).now()).rejects.toThrow(/AWS_SECRET_ACCESS_KEY/);
  });
});

it('a part goes up a line that is thin but moves, however long it takes', async () => {
  const bytes = Buffer.alloc(96 * 1024 * 1024, 'frames ');
  const slow = createServer((request, response) => {
    // Some 30 MiB a second.
    let read = 0;
    request.on('data', (chunk: Buffer) => {
      read += chunk.length;
      if (read < 1024 * 1024) return;
      read = 0;
      request.pause();
      setTimeout(() => request.resume(), 35);
    });
    request.on('end', () => response.writeHead(200, { etag: '"part"' }).end());
  });
  slow.listen(0, '127.0.0.1');
  await once(slow, 'listening');
  const dispatcher = new Agent();
  onTestFinished(async () => {
    await dispatcher.destroy();
    slow.closeAllConnections();
    slow.close();
  });
  const { port } = slow.address() as AddressInfo;
  const place = parseStoreUrl(`s3://shelf/lib?endpoint=http://127.0.0.1:${String(port)}`, {});
  const s3 = createS3Client({
    place,
    keys: { accessKeyId: 'AK', secretAccessKey: 'x', sessionToken: null },
    dispatcher,
    answerMs: 300,
  });
  const part = { bytes, sizeBytes: bytes.length, sha256: hash('sha256', bytes) };
  expect(await s3.putPart('film', 'id', 1, part)).toBe('"part"');
});
