/** The table of callback answers, row by row, as a provider or a stranger meets it on the wire. */
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createInboxes, type Inbox } from '../support/inbox-process.ts';
import { exchangeRaw, request, type Reply } from '../support/http-request.ts';
import { journalLines } from '../support/journal-lines.ts';
import { kieSignature, lumaFailure, lumaSuccess } from '../support/kie-callbacks.ts';

const inboxes = createInboxes({ inTurn: true });
let inbox: Inbox;

beforeAll(async () => {
  inbox = await inboxes.start();
});
afterAll(() => inboxes.close());

function expectJson(reply: Reply, status: number, body: unknown): void {
  expect(reply.status).toBe(status);
  expect(reply.headers['content-type']).toMatch(/^application\/json/);
  expect(JSON.parse(reply.text)).toEqual(body);
}

const limitBytes = 4 * 1024 * 1024;
const success = { code: 200, msg: 'success' };
const refusal = (code: number) => ({ code, msg: expect.stringMatching(/^[A-Z].*\.$/) as string });

function expectNoBanner(headers: Reply['headers']): void {
  expect(headers).not.toHaveProperty('server');
  expect(headers).not.toHaveProperty('x-powered-by');
}

describe('stored: 200', () => {
  it('answers a callback, and the same callback again, with success', async () => {
    const body = lumaFailure('stored-once');
    for (const deliveries of [1, 2]) {
      const reply = await inbox.postCallback(body);
      expectJson(reply, 200, success);
      expectNoBanner(reply.headers);
      expect(await inbox.call('tasks:get', 'stored-once')).toMatchObject({ deliveries, state: 'failed' });
    }
  });

  it('keeps a connection longer than the proxies before it do, who do not send again what came on one that closes', async () => {
    const { headers } = await inbox.postCallback(lumaFailure('kept-alive'), { connection: 'keep-alive' });
    const [, seconds] = /timeout=(\d+)/.exec(String(headers['keep-alive'])) ?? [];
    expect(Number(seconds)).toBeGreaterThan(90);
  });

  it('takes a provider that it does not know', async () => {
    expectJson(await inbox.postCallback({ task_id: 'stranger-1', status: 'failed', error: 'no luck' }), 200, success);
    expect(await inbox.call('tasks:get', 'stranger-1')).toMatchObject({ provider: 'unknown', state: 'failed' });
  });

  it('takes a state word that it does not know', async () => {
    expectJson(await inbox.postCallback({ task_id: 'odd-word-1', status: 'marinating' }), 200, success);
    expect(await inbox.call('tasks:get', 'odd-word-1')).toMatchObject({ state: 'unknown' });
  });

  it('takes a body of exactly 4 MiB, and one without a content type', async () => {
    const empty = JSON.stringify({ task_id: 'large-1', status: 'failed', padding: '' });
    const body = empty.replace('""}', `"${'x'.repeat(limitBytes - empty.length)}"}`);
    expect(Buffer.byteLength(body)).toBe(limitBytes);
    expectJson(await request(inbox.callbackUrl, { method: 'POST', body }), 200, success);
    expect(await inbox.call('tasks:get', 'large-1')).not.toBeNull();
  });

  it('takes a body in chunks', async () => {
    const body = JSON.stringify(lumaFailure('chunked-1'));
    const parts = [
      `POST ${new URL(inbox.callbackUrl).pathname} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n`,
      ...[body.slice(0, 20), body.slice(20), ''].map((part) => `${part.length.toString(16)}\r\n${part}\r\n`),
    ];
    const { received } = await exchangeRaw(inbox.callbackPort, parts, { pauseMs: 20 });
    expect(received).toMatch(/^HTTP\/1\.1 200 /);
    expect(await inbox.call('tasks:get', 'chunked-1')).not.toBeNull();
  });
});

