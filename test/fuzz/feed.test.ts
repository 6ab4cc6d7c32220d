/** What other machines of the same person say, right token and all: taken as what it is, or refused, and never a way to break a log. */
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openNdjsonLog } from '../../src-main/node/event-log/ndjson-log.ts';
import type { EventLog } from '../../src-main/node/event-log/event-log.ts';
import { createHttpListener } from '../../src-main/node/http-listener.ts';
import { silentLog } from '../../src-main/node/log/log.ts';
import { openLibraryOn } from '../../src-main/node/projections/library.ts';
import { createSeenOrigins } from '../../src-main/node/sync/seen-origins.ts';
import { createSyncApp } from '../../src-main/node/sync/sync-app.ts';
import { openSyncIdentity } from '../../src-main/node/sync/sync-identity.ts';
import { createTakeEvents } from '../../src-main/node/inbox/machines/take-events.ts';
import { createTwinClient } from '../../src-main/node/sync/twin-client.ts';
import { startTwinFollower } from '../../src-main/node/sync/twin-follower.ts';
import { delivery, saved, stamp } from '../support/deliveries.ts';
import { fc } from '../support/fast-check.ts';
import { waitUntil } from '../support/wait-until.ts';
import { damagedBytes, fuzzTimeoutMs, jsonBytes, mutated, runs } from './mutate.ts';

const tunnel = {
  kind: 'none',
  state: 'offline',
  publicUrl: null,
  callbackUrl: 'http://127.0.0.1:1/c/x',
  provenAt: null,
  message: null,
} as const;
const url = 'https://media.example.test/1.mp4';
const key = 'kie-luma:t1';

let dir: string;
beforeAll(async () => (dir = await mkdtemp(path.join(os.tmpdir(), 'video-inbox-fuzz-feed-'))));
afterAll(() => rm(dir, { recursive: true, force: true }));

const newLog = (name: string): Promise<EventLog> =>
  openNdjsonLog({ dir: path.join(dir, name), log: silentLog, now: () => new Date() });

/** Each line of it is a whole event with the next number. */
async function expectWhole(log: EventLog): Promise<void> {
  const seqs: number[] = [];
  const { damaged, unknown, missing } = await log.read(null, ({ seq }) => void seqs.push(seq));
  expect({ damaged, unknown, missing }).toEqual({ damaged: [], unknown: [], missing: 0 });
  expect(seqs).toEqual(seqs.map((_, at) => at + 1));
}

it(
  'acts that a copy sends: taken or refused, and the library is what its log says',
  async () => {
    const log = await newLog('there');
    const library = await openLibraryOn(log, { indexDir: path.join(dir, 'index'), log: silentLog });
    await log.append([delivery('t1'), delivery('t2'), saved('t1', url)]);
    const nothing = (): Promise<void> => Promise.resolve();
    const app = createSyncApp({
      identity: await openSyncIdentity(path.join(dir, 'there.json')),
      events: log,
      scopeOf: () => 'twin',
      take: createTakeEvents({
        library,
        seen: createSeenOrigins(log),
        places: { moveToTrash: nothing, moveBack: nothing },
        removals: { note: () => Promise.resolve(), remove: () => Promise.resolve(0) },
        plan: { forget: nothing },
        retryNow: () => undefined,
      }),
      tunnelStatus: () => tunnel,
      findMedia: () => Promise.resolve(null),
      closing: new AbortController().signal,
      // Each comes a second after the one before, so none is one too many.
      nowMs: () => (asked += 1000),
      log: silentLog,
    });
    let asked = 0;
    const usual = { name: 'sync', flag: 'sync-port', port: 0, usualPort: 0, maxConnections: 16 } as const;
    const listener = await createHttpListener({ ...usual, app }).listen();
    const acts = [
      { type: 'marked', keys: [key], seen: true, origin: { node: 'copy', k: 1 } },
      { type: 'tagged', keys: [key, 'kie-luma:t2'], add: ['b'], remove: ['a'] },
      { type: 'noted', key, note: 'rain – ünïcode' },
      { type: 'trashed', keys: [key] },
      { type: 'restored', keys: [key] },
      { type: 'watched', provider: 'kie-luma', taskId: 't3' },
      { type: 'link-renewed', key, url, link: 'https://media.example.test/2.mp4', by: 'person' },
      { type: 'video-queued', videos: [{ key, url }] },
    ];
    const bodies = [{ events: acts }, ...acts.map((act) => ({ events: [act] }))];
    const anyBody = fc.oneof(mutated(bodies).map(jsonBytes), damagedBytes(bodies.map(jsonBytes)));
    await fc.assert(
      fc.asyncProperty(anyBody, async (body) => {
        const answer = await fetch(`http://127.0.0.1:${String(listener.port)}/v1/events`, {
          method: 'POST',
          headers: { authorization: 'Bearer token', 'content-type': 'application/json' },
          body: new Uint8Array(body),
        });
        expect([200, 400, 413]).toContain(answer.status);
        expect(await answer.json()).toBeTypeOf('object');
      }),
      runs(0.2),
    );
    await expectWhole(log);
    expect(await library.verify()).toMatchObject({ differing: 0, unexplained: 0, brokenEvents: [] });
    await listener.close(0);
    await log.close();
    await library.close();
  },
  fuzzTimeoutMs,
);

it(
  'pages of the inbox elsewhere: what can be read of them is stored, and the rest is left out',
  async () => {
    const events = stamp([delivery('t1'), delivery('t2'), saved('t1', url), { type: 'trashed', keys: [key] }]);
    const page = { node: 'there', next: 'sealed', more: false, behind: 0, events };
    let told: Buffer = Buffer.of();
    let pages = 0;
    const server = createServer((request, response) => {
      response.setHeader('content-type', 'application/json');
      if (request.url?.startsWith('/v1/status') === true) response.end(JSON.stringify({ node: 'there', tunnel }));
      else {
        response.end(told);
        pages += 1;
      }
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const origin = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
    let run = 0;
    await fc.assert(
      fc.asyncProperty(fc.oneof(mutated([page]).map(jsonBytes), damagedBytes([jsonBytes(page)])), async (bytes) => {
        [told, pages, run] = [bytes, 0, run + 1];
        const name = `here-${String(run)}`;
        const log = await newLog(name);
        const follower = await startTwinFollower({
          file: path.join(dir, `${name}.json`),
          events: log,
          client: createTwinClient(
            () => origin,
            () => 'token',
          ),
          node: 'copy',
          statusChanged: () => undefined,
          log: silentLog,
        });
        await waitUntil(() => pages > 0, 'the page to be asked for');
        expect(follower.status().callbackUrl).toBeTypeOf('string');
        await follower.close();
        await expectWhole(log);
        await log.close();
        await rm(path.join(dir, name), { recursive: true });
      }),
      runs(0.02),
    );
    server.close();
    server.closeAllConnections();
  },
  fuzzTimeoutMs,
);
