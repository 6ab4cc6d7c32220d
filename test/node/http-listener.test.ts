import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { connect as connectTls } from 'node:tls';
import { expect, onTestFinished, test } from 'vitest';
import { createHttpListener, type HttpListener } from '../../src-main/node/http-listener.ts';
import { makeCertificates } from '../support/ngrok-edge/certificates.ts';
import { waitUntil } from '../support/wait-until.ts';

const certificates = makeCertificates();

interface Options {
  readonly keepAliveMs?: number;
  readonly isEncrypted?: boolean;
  readonly fetch?: (request: Request) => Promise<Response>;
}

async function open(options: Options = {}): Promise<HttpListener> {
  const listener = await createHttpListener({
    name: 'test',
    flag: 'test-port',
    port: 0,
    usualPort: 0,
    maxConnections: 8,
    app: { fetch: options.fetch ?? (() => new Response('heard')) },
    ...(options.isEncrypted === true
      ? { tls: { cert: Buffer.from(certificates.certPem), key: Buffer.from(certificates.keyPem) } }
      : {}),
    ...(options.keepAliveMs === undefined ? {} : { keepAliveMs: options.keepAliveMs }),
  }).listen();
  onTestFinished(() => listener.close(0));
  return listener;
}

/** Sends one whole request and waits for its answer; the connection stays as it is. */
async function talk(port: number): Promise<{ readonly isEnded: () => boolean }> {
  const socket = connect(port, '127.0.0.1');
  onTestFinished(() => void socket.destroy());
  let isEnded = false;
  socket.on('error', () => undefined).once('end', () => (isEnded = true));
  socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
  const [answer] = (await once(socket, 'data')) as [Buffer];
  expect(answer.toString('latin1')).toMatch(/^HTTP\/1\.1 200 /);
  expect(answer.toString('latin1')).toMatch(/^connection: keep-alive\r$/im);
  return { isEnded: () => isEnded };
}

/** Says that much and no more. */
async function connectSilently(port: number, begun: string): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  onTestFinished(() => void socket.destroy());
  socket.on('error', () => undefined).resume();
  await once(socket, 'connect');
  socket.write(Buffer.from(begun, 'latin1'));
}

test('a connection on which nothing follows the answer is closed by us, and not before its time', async () => {
  const listener = await open({ keepAliveMs: 200 });
  const longer = await open();
  const [idle, kept] = [await talk(listener.port), await talk(longer.port)];
  expect(idle.isEnded()).toBe(false);
  await waitUntil(idle.isEnded, 'the end of the idle connection', 10_000);
  expect(kept.isEnded()).toBe(false); // the usual limit is seconds away
});

test('who says that this was all and then waits gets the answer of callbacks all the same', async () => {
  const listener = await createHttpListener({
    ...{ name: 'test', flag: 'test-port', port: 0, usualPort: 0, maxConnections: 8 },
    app: {
      handle: (incoming, outgoing) => void incoming.resume().socket.once('end', () => outgoing.end('heard')),
    },
  }).listen();
  onTestFinished(() => listener.close(0));
  const socket = connect({ port: listener.port, host: '127.0.0.1', allowHalfOpen: true });
  onTestFinished(() => void socket.destroy());
  socket.end('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}');
  let received = '';
  for await (const chunk of socket) received += String(chunk);
  expect(received).toMatch(/^HTTP\/1\.1 200 /);
});

test('an answer that ends while the listener closes ends its connection too', async () => {
  let answer = (): void => undefined;
  let isAsked = false;
  const held = new Promise<Response>((resolve) => {
    answer = () => resolve(new Response('heard'));
  });
  const listener = await open({
    fetch: () => {
      isAsked = true;
      return held;
    },
  });
  const talking = talk(listener.port);
  await waitUntil(() => isAsked, 'the request');
  const closed = listener.close(60_000); // longer than this test may take
  answer();
  const { isEnded } = await talking;
  await closed;
  await waitUntil(isEnded, 'the end of the connection');
});

