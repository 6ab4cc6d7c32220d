/** Who asks the sync listener and never reads what it says. */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { open, writeFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { EventDraft } from '../../../src-main/common/events.ts';
import { createMemoryStore, openMemoryLog } from '../../../src-main/node/event-log/memory-log.ts';
import { createHttpListener } from '../../../src-main/node/http-listener.ts';
import { silentLog } from '../../../src-main/node/log/log.ts';
import { createSyncApp } from '../../../src-main/node/sync/sync-app.ts';
import { openSyncIdentity } from '../../../src-main/node/sync/sync-identity.ts';
import { request } from '../../support/http-request.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { waitUntil } from '../../support/wait-until.ts';

/** More than what the system holds for a connection. */
const film = randomBytes(24 * 1024 * 1024);

async function openSync(stillMs: number) {
  const dir = await tempDir();
  const file = path.join(dir, 'film.mp4');
  await writeFile(file, film);
  const events = openMemoryLog({ store: createMemoryStore(), log: silentLog, now: () => new Date() });
  // Each page is full by its size: four mebibytes.
  const note = (n: number): EventDraft => ({ type: 'noted', key: `task-${String(n)}`, note: 'x'.repeat(64 * 1024) });
  for (let n = 0; n < 128; n += 1) await events.append([note(n)]);
  let openFiles = 0;
  let looks = 0;
  const app = createSyncApp({
    identity: await openSyncIdentity(path.join(dir, 'sync.json')),
    events,
    scopeOf(key) {
      looks += 1;
      return ['one', 'two'].includes(key) ? 'twin' : null;
    },
    take: () => Promise.reject(new Error('nothing is sent here')),
    tunnelStatus: () => expect.fail('nobody asks'),
    findMedia() {
      const facts = { sizeBytes: film.length, version: 'v', modifiedAt: new Date(0) };
      return Promise.resolve({
        name: 'film.mp4',
        facts,
        async open(range) {
          const handle = await open(file);
          openFiles += 1;
          return handle.createReadStream(range).once('close', () => (openFiles -= 1));
        },
      });
    },
    closing: new AbortController().signal,
    nowMs: () => performance.now(),
    log: silentLog,
  });
  const listener = await createHttpListener({
    name: 'sync',
    flag: 'sync-port',
    port: 0,
    usualPort: 0,
    app: { fetch: (asked, env) => app.fetch(asked, env) },
    maxConnections: 64,
    stillMs,
  }).listen();
  onTestFinished(async () => {
    await listener.close(0);
    await events.close();
  });
  const ask = (token: string, where: string) =>
    request(`http://127.0.0.1:${String(listener.port)}${where}`, { headers: { authorization: `Bearer ${token}` } });
  return { port: listener.port, ask, openFiles: () => openFiles, looks: () => looks };
}

const media = `/v1/media/${'0'.repeat(64)}`;
const question = (where: string): string => `GET ${where} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer one\r\n\r\n`;

/** Asks, and reads nothing of what is answered. */
async function askOnly(port: number, where: string): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  onTestFinished(() => void socket.destroy());
  socket.on('error', () => undefined).pause();
  await once(socket, 'connect');
  socket.write(question(where));
  return socket;
}

test('what is told and not read is bounded for each token, and the others are answered', async () => {
  const { port, ask, looks } = await openSync(600_000);
  await waitUntil(async () => {
    // The system holds a page or two for each connection; what is behind that waits in our memory.
    const before = looks();
    const socket = await askOnly(port, '/v1/events');
    await waitUntil(() => looks() >= before + 2, 'the first question to be taken');
    socket.write(question('/v1/events').repeat(2));
    return (await ask('one', '/v1/events')).status === 429;
  }, 'no more to be told to this token');
  const other = await ask('two', '/v1/events');
  expect([other.status, other.body.length > 3 * 1024 * 1024]).toEqual([200, true]);
});

test('whoever does not read a film is dropped after a while, and others are answered meanwhile', async () => {
  const { port, ask, openFiles } = await openSync(2000);
  await Promise.all(Array.from({ length: 8 }, () => askOnly(port, media)));
  await waitUntil(() => openFiles() === 8, 'the films to be on their way');
  expect((await ask('two', media)).body.equals(film)).toBe(true);
  await waitUntil(() => openFiles() === 0, 'the films to be closed');
});

test('who reads slowly, but reads, gets all of it', async () => {
  const { port } = await openSync(2000);
  const socket = await askOnly(port, media);
  let size = 0;
  while (size < film.length) {
    const chunk = socket.read() as Buffer | null;
    if (chunk === null) await Promise.race([once(socket, 'readable'), once(socket, 'close')]);
    else size += chunk.length;
    expect(socket.destroyed && size < film.length).toBe(false);
  }
});
