import { createHash } from 'node:crypto';
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { partOf, writeState, type ResumeState } from '../../../src-main/node/downloads/resume-state.ts';
import { loadSamples } from '../../../src-main/node/samples/samples.ts';
import { bigMp4 } from '../../support/big-mp4.ts';
import { answer, startVideoServer, type FileBehaviour, type Handler } from '../../support/video-server.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { startEngine, videoJob, type Engine } from './harness.ts';

const MiB = 1024 * 1024;
const overlap = 16 * 1024;
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

async function expectWhole(engine: Engine, bytes: Uint8Array): Promise<void> {
  const [saved] = engine.saved;
  expect(saved?.file).toMatchObject({ sizeBytes: bytes.length, sha256: sha256(bytes) });
  expect(sha256(await readFile(engine.file(saved?.file.path ?? '')))).toBe(sha256(bytes));
  expect((await engine.files()).filter((file) => file.includes('.part'))).toEqual([]);
}

const one = bigMp4(400_000);
const other = Buffer.from(one.map((byte, at) => (at < 60_000 || at > 390_000 ? byte : (byte + 7) & 255)));
const firstOf = ({ headers }: IncomingMessage): number => Number(/=(\d+)-/.exec(headers.range ?? '')?.[1] ?? 0);

/** As servers that do not look at If-Range, and tell no ETag of a part. */
function goOn(bytes: Buffer, request: IncomingMessage, response: ServerResponse): void {
  const from = firstOf(request);
  const range = { 'content-range': `bytes ${String(from)}-${String(bytes.length - 1)}/${String(bytes.length)}` };
  response.writeHead(from === 0 ? 200 : 206, from === 0 ? {} : range).end(bytes.subarray(from));
}

/** As servers that give pieces which end at the same places whatever is asked for, and tell no length of the whole. */
function pieceOf(bytes: Buffer, every: number, etag: object, request: IncomingMessage, response: ServerResponse): void {
  const from = firstOf(request);
  if (from >= bytes.length) return void response.writeHead(416, { ...etag }).end();
  const end = Math.min(bytes.length, (Math.floor(from / every) + 1) * every);
  const range = { 'content-range': `bytes ${String(from)}-${String(end - 1)}/*` };
  response.writeHead(206, { ...etag, ...range }).end(bytes.subarray(from, end));
}

/** Leaves a part as an earlier run would. */
async function leavePart(engine: Engine, url: string, bytes: Uint8Array, state: Partial<ResumeState>): Promise<void> {
  const job = videoJob({ url });
  const part = partOf(engine.dataDir, job.target, job);
  await mkdir(path.dirname(part.file), { recursive: true });
  await writeFile(part.file, bytes);
  const usual = { url, etag: null, lastModified: null, totalBytes: null, syncedBytes: 0, bootId: 'this boot' };
  await writeState(part, { ...usual, ...state });
}

test('a cut transfer goes on at the next byte where the server has a strong ETag', async () => {
  const server = await startVideoServer();
  const engine = await startEngine();
  const bytes = bigMp4(3 * MiB);
  const file = { bytes, etag: '"v1"' };
  await engine.fetch({ url: server.sequence('/a.mp4', [{ ...file, cutAfter: MiB }, file]) });
  await expectWhole(engine, bytes);
  expect(server.exchanges.map(({ range }) => range)).toEqual([null, `bytes=${MiB}-`]);
  expect(server.exchanges[1]?.headers['if-range']).toBe('"v1"');
  expect(server.bytesSent).toBe(bytes.length);
  expect(engine.waits.map(({ wait }) => wait.code)).toEqual(['network']);
});

test.each<[string, Partial<FileBehaviour>]>([
  ['no validator at all', {}],
  ['a weak ETag', { etag: 'W/"v1"' }],
  ['a date', { lastModified: 'Sat, 21 Nov 2026 10:00:00 GMT' }],
])('with %s the last 64 KiB are fetched again and compared', async (_name, validator) => {
  const server = await startVideoServer();
  const engine = await startEngine();
  const bytes = bigMp4(3 * MiB);
  const file = { bytes, ...validator };
  await engine.fetch({ url: server.sequence('/a.mp4', [{ ...file, cutAfter: MiB }, file]) });
  await expectWhole(engine, bytes);
  expect(server.exchanges[1]?.range).toBe(`bytes=${MiB - overlap}-`);
  expect(server.bytesSent).toBe(bytes.length + overlap);
});