describe('stored: 200, from old senders too', () => {
  it('takes HTTP/1.0 without Host', async () => {
    const body = JSON.stringify(lumaFailure('http-1.0'));
    const head = `POST ${new URL(inbox.callbackUrl).pathname} HTTP/1.0\r\nContent-Length: ${body.length}\r\n\r\n`;
    const { received } = await exchangeRaw(inbox.callbackPort, [head + body]);
    expect(received).toMatch(/^HTTP\/1\.1 200 /);
    expect(await inbox.call('tasks:get', 'http-1.0')).not.toBeNull();
  });

  it('takes a task id of 512 characters, and one in an envelope that nobody documents', async () => {
    const long = 'ü'.repeat(512);
    expectJson(await inbox.postCallback(lumaFailure(long)), 200, success);
    expect(await inbox.call('tasks:get', `kie-luma:${long}`)).toMatchObject({ taskId: long });
    const body = { event: 'job.updated', payload: { task_id: 'wrapped-1', status: 'failed', error: 'no luck' } };
    expectJson(await inbox.postCallback(body), 200, success);
    expect(await inbox.call('tasks:get', 'wrapped-1')).toMatchObject({ state: 'failed', message: 'no luck' });
  });
});

describe('stored: 200, in every form and under a URL with a little more than it has', () => {
  it('takes a packed body', async () => {
    const body = gzipSync(JSON.stringify(lumaFailure('gz-1')));
    const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' };
    expectJson(await request(inbox.callbackUrl, { method: 'POST', headers, body }), 200, success);
    expect(await inbox.call('tasks:get', 'gz-1')).toMatchObject({ state: 'failed' });
  });

  it('takes a form', async () => {
    const body = new URLSearchParams({ id: 'form-1', status: 'failed', error: 'no luck' }).toString();
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    expectJson(await request(inbox.callbackUrl, { method: 'POST', headers, body }), 200, success);
    expect(await inbox.call('tasks:get', 'form-1')).toMatchObject({ state: 'failed', message: 'no luck' });
  });

  it.each(['/', '%20', '/?source=kie'])('takes the callback URL with "%s" behind it', async (suffix) => {
    const id = `suffix-${encodeURIComponent(suffix)}`;
    const body = JSON.stringify(lumaFailure(id));
    expectJson(await request(inbox.callbackUrl + suffix, { method: 'POST', body }), 200, success);
    expect(await inbox.call('tasks:get', id)).toMatchObject({ state: 'failed' });
  });
});

describe('challenge: 200', () => {
  it.each(['abc', 42, 'with "quotes" and ünïcode', { nonce: ['a', 1] }])('gives %j back', async (challenge) => {
    expectJson(await inbox.postCallback({ challenge, token: 'x' }), 200, { challenge });
  });

  it('is a result where a task id comes with it', async () => {
    expectJson(await inbox.postCallback({ challenge: 'abc', task_id: 'challenged-1', status: 'failed' }), 200, success);
  });
});

describe('GET and HEAD on a callback URL: 200', () => {
  it('says in one plain sentence that the inbox listens', async () => {
    const reply = await request(inbox.callbackUrl);
    expect(reply.status).toBe(200);
    expect(reply.headers['content-type']).toMatch(/^text\/plain/);
    expect(reply.text).toMatch(/listening/);
    expectNoBanner(reply.headers);
  });

  it('answers HEAD without a body', async () => {
    const reply = await request(inbox.callbackUrl, { method: 'HEAD' });
    expect(reply.status).toBe(200);
    expect(reply.body).toHaveLength(0);
  });
});

