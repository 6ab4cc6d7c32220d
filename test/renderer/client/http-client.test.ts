import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { EventSource as UndiciEventSource } from 'undici';
import { afterEach, describe, expect, it } from 'vitest';
import type { PageEvent } from '../../../src-main/common/page-events.ts';
import { createHttpClient } from '../../../src-renderer/client/http-client.ts';
import { makePageKey } from '../../../src-renderer/client/page-key.ts';
import type { Connection, RendererClient } from '../../../src-renderer/client/renderer-client.ts';

const undo: (() => void)[] = [];
afterEach(() => {
  for (const each of undo.splice(0).reverse()) each();
});

/** A local server in small, on a real socket, that can refuse and break off. */
async function startServer() {
  const streams = new Set<http.ServerResponse>();
  const bodies: string[] = [];
  const opened: string[] = [];
  let places: Readonly<Record<string, string>> = {};
  let isLosing = false;
  let opensAgain = false;
  let silent: ReadonlySet<string> = new Set();
  let status = 200;
  let answer = '{"ok":true,"value":null}';
  const server = http.createServer((request, response) => {
    if (request.url?.startsWith('/events') === true) {
      opened.push(request.url);
      if (status !== 200) return void response.writeHead(status).end();
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write('retry: 20\n\n');
      streams.add(response);
      response.on('close', () => streams.delete(response));
      return undefined;
    }
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      if (isLosing) return void request.socket.destroy();
      if (silent.has(request.url ?? '')) return undefined;
      if (request.url === '/open-page/challenge' && opensAgain) return void response.end('sign this');
      if (request.url === '/open-page/proof' && opensAgain) status = 200;
      bodies.push(`${request.method ?? ''} ${request.url ?? ''} ${body}`);
      const place = places[request.url ?? ''];
      const stands = place === undefined ? {} : { 'video-inbox-event': place };
      response.writeHead(status, { 'content-type': 'application/json', ...stands }).end(answer);
    });
    return undefined;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  undo.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    origin,
    bodies,
    opened,
    /** Where the events stand when a call is answered, by its path. */
    stand: (byPath: Readonly<Record<string, string>>) => (places = byPath),
    /** Another key from now on, and each page that proves itself is let in. */
    restart: () => ([opensAgain, status] = [true, 401]),
    set: (nextStatus: number, nextAnswer = answer) => ([status, answer] = [nextStatus, nextAnswer]),
    send: (name: string, data: unknown) => {
      for (const stream of streams) stream.write(`event: ${name}\nid: 7\ndata: ${JSON.stringify(data)}\n\n`);
    },
    /** Calls alone get no answer. */
    lose: (isSo: boolean) => (isLosing = isSo),
    /** These paths are heard and never answered. */
    hush: (...paths: readonly string[]) => (silent = new Set(paths)),
    breakOff: () => {
      for (const stream of streams) stream.destroy();
    },
    isOpen: () => streams.size > 0,
  };
}

function connect(origin: string, ask: (client: RendererClient) => void = () => undefined, silentAfterMs = 60_000) {
  const client = createHttpClient({
    fetch: (input, init) => fetch(`${origin}${input as string}`, init),
    openEvents: (url) => new UndiciEventSource(`${origin}${url}`) as unknown as EventSource,
    retryAfterMs: 50,
    silentAfterMs,
    isLeaving: () => false,
    makeKey: () => makePageKey(crypto.subtle),
    port: '4748',
  });
  ask(client);
  const events: PageEvent[] = [];
  const connections: Connection[] = [];
  undo.push(client.onConnection((connection) => connections.push(connection)));
  undo.push(client.subscribe((event) => events.push(event)));
  return { client, events, connections };
}

describe('calls', () => {
  it('posts the arguments as a JSON array and gives the value back', async () => {
    const server = await startServer();
    server.set(200, '{"ok":true,"value":{"purged":2}}');
    const { client } = connect(server.origin);
    await expect(client.call('tasks:purge', ['a', 'b'])).resolves.toEqual({ purged: 2 });
    expect(server.bodies).toEqual(['POST /call/tasks:purge [["a","b"]]']);
  });

  it('throws the sentence of a failure', async () => {
    const server = await startServer();
    server.set(409, '{"ok":false,"error":{"code":"conflict","message":"It is still being downloaded."}}');
    const { client } = connect(server.origin);
    await expect(client.call('tasks:retry', 'a')).rejects.toMatchObject({
      code: 'conflict',
      message: 'It is still being downloaded.',
    });
  });

  it('has sentences of its own where there is no answer, or none that can be read', async () => {
    const server = await startServer();
    server.set(502, '<html>');
    const { client } = connect(server.origin);
    await expect(client.call('tasks:counts')).rejects.toMatchObject({ code: 'internal' });
    const nobody = connect('http://127.0.0.1:1').client;
    await expect(nobody.call('tasks:counts')).rejects.toMatchObject({ code: 'unavailable' });
  });
});

