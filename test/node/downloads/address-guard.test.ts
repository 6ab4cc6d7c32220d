import { execFileSync } from 'node:child_process';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { createAddressGuard } from '../../../src-main/node/downloads/address-guard.ts';
import { isPublicAddress } from '../../../src-main/node/outgoing/public-addresses.ts';
import { loadSamples } from '../../../src-main/node/samples/samples.ts';
import { answer, startVideoServer } from '../../support/video-server.ts';
import { startEngine, type Engine } from './harness.ts';

const { mp4 } = loadSamples();

function admit(url: string, allowHosts: readonly string[] = [], allowUrlPrefixes: readonly string[] = []): string {
  const guard = createAddressGuard({
    allowHosts,
    allowUrlPrefixes: () => allowUrlPrefixes,
    connectTimeoutMs: 1000,
  });
  try {
    return guard.admit(new URL(url));
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : String(error);
  }
}

test.each([
  'http://127.0.0.1/',
  'http://127.1/',
  'http://2130706433/',
  'http://0x7f000001/',
  'http://0177.0.0.1/',
  'http://127.0.0.1./',
  'http://0/',
  'http://0.1.2.3/',
  'http://10.0.0.1/',
  'http://172.16.0.1/',
  'http://172.31.255.255/',
  'http://192.168.1.1/',
  'http://169.254.169.254/latest/meta-data/',
  'http://100.64.0.1/',
  'http://100.127.255.255/',
  'http://192.0.0.8/',
  'http://192.0.2.1/',
  'http://198.18.0.1/',
  'http://198.51.100.1/',
  'http://203.0.113.1/',
  'http://224.0.0.1/',
  'http://240.0.0.1/',
  'http://255.255.255.255/',
  'http://[::]/',
  'http://[::1]/',
  'http://[::127.0.0.1]/',
  'http://[::ffff:127.0.0.1]/',
  'http://[::ffff:8.8.8.8]/',
  'http://[::ffff:0:127.0.0.1]/',
  'http://[64:ff9b::7f00:1]/',
  'http://[64:ff9b::8.8.8.8]/',
  'http://[64:ff9b:1::1]/',
  'http://[2002:7f00:1::]/',
  'http://[2001::1]/',
  'http://[2001:db8::1]/',
  'http://[3fff::1]/',
  'http://[fe80::1]/',
  'http://[fec0::1]/',
  'http://[fc00::1]/',
  'http://[fd12:3456::1]/',
  'http://[ff02::1]/',
  'http://[100::1]/',
  'http://[4000::1]/',
  'http://localhost/',
  'http://LOCALHOST./',
  'http://a.localhost/',
  'http://localhost.localdomain/',
  'http://①②⑦.⓪.⓪.①/',
])('%s is refused', (url) => {
  expect(admit(url)).toBe('blocked-address');
});

test.each([
  'http://8.8.8.8/',
  'https://example.com/a',
  'http://[2606:4700::1111]/',
  'http://172.32.0.1/',
  'http://100.128.0.1/',
])('%s is public', (url) => {
  expect(admit(url)).toBe('public');
});

test.each([
  'ftp://example.com/a',
  'file:///etc/passwd',
  'data:video/mp4,x',
  'http://me:secret@example.com/',
  'http://me@example.com/',
])('%s is not a link to fetch', (url) => {
  expect(admit(url)).toBe('bad-url');
});

test('a private host is reached where it was allowed by that name, and with that port if one was named', () => {
  expect(admit('http://127.0.0.1:8080/', ['127.0.0.1:8080'])).toBe('allowed');
  expect(admit('http://0x7f.1:8080/', ['127.0.0.1:8080'])).toBe('allowed');
  expect(admit('http://127.0.0.1:8081/', ['127.0.0.1:8080'])).toBe('blocked-address');
  expect(admit('http://127.0.0.1/', ['127.0.0.1:80'])).toBe('allowed');
  expect(admit('https://nas.local/', ['NAS.local:443'])).toBe('allowed');
  expect(admit('http://nas.local:5000/', ['nas.local'])).toBe('allowed');
  expect(admit('http://[::1]:9/', ['::1'])).toBe('allowed');
  expect(admit('http://[::1]:9/', ['[::1]:9'])).toBe('allowed');
  expect(admit('http://localhost/', ['127.0.0.1'])).toBe('blocked-address');
  expect(admit('ftp://127.0.0.1/', ['127.0.0.1'])).toBe('bad-url');
});

