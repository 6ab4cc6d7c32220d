/** The event log in a table that several machines share, on a real server. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { storageSentence } from '../../../src-main/common/texts/en-storage.ts';
import { silentLog } from '../../../src-main/node/log/log.ts';
import { createDatabase } from '../../../src-main/node/shared-log/database.ts';
import { migrate } from '../../../src-main/node/shared-log/migrations.ts';
import { openPostgresLog } from '../../../src-main/node/shared-log/postgres-log.ts';
import { startPostgres, whyNoPostgres, type PostgresServer } from '../../support/postgres.ts';
import { waitUntil } from '../../support/wait-until.ts';
import { delivery } from '../../support/deliveries.ts';
import { describesAnEventLog, type LogSetup } from '../event-log/conformance.ts';

let server: PostgresServer;

describe.skipIf(whyNoPostgres !== null)('the event log on PostgreSQL', () => {
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server.close());

  async function setUp(): Promise<LogSetup> {
    return setUpAt(await server.createDatabase());
  }

  function setUpAt(url: string, guest = url): LogSetup {
    return {
      async open(log) {
        const database = createDatabase(guest, 'a', silentLog);
        const session = database.session('setup');
        const identity = await migrate(session);
        await session.close();
        return openPostgresLog({ database, identity, writer: 'a', log, now: () => new Date(), tellLimitMs: 60_000 });
      },
      async breakStorage() {
        // As a server whose disk is full answers.
        await server.query(
          url,
          `CREATE FUNCTION video_inbox.full() RETURNS trigger LANGUAGE plpgsql AS
             $$ BEGIN RAISE EXCEPTION 'no room' USING ERRCODE = '53100'; END $$;
           CREATE TRIGGER is_full BEFORE INSERT ON video_inbox.events EXECUTE FUNCTION video_inbox.full()`,
        );
        return async () => {
          await server.query(url, 'DROP TRIGGER is_full ON video_inbox.events');
        };
      },
    };
  }

  describesAnEventLog(setUp);

  it('tells that the disk of the database is full, and not that of this machine', async () => {
    const setup = await setUp();
    const log = await setup.open(silentLog);
    const mend = await setup.breakStorage();
    await expect(log.append([delivery('a')])).rejects.toMatchObject({ code: 'storage-failed' });
    expect(log.health()).toMatchObject({ state: 'full', code: 'database-full' });
    expect(storageSentence(log.health())?.english).toMatch(/disk of the shared database is full.*on its server/);
    await mend();
    await waitUntil(
      () => log.health().state === 'ok',
      'the log to tell that it takes what is written, though nobody writes',
    );
    expect(log.lastSeq()).toBe(0);
    await log.close();
  });

  it.each([
    ['other_password', `PASSWORD 'another'`, 'it refuses this user or this password'],
    ['no_more', 'CONNECTION LIMIT 0', 'all its connections are in use'],
  ])('tells why a database that answers lets nobody in: %s', async (role, change, words) => {
    const url = await server.createDatabase();
    await server.query(url, `CREATE ROLE ${role} LOGIN PASSWORD 'first'`);
    await server.query(url, `ALTER DATABASE ${new URL(url).pathname.slice(1)} OWNER TO ${role}`);
    const guest = Object.assign(new URL(url), { username: role, password: 'first' });
    const log = await setUpAt(url, guest.href).open(silentLog);
    await server.query(url, `ALTER ROLE ${role} ${change}`);
    await server.query(url, 'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = $1', [role]);
    await expect(log.append([delivery('a')])).rejects.toMatchObject({ code: 'storage-failed' });
    expect(log.health()).toMatchObject({ state: 'gone', code: 'database-refuses' });
    expect(storageSentence(log.health())?.english).toContain(words);
    await server.query(url, `ALTER ROLE ${role} PASSWORD 'first' CONNECTION LIMIT -1`);
    await waitUntil(() => log.health().state === 'ok', 'the log to tell that it is let in again');
    await log.close();
  });

  it('tells that the database is back, also where nobody writes', async () => {
    const setup = await setUp();
    const log = await setup.open(silentLog);
    server.cut();
    await expect(log.append([delivery('a')])).rejects.toMatchObject({ code: 'storage-failed' });
    expect(log.health().code).toBe('database-away');
    server.mend();
    await waitUntil(() => log.health().state === 'ok', 'the log to tell that it is well');
    await log.append([delivery('b')]);
    expect(log.lastSeq()).toBe(1);
    await log.close();
  });
});
