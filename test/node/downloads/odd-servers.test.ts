/** Servers as they are met: chains of redirects, gates, wrong headers, files that come late, and files that are none. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { networkInterfaces } from 'node:os';
import path from 'node:path';
import { deflateRawSync, gzipSync } from 'node:zlib';
import { describe, expect, onTestFinished, test } from 'vitest';
import { loadSamples } from '../../../src-main/node/samples/samples.ts';
import { bigMp4 } from '../../support/big-mp4.ts';
import { skipHere } from '../../support/skip-here.ts';
import {
  answer,
  startVideoServer,
  type FileBehaviour,
  type Handler,
  type VideoServer,
} from '../../support/video-server.ts';
import { startEngine } from './harness.ts';

const { mp4, webm } = loadSamples();
const field = (name: string): Promise<Buffer> => readFile(path.join(import.meta.dirname, '../../fixtures/field', name));
const film: FileBehaviour = { bytes: mp4.bytes };
const whole = { sizeBytes: mp4.bytes.length, container: 'mp4' };

function brokenInside(bytes: Buffer): Buffer {
  const at = Math.floor(bytes.length / 2);
  return Buffer.concat([bytes.subarray(0, at), Buffer.alloc(64, 0xff), bytes.subarray(at + 64)]);
}

/** What is asked for first, on a server that has the film at `/film.mp4`. */
type Scene = (server: VideoServer) => string;

const redirect =
  (location: string, headers: Readonly<Record<string, string>> = {}, status = 302): Handler =>
  (_request, response) =>
    void response.writeHead(status, { location, 'content-length': '0', ...headers }).end();

/** The film to whoever says that it is a browser. */
const toBrowsers =
  (others: Handler): Handler =>
  (request, response, exchange) =>
    /Mozilla/.test(request.headers['user-agent'] ?? '')
      ? void response.writeHead(200, { 'content-length': mp4.bytes.length }).end(mp4.bytes)
      : others(request, response, exchange);

