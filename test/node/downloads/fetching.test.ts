/** Hosts as they are in the wild: what browsers and curl fetch, the inbox fetches. */
import { createServer } from 'node:http';
import { createServer as createTcpServer, type AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { createProxyChoice, proxyOfPac, unusableProxies } from '../../../src-main/node/outgoing/proxy-choice.ts';
import { loadSamples } from '../../../src-main/node/samples/samples.ts';
import { openHttpProxy, type TestProxy } from '../../support/http-proxy.ts';
import { openSocksProxy } from '../../support/socks-proxy.ts';
import { answer, startVideoServer, type Handler } from '../../support/video-server.ts';
import { startEngine, videoJob, type Engine } from './harness.ts';

const { mp4 } = loadSamples();
const whole = { sizeBytes: mp4.bytes.length, durationSeconds: 5 };
const sendVideo: Handler = (_request, response) => void response.end(mp4.bytes);

test('a Location in raw UTF-8 is asked for under its name', async () => {
  const server = await startVideoServer();
  const engine = await startEngine();
  server.file('/caf%C3%A9%E2%9C%A8.mp4', mp4.bytes);
  const url = server.handle('/go', (_request, response) => {
    response.socket?.end(
      Buffer.from('HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: /caf\u00e9\u2728.mp4\r\n\r\n', 'utf8'),
    );
  });
  expect(await engine.fetch({ url })).toMatchObject(whole);
  expect(server.exchanges.at(-1)?.path).toBe('/caf%C3%A9%E2%9C%A8.mp4');
});

test('a Location in Latin-1 is taken as before', async () => {
  const server = await startVideoServer();
  const engine = await startEngine();
  server.file('/caf%C3%A9.mp4', mp4.bytes);
  const url = server.handle('/go', (_request, response) => {
    response.socket?.end(
      Buffer.from('HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: /caf\u00e9.mp4\r\n\r\n', 'latin1'),
    );
  });
  expect(await engine.fetch({ url })).toMatchObject(whole);
});

test('a store that sets a cookie on the way gets it back, and no other host does', async () => {
  const [store, other] = [await startVideoServer(), await startVideoServer()];
  const engine = await startEngine();
  store.handle('/a.mp4', (request, response, exchange) =>
    request.headers.cookie === 'pass=1; b=2'
      ? sendVideo(request, response, exchange)
      : void response
          .writeHead(302, {
            'set-cookie': ['pass=1; Path=/; HttpOnly', 'b=2', 'evil=x; Domain=example.com'],
            location: '/a.mp4',
          })
          .end(),
  );
  expect(await engine.fetch({ url: store.url('/a.mp4') })).toMatchObject(whole);
  const second = await startEngine({ allowHosts: ['localhost', '127.0.0.1'] });
  const elsewhere = other.file('/b.mp4', mp4.bytes).replace('127.0.0.1', 'localhost');
  const from = store.status('/away', 302, { 'set-cookie': 'pass=1', location: elsewhere });
  expect(await second.fetch({ url: from })).toMatchObject(whole);
  expect(other.exchanges[0]?.headers.cookie).toBeUndefined();
});

test('ten redirects are followed', async () => {
  const server = await startVideoServer();
  const engine = await startEngine();
  for (let hop = 0; hop < 10; hop += 1) server.status(`/${hop}`, 302, { location: `/${hop + 1}` });
  server.file('/10', mp4.bytes);
  expect(await engine.fetch({ url: server.url('/0') })).toMatchObject(whole);
});

test.each<[string, Handler]>([
  ['201', (_request, response) => void response.writeHead(201).end(mp4.bytes)],
  ['203', (_request, response) => void response.writeHead(203).end(mp4.bytes)],
  ['206 without Content-Range', (_request, response) => void response.writeHead(206).end(mp4.bytes)],
  [
    'a program is refused',
    (request, response, exchange) =>
      onlyIf(/Mozilla/.test(request.headers['user-agent'] ?? ''))(request, response, exchange),
  ],
  [
    'a referrer is wanted',
    (request, response, exchange) =>
      onlyIf(request.headers.referer === `http://${request.headers.host ?? ''}/`)(request, response, exchange),
  ],
  [
    '406 to a program',
    (request, response, exchange) =>
      onlyIf(request.headers['accept-language'] !== undefined, 406)(request, response, exchange),
  ],
])('%s: the video is saved at the first attempt', async (_name, handler) => {
  const server = await startVideoServer();
  const engine = await startEngine();
  expect(await engine.fetch({ url: server.handle('/a.mp4', handler) })).toMatchObject(whole);
  expect(engine.waits).toEqual([]);
});

function onlyIf(isRight: boolean, status = 403): Handler {
  return isRight ? sendVideo : answer(status);
}

test('a part of an answer without Content-Range is not joined to what is here', async () => {
  const server = await startVideoServer();
  const engine = await startEngine();
  const url = server.sequence('/a.mp4', [
    { bytes: mp4.bytes, etag: '"v1"', cutAfter: 30_000 },
    (_request, response) => void response.writeHead(206).end(mp4.bytes),
  ]);
  expect(await engine.fetch({ url })).toMatchObject(whole);
});

test.each([
  ['one link', (link: string) => ({ code: 0, data: { url: link } })],
  [
    'one video among other links',
    (link: string) => ({ home: 'https://example.com/', video: link, icon: 'https://example.com/i.png' }),
  ],
])('a JSON answer that names one file (%s) is followed', async (_name, body) => {
  const server = await startVideoServer();
  const engine = await startEngine();
  const link = server.file('/real.mp4', mp4.bytes);
  const url = server.status('/api', 200, { 'content-type': 'application/json' }, JSON.stringify(body(link), null, 2));
  expect(await engine.fetch({ url })).toMatchObject(whole);
});

test.each([
  ['a bare link', (link: string) => `${link}\n`],
  ['a link as JSON text', (link: string) => JSON.stringify(link)],
  ['a path', () => JSON.stringify({ download_url: '/real' })],
  ['a link beside a picture', (link: string) => JSON.stringify({ url: link, poster: `${link}.jpg` })],
  ['a link beside its source', (link: string) => JSON.stringify({ url: link, source_url: `${link}?source.mp4` })],
])('an answer that is %s is followed', async (_name, body) => {
  const server = await startVideoServer();
  const engine = await startEngine();
  const url = server.status('/api', 200, {}, body(server.file('/real', mp4.bytes)));
  expect(await engine.fetch({ url })).toMatchObject(whole);
});

test('a JSON answer that names itself, several files or another JSON answer is told, and asked for only so often', async () => {
  const server = await startVideoServer();
  const twice = JSON.stringify({ a: server.url('/1.mp4'), b: server.url('/2.mp4') });
  const chain = JSON.stringify({ next: server.status('/chain2', 200, {}, JSON.stringify({ next: server.url('/x') })) });
  for (const body of [twice, chain]) {
    const engine = await startEngine({ retry: { contentAttempts: 1 } });
    const url = server.status('/api', 200, {}, body);
    expect(await engine.fetch({ url })).toMatchObject({ trouble: { reason: 'text-answer', format: 'json' } });
  }
  const paths = server.exchanges.map(({ path }) => path);
  expect(paths).toEqual(['/api', '/api', '/chain2']);
});

test('a JSON answer cannot lead into a private network', async () => {
  const server = await startVideoServer();
  const engine = await startEngine({ allowHosts: [server.host] });
  const url = server.status('/api', 200, {}, '{"url":"http://169.254.169.254/latest/a.mp4"}');
  expect(await engine.fetch({ url })).toMatchObject({ code: 'blocked-address' });
});

test.each([
  ['s3://bucket/a.mp4', 'begins with s3://'],
  ['gs://bucket/a.mp4', 'begins with gs://'],
  ['ftp://host.example/a.mp4', 'begins with ftp://, and videos are fetched from https and http links only'],
])('%s is told as what it is, at once', async (url, words) => {
  const engine = await startEngine();
  expect(await engine.fetch({ url })).toMatchObject({
    code: 'bad-url',
    message: expect.stringContaining(words) as string,
  });
  expect(engine.waits).toEqual([]);
});

test('a link that begins with // is https', async () => {
  const engine = await startEngine({ retry: { minAttempts: 1 } });
  const closed = await closedPort();
  expect(await engine.fetch({ url: `//127.0.0.1:${closed}/a.mp4` })).toMatchObject({
    trouble: { reason: 'connection-refused' },
  });
});

test('one link that is told to wait does not keep the others of its host waiting', async () => {
  const server = await startVideoServer();
  const engine = await startEngine({ retry: { firstDelayMs: 2000, maxDelayMs: 300_000, giveUpAfterMs: 3_600_000 } });
  const bad = server.status('/bad.mp4', 429, { 'retry-after': '1' });
  engine.downloads.enqueue(videoJob({ url: bad, key: 'x:bad' }));
  await engine.until(() => engine.waits.length === 1);
  for (let n = 1; n <= 6; n += 1) {
    engine.downloads.enqueue(
      videoJob({ url: server.file(`/${n}.mp4`, mp4.bytes), key: `x:${n}`, target: `videos/${n}` }),
    );
  }
  await engine.until(() => engine.saved.length === 6);
  // The pause that was asked for has passed once, and what failed went behind the others.
  expect(server.exchanges.filter(({ path }) => path === '/bad.mp4').length).toBeLessThanOrEqual(2);
});

test('a host that says "too many", and not for how long, is asked for nothing else for a while', async () => {
  const [busy, other] = [await startVideoServer(), await startVideoServer()];
  const engine = await startEngine({ retry: { firstDelayMs: 3_600_000, maxDelayMs: 3_600_000 } });
  for (let n = 1; n <= 6; n += 1) {
    engine.downloads.enqueue(videoJob({ url: busy.status(`/${n}.mp4`, 429), key: `x:${n}`, target: `videos/${n}` }));
  }
  await engine.until(() => engine.waits.length === 2);
  expect(await engine.fetch({ url: other.file('/a.mp4', mp4.bytes) })).toMatchObject(whole);
  // Those that were on their way.
  expect(busy.exchanges).toHaveLength(2);
});

test.each([
  ['a store that says "slow down" is left alone as well', '<Error><Code>SlowDown</Code></Error>', 2],
  ['of one that is not there for a file the others are asked for', '<html>503 Service Unavailable</html>', 6],
])('%s', async (_, message, asked) => {
  const [busy, other] = [await startVideoServer(), await startVideoServer()];
  const engine = await startEngine({ retry: { firstDelayMs: 3_600_000, maxDelayMs: 3_600_000 } });
  for (let n = 1; n <= 6; n += 1) {
    const url = busy.handle(`/${n}.mp4`, (_request, response) => void response.writeHead(503).end(message));
    engine.downloads.enqueue(videoJob({ url, key: `x:${n}`, target: `videos/${n}` }));
  }
  await engine.until(() => engine.waits.length === asked);
  expect(await engine.fetch({ url: other.file('/a.mp4', mp4.bytes) })).toMatchObject(whole);
  expect(busy.exchanges).toHaveLength(asked);
});

async function startProxy(toHost: string): Promise<TestProxy> {
  const proxy = await openHttpProxy(toHost);
  onTestFinished(() => proxy.close());
  return proxy;
}

async function proxiedEngine(environment: Record<string, string>, minAttempts = 1): Promise<Engine> {
  return startEngine({
    allowHosts: [],
    retry: { minAttempts },
    proxyFor: createProxyChoice({ environment }),
    resolveHost: (_host, callback) => callback(Object.assign(new Error('no'), { code: 'ENOTFOUND' }), []),
  });
}

test('a proxy of the environment is asked for names that only it knows', async () => {
  const server = await startVideoServer();
  server.file('/a.mp4', mp4.bytes);
  const proxy = await startProxy(server.host);
  const engine = await proxiedEngine({ HTTP_PROXY: proxy.url });
  expect(await engine.fetch({ url: 'http://cdn.example.test/a.mp4' })).toMatchObject(whole);
  expect(proxy.asked).toEqual(['GET http://cdn.example.test/a.mp4']);
});

test('https goes through the proxy by CONNECT', async () => {
  const server = await startVideoServer();
  const proxy = await startProxy(server.host);
  const engine = await proxiedEngine({ https_proxy: proxy.url });
  await engine.fetch({ url: 'https://cdn.example.test/a.mp4' });
  expect(proxy.asked[0]).toBe('CONNECT cdn.example.test:443');
});

test('a SOCKS proxy is asked by name', async () => {
  const server = await startVideoServer();
  server.file('/a.mp4', mp4.bytes);
  const proxy = await openSocksProxy(server.host);
  onTestFinished(() => proxy.close());
  const engine = await proxiedEngine({ all_proxy: `socks5h://${proxy.host}` });
  expect(await engine.fetch({ url: 'http://cdn.example.test/a.mp4' })).toMatchObject(whole);
  expect(proxy.asked).toEqual(['cdn.example.test']);
});

test('a SOCKS proxy that is silent or wants a password is named, and asked again', async () => {
  for (const answer of [null, Buffer.from([5, 255])]) {
    const proxy = createTcpServer((socket) => {
      socket.on('error', () => undefined);
      if (answer !== null) socket.once('data', () => socket.end(answer));
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void proxy.close());
    const host = `127.0.0.1:${String((proxy.address() as AddressInfo).port)}`;
    const engine = await proxiedEngine({ all_proxy: `socks5://${host}` });
    expect(await engine.fetch({ url: 'http://cdn.example.test/a.mp4' })).toMatchObject({
      trouble: { reason: 'proxy-failed', host },
    });
  }
});

test('whoever answers an unencrypted link in its place and leads into the network here, as one that wants a login, costs no film', async () => {
  const server = await startVideoServer();
  server.sequence('/a.mp4', [
    answer(302, { location: 'http://192.168.44.1/login' }),
    answer(302, { location: 'http://localhost/login' }),
    { bytes: mp4.bytes },
  ]);
  const proxy = await startProxy(server.host);
  const engine = await proxiedEngine({ http_proxy: proxy.url }, 4);
  expect(await engine.fetch({ url: 'http://cdn.example.test/a.mp4' })).toMatchObject(whole);
  const trouble = { reason: 'private-from-here', host: 'cdn.example.test' };
  expect(engine.waits.map(({ wait }) => wait.trouble)).toEqual([trouble, trouble]);
  expect(proxy.asked).toEqual(Array.from({ length: 3 }, () => 'GET http://cdn.example.test/a.mp4'));
});

test('behind a proxy private addresses stay blocked, also by a redirect, and NO_PROXY is kept', async () => {
  const server = await startVideoServer();
  const proxy = await startProxy(server.host);
  for (const url of ['http://10.0.0.1/a.mp4', 'http://169.254.169.254/', 'http://localhost/a.mp4']) {
    const engine = await proxiedEngine({ http_proxy: proxy.url });
    expect(await engine.fetch({ url })).toMatchObject({ code: 'blocked-address' });
  }
  const excepted = await proxiedEngine({ http_proxy: proxy.url, NO_PROXY: 'other.test, .example.test' });
  expect(await excepted.fetch({ url: 'http://cdn.example.test/a.mp4' })).toMatchObject({
    trouble: { reason: 'no-such-host' },
  });
  expect(proxy.asked).toEqual([]);
});

test('a proxy that hangs up is named, and not asked again and again meanwhile', async () => {
  let asked = 0;
  const proxy = createServer().on('connect', (_request, socket) => {
    asked += 1;
    socket.destroy();
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void proxy.close());
  const host = `127.0.0.1:${String((proxy.address() as AddressInfo).port)}`;
  const engine = await proxiedEngine({ all_proxy: host });
  expect(await engine.fetch({ url: 'https://cdn.example.test/a.mp4' })).toMatchObject({
    trouble: { reason: 'proxy-failed', host, errno: 'UND_ERR_SOCKET' },
  });
  expect(asked).toBe(1);
});

test('a proxy that is not there is named', async () => {
  const engine = await proxiedEngine({ all_proxy: `127.0.0.1:${await closedPort()}` });
  expect(await engine.fetch({ url: 'http://cdn.example.test/a.mp4' })).toMatchObject({
    trouble: { reason: 'proxy-failed' },
    message: expect.stringContaining('The proxy 127.0.0.1:') as string,
  });
});

test.each([
  ['wants a password', '407', 'HTTP 407'],
  ['refuses', '403', 'HTTP 403'],
  ['is silent', null, 'UND_ERR_CONNECT_TIMEOUT'],
])('a proxy that %s is no fault of ours: it is named, and asked again', async (_how, status, errno) => {
  const proxy = createTcpServer((socket) => {
    socket.on('error', () => undefined);
    const answer = `HTTP/1.1 ${String(status)} No\r\nProxy-Authenticate: Basic\r\nContent-Length: 0\r\n\r\n`;
    if (status !== null) socket.once('data', () => socket.end(answer));
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void proxy.close());
  const host = `127.0.0.1:${String((proxy.address() as AddressInfo).port)}`;
  for (const scheme of status === '407' ? ['http', 'https'] : ['https']) {
    const engine = await startEngine({
      retry: { minAttempts: 2 },
      timeouts: { connectMs: 100 },
      proxyFor: createProxyChoice({ environment: { all_proxy: host } }),
    });
    expect(await engine.fetch({ url: `${scheme}://cdn.example.test/a.mp4` })).toMatchObject({
      trouble: { reason: 'proxy-failed', host, errno },
      attempts: 2,
    });
  }
});

test('what the person set goes before the environment, and nothing set means none', async () => {
  const environment = { http_proxy: '', HTTP_PROXY: 'http://env:1', NO_PROXY: 'here.test:8080 *.wild.test' };
  const choose = (setting: string | null, url: string): Promise<string | undefined> =>
    createProxyChoice({ environment, setting: () => setting })(new URL(url)).then((proxy) => proxy?.href);
  expect(await choose(null, 'http://a.test/')).toBe('http://env:1/');
  expect(await choose('set:2', 'http://a.test/')).toBe('http://set:2/');
  expect(await choose('', 'http://a.test/')).toBeUndefined();
  expect(await choose(null, 'https://a.test/')).toBeUndefined();
  expect(await choose('set:2', 'http://here.test:8080/')).toBeUndefined();
  expect(await choose('set:2', 'http://here.test/')).toBe('http://set:2/');
  expect(await choose('set:2', 'http://a.wild.test/')).toBeUndefined();
});

test.each([
  ['example.test', 'http://cdn.example.test/', true],
  ['example.test', 'http://notexample.test/', false],
  ['*.example.test.', 'https://cdn.example.test./', true],
  ['CDN.Example.Test:443', 'https://cdn.example.test/', true],
  ['cdn.example.test:443', 'http://cdn.example.test/', false],
  ['a.test|b.test;c.test', 'http://c.test/', true],
  ['*', 'http://anything.test/', true],
  ['<local>', 'http://nas/', true],
  ['<local>', 'http://nas.test/', false],
  ['93.184.216.0/24', 'http://93.184.216.9/', true],
  ['93.184.216.0/24', 'http://93.184.217.9/', false],
  ['93.184.216.0/99', 'http://93.184.216.0/', false],
  ['93.184.216.9:8080', 'http://93.184.216.9:8080/', true],
  ['93.184.216.9:8080', 'http://93.184.216.9/', false],
  ['2606:4700::1', 'http://[2606:4700:0:0::1]/', true],
  ['[2606:4700::1]:8080', 'http://[2606:4700::1]:8080/', true],
  ['2606:4700::/32', 'http://[2606:4700:5::7]/', true],
  ['[2606:4700::]/32', 'http://[2606:4701::7]/', false],
])('NO_PROXY %s and %s: %s', async (excepted, url, isExcepted) => {
  const choose = createProxyChoice({ environment: { all_proxy: 'http://env:1', no_proxy: excepted } });
  expect((await choose(new URL(url))) === null).toBe(isExcepted);
});

test('a variable whose proxy cannot be used is known', () => {
  const environment = { https_proxy: 'socks4://a:1', HTTP_PROXY: ' ', ALL_PROXY: 'a b:1', all_proxy: 'socks5h://a:1' };
  expect(unusableProxies(environment)).toEqual(['https_proxy', 'ALL_PROXY']);
});

test.each([
  ['PROXY 10.1.2.3:8080; DIRECT', 'http://10.1.2.3:8080'],
  ['HTTPS proxy.corp:443', 'https://proxy.corp:443'],
  ['SOCKS5 127.0.0.1:1080; PROXY a:1', 'socks5://127.0.0.1:1080'],
  ['DIRECT', null],
  ['SOCKS old:1080', null],
  ['', null],
])('a system that says %j names the proxy %s', async (answer, proxy) => {
  expect(proxyOfPac(answer)).toBe(proxy);
  const choose = createProxyChoice({ environment: {}, system: () => Promise.resolve(proxyOfPac(answer)) });
  const chosen = await choose(new URL('https://cdn.example.test/a.mp4'));
  expect(chosen?.hostname).toBe(proxy === null ? undefined : new URL(proxy).hostname);
});

async function closedPort(): Promise<string> {
  const server = await startVideoServer();
  await server.close();
  return server.host.split(':')[1] ?? '';
}
