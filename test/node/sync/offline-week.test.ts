/** A copy that was offline for long sends what was done there in parts; a cut behind a part that was taken doubles nothing. */
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { EventLog, StampedEvent } from '../../../src-main/node/event-log/event-log.ts';
import { openNdjsonLog } from '../../../src-main/node/event-log/ndjson-log.ts';
import type { EventDraft } from '../../../src-main/common/events.ts';
import { createHttpListener } from '../../../src-main/node/http-listener.ts';
import { silentLog } from '../../../src-main/node/log/log.ts';
import { openLibraryOn } from '../../../src-main/node/projections/library.ts';
import { createSeenOrigins } from '../../../src-main/node/sync/seen-origins.ts';
import { createSyncApp } from '../../../src-main/node/sync/sync-app.ts';
import { openSyncIdentity } from '../../../src-main/node/sync/sync-identity.ts';
import { createTakeEvents } from '../../../src-main/node/inbox/machines/take-events.ts';
import { createTwinClient } from '../../../src-main/node/sync/twin-client.ts';
import { startTwinFollower, type TwinFollower } from '../../../src-main/node/sync/twin-follower.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { waitUntil } from '../../support/wait-until.ts';

const tunnel = {
  kind: 'none',
  state: 'offline',
  publicUrl: null,
  callbackUrl: 'http://127.0.0.1:1/c/x',
  provenAt: null,
  message: null,
} as const;
const watched = (n: number): EventDraft => ({ type: 'watched', provider: 'kie-luma', taskId: `t${String(n)}` });
const newLog = (dir: string): Promise<EventLog> => openNdjsonLog({ dir, log: silentLog, now: () => new Date() });

test('3,000 acts and 5,000 events meanwhile: each is on both once, also where connections are cut behind an upload', async () => {
  const dir = await tempDir();
  const [there, here] = [await newLog(path.join(dir, 'there')), await newLog(path.join(dir, 'here'))];
  onTestFinished(async () => {
    await here.close();
    await there.close();
  });
  const library = await openLibraryOn(there, { indexDir: path.join(dir, 'index'), log: silentLog, beside: [] });
  onTestFinished(() => library.close());
  await there.append(Array.from({ length: 50 }, (_, n) => watched(n)));
  const keys = [...library.newestFirst()].map(({ key }) => key);
  expect(keys).toHaveLength(50);
  const seen = createSeenOrigins(there);
  const nothing = () => Promise.resolve();
  const app = createSyncApp({
    identity: await openSyncIdentity(path.join(dir, 'there.json')),
    events: there,
    scopeOf: () => 'twin',
    take: createTakeEvents({
      library,
      seen,
      places: { moveToTrash: nothing, moveBack: nothing },
      removals: { note: () => Promise.resolve(), remove: () => Promise.resolve(0) },
      plan: { forget: nothing },
      retryNow: () => undefined,
    }),
    tunnelStatus: () => tunnel,
    findMedia: () => Promise.resolve(null),
    closing: new AbortController().signal,
    nowMs: () => performance.now(),
    log: silentLog,
  });
  let uploads = 0;
  const listener = await createHttpListener({
    name: 'sync',
    flag: 'sync-port',
    port: 0,
    usualPort: 0,
    app: {
      async fetch(asked, env) {
        const answer = await app.fetch(asked, env);
        if (asked.method === 'POST') uploads += 1;
        // Taken, and nobody is told.
        if (asked.method === 'POST' && [2, 5].includes(uploads)) env.incoming.socket.destroy();
        return answer;
      },
    },
    maxConnections: 64,
  }).listen();
  /** How many events were still to come, as the light told it. */
  const toldBehind: number[] = [];
  const mostTold = 7;
  const follow = async () => {
    const follower: TwinFollower = await startTwinFollower({
      file: path.join(dir, 'twin.json'),
      events: here,
      client: createTwinClient(
        () => `http://127.0.0.1:${String(listener.port)}`,
        () => 'token',
      ),
      node: 'copy',
      statusChanged() {
        const { text } = follower.status();
        if (text?.key === 'twin.catchingUp') toldBehind.push(Number(text.params[0]));
      },
      log: silentLog,
      get progressEveryMs() {
        return toldBehind.length < mostTold ? 0 : Infinity;
      },
    });
    onTestFinished(() => follower.close());
    return follower;
  };
  onTestFinished(() => listener.close(0));
  const all = async (log: EventLog) => {
    const found: StampedEvent[] = [];
    await log.read(null, (event) => void found.push(event));
    return found;
  };
  const first = await follow();
  await waitUntil(async () => (await all(here)).length === 50, 'the tasks to be here');
  await first.close();

  const noted = (n: number, where: string): EventDraft => ({
    type: 'noted',
    key: keys[n % keys.length] ?? '',
    note: `${where} ${String(n)}`,
  });
  await here.append(Array.from({ length: 3000 }, (_, n) => noted(n, 'on a train')));
  await there.append(Array.from({ length: 5000 }, (_, n) => noted(n, 'at home')));
  toldBehind.length = 0;
  const second = await follow();
  await waitUntil(async () => (await all(there)).length === 8050, 'all acts to be sent');
  await waitUntil(async () => (await all(here)).length === 50 + 3000 + 8000, 'all events to be here');
  expect(uploads).toBeGreaterThan(15);
  // The person sees how far it has come, and nothing of it afterwards.
  expect(toldBehind[0]).toBeGreaterThan(3000);
  expect(toldBehind).toEqual(toldBehind.toSorted((a, b) => b - a));
  // And not with each of the pages, of which there are more.
  expect(toldBehind).toHaveLength(mostTold);
  await waitUntil(() => second.status().message === null, 'the light to be that of the other again');
  const sent = (await all(there)).flatMap(({ origin }) => origin?.k ?? []);
  expect(sent).toHaveLength(3000);
  expect(sent).toEqual([...new Set(sent)].toSorted((a, b) => a - b));
  // What the copy has behind its own acts is the other's log, in its order.
  const theirs = (await all(there)).map((event) => ('note' in event ? event.note : event.type));
  const copied = (await all(here)).filter(({ origin }) => origin !== undefined);
  expect(copied.map((event) => ('note' in event ? event.note : event.type))).toEqual(theirs);
});