describe('events', () => {
  it('passes them on by name, after asking for what happened before the stream was open', async () => {
    const server = await startServer();
    const { events } = connect(server.origin);
    await expect.poll(server.isOpen).toBe(true);
    server.send('tasks:removed', { keys: ['a'] });
    await expect
      .poll(() => events)
      .toEqual([
        { name: 'resync', data: {} },
        { name: 'tasks:removed', data: { keys: ['a'] } },
      ]);
  });

  it('go on from where the first answer stood, so that nothing is asked twice', async () => {
    const server = await startServer();
    server.stand({ '/call/tasks:counts': 'run-41', '/call/callback:url': 'run-41' });
    const { events } = connect(server.origin, (client) => {
      void client.call('tasks:counts');
      void client.call('callback:url');
    });
    await expect.poll(server.isOpen).toBe(true);
    expect(server.opened).toEqual(['/events?rows&since=run-41']);
    server.send('tasks:removed', { keys: ['a'] });
    await expect.poll(() => events).toEqual([{ name: 'tasks:removed', data: { keys: ['a'] } }]);
  });

  it('misses nothing where early answers are of different moments and overtake each other', async () => {
    const server = await startServer();
    server.stand({ '/call/tasks:counts': 'run-41', '/call/callback:url': 'run-39' });
    const { events } = connect(server.origin, (client) => {
      void client.call('tasks:counts');
      void client.call('callback:url');
    });
    await expect.poll(server.isOpen).toBe(true);
    // Either the stream begins at the earlier place, or everything is asked for again.
    await expect
      .poll(() => server.opened.includes('/events?rows&since=run-39') || events.some(({ name }) => name === 'resync'))
      .toBe(true);
  });

  it('takes a later answer for what it is: no reason to ask again', async () => {
    const server = await startServer();
    server.stand({ '/call/tasks:counts': 'run-9', '/call/callback:url': 'run-10' });
    const { client, events } = connect(server.origin, (early) => {
      void early.call('tasks:counts');
      void early.call('callback:url');
    });
    await expect.poll(server.isOpen).toBe(true);
    await client.call('tasks:counts');
    server.send('tasks:removed', { keys: ['a'] });
    await expect.poll(() => events).toEqual([{ name: 'tasks:removed', data: { keys: ['a'] } }]);
  });

  it('says that the connection is away, comes back by itself, and asks for everything again', async () => {
    const server = await startServer();
    const { events, connections } = connect(server.origin);
    await expect.poll(server.isOpen).toBe(true);
    server.breakOff();
    await expect.poll(() => connections).toEqual(['online', 'away', 'online']);
    await expect
      .poll(() => events)
      .toEqual([
        { name: 'resync', data: {} },
        { name: 'resync', data: {} },
      ]);
  });

  it('asks for everything again once calls are answered that were lost alone', async () => {
    const server = await startServer();
    const { client, events, connections } = connect(server.origin);
    await expect.poll(() => events).toEqual([{ name: 'resync', data: {} }]);
    server.lose(true);
    await expect(client.call('tasks:counts')).rejects.toMatchObject({ code: 'unavailable' });
    await expect(client.call('callback:url')).rejects.toMatchObject({ code: 'unavailable' });
    server.lose(false);
    await expect.poll(() => events).toHaveLength(2);
    expect(events.at(-1)).toEqual({ name: 'resync', data: {} });
    expect(connections).toEqual(['online']);
  });

  it('says that a core which hangs is away, though nothing breaks off, and comes back by itself', async () => {
    const server = await startServer();
    const { client, connections, events } = connect(server.origin, undefined, 100);
    await expect.poll(() => server.isOpen()).toBe(true);
    server.hush('/call/tasks:counts', '/call/app:info');
    client.call('tasks:counts').catch(() => undefined);
    await expect.poll(() => connections.at(-1)).toBe('away');
    const before = events.length;
    server.hush('/call/tasks:counts');
    await expect.poll(() => connections.at(-1)).toBe('online');
    expect(events.slice(before)).toEqual([{ name: 'resync', data: {} }]);
    expect(server.opened).toHaveLength(1);
  });

  it('says nothing of what takes long, where the core answers otherwise', async () => {
    const server = await startServer();
    const { client, connections } = connect(server.origin, undefined, 500);
    await expect.poll(() => server.isOpen()).toBe(true);
    server.hush('/call/tasks:counts');
    client.call('tasks:counts').catch(() => undefined);
    await expect.poll(() => server.bodies.filter((body) => body.includes('app:info')).length).toBeGreaterThan(0);
    expect(connections).toEqual(['online']);
  });

  it('keeps trying where the stream is refused, and knows a key that no longer fits', async () => {
    const server = await startServer();
    server.set(401, '{"ok":false,"error":{"code":"unauthorized","message":"Another key is needed."}}');
    const { connections } = connect(server.origin);
    await expect.poll(() => connections.at(-1)).toBe('locked');
    server.set(200, '{"ok":true,"value":null}');
    await expect.poll(() => connections.at(-1)).toBe('online');
  });

  it('goes on by itself with a core that was started anew, and loses no call that came in between', async () => {
    const server = await startServer();
    const { client, connections, events } = connect(server.origin);
    await expect.poll(() => server.bodies.some((body) => body.startsWith('POST /open-page '))).toBe(true);
    server.restart();
    server.breakOff();
    expect(await client.call('tasks:counts')).toBe(null);
    await expect.poll(() => server.isOpen()).toBe(true);
    await expect.poll(() => events).toContainEqual({ name: 'resync', data: {} });
    expect(connections).not.toContain('locked');
    const proof = server.bodies.find((body) => body.includes('/open-page/proof')) ?? '';
    expect(proof).toMatch(/"challenge":"sign this","signature":"[\w+/=]{88}"/);
  });
});

it('makes addresses from keys that hold any character', () => {
  const { client } = connect('http://127.0.0.1:1');
  expect(client.mediaUrl('kie-luma:a/b?c', 2)).toBe('/media/kie-luma%3Aa%2Fb%3Fc/2');
  expect(client.posterUrl('kie-luma:a', 'posters/a b.jpg')).toBe('/poster/kie-luma%3Aa?v=posters%2Fa%20b.jpg');
});
