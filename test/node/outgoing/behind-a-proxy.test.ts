/** Who asks others is given a way through the proxy, and says so where that one is the trouble. */
import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { silentLog } from '../../../src-main/node/log/log.ts';
import { createOutgoing, type Outgoing } from '../../../src-main/node/outgoing/outgoing.ts';
import { createProxyChoice } from '../../../src-main/node/outgoing/proxy-choice.ts';
import { createWebhook } from '../../../src-main/node/reactors/webhook.ts';
import { createTwinClient, type TwinClient } from '../../../src-main/node/sync/twin-client.ts';
import { createClock } from '../../../src-main/node/clock.ts';
import { createProbe, createProbeFetch } from '../../../src-main/node/tunnel/reachability.ts';
import { openS3Store } from '../../../src-main/node/video-store/s3/open-s3-store.ts';
import type { VideoStore } from '../../../src-main/node/video-store/video-store.ts';
import { openHttpProxy, type TestProxy } from '../../support/http-proxy.ts';
import { openJsonServer, type Reply } from '../../support/providers/json-server.ts';
import { startS3Server } from '../../support/s3/s3-server.ts';
import { tempDir } from '../../support/temp-dir.ts';

function wayBy(environment: Readonly<Record<string, string>>): Outgoing {
  const outgoing = createOutgoing(createProxyChoice({ environment }));
  onTestFinished(() => outgoing.destroy());
  return outgoing;
}

async function wayTo(host: string): Promise<{ outgoing: Outgoing; proxy: TestProxy }> {
  const proxy = await openHttpProxy(host);
  onTestFinished(() => proxy.close());
  return { outgoing: wayBy({ all_proxy: proxy.url }), proxy };
}

async function answering(reply: Reply): Promise<{ outgoing: Outgoing; proxy: TestProxy }> {
  const server = await openJsonServer(() => reply);
  onTestFinished(() => server.close());
  return wayTo(server.host);
}

/** No proxy is there. */
const nowhere = (): Outgoing => wayBy({ all_proxy: 'http://127.0.0.1:1' });

const twinBy = ({ fetch }: Outgoing, url: string): TwinClient =>
  createTwinClient(
    () => url,
    () => 'token',
    { fetch },
  );

test('an inbox elsewhere', async () => {
  const page = { node: 'n1', next: 'b', more: false, events: [] };
  const { outgoing, proxy } = await answering({ json: page });
  const { signal } = new AbortController();
  expect(await twinBy(outgoing, 'http://inbox.example.test').page(null, 0, signal)).toMatchObject(page);
  expect(proxy.asked).toEqual(['GET http://inbox.example.test/v1/events?wait=0']);
  const refused = twinBy(nowhere(), 'https://inbox.example.test').page(null, 0, signal);
  await expect(refused).rejects.toMatchObject({
    code: 'unavailable',
    message: expect.stringContaining('the proxy 127.0.0.1:1 lets nothing through (ECONNREFUSED)') as string,
  });
});

const place = { bucket: 'shelf', region: 'us-east-1', accessKeyId: 'K', secretAccessKey: 's' };

async function shelfBy(outgoing: Outgoing, endpoint: string): Promise<VideoStore> {
  const dir = await tempDir();
  return openS3Store({
    url: `s3://shelf/lib?endpoint=${endpoint}&pathStyle=1`,
    env: { AWS_ACCESS_KEY_ID: 'K', AWS_SECRET_ACCESS_KEY: 's' },
    cacheDir: path.join(dir, 'cache'),
    uploadsDir: path.join(dir, 'uploads'),
    cacheBytes: 0,
    outgoing,
  });
}

test('a shelf on S3', async () => {
  const server = await startS3Server(place);
  onTestFinished(() => server.close());
  const { outgoing, proxy } = await wayTo(new URL(server.endpoint).host);
  const store = await shelfBy(outgoing, 'http://s3.example.test');
  await store.write('videos/a.json', '{}');
  expect(await store.stat('videos/a.json')).toMatchObject({ sizeBytes: 2 });
  expect(proxy.asked.every((line) => line.includes('http://s3.example.test/shelf'))).toBe(true);
  expect(proxy.asked).not.toEqual([]);
  const refused = (await shelfBy(nowhere(), 'https://s3.example.test')).stat('videos/a.json');
  await expect(refused).rejects.toMatchObject({
    code: 'unavailable',
    message: expect.stringContaining('the proxy 127.0.0.1:1 lets nothing through (ECONNREFUSED)') as string,
  });
});

test('who wants to hear of a task by a webhook', async () => {
  const { outgoing, proxy } = await answering({ json: {} });
  const { fetch } = outgoing;
  const { signal: stop } = new AbortController();
  const secret = `whsec_${randomBytes(24).toString('base64')}`;
  const webhook = createWebhook({
    url: () => 'http://hook.example.test/in',
    secret: () => secret,
    stop,
    clock: createClock(),
    fetch,
    log: silentLog,
  });
  expect(await webhook.post('{}')).toEqual({ ok: true, code: 'answered', status: 200 });
  expect(proxy.asked).toEqual(['POST http://hook.example.test/in']);
});

test('the public address, when it is tested', async () => {
  const { outgoing, proxy } = await answering({ status: 404, json: {} });
  const probe = createProbe({ fetch: createProbeFetch(outgoing) });
  expect(await probe.prove('http://public.example.test')).toMatchObject({ ok: false, reason: 'elsewhere' });
  expect(proxy.asked).toHaveLength(1);
  expect(proxy.asked[0]).toMatch(/^GET http:\/\/public\.example\.test\/c\//);
});
