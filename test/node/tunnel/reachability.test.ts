import { randomBytes } from 'node:crypto';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, onTestFinished, test, vi } from 'vitest';
import { createProbe } from '../../../src-main/node/tunnel/reachability.ts';
import type { Probe, ProbeAnswer } from '../../../src-main/node/tunnel/reachability.ts';

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

async function serve(handle: (request: http.IncomingMessage, response: http.ServerResponse) => void): Promise<string> {
  const server = http.createServer(handle);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanups.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
const tokenOf = (request: http.IncomingMessage): string => request.url?.replace('/c/', '') ?? '';

/** A probe whose tokens we see, with a hand-turned clock. */
function openProbe(answer: (token: string, probe: Probe) => ProbeAnswer | Promise<ProbeAnswer>) {
  const clock = { now: 1_800_000_000_000 };
  const tokens: string[] = [];
  const probe: Probe = createProbe({
    now: () => clock.now,
    fetch: async (url) => {
      const token = new URL(url).pathname.replace('/c/', '');
      tokens.push(token);
      return answer(token, probe);
    },
  });
  return { probe, tokens, clock };
}
const claimed = (token: string, probe: Probe): ProbeAnswer => {
  probe.claim(token);
  return { status: 204, ngrokCode: null };
};

test('is proven where the listener saw the nonce and its answer came back', async () => {
  const probe = createProbe();
  const seen: http.IncomingMessage[] = [];
  const url = await serve((request, response) => {
    seen.push(request);
    response.writeHead(probe.claim(tokenOf(request)) ? 204 : 404).end();
  });
  expect(await probe.prove(url)).toMatchObject({ ok: true });
  expect(seen).toHaveLength(1);
  expect(seen[0]?.method).toBe('GET');
  // ngrok shows browsers a warning page in place of us.
  expect(seen[0]?.headers['ngrok-skip-browser-warning']).toBeDefined();
  expect(seen[0]?.headers['user-agent']).not.toMatch(/mozilla/i);
});

test('each probe opens a connection of its own', async () => {
  const probe = createProbe();
  const ports = new Set<number | undefined>();
  const url = await serve((request, response) => {
    ports.add(request.socket.remotePort);
    response.writeHead(probe.claim(tokenOf(request)) ? 204 : 404).end();
  });
  await probe.prove(url);
  await probe.prove(url);
  expect(ports.size).toBe(2);
});

test('a friendly status alone proves nothing', async () => {
  const { probe } = openProbe(() => ({ status: 200, ngrokCode: null }));
  expect(await probe.prove('https://a.example')).toEqual({ ok: false, reason: 'elsewhere', detail: 'status 200' });
});

test('a nonce that arrived and whose answer was lost proves nothing', async () => {
  const { probe } = openProbe((token, own) => {
    own.claim(token);
    return { status: 502, ngrokCode: '3004' };
  });
  expect(await probe.prove('https://a.example')).toMatchObject({ ok: false, reason: 'upstream' });
});

test('a redirect is not followed', async () => {
  const probe = createProbe();
  let hits = 0;
  const target = await serve((request, response) => {
    hits += 1;
    response.writeHead(probe.claim(tokenOf(request)) ? 204 : 404).end();
  });
  const url = await serve((request, response) => {
    response.writeHead(302, { location: `${target}${request.url ?? ''}` }).end();
  });
  expect(await probe.prove(url)).toMatchObject({ ok: false, reason: 'elsewhere' });
  expect(hits).toBe(0);
});

test.each([
  [404, '3200', 'offline-endpoint'],
  [502, null, 'upstream'],
  [502, '8012', 'upstream'],
  [429, '702', 'limit'],
  [403, '727', 'limit'],
  [404, null, 'elsewhere'],
] as const)('status %i with code %s is told as %s', async (status, code, reason) => {
  const url = await serve((_request, response) => {
    response.writeHead(status, code === null ? {} : { 'ngrok-error-code': `ERR_NGROK_${code}` }).end();
  });
  expect(await createProbe().prove(url)).toMatchObject({ ok: false, reason });
});

test('no answer in time, and nobody there, are told apart', async () => {
  const silent = await serve(() => undefined);
  expect(await createProbe().prove(silent, 100)).toMatchObject({ ok: false, reason: 'timeout' });
  const closed = http.createServer();
  await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve));
  const { port } = closed.address() as AddressInfo;
  await new Promise<void>((resolve) => closed.close(() => resolve()));
  expect(await createProbe().prove(`http://127.0.0.1:${port}`)).toMatchObject({ ok: false, reason: 'unreachable' });
});