test('a transfer that the end of the program stopped goes on in the next run', async () => {
  const server = await startVideoServer();
  const bytes = bigMp4(4 * MiB);
  const url = server.file('/a.mp4', { bytes, etag: '"v1"', pieceBytes: 64 * 1024, pauseMs: 5 });
  const first = await startEngine();
  first.downloads.enqueue(videoJob({ url }));
  await first.until(() => (first.downloads.progressOf('kie-luma:task-1', url)?.receivedBytes ?? 0) > 1.5 * MiB);
  await first.downloads.close();
  expect(first.saved).toEqual([]);
  expect((await first.files()).filter((file) => file.endsWith('.part'))).toHaveLength(1);

  server.file('/a.mp4', { bytes, etag: '"v1"' });
  const second = await startEngine({ dataDir: first.dataDir });
  await second.fetch({ url });
  await expectWhole(second, bytes);
  expect(server.exchanges[1]?.range).toMatch(/^bytes=\d+-$/);
  // What was in the sockets when the program ended is lost, and nothing else.
  expect(server.bytesSent).toBeLessThan(bytes.length + 2 * MiB);
  expect(Number(/\d+/.exec(server.exchanges[1]?.range ?? '')?.[0])).toBeGreaterThan(1.5 * MiB);
});

test('what was there when the program ended is trusted after a restart of the machine, too', async () => {
  const server = await startVideoServer();
  const bytes = bigMp4(4 * MiB);
  const url = server.file('/a.mp4', { bytes, etag: '"v1"', pieceBytes: 64 * 1024, pauseMs: 5 });
  const first = await startEngine({ bootId: 'this boot' });
  first.downloads.enqueue(videoJob({ url }));
  await first.until(() => (first.downloads.progressOf('kie-luma:task-1', url)?.receivedBytes ?? 0) > MiB);
  await first.downloads.close();
  server.file('/a.mp4', { bytes, etag: '"v1"' });
  const second = await startEngine({ dataDir: first.dataDir, bootId: 'the next boot' });
  await second.fetch({ url });
  await expectWhole(second, bytes);
  expect(Number(/\d+/.exec(server.exchanges[1]?.range ?? '')?.[0])).toBeGreaterThan(MiB);
});

test('a server without ranges sends everything again', async () => {
  const server = await startVideoServer();
  const engine = await startEngine();
  const bytes = bigMp4(2 * MiB);
  const file = { bytes, etag: '"v1"', ranges: false };
  await engine.fetch({ url: server.sequence('/a.mp4', [{ ...file, cutAfter: MiB }, file]) });
  await expectWhole(engine, bytes);
  expect(server.bytesSent).toBe(MiB + bytes.length);
});

test.each<[string, (first: number, last: number, total: number) => string]>([
  ['begins elsewhere', (first, last, total) => `bytes ${first - 7}-${last - 7}/${total}`],
  ['names another total', (first, last, total) => `bytes ${first}-${last}/${total + 1}`],
  ['is not one', () => 'bytes what-ever'],
])('a Content-Range that %s is not joined to what is here', async (_name, contentRange) => {
  const server = await startVideoServer();
  const engine = await startEngine();
  const bytes = bigMp4(2 * MiB);
  const file = { bytes, etag: '"v1"', contentRange };
  await engine.fetch({ url: server.sequence('/a.mp4', [{ ...file, cutAfter: MiB }, file]) });
  await expectWhole(engine, bytes);
  expect(server.exchanges.map(({ range }) => range)).toEqual([null, `bytes=${MiB}-`, null]);
});

test('a file that changed under its ETag is fetched anew', async () => {
  const server = await startVideoServer();
  const engine = await startEngine();
  const [before, after] = [bigMp4(2 * MiB), bigMp4(2 * MiB)];
  const url = server.sequence('/a.mp4', [
    { bytes: before, etag: '"v1"', cutAfter: MiB },
    { bytes: after, etag: '"v2"' },
  ]);
  await engine.fetch({ url });
  await expectWhole(engine, after);
});