describe('the film is saved', () => {
  const scenes: readonly (readonly [string, Scene])[] = [
    [
      'behind three hops, each of which sets a cookie that the next one wants',
      (server) => {
        const wants = (cookies: readonly string[], next: Handler): Handler => {
          return (request, response, exchange) =>
            cookies.every((each) => request.headers.cookie?.includes(each))
              ? next(request, response, exchange)
              : void response.writeHead(403).end();
        };
        server.handle('/2', wants(['a=1'], redirect('/3', { 'set-cookie': 'b=2; Path=/' })));
        server.handle('/3', wants(['a=1', 'b=2'], redirect('/4', { 'set-cookie': 'c=3' })));
        server.sequence('/4', [wants(['a=1', 'b=2', 'c=3'], redirect('/film.mp4'))]);
        return server.handle('/1', redirect('/2', { 'set-cookie': 'a=1; HttpOnly' }));
      },
    ],
    [
      'behind a gate that sends back to the same link with a cookie',
      (server) =>
        server.handle('/gate', (request, response) =>
          request.headers.cookie === 'ok=1'
            ? void response.writeHead(307, { location: 'film.mp4' }).end()
            : void response.writeHead(302, { location: '/gate', 'set-cookie': 'ok=1' }).end(),
        ),
    ],
    [
      'behind a relative redirect with dots and a fragment',
      (server) => server.handle('/a/b/c', redirect('../../film.mp4?x=1#t=5')),
    ],
    [
      'behind 301, 303, 307 and 308',
      (server) => {
        server.handle('/r3', redirect('/film.mp4', {}, 308));
        server.handle('/r2', redirect('/r3', {}, 307));
        server.handle('/r1', redirect('/r2', {}, 303));
        return server.handle('/r0', redirect('/r1', {}, 301));
      },
    ],
    ['behind 300, which names the one to take', (server) => server.handle('/r', redirect('/film.mp4', {}, 300))],
    ...[400, 416].map((status): readonly [string, Scene] => [
      `to players only, which ask for a range (${String(status)})`,
      (server) =>
        server.handle('/s', (request, response) =>
          request.headers.range === 'bytes=0-'
            ? void response
                .writeHead(206, { 'content-range': `bytes 0-${String(mp4.bytes.length - 1)}/${size}` })
                .end(mp4.bytes)
            : void response.writeHead(status).end('a range, please'),
        ),
    ]),
    [
      'behind a redirect that has a page in it',
      (server) =>
        server.handle(
          '/p',
          (_request, response) => void response.writeHead(302, { location: '/film.mp4' }).end('<html>moved</html>'),
        ),
    ],
    [
      'of a server that is not ready: 202, then the file',
      (server) => server.sequence('/s', [answer(202, { 'retry-after': '0' }, '{"status":"processing"}'), film]),
    ],
    ['of a server that has nothing yet: 204, then the file', (server) => server.sequence('/s', [answer(204), film])],
    [
      'that is empty at first',
      (server) => server.sequence('/s', [answer(200, { 'content-type': 'video/mp4' }, ''), film]),
    ],
    [
      'that is half there at first, without an ETag',
      (server) => server.sequence('/s', [{ bytes: mp4.bytes.subarray(0, 9000) }, film]),
    ],
    [
      'after 429 with a date that has passed',
      (server) => server.sequence('/s', [answer(429, { 'retry-after': 'Wed, 21 Oct 2015 07:28:00 GMT' }), film]),
    ],
    [
      'after 429 without a word',
      (server) => server.sequence('/s', [answer(429), answer(429, { 'retry-after': 'soon' }), film]),
    ],
    [
      'after 408, 425, 500, 520 and 530',
      (server) => server.sequence('/s', [answer(408), answer(425), answer(500), film]),
    ],
    [
      'after two answers of a CDN’s own',
      (server) => server.sequence('/s', [answer(520), answer(530, {}, 'error code: 1016'), film]),
    ],
    [
      'after a connection that ended before an answer',
      (server) => server.sequence('/s', [(request) => void request.socket.destroy(), film]),
    ],
    [
      'behind three informing answers',
      (server) =>
        server.handle('/s', (_request, response) => {
          for (let n = 0; n < 3; n += 1) response.writeEarlyHints({ link: '</x>; rel=preload' });
          response.writeHead(200, { 'content-type': 'video/mp4', 'content-length': mp4.bytes.length }).end(mp4.bytes);
        }),
    ],
    [
      'as 206 without Content-Range, although no part was asked for',
      (server) =>
        server.handle(
          '/s',
          (_request, response) => void response.writeHead(206, { 'content-length': mp4.bytes.length }).end(mp4.bytes),
        ),
    ],
    [
      'in chunks with trailers',
      (server) =>
        server.handle('/s', (_request, response) => {
          response.writeHead(200, { trailer: 'x-sum' });
          response.write(mp4.bytes);
          response.addTrailers({ 'x-sum': '1' });
          response.end();
        }),
    ],
    [
      'labelled as gzip and plain',
      (server) => server.file('/s', { ...film, extraHeaders: { 'content-encoding': 'gzip' } }),
    ],
    [
      'labelled as br and packed with gzip',
      (server) => server.file('/s', { bytes: gzipSync(mp4.bytes), extraHeaders: { 'content-encoding': 'br, gzip' } }),
    ],
    [
      'named as a picture, typed as text',
      (server) => server.file('/still.jpg', { ...film, contentType: 'text/plain; charset=utf-8' }),
    ],
    [
      'with a name in raw UTF-8 for its download',
      (server) =>
        server.handle(
          '/s',
          (_request, response) =>
            void response
              .setHeader('content-disposition', Buffer.from('attachment; filename="café ✨.mp4"').toString('latin1'))
              .writeHead(200, { 'content-length': mp4.bytes.length })
              .end(mp4.bytes),
        ),
    ],
    ['with some bytes behind it', (server) => server.file('/s', Buffer.concat([mp4.bytes, Buffer.alloc(100)]))],
    ...[400, 401, 403, 418, 451].map((status): readonly [string, Scene] => [
      `to a browser only (${String(status)})`,
      (server) => server.handle('/s', toBrowsers(answer(status, {}, 'bots'))),
    ]),
    [
      'to a browser only, and to others a page',
      (server) =>
        server.handle('/s', toBrowsers(answer(200, { 'content-type': 'text/html' }, '<html><title>No bots</title>'))),
    ],
    [
      'deflated without the header of zlib',
      (server) =>
        server.file('/s', { bytes: deflateRawSync(mp4.bytes), extraHeaders: { 'content-encoding': 'deflate' } }),
    ],
    ['packed with gzip without a word', (server) => server.file('/s', { bytes: gzipSync(mp4.bytes) })],
    [
      'packed with gzip without a word, with the checksum of that',
      (server) => {
        const bytes = gzipSync(mp4.bytes);
        const sum = createHash('md5').update(bytes).digest('base64');
        return server.file('/s', { bytes, extraHeaders: { 'content-md5': sum } });
      },
    ],
    [
      'to whoever takes any type (406)',
      (server) =>
        server.handle('/s', (request, response) =>
          request.headers.accept?.includes('*/*') === true
            ? void response.writeHead(200, { 'content-length': mp4.bytes.length }).end(mp4.bytes)
            : void response.writeHead(406).end(),
        ),
    ],
    [
      'by a link of a store that is signed for GET alone',
      (server) =>
        server.handle('/s', (request, response) =>
          request.method === 'GET'
            ? void response.writeHead(200, { 'content-length': mp4.bytes.length }).end(mp4.bytes)
            : void response.writeHead(403).end(),
        ),
    ],
    [
      'named by a JSON message',
      (server) =>
        server.status(
          '/j',
          200,
          { 'content-type': 'application/json' },
          JSON.stringify({ code: 0, data: { download_url: server.url('/film.mp4'), cover: server.url('/c.jpg') } }),
        ),
    ],
    ['named by a JSON message as a path of the host', (server) => server.status('/j', 200, {}, '{"url":"/film.mp4"}')],
    [
      'named by a text with a mark in front',
      (server) => server.status('/j', 200, {}, `\uFEFF${server.url('/film.mp4')}\n`),
    ],
    [
      'named by a JSON message that is packed',
      (server) =>
        server.handle(
          '/j',
          (_request, response) =>
            void response
              .writeHead(200, { 'content-encoding': 'gzip' })
              .end(gzipSync(JSON.stringify({ url: server.url('/film.mp4') }))),
        ),
    ],
    [
      'named by an XML message',
      (server) =>
        server.status(
          '/x',
          200,
          {},
          `<?xml version="1.0"?><Play><CoverURL>${server.url('/c.jpg')}</CoverURL><PlayURL>${server.url('/film.mp4')}?a=1&amp;b=2</PlayURL></Play>`,
        ),
    ],
    [
      'by an answer that it was taken on, which names it',
      (server) => server.status('/w', 202, {}, JSON.stringify({ status: 'done', url: server.url('/film.mp4') })),
    ],
    ['where an answer of 202 says that it is', (server) => server.status('/w', 202, { location: '/film.mp4' }, '{}')],
    [
      'where an answer of 201 without a body says that it is',
      (server) => server.status('/w', 201, { location: '/film.mp4' }, ''),
    ],
    [
      'behind a page that leads there by itself',
      (server) => server.status('/p', 200, { refresh: '0; url=/film.mp4' }, '<!doctype html><title>Wait</title>'),
    ],
    [
      'behind a page that says so in itself',
      (server) =>
        server.status(
          '/p',
          200,
          { 'content-type': 'text/html' },
          '<html><head><meta content="5;URL=\'/film.mp4?x=1&amp;y=2\'" http-equiv="Refresh"></head></html>',
        ),
    ],
    [
      'behind the question of Google Drive',
      (server) => {
        server.handle('/download', (request, response) =>
          request.url === '/download?id=1ab&export=download&confirm=t&uuid=u-1'
            ? void response.writeHead(200, { 'content-length': mp4.bytes.length }).end(mp4.bytes)
            : void response.writeHead(404).end(),
        );
        const input = (name: string, value: string): string => `<input type="hidden" name="${name}" value="${value}">`;
        const inputs = `${input('id', '1ab')}${input('export', 'download')}${input('confirm', 't')}${input('uuid', 'u-1')}`;
        return server.status(
          '/uc',
          200,
          { 'content-type': 'text/html' },
          `<!DOCTYPE html><html><title>Google Drive - Virus scan warning</title><form id="download-form" action="/download" method="get"><input type="submit" id="uc-download-link" value="Download anyway"/>${inputs}</form></html>`,
        );
      },
    ],
    [
      'in base64, with line breaks',
      (server) => server.status('/b', 200, {}, Buffer.from(mp4.bytes).toString('base64').replace(/.{76}/g, '$&\r\n')),
    ],
    [
      'as a data URI between quotes',
      (server) => server.status('/b', 200, {}, `"data:video/mp4;base64,${Buffer.from(mp4.bytes).toString('base64')}"`),
    ],
  ];
  test.each(scenes)('%s', async (_, scene) => {
    const server = await startVideoServer();
    server.file('/film.mp4', film);
    const engine = await startEngine();
    expect(await engine.fetch({ url: scene(server) })).toMatchObject({ container: 'mp4', durationSeconds: 5 });
    expect(server.exchanges.filter(({ status }) => status === 200 || status === 206).length).toBeLessThan(4);
  });
});

