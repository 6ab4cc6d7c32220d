/** Tickets to the gallery, and event streams that nobody reads: the local app on a real listener. */
import { connect } from 'node:net';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect, it, onTestFinished } from 'vitest';
import { textsHeader } from '../../../src-main/common/errors.ts';
import { createHttpListener } from '../../../src-main/node/http-listener.ts';
import { ChangedTasks } from '../../../src-main/node/local-server/changed-tasks.ts';
import { createLocalApp } from '../../../src-main/node/local-server/local-app.ts';
import { createOpenPages } from '../../../src-main/node/local-server/open-pages.ts';
import { createTickets } from '../../../src-main/node/local-server/tickets.ts';
import { createUiEvents } from '../../../src-main/node/local-server/ui-events.ts';
import { silentLog } from '../../../src-main/node/log/log.ts';
import { makePageKey } from '../../../src-renderer/client/page-key.ts';
import { request } from '../../support/http-request.ts';
import { openEventStream } from '../../support/server-events.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { waitUntil } from '../../support/wait-until.ts';

const key = 'the-key-of-this-test';
const bearer = { authorization: `Bearer ${key}` };
const scriptKey = 'a-key-for-scripts';

const thePage = { fetch: (_asked: Request) => new Response('the page') };

async function open(pagesFile?: string, ownKey = key, ui = thePage) {
  const clock = { time: 0 };
  const openPages = await createOpenPages(
    pagesFile ?? path.join(await tempDir(), 'p.json'),
    () => clock.time,
    silentLog,
  );
  const events = createUiEvents('run', () => undefined);
  let listening = 0;
  const localApp = createLocalApp({
    attach: () => Promise.resolve({ ok: true, value: null }),
    bring: () => Promise.resolve({ ok: true, value: '/a/path' }),
    scopeOf: (asked) => (asked === scriptKey ? 'local' : null),
    openApi: () => '{}',
    metrics: () => Promise.resolve(''),
    key: ownKey,
    openPages,
    port: () => listener.port,
    tickets: createTickets(() => clock.time),
    dispatch: () => Promise.resolve({ ok: true, value: null }),
    events: {
      ...events,
      subscribe(listener) {
        listening += 1;
        const stop = events.subscribe(listener);
        let stopped = false;
        return () => {
          if (!stopped) listening -= 1;
          stopped = true;
          stop();
        };
      },
    },
    ui,
    sample: () => null,
  });
  const listener = await createHttpListener({
    name: 'gallery',
    flag: 'local-port',
    port: 0,
    usualPort: 0,
    app: { fetch: (asked, env) => localApp.fetch(asked, env) },
    maxConnections: 64,
  }).listen();
  onTestFinished(() => listener.close(0));
  const origin = `http://127.0.0.1:${listener.port}`;
  const ticket = async (): Promise<string> =>
    (await request(`${origin}/ticket`, { method: 'POST', headers: bearer })).text;
  return { clock, events, listening: () => listening, port: listener.port, origin, ticket };
}

it('a ticket becomes the cookie once, and leaves the address', async () => {
  const { origin, ticket } = await open();
  const one = await ticket();
  expect(one).not.toContain(key);
  const first = await request(`${origin}/?ticket=${one}`);
  expect(first.status).toBe(303);
  expect(first.headers.location).toBe('/');
  const [cookie = ''] = first.headers['set-cookie'] ?? [];
  expect(cookie).toMatch(/HttpOnly/i);
  const headers = { cookie: cookie.split(';')[0] ?? '' };
  expect((await request(`${origin}/`, { headers })).text).toBe('the page');

  const second = await request(`${origin}/?ticket=${one}`);
  expect(second.status).toBe(401);
  expect(second.headers['set-cookie']).toBeUndefined();
  // Whoever is in already (a browser that fetched the address beforehand) is led on.
  expect((await request(`${origin}/?ticket=${one}`, { headers })).status).toBe(303);
});