test('a file that changed without a word is noticed in the compared bytes', async () => {
  const server = await startVideoServer();
  const engine = await startEngine();
  const [before, after] = [bigMp4(2 * MiB), bigMp4(2 * MiB)];
  await engine.fetch({ url: server.sequence('/a.mp4', [{ bytes: before, cutAfter: MiB }, { bytes: after }]) });
  await expectWhole(engine, after);
  expect(server.exchanges.map(({ range }) => range)).toEqual([null, `bytes=${MiB - overlap}-`, null]);
});

test('a file that changed under the same strong ETag does not fit together, and is fetched anew', async () => {
  const server = await startVideoServer();
  const engine = await startEngine();
  const { bytes } = loadSamples().mp4;
  const other = Buffer.from(bytes).map((byte, at) => (at < 30_000 ? byte : byte ^ 0x55));
  const url = server.sequence('/a.mp4', [
    { bytes, etag: '"v1"', cutAfter: 40_000 },
    { bytes: other, etag: '"v1"' },
    { bytes, etag: '"v1"' },
  ]);
  await engine.fetch({ url });
  await expectWhole(engine, bytes);
  expect(server.exchanges.map(({ range }) => range)).toEqual([null, 'bytes=40000-', null]);
});

test('a server that gives a long range in pieces is asked on without waiting', async () => {
  const server = await startVideoServer();
  const engine = await startEngine();
  const bytes = bigMp4(3 * MiB);
  const file = { bytes, etag: '"v1"', maxRangeBytes: 512 * 1024 };
  await engine.fetch({ url: server.sequence('/a.mp4', [{ ...file, cutAfter: MiB }, file]) });
  await expectWhole(engine, bytes);
  expect(server.bytesSent).toBe(bytes.length);
  expect(engine.waits).toHaveLength(1);
});

test('a part that is complete is not asked for again', async () => {
  const server = await startVideoServer();
  const engine = await startEngine({ bootId: 'this boot' });
  const bytes = bigMp4(MiB);
  const url = server.file('/a.mp4', bytes);
  await leavePart(engine, url, bytes, { totalBytes: bytes.length });
  await engine.fetch({ url });
  await expectWhole(engine, bytes);
  expect(server.exchanges).toEqual([]);
});

test('416 on a part of unknown length that turns out complete', async () => {
  const server = await startVideoServer();
  const engine = await startEngine({ bootId: 'this boot' });
  const bytes = bigMp4(MiB);
  const url = server.file('/a.mp4', { bytes, etag: '"v1"' });
  await leavePart(engine, url, bytes, { etag: '"v1"' });
  await engine.fetch({ url });
  await expectWhole(engine, bytes);
  expect(server.exchanges.map(({ status }) => status)).toEqual([416]);
});

test('416 on a part that is longer than the file starts over', async () => {
  const server = await startVideoServer();
  const engine = await startEngine({ bootId: 'this boot' });
  const bytes = bigMp4(MiB);
  const url = server.file('/a.mp4', { bytes, etag: '"v1"' });
  await leavePart(engine, url, Buffer.concat([bytes, Buffer.alloc(9)]), { etag: '"v1"' });
  await engine.fetch({ url });
  await expectWhole(engine, bytes);
  expect(server.exchanges.map(({ status }) => status)).toEqual([416, 200]);
});

test('after a power cut only synced bytes are trusted', async () => {
  const server = await startVideoServer();
  const engine = await startEngine({ bootId: 'the next boot' });
  const bytes = bigMp4(3 * MiB);
  const url = server.file('/a.mp4', { bytes, etag: '"v1"' });
  const spoilt = Buffer.concat([bytes.subarray(0, MiB), Buffer.alloc(MiB)]);
  await leavePart(engine, url, spoilt, { etag: '"v1"', totalBytes: bytes.length, syncedBytes: MiB });
  await engine.fetch({ url });
  await expectWhole(engine, bytes);
  expect(server.exchanges[0]?.range).toBe(`bytes=${MiB}-`);
});

