/** What twins of the same person are answered: the built program as a process, its third listener over real sockets. */
import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { get as httpsGet } from 'node:https';
import { connect } from 'node:net';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import type { StampedEvent } from '../../src-main/common/events.ts';
import { request, type Reply } from '../support/http-request.ts';
import { createInboxes, repoDir, type Inbox } from '../support/inbox-process.ts';
import { lumaSuccess } from '../support/kie-callbacks.ts';
import { makeCertificates } from '../support/ngrok-edge/certificates.ts';
import { listenVideoServer, type VideoServer } from '../support/video-server.ts';
import { waitUntil } from '../support/wait-until.ts';

interface Page {
  readonly node: string;
  readonly next: string;
  readonly more: boolean;
  readonly events: readonly StampedEvent[];
}

const inboxes = createInboxes({ inTurn: true });
const apiKey = 'sk-never-in-a-feed-0123456789';
let media: VideoServer;
let mp4: Buffer;
let inbox: Inbox;
let token: string;

beforeEach(async () => {
  mp4 = await readFile(path.join(repoDir, 'src-main/node/samples/sample.mp4'));
  media = await listenVideoServer();
  inbox = await inboxes.start({
    args: ['--allow-host', media.host, '--sync-port', '0'],
    env: { VIDEO_INBOX_SECRET_REPLICATE: apiKey },
  });
  token = await newKey('twin');
});
afterEach(async () => {
  await inboxes.close();
  await media.close();
});

async function newKey(scope: string): Promise<string> {
  return (await inbox.runCli(['api-key', 'new', '--scope', scope])).stdout.trim();
}

function ask(where: string, headers: Readonly<Record<string, string>> = {}, key = token): Promise<Reply> {
  return request(`${inbox.syncUrl ?? ''}${where}`, { headers: { authorization: `Bearer ${key}`, ...headers } });
}

async function page(query = ''): Promise<Page> {
  const reply = await ask(`/v1/events${query}`);
  expect(reply.status).toBe(200);
  return JSON.parse(reply.text) as Page;
}

async function send(events: unknown, key = token): Promise<{ readonly status: number; readonly answer: unknown }> {
  const { status, text } = await request(`${inbox.syncUrl ?? ''}/v1/events`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: typeof events === 'string' ? events : JSON.stringify({ events }),
  });
  return { status, answer: JSON.parse(text) as unknown };
}

/** @returns its key. */
async function savedTask(taskId: string): Promise<string> {
  await inbox.postCallback(lumaSuccess(taskId, [media.file(`/l/${taskId}.mp4`, mp4)]));
  const { key } = await inbox.waitForTask(taskId, ({ videos }) => videos[0]?.state === 'saved');
  return key;
}