it('a key for scripts makes no keys and no copy, sets no secret and lets no browser in; the rest it may ask for', async () => {
  const { origin } = await open();
  const ask = async (path: string, args: readonly unknown[], asker: string): Promise<number> => {
    const headers = { authorization: `Bearer ${asker}` };
    return (await request(`${origin}/${path}`, { method: 'POST', headers, body: JSON.stringify(args) })).status;
  };
  const newCopy = [{ twin: { url: 'https://elsewhere.test/' } }];
  const forbidden: [string, readonly unknown[]][] = [
    ['call/apiKeys:list', []],
    ['call/apiKeys:new', [{}]],
    ['call/apiKeys%3Arevoke', ['id']],
    ['call/secrets:set', ['KIE_API_KEY', 'x']],
    ['call/twin:connect', ['https://elsewhere.test/', 'x']],
    ['call/twin:disconnect', []],
    ['call/settings:update', newCopy],
    ['call/settings%3Aupdate', newCopy],
    ['ticket', []],
    ['open-page', []],
  ];
  for (const [path, args] of forbidden) {
    expect(await ask(path, args, scriptKey), path).toBe(403);
    expect(await ask(path, args, key), path).toBeLessThan(300);
  }
  for (const path of ['call/settings:update', 'call/tasks:get', 'call/constructor', 'source', 'attach/k/1']) {
    expect(await ask(path, [{ twin: { media: 'all' } }], scriptKey), path).toBe(200);
  }
});

it('scripts and styles go out packed to whoever takes that, and fonts and all else as they are', async () => {
  const types: Record<string, string> = { js: 'text/javascript; charset=utf-8', woff2: 'font/woff2' };
  const text = 'const word = 1;\n'.repeat(1000);
  const { origin } = await open(undefined, key, {
    fetch: ({ url }) => new Response(text, { headers: { 'Content-Type': types[url.split('.').at(-1) ?? ''] ?? '' } }),
  });
  const get = async (name: string, headers: Record<string, string>) => {
    const reply = await request(`${origin}${name}`, { headers: { ...bearer, ...headers } });
    const { 'content-encoding': encoding, vary } = reply.headers;
    const body = encoding === 'gzip' ? gunzipSync(reply.body) : reply.body;
    return { encoding, vary, isWhole: body.toString('utf8') === text, isLess: reply.body.length < text.length / 10 };
  };
  const packs = { 'accept-encoding': 'gzip, deflate, br' };
  const vary = 'Accept-Encoding';
  const plain = { encoding: undefined, isWhole: true, isLess: false };
  expect(await get('/assets/a.js', packs)).toEqual({ encoding: 'gzip', vary, isWhole: true, isLess: true });
  expect(await get('/assets/a.js', {})).toEqual({ ...plain, vary });
  expect(await get('/assets/a.woff2', packs)).toEqual({ ...plain, vary: undefined });
  expect(await get('/media/a/1', packs)).toEqual({ ...plain, vary: undefined });
});

it('what is asked for by another method than POST is told that it takes that', async () => {
  const { origin } = await open();
  const call = await request(`${origin}/call/app:status`, { headers: bearer });
  expect([call.status, call.headers.allow]).toEqual([405, 'POST']);
  expect(JSON.parse(call.text)).toMatchObject({ error: { message: expect.stringMatching(/JSON array/) as string } });
  for (const path of ['/ticket', '/source', '/attach/a/1']) {
    expect((await request(origin + path, { method: 'PUT', headers: bearer })).status).toBe(405);
  }
});