/** @param say Writes what is said to each that asks, and may end it. @returns the link of its film. */
async function startWriter(say: (socket: Socket, asked: string) => void, address = '127.0.0.1'): Promise<string> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined).once('data', (asked) => say(socket, asked.toString('latin1')));
  });
  await new Promise<void>((resolve) => server.listen(0, address, resolve));
  onTestFinished(() => void server.close());
  const host = address.includes(':') ? `[${address}]` : address;
  return `http://${host}:${String((server.address() as AddressInfo).port)}/a.mp4`;
}

const size = String(mp4.bytes.length);
const inOneChunk = [Buffer.from(`${mp4.bytes.length.toString(16)}\r\n`), mp4.bytes, Buffer.from('\r\n0\r\n\r\n')];

test.each<[name: string, head: string, body?: readonly Uint8Array[]]>([
  ['HTTP/1.0 without a length', 'HTTP/1.0 200 OK\r\nContent-Type: video/mp4\r\n\r\n'],
  ['no reason behind the status', `HTTP/1.1 200\r\nContent-Length: ${size}\r\nConnection: close\r\n\r\n`],
  ['blanks around a header', `HTTP/1.1 200 OK\r\nContent-Length:    ${size}   \r\nConnection: close\r\n\r\n`],
  ['100 Continue, unasked', `HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: ${size}\r\n\r\n`],
  ['the same length twice', `HTTP/1.1 200 OK\r\nContent-Length: ${size}\r\nContent-Length: ${size}\r\n\r\n`],
  ['the same length twice in a line', `HTTP/1.1 200 OK\r\nContent-Length: ${size}, ${size}\r\n\r\n`],
  ['two lengths', `HTTP/1.1 200 OK\r\nContent-Length: ${size}\r\nContent-Length: 7\r\n\r\n`],
  [
    'a length beside chunks',
    `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: ${size}\r\n\r\n`,
    inOneChunk,
  ],
  [
    'a blank behind the size of a chunk',
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n',
    [Buffer.from(`${mp4.bytes.length.toString(16)} ;x\n`), ...inOneChunk.slice(1)],
  ],
  ['lines without CR', `HTTP/1.1 200 OK\nContent-Length: ${size}\n\n`],
  ['a folded line', `HTTP/1.1 200 OK\r\nX-A: a\r\n  b\r\nContent-Length: ${size}\r\n\r\n`],
  ['a blank before a colon', `HTTP/1.1 200 OK\r\nContent-Length : ${size}\r\n\r\n`],
  ['a line that is no header', `HTTP/1.1 200 OK\r\nwhat ever\r\n: x\r\nContent-Length: ${size}\r\n\r\n`],
  ['a byte in a header that has no place there', `HTTP/1.1 200 OK\r\nX-A: a\x01b\r\nContent-Length: ${size}\r\n\r\n`],
  ['very long headers', `HTTP/1.1 200 OK\r\nX-A: ${'a'.repeat(100_000)}\r\nContent-Length: ${size}\r\n\r\n`],
])('a server that speaks in its own way: %s', async (_, head, body = [mp4.bytes]) => {
  const url = await startWriter((socket) => {
    socket.write(head, 'latin1');
    for (const bytes of body) socket.write(bytes);
    socket.end();
  });
  const engine = await startEngine({ retry: { firstDelayMs: 5 } });
  expect(await engine.fetch({ url })).toMatchObject(whole);
});

