/** The public side on a real listener, as a stranger and a provider meet it, with and without a tunnel in front. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { ServerResponse, type IncomingMessage } from 'node:http';
import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import type { TunnelKind } from '../../../src-main/common/status.ts';
import { createCallbackApp } from '../../../src-main/node/callbacks/callback-app.ts';
import type { CallbackUrlEntry } from '../../../src-main/node/callbacks/callback-urls.ts';
import { createDiskFloor } from '../../../src-main/node/callbacks/disk-floor.ts';
import type { Delivery, IntakeAnswer } from '../../../src-main/node/callbacks/delivery.ts';
import type { AnsweredRequest, RequestNote } from '../../../src-main/node/callbacks/requests/request-recorder.ts';
import { createProbe } from '../../../src-main/node/tunnel/reachability.ts';
import { createAddressList } from '../../../src-main/node/callbacks/sender-address.ts';
import { createHttpListener, type HttpListener } from '../../../src-main/node/http-listener.ts';
import { exchangeRaw, request, type Reply } from '../../support/http-request.ts';

const entry = (id: string): CallbackUrlEntry => ({
  id,
  token: `token-${id}`,
  label: id,
  project: null,
  provider: null,
  createdAt: '',
  lastUsedAt: null,
  count: 0,
  revokedAt: null,
});

const stored: RequestNote = {
  outcome: 'stored',
  code: null,
  facts: {},
  provider: 'kie-aleph',
  taskId: 't1',
  key: 'kie-aleph:t1',
  trust: 'unsigned',
  odd: null,
  result: null,
  kept: null,
  bodySha256: null,
};

/** Set by the test that has probes of its own. */
const claim: { current: (token: string) => boolean } = { current: () => false };
const origin = (): string => `http://127.0.0.1:${listener?.port}`;

let listener: HttpListener | null = null;
afterEach(async () => {
  await listener?.close(0);
  listener = null;
  claim.current = () => false;
});

interface SetUpOptions {
  readonly tunnel?: TunnelKind;
  readonly allow?: readonly string[];
  readonly inFlightBytes?: number;
}

async function setUp({ inFlightBytes, ...options }: SetUpOptions = {}) {
  const { tunnel = 'ngrok', allow = [] } = options;
  const entries = [entry('one'), entry('two')];
  const delivered: Delivery[] = [];
  const answers: { current: IntakeAnswer } = {
    current: { status: 200, body: { code: 200, msg: 'success' }, note: stored },
  };
  const used: string[] = [];
  const notes: string[] = [];
  const answered: AnsweredRequest[] = [];
  const nonces = new Set(['nonce']);
  const clock = { nowMs: 0 };
  const disk = { freeBytes: 1e12, totalBytes: 1e12 };
  const note = (fields: object, message: string): void => void notes.push(`${message} ${JSON.stringify(fields)}`);
  const app = createCallbackApp({
    find: (token) => entries.find((known) => known.token === token) ?? null,
    claimProbe: (token) => nonces.delete(token) || claim.current(token),
    accept: (delivery) => {
      delivered.push(delivery);
      return Promise.resolve(answers.current);
    },
    diskFloor: createDiskFloor({ room: () => Promise.resolve(disk), floorBytes: () => 1000, nowMs: () => clock.nowMs }),
    limits: () => ({ bodyBytes: 4 * 1024 * 1024, filmBodyBytes: 8 * 1024 * 1024 }),
    ...(inFlightBytes === undefined ? {} : { inFlightBytes }),
    used: (id) => used.push(id),
    answered: (answer) => answered.push(answer),
    now: () => new Date(clock.nowMs),
    tunnel: () => tunnel,
    admits: createAddressList(allow),
    nowMs: () => clock.nowMs,
    log: { debug: note, info: note, warn: note, error: note },
  });
  listener = await createHttpListener({
    name: 'callback',
    flag: 'callback-port',
    port: 0,
    usualPort: 0,
    app,
    maxConnections: 100,
  }).listen();
  const origin = `http://127.0.0.1:${listener.port}`;
  const headersFrom = (address: string | null): Record<string, string> =>
    address === null ? {} : { 'x-forwarded-for': address };
  return {
    app,
    disk,
    port: listener.port,
    clock,
    delivered,
    answers,
    answered,
    used,
    notes,
    post: (token: string, address: string | null = null): Promise<Reply> =>
      request(`${origin}/c/${token}`, { method: 'POST', headers: headersFrom(address), body: '{}' }),
    ask: (token: string, address: string | null = null, method = 'GET'): Promise<Reply> =>
      request(`${origin}/c/${token}`, { method, headers: headersFrom(address) }),
  };
}