it('a page that was let in goes on with the next run of the same library, by what it alone can sign', async () => {
  const file = path.join(await tempDir(), 'open-pages.json');
  const before = await open(file);
  const page = await makePageKey(crypto.subtle);
  const post = (url: string, body: unknown, headers = {}) =>
    request(url, { method: 'POST', headers, body: typeof body === 'string' ? body : JSON.stringify(body) });
  expect((await post(`${before.origin}/open-page`, page.publicKey)).status).toBe(401);
  expect((await post(`${before.origin}/open-page`, page.publicKey, bearer)).status).toBe(204);

  const after = await open(file, 'another key');
  const proofOf = async (signer = page, port = after.port) => {
    const challenge = (await post(`${after.origin}/open-page/challenge`, '')).text;
    return [{ key: page.publicKey, challenge, signature: await signer.sign(`${challenge} ${String(port)}`) }];
  };
  const prove = (proof: unknown, headers = {}) => post(`${after.origin}/open-page/proof`, proof, headers);
  const good = await proofOf();
  const elsewhere = { origin: 'http://127.0.0.1:1' };
  expect((await prove(good, elsewhere)).status).toBe(403);
  const letIn = await prove(good);
  expect(letIn.status).toBe(204);
  const headers = { cookie: letIn.headers['set-cookie']?.[0]?.split(';')[0] ?? '' };
  expect((await request(`${after.origin}/`, { headers })).text).toBe('the page');

  expect((await prove(good)).status, 'once more').toBe(401);
  expect((await prove(await proofOf(page, before.port))).status, 'signed for another port').toBe(401);
  expect((await prove(await proofOf(await makePageKey(crypto.subtle)))).status, 'signed by another page').toBe(401);
  const late = await proofOf();
  after.clock.time = 60_001;
  expect((await prove(late)).status, 'late').toBe(401);
  for (const other of ['', '[]', '[{}]', '[null]', 'x'.repeat(5000)]) expect((await prove(other)).status).toBe(401);
  const stranger = await open(undefined, 'a key');
  const challenge = (await post(`${stranger.origin}/open-page/challenge`, '')).text;
  const signature = await page.sign(`${challenge} ${String(stranger.port)}`);
  const proof = [{ key: page.publicKey, challenge, signature }];
  expect((await post(`${stranger.origin}/open-page/proof`, proof)).status, 'another library').toBe(401);
});

it('a ticket dies after a minute, and only the key makes one', async () => {
  const { clock, origin, ticket } = await open();
  const one = await ticket();
  clock.time = 60_001;
  expect((await request(`${origin}/?ticket=${one}`)).status).toBe(401);
  expect((await request(`${origin}/ticket`, { method: 'POST' })).status).toBe(401);
  expect((await request(`${origin}/events?ticket=${await ticket()}`)).status).toBe(401);
});

it('a stream that nobody reads is ended, and one that is read goes on', async () => {
  const { events, listening, origin, port } = await open();
  const reader = await openEventStream(`${origin}/events`, bearer);
  const deaf = connect(port, '127.0.0.1');
  onTestFinished(() => void deaf.destroy());
  deaf.on('error', () => undefined).pause();
  deaf.write(`GET /events HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nAuthorization: ${bearer.authorization}\r\n\r\n`);
  await waitUntil(() => listening() === 2, 'both streams');
  const moved = { copiedBytes: 1, totalBytes: 2 };
  let published = 0;
  // More than the buffers of the system hold; each waits until the one that reads has it.
  while (listening() === 2 && published < 2000) {
    const tasks = [{ prompt: 'x'.repeat(64 * 1024) }];
    events.publish({ name: 'tasks:changed', data: { tasks, counts: {} } } as never);
    published += 1;
    if (published % 32 === 0) await waitUntil(() => reader.events.length >= published, 'the events');
  }
  expect(listening()).toBe(1);
  expect(published).toBeLessThan(2000);
  events.publish({ name: 'library:moving', data: moved });
  await waitUntil(() => reader.events.some(({ name }) => name === 'library:moving'), 'the next event');
  reader.close();
});

it('who comes back is told what was missed, in its order and as it is by then', async () => {
  const { events, origin } = await open();
  const prompts = new Map([
    ['a', 'before'],
    ['b', 'as it was'],
  ]);
  const changed = (...keys: string[]): void => {
    const view = (key: string) => (prompts.has(key) ? { key, prompt: prompts.get(key) } : undefined);
    const data = new ChangedTasks(keys, { head: view as never, view: view as never, counts: () => ({}) as never });
    events.publish({ name: 'tasks:changed', data });
  };
  const since = events.lastId();
  changed('a', 'b');
  prompts.delete('a');
  events.publish({ name: 'tasks:removed', data: { keys: ['a'], counts: {} } } as never);
  prompts.set('b', 'as it is');
  changed('b');
  const reader = await openEventStream(`${origin}/events?since=${since}`, bearer);
  await waitUntil(() => reader.events.length === 3, 'what was missed');
  const b = { key: 'b', prompt: 'as it is' };
  expect(reader.events).toMatchObject([
    { name: 'tasks:changed', data: { tasks: [b], counts: {} } },
    { name: 'tasks:removed', data: { keys: ['a'] } },
    { name: 'tasks:changed', data: { tasks: [b], counts: {} } },
  ]);
  reader.close();
});

