/** What was written here is not read back as text, and nobody can tell by what is told. */
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { StampedEvent } from '../../../src-main/common/events.ts';
import { silentLog } from '../../../src-main/node/log/log.ts';
import { createDatabase, plannedOnce, type Row, type Session } from '../../../src-main/node/shared-log/database.ts';
import { createHeldEvents, type HeldBatch } from '../../../src-main/node/shared-log/held-events.ts';
import { migrate } from '../../../src-main/node/shared-log/migrations.ts';
import { bodyOf, bodyOfText, createPageReader } from '../../../src-main/node/shared-log/pages.ts';
import { firstPlace, type Place } from '../../../src-main/node/shared-log/place.ts';
import { claimWriter } from '../../../src-main/node/shared-log/writer.ts';
import { delivery } from '../../support/deliveries.ts';
import { startPostgres, whyNoPostgres, type PostgresServer } from '../../support/postgres.ts';

const at = '2026-11-26T12:00:00.000Z';
const eventOf = (k: number): StampedEvent => ({ v: 2, seq: k, at, ...delivery(String(k)) });
const batchOf = (xid: string, first: number, count: number, chars = count): HeldBatch => ({
  node: 'a',
  epoch: 1,
  xid,
  gap: 0,
  events: Array.from({ length: count }, (_, n) => eventOf(first + n)),
  chars,
});
const placeAt = (xid: string, k: number): Place => ({ epoch: 1, xid, k, number: 1 });

describe('events that are held', () => {
  const xidsBehind = (events: ReturnType<typeof createHeldEvents>, place: Place): readonly string[] =>
    events.behind(place).map(({ xid }) => xid);

  it('are held until the place behind their last is read, in the order of transactions', () => {
    const events = createHeldEvents();
    events.hold(batchOf('999', 1, 3));
    events.hold(batchOf('1000', 4, 2));
    expect(xidsBehind(events, firstPlace)).toEqual(['999', '1000']);
    expect(xidsBehind(events, placeAt('999', 2))).toEqual(['999', '1000']);
    expect(xidsBehind(events, placeAt('999', 3))).toEqual(['1000']);
    // What was read in full, before the answer to its writing was here.
    events.hold(batchOf('998', 9, 1));
    expect(xidsBehind(events, placeAt('999', 3))).toEqual(['1000']);
    expect(xidsBehind(events, placeAt('1000', 5))).toEqual([]);
  });

  it('are bounded, where something holds back what is read', () => {
    const events = createHeldEvents();
    events.hold(batchOf('1', 1, 3000));
    events.hold(batchOf('2', 3001, 3000));
    events.hold(batchOf('3', 6001, 3, 8 * 1024 * 1024));
    events.hold(batchOf('4', 6004, 3));
    expect(xidsBehind(events, firstPlace)).toEqual(['1', '4']);
    expect(xidsBehind(events, placeAt('3', 6003))).toEqual(['4']);
    events.hold(batchOf('5', 6007, 3000));
    expect(xidsBehind(events, placeAt('3', 6003))).toEqual(['4', '5']);
  });
});

it('what is stored of an event is the same from its JSON and from itself', () => {
  const { seq, v, ...rest } = eventOf(17);
  expect(v).toBe(2);
  expect(bodyOfText(JSON.stringify(eventOf(17)), seq)).toBe(bodyOf(rest, at));
});

describe.skipIf(whyNoPostgres !== null)('a page', () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server.close());

  it('brings one row of a transaction that is held, all of what is not, and nobody can tell by the events', async () => {
    const database = createDatabase(await server.createDatabase(), 'a', silentLog);
    const session = database.session('test', plannedOnce);
    onTestFinished(() => session.close());
    const identity = await migrate(session);
    const writers = { a: await claimWriter(session, identity, 'a'), b: await claimWriter(session, identity, 'b') };
    const batches: HeldBatch[] = [];
    // Numbers of both are the same, so that they can be mistaken; each transaction of the first skips a number of the log.
    for (const [node, first, count] of [
      ['a', 1, 3],
      ['b', 1, 1],
      ['a', 4, 1],
      ['b', 2, 2],
      ['a', 5, 2],
      ['b', 4, 3],
    ] as const) {
      const { events } = batchOf('', first, count);
      const gap = node === 'a' ? 1 : 0;
      const entries = events.map((event, n) => ({
        k: event.seq,
        gap: n === 0 ? gap : 0,
        body: bodyOfText(JSON.stringify(event), event.seq),
      }));
      const { xid } = await writers[node].write(entries, 0);
      batches.push({ node, epoch: identity.epoch, xid: xid ?? 'none', gap, events, chars: 1 });
    }
    const answered: Row[][] = [];
    const watched: Session = {
      ...session,
      async query(...asked) {
        const rows = await session.query(...asked);
        answered.push([...rows]);
        return rows;
      },
    };
    const pages = createPageReader(watched, identity);
    const all = (await pages.page(firstPlace)).entries;
    expect(all.map(({ node, k, place }) => `${node}${String(k)} ${String(place.number)}`)).toEqual([
      'a1 2',
      'a2 3',
      'a3 4',
      'b1 5',
      'a4 7',
      'b2 8',
      'b3 9',
      'a5 11',
      'a6 12',
      'b4 13',
      'b5 14',
      'b6 15',
    ]);
    for (let some = 0; some < 2 ** batches.length; some += 1) {
      // From each place on: a page may have ended within a transaction before that was held.
      for (const [index, from] of [firstPlace, ...all.map(({ place }) => place)].entries()) {
        const events = createHeldEvents();
        for (const [n, batch] of batches.entries()) if ((some & (1 << n)) !== 0) events.hold(batch);
        expect((await pages.page(from, null, events)).entries).toEqual(all.slice(index));
      }
    }
    const events = createHeldEvents();
    for (const batch of batches) if (batch.node === 'a') events.hold(batch);
    await pages.page(firstPlace, null, events);
    const rows = answered.at(-1)?.map(({ node, k, body }) => [node, Number(k), body !== null]);
    expect(rows).toEqual([
      ['a', 3, false],
      ['b', 1, true],
      ['a', 4, false],
      ['b', 2, true],
      ['b', 3, true],
      ['a', 6, false],
      ['b', 4, true],
      ['b', 5, true],
      ['b', 6, true],
    ]);
  });

  it('reads a thousand events and no more, however many are behind its place', async () => {
    const url = await server.createDatabase();
    const database = createDatabase(url, 'a', silentLog);
    const session = database.session('test', plannedOnce);
    onTestFinished(() => session.close());
    const identity = await migrate(session);
    await server.query(
      url,
      `INSERT INTO video_inbox.events (epoch, node, k, bytes, body)
       SELECT 1, 'b', n, 2, '{}' FROM generate_series(1, 20000) AS n`,
    );
    const page = await createPageReader(session, identity).page(firstPlace);
    expect([page.entries.length, page.more]).toEqual([1000, true]);
    // The statement is prepared under this name on this connection.
    const plan = await session.query(
      `EXPLAIN (ANALYZE, TIMING OFF, COSTS OFF)
       EXECUTE page (1, 0, '0', 0, '${identity.id}', 2147483647, '0', 0, '{}', '{}')`,
    );
    const read = plan.map((row) => Number(/actual rows=(\d+)/.exec(String(row['QUERY PLAN']))?.[1] ?? 0));
    expect(Math.max(...read)).toBe(1000);
  });
});
