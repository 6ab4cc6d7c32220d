import ngrok from '@ngrok/ngrok';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { openNgrokEdge } from '../../support/ngrok-edge/ngrok-edge.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

test('the real SDK connects to the stand-in edge and carries a request', async () => {
  const edge = await openNgrokEdge({ authtokens: ['good_token'] });
  cleanups.push(() => edge.close());
  const upstream = http.createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += String(chunk)));
    request.on('end', () =>
      response.end(`${request.method} ${request.url} ${body} ${String(request.headers['x-forwarded-for'])}`),
    );
  });
  await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve));
  cleanups.push(() => upstream.close());
  const session = await new ngrok.SessionBuilder()
    .authtoken('good_token')
    .serverAddr(edge.serverAddress)
    .caCert(Buffer.from(edge.caPem))
    .connect();
  const listener = await session
    .httpEndpoint()
    .listenAndForward(`http://127.0.0.1:${(upstream.address() as AddressInfo).port}`);
  expect(listener.url()).toBe(edge.publicUrl());
  const response = await fetch(`${listener.url()}/c/abc`, { method: 'POST', body: 'hello' });
  expect(await response.text()).toBe('POST /c/abc hello 198.51.100.7');
  await listener.close();
  expect(edge.counts().unbinds).toBe(1);
});
