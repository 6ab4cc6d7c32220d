/** Who holds back what is seen of the shared log: without that an operator would look for it in all databases. */
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { silentLog } from '../../../src-main/node/log/log.ts';
import { createDatabase } from '../../../src-main/node/shared-log/database.ts';
import { findHorizonHolder } from '../../../src-main/node/shared-log/horizon-holder.ts';
import { startPostgres, whyNoPostgres, type PostgresServer } from '../../support/postgres.ts';

let server: PostgresServer;

describe.skipIf(whyNoPostgres !== null)('the oldest transaction that may still write', () => {
  beforeAll(async () => {
    server = await startPostgres();
    const url = await server.createDatabase();
    await server.query(url, 'ALTER SYSTEM SET max_prepared_transactions = 2');
    await server.stop();
    await server.start();
  });
  afterAll(() => server.close());

  async function open(url: string): Promise<pg.Client> {
    const client = new pg.Client({ connectionString: url, application_name: 'nightly report' });
    client.on('error', () => undefined);
    await client.connect();
    onTestFinished(() => client.end());
    return client;
  }

  it('is named by its connection, or by the name under which it was prepared, also to a user who may little', async () => {
    const [ours, elsewhere] = [await server.createDatabase(), await server.createDatabase()];
    await server.query(ours, `CREATE ROLE little LOGIN PASSWORD 'little'`);
    const session = createDatabase(ours.replace(/\/\/[^@]*@/, '//little:little@'), 'a', silentLog).session('test');
    onTestFinished(() => session.close());
    expect(await findHorizonHolder(session)).toBeNull();

    const client = await open(elsewhere);
    await client.query('BEGIN');
    await client.query('SELECT pg_current_xact_id()');
    const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    const database = new URL(elsewhere).pathname.slice(1);
    const who = `nightly report (inbox@${database})`;
    expect(await findHorizonHolder(session)).toEqual({ kind: 'session', pid: rows[0]?.pid, who });

    await client.query(`PREPARE TRANSACTION 'left behind'`);
    expect(await findHorizonHolder(session)).toEqual({ kind: 'prepared', gid: 'left behind', database });
    await client.query(`ROLLBACK PREPARED 'left behind'`);
    expect(await findHorizonHolder(session)).toBeNull();
  });
});