function expectNothing(reply: Reply): void {
  expect(reply.status).toBe(404);
  expect(reply.body).toHaveLength(0);
}

describe('the address that a delivery is kept with', () => {
  it('is the last forwarded one behind a tunnel, and never an earlier one', async () => {
    const { post, delivered } = await setUp();
    await post('token-one', '192.0.2.1, 203.0.113.9');
    expect(delivered.map(({ remote }) => remote)).toEqual(['203.0.113.9']);
  });

  it('is that of the connection without a tunnel, whatever the request claims', async () => {
    const { post, delivered } = await setUp({ tunnel: 'none' });
    await post('token-one', '203.0.113.9');
    expect(delivered.map(({ remote }) => remote)).toEqual(['127.0.0.1']);
  });
});

describe('the list of addresses', () => {
  const allow = ['203.0.113.0/24'];

  it('lets a listed sender deliver, and answers another one as if there were nothing', async () => {
    const { post, ask, delivered, used } = await setUp({ allow });
    expect((await post('token-one', '203.0.113.9')).status).toBe(200);
    for (const reply of [
      await post('token-one', '198.51.100.7'),
      await post('token-one', '203.0.113.9, 198.51.100.7'),
      await ask('token-one', '198.51.100.7'),
      await ask('token-one', '198.51.100.7', 'PUT'),
    ]) {
      expectNothing(reply);
    }
    expect(delivered).toHaveLength(1);
    expect(used).toEqual(['one']);
  });

  it('is not got round by so many headers that the one of the tunnel is behind them', async () => {
    const { port, delivered } = await setUp({ allow });
    const many = Array.from({ length: 400 }, (_, n) => `x-${n}: 1\r\n`).join('');
    const from = (address: string): string =>
      `POST /c/token-one HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${many}Content-Length: 2\r\nX-Forwarded-For: ${address}\r\n\r\n{}`;
    expect((await exchangeRaw(port, [from('198.51.100.7')])).received).toMatch(/^HTTP\/1\.1 404 /);
    expect((await exchangeRaw(port, [from('203.0.113.9')])).received).toMatch(/^HTTP\/1\.1 200 /);
    expect(delivered.map(({ remote }) => remote)).toEqual(['203.0.113.9']);
  });

  it('does not stand in the way of a real probe, however long its token is', async () => {
    await setUp({ allow });
    const seen: string[] = [];
    const probe = createProbe({
      fetch: async (address) => {
        seen.push(address);
        const { status } = await request(address.replace('https://inbox.example.test', origin()));
        return { status, ngrokCode: null };
      },
    });
    claim.current = (token) => probe.claim(token);
    expect(await probe.prove('https://inbox.example.test')).toMatchObject({ ok: true });
    expect(seen).toHaveLength(1);
  });

  it('does not stand in the way of a probe', async () => {
    const { ask } = await setUp({ allow });
    expect((await ask('nonce', '198.51.100.7')).status).toBe(204);
    expectNothing(await ask('nonce', '198.51.100.7'));
  });

  it('lets programs on this machine through where ngrok would have named a stranger', async () => {
    const { post } = await setUp({ allow });
    expect((await post('token-one')).status).toBe(200);
  });

  it('lets nobody through a proxy that does not say who asks', async () => {
    const { post } = await setUp({ allow, tunnel: 'url' });
    expectNothing(await post('token-one'));
    expect((await post('token-one', '203.0.113.9')).status).toBe(200);
  });

  it('does not apply without a tunnel', async () => {
    const { post } = await setUp({ allow, tunnel: 'none' });
    expect((await post('token-one', '198.51.100.7')).status).toBe(200);
  });

  it('tells in the log who was turned away, a few times at most and without the token', async () => {
    const { post, notes } = await setUp({ allow });
    for (let sent = 0; sent < 30; sent += 1) await post('token-one', `198.51.100.${sent}`);
    expect(notes.length).toBeGreaterThan(0);
    expect(notes.length).toBeLessThan(10);
    expect(notes[0]).toContain('198.51.100.0');
    expect(notes.join(' ')).not.toContain('token-one');
  });

  it('does not tell a valid URL from an unknown one, not even by a limit', async () => {
    const { post, clock } = await setUp({ allow });
    const statusesFor = async (token: string): Promise<number[]> => {
      clock.nowMs += 3_600_000;
      const statuses: number[] = [];
      for (let sent = 0; sent < 130; sent += 1) statuses.push((await post(token, '198.51.100.7')).status);
      return statuses;
    };
    const unknown = await statusesFor('guess');
    expect(await statusesFor('token-one')).toEqual(unknown);
    expect(new Set(unknown)).toEqual(new Set([404, 429]));
  });
});