describe('an answer in a way of its own', () => {
  const oddly = (status: string, ...headers: readonly string[]): string =>
    [`HTTP/1.1 ${status}`, 'X-A : b', ...headers, '', ''].join('\r\n');

  test('is resumed where it broke off', async () => {
    const asked: string[] = [];
    const half = Math.floor(mp4.bytes.length / 2);
    const url = await startWriter((socket, request) => {
      const from = Number(/^range: bytes=(\d+)-/im.exec(request)?.[1] ?? 0);
      asked.push(`${String(from)} ${/^if-range: (.*)\r$/im.exec(request)?.[1] ?? ''}`);
      const range = from === 0 ? [] : [`Content-Range: bytes ${String(from)}-${String(mp4.bytes.length - 1)}/${size}`];
      const left = mp4.bytes.length - from;
      socket.write(oddly(from === 0 ? '200 OK' : '206 Part', 'ETag: "a"', `Content-Length: ${String(left)}`, ...range));
      socket.end(mp4.bytes.subarray(from, from === 0 ? half : undefined));
    });
    const engine = await startEngine({ retry: { firstDelayMs: 5 } });
    expect(await engine.fetch({ url })).toMatchObject(whole);
    expect(asked.at(-1)).toBe(`${String(half)} "a"`);
    expect(engine.waits[0]?.wait).toMatchObject({ code: 'network', trouble: { reason: 'connection-cut' } });
  });

  test('is read from an IPv6 address, too', async (context) => {
    const addresses = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
    if (!addresses.some(({ address }) => address === '::1')) skipHere(context, 'this machine has no IPv6');
    const url = await startWriter((socket) => {
      socket.write(oddly('200 OK', `Content-Length: ${String(mp4.bytes.length)}`));
      socket.end(mp4.bytes);
    }, '::1');
    const engine = await startEngine({ allowHosts: ['::1'] });
    expect(await engine.fetch({ url })).toMatchObject(whole);
  });

  test('leads nowhere where a usual one may not', async () => {
    const url = await startWriter((socket) => socket.end(oddly('302 Found', 'Location: http://10.1.2.3/')));
    const engine = await startEngine();
    expect(await engine.fetch({ url })).toMatchObject({ code: 'blocked-address' });
  });

  test('has headers in time, too', async () => {
    const url = await startWriter((socket) => void socket.write('HTTP/1.1 100 Continue\r\n\r\n'));
    const engine = await startEngine({ timeouts: { headersMs: 20 }, retry: { giveUpAfterMs: 0, minAttempts: 1 } });
    expect(await engine.fetch({ url })).toMatchObject({ trouble: { reason: 'no-answer-in-time' } });
  });
});

