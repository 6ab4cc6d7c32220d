/** How the local journal gets into the shared log when the connection breaks at the worst moment. */
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { Cursor, EventLog } from '../../../src-main/node/event-log/event-log.ts';
import { createMemoryStore, openMemoryLog, type MemoryStore } from '../../../src-main/node/event-log/memory-log.ts';
import { silentLog } from '../../../src-main/node/log/log.ts';
import { createDatabase } from '../../../src-main/node/shared-log/database.ts';
import { migrate } from '../../../src-main/node/shared-log/migrations.ts';
import { createHeldEvents } from '../../../src-main/node/shared-log/held-events.ts';
import { createOutbox, type Outbox } from '../../../src-main/node/shared-log/outbox.ts';
import { delivery } from '../../support/deliveries.ts';
import { startPostgres, whyNoPostgres, type PostgresServer } from '../../support/postgres.ts';
import { waitUntil } from '../../support/wait-until.ts';

let server: PostgresServer;

/** Task ids that the shared log has, in the order of this writer's numbers. */
async function idsIn(url: string): Promise<readonly unknown[]> {
  const rows = await server.query(
    url,
    `SELECT body::jsonb -> 'read' ->> 'taskId' AS id FROM video_inbox.events ORDER BY k`,
  );
  return rows.map(({ id }) => id);
}