test('a prefix opens one route, and dots do not lead out of it', () => {
  const prefixes = ['http://127.0.0.1:4567/sample/'];
  expect(admit('http://127.0.0.1:4567/sample/sample.mp4', [], prefixes)).toBe('allowed');
  expect(admit('http://127.0.0.1:4567/sample/../call/tasks:purge', [], prefixes)).toBe('blocked-address');
  expect(admit('http://127.0.0.1:4567/sample/%2e%2e/call', [], prefixes)).toBe('blocked-address');
  expect(admit('http://127.0.0.1:45678/sample/', [], prefixes)).toBe('blocked-address');
});

test('an IPv4 address inside a resolved IPv6 one counts as itself', () => {
  expect(isPublicAddress('::ffff:8.8.8.8')).toBe(true);
  expect(isPublicAddress('::ffff:10.0.0.1')).toBe(false);
  expect(isPublicAddress('64:ff9b::808:808')).toBe(true);
  expect(isPublicAddress('64:ff9b::a00:1')).toBe(false);
  expect(isPublicAddress('fe80::1%eth0')).toBe(false);
  expect(isPublicAddress('2606:4700::1111%eth0')).toBe(false);
  expect(isPublicAddress('example.com')).toBe(false);
  expect(isPublicAddress('')).toBe(false);
});

test('a public name that resolves to a private address is refused, and no request arrives', async () => {
  const server = await startVideoServer();
  const port = server.host.split(':')[1] ?? '';
  const engine = await startEngine({
    allowHosts: [],
    resolveHost: (_host, callback) => callback(null, [{ address: '127.0.0.1', family: 4 }]),
  });
  server.file('/a.mp4', mp4.bytes);
  const end = await engine.fetch({ url: `http://rebind.example:${port}/a.mp4` });
  const message = expect.stringContaining('rebind.example leads into a private network') as string;
  expect(end).toMatchObject({ code: 'network', trouble: { reason: 'private-from-here' }, message });
  expect(server.exchanges).toEqual([]);
  expect(await engine.files()).toEqual([]);
});

test('a name that was allowed is reached although it is private', async () => {
  const server = await startVideoServer();
  const port = server.host.split(':')[1] ?? '';
  server.file('/a.mp4', mp4.bytes);
  const engine = await startEngine({ allowHosts: [`localhost:${port}`] });
  expect(await engine.fetch({ url: `http://localhost:${port}/a.mp4` })).toMatchObject({ sizeBytes: mp4.bytes.length });
});

test('redirects are followed, also relative ones, and carry nothing but the cookies of the way', async () => {
  const server = await startVideoServer();
  const engine = await startEngine();
  server.file('/real.mp4', mp4.bytes);
  for (let hop = 1; hop <= 4; hop += 1) server.status(`/${hop}`, 301 + (hop % 2), { location: String(hop + 1) });
  server.status('/5', 307, { location: '../real.mp4', 'set-cookie': 'a=b' });
  expect(await engine.fetch({ url: server.url('/1') })).toMatchObject({ sizeBytes: mp4.bytes.length });
  const headers = server.exchanges.at(-1)?.headers ?? {};
  const usual = ['accept', 'accept-encoding', 'connection', 'cookie', 'host', 'user-agent'];
  expect(Object.keys(headers).sort()).toEqual(usual);
  expect(headers.cookie).toBe('a=b');
});