describe('who is answered', () => {
  it('nobody, unless the person opens a port for it; and the public listener never', async () => {
    const usual = await inboxes.start();
    expect(usual.syncUrl).toBeNull();
    for (const origin of [new URL(inbox.callbackUrl).origin, inbox.localUrl]) {
      const reply = await request(`${origin}/v1/events`, { headers: { authorization: `Bearer ${token}` } });
      expect(reply.status).toBe(origin === inbox.localUrl ? 403 : 404);
    }
  });

  it('keys of the scope "twin" and no others, until they are revoked', async () => {
    const scripts = await newKey('local');
    for (const wrong of ['', 'vi_x', `${token}x`, scripts, inbox.key]) {
      for (const where of ['/v1/events', `/v1/media/${'a'.repeat(64)}`, '/else']) {
        expect((await ask(where, {}, wrong)).status, `${wrong} ${where}`).toBe(401);
      }
    }
    expect((await request(`${inbox.syncUrl ?? ''}/v1/events`)).headers['www-authenticate']).toBe('Bearer');
    // Whoever looks at open ports is not told what answers here.
    expect((await ask('/v1/events', {}, 'vi_x')).body.toString()).not.toMatch(/video|inbox|twin/i);
    expect((await ask('/else')).status).toBe(404);
    expect((await page()).events).toEqual([]);
    const id = (await inbox.call('apiKeys:list')).find(({ scope }) => scope === 'twin')?.id ?? '';
    await inbox.call('apiKeys:revoke', id);
    expect((await ask('/v1/events')).status).toBe(401);
  });

  it('who tries many tokens is slowed down, and the right one is not', async () => {
    const statuses = await Promise.all(Array.from({ length: 40 }, () => ask('/v1/events', {}, 'vi_guess')));
    const slowed = statuses.filter(({ status }) => status === 429);
    expect(slowed.length).toBeGreaterThan(0);
    expect(slowed[0]?.headers['retry-after']).toMatch(/^\d+$/);
    expect((await ask('/v1/events')).status).toBe(200);
  });

  it('over TLS, with the certificate of the person', async () => {
    const dir = await inboxes.tempDir();
    const { caPem: ca, certPem, keyPem } = makeCertificates();
    await writeFile(path.join(dir, 'cert.pem'), certPem);
    await writeFile(path.join(dir, 'key.pem'), keyPem);
    const flags = ['--sync-port', '0', '--sync-host', 'localhost'];
    const secure = await inboxes.start({
      args: [...flags, '--sync-cert', path.join(dir, 'cert.pem'), '--sync-key', path.join(dir, 'key.pem')],
    });
    expect(secure.syncUrl).toMatch(/^https:\/\/localhost:\d+$/);
    const status = await new Promise((resolve, reject) => {
      httpsGet(`${secure.syncUrl ?? ''}/v1/events`, { ca, agent: false }, (incoming) => {
        incoming.resume();
        resolve(incoming.statusCode);
      }).once('error', reject);
    });
    expect(status).toBe(401);
    await writeFile(path.join(dir, 'key.pem'), 'no key');
    const refused = await inboxes.runCli(
      ['serve', ...flags, '--sync-cert', path.join(dir, 'cert.pem'), '--sync-key', path.join(dir, 'key.pem')],
      { VIDEO_INBOX_DATA_DIR: path.join(dir, 'data'), VIDEO_INBOX_CALLBACK_PORT: '0', VIDEO_INBOX_LOCAL_PORT: '0' },
    );
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain(path.join(dir, 'cert.pem'));
  });

  it('a twin also where hundreds of connections hold all places and never shake hands', async () => {
    const dir = await inboxes.tempDir();
    const files = { ca: path.join(dir, 'ca.pem'), cert: path.join(dir, 'cert.pem'), key: path.join(dir, 'key.pem') };
    const { caPem, certPem, keyPem } = makeCertificates();
    await Promise.all([writeFile(files.ca, caPem), writeFile(files.cert, certPem), writeFile(files.key, keyPem)]);
    const secure = await inboxes.start({
      args: ['--sync-port', '0', '--sync-host', 'localhost', '--sync-cert', files.cert, '--sync-key', files.key],
    });
    const twinKey = (await secure.runCli(['api-key', 'new', '--scope', 'twin'])).stdout.trim();
    await secure.postCallback(lumaSuccess('behind-silence', []));
    const { hostname, port } = new URL(secure.syncUrl ?? '');
    const silent = Array.from({ length: 300 }, () => connect(Number(port), hostname).on('error', () => undefined));
    onTestFinished(() => silent.forEach((socket) => socket.destroy()));
    await waitUntil(() => silent.every((socket) => !socket.connecting), 'the silent connections');
    const copy = await inboxes.start({
      args: ['--twin', secure.syncUrl ?? ''],
      env: { VIDEO_INBOX_SECRET_TWIN_TOKEN: twinKey, NODE_EXTRA_CA_CERTS: files.ca },
    });
    expect((await copy.waitForTask('behind-silence', () => true)).taskId).toBe('behind-silence');
  });

  it('a copy that does not trust the certificate says so and how it would, not that the other is away', async () => {
    const dir = await inboxes.tempDir();
    const files = { cert: path.join(dir, 'cert.pem'), key: path.join(dir, 'key.pem') };
    const { certPem, keyPem } = makeCertificates();
    await Promise.all([writeFile(files.cert, certPem), writeFile(files.key, keyPem)]);
    const secure = await inboxes.start({
      args: ['--sync-port', '0', '--sync-host', 'localhost', '--sync-cert', files.cert, '--sync-key', files.key],
    });
    const copy = await inboxes.start({
      args: ['--twin', secure.syncUrl ?? ''],
      env: { VIDEO_INBOX_SECRET_TWIN_TOKEN: 'not-asked-for' },
    });
    const told = await waitUntil(async () => {
      const { tunnel } = await copy.call('app:status');
      return /NODE_EXTRA_CA_CERTS/.test(tunnel.message ?? '') && tunnel;
    }, 'the certificate to be named');
    expect(told.text).toMatchObject({ key: 'twin.certificate' });
  });
});