describe('too many requests behind a tunnel', () => {
  /** Thousands, so without sockets. */
  function flood(
    app: Awaited<ReturnType<typeof setUp>>['app'],
    token: string,
    count: number,
    addressOf: (n: number) => string,
  ): { passed: number; last: number } {
    let passed = 0;
    let last = 0;
    for (let n = 0; n < count; n += 1) {
      const incoming = {
        method: 'GET',
        url: `/c/${token}`,
        headers: { 'x-forwarded-for': addressOf(n) },
        socket: {},
      } as unknown as IncomingMessage;
      const outgoing = new ServerResponse(incoming);
      app.handle(incoming, outgoing);
      last = outgoing.statusCode;
      if (last === 200) passed += 1;
    }
    return { passed, last };
  }

  it('from one address are answered 429 with Retry-After, while another still gets through', async () => {
    const { app, ask, clock } = await setUp();
    const { passed, last } = flood(app, 'token-one', 2500, () => '203.0.113.9');
    expect(passed).toBe(2000);
    expect(last).toBe(429);
    const reply = await ask('token-two', '192.0.2.1, 203.0.113.9');
    expect(reply.status).toBe(429);
    expect(Number(reply.headers['retry-after'])).toBeGreaterThan(0);
    expect((await ask('token-one', '203.0.113.10')).status).toBe(200);
    clock.nowMs += Number(reply.headers['retry-after']) * 1000;
    expect((await ask('token-one', '203.0.113.9')).status).toBe(200);
  });

  it('at one URL from many addresses are limited too, and another URL goes on', async () => {
    const { app, ask } = await setUp();
    const { passed } = flood(app, 'token-one', 5500, (n) => `203.0.${n >> 8}.${n & 255}`);
    expect(passed).toBe(5000);
    expect((await ask('token-one', '198.51.100.7')).status).toBe(429);
    expect((await ask('token-two', '198.51.100.7')).status).toBe(200);
  });

  it('with tokens that are guessed are limited after a few, and do not keep a provider out', async () => {
    const { ask, post } = await setUp();
    const statuses: number[] = [];
    for (let n = 0; n < 125; n += 1) statuses.push((await ask(`guess-${n}`, '203.0.113.9')).status);
    expect(statuses.filter((status) => status === 404)).toHaveLength(120);
    expect(statuses.at(-1)).toBe(429);
    expect((await post('token-one', '203.0.113.9')).status).toBe(200);
  });

  it('are not limited for programs on this machine, with and without a tunnel', async () => {
    const alone = await setUp({ tunnel: 'none' });
    for (let n = 0; n < 130; n += 1) expect((await alone.ask(`guess-${n}`, '203.0.113.9')).status).toBe(404);
    await listener?.close(0);
    const { ask } = await setUp({ tunnel: 'ngrok' });
    for (let n = 0; n < 130; n += 1) expect((await ask(`guess-${n}`)).status).toBe(404);
  });

  it('are limited for all senders together behind a proxy that does not say who asks', async () => {
    const { ask } = await setUp({ tunnel: 'url' });
    const statuses: number[] = [];
    for (let n = 0; n < 125; n += 1) statuses.push((await ask(`guess-${n}`)).status);
    expect(statuses.at(-1)).toBe(429);
  });
});

it('says nothing about what serves here', async () => {
  const { ask, post } = await setUp();
  for (const reply of [
    await post('token-one', '203.0.113.9'),
    await ask('token-one'),
    await ask('unknown'),
    await ask('nonce'),
    await ask('token-one', null, 'DELETE'),
  ]) {
    const names = Object.keys(reply.headers);
    const usual = ['connection', 'content-type', 'content-length', 'date', 'keep-alive', 'allow', 'transfer-encoding'];
    expect(names.filter((name) => !usual.includes(name))).toEqual([]);
    expect(JSON.stringify([reply.headers, reply.text])).not.toMatch(/hono|node|\d+\.\d+\.\d+/i);
  }
});