test('more than ten redirects are too many', async () => {
  const server = await startVideoServer();
  const engine = await startEngine();
  const end = await engine.fetch({ url: server.status('/loop', 302, { location: '/loop' }) });
  expect(end).toMatchObject({ code: 'too-many-redirects' });
  expect(server.exchanges).toHaveLength(11);
});

test.each([
  ['http://169.254.169.254/latest/meta-data/', 'blocked-address'],
  ['http://127.0.0.1:1/', 'blocked-address'],
  ['file:///etc/passwd', 'bad-url'],
])('a redirect to %s is refused', async (location, code) => {
  const server = await startVideoServer();
  const engine = await startEngine({ allowHosts: [server.host] });
  expect(await engine.fetch({ url: server.status('/a.mp4', 302, { location }) })).toMatchObject({ code });
  expect(server.exchanges).toHaveLength(1);
});

test('a redirect without a usable address is the fault of the server', async () => {
  const server = await startVideoServer();
  const engine = await startEngine();
  const url = server.sequence('/a.mp4', [answer(302), answer(302, { location: 'http://[' }), { bytes: mp4.bytes }]);
  expect(await engine.fetch({ url })).toMatchObject({ sizeBytes: mp4.bytes.length });
  expect(engine.waits.map(({ wait }) => wait.code)).toEqual(['server', 'server']);
});

test('what is not a link fails at once', async () => {
  const engine = await startEngine();
  expect(await engine.fetch({ url: 'no link' })).toMatchObject({ code: 'bad-url' });
});

/** An address of the benchmark range on this machine's own loopback, so that nothing leaves it; `null` without the right to. */
function addFakeAddress(): string | null {
  const address = `198.18.${process.pid % 250}.25`;
  try {
    execFileSync('ip', ['address', 'add', `${address}/32`, 'dev', 'lo'], { stdio: 'ignore' });
  } catch {
    return null;
  }
  onTestFinished(() => void execFileSync('ip', ['address', 'del', `${address}/32`, 'dev', 'lo'], { stdio: 'ignore' }));
  return address;
}

