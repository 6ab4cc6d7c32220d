/** Who may talk to the local server, and how it gives out events and videos. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { InboxEvents } from '../../src-main/common/contract.ts';
import { exchangeRaw, request } from '../support/http-request.ts';
import { createInboxes, type Inbox } from '../support/inbox-process.ts';
import { lumaFailure } from '../support/kie-callbacks.ts';
import { openEventStream, type EventStream } from '../support/server-events.ts';
import { waitUntil } from '../support/wait-until.ts';

const inboxes = createInboxes({ inTurn: true });
let inbox: Inbox;
let bearer: { readonly authorization: string };

beforeAll(async () => {
  inbox = await inboxes.start();
  bearer = { authorization: `Bearer ${inbox.key}` };
});
afterAll(() => inboxes.close());

const statusCall = (headers: Record<string, string>) =>
  request(`${inbox.localUrl}/call/app:status`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: '[]',
  });

describe('the key', () => {
  it.each(['/', '/events', '/media/a/1', '/poster/a', '/assets/index.js', '/nothing'])(
    'is asked for at %s',
    async (target) => {
      const reply = await request(inbox.localUrl + target);
      expect(reply.status).toBe(401);
      expect(reply.text).not.toContain(inbox.key);
    },
  );

  it('is asked for by calls, and a wrong one is not taken', async () => {
    const refused = await statusCall({});
    expect(refused.status).toBe(401);
    expect(JSON.parse(refused.text)).toEqual({
      ok: false,
      error: { code: 'unauthorized', message: expect.stringContaining('needs its key') as unknown },
    });
    expect((await statusCall({ authorization: 'Bearer ' })).status).toBe(401);
    expect((await statusCall({ authorization: `Bearer ${inbox.key}x` })).status).toBe(401);
    expect((await statusCall({ authorization: `Bearer ${inbox.key.slice(0, -1)}` })).status).toBe(401);
    expect((await statusCall(bearer)).status).toBe(200);
  });

  it('in the address once becomes a cookie that scripts cannot read and other sites cannot send', async () => {
    const first = await request(inbox.galleryUrl);
    expect(first.status).toBe(200);
    expect(first.headers['referrer-policy']).toBe('no-referrer');
    const [cookie = ''] = first.headers['set-cookie'] ?? [];
    expect(cookie).toMatch(/; ?HttpOnly/i);
    expect(cookie).toMatch(/; ?SameSite=Strict/i);
    const page = await request(`${inbox.localUrl}/`, { headers: { cookie: cookie.split(';')[0] ?? '' } });
    expect(page.status).toBe(200);
    expect(page.text).toMatch(/<!doctype html>/i);
    expect(page.headers['content-security-policy']).toMatch(/script-src 'self'/);
  });

  it('in the address, but wrong, makes no cookie that lets in', async () => {
    const reply = await request(`${inbox.localUrl}/?key=wrong`);
    expect(reply.status).toBe(401);
    expect((reply.headers['set-cookie'] ?? []).join()).not.toContain(inbox.key);
  });

  it('is another one after a restart', async () => {
    const own = await inboxes.start();
    const again = await own.restart();
    expect(again.key).not.toBe(own.key);
  });
});

describe('other names and other sites', () => {
  it.each([
    'evil.example',
    'evil.example:<port>',
    '127.0.0.1.evil.example:<port>',
    'localhost.evil.example:<port>',
    '127.0.0.1:1',
  ])('refuses Host %s, as DNS rebinding would send it', async (host) => {
    const headers = { host: host.replace('<port>', String(inbox.localPort)), ...bearer };
    expect((await statusCall(headers)).status).toBe(403);
    expect((await request(inbox.galleryUrl, { headers })).status).toBe(403);
  });

  it('refuses a request without Host', async () => {
    const head = `GET / HTTP/1.0\r\nAuthorization: ${bearer.authorization}\r\n\r\n`;
    const { received } = await exchangeRaw(inbox.localPort, [head]);
    expect(received).toMatch(/^HTTP\/1\.1 (400|403) /);
  });

  it('takes localhost and the loopback addresses', async () => {
    for (const name of ['localhost', '127.0.0.1', 'LocalHost', '[::1]']) {
      expect((await statusCall({ host: `${name}:${inbox.localPort}`, ...bearer })).status).toBe(200);
    }
  });

  it.each(['https://evil.example', 'null', 'http://127.0.0.1:1', 'http://localhost'])(
    'refuses Origin %s, as another page would send it',
    async (origin) => {
      expect((await statusCall({ origin, ...bearer })).status).toBe(403);
    },
  );

  it('takes its own Origin', async () => {
    expect((await statusCall({ origin: inbox.localUrl, ...bearer })).status).toBe(200);
  });

  it.each(['cross-site', 'same-site'])('refuses what the browser marks as %s', async (site) => {
    const headers = { 'sec-fetch-site': site, ...bearer };
    expect((await statusCall(headers)).status).toBe(403);
    for (const path of ['/events', '/media/a/1']) {
      expect((await request(`${inbox.localUrl}${path}`, { headers })).status).toBe(403);
    }
    // A link to the gallery may stand anywhere.
    expect((await request(`${inbox.localUrl}/`, { headers })).status).toBe(200);
  });

  it('lets no other site read its answers', async () => {
    expect((await statusCall(bearer)).headers).not.toHaveProperty('access-control-allow-origin');
  });
});

describe('calls', () => {
  const call = (name: string, body: string, headers: Record<string, string> = {}) =>
    request(`${inbox.localUrl}/call/${name}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...bearer, ...headers },
      body,
    });

  it.each([
    ['no such call', 'no:such', '[]', 'not-found'],
    ['a name from Object.prototype', 'constructor', '[]', 'not-found'],
    ['arguments that are no list', 'tasks:get', '{}', 'bad-request'],
    ['arguments that are no JSON', 'tasks:get', '[', 'bad-request'],
    ['an argument of the wrong type', 'tasks:get', '[42]', 'bad-request'],
    ['a limit out of bounds', 'tasks:list', '[{"state":null,"limit":-1}]', 'bad-request'],
    ['a missing argument', 'tasks:query', '[]', 'bad-request'],
    ['an unknown task', 'tasks:trash', '[["kie-luma:none"]]', 'not-found'],
  ])('answers %s with a code and a sentence', async (_what, name, body, code) => {
    const reply = await call(name, body);
    expect(reply.status).toBeGreaterThanOrEqual(400);
    expect(JSON.parse(reply.text)).toEqual({
      ok: false,
      error: { code, message: expect.stringMatching(/\.$/) as string },
    });
  });

  it('tells which sentence it is as well, to a client that asks for that', async () => {
    const reply = await call('tasks:trash', '[["kie-luma:none"]]', { 'Video-Inbox-Texts': '1' });
    expect(JSON.parse(reply.text)).toMatchObject({
      error: { code: 'not-found', text: { key: 'library.notInLibrary', params: [] } },
    });
  });

  it('takes arguments in chunks, and the word Bearer in any case', async () => {
    const head = [
      'POST /call/tasks:get HTTP/1.1',
      `Host: 127.0.0.1:${inbox.localPort}`,
      `Authorization: bearer ${inbox.key}`,
      'Transfer-Encoding: chunked',
      'Connection: close',
    ].join('\r\n');
    const { received } = await exchangeRaw(inbox.localPort, [`${head}\r\n\r\n8\r\n["none"]\r\n0\r\n\r\n`]);
    expect(received).toMatch(/^HTTP\/1\.1 200 /);
    expect(received).toContain('{"ok":true,"value":null}');
  });

  it('refuses a body of many megabytes', async () => {
    const reply = await call('tasks:get', `["${'x'.repeat(9 * 1024 * 1024)}"]`).catch(() => null);
    expect(reply === null || reply.status === 413).toBe(true);
    expect((await statusCall(bearer)).status).toBe(200);
  });
});

describe('events', () => {
  const changed = (stream: EventStream) =>
    stream.events
      .filter(({ name }) => name === 'tasks:changed')
      .flatMap(({ data }) => (data as InboxEvents['tasks:changed']).tasks.map(({ taskId }) => taskId));

  it('bring each change, and what was missed after a lost connection, once', async () => {
    const url = `${inbox.localUrl}/events`;
    const first = await openEventStream(url, bearer);
    await inbox.postCallback(lumaFailure('event-1'));
    await waitUntil(() => changed(first).includes('event-1'), 'the first event');
    const lastId = first.lastId();
    first.close();

    await inbox.postCallback(lumaFailure('event-2'));
    await inbox.postCallback(lumaFailure('event-3'));
    const second = await openEventStream(url, { ...bearer, 'last-event-id': lastId });
    await inbox.postCallback(lumaFailure('event-4'));
    await waitUntil(() => changed(second).includes('event-4'), 'the events after the gap');
    expect(changed(second)).toEqual(['event-2', 'event-3', 'event-4']);
    second.close();
  });

  it('go on from where an answer stood, so that a page misses nothing between the two', async () => {
    await inbox.postCallback(lumaFailure('before-answer'));
    await waitUntil(async () => (await inbox.call('tasks:get', 'before-answer')) !== null, 'the task');
    const early = await openEventStream(`${inbox.localUrl}/events`, bearer);
    await inbox.postCallback(lumaFailure('told-to-all'));
    await waitUntil(() => changed(early).includes('told-to-all'), 'the event');
    const counts = await request(`${inbox.localUrl}/call/tasks:counts`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...bearer },
      body: '[]',
    });
    const place = String(counts.headers['video-inbox-event']);
    await inbox.postCallback(lumaFailure('after-answer-1'));
    await waitUntil(() => changed(early).includes('after-answer-1'), 'the event after the answer');
    early.close();
    const stream = await openEventStream(`${inbox.localUrl}/events?since=${place}`, bearer);
    await inbox.postCallback(lumaFailure('after-answer-2'));
    await waitUntil(() => changed(stream).includes('after-answer-2'), 'the events after the answer');
    expect([...new Set(changed(stream))]).toEqual(['after-answer-1', 'after-answer-2']);
    expect(stream.events.map(({ name }) => name)).not.toContain('resync');
    stream.close();
  });

  it('tell how far a check of the library is', async () => {
    const { taskId } = await inbox.call('callback:sendTest', { provider: null, fail: false });
    await inbox.waitForTask(taskId, ({ videos }) => videos[0]?.state === 'saved');
    const stream = await openEventStream(`${inbox.localUrl}/events`, bearer);
    const { videosChecked } = await inbox.call('library:doctor', { rebuild: false });
    const told = await waitUntil(() => stream.events.find(({ name }) => name === 'library:checking'), 'the progress');
    expect(told.data).toEqual({ videosChecked: 1, videosTotal: videosChecked });
    stream.close();
  });

  it('ask for everything again where the id is of another run', async () => {
    const stream = await openEventStream(`${inbox.localUrl}/events`, { ...bearer, 'last-event-id': 'another-run-17' });
    await waitUntil(() => stream.events.some(({ name }) => name === 'resync'), 'resync');
    stream.close();
  });
});

describe('videos', () => {
  let url: string;
  let bytes: Buffer;
  const get = (headers: Record<string, string> = {}, method = 'GET') =>
    request(url, { method, headers: { ...bearer, ...headers } });

  beforeAll(async () => {
    const { key, taskId } = await inbox.call('callback:sendTest', { provider: null, fail: false });
    const task = await inbox.waitForTask(taskId, ({ videos }) => videos[0]?.state === 'saved');
    url = `${inbox.localUrl}/media/${encodeURIComponent(key)}/1`;
    bytes = await readFile(path.join(inbox.dataDir, task.videos[0]?.path ?? ''));
  });

  it('come whole, with their type and length', async () => {
    const reply = await get();
    expect(reply.status).toBe(200);
    expect(reply.headers).toMatchObject({
      'content-type': 'video/mp4',
      'content-length': String(bytes.length),
      'accept-ranges': 'bytes',
      'x-content-type-options': 'nosniff',
    });
    expect(reply.body.equals(bytes)).toBe(true);
  });

  it.each([
    ['bytes=0-99', 0, 99],
    ['bytes=100-', 100, -1],
    ['bytes=-50', -50, -1],
    ['bytes=0-999999999', 0, -1],
    ['bytes=-999999999', 0, -1],
    ['BYTES=0-0', 0, 0],
  ])('come in parts: %s', async (range, from, to) => {
    const start = from < 0 ? bytes.length + from : from;
    const end = to < 0 ? bytes.length + to : to;
    const reply = await get({ range });
    expect(reply.status).toBe(206);
    expect(reply.headers['content-range']).toBe(`bytes ${start}-${end}/${bytes.length}`);
    expect(reply.body.equals(bytes.subarray(start, end + 1))).toBe(true);
  });

  it.each(['bytes=999999999-', 'bytes=-0'])('answer 416 with the real size: %s', async (range) => {
    const reply = await get({ range });
    expect(reply.status).toBe(416);
    expect(reply.headers['content-range']).toBe(`bytes */${bytes.length}`);
    expect(reply.body).toHaveLength(0);
  });

  it.each(['bytes=a-b', 'bytes=', 'bytes=-', 'lines=1-2', 'bytes=5-2', 'bytes=0-1,5-6'])(
    'come whole where the range is none that they serve: %s',
    async (range) => {
      const reply = await get({ range });
      expect(reply.status).toBe(200);
      expect(reply.body.equals(bytes)).toBe(true);
    },
  );

  it('answer HEAD without a body', async () => {
    const reply = await get({}, 'HEAD');
    expect(reply.status).toBe(200);
    expect(reply.headers['content-length']).toBe(String(bytes.length));
    expect(reply.body).toHaveLength(0);
  });

  it('give a part only of the file that If-Range names', async () => {
    const { etag = '', 'last-modified': lastModified = '' } = (await get()).headers;
    for (const version of [etag, lastModified]) {
      expect((await get({ range: 'bytes=0-9', 'if-range': version })).status).toBe(206);
    }
    for (const version of ['"another"', new Date(0).toUTCString()]) {
      const other = await get({ range: 'bytes=0-9', 'if-range': version });
      expect(other.status).toBe(200);
      expect(other.body.equals(bytes)).toBe(true);
    }
  });

  it('are not sent again where the browser has them', async () => {
    const { etag = '', 'last-modified': lastModified = '' } = (await get()).headers;
    for (const tags of [etag, `"another", W/${etag}`, '*']) {
      expect((await get({ 'if-none-match': tags })).status).toBe(304);
    }
    expect((await get({ 'if-modified-since': lastModified })).status).toBe(304);
    expect((await get({ 'if-none-match': '"another"', 'if-modified-since': lastModified })).status).toBe(200);
  });
});

describe('paths', () => {
  it.each([
    '/../settings.json',
    '/assets/../../../package.json',
    '/assets/..%2f..%2f..%2fpackage.json',
    '/assets/%2e%2e/%2e%2e/package.json',
    '/..%5c..%5cpackage.json',
    '/media/..%2f..%2finstance.json/1',
    '/media/%2e%2e/1',
    '/poster/..%2finstance.json',
    '/media/kie-luma:x/..%2f..%2finstance.json',
    '/instance.json',
    '/journal/000001.ndjson',
    '/assets/%00.js',
  ])('%s leads out of nothing', async (target) => {
    const head = `GET ${target} HTTP/1.1\r\nHost: 127.0.0.1:${inbox.localPort}\r\nAuthorization: ${bearer.authorization}\r\nConnection: close\r\n\r\n`;
    const { received } = await exchangeRaw(inbox.localPort, [head]);
    expect(received).toMatch(/^HTTP\/1\.1 4\d\d /);
    expect(received).not.toContain(inbox.key);
    expect(received).not.toContain('"private"');
  });
});

it('the licences of what is inside go with the program', async () => {
  const reply = await request(`${inbox.localUrl}/THIRD-PARTY-LICENSES.txt`, { headers: bearer });
  expect(reply.status).toBe(200);
  expect(reply.headers['content-type']).toBe('text/plain; charset=utf-8');
  for (const name of ['react', 'hono', 'undici', 'mediabunny', 'lowdb', '@fontsource-variable/inter', 'electron']) {
    expect(reply.text).toMatch(new RegExp(`^${name} \\d+\\.\\d+\\.\\d+ \\(`, 'm'));
  }
  expect(reply.text).toContain('SIL OPEN FONT LICENSE');
});
