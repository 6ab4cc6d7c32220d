/** The log of machines that share one may be out of reach: then nothing is said of what it has. */
import path from 'node:path';
import { expect, it } from 'vitest';
import type { EventLog } from '../../../src-main/node/event-log/event-log.ts';
import { createMemoryStore, openMemoryLog } from '../../../src-main/node/event-log/memory-log.ts';
import { silentLog } from '../../../src-main/node/log/log.ts';
import { createSeenOrigins } from '../../../src-main/node/sync/seen-origins.ts';
import { createSyncApp } from '../../../src-main/node/sync/sync-app.ts';
import { openSyncIdentity } from '../../../src-main/node/sync/sync-identity.ts';
import { delivery } from '../../support/deliveries.ts';
import { tempDir } from '../../support/temp-dir.ts';

it('a copy is not told that the log was set back, and what it sent before is no repeat, as long as nobody can read it', async () => {
  const log = openMemoryLog({ store: createMemoryStore(), log: silentLog, now: () => new Date() });
  await log.append([{ ...delivery('t1'), origin: { node: 'copy', k: 1 } }]);
  let away: EventLog['read'] | null = null;
  const events: EventLog = {
    ...log,
    read: (from, onEvent) => (away === null ? log.read(from, onEvent) : away(from, onEvent)),
  };
  const seen = createSeenOrigins(events);
  const broke = new Error('broke');
  const app = createSyncApp({
    identity: await openSyncIdentity(path.join(await tempDir(), 'sync.json')),
    events,
    scopeOf: () => 'twin',
    async take() {
      return { stored: 0, skipped: 0, repeated: (await seen.hasSeen({ node: 'copy', k: 1 })) ? 1 : 0 };
    },
    tunnelStatus: () => ({}) as never, // nobody asks for it here
    findMedia: () => Promise.resolve(null),
    isAway: (error) => error === broke,
    closing: new AbortController().signal,
    nowMs: () => performance.now(),
    log: silentLog,
  });
  const env = { outgoing: { destroyed: false, once: () => undefined } };
  const ask = (query: string) => app.request(`/v1/events?${query}`, {}, env);
  const send = () => app.request('/v1/events', { method: 'POST', body: '{"events":[]}' }, env);
  const { next } = (await (await ask('wait=0')).json()) as { next: string };
  const place = `wait=0&after=${encodeURIComponent(next)}`;

  const nothing = { events: 0, fromStart: false, damaged: [], unknown: [], missing: 0, lastSeq: 0 } as const;
  for (const how of [() => Promise.resolve({ ...nothing, isAway: true } as const), () => Promise.reject(broke)]) {
    away = how;
    for (const answer of [await ask(place), await ask('wait=0'), await send()]) {
      expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '5']);
    }
  }
  away = () => Promise.reject(new Error('a bug'));
  expect((await ask(place)).status).toBe(500);
  away = null;
  expect(await (await ask(place)).json()).toMatchObject({ events: [], more: false });
  expect(await (await ask(place)).json()).not.toHaveProperty('anew');
  expect(await (await send()).json()).toEqual({ stored: 0, skipped: 0, repeated: 1 });
});
