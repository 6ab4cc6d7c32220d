import { gzipSync } from 'node:zlib';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { createOutgoing, type Outgoing } from '../../../src-main/node/outgoing/outgoing.ts';
import { ProxyFault } from '../../../src-main/node/outgoing/proxy-agents.ts';
import { createProxyChoice } from '../../../src-main/node/outgoing/proxy-choice.ts';
import { openHttpProxy, type TestProxy } from '../../support/http-proxy.ts';
import { openSocksProxy } from '../../support/socks-proxy.ts';

const signal = (): AbortSignal => AbortSignal.timeout(20_000);

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `127.0.0.1:${String((server.address() as AddressInfo).port)}`;
}

function through(environment: Readonly<Record<string, string>>): Outgoing {
  const outgoing = createOutgoing(createProxyChoice({ environment }));
  onTestFinished(() => outgoing.destroy());
  return outgoing;
}

async function proxied(listener: RequestListener): Promise<{ outgoing: Outgoing; proxy: TestProxy; host: string }> {
  const host = await serve(listener);
  const proxy = await openHttpProxy(host);
  onTestFinished(() => proxy.close());
  return { outgoing: through({ all_proxy: proxy.url }), proxy, host };
}

test('an order and its answer go through the proxy whole', async () => {
  const heard: string[] = [];
  const { outgoing, proxy } = await proxied((request, response) => {
    void request.toArray().then((parts) => {
      heard.push(`${request.method ?? ''} ${request.headers.host ?? ''} ${request.headers.authorization ?? ''}`);
      heard.push(Buffer.concat(parts as Buffer[]).toString());
      response.writeHead(201, { 'set-cookie': ['a=1', 'b=2'], 'x-said': 'yes' }).end('{"taskId":"t"}');
    });
  });
  const answer = await outgoing.fetch(new URL('http://api.example.test/v1/jobs?n=1'), {
    method: 'POST',
    headers: { authorization: 'Bearer k', 'content-length': '5' },
    body: Readable.from([Buffer.from('ord'), Buffer.from('er')]),
    redirect: 'manual',
    signal: signal(),
  });
  expect([answer.status, answer.headers.get('x-said'), answer.headers.getSetCookie()]).toEqual([
    201,
    'yes',
    ['a=1', 'b=2'],
  ]);
  expect(await answer.json()).toEqual({ taskId: 't' });
  expect(heard).toEqual(['POST api.example.test Bearer k', 'order']);
  expect(proxy.asked).toEqual(['POST http://api.example.test/v1/jobs?n=1']);
});

test('an answer that is packed, empty or leads elsewhere is read as without a proxy', async () => {
  const { outgoing } = await proxied((request, response) => {
    if (request.url === '/packed') response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('{"a":1}'));
    else if (request.url === '/empty') response.writeHead(204).end();
    else response.writeHead(302, { location: 'http://elsewhere.test/' }).end();
  });
  const get = (path: string, redirect: 'manual' | 'error' = 'manual'): Promise<Response> =>
    outgoing.fetch(new URL(path, 'http://api.example.test'), { redirect, signal: signal() });
  expect(await (await get('/packed')).json()).toEqual({ a: 1 });
  expect([(await get('/empty')).status, await (await get('/empty')).text()]).toEqual([204, '']);
  expect((await get('/led')).status).toBe(302);
  await expect(get('/led', 'error')).rejects.toThrow('api.example.test leads elsewhere');
});

test('an answer that nobody wants any more, and an order that is given up, break nothing', async () => {
  const piece = Buffer.alloc(64 * 1024);
  const { outgoing } = await proxied((request, response) => {
    request.resume();
    if (request.method === 'POST') return;
    const more = (): void => {
      while (response.write(piece));
      response.once('drain', more);
    };
    more();
  });
  const url = new URL('http://api.example.test/');
  for (let n = 0; n < 5; n += 1) {
    const answer = await outgoing.fetch(url, { redirect: 'manual', signal: signal() });
    await answer.body?.cancel();
  }
  const stop = new AbortController();
  const endless = Readable.from(
    (function* () {
      for (;;) yield piece;
    })(),
  );
  const sent = outgoing.fetch(url, { method: 'POST', body: endless, redirect: 'manual', signal: stop.signal });
  setTimeout(() => stop.abort(), 100);
  await expect(sent).rejects.toThrow();
  // What is thrown beside everybody would be thrown by now; the runner tells of it.
  await sleep(200);
});

