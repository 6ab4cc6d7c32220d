/** The stand-in edge itself, with the real SDK in this process. */
import ngrok from '@ngrok/ngrok';
import { createHash, randomBytes } from 'node:crypto';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openNgrokEdge } from '../../support/ngrok-edge/ngrok-edge.ts';
import type { NgrokEdge } from '../../support/ngrok-edge/ngrok-edge.ts';

let edge: NgrokEdge;
let upstream: http.Server;
let received: { method: string; path: string; headers: http.IncomingHttpHeaders; hash: string; bytes: number }[];
let begun: number;
let aborted: number;
let url: string;
let end: () => Promise<void>;

beforeEach(async () => {
  edge = await openNgrokEdge({ authtokens: ['good_token'] });
  received = [];
  begun = 0;
  aborted = 0;
  upstream = http.createServer((request, response) => {
    begun += 1;
    const hash = createHash('sha256');
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => {
      hash.update(part);
      parts.push(part);
    });
    request.on('aborted', () => (aborted += 1));
    request.on('end', () => {
      const body = Buffer.concat(parts);
      const { method = '', url: path = '', headers } = request;
      received.push({ method, path, headers, hash: hash.digest('hex'), bytes: body.length });
      response.end(body); // what came goes back: both directions are under test
    });
  });
  await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve));
  const session = await new ngrok.SessionBuilder()
    .authtoken('good_token')
    .serverAddr(edge.serverAddress)
    .caCert(Buffer.from(edge.caPem))
    .connect();
  const { port } = upstream.address() as AddressInfo;
  const listener = await session.httpEndpoint().listenAndForward(`http://127.0.0.1:${port}`);
  url = listener.url() ?? '';
  end = async () => {
    await listener.close();
    await session.close();
  };
});
afterEach(async () => {
  await end().catch(() => undefined); // some tests take the edge away
  upstream.closeAllConnections();
  upstream.close();
  await edge.close();
});

test('takes the SDK in and carries a request, with the address of the caller in the last forwarded value', async () => {
  expect(url).toBe(edge.publicUrl());
  expect(edge.lastAuth()).toMatchObject({ AuthToken: 'good_token' });
  const response = await fetch(`${url}/c/abc?x=1`, {
    method: 'POST',
    body: 'hello',
    headers: { 'x-forwarded-for': '203.0.113.9' },
  });
  expect(await response.text()).toBe('hello');
  expect(received).toEqual([expect.objectContaining({ method: 'POST', path: '/c/abc?x=1', bytes: 5 })]);
  expect(received[0]?.headers).toMatchObject({
    'x-forwarded-for': '203.0.113.9, 198.51.100.7',
    'x-forwarded-proto': 'https',
  });
});

test('bodies much larger than the window arrive whole, both ways, many at once', async () => {
  const bodies = [1, 262_144, 262_145, 1_000_000, 3_000_000, 5_000_000].map((size) => randomBytes(size));
  const sha = (body: Uint8Array): string => createHash('sha256').update(body).digest('hex');
  const answers = await Promise.all(
    bodies.map(async (body) => {
      const response = await fetch(`${url}/c/big`, { method: 'POST', body });
      return sha(new Uint8Array(await response.arrayBuffer()));
    }),
  );
  expect(answers).toEqual(bodies.map(sha));
  expect(received.map(({ hash }) => hash).sort()).toEqual(bodies.map(sha).sort());
});

test('a caller who leaves in the middle of an upload leaves no stream behind', async () => {
  const { port } = new URL(url);
  const request = http.request({
    host: '127.0.0.1',
    port,
    method: 'POST',
    path: '/c/abc',
    headers: { 'content-length': 1_000_000 },
  });
  request.on('error', () => undefined);
  request.write(randomBytes(100_000));
  await expect.poll(() => begun).toBe(1);
  request.destroy();
  await expect.poll(() => aborted).toBe(1);
  // That of the heartbeats stays.
  await expect.poll(() => edge.counts().openStreams).toBeLessThanOrEqual(1);
});

test('an upstream that is away is told by the SDK, with 502', async () => {
  upstream.closeAllConnections();
  await new Promise<void>((resolve) => upstream.close(() => resolve()));
  const response = await fetch(`${url}/c/abc`, { method: 'POST', body: 'x' });
  expect(response.status).toBe(502);
});

test('requests that are under way when the session drops get an answer of the edge', async () => {
  edge.delay(1000);
  const waiting = fetch(`${url}/c/abc`, { method: 'POST', body: 'x' });
  await expect.poll(() => edge.counts().requests).toBe(1);
  await edge.down();
  const response = await waiting;
  expect(response.headers.get('ngrok-error-code')).toBe('ERR_NGROK_3200');
  expect(received).toEqual([]);
});

test('after an unbind nothing is behind the address', async () => {
  await end();
  const response = await fetch(`${url}/c/abc`, { method: 'POST', body: 'x' });
  expect(response.status).toBe(404);
  expect(response.headers.get('ngrok-error-code')).toBe('ERR_NGROK_3200');
  expect(edge.counts()).toMatchObject({ endpoints: 0 });
});

test('refuses agents over the limit and unknown authtokens, with their codes', async () => {
  const small = await openNgrokEdge({ authtokens: ['good_token'], sessionLimit: 1 });
  const connect = (authtoken: string): Promise<unknown> =>
    new ngrok.SessionBuilder()
      .authtoken(authtoken)
      .serverAddr(small.serverAddress)
      .caCert(Buffer.from(small.caPem))
      .connect();
  try {
    await expect(connect('bad')).rejects.toMatchObject({ errorCode: 'ERR_NGROK_105' });
    await expect(connect('bad_token')).rejects.toMatchObject({ errorCode: 'ERR_NGROK_107' });
    await connect('good_token');
    await expect(connect('good_token')).rejects.toMatchObject({ errorCode: 'ERR_NGROK_108' });
  } finally {
    await small.close();
  }
});