describe('GET /v1/events', () => {
  it('tells the log from a place on, in pages, and goes on there after a restart', async () => {
    await Promise.all(
      Array.from({ length: 620 }, (_, n) =>
        inbox.postCallback({ code: 501, msg: 'failed', data: { taskId: `t${String(n)}` } }),
      ),
    );
    const seqs: number[] = [];
    let after = '';
    let pages = 0;
    for (;;) {
      const read = await page(after === '' ? '' : `?after=${encodeURIComponent(after)}`);
      seqs.push(...read.events.map(({ seq }) => seq));
      after = read.next;
      pages += 1;
      if (!read.more) break;
    }
    expect(pages).toBeGreaterThan(1);
    expect(seqs.length).toBeGreaterThanOrEqual(620);
    expect(seqs).toEqual([...new Set(seqs)].toSorted((a, b) => a - b));
    expect((await page(`?after=${after}`)).events).toEqual([]);
    inbox = await inbox.restart();
    await inbox.postCallback(lumaSuccess('behind', []));
    const behind = await page(`?after=${after}`);
    expect(behind.events[0]).toMatchObject({ type: 'result', read: { taskId: 'behind' } });
    expect(behind.events[0]?.seq).toBeGreaterThan(seqs.at(-1) ?? 0);
  });

  it('waits for what comes, and ends at once when the inbox does', async () => {
    const { next } = await page();
    const waiting = page(`?after=${next}&wait=40`);
    await inbox.postCallback(lumaSuccess('awaited', []));
    expect((await waiting).events[0]).toMatchObject({ type: 'result', read: { taskId: 'awaited' } });
    const { next: end } = await page();
    const cut = ask(`/v1/events?after=${end}&wait=40`).then(
      ({ status }) => status,
      () => 'cut',
    );
    await page(); // the one before has arrived
    expect(await inbox.stop()).toEqual({ code: 0, signal: null });
    expect([200, 'cut']).toContain(await cut);
  });

  it('takes no place that it did not give out: numbers of the log are not moved by it', async () => {
    await inbox.postCallback(lumaSuccess('first', []));
    const before = await page();
    const forged = `1:0:${String(Number.MAX_SAFE_INTEGER - 1)}`;
    for (const cursor of [forged, `${forged}.${'0'.repeat(32)}`, `2${before.next}`, 'x', '']) {
      expect((await page(`?after=${encodeURIComponent(cursor)}`)).events.length).toBeGreaterThan(0);
    }
    await inbox.postCallback(lumaSuccess('second', []));
    expect((await page()).events.at(-1)?.seq).toBeLessThan(100);
    expect((await ask('/v1/events?wait=soon')).status).toBe(400);
  });

  it('shows no secret, no token of a callback URL and no key', async () => {
    const urlToken = new URL(inbox.callbackUrl).pathname.split('/').at(-1) ?? '';
    await inbox.postCallback({ ...lumaSuccess('leaky', []), echo: { apiKey, callBackUrl: inbox.callbackUrl } });
    const { text } = await ask('/v1/events');
    expect(text).toContain('leaky');
    for (const secret of [apiKey, urlToken, token, inbox.key]) expect(text).not.toContain(secret);
  });
});