describe('cannot be read: 400', () => {
  it.each([
    ['not JSON', 'hello'],
    ['half JSON', '{"task_id":"half'],
    ['nothing', ''],
    ['null', 'null'],
    ['a list of nothing', '[1, 2]'],
    ['text', '"task_id"'],
    ['no task id', '{"code":200,"msg":"success","data":{}}'],
    ['an empty task id', '{"taskId":"","data":null}'],
    ['bytes that are not UTF-8', Buffer.from([0x7b, 0xff, 0xfe, 0x7d])],
  ])('%s', async (_name, body) => {
    const before = await journalLines(inbox.dataDir);
    const reply = await request(inbox.callbackUrl, { method: 'POST', body });
    expectJson(reply, 400, refusal(400));
    expectNoBanner(reply.headers);
    const added = (await journalLines(inbox.dataDir)).slice(before.length);
    expect(added).toMatchObject([{ type: 'request-refused', status: 400, bodyBytes: Buffer.byteLength(body) }]);
  });

  it('keeps what was rejected within a small quota, and answers all the same', async () => {
    const own = await inboxes.start();
    const body = `not JSON ${'x'.repeat(20_000)}`;
    const posts = 400;
    for (let i = 0; i < posts; i += 1)
      expect((await request(own.callbackUrl, { method: 'POST', body })).status).toBe(400);
    const kept = await journalLines(own.dataDir);
    expect(kept.length).toBeGreaterThan(0);
    expect(kept.length).toBeLessThan(posts);
    expect(JSON.stringify(kept).length).toBeLessThan(2 * 1024 * 1024);
    await own.stop();
  });
});

describe('signature demanded: 401', () => {
  const secret = 'a shared secret';
  const now = () => Math.floor(Date.now() / 1000);
  let strict: Inbox;

  beforeAll(async () => {
    strict = await inboxes.start({
      args: ['--require-signature', 'all'],
      env: { VIDEO_INBOX_SECRET_KIE_HMAC: secret },
    });
  });

  async function expectRefused(taskId: string, headers: Record<string, string>): Promise<void> {
    const before = await journalLines(strict.dataDir);
    expectJson(await strict.postCallback(lumaFailure(taskId), headers), 401, refusal(401));
    expect(await strict.call('tasks:get', taskId)).toBeNull();
    const added = (await journalLines(strict.dataDir)).slice(before.length);
    expect(added).toMatchObject([{ type: 'request-refused', status: 401 }]);
  }

  it('missing', () => expectRefused('unsigned-1', {}));
  it('wrong', () => expectRefused('forged-1', kieSignature('forged-1', 'a guess', now())));
  it('for another task', () => expectRefused('forged-2', kieSignature('another', secret, now())));
  it('stale', () => expectRefused('stale-1', kieSignature('stale-1', secret, now() - 3600)));
  it('from the future', () => expectRefused('early-1', kieSignature('early-1', secret, now() + 3600)));

  it('takes a good one, and the same delivery again, but not another body with its signature', async () => {
    const headers = kieSignature('signed-1', secret, now());
    expectJson(await strict.postCallback(lumaFailure('signed-1'), headers), 200, success);
    expectJson(await strict.postCallback(lumaFailure('signed-1'), headers), 200, success);
    expect(await strict.call('tasks:get', 'signed-1')).toMatchObject({ trust: 'signed', deliveries: 2 });
    const other = lumaFailure('signed-1', 'Another body.');
    expectJson(await strict.postCallback(other, headers), 401, refusal(401));
    expect(await strict.call('tasks:get', 'signed-1')).toMatchObject({ deliveries: 2 });
  });

  it('still refuses the replay after a restart', async () => {
    const headers = kieSignature('signed-2', secret, now());
    expectJson(await strict.postCallback(lumaFailure('signed-2'), headers), 200, success);
    strict = await strict.restart('SIGKILL');
    expectJson(await strict.postCallback(lumaFailure('signed-2', 'Another.'), headers), 401, refusal(401));
  });
});

