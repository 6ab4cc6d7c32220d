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
    const url = await server.createDatabase();
    return {
      async open(log) {
        const database = createDatabase(url, 'a', silentLog);
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