describe('POST /v1/events', () => {
  it('stores what a person does, once', async () => {
    const key = await savedTask('mine');
    const origin = { node: 'desk', k: 7 };
    const starred = { type: 'marked', keys: [key, 'kie-luma:unknown'], starred: true, origin };
    expect(await send([starred])).toEqual({ status: 200, answer: { stored: 1, repeated: 0, skipped: 0 } });
    await inbox.call('tasks:mark', [key], { starred: false });
    expect(await send([starred])).toEqual({ status: 200, answer: { stored: 0, repeated: 1, skipped: 0 } });
    inbox = await inbox.restart('SIGKILL');
    expect(await send([starred, { ...starred, origin: { ...origin, k: 6 } }])).toMatchObject({
      answer: { repeated: 2 },
    });
    expect((await inbox.call('tasks:get', key))?.starred).toBe(false);
    const twice = { type: 'tagged', keys: [key], add: ['far'], remove: [], origin: { ...origin, k: 8 } };
    expect(await send([twice, twice])).toMatchObject({ answer: { stored: 1, repeated: 1 } });
    expect((await inbox.call('tasks:get', key))?.tags).toEqual(['far']);
    const told = (await page()).events.filter(({ type }) => type === 'marked' || type === 'tagged');
    expect(told.map((event) => event.origin?.k)).toEqual([7, undefined, 8]);
    expect(await send([{ type: 'noted', key: 'kie-luma:unknown', note: 'x' }])).toMatchObject({
      answer: { skipped: 1 },
    });
  });

  it('does with the files what it means for them', async () => {
    const key = await savedTask('bin');
    const file = (await inbox.call('tasks:get', key))?.videos[0]?.path ?? '';
    const there = (name: string) =>
      readFile(path.join(inbox.dataDir, name)).then(
        () => true,
        () => false,
      );
    expect(await send([{ type: 'purged', keys: [key] }])).toMatchObject({ answer: { stored: 0, skipped: 1 } });
    expect(await there(file)).toBe(true);
    await send([{ type: 'trashed', keys: [key] }]);
    expect([await there(file), await there(`trash/${file}`)]).toEqual([false, true]);
    await send([{ type: 'restored', keys: [key] }]);
    expect(await there(file)).toBe(true);
    expect(
      await send([
        { type: 'trashed', keys: [key] },
        { type: 'purged', keys: [key] },
      ]),
    ).toMatchObject({ answer: { stored: 2 } });
    expect([await there(file), await there(`trash/${file}`)]).toEqual([false, false]);
    expect(await inbox.call('tasks:get', key)).toBeNull();
  });

  it('refuses what only a provider or this machine says, and stores nothing of such a body', async () => {
    const key = await savedTask('theirs');
    const mark = { type: 'marked', keys: [key], starred: true };
    const video = (await inbox.call('tasks:get', key))?.videos[0];
    const { events } = await page();
    const others = [
      ...events.filter(({ type }) => type === 'result' || type === 'video-saved'),
      { type: 'video-failed', key, url: video?.url, code: 'gone', reason: 'x', params: {}, gone: true },
      { type: 'cost', key, credits: 1, amount: null, currency: null },
      { type: 'submission-created', id: 'x', taskId: 'y' },
      { type: 'unwatched', key, code: 'gone' },
      { type: 'link-renewed', key, url: video?.url, link: 'http://127.0.0.1/x', by: 'provider' },
      { type: 'link-renewed', key, url: video?.url, link: 'file:///etc/passwd', by: 'person' },
      { type: 'watched', provider: 'fal', taskId: 'z', askAt: 'https://collects-keys.example' },
      { type: 'marked', keys: [], starred: true },
      { type: 'marked', keys: Array.from({ length: 257 }, () => key), starred: true },
      { type: 'marked', keys: [key], rating: 9 },
      { type: 'marked', keys: [key], starred: true, origin: { node: '../..', k: 1 } },
      { type: '__proto__' },
      { type: 'toString' },
      null,
      [],
    ];
    expect(others.length).toBe(17);
    for (const other of others) {
      expect((await send([mark, other])).status, JSON.stringify(other)).toBe(400);
    }
    for (const body of [
      '',
      '[]',
      '{"events":{}}',
      JSON.stringify({ events: Array.from({ length: 501 }, () => mark) }),
    ]) {
      expect((await send(body)).status).toBe(400);
    }
    expect((await send(`{"events":[],"x":"${'x'.repeat(1024 * 1024)}"}`)).status).toBe(413);
    expect((await send([mark], await newKey('local'))).status).toBe(401);
    expect((await page()).events).toEqual(events);
  });
});

describe('GET /v1/media/SHA256', () => {
  it('gives the bytes of a saved video, whole or in part, and nothing else of the disk', async () => {
    const sha256 = createHash('sha256').update(mp4).digest('hex');
    expect((await ask(`/v1/media/${sha256}`)).status).toBe(404);
    const key = await savedTask('bytes');
    const whole = await ask(`/v1/media/${sha256}`);
    expect(whole.status).toBe(200);
    expect(whole.body.equals(mp4)).toBe(true);
    const part = await ask(`/v1/media/${sha256.toUpperCase()}`, { range: 'bytes=100-199' });
    expect(part.status).toBe(206);
    expect(part.headers['content-range']).toBe(`bytes 100-199/${String(mp4.length)}`);
    expect(part.body.equals(mp4.subarray(100, 200))).toBe(true);
    expect((await ask(`/v1/media/${sha256}`, { range: `bytes=${String(mp4.length)}-` })).status).toBe(416);
    for (const name of ['..%2fsettings.json', 'api-keys.json', sha256.slice(1), `${sha256}%2f..`]) {
      expect((await ask(`/v1/media/${name}`)).status, name).toBe(404);
    }
    await inbox.call('tasks:trash', [key]);
    expect((await ask(`/v1/media/${sha256}`)).status).toBe(200);
    await inbox.call('tasks:purge', [key]);
    await waitUntil(async () => (await ask(`/v1/media/${sha256}`)).status === 404, 'the purged file to be gone');
  });
});