test('a nonce counts once', async () => {
  const verdicts: boolean[] = [];
  const { probe } = openProbe((token, own) => {
    verdicts.push(own.claim(token), own.claim(token));
    return { status: 204, ngrokCode: null };
  });
  await probe.prove('https://a.example');
  expect(verdicts).toEqual([true, false]);
});

test('a nonce dies with its probe, and of old age', async () => {
  const verdicts: boolean[] = [];
  const { probe, tokens, clock } = openProbe((token, own) => {
    clock.now += 60_001;
    verdicts.push(own.claim(token));
    return { status: 404, ngrokCode: null };
  });
  await probe.prove('https://a.example');
  expect(verdicts).toEqual([false]);
  clock.now -= 60_001;
  expect(probe.claim(tokens[0] ?? '')).toBe(false);
});

test('a clock that is set by a day costs no probe, and the pace is told as before', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  onTestFinished(() => void vi.useRealTimers());
  const day = 24 * 3_600_000;
  const probe: Probe = createProbe({
    fetch: (url) => {
      vi.setSystemTime(Date.now() + day);
      const isOurs = probe.claim(new URL(url).pathname.replace('/c/', ''));
      return Promise.resolve({ status: isOurs ? 204 : 404, ngrokCode: null });
    },
  });
  expect(await probe.prove('https://a.example')).toMatchObject({ ok: true });
  vi.setSystemTime(Date.now() - 3 * day);
  expect(probe.usage()).toEqual({ sent: 1, perMonth: 8670 });
});

test('a nonce that is changed, made up, or from another process is refused', async () => {
  const verdicts: boolean[] = [];
  const other = createProbe();
  const { probe } = openProbe((token, own) => {
    const flipped = `${token.startsWith('A') ? 'B' : 'A'}${token.slice(1)}`;
    verdicts.push(own.claim(flipped), own.claim(`${token}=`), own.claim(token.slice(0, -1)), own.claim(''));
    verdicts.push(own.claim(randomBytes(54).toString('base64url')), other.claim(token), own.claim('é'.repeat(72)));
    return claimed(token, own);
  });
  expect(await probe.prove('https://a.example')).toMatchObject({ ok: true });
  expect(verdicts.filter(Boolean)).toEqual([]);
});

test('a nonce holds at least 128 random bits and goes into a path as it is', async () => {
  const { probe, tokens } = openProbe(claimed);
  await probe.prove('https://a.example');
  await probe.prove('https://a.example');
  const [first = '', second = ''] = tokens;
  expect(first).toMatch(/^[A-Za-z0-9_-]{72}$/);
  const random = (token: string): string => Buffer.from(token, 'base64url').subarray(0, 16).toString('hex');
  expect(random(first)).not.toBe(random(second));
});

test('usage: a quiet connection stays far below the free plan, and a pace is carried forward', async () => {
  const { probe, clock } = openProbe(claimed);
  expect(probe.usage()).toEqual({ sent: 0, perMonth: 8640 });
  for (let n = 0; n < 24 * 20; n += 1) {
    clock.now += 3 * 60_000;
    await probe.prove('https://a.example');
  }
  expect(probe.usage()).toEqual({ sent: 480, perMonth: 14_400 });
});