test('a state that cannot be read means starting over', async () => {
  const server = await startVideoServer();
  const engine = await startEngine({ bootId: 'this boot' });
  const bytes = bigMp4(MiB);
  const url = server.file('/a.mp4', { bytes, etag: '"v1"' });
  await leavePart(engine, url, bytes.subarray(0, 1000), {});
  const job = videoJob({ url });
  await writeFile(partOf(engine.dataDir, job.target, job).stateFile, '{"v":1,"url"');
  await engine.fetch({ url });
  await expectWhole(engine, bytes);
  expect(server.exchanges[0]?.range).toBe(null);
});

test('a fresh link for the same video goes on with the bytes that are here', async () => {
  const server = await startVideoServer();
  const engine = await startEngine({ retry: { refusedAttempts: 1 } });
  const bytes = bigMp4(2 * MiB);
  const old = server.sequence('/old.mp4', [
    { bytes, etag: '"v1"', cutAfter: MiB },
    (_request, response) => void response.writeHead(403).end(),
  ]);
  expect(await engine.fetch({ url: old })).toMatchObject({ code: 'forbidden' });
  engine.downloads.enqueue(videoJob({ url: server.file('/new.mp4', { bytes, etag: '"v1"' }) }));
  await engine.until(() => engine.saved.length === 1);
  await expectWhole(engine, bytes);
  expect(server.bytesSent).toBe(bytes.length);
});

/** Gives so many bytes of what is asked for, whether a range is asked for or not, and nothing to know them again by. */
function inPieces(bytes: Uint8Array, pieceBytes: number): Handler {
  return (request, response) => {
    const first = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
    const end = Math.min(first + pieceBytes, bytes.length);
    const range = `bytes ${first}-${end - 1}/${bytes.length}`;
    response.writeHead(206, { 'content-type': 'video/mp4', 'content-range': range, 'content-length': end - first });
    response.end(bytes.subarray(first, end));
  };
}

test('a first piece that is shorter than what is compared is gone on with, and not asked for again and again', async () => {
  const server = await startVideoServer();
  const engine = await startEngine();
  const bytes = bigMp4(64 * 1024);
  await engine.fetch({ url: server.handle('/a.mp4', inPieces(bytes, 10_000)) });
  await expectWhole(engine, bytes);
  expect(server.exchanges.slice(0, 2).map(({ range }) => range)).toEqual([null, `bytes=${10_000 - 512}-`]);
  expect(server.exchanges.length).toBeLessThan(30);
});

test('a server that gives the same piece whatever it is asked for is asked again only behind a pause', async () => {
  const server = await startVideoServer();
  const engine = await startEngine();
  for (const etag of [{ etag: '"x"' }, {}]) {
    const film = bigMp4(1_000_000);
    const headers = { ...etag, 'content-range': `bytes 0-299999/${String(film.length)}`, 'content-length': '300000' };
    const url = server.handle('/a.mp4', (_request, response) => {
      response.writeHead(206, headers).end(film.subarray(0, 300_000));
    });
    const [asked, waited] = [server.exchanges.length, engine.waits.length];
    engine.downloads.enqueue(videoJob({ url, key: `x:${etag.etag ?? 'none'}` }));
    await engine.until(() => engine.waits.length > waited);
    // The attempt behind the pause may have begun already.
    expect(server.exchanges.length - asked).toBeLessThan(5 * (engine.waits.length - waited + 1));
    expect(engine.waits.at(-1)?.wait).toMatchObject({ trouble: { reason: 'unexpected-status', status: 206 } });
    await engine.downloads.cancel(`x:${etag.etag ?? 'none'}`, { removeParts: true });
  }
});

test('a file that became another one is not joined with what is here, where nothing is told of it but the part', async () => {
  const server = await startVideoServer();
  const engine = await startEngine();
  const url = server.sequence('/a.mp4', [
    { bytes: one, etag: '"v1"', cutAfter: 200_000 },
    (request, response) => goOn(other, request, response),
  ]);
  await engine.fetch({ url });
  await expectWhole(engine, other);
});