describe.skipIf(whyNoPostgres !== null)('the outbox', () => {
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server.close());

  it('goes on where the answer to a commit was lost and more came meanwhile', async () => {
    const url = await server.createDatabase();
    const database = createDatabase(url, 'a', silentLog);
    const setup = database.session('setup');
    const identity = await migrate(setup);
    await setup.close();
    const local = openMemoryLog({ store: createMemoryStore(), log: silentLog, now: () => new Date() });
    const session = database.session('outbox');
    const outbox = createOutbox({
      local,
      session,
      identity,
      node: 'a',
      lastSeq: 0,
      held: createHeldEvents(),
      known: null,
      knownSeq: null,
      written: () => undefined,
      fenced: () => undefined,
      log: silentLog,
    });
    onTestFinished(() => outbox.close());
    await outbox.claim();

    // The server is in the middle of the batch when the connection breaks; it commits all the same.
    const other = new pg.Client({ connectionString: url });
    other.on('error', () => undefined);
    await other.connect();
    await server.query(
      url,
      `CREATE FUNCTION video_inbox.wait_here() RETURNS trigger LANGUAGE plpgsql AS
         $$ BEGIN PERFORM pg_advisory_xact_lock_shared(7); RETURN NEW; END $$;
       CREATE TRIGGER waits BEFORE INSERT ON video_inbox.events FOR EACH STATEMENT EXECUTE FUNCTION video_inbox.wait_here()`,
    );
    await other.query('SELECT pg_advisory_lock(7)');
    await local.append(['1', '2', '3'].map((id) => delivery(id)));
    outbox.start();
    await waitUntil(async () => {
      const waiting = await server.query(url, `SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted`);
      return waiting.length === 1;
    }, 'the batch to be under way');
    // Its own connection too, and with that the lock.
    server.cut();
    await waitUntil(async () => (await idsIn(url)).length === 3, 'the batch to be committed');
    await local.append(['4', '5'].map((id) => delivery(id)));
    server.mend();
    await waitUntil(() => {
      const { waiting, isFenced } = outbox.state();
      return isFenced || waiting === 0;
    }, 'the outbox to go on');
    expect(outbox.state()).toMatchObject({ isFenced: false, waiting: 0 });
    expect(await idsIn(url)).toEqual(['1', '2', '3', '4', '5']);
  });

  it.each(['while it runs', 'in a later run'])(
    'sends on what a restored journal took while the database was away, under new numbers, %s',
    async (when) => {
      const url = await server.createDatabase();
      const setup = createDatabase(url, 'a', silentLog).session('setup');
      const identity = await migrate(setup);
      await setup.close();
      const open = (store: MemoryStore) => {
        const local = openMemoryLog({ store, log: silentLog, now: () => new Date() });
        const outbox = createOutbox({
          local,
          session: createDatabase(url, 'a', silentLog).session('outbox'),
          identity,
          node: 'a',
          lastSeq: store.events.at(-1)?.seq ?? 0,
          held: createHeldEvents(),
          known: null,
          knownSeq: null,
          written: () => undefined,
          fenced: () => undefined,
          log: silentLog,
        });
        onTestFinished(() => outbox.close());
        return { local, outbox };
      };
      const sentAll = (outbox: Outbox) => waitUntil(() => outbox.state().waiting === 0, 'all to be sent');

      const first = createMemoryStore();
      const before = open(first);
      await before.outbox.claim();
      before.outbox.start();
      await before.local.append(['1', '2', '3'].map((id) => delivery(id)));
      const backup = { ...createMemoryStore(), events: [...first.events] };
      await before.local.append(['4', '5'].map((id) => delivery(id)));
      await waitUntil(async () => (await idsIn(url)).length === 5, 'all to be sent');
      await before.outbox.close();

      server.cut();
      let restored = open(backup);
      restored.outbox.start();
      await restored.local.append(['new 1', 'new 2', 'new 3'].map((id) => delivery(id)));
      const times = backup.events.slice(-3, -1).map(({ at }) => at);
      if (when === 'in a later run') {
        await restored.outbox.close();
        restored = open(backup);
        restored.outbox.start();
      }
      server.mend();
      await waitUntil(async () => (await idsIn(url)).length >= 8, 'what came meanwhile to be sent');
      await restored.local.append([delivery('later')]);
      await sentAll(restored.outbox);
      // The third had a number that was free.
      const all = ['1', '2', '3', '4', '5', 'new 3', 'new 1', 'new 2', 'later'];
      expect(await idsIn(url)).toEqual(all);
      const rows = await server.query(url, `SELECT body::jsonb ->> 'at' AS at FROM video_inbox.events ORDER BY k`);
      expect(rows.slice(6, 8).map(({ at }) => at)).toEqual(times);
      await restored.outbox.close();

      // The same journal again, and the copy once more: nothing comes twice.
      for (const store of [backup, { ...backup, events: backup.events.slice(0, 6) }]) {
        const again = open(store);
        await again.outbox.claim();
        again.outbox.start();
        await sentAll(again.outbox);
        await again.outbox.close();
      }
      expect(await idsIn(url)).toEqual(all);
    },
  );

  it('reads of a long journal what is behind the place that was kept, and all of it where it is another one', async () => {
    const url = await server.createDatabase();
    const setup = createDatabase(url, 'a', silentLog).session('setup');
    const identity = await migrate(setup);
    await setup.close();
    const open = (store: MemoryStore, known: Cursor | null) => {
      const memory = openMemoryLog({ store, log: silentLog, now: () => new Date() });
      let read = 0;
      const local: EventLog = {
        ...memory,
        read: (from, onEvent) =>
          memory.read(from, (event, behind) => {
            read += 1;
            onEvent(event, behind);
          }),
      };
      const outbox = createOutbox({
        local,
        session: createDatabase(url, 'a', silentLog).session('outbox'),
        identity,
        node: 'a',
        known,
        knownSeq: null,
        lastSeq: store.events.at(-1)?.seq ?? 0,
        held: createHeldEvents(),
        written: () => undefined,
        fenced: () => undefined,
        log: silentLog,
      });
      onTestFinished(() => outbox.close());
      return { local, outbox, read: () => read };
    };
    const store = createMemoryStore();
    const first = open(store, null);
    await first.outbox.claim();
    first.outbox.start();
    const ids = Array.from({ length: 100 }, (_, n) => String(n));
    await first.local.append(ids.map((id) => delivery(id)));
    await waitUntil(async () => (await idsIn(url)).length === 100, 'all to be sent');
    await first.outbox.close();
    const known = first.outbox.sent();

    const second = open(store, known);
    await second.outbox.claim();
    expect([known === null, second.read()]).toEqual([false, 1]);
    await second.outbox.close();

    // Its last event is not the one that was sent under its number.
    const forked = { ...store, events: store.events.with(99, { ...delivery('other'), v: 2, seq: 100, at: longAgo }) };
    const third = open(forked, known);
    await third.outbox.claim();
    third.outbox.start();
    await waitUntil(async () => (await idsIn(url)).length === 101, 'the other one to be sent');
    expect((await idsIn(url)).at(-1)).toBe('other');
  });
});

const longAgo = '2026-01-01T00:00:00.000Z';
