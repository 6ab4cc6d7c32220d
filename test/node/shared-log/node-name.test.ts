/** One name is one machine among those that share a log. */
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { silentLog } from '../../../src-main/node/log/log.ts';
import { createDatabase, type Session } from '../../../src-main/node/shared-log/database.ts';
import { migrate } from '../../../src-main/node/shared-log/migrations.ts';
import { claimName } from '../../../src-main/node/shared-log/node-name.ts';
import { startPostgres, whyNoPostgres, type PostgresServer } from '../../support/postgres.ts';

const facts = {
  version: '1',
  roles: [],
  answer: 'local',
  outbox: 0,
  seen: 0,
  leases: 0,
  feedDelayMs: 0,
} as const;
const claim = (session: Session, node: string, chosen: string | null): Promise<string> =>
  claimName(session, { node, chosen, host: 'studio', facts });

describe.skipIf(whyNoPostgres !== null)('the name of a machine', () => {
  let server: PostgresServer;
  let url: string;
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server.close());
  beforeEach(async () => {
    url = await server.createDatabase();
    const setup = open('setup');
    await migrate(setup);
  });

  function open(name: string): Session {
    const session = createDatabase(url, name, silentLog).session(name);
    onTestFinished(() => session.close());
    return session;
  }

  it('that another one has is refused until that one is away; who had it itself has it at once', async () => {
    const [a, b] = [open('a'), open('b')];
    expect(await claim(a, 'aaaaaaaa', 'office')).toBe('office');
    await expect(claim(b, 'bbbbbbbb', 'office')).rejects.toThrow(
      /named "office" shares this database already.*in 1[45] s/,
    );
    expect(await claim(b, 'bbbbbbbb', 'cellar')).toBe('cellar');
    // Killed, and started again on its folder.
    expect(await claim(open('a again'), 'aaaaaaaa', 'office')).toBe('office');
    await server.query(url, `UPDATE video_inbox.nodes SET seen_at = seen_at - interval '16 s' WHERE name = 'office'`);
    expect(await claim(b, 'bbbbbbbb', 'office')).toBe('office');
  });

  it('that nobody chose is the host’s, and made one of its own where another has that', async () => {
    const [a, b] = [open('a'), open('b')];
    expect(await claim(a, 'aaaaaaaa', null)).toBe('studio');
    expect(await claim(b, 'bbbbbbbb', null)).toBe('studio-bbbb');
    expect(await claim(a, 'aaaaaaaa', null)).toBe('studio');
  });

  it('goes to one of two that start together', async () => {
    const ends = await Promise.allSettled([claim(open('a'), 'aaaaaaaa', 'x'), claim(open('b'), 'bbbbbbbb', 'x')]);
    expect(ends.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });
});
