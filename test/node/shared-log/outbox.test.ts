/** How the local journal gets into the shared log when the connection breaks at the worst moment. */
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { createMemoryStore, openMemoryLog } from '../../../src-main/node/event-log/memory-log.ts';
import { silentLog } from '../../../src-main/node/log/log.ts';
import { createDatabase } from '../../../src-main/node/shared-log/database.ts';
import { migrate } from '../../../src-main/node/shared-log/migrations.ts';
import { createOutbox } from '../../../src-main/node/shared-log/outbox.ts';
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
    const database = createDatabase(url, 'a');
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
      written: () => undefined,
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
});
