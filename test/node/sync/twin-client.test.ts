import { Buffer } from 'node:buffer';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createTwinClient } from '../../../src-main/node/sync/twin-client.ts';
import { makeCertificates } from '../../support/ngrok-edge/certificates.ts';
import { openJsonServer, type Call, type Reply } from '../../support/providers/json-server.ts';

const tunnel = { kind: 'none', state: 'online', publicUrl: null, callbackUrl: '', provenAt: null, message: null };

async function clientOf(reply: Reply | ((call: Call) => Reply), token = 'token') {
  const server = await openJsonServer((asked) => (typeof reply === 'function' ? reply(asked) : reply));
  onTestFinished(() => server.close());
  const client = createTwinClient(
    () => server.origin,
    () => token,
    { mostBytes: 1000, stillMs: 300 },
  );
  const { signal } = new AbortController();
  return {
    page: () => client.page(null, 0, signal),
    status: () => client.status(signal),
    media: () => client.media('a'.repeat(64), 0, signal),
  };
}

describe('what answers in place of the inbox elsewhere', () => {
  test('and knows none of its addresses is no inbox that can be reached, and not one without a film', async () => {
    const { page, status, media } = await clientOf({ status: 404, json: {} });
    await expect(page()).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('is not its port for copies (HTTP 404)') as string,
    });
    await expect(status()).rejects.toMatchObject({ code: 'unavailable' });
    await expect(media()).rejects.toMatchObject({ code: 'not-found' });
  });

  test.each(['', 'a b', 'x'.repeat(65)])(
    'and calls itself "%s" is no inbox: what came from it could not be read again',
    async (node) => {
      const { page, status } = await clientOf({ json: { node, next: 'b', more: false, events: [], tunnel } });
      const refused = { code: 'unavailable', message: expect.stringContaining('is not its port for copies') as string };
      await expect(page()).rejects.toMatchObject(refused);
      await expect(status()).rejects.toMatchObject(refused);
    },
  );

  test('without an end does not fill the memory', async () => {
    const answer = { node: 'a', next: 'b', more: false, events: ['x'.repeat(2000)] };
    const { page } = await clientOf({ bytes: Buffer.from(JSON.stringify(answer)) });
    await expect(page()).rejects.toMatchObject({ code: 'unavailable' });
    const short = await clientOf({ json: { ...answer, events: [] } });
    expect(await short.page()).toMatchObject({ node: 'a', events: [] });
  });

  test.each([
    [{ status: 200, bytes: Buffer.from('<html>Sign in</html>') }, 'is not its port for copies (HTTP 200)'],
    [{ status: 200, json: { ok: true } }, 'is not its port for copies (HTTP 200)'],
    [{ status: 403, json: {} }, 'is not its port for copies (HTTP 403)'],
    [{ status: 401, bytes: Buffer.from('<html>'), headers: { 'content-type': 'text/html' } }, 'copies (HTTP 401)'],
    [{ status: 400, bytes: Buffer.from('<html>'), headers: { 'content-type': 'text/html' } }, 'copies (HTTP 400)'],
    [{ status: 502, bytes: Buffer.from('<html>Bad Gateway') }, 'or a proxy before it, answers that it cannot'],
    [{ status: 429, json: {} }, '(HTTP 429)'],
    [
      { status: 302, json: {}, headers: { location: 'https://login.example/x?y' } },
      'leads on to https://login.example,',
    ],
    [{ status: 301, json: {}, headers: { location: '/v2' } }, 'leads on to http://127.0.0.1:'],
    ['drop', 'cannot be reached just now'],
  ] as const)('is told apart: %j', async (reply, words) => {
    const { page, status } = await clientOf(reply);
    const refused = { code: 'unavailable', message: expect.stringContaining(words) as string };
    await expect(status()).rejects.toMatchObject(refused);
    await expect(page()).rejects.toMatchObject(refused);
  });

  test.each([
    ['7', 7000],
    ['86400', 300_000],
    ['soon', 0],
  ])('is left alone for as long as it asks, within bounds: %s', async (retryAfter, waitMs) => {
    const { page } = await clientOf({ status: 429, json: {}, headers: { 'retry-after': retryAfter } });
    await expect(page()).rejects.toMatchObject({ code: 'unavailable', waitMs });
  });

  test('and speaks no TLS is told of as that', async () => {
    const server = await openJsonServer(() => ({ json: {} }));
    onTestFinished(() => server.close());
    const client = createTwinClient(
      () => server.origin.replace('http:', 'https:'),
      () => 'token',
    );
    await expect(client.status(new AbortController().signal)).rejects.toMatchObject({
      message: expect.stringContaining('speaks TLS') as string,
    });
  });
});

test('an address without TLS of an inbox that speaks nothing else is told of as that', async () => {
  const { certPem: cert, keyPem } = makeCertificates();
  const tokens: unknown[] = [];
  const server = createTlsServer({ cert, key: keyPem }, ({ headers }) => void tokens.push(headers.authorization));
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const client = createTwinClient(
    () => `http://127.0.0.1:${String(port)}`,
    () => 'token',
  );
  await expect(client.status(new AbortController().signal)).rejects.toMatchObject({
    message: expect.stringContaining('speaks TLS only') as string,
  });
  expect(tokens).toEqual([]);
});

describe('a token', () => {
  test.each(['"vi_1"', "'vi_1'", ' vi_1\n', 'Bearer vi_1', '"Bearer vi_1"', '`vi_1`'])(
    'is sent without what came along: %j',
    async (token) => {
      const sent: unknown[] = [];
      const { status } = await clientOf(({ headers }) => {
        sent.push(headers.authorization);
        return { status: 500, json: {} };
      }, token);
      await expect(status()).rejects.toMatchObject({ code: 'unavailable' });
      expect(sent).toEqual(['Bearer vi_1']);
    },
  );

  test('that cannot be one is not taken', async () => {
    const { status } = await clientOf({ json: {} }, 'two\nlines');
    await expect(status()).rejects.toMatchObject({ code: 'unauthorized' });
  });
});

describe('a film', () => {
  const collect = async (bytes: AsyncIterable<Uint8Array>): Promise<string> => {
    const chunks: Uint8Array[] = [];
    for await (const chunk of bytes) chunks.push(chunk);
    return Buffer.concat(chunks).toString();
  };

  async function filmFrom(answer: RequestListener) {
    const server = createServer(answer);
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    const { port } = server.address() as AddressInfo;
    const client = createTwinClient(
      () => `http://127.0.0.1:${String(port)}`,
      () => 'token',
      { stillMs: 300 },
    );
    return (start: number) => client.media('a'.repeat(64), start, new AbortController().signal);
  }

  test('goes on where it broke off, also where a proxy knows no ranges', async () => {
    const whole = await filmFrom((_, response) => void response.end('0123456789'));
    expect(await collect(await whole(4))).toBe('456789');
    const ranged = await filmFrom((_, response) => void response.writeHead(206).end('456789'));
    expect(await collect(await ranged(4))).toBe('456789');
  });

  test('of which nothing comes is not waited for without an end', async () => {
    const silent = await filmFrom(() => undefined);
    await expect(silent(0)).rejects.toMatchObject({ code: 'unavailable' });
    const stuck = await filmFrom((_, response) => void response.writeHead(200, { 'content-length': 10 }).write('0123'));
    await expect(collect(await stuck(0))).rejects.toThrow();
  });
});
