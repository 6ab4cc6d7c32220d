/** One call: what is sent, how often, and what an answer that is none means. */
import { describe, expect, onTestFinished, test } from 'vitest';
import { readApiBases } from '../../../src-main/node/provider-api/api-bases.ts';
import { withoutProxy, type Fetch } from '../../../src-main/node/outgoing/outgoing.ts';
import { callApi, NotSent } from '../../../src-main/node/provider-api/call-api.ts';

const { fetch } = withoutProxy;
import { orderWasRefused } from '../../../src-main/node/provider-api/order-answers.ts';
import { createProviderClient } from '../../../src-main/node/provider-api/provider-client.ts';
import { ApiFault } from '../../../src-main/node/provider-api/provider-api.ts';
import { createClock } from '../../../src-main/node/clock.ts';
import { openJsonServer, type JsonServer, type Reply } from '../../support/providers/json-server.ts';

async function opened(reply: Reply): Promise<JsonServer> {
  const server = await openJsonServer(() => reply);
  onTestFinished(() => server.close());
  return server;
}

const clientAt = (provider: string, origin: string, fetch?: Fetch) =>
  createProviderClient({
    key: () => 'the-key',
    bases: new Map([[provider, origin]]),
    clock: createClock(),
    ...(fetch === undefined ? {} : { fetch }),
  });
const order = {
  prompt: 'rain',
  videos: [],
  images: [],
  model: null,
  params: {},
  callbackUrl: 'https://inbox.example.com/c/x',
};
const question = (provider: string) => ({ provider, taskId: 't', model: null, askAt: null });

async function faultOf(call: Promise<unknown>): Promise<ApiFault> {
  const error: unknown = await call.then(
    () => null,
    (cause: unknown) => cause,
  );
  if (!(error instanceof ApiFault)) throw new Error(`no fault: ${String(error)}`);
  return error;
}

describe('an order', () => {
  test.each([421, 401, 408, 425, 429, 503])(
    'answered with %i on a connection that is kept is sent once',
    async (status) => {
      const server = await openJsonServer((call): Reply =>
        call.method === 'POST' ? { status, json: {} } : { json: { code: 200, data: { taskId: 't' } } },
      );
      onTestFinished(() => server.close());
      const client = clientAt('kie', server.origin);
      // A connection that has been used: answers on a new one are not looked at twice.
      await client.ask(question('kie-aleph')).catch(() => undefined);
      await client.create('kie-aleph', order).catch(() => undefined);
      const posts = server.calls.filter(({ method }) => method === 'POST');
      expect(posts.map(({ body }) => body)).toEqual([{ prompt: 'rain', callBackUrl: order.callbackUrl }]);
      expect(posts[0]?.headers).toMatchObject({
        'content-type': 'application/json',
        'content-length': expect.any(String) as string,
      });
    },
  );

  test.each<[syscall: string, code: string, isCertain: boolean]>([
    ['connect', 'ECONNREFUSED', true],
    ['getaddrinfo', 'ENOTFOUND', true],
    ['connect', 'EHOSTUNREACH', true],
    ['connect', 'ENETUNREACH', true],
    // The network went while the answer was waited for: the order had arrived.
    ['read', 'EHOSTUNREACH', false],
    ['write', 'ENETUNREACH', false],
    ['read', 'ECONNRESET', false],
  ])('that ends in %s %s: certain that it never arrived: %s', async (syscall, code, isCertain) => {
    const client = clientAt('kie', 'https://api.example.com', () => {
      const cause = Object.assign(new Error(code), { code, syscall });
      return Promise.reject(new TypeError('fetch failed', { cause }));
    });
    const fault = await faultOf(client.create('kie-aleph', order));
    expect([fault.code, fault instanceof NotSent]).toEqual(['network', isCertain]);
  });

  test.each([
    ['DEPTH_ZERO_SELF_SIGNED_CERT', true],
    ['SELF_SIGNED_CERT_IN_CHAIN', true],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', true],
    ['CERT_HAS_EXPIRED', true],
    ['CERT_NOT_YET_VALID', true],
    ['ERR_TLS_CERT_ALTNAME_INVALID', true],
    // What breaks within TLS may break behind the order.
    ['ERR_SSL_DECRYPTION_FAILED_OR_BAD_RECORD_MAC', false],
    ['EPROTO', false],
  ])(
    'whose connection ends in %s: certain that it is the certificate, and nothing was sent: %s',
    async (code, isIt) => {
      const client = clientAt('kie', 'https://api.example.com', () =>
        Promise.reject(new TypeError('fetch failed', { cause: Object.assign(new Error(code), { code }) })),
      );
      const fault = await faultOf(client.create('kie-aleph', order));
      expect([fault.code, fault instanceof NotSent]).toEqual([isIt ? 'certificate' : 'network', isIt]);
    },
  );

  test.each(['', '   ', '\t\n'])(
    'whose answer names the task %j may be made, and is not made under that',
    async (taskId) => {
      const server = await opened({ json: { code: 200, data: { taskId } } });
      const fault = await faultOf(clientAt('kie', server.origin).create('kie-aleph', order));
      expect([fault.code, orderWasRefused(fault)]).toEqual(['unreadable', false]);
    },
  );

  test.each([
    [500, 'Internal Error, Please try again later.', 'server', false],
    [501, 'generation failed', 'ended', false],
    [408, 'upstream timeout', 'ended', false],
    [500, 'This model is temporarily paused.', 'maintenance', true],
    [402, 'Insufficient credits', 'no-credits', true],
    [433, 'sub-key limit', 'key-limit', true],
    [455, 'maintenance', 'maintenance', true],
  ] as const)('that kie.ai answers with code %i, "%s", is %s; certain that nothing was made: %s', async (...row) => {
    const [code, msg, fault, isCertain] = row;
    const server = await opened({ json: { code, msg, data: null } });
    const found = await faultOf(clientAt('kie', server.origin).create('kie-aleph', order));
    expect([found.code, orderWasRefused(found)]).toEqual([fault, isCertain]);
  });
});