describe('a callback URL that was pasted with a little more than it has', () => {
  it.each(
    [
      '/c/token-one/',
      '/c/token-one%20',
      '//c//token-one',
      '/c/token-one/?source=kie',
      '/c/token-one%20%0A/',
      '/c/token-one&source=kie',
      '/c/token-one;v=1',
      '/c/token-one%22',
      '/c/token-one),',
      '/c/token%2Done',
      '/c/token%2done/?x=%2D',
      '/%63/%74oken-one%0A',
      '/c/token-one&source=%0Akie',
      '/c/token-one&source=%E4',
      'http://inbox.example.test/c/token-one?x=1',
      '/C/token-one',
      '///C//token-one///',
      ...[
        '%E2%80%8B',
        '%EF%BB%BF',
        '%C2%A0',
        '%60',
        '*',
        '**',
        '%7D',
        '%7D%7D',
        '%3E',
        ')',
        ',',
        '.',
        '...',
        "'",
        '%E2%80%9D',
      ],
      ...[
        '%5D(',
        '%5C',
        '%7C',
        '!',
        ':',
        '~',
        '$',
        '@',
        '%EF%BC%8C',
        '%E3%80%82',
        '%E3%80%8D',
        '_',
        '__',
        '-',
        '%A0',
        '%',
        '%EF%BC%8C%E8%B0%A2%E8%B0%A2',
      ],
      ...['%3Fsource=kie', '%23top', '#top', '?', '?token=x', '%20?x=1', '%5C%22%7D', '%60%60%60', '*%20&x=1'],
      '/c/%3Ctoken-one%3E',
      '/c/%7B%7Btoken-one%7D%7D',
      '/c/__token-one__',
    ].map((target) => (target.startsWith('/') || target.startsWith('http') ? target : `/c/token-one${target}`)),
  )('is taken: %s', async (target) => {
    const { port, delivered } = await setUp();
    const head = `POST ${target} HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}`;
    const { received } = await exchangeRaw(port, [head]);
    expect(received).toMatch(/^HTTP\/1\.1 200 /);
    expect(delivered).toHaveLength(1);
  });

  it.each([
    '/c/token-one/more',
    '/c/token-onex',
    '/c/guess/',
    '/x/token-one',
    '/c/token-one%2fmore',
    '/c/token%252Done',
    '/c/token%2Done%E4',
    '/c/more/token-one',
    '/c/token-one.json',
    '/c/token-one%20copy',
    '/c/%E2%80%8B',
    '/c/../c/token-one',
    '/cc/token-one',
  ])('is not taken for one that it is not: %s', async (target) => {
    const { port, delivered } = await setUp();
    const head = `POST ${target} HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}`;
    const { received } = await exchangeRaw(port, [head]);
    expect(received).toMatch(/^HTTP\/1\.1 404 /);
    expect(delivered).toHaveLength(0);
  });
});

describe('each answered request is told of', () => {
  it('with its answer, its size and how long it took; reads and guesses are not', async () => {
    const { post, ask, answered } = await setUp();
    await post('token-one', '203.0.113.9');
    await ask('token-one', '203.0.113.9', 'PUT');
    await ask('token-one');
    await post('guess');
    expect(answered).toMatchObject([
      { status: 200, method: 'POST', bytes: 2, urlId: 'one', remote: '203.0.113.9', note: { outcome: 'stored' } },
      { status: 405, method: 'PUT', note: { outcome: 'refused', code: 'wrong-method', facts: { method: 'PUT' } } },
    ]);
  });
});