test.each<[string, Handler | FileBehaviour]>([
  ['a page', answer(200, { 'content-type': 'text/html' }, '<!doctype html><title>Log in</title>')],
  ['a packed page', answer(200, { 'content-encoding': 'gzip' }, gzipSync('<!doctype html><title>Log in</title>'))],
  ['a message', answer(200, {}, '{"error":"unknown"}')],
  ['nothing', answer(200)],
])(
  '%s in place of the rest of a film leaves what is here of it, for the link that is good again',
  async (_name, said) => {
    const server = await startVideoServer();
    const engine = await startEngine();
    const film = { bytes: one, etag: '"v1"' };
    const url = server.sequence('/a.mp4', [{ ...film, cutAfter: 390_000 }, said, said, film]);
    expect(await engine.fetch({ url, toldAt: new Date().toISOString() })).toMatchObject({ sizeBytes: one.length });
    expect(server.exchanges.at(-1)?.range).toBe('bytes=390000-');
  },
);

test('an answer that cannot be joined leaves what is here until the whole file comes', async () => {
  const server = await startVideoServer();
  const engine = await startEngine();
  const film = { bytes: one, etag: '"v1"' };
  const url = server.sequence('/a.mp4', [
    { ...film, cutAfter: 390_000 },
    { ...film, contentRange: (_first, last, total) => `bytes 7-${String(last)}/${String(total)}` },
    answer(503),
    film,
  ]);
  expect(await engine.fetch({ url })).toMatchObject({ sizeBytes: one.length });
  expect(server.exchanges.map(({ range }) => range)).toEqual([null, 'bytes=390000-', null, 'bytes=390000-']);
});

test('a server that tells no ETag of a part goes on where what is here is the same', async () => {
  const server = await startVideoServer();
  const engine = await startEngine();
  const url = server.sequence('/a.mp4', [
    { bytes: one, etag: '"v1"', cutAfter: 200_000 },
    (request, response) => goOn(one, request, response),
  ]);
  expect(await engine.fetch({ url })).toMatchObject({ sizeBytes: one.length });
  expect(server.exchanges.map(({ range }) => range)).toEqual([null, 'bytes=200000-', 'bytes=183616-']);
});

test.each([[{ etag: '"x"' }], [{}]])(
  'pieces of a whole that nobody tells the length of are one film (%j)',
  async (etag) => {
    const server = await startVideoServer();
    const engine = await startEngine();
    const url = server.handle('/a.mp4', (request, response) => pieceOf(one, 150_000, etag, request, response));
    expect(await engine.fetch({ url })).toMatchObject({ sizeBytes: one.length });
    expect(engine.waits).toEqual([]);
  },
);

test('a server that gives nothing behind the last piece, and says so as a piece, is not asked for it again and again', async () => {
  const server = await startVideoServer();
  const engine = await startEngine();
  const film = bigMp4(6 * MiB);
  const url = server.handle('/a.mp4', (request, response) => {
    const range = `bytes ${String(film.length)}-${String(film.length - 1)}/*`;
    if (firstOf(request) < film.length) pieceOf(film, MiB, {}, request, response);
    else response.writeHead(206, { 'content-range': range, 'content-length': 0 }).end();
  });
  await engine.fetch({ url });
  await expectWhole(engine, film);
  expect(server.exchanges.length).toBeLessThan(20);
});

test('a server that refuses what lies behind the last piece as a bad range is not asked for all of them without end', async () => {
  const server = await startVideoServer();
  const engine = await startEngine();
  const film = bigMp4(6 * MiB);
  const url = server.handle('/a.mp4', (request, response) => {
    if (firstOf(request) < film.length) pieceOf(film, MiB, {}, request, response);
    else response.writeHead(400).end('bad range');
  });
  expect(await engine.fetch({ url })).toMatchObject({ code: 'server' });
});

test.each([[{ etag: '"x"' }], [{}]])(
  'a part that broke off is not the whole where a range is refused without a length (%j)',
  async (etag) => {
    const server = await startVideoServer();
    const engine = await startEngine();
    const url = server.sequence('/a.mp4', [
      (_request, response) => {
        response.writeHead(200, { ...etag }).write(one.subarray(0, 200_000), () => response.destroy());
      },
      (_request, response) => void response.writeHead(416, { ...etag }).end(),
      { bytes: one },
    ]);
    await engine.fetch({ url });
    await expectWhole(engine, one);
    expect(engine.waits.map(({ wait }) => wait.code)).toEqual(['network']);
  },
);