test('what is no answer of HTTP is trouble of the connection, and asked for again', async () => {
  let asked = 0;
  const url = await startWriter((socket) => {
    asked += 1;
    if (asked < 6) socket.end('garbage\r\n\r\n');
    else {
      socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${size}\r\nConnection: close\r\n\r\n`);
      socket.end(mp4.bytes);
    }
  });
  const engine = await startEngine();
  expect(await engine.fetch({ url })).toMatchObject(whole);
  expect(engine.waits[0]?.wait).toMatchObject({ code: 'network', trouble: { reason: 'connection-failed' } });
});

test('what is being made is waited for, also where it says where to ask', async () => {
  const server = await startVideoServer();
  const asked = server.status('/state', 200, {}, '{"status":"failed"}');
  const url = server.sequence('/w', [answer(202, { location: '/state' }, JSON.stringify({ status_url: asked })), film]);
  const engine = await startEngine();
  expect(await engine.fetch({ url, toldAt: new Date().toISOString() })).toMatchObject(whole);
  expect(engine.waits.map(({ wait }) => wait.trouble)).toEqual([
    { reason: 'not-there-yet', host: new URL(url).host, status: 202 },
  ]);
});

describe('what it is, the bytes decide', () => {
  test.each([
    ['a WebM under the name of a mov', () => Promise.resolve(webm.bytes), '/a.mov', 'webm'],
    ['a moving GIF', () => field('animated-result.gif'), '/a.gif', 'gif'],
    ['a moving WebP under the name of a film', () => field('animated-result.webp'), '/a.mp4', 'webp'],
    ['Matroska without an ending', () => field('mkv-pipe-h264.mkv'), '/download', 'mkv'],
    ['an mp4 of a recorder under the name of a WebM', () => field('mp4-mediarecorder-avc.mp4'), '/a.webm', 'mp4'],
  ])('%s', async (_, bytes, name, container) => {
    const server = await startVideoServer();
    const engine = await startEngine();
    const saved = await engine.fetch({
      url: server.file(name, { bytes: await bytes(), contentType: 'application/octet-stream' }),
    });
    expect(saved).toMatchObject({ container });
  });
});

describe('what is no film is told as what it is, and nothing is kept', () => {
  const page = '<!doctype html><title>Checking your browser</title><a href="/film.mp4">Download</a>';
  const tooOld = '<?xml version="1.0"?><Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>';
  test.each<[string, Scene, string, RegExp]>([
    [
      'a page in between, which leads to itself',
      (server) => server.status('/s', 200, { refresh: '0; url=/s' }, page),
      'not-a-video',
      /Checking your browser/,
    ],
    [
      'the page of a login, in UTF-16 and called a film',
      (server) => {
        const login = '\uFEFF<!doctype html><title>Zaloguj się</title><input type=password>';
        return server.file('/s.mp4', { bytes: Buffer.from(login, 'utf16le'), contentType: 'video/mp4' });
      },
      'not-a-video',
      /a web page \(“Zaloguj się”\)/,
    ],
    [
      'a JSON message that tells of an error',
      (server) => server.status('/s', 200, {}, '{"error":"no such film"}'),
      'not-a-video',
      /no such film/,
    ],
    [
      'an XML message that names two films',
      (server) =>
        server.status('/s', 200, {}, `<L><U>${server.url('/film.mp4')}</U><U>${server.url('/b.mp4')}</U></L>`),
      'not-a-video',
      /XML/,
    ],
    [
      'a list of pieces with one film in it',
      (server) => server.status('/s', 200, {}, `<MPD><BaseURL>${server.url('/film.mp4')}</BaseURL></MPD>`),
      'not-a-video',
      /playlist/,
    ],
    [
      'a JSON message that names two films',
      (server) => server.status('/s', 200, {}, JSON.stringify([server.url('/film.mp4'), server.url('/b.mp4')])),
      'not-a-video',
      /JSON/,
    ],
    [
      'a playlist under the name of a film',
      (server) => server.status('/s.mp4', 200, {}, '#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nhigh.m3u8\n'),
      'not-a-video',
      /playlist/,
    ],
    [
      'a zip with films in it',
      (server) => server.file('/s.zip', Buffer.concat([Buffer.from('504b030414000000', 'hex'), Buffer.alloc(200)])),
      'not-a-video',
      /zip/,
    ],
    [
      'a redirect to another kind of link',
      (server) => server.handle('/s', redirect('ftp://media.example.test/a.mp4')),
      'bad-url',
      /./,
    ],
    ['a redirect that leads nowhere', (server) => server.handle('/s', redirect('')), 'server', /./],
    ['a redirect in a circle', (server) => server.handle('/s', redirect('/s')), 'too-many-redirects', /./],
    [
      'a store that says that it was too late',
      (server) => server.status('/s', 403, { 'content-type': 'application/xml' }, tooOld),
      'gone',
      /./,
    ],
    [
      'a packed film that is broken in its middle',
      (server) =>
        server.file('/s', {
          bytes: brokenInside(gzipSync(bigMp4(6_000_000))),
          extraHeaders: { 'content-encoding': 'gzip' },
        }),
      'damaged',
      /./,
    ],
    ['a file that is gone for good', (server) => server.status('/s', 410), 'gone', /./],
    ['an answer without a body for what was never asked', (server) => server.status('/s', 304), 'server', /./],
  ])('%s', async (_, scene, code, sentence) => {
    const server = await startVideoServer();
    server.file('/film.mp4', film);
    const engine = await startEngine();
    const end = await engine.fetch({ url: scene(server) });
    expect(end).toMatchObject({ code });
    expect('message' in end ? end.message : '').toMatch(sentence);
    expect(await engine.files()).toEqual([]);
  });
});