describe('a disk with too little room', () => {
  it('keeps callbacks out with 503 and a sentence, and lets them in again when there is room', async () => {
    const { post, disk, clock, answered, delivered } = await setUp();
    expect((await post('token-one', '203.0.113.9')).status).toBe(200);
    disk.freeBytes = 1005;
    clock.nowMs += 1000;
    const reply = await post('token-one', '203.0.113.9');
    expect(reply.status).toBe(503);
    expect(Number(reply.headers['retry-after'])).toBeGreaterThan(0);
    expect(reply.text).toMatch(/The disk has .* left/);
    expect(answered.at(-1)).toMatchObject({ status: 503, note: { code: 'disk-low', facts: { limitBytes: 1000 } } });
    disk.freeBytes = 1e12;
    clock.nowMs += 1000;
    expect((await post('token-one', '203.0.113.9')).status).toBe(200);
    expect(delivered).toHaveLength(2);
  });

  it('is none because of a body that only says that it is large', async () => {
    const { post, disk, port, answered } = await setUp();
    disk.freeBytes = 1e9;
    // The first would leave room for nothing else, the second would not fit at all.
    for (const length of [333_333_000, 99_999_999_999]) {
      const head = `POST /c/token-one HTTP/1.1\r\nHost: x\r\nContent-Length: ${length}\r\n\r\n`;
      expect((await exchangeRaw(port, [head])).received).toMatch(/^HTTP\/1.1 413 /);
      expect((await post('token-one')).status).toBe(200);
    }
    expect(answered.map(({ status }) => status)).toEqual([413, 200, 413, 200]);
  });

  it('keeps out what announces no length, and what is large only once it is unpacked', async () => {
    const { disk, port, delivered, answered } = await setUp();
    disk.freeBytes = 3000;
    const chunked = (length: number) =>
      `POST /c/token-one HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n${length.toString(16)}\r\n${'x'.repeat(length)}\r\n0\r\n\r\n`;
    expect((await exchangeRaw(port, [chunked(1000)])).received).toMatch(/^HTTP\/1.1 503 /);
    expect(answered.at(-1)).toMatchObject({ status: 503, note: { code: 'disk-low' } });
    expect((await exchangeRaw(port, [chunked(100)])).received).toMatch(/^HTTP\/1.1 200 /);
    expect(delivered).toHaveLength(1);
    expect([100, 1000].map((more) => delivered[0]?.grow?.(more))).toEqual([true, false]);
  });
});

describe('large bodies', () => {
  const head = (length: number) => `POST /c/token-one HTTP/1.1\r\nHost: x\r\nContent-Length: ${length}\r\n\r\n`;
  const film = `{"id":"t1","output":"data:video/mp4;base64,`;

  it('are taken up to the limit, and refused at their announcement beyond it', async () => {
    const { port, delivered } = await setUp();
    const body = `"${'x'.repeat(4 * 1024 * 1024 - 2)}"`;
    const whole = await exchangeRaw(port, [head(body.length).replace('Host', 'Connection: close\r\nHost'), body]);
    expect(whole.received).toMatch(/^HTTP\/1\.1 200 /);
    expect(delivered[0]?.rawBody.length).toBe(4 * 1024 * 1024);
    const refused = await exchangeRaw(port, [head(4 * 1024 * 1024 + 1), 'x'.repeat(1000)]);
    expect(refused.received).toMatch(/^HTTP\/1\.1 413 /);
    expect(refused.closedByPeer).toBe(true);
    const padding = `{"padding":"${'x'.repeat(64 * 1024)}`;
    expect((await exchangeRaw(port, [head(4 * 1024 * 1024 + 1), padding])).received).toMatch(/^HTTP\/1\.1 413 /);
  });

  it('may be larger where a film stands in them, up to a limit of their own', async () => {
    const { port, delivered } = await setUp();
    const body = `${film}${'A'.repeat(5 * 1024 * 1024)}"}`;
    const whole = await exchangeRaw(port, [head(body.length).replace('Host', 'Connection: close\r\nHost'), body]);
    expect(whole.received).toMatch(/^HTTP\/1\.1 200 /);
    expect(delivered[0]?.rawBody.length).toBe(body.length);
    const refused = await exchangeRaw(port, [head(8 * 1024 * 1024 + 1), film]);
    expect(refused.received).toMatch(/^HTTP\/1\.1 413 /);
  });

  it('all together are bounded: one too many is answered 429, a small one still gets through', async () => {
    const { port, post } = await setUp({ inFlightBytes: 8 * 1024 * 1024 });
    // Two of them fill what all bodies may hold; which of the three finds no room depends on whose bytes are read first.
    const length = 4 * 1024 * 1024;
    const uploads = await Promise.all(Array.from({ length: 3 }, () => allButLastByte(port, head(length), length)));
    const refused = await Promise.race(uploads.map(async (upload) => ({ upload, answer: await upload.answer })));
    expect(refused.answer).toMatch(/^HTTP\/1\.1 429 /);
    expect(refused.answer).toMatch(/^retry-after: \d+/im);
    expect((await post('token-one')).status).toBe(200);
    const others = uploads.filter((upload) => upload !== refused.upload);
    for (const upload of others) upload.sendLast();
    for (const upload of others) expect(await upload.answer).toMatch(/^HTTP\/1\.1 200 /);
    expect(
      (await exchangeRaw(port, [head(length).replace('Host', 'Connection: close\r\nHost'), 'x'.repeat(length)]))
        .received,
    ).toMatch(/^HTTP\/1\.1 200 /);
  });
});