test('a call is waited for while the listener closes, and what streams beside it is cut at once', async () => {
  let answer = (): void => undefined;
  const held = new Promise<void>((resolve) => (answer = resolve));
  const asked: string[] = [];
  const listener = await open({
    fetch: async ({ method }) => {
      asked.push(method);
      if (method === 'POST') await held;
      return new Response(method === 'POST' ? 'heard' : new ReadableStream());
    },
  });
  const ask = (method: string) => {
    const socket = connect(listener.port, '127.0.0.1');
    onTestFinished(() => void socket.destroy());
    const ended = once(
      socket.on('error', () => undefined),
      'close',
    );
    socket.write(`${method} / HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n`);
    return { ended, text: text(socket) };
  };
  const [call, stream] = [ask('POST'), ask('GET')];
  await waitUntil(() => asked.length === 2, 'the requests');
  await connectSilently(listener.port, 'POST / HTTP/1.1\r\n');
  // Longer than this test may take.
  const closed = listener.close(0, { graceMs: 60_000, isFor: ({ method }) => method === 'POST' });
  await stream.ended;
  answer();
  expect(await call.text).toMatch(/^HTTP\/1\.1 200 [^]*heard/);
  await closed;
});

test('connections on which nothing comes, or only a part, make room for who has something to say', async () => {
  const listener = await open();
  const begun = ['', 'GET / HTTP/1.1\r\nHost: x\r\n', 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nhalf'];
  for (let n = 0; n < 24; n++) await connectSilently(listener.port, begun[n % 3] ?? '');
  for (let n = 0; n < 3; n++) await talk(listener.port);
});

test('so do connections that were answered and only stay', async () => {
  const listener = await open({ keepAliveMs: 600_000 });
  const idle: { readonly isEnded: () => boolean }[] = [];
  for (let n = 0; n < 12; n++) idle.push(await talk(listener.port));
  await waitUntil(() => idle.filter(({ isEnded }) => isEnded()).length === 4, 'the first ones to go');
  expect(idle.findLastIndex(({ isEnded }) => isEnded())).toBe(3);
});

/** Answers nobody until it is told to. */
async function openHeld(options: Options = {}) {
  let answer = (): void => undefined;
  let asked = 0;
  const held = new Promise<void>((resolve) => (answer = resolve));
  const listener = await open({
    ...options,
    fetch: async () => {
      asked += 1;
      await held;
      return new Response('heard');
    },
  });
  return { listener, asked: () => asked, answer };
}

test('where all others are being answered the last place is for whoever comes', async () => {
  const { listener, asked, answer } = await openHeld();
  const talks = Array.from({ length: 8 }, () => talk(listener.port));
  await waitUntil(() => asked() === 8, 'all requests', 10_000);
  answer();
  expect(await Promise.all(talks)).toHaveLength(8);
});

test('what is being answered is not cut off for somebody else', async () => {
  const { listener, asked, answer } = await openHeld();
  const talks = Array.from({ length: 6 }, () => talk(listener.port));
  await waitUntil(() => asked() === 6, 'the requests');
  for (let n = 0; n < 12; n++) await connectSilently(listener.port, '');
  answer();
  expect(await Promise.all(talks)).toHaveLength(6);
});

/** One request over TLS on a connection of its own. @returns its first line */
async function talkEncrypted(port: number): Promise<string> {
  const socket = connectTls({ port, host: '127.0.0.1', servername: 'localhost', ca: certificates.caPem });
  onTestFinished(() => void socket.destroy());
  const answered = once(socket, 'data') as Promise<[Buffer]>;
  socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
  const [answer] = await answered;
  return answer.toString('latin1').split('\r\n')[0] ?? '';
}

test('over TLS, connections that never shake hands make room as well', async () => {
  const listener = await open({ isEncrypted: true });
  for (let n = 0; n < 24; n++) await connectSilently(listener.port, n % 2 === 0 ? '' : '\u0016\u0003\u0001');
  for (let n = 0; n < 3; n++) expect(await talkEncrypted(listener.port)).toBe('HTTP/1.1 200 OK');
});

test('over TLS, what is being answered is not cut off for connections that never shake hands', async () => {
  const { listener, asked, answer } = await openHeld({ isEncrypted: true });
  const talks = Array.from({ length: 6 }, () => talkEncrypted(listener.port));
  await waitUntil(() => asked() === 6, 'the requests');
  for (let n = 0; n < 12; n++) await connectSilently(listener.port, '');
  answer();
  expect(await Promise.all(talks)).toEqual(Array(6).fill('HTTP/1.1 200 OK'));
});
