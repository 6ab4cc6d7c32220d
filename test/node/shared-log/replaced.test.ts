/** A database that was restored, or whose older standby took its place, under machines that run. */
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { createMemoryStore, openMemoryLog } from '../../../src-main/node/event-log/memory-log.ts';
import { silentLog } from '../../../src-main/node/log/log.ts';
import { codeOf, createDatabase, type Database } from '../../../src-main/node/shared-log/database.ts';
import { migrate, type LogIdentity } from '../../../src-main/node/shared-log/migrations.ts';
import { createHeldEvents } from '../../../src-main/node/shared-log/held-events.ts';
import { createOutbox } from '../../../src-main/node/shared-log/outbox.ts';
import { openPostgresLog, type SharedLog } from '../../../src-main/node/shared-log/postgres-log.ts';
import { delivery } from '../../support/deliveries.ts';
import { startPostgres, whyNoPostgres, type PostgresServer } from '../../support/postgres.ts';
import { waitUntil } from '../../support/wait-until.ts';

let server: PostgresServer;

interface Machine {
  readonly database: Database;
  readonly identity: LogIdentity;
  readonly log: SharedLog;
  readonly seen: readonly unknown[];
}

async function machine(url: string, writer: string): Promise<Machine> {
  const database = createDatabase(url, writer, silentLog);
  const session = database.session('setup');
  const identity = await migrate(session);
  await session.close();
  database.expect(identity.system);
  const log = await openPostgresLog({ database, identity, writer, log: silentLog, now: () => new Date() });
  onTestFinished(() => log.close());
  const seen: unknown[] = [];
  log.follow('test', (event) => seen.push(event.type === 'result' ? event.read.taskId : event.type));
  return { database, identity, log, seen };
}

async function idsIn(url: string): Promise<readonly unknown[]> {
  const rows = await server.query(
    url,
    `SELECT body::jsonb -> 'read' ->> 'taskId' AS id FROM video_inbox.events ORDER BY epoch, xid, k`,
  );
  return rows.map(({ id }) => id);
}

/** As an older copy is: events are gone that were committed. */
async function forget(url: string, where: string): Promise<void> {
  await server.query(
    url,
    `ALTER TABLE video_inbox.events DISABLE TRIGGER append_only;
     DELETE FROM video_inbox.events WHERE ${where};
     ALTER TABLE video_inbox.events ENABLE TRIGGER append_only`,
  );
}

describe.skipIf(whyNoPostgres !== null)('a database that was replaced under running machines', () => {
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server.close());

  it('an older copy: nothing is written behind the hole nor told from behind it, and a new start goes on', async () => {
    const url = await server.createDatabase();
    const [a, b] = [await machine(url, 'a'), await machine(url, 'b')];
    await a.log.append([delivery('1')]);
    await a.log.append([delivery('2')]);
    await waitUntil(() => b.seen.length === 2, 'the other to be told');
    await forget(url, 'k = 2');
    await expect(a.log.append([delivery('3')])).rejects.toThrow('replaced');
    expect(a.log.health()).toMatchObject({ state: 'gone', code: 'database-replaced' });
    expect(a.database.whyReplaced()).toBe('went-back');

    const c = await machine(url, 'c');
    await c.log.append([delivery('of another')]);
    await waitUntil(() => b.database.whyReplaced() !== null, 'the other to notice');
    expect([b.seen, await idsIn(url)]).toEqual([
      ['1', '2'],
      ['1', 'of another'],
    ]);
    const again = await machine(url, 'a');
    await again.log.append([delivery('4')]);
    expect(await idsIn(url)).toEqual(['1', 'of another', '4']);
  });

  it('an older copy: the outbox stops, and sends all that the copy lacks after a new start', async () => {
    const url = await server.createDatabase();
    const store = createMemoryStore();
    const start = async () => {
      const { database, identity } = await machine(url, 'watch');
      const local = openMemoryLog({ store, log: silentLog, now: () => new Date() });
      const session = database.session('outbox');
      const lastSeq = store.events.at(-1)?.seq ?? 0;
      const outbox = createOutbox({
        local,
        session,
        identity,
        node: 'n',
        lastSeq,
        held: createHeldEvents(),
        known: null,
        knownSeq: null,
        written: () => undefined,
        fenced: () => undefined,
        log: silentLog,
      });
      onTestFinished(() => outbox.close());
      await outbox.claim();
      outbox.start();
      return { local, outbox, database };
    };
    const first = await start();
    for (const id of ['1', '2', '3']) await first.local.append([delivery(id)]);
    await waitUntil(async () => (await idsIn(url)).length === 3, 'all to be sent');
    await forget(url, 'k > 1');
    await first.local.append([delivery('4')]);
    await waitUntil(() => first.database.whyReplaced() === 'went-back', 'the outbox to notice');
    expect([await idsIn(url), first.outbox.state().isFenced]).toEqual([['1'], false]);
    await first.outbox.close();
    const second = await start();
    await waitUntil(() => second.outbox.state().waiting === 0, 'all to be sent again');
    expect(await idsIn(url)).toEqual(['1', '2', '3', '4']);
  });

  it('a database that was made anew under its name: it is not "away", and nothing is asked of it any more', async () => {
    const url = await server.createDatabase();
    const a = await machine(url, 'a');
    await a.log.append([delivery('1')]);
    // It takes the locks of all tables one after the other, and of two that wait for each other the server ends one.
    const drop = (): Promise<boolean> =>
      server.query(url, 'DROP SCHEMA video_inbox CASCADE').then(
        () => true,
        (error: unknown) => {
          if (codeOf(error) !== '40P01') throw error;
          return false;
        },
      );
    await waitUntil(drop, 'the tables to be dropped');
    await a.log.look();
    expect(a.database.whyReplaced()).toBe('other-log');
    await expect(a.log.append([delivery('2')])).rejects.toThrow('replaced');
  });

  it('a log that was restored into the same server: another start begins an epoch, and who runs yet stops', async () => {
    const url = await server.createDatabase();
    const a = await machine(url, 'a');
    await a.log.append([delivery('1')]);
    await server.query(url, 'UPDATE video_inbox.log SET epoch = epoch + 1');
    await expect(a.log.append([delivery('2')])).rejects.toThrow('replaced');
    expect([a.database.whyReplaced(), await idsIn(url)]).toEqual(['other-log', ['1']]);
  });
});