test('what lies in a network around this machine is asked directly, whatever proxy is set', async () => {
  const { outgoing, proxy, host } = await proxied((_request, response) => response.end('here'));
  const direct = await outgoing.fetch(new URL(`http://${host}/`), { redirect: 'manual', signal: signal() });
  expect(await direct.text()).toBe('here');
  expect(proxy.asked).toEqual([]);
  for (const name of ['nas', 'nas.local', '192.168.1.4', '10.0.0.1', '[fd00::1]', 'box.tail1234.ts.net', 'localhost']) {
    expect(await outgoing.proxyFor(new URL(`https://${name}/`)), name).toBeNull();
  }
  for (const name of ['api.kie.ai', '8.8.8.8', '[2606:4700::1111]']) {
    expect(await outgoing.proxyFor(new URL(`https://${name}/`)), name).not.toBeNull();
  }
});

test('a proxy that refuses, hangs up or is not there is named: nothing has reached the host', async () => {
  const proxies = [
    ['http://127.0.0.1:1', 'ECONNREFUSED'],
    [await connectProxy((end) => end('HTTP/1.1 403 Forbidden\r\n\r\n')), 'HTTP 403'],
    [await connectProxy((end) => end()), 'UND_ERR_SOCKET'],
  ] as const;
  for (const [url, errno] of proxies) {
    const asked = through({ https_proxy: url }).fetch(new URL('https://api.example.test/'), {
      redirect: 'manual',
      signal: signal(),
    });
    const fault: unknown = await asked.catch((error: unknown) => error);
    expect(fault, errno).toBeInstanceOf(ProxyFault);
    expect(fault).toMatchObject({ host: new URL(url).host, errno });
  }
});

test.each([
  ['ann:p@ss w%rd', 'ann:p%40ss%20w%25rd'],
  ['ann:50%', 'ann:50%'],
  ['ann:', 'ann'],
])('a proxy is told who asks: %s, written as %s', async (login, written) => {
  const host = await serve((_request, response) => void response.end('yes'));
  const [http, socks] = [await openHttpProxy(host, login), await openSocksProxy(host, login)];
  onTestFinished(() => [http, socks].forEach((proxy) => proxy.close()));
  const proxies = [`http://${written}@${new URL(http.url).host}`];
  // A password of SOCKS has at least one byte.
  if (!login.endsWith(':'))
    proxies.push(...['socks', 'socks5', 'socks5h'].map((kind) => `${kind}://${written}@${socks.host}`));
  for (const proxy of proxies) {
    const answer = await through({ all_proxy: proxy }).fetch(new URL('http://api.example.test/'), {
      redirect: 'manual',
      signal: signal(),
    });
    expect(`${proxy}: ${await answer.text()}`).toBe(`${proxy}: yes`);
  }
});

test('connections of one kind take the way of each address', async () => {
  const { outgoing, proxy, host } = await proxied((request, response) => response.end(request.url));
  const connections = outgoing.connections({ connections: 1 });
  onTestFinished(() => connections.destroy());
  for (const [origin, path] of [
    ['http://shelf.example.test', '/far'],
    [`http://${host}`, '/near'],
  ] as const) {
    const { body } = await connections.request({ origin, path, method: 'GET' });
    expect(await body.text()).toBe(path);
  }
  expect(proxy.asked).toEqual(['GET http://shelf.example.test/far']);
});

/** @param answer To a `CONNECT`. */
async function connectProxy(answer: (end: (text?: string) => unknown) => void): Promise<string> {
  const server = createServer().on('connect', (_request, socket) => {
    socket.on('error', () => undefined);
    answer((text) => (text === undefined ? socket.destroy() : socket.end(text)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
}

test('a port that browsers keep pages off is asked as any other', async () => {
  const server = createServer((request, response) => {
    void request.toArray().then((parts) => response.end(`heard ${Buffer.concat(parts as Buffer[]).toString()}`));
  });
  onTestFinished(() => void server.close());
  const listens = (port: number): Promise<boolean> =>
    new Promise((resolve) => {
      server.once('error', () => resolve(false)).listen(port, '127.0.0.1', () => resolve(true));
    });
  const ports = [6665, 6666, 6667, 6668, 6669, 6697, 10_080];
  while (!(await listens(ports[0] ?? expect.unreachable('all of these ports are taken')))) ports.shift();
  const init = { method: 'POST', body: 'it', redirect: 'manual', signal: signal() } as const;
  const answer = await through({}).fetch(new URL(`http://127.0.0.1:${String(ports[0])}/hook`), init);
  expect(await answer.text()).toBe('heard it');
});
