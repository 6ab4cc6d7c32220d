/** What a machine tells of how far behind the shared log it is. */
import { expect, it, onTestFinished } from 'vitest';
import { silentLog } from '../../../src-main/node/log/log.ts';
import { createDatabase, type Session } from '../../../src-main/node/shared-log/database.ts';
import { migrate } from '../../../src-main/node/shared-log/migrations.ts';
import { startNodeBoard } from '../../../src-main/node/shared-log/node-board.ts';
import { firstPlace, type Place } from '../../../src-main/node/shared-log/place.ts';
import { startPostgres, whyNoPostgres } from '../../support/postgres.ts';
import { waitUntil } from '../../support/wait-until.ts';

it.skipIf(whyNoPostgres !== null)(
  'who has not told of itself lately can be taken off the list of all, with what only it had; who has stays',
  async () => {
    const server = await startPostgres();
    onTestFinished(() => server.close());
    const url = await server.createDatabase();
    const open = (name: string): Session => createDatabase(url, name, silentLog).session(name);
    const setup = open('setup');
    const identity = await migrate(setup);
    const facts = { version: '1', roles: [], answer: 'local', outbox: 0, seen: 0, leases: 0, feedDelayMs: 0 } as const;
    for (const [node, ago] of [
      ['dead', '1 hour'],
      ['alive', '1 second'],
    ]) {
      await setup.query(`INSERT INTO nodes VALUES ($1, $1, clock_timestamp() - $2::interval, $3)`, [
        node,
        ago,
        JSON.stringify({ ...facts, onlyHere: { films: 1, bytes: 1 } }),
      ]);
    }
    const board = startNodeBoard({
      session: open('board'),
      identity,
      node: 'this',
      name: 'this',
      facts: () => facts,
      place: () => firstPlace,
      told: () => undefined,
      isAnothers: () => Promise.resolve(false),
      log: silentLog,
    });
    const names = (): readonly string[] => board.nodes().map(({ node }) => node);
    await waitUntil(() => names().length === 3, 'all three to be known');
    for (const node of ['dead', 'alive', 'this', 'nobody']) await board.forget(node);
    expect(names()).toEqual(['alive', 'this']);
    expect(await setup.query('SELECT node FROM nodes ORDER BY node')).toEqual([{ node: 'alive' }, { node: 'this' }]);
    await Promise.all([setup.close(), board.close()]);
  },
);

it.skipIf(whyNoPostgres !== null)(
  'a log that comes through is not late, however long ago the machine looked for what is behind',
  async () => {
    const server = await startPostgres();
    onTestFinished(() => server.close());
    const url = await server.createDatabase();
    const open = (name: string): Session => createDatabase(url, name, silentLog).session(name);
    const setup = open('setup');
    const identity = await migrate(setup);
    await setup.query(
      `INSERT INTO events (node, k, epoch, bytes, body) VALUES ('other', 1, ${String(identity.epoch)}, 2, '{}')`,
    );
    await setup.close();
    let place: Place = firstPlace;
    const board = startNodeBoard({
      session: open('board'),
      identity,
      node: 'aaaaaaaa',
      name: 'a',
      facts: () => ({ version: '1', roles: [], answer: 'local', outbox: 0, seen: 0, leases: 0 }),
      place: () => place,
      told: () => undefined,
      isAnothers: () => Promise.resolve(false),
      log: silentLog,
    });
    await waitUntil(() => board.feedDelayMs() > 0, 'what is behind to be noticed');
    place = { ...firstPlace, number: 1 };
    expect(board.feedDelayMs()).toBe(0);
    await board.close();
  },
);
