import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { silentLog, type Log } from '../../../src-main/node/log/log.ts';
import { createProbe } from '../../../src-main/node/tunnel/reachability.ts';
import type { DetailedTunnel } from '../../../src-main/node/tunnel/tunnel.ts';
import { createUrlTunnel } from '../../../src-main/node/tunnel/url-tunnel.ts';
import { openListener } from '../../support/ngrok-edge/tunnel-rig.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** A person's own proxy in front of the callback listener. */
async function open(log: Log = silentLog) {
  const probe = createProbe();
  const listener = await openListener(probe);
  cleanups.push(() => listener.close());
  let broken = false;
  const proxy = http.createServer((request, response) => {
    if (broken) {
      response.writeHead(502).end();
      return;
    }
    const { method = 'GET', url = '/' } = request;
    const upstream = http.request({ port: listener.port, method, path: url, agent: false }, (answer) => {
      response.writeHead(answer.statusCode ?? 502);
      answer.pipe(response);
    });
    request.pipe(upstream);
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  cleanups.push(() => {
    proxy.closeAllConnections();
    proxy.close();
  });
  const publicUrl = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  const tunnel = createUrlTunnel({ publicUrl, probe, log, timeScale: 0.1 });
  cleanups.push(() => tunnel.stop());
  return { tunnel, listener, publicUrl, breakIt: (on: boolean) => (broken = on) };
}
const state = (tunnel: DetailedTunnel): string => tunnel.snapshot().state;

test('is online once a probe came back through the proxy', async () => {
  const { tunnel, publicUrl, listener } = await open();
  expect(state(tunnel)).toBe('offline');
  await tunnel.start(listener.port);
  expect(state(tunnel)).toBe('connecting');
  await expect.poll(() => state(tunnel)).toBe('online');
  expect(tunnel.snapshot()).toMatchObject({ kind: 'url', publicUrl, message: null });
  expect(listener.strange).toEqual([]);
});

test('tells what to look at while the proxy fails, and turns green by itself', async () => {
  const { tunnel, listener, breakIt } = await open();
  breakIt(true);
  await tunnel.start(listener.port);
  await expect.poll(() => state(tunnel)).toBe('degraded');
  expect(tunnel.snapshot().message).toContain('proxy is running');
  breakIt(false);
  await expect.poll(() => state(tunnel)).toBe('online');
});

test('a check that is asked for finds a proxy that broke', async () => {
  const { tunnel, listener, breakIt } = await open();
  await tunnel.start(listener.port);
  await expect.poll(() => state(tunnel)).toBe('online');
  breakIt(true);
  await tunnel.check();
  expect(state(tunnel)).toBe('degraded');
  expect(tunnel.snapshot().provenAt).not.toBeNull();
});

test('an address that is switched off is no trouble to tell of, and one that broke is', async () => {
  const warned: string[] = [];
  const log = { ...silentLog, warn: (_facts: object, text?: string) => void warned.push(text ?? '') };
  const { tunnel, listener, breakIt } = await open(log);
  await tunnel.start(listener.port);
  await expect.poll(() => state(tunnel)).toBe('online');
  await tunnel.stop();
  expect([state(tunnel), warned]).toEqual(['offline', []]);
  await tunnel.start(listener.port);
  await expect.poll(() => state(tunnel)).toBe('online');
  breakIt(true);
  await tunnel.check();
  expect(warned).toContain('the public address is not reachable');
});

test('changes are told after the call that made them', async () => {
  const { tunnel, listener } = await open();
  const told: string[] = [];
  const undo = tunnel.onChange((snapshot) => void told.push(snapshot.state));
  const started = tunnel.start(listener.port);
  expect(told).toEqual([]);
  await started;
  await expect.poll(() => told).toEqual(['connecting', 'online']);
  undo();
  await tunnel.stop();
  expect(told).toEqual(['connecting', 'online']);
});