describe('unknown token or path: 404 with an empty body, not kept', () => {
  it.each([
    ['GET', '/'],
    ['POST', '/c/'],
    ['POST', '/c/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'],
    ['GET', '/c/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'],
    ['PUT', '/c/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'],
    ['POST', '<token>/more'],
    ['POST', '<token>x'],
    ['GET', '/index.html'],
    ['GET', '/events'],
    ['POST', '/call/app:status'],
    ['GET', '/media/kie-luma:stored-once/1'],
    ['GET', '/sample/sample.mp4'],
    ['GET', '/c/../index.html'],
    ['GET', '/c/%2e%2e/%2e%2e/settings.json'],
    ['GET', '/%00'],
    ['GET', '/c/%'],
  ])('%s %s', async (method, target) => {
    const before = await journalLines(inbox.dataDir);
    const path = target.replace('<token>', new URL(inbox.callbackUrl).pathname);
    // By hand: a URL parser would tidy the path up first.
    const head = `${method} ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}`;
    const { received } = await exchangeRaw(inbox.callbackPort, [head]);
    const [headers = '', body] = received.split('\r\n\r\n');
    expect(headers).toMatch(/^HTTP\/1\.1 404 /);
    expect(headers).not.toMatch(/^(server|x-powered-by):/im);
    expect(body).toMatch(/^0?$/); // `0` is how an empty body ends in chunks
    expect(await journalLines(inbox.dataDir)).toHaveLength(before.length);
  });
});

describe('other method: 405 with Allow', () => {
  it.each(['PUT', 'DELETE', 'PATCH', 'OPTIONS'])('%s', async (method) => {
    const reply = await request(inbox.callbackUrl, { method });
    expect(reply.status).toBe(405);
    expect(reply.headers.allow?.split(/, ?/).sort()).toEqual(['GET', 'HEAD', 'POST']);
    expectNoBanner(reply.headers);
  });
});

describe('over 4 MiB: 413, connection closed, not kept', () => {
  const path = () => new URL(inbox.callbackUrl).pathname;

  it('announced', async () => {
    const before = await journalLines(inbox.dataDir);
    const length = limitBytes + 1;
    const head = `POST ${path()} HTTP/1.1\r\nHost: x\r\nContent-Length: ${length}\r\n\r\n`;
    const { received, closedByPeer } = await exchangeRaw(inbox.callbackPort, [head, 'x'.repeat(1000)]);
    expect(received).toMatch(/^HTTP\/1\.1 413 /);
    expect(closedByPeer).toBe(true);
    expect(await journalLines(inbox.dataDir)).toHaveLength(before.length);
  });

  it('in chunks, long before the whole was read', async () => {
    const before = await journalLines(inbox.dataDir);
    const totalBytes = 256 * 1024 * 1024;
    function* endless(): Generator<string> {
      yield `POST ${path()} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n`;
      const part = `10000\r\n${'x'.repeat(0x10000)}\r\n`;
      for (let sent = 0; sent < totalBytes; sent += 0x10000) yield part;
    }
    const { closedByPeer, sentBytes } = await exchangeRaw(inbox.callbackPort, endless());
    expect(closedByPeer).toBe(true);
    expect(sentBytes).toBeLessThan(totalBytes / 8); // what lies in the buffers of the kernel is all it may take
    expect(await journalLines(inbox.dataDir)).toHaveLength(before.length);
  });

  it('tells a sender who writes all of it before it reads', async () => {
    const body = 'x'.repeat(12 * 1024 * 1024);
    for (let n = 0; n < 5; n += 1) {
      const reply = await request(inbox.callbackUrl, { method: 'POST', body });
      expectJson(reply, 413, refusal(413));
      expect(reply.headers.connection).toBe('close');
    }
  });

  it('tells the sender why, in chunks too', async () => {
    const part = `10000\r\n${'x'.repeat(0x10000)}\r\n`;
    const head = `POST ${path()} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n`;
    const { received } = await exchangeRaw(inbox.callbackPort, [head, ...Array<string>(66).fill(part)], { pauseMs: 5 });
    expect(received).toMatch(/^HTTP\/1\.1 413 /);
  });
});

