/** What a host, an address or a pooler make of the connections to a database that several machines share. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { silentLog } from '../../../src-main/node/log/log.ts';
import { createDatabase, plannedOnce, SharedConnection } from '../../../src-main/node/shared-log/database.ts';
import { migrate } from '../../../src-main/node/shared-log/migrations.ts';
import { startPgBouncer, whyNoPgBouncer } from '../../support/pgbouncer.ts';
import { startPostgres, whyNoPostgres, type PostgresServer } from '../../support/postgres.ts';
import { waitUntil } from '../../support/wait-until.ts';

let server: PostgresServer;

async function settingOf(url: string, name: string, settings: readonly string[] = []): Promise<unknown> {
  const session = createDatabase(url, 'a', silentLog).session('test', settings);
  try {
    const [row] = await session.query(`SELECT current_setting('${name}') AS value`);
    return row?.['value'];
  } finally {
    await session.close();
  }
}

describe.skipIf(whyNoPostgres !== null)('a connection to the shared database', () => {
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server.close());

  it('is set as it must be, whatever the host, the user or the address say', async () => {
    const url = await server.createDatabase();
    const name = new URL(url).pathname.slice(1);
    for (const setting of [
      'synchronous_commit = off',
      'idle_session_timeout = 2000',
      'lock_timeout = 1',
      'default_transaction_isolation = serializable',
      "DateStyle = 'SQL, DMY'",
    ]) {
      await server.query(url, `ALTER DATABASE ${name} SET ${setting}`);
    }
    const asked = `${url}?options=${encodeURIComponent('-c search_path=public -c work_mem=5MB')}`;
    expect(await settingOf(asked, 'synchronous_commit')).toBe('on');
    expect(await settingOf(asked, 'idle_session_timeout')).toBe('0');
    expect(await settingOf(asked, 'lock_timeout')).toBe('0');
    expect(await settingOf(asked, 'default_transaction_isolation')).toBe('read committed');
    expect(await settingOf(asked, 'DateStyle')).toBe('ISO, DMY');
    expect(await settingOf(asked, 'search_path')).toBe('video_inbox');
    expect(await settingOf(asked, 'work_mem')).toBe('5MB');
    expect(await settingOf(asked, 'plan_cache_mode', plannedOnce)).toBe('force_generic_plan');
  });

  it.skipIf(whyNoPgBouncer !== null)(
    'through a pooler is refused where it is shared, before anything is made',
    async () => {
      const url = await server.createDatabase();
      const pooler = await startPgBouncer(server, 'transaction');
      try {
        const session = createDatabase(pooler.through(url), 'a', silentLog).session('setup');
        const refused = await migrate(session).catch((error: unknown) => error);
        expect(refused).toMatchObject({ cause: expect.any(SharedConnection) as unknown });
        await session.close();
        expect(await server.query(url, `SELECT FROM pg_class WHERE relname = 'events'`)).toEqual([]);
      } finally {
        await pooler.close();
      }
    },
  );

  it.skipIf(whyNoPgBouncer !== null)('through a pooler that gives it away for good is as good as any', async () => {
    const url = await server.createDatabase();
    const pooler = await startPgBouncer(server, 'session');
    try {
      const database = createDatabase(pooler.through(url), 'a', silentLog);
      const session = database.session('setup');
      await migrate(session);
      expect(await server.query(url, `SELECT FROM video_inbox.log`)).toHaveLength(1);
      const woken: string[] = [];
      const listening = database.session('listener');
      await listening.listen(['of_a_test'], (_, payload) => woken.push(payload));
      await session.query(`SELECT pg_notify('of_a_test', 'hello')`);
      await waitUntil(() => woken.includes('hello'), 'a wake-up');
      await Promise.all([session.close(), listening.close()]);
    } finally {
      await pooler.close();
    }
  });

  /** As the usual user of a host: `inbox` of these tests may do anything. */
  async function withUser(url: string): Promise<string> {
    const name = new URL(url).pathname.slice(1);
    await server.query(url, `CREATE ROLE user_of_${name} LOGIN PASSWORD 'of-the-user'`);
    return url.replace(/\/\/[^@]*@/, `//user_of_${name}:of-the-user@`);
  }

  it('of a user for whom the schema was made is enough, though that user may make none', async () => {
    const url = await server.createDatabase();
    const own = await withUser(url);
    const session = createDatabase(own, 'a', silentLog).session('setup');
    await expect(migrate(session)).rejects.toMatchObject({ code: '42501' });
    await server.query(url, `CREATE SCHEMA video_inbox AUTHORIZATION ${new URL(own).username}`);
    await migrate(session);
    await session.close();
  });

  it('to one whose encoding cannot hold what callbacks bring is refused before anything is made', async () => {
    const url = await server.createDatabase();
    await server.query(url, `CREATE DATABASE latin ENCODING 'LATIN1' TEMPLATE template0`);
    const latin = url.replace(/[^/]*$/, 'latin');
    const session = createDatabase(latin, 'a', silentLog).session('setup');
    await expect(migrate(session)).rejects.toThrow(/stores text as LATIN1.*ENCODING 'UTF8'/);
    await session.close();
    expect(await server.query(latin, `SELECT FROM pg_namespace WHERE nspname = 'video_inbox'`)).toEqual([]);
  });
});