test.each([401, 403, 404, 410])('a page with %i is a gateway’s, and says nothing of key or task', async (status) => {
  const server = await opened({ status, bytes: Buffer.from('\n<!doctype html><title>Sign in</title>') });
  expect((await faultOf(clientAt('kie', server.origin).ask(question('kie-aleph')))).code).toBe('server');
  expect((await faultOf(clientAt('replicate', server.origin).ask(question('replicate')))).code).toBe('server');
});

test('a provider’s own 401 and 404 count, whether they have a body or not', async () => {
  const empty = await opened({ status: 401, bytes: Buffer.alloc(0) });
  expect((await faultOf(clientAt('replicate', empty.origin).ask(question('replicate')))).code).toBe('bad-key');
  const named = await opened({ status: 404, json: { detail: 'Not found' } });
  expect((await faultOf(clientAt('replicate', named.origin).ask(question('replicate')))).code).toBe('not-found');
});

test.each<[what: string, headers: Record<string, string>, leastMs: number, mostMs: number]>([
  ['seconds', { 'retry-after': '7' }, 7000, 7000],
  ['parts of seconds', { 'retry-after': '1.5' }, 1500, 1500],
  ['a date', { 'retry-after': new Date(Date.now() + 60_000).toUTCString() }, 30_000, 60_000],
  [
    'a date of a clock that is a day behind ours',
    { date: 'Fri, 20 Nov 2026 12:00:00 GMT', 'retry-after': 'Fri, 20 Nov 2026 12:01:00 GMT' },
    60_000,
    60_000,
  ],
  ['a date that is over', { 'retry-after': 'Wed, 21 Oct 2015 07:28:00 GMT' }, 0, 0],
  ['milliseconds', { 'retry-after-ms': '2500' }, 2500, 2500],
  ['both', { 'retry-after-ms': '2500', 'retry-after': '3' }, 2500, 2500],
  ['more than a number holds', { 'retry-after': '9'.repeat(400) }, 3_600_000, 3_600_000],
  ['two days', { 'retry-after': '172800' }, 3_600_000, 3_600_000],
])('Retry-After as %s', async (_, headers, leastMs, mostMs) => {
  const server = await opened({ status: 429, json: {}, headers });
  const answer = await callApi({ url: new URL(server.origin), method: 'GET', keyHeaders: {}, timeoutMs: 5000, fetch });
  expect(answer.retryAfterMs).toBeGreaterThanOrEqual(leastMs);
  expect(answer.retryAfterMs).toBeLessThanOrEqual(mostMs);
});

test.each(['soon', '-3', '', 'NaN'])('Retry-After "%s" is none', async (said) => {
  const server = await opened({ status: 429, json: {}, headers: { 'retry-after': said } });
  const answer = await callApi({ url: new URL(server.origin), method: 'GET', keyHeaders: {}, timeoutMs: 5000, fetch });
  expect(answer.retryAfterMs).toBeNull();
});

test('an address with a name and a password in it is not the provider’s', async () => {
  const asked: string[] = [];
  const client = createProviderClient({
    key: () => 'k',
    bases: new Map(),
    clock: createClock(),
    fetch: (url) => {
      asked.push(url.href);
      return Promise.resolve(Response.json({ status: 'Pending' }));
    },
  });
  const askAt = 'https://someone:else@api.bfl.ai/v1/get_result?id=t';
  await client.ask({ ...question('bfl'), askAt });
  expect(asked).toEqual(['https://api.bfl.ai/v1/get_result?id=t']);
});

test.each([
  'kie=https://user:password@gateway.example',
  'kie=https://gateway.example/?key=x',
  'kie=https://gateway.example/#x',
  'kie=ftp://gateway.example',
  'kie=gateway.example',
  'kie=',
  '=https://gateway.example',
  'https://gateway.example',
])('--api-base %s is refused', (flag) => {
  expect(() => readApiBases({ flags: [flag], env: {}, kie: null })).toThrow();
});
