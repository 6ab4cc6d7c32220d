import { Buffer } from 'node:buffer';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createTwinClient } from '../../../src-main/node/sync/twin-client.ts';
import { openJsonServer, type Call, type Reply } from '../../support/providers/json-server.ts';

async function clientOf(reply: Reply | ((call: Call) => Reply), token = 'token') {
  const server = await openJsonServer((asked) => (typeof reply === 'function' ? reply(asked) : reply));
  onTestFinished(() => server.close());
  const client = createTwinClient(
    () => server.origin,
    () => token,
    1000,
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