it('says no in the language that the browser asks for, and to a call as data that a page puts into words', async () => {
  const { origin } = await open();
  const page = (headers: Record<string, string>) => request(`${origin}/`, { headers });
  expect((await page({})).text).toMatch(/^This gallery needs its key\. .*\n$/);
  const spanish = await page({ 'accept-language': 'tlh, de;q=0.1, es-MX;q=0.8' });
  expect(spanish.status).toBe(401);
  expect(spanish.headers['content-language']).toBe('es');
  expect(spanish.text).toMatch(/^Esta galería necesita su clave\. .*\n$/);
  const stranger = await page({ 'accept-language': 'ja', origin: 'http://elsewhere.example' });
  expect(stranger.status).toBe(403);
  expect(stranger.text).toBe('ほかのサイトからのリクエストは拒否されます。\n');

  const call = async (headers: Record<string, string>, body = '[]'): Promise<unknown> =>
    JSON.parse((await request(`${origin}/call/tasks:get`, { method: 'POST', headers, body })).text);
  const message = expect.stringMatching(/^This gallery needs its key\./) as unknown;
  expect(await call({})).toEqual({ ok: false, error: { code: 'unauthorized', message } });
  expect(await call({ [textsHeader]: '1' })).toEqual({
    ok: false,
    error: { code: 'unauthorized', message, text: { key: 'access.signIn', params: [] } },
  });
  expect(await call({ ...bearer, [textsHeader]: '1' }, '{}')).toMatchObject({
    error: { code: 'bad-request', text: { key: 'access.noArguments', params: [] } },
  });
});

it('a browser has the key in its address for no page, and is told in words where it keeps no cookie', async () => {
  const { origin, ticket } = await open();
  const asBrowser = { 'sec-fetch-dest': 'document', 'accept-language': 'es' };
  const led = await request(`${origin}/?key=${key}`, { headers: asBrowser });
  const to = led.headers.location ?? '';
  expect([led.status, to]).toEqual([303, expect.stringMatching(/^\/\?opened=[\w-]{16}$/)]);
  const cookie = (led.headers['set-cookie']?.[0] ?? '').split(';')[0] ?? '';
  expect((await request(origin + to, { headers: { ...asBrowser, cookie } })).text).toBe('the page');
  const byTicket = await request(`${origin}/?ticket=${await ticket()}`, { headers: asBrowser });
  expect([byTicket.status, byTicket.headers.location]).toEqual([303, expect.stringContaining('/?opened=')]);

  // From a page of another site a strict cookie is not sent along: the next way begins at a page of ours.
  const first = await request(origin + to, { headers: asBrowser });
  expect([first.status, first.text]).toEqual([200, expect.stringContaining("'&again' + location.hash")]);
  expect(first.text).not.toContain(key);
  const second = await request(`${origin}${to}&again`, { headers: asBrowser });
  expect([second.status, second.text]).toEqual([401, expect.stringMatching(/cookies/)]);
  expect(second.headers['content-language']).toBe('es');
  // And any page that only says so leads nowhere.
  for (const made of ['opened', 'opened=made-up-name-yes', 'opened&again']) {
    const answer = await request(`${origin}/?${made}`, { headers: asBrowser });
    expect([answer.status, answer.text]).toEqual([401, expect.stringMatching(/clave/)]);
  }

  // Who leads nowhere is let in at once, as ever.
  const script = await request(`${origin}/?key=${key}`);
  expect([script.status, script.text]).toEqual([200, 'the page']);
  expect((await request(`${origin}/?opened`)).status).toBe(401);
  const wrong = await request(`${origin}/?key=wrong`, { headers: asBrowser });
  expect([wrong.status, wrong.headers['set-cookie']]).toEqual([401, undefined]);
});