interface Upload {
  /** The first that is heard of the other side. */
  readonly answer: Promise<string>;
  sendLast(): void;
}

async function allButLastByte(port: number, head: string, length: number): Promise<Upload> {
  const socket = connect(port, '127.0.0.1');
  onTestFinished(() => void socket.destroy());
  socket.on('error', () => undefined); // a refusal may come as a reset behind its answer
  const answer = once(socket, 'data').then(([chunk]) => String(chunk));
  await once(socket, 'connect');
  socket.write(head);
  socket.write('x'.repeat(length - 1));
  return { answer, sendLast: () => void socket.write('x') };
}

describe('a result in the address', () => {
  const query = 'task_id=t1&status=completed&video_url=https%3A%2F%2Fmedia.example.test%2Fa.mp4%3Fx%3D1%26y%3D2';

  it('of a GET is handed on, and answered with the sentence', async () => {
    const { ask, delivered, answered } = await setUp({ tunnel: 'none' });
    const reply = await ask(`token-one?${query}`);
    expect([reply.status, reply.body.toString()]).toEqual([
      200,
      expect.stringMatching(/^[^.]+ is listening[^.]*\.\n$/),
    ]);
    expect(delivered.map(({ rawBody, query: told }) => [rawBody.toString(), told])).toEqual([['', query]]);
    expect(answered).toMatchObject([{ method: 'GET', status: 200, bytes: query.length }]);
  });

  it.each([
    ['POST', ''],
    ['POST', '{}'],
    ['GET', '{"video":"https://media.example.test/b.mp4"}'],
  ] as const)('of a %s is handed on beside its body (%j)', async (method, body) => {
    const { port, delivered } = await setUp({ tunnel: 'none' });
    const headers = { 'content-length': String(body.length) };
    await request(`http://127.0.0.1:${String(port)}/c/token-one?${query}`, { method, headers, body });
    expect(delivered.map(({ rawBody, query: beside }) => [rawBody.toString(), beside])).toEqual([[body, query]]);
  });

  it.each(['', '?', '?source=kie', '?id=5', '?utm_source=mail&video=none', '?task_id=t1'])(
    'is none in "%s": someone looks whether the inbox is there',
    async (search) => {
      const { ask, delivered, answered } = await setUp({ tunnel: 'none' });
      const reply = await ask(`token-one${search}`);
      expect([reply.status, delivered, answered]).toEqual([200, [], []]);
    },
  );

  it.each([
    [200, 200, /^[^.]+ is listening[^.]*\.\n$/, 'stored'],
    [400, 200, /^[^.]+ is listening[^.]*\.\n$/, undefined],
    [503, 503, /later/, 'stored'],
  ] as const)('or in the body of a GET is handed on; %i is answered %i', async (status, told, text, outcome) => {
    const { port, delivered, answered, answers } = await setUp({ tunnel: 'none' });
    answers.current = { status, body: { code: status, msg: 'later' }, note: stored };
    const reply = await request(`http://127.0.0.1:${String(port)}/c/token-one`, {
      method: 'GET',
      headers: { 'content-length': '11' },
      body: '{"id":"t1"}',
    });
    expect([reply.status, reply.body.toString()]).toEqual([told, expect.stringMatching(text)]);
    expect(delivered.map(({ rawBody }) => rawBody.toString())).toEqual(['{"id":"t1"}']);
    expect(answered[0]?.note.outcome).toBe(outcome);
  });

  it('of a HEAD is not waited for in a body that never ends', async () => {
    const { port } = await setUp({ tunnel: 'none' });
    const head = 'HEAD /c/token-one HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n';
    const { received, closedByPeer } = await exchangeRaw(port, [head], { limitMs: 10_000 });
    expect([received.slice(0, 15), closedByPeer]).toEqual(['HTTP/1.1 200 OK', true]);
  });

  it('of a HEAD is not read', async () => {
    const { ask, delivered } = await setUp({ tunnel: 'none' });
    expect((await ask(`token-one?${query}`, null, 'HEAD')).status).toBe(200);
    expect(delivered).toEqual([]);
  });
});