test.each([[{ etag: '"x"' }], [{}]])(
  'a part that broke off where a piece ends is not the whole, where nobody tells its length (%j)',
  async (etag) => {
    const server = await startVideoServer();
    const engine = await startEngine();
    const url = server.sequence('/a.mp4', [
      (_request, response) => {
        response.writeHead(200, { ...etag }).write(one.subarray(0, 200_000), () => response.destroy());
      },
      (request, response) => pieceOf(one, 100_000, etag, request, response),
    ]);
    await engine.fetch({ url });
    await expectWhole(engine, one);
    expect(engine.waits.map(({ wait }) => wait.code)).toEqual(['network']);
  },
);

test('a server that gives crumbs is not asked for the next one without a pause', async () => {
  const server = await startVideoServer();
  const engine = await startEngine({ retry: { firstDelayMs: 60_000, maxDelayMs: 60_000 } });
  const url = server.handle('/a.mp4', inPieces(bigMp4(3 * MiB), 1000));
  engine.downloads.enqueue(videoJob({ url }));
  await engine.until(() => engine.waits.length > 0);
  expect(engine.waits[0]?.wait).toMatchObject({ code: 'server' });
  expect(server.exchanges.length).toBe(64);
});

test.each([403, 501, 400])('where a range is answered %i the whole file is asked for', async (status) => {
  const server = await startVideoServer();
  const engine = await startEngine();
  const bytes = bigMp4(MiB);
  const url = server.handle('/a.mp4', (request, response, { range }) => {
    if (range !== null) return void response.writeHead(status).end();
    const isFirst = server.exchanges.length === 1;
    response.writeHead(200, { 'content-type': 'video/mp4', etag: '"v1"', 'content-length': bytes.length });
    if (!isFirst) return void response.end(bytes);
    response.write(bytes.subarray(0, MiB / 2), () => response.destroy());
  });
  await engine.fetch({ url });
  await expectWhole(engine, bytes);
  expect(engine.waits.map(({ wait }) => wait.code)).toEqual(['network']);
});

test('a part stays where its host refuses everything for a while as beyond the end', async () => {
  const server = await startVideoServer();
  const engine = await startEngine();
  const film = { bytes: one, etag: '"v1"' };
  const url = server.sequence('/a.mp4', [{ ...film, cutAfter: 390_000 }, answer(416), answer(416), answer(416), film]);
  expect(await engine.fetch({ url })).toMatchObject({ sizeBytes: one.length });
  expect(server.exchanges.at(-1)?.range).toBe('bytes=390000-');
});

test.each([
  ['is another one by now', { bytes: one, etag: '"v1"', cutAfter: 390_000 }],
  ['had another checksum', { bytes: one, extraHeaders: { 'x-goog-hash': 'md5=AAAAAAAAAAAAAAAAAAAAAA==' } }],
])('a film that begins anew because it %s needs no more room than what is here of it leaves', async (_name, first) => {
  const server = await startVideoServer();
  const dataDir = await tempDir();
  const here = async (): Promise<number> => (await stat(part)).size;
  const job = videoJob({ url: 'http://127.0.0.1/a.mp4' });
  const part = partOf(dataDir, job.target, job).file;
  const engine = await startEngine({
    dataDir,
    reserveBytes: () => 0,
    freeSpace: async () => 500_000 - (await here().catch(() => 0)),
  });
  await engine.fetch({ url: server.sequence('/a.mp4', [first, { bytes: other, etag: '"v2"' }]) });
  await expectWhole(engine, other);
});

test('pieces of a film that became a shorter one are not that film', async () => {
  const server = await startVideoServer();
  const engine = await startEngine();
  let asked = 0;
  const shorter = bigMp4(90_000);
  const url = server.handle('/a.mp4', (request, response) => {
    asked += 1;
    pieceOf(asked < 2 ? one : shorter, 100_000, {}, request, response);
  });
  await engine.fetch({ url });
  await expectWhole(engine, shorter);
  expect(engine.waits).toEqual([]);
});