test.for<[string, string, string | null, string]>([
  ['a resolver that makes all addresses up', 'cdn.example.test', '198.18.0.9', 'fetched'],
  ['a resolver that tells nothing else', 'cdn.example.test', null, 'fetched'],
  ['an ordinary resolver', 'cdn.example.test', '93.184.216.34', 'network'],
  ['a name of the local network', 'nas.local', '198.18.0.9', 'blocked-address'],
  ['a name without a dot', 'nas', '198.18.0.9', 'blocked-address'],
])('198.18.0.0/15 behind %s (%s)', async ([_name, host, known, outcome], context) => {
  const address = addFakeAddress();
  if (address === null) {
    context.skip('this user may not add an address to the loopback interface');
    return;
  }
  const server = createServer((_request, response) => void response.end(mp4.bytes));
  await new Promise<void>((resolve) => server.listen(0, address, resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const engine = await startEngine({
    allowHosts: [],
    resolveHost(name, callback) {
      const found = name === host ? address : name === 'example.com' ? known : null;
      if (found === null) callback(Object.assign(new Error('no'), { code: 'ENOTFOUND' }), []);
      else callback(null, [{ address: found, family: 4 }]);
    },
  });
  const end = await engine.fetch({ url: `http://${host}:${String(port)}/a.mp4` });
  const isFetched = outcome === 'fetched';
  expect(end).toMatchObject(isFetched ? { sizeBytes: mp4.bytes.length } : { code: outcome });
  expect(engine.downloads.network().hasFakeAddresses).toBe(isFetched);
  const literal = await startEngine({ allowHosts: [] });
  expect(await literal.fetch({ url: `http://${address}:${String(port)}/a.mp4` })).toMatchObject({
    code: 'blocked-address',
  });
});

/**
 * A stranger's name server: its name is a made-up address of a public host when it is first asked for, and this machine
 * from then on. What listens here counts who comes.
 */
async function rebinding(handler: RequestListener): Promise<{ engine: Engine; url: string; visits: string[] } | null> {
  const address = addFakeAddress();
  if (address === null) return null;
  const outside = createServer(handler);
  await new Promise<void>((resolve) => outside.listen(0, address, resolve));
  const { port } = outside.address() as AddressInfo;
  const visits: string[] = [];
  const here = createServer((request, response) => {
    visits.push(request.url ?? '');
    response.end(mp4.bytes);
  });
  await new Promise<void>((resolve) => here.listen(port, '127.0.0.1', resolve));
  onTestFinished(() => {
    for (const server of [outside, here]) server.close();
  });
  let asked = 0;
  const engine = await startEngine({
    allowHosts: [],
    resolveHost(name, callback) {
      if (name === 'rebind.example.test') asked += 1;
      callback(null, [{ address: asked > 1 && name !== 'example.com' ? '127.0.0.1' : address, family: 4 }]);
    },
  });
  return { engine, url: `http://rebind.example.test:${String(port)}/a.mp4`, visits };
}

test.for<[string, RequestListener]>([
  [
    'a redirect to the same name',
    (_request, response) => void response.writeHead(302, { location: '/b.mp4', connection: 'close' }).end(),
  ],
  [
    'going on with a file',
    (_request, response) => {
      response.writeHead(200, { etag: '"v1"', 'content-length': mp4.bytes.length });
      response.write(mp4.bytes.subarray(0, 9000), () => response.destroy());
    },
  ],
])('a name that means this machine the next time is asked once: %s', async ([_name, handler], context) => {
  const scene = await rebinding(handler);
  if (scene === null) {
    context.skip('this user may not add an address to the loopback interface');
    return;
  }
  expect(await scene.engine.fetch({ url: scene.url })).toMatchObject({ trouble: { reason: 'private-from-here' } });
  expect(scene.visits).toEqual([]);
});

test('a network that answers every name with an address of its own until someone has logged in costs no film', async (context) => {
  const address = addFakeAddress();
  if (address === null) {
    context.skip('this user may not add an address to the loopback interface');
    return;
  }
  const outside = createServer((_request, response) => void response.end(mp4.bytes));
  await new Promise<void>((resolve) => outside.listen(0, address, resolve));
  onTestFinished(() => void outside.close());
  const { port } = outside.address() as AddressInfo;
  let asked = 0;
  const engine = await startEngine({
    allowHosts: [],
    resolveHost(name, callback) {
      if (name === 'cdn.example.test') asked += 1;
      callback(null, [{ address: asked <= 2 ? '192.168.44.1' : address, family: 4 }]);
    },
  });
  const end = await engine.fetch({ url: `http://cdn.example.test:${String(port)}/a.mp4` });
  expect(end).toMatchObject({ sizeBytes: mp4.bytes.length });
  expect(engine.waits.map(({ wait }) => wait.message)).toEqual([
    expect.stringContaining('log in there in a browser'),
    expect.stringContaining('log in there in a browser'),
  ]);
});

test('a key goes to the host that wants it and nowhere else, also by redirects and on the way back', async () => {
  const [provider, elsewhere] = [await startVideoServer(), await startVideoServer()];
  const engine = await startEngine({
    keyHeaders: (url): Record<string, string> => (url.host === provider.host ? { 'x-api-key': 'secret' } : {}),
  });
  provider.file('/film.mp4', mp4.bytes);
  elsewhere.status('/on', 302, { location: provider.url('/film.mp4') });
  provider.status('/a.mp4', 302, { location: elsewhere.url('/on') });
  expect(await engine.fetch({ url: provider.url('/a.mp4') })).toMatchObject({ sizeBytes: mp4.bytes.length });
  expect(provider.exchanges.map(({ headers }) => headers['x-api-key'])).toEqual(['secret', 'secret']);
  expect(elsewhere.exchanges.map(({ headers }) => headers['x-api-key'])).toEqual([undefined]);
});