describe('cannot be stored: 503 with Retry-After', () => {
  it('where the disk has less room than it should keep, and status says so', async () => {
    const full = await inboxes.start();
    await full.call('settings:update', { callbacks: { minFreeMiB: 10_000_000 } });
    const reply = await full.postCallback(lumaFailure('no-room-1'));
    expectJson(reply, 503, refusal(503));
    expect(reply.text).toMatch(/free some space/);
    expect(Number(reply.headers['retry-after'])).toBeGreaterThan(0);
    const { requests, storage } = await full.call('app:status');
    expect(requests).toMatchObject({ refusedToday: 1, lastRefused: { status: 503 }, trouble: { code: 'disk-low' } });
    expect(storage).toMatchObject({ state: 'full', code: 'disk-low' });
    await full.call('settings:update', { callbacks: { minFreeMiB: null } });
    expectJson(await full.postCallback(lumaFailure('no-room-1')), 200, success);
    expect(await full.call('app:status')).toMatchObject({ requests: { trouble: null } });
    await full.stop();
  });
});

describe('a day of a stranger', () => {
  it('has a limit of tasks, told as 429', async () => {
    const limited = await inboxes.start({ args: ['--public-url', 'https://inbox.example.test'] });
    await limited.call('settings:update', { callbacks: { tasksPerDay: 2 } });
    for (const id of ['day-1', 'day-2']) expect((await limited.postCallback(lumaFailure(id))).status).toBe(200);
    const reply = await limited.postCallback(lumaFailure('day-3'));
    expectJson(reply, 429, refusal(429));
    expect(Number(reply.headers['retry-after'])).toBeGreaterThan(0);
    expect((await limited.postCallback(lumaFailure('day-1'))).status).toBe(200);
    await limited.stop();
  });
});

describe('too many requests: 429 with Retry-After', () => {
  it('for a stranger who guesses through the tunnel, while others and the provider still get through', async () => {
    const tunnelled = await inboxes.start({ args: ['--public-url', 'https://inbox.example.test'] });
    const from = (address: string, url: string) => request(url, { headers: { 'x-forwarded-for': address } });
    const guess = tunnelled.callbackUrl.replace(/\/c\/.*$/, `/c/${'A'.repeat(32)}`);
    let reply = await from('203.0.113.9', guess);
    for (let sent = 0; sent < 2000 && reply.status === 404; sent += 1) reply = await from('203.0.113.9', guess);
    expect(reply.status).toBe(429);
    expect(Number(reply.headers['retry-after'])).toBeGreaterThan(0);
    expect((await from('203.0.113.10', guess)).status).toBe(404);
    expect((await from('203.0.113.9', tunnelled.callbackUrl)).status).toBe(200);
    await tunnelled.stop();
  });
});

describe('slow senders', () => {
  const path = () => new URL(inbox.callbackUrl).pathname;

  it('are cut off, in the headers and in the body, and the inbox goes on answering', async () => {
    const drip = function* (head: string, drop: string): Generator<string> {
      yield head;
      for (;;) yield drop;
    };
    const slow = { pauseMs: 500, limitMs: 60_000 };
    const exchanges = [
      exchangeRaw(inbox.callbackPort, drip(`POST ${path()} HTTP/1.1\r\nHost: x\r\n`, 'X-Slow: 1\r\n'), slow),
      exchangeRaw(
        inbox.callbackPort,
        drip(`POST ${path()} HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n{`, ' '),
        slow,
      ),
      exchangeRaw(inbox.callbackPort, drip('', ''), slow),
    ];
    expectJson(await inbox.postCallback(lumaFailure('beside-slow-1')), 200, success);
    for (const { closedByPeer } of await Promise.all(exchanges)) expect(closedByPeer).toBe(true);
    expectJson(await inbox.postCallback(lumaFailure('after-slow-1')), 200, success);
  });
});

describe('hostile content', () => {
  it('is stored as data, and reaches no other task', async () => {
    const body = `{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"task_id":"proto-1","status":"failed"}`;
    expectJson(await inbox.postCallback(body), 200, success);
    expectJson(await inbox.postCallback(lumaSuccess('../../escape', ['http://127.0.0.1:9/a.mp4'])), 200, success);
    const task = await inbox.call('tasks:get', '../../escape');
    expect(task?.taskId).toBe('../../escape');
    for (const video of task?.videos ?? []) expect(video.path ?? '').not.toContain('..');
  });
});
