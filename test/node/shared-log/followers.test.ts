/** What those who read along see of a log that several write to: all of it, in one order, whatever commits late. */
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { StampedEvent } from '../../../src-main/common/events.ts';
import { silentLog, type Log } from '../../../src-main/node/log/log.ts';
import { createDatabase } from '../../../src-main/node/shared-log/database.ts';
import { migrate } from '../../../src-main/node/shared-log/migrations.ts';
import { bodyOf } from '../../../src-main/node/shared-log/pages.ts';
import { openPostgresLog, type SharedLog } from '../../../src-main/node/shared-log/postgres-log.ts';
import type { WakeUpTimes } from '../../../src-main/node/shared-log/wake-ups.ts';
import { claimWriter } from '../../../src-main/node/shared-log/writer.ts';
import { delivery } from '../../support/deliveries.ts';
import { startPostgres, whyNoPostgres, type PostgresServer } from '../../support/postgres.ts';
import { waitUntil } from '../../support/wait-until.ts';

let server: PostgresServer;
const now = (): Date => new Date();
const idOf = (event: StampedEvent): string => (event.type === 'result' ? event.read.taskId : event.type);

async function open(
  url: string,
  writer: string,
  log: Log = silentLog,
  wakeUps: Partial<WakeUpTimes> = {},
  tellLimitMs = 300,
): Promise<SharedLog> {
  const database = createDatabase(url, writer, silentLog);
  const session = database.session('setup');
  const identity = await migrate(session);
  await session.close();
  const opened = await openPostgresLog({ database, identity, writer, log, now, wakeUps, tellLimitMs });
  onTestFinished(() => opened.close());
  return opened;
}

function followed(log: SharedLog): StampedEvent[] {
  const events: StampedEvent[] = [];
  log.follow('test', (event) => events.push(event));
  return events;
}

describe.skipIf(whyNoPostgres !== null)('those who follow a shared log', () => {
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server.close());

  it('are told of what began first and was committed last, and of all behind it, under the same numbers', async () => {
    const url = await server.createDatabase();
    const [a, b] = [await open(url, 'a'), await open(url, 'b')];
    const seen = [followed(a), followed(b)];
    await a.append([delivery('first')]);
    const late = new pg.Client({ connectionString: url, options: '-c search_path=video_inbox' });
    await late.connect();
    await late.query('BEGIN');
    await late.query('INSERT INTO events (epoch, node, k, bytes, body) VALUES (1, $1, 1, 1, $2)', [
      'c',
      bodyOf(delivery('late'), now().toISOString()),
    ]);
    // Committed before it, and answered for; nobody is told yet.
    await Promise.all([a.append([delivery('second')]), b.append([delivery('third')])]);
    await Promise.all([a.look(), b.look()]);
    expect(seen.map((events) => events.map(idOf))).toEqual([['first'], ['first']]);
    await late.query('COMMIT');
    await late.end();
    await waitUntil(() => seen.every(({ length }) => length === 4), 'both to be told of all');
    expect(seen[0]?.map(idOf).slice(0, 2)).toEqual(['first', 'late']);
    expect(seen[0]).toEqual(seen[1]);
    expect(seen[0]?.map(({ seq }) => seq)).toEqual([1, 2, 3, 4]);
  });

  it('know of an order that is committed and not told yet, so that nobody makes it again', async () => {
    const url = await server.createDatabase();
    const [a, b] = [await open(url, 'a'), await open(url, 'b')];
    const seen = followed(b);
    const other = new pg.Client({ connectionString: url });
    await other.connect();
    await other.query('BEGIN');
    await other.query('SELECT pg_current_xact_id()');
    const id = 'order "1"';
    const none = {
      model: null,
      prompt: null,
      sources: [],
      input: {},
      urlId: null,
      project: null,
      tags: [],
      estimate: null,
    };
    await a.append([{ type: 'submission-intended', id, provider: 'kie-luma', ...none }]);
    expect([await a.hasUntoldOrder(id), await b.hasUntoldOrder(id), await b.hasUntoldOrder('1')]).toEqual([
      ...[true, true, false],
    ]);
    await other.query('COMMIT');
    await other.end();
    await waitUntil(async () => !(await b.hasUntoldOrder(id)), 'the order to be told');
    expect(seen.map(idOf)).toEqual(['submission-intended']);
  });

  it('are told without a poll once nothing holds back what they wrote; what is committed is answered before that', async () => {
    const url = await server.createDatabase();
    const never = 600_000;
    const log = await open(url, 'a', silentLog, { pollMs: never, quickPollMs: never }, never);
    const seen = followed(log);
    const other = new pg.Client({ connectionString: url });
    await other.connect();
    await other.query('BEGIN');
    await other.query('SELECT pg_current_xact_id()');
    const mark = log.append([delivery('mark')]);
    await log.commit([delivery('callback')]);
    await log.look();
    expect(seen).toEqual([]);
    expect((await server.query(url, 'SELECT FROM video_inbox.events')).length).toBe(2);
    await other.query('ROLLBACK');
    await other.end();
    expect((await mark).map(idOf)).toEqual(['mark']);
    await waitUntil(() => seen.length === 2, 'both to be told');
    expect(seen.map(idOf)).toEqual(['mark', 'callback']);
  });

  it('read in the order of transactions, also where their numbers get a digit more', async () => {
    const own = await startPostgres();
    onTestFinished(() => own.close());
    const url = await own.createDatabase();
    const log = await open(url, 'a');
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    const next = async (): Promise<number> =>
      Number((await client.query<{ x: string }>('SELECT pg_current_xact_id()::text AS x')).rows[0]?.x);
    let at = await next();
    expect(at).toBeLessThan(995);
    while (at < 995) at = await next();
    await client.end();
    const ids = Array.from({ length: 12 }, (_, n) => `t${String(n)}`);
    for (const id of ids) await log.append([delivery(id)]);
    const [ends] = await own.query(
      url,
      `SELECT min(xid::text) AS low, (SELECT xid::text FROM video_inbox.events ORDER BY events.xid LIMIT 1) AS first
       FROM video_inbox.events`,
    );
    expect(ends?.['low']).not.toBe(ends?.['first']);
    const later = await open(url, 'b');
    const read: StampedEvent[] = [];
    await later.read(null, (event) => read.push(event));
    expect(read.map(idOf)).toEqual(ids);
    expect(read.map(({ seq }) => seq)).toEqual(ids.map((_, n) => n + 1));
  });

  it('skip nothing of three who write at once, and a later start reads the same', async () => {
    const url = await server.createDatabase();
    const logs = await Promise.all(['a', 'b', 'c'].map((writer) => open(url, writer)));
    const seen = logs.map(followed);
    await Promise.all(
      logs.flatMap((log, writer) =>
        Array.from({ length: 8 }, async (_, caller) => {
          for (let n = 0; n < 12; n += 1) {
            await log.append([delivery(`${String(writer)}-${String(caller)}-${String(n)}`)], { priority: 'callback' });
          }
        }),
      ),
    );
    const total = 3 * 8 * 12;
    await waitUntil(() => seen.every(({ length }) => length === total), 'all to be told of all');
    expect(seen[1]).toEqual(seen[0]);
    expect(seen[2]).toEqual(seen[0]);
    expect(new Set(seen[0]?.map(idOf)).size).toBe(total);
    const later = await open(url, 'd');
    const read: StampedEvent[] = [];
    await later.read(null, (event) => read.push(event));
    expect(read).toEqual(seen[0]);
  });

  it('notice that wake-ups are lost without a word, are told all the same, and are woken again later', async () => {
    const url = await server.createDatabase();
    const warn = vi.fn();
    const follower = await open(url, 'follower', { ...silentLog, warn }, { beatMs: 200 });
    const writer = await open(url, 'writer');
    const seen = followed(follower);
    await waitUntil(() => follower.reach().isListening, 'wake-ups to arrive');
    server.swallow('follower listener');
    await waitUntil(() => !follower.reach().isListening, 'the loss to be noticed', 60_000);
    expect(warn.mock.calls.map(([, text]) => text as string)).toContain(
      'wake-ups of the shared database do not arrive; it is asked often instead',
    );
    await writer.append([delivery('meanwhile')]);
    await waitUntil(() => seen.length === 1, 'the event to come by asking');
    server.mend();
    await waitUntil(() => follower.reach().isListening, 'wake-ups to arrive again', 60_000);
  }, 150_000);

  it('have an event once, however often its writer repeats it; and nothing of whoever lost the lease', async () => {
    const url = await server.createDatabase();
    const log = await open(url, 'follower');
    const seen = followed(log);
    const database = createDatabase(url, 'w', silentLog);
    const session = database.session('writer');
    onTestFinished(() => session.close());
    const identity = await migrate(session);
    const writer = await claimWriter(session, identity, 'w');
    const entry = { k: 1, gap: 0, body: bodyOf(delivery('once'), now().toISOString()) };
    const first = await writer.write([entry], 0);
    expect(first).toEqual({ outcome: 'written', xid: expect.stringMatching(/^\d+$/) as unknown });
    expect(await writer.write([entry], 0)).toEqual({ outcome: 'written', xid: null });
    await session.query(`INSERT INTO leases (name, holder, fence) VALUES ('job', 'me', 7)`);
    const lease = { name: 'job', holder: 'me', fence: 7 };
    const held = { ...entry, k: 2, body: bodyOf(delivery('held'), now().toISOString()) };
    expect(await writer.write([held], 0, lease)).toMatchObject({ outcome: 'written' });
    await session.query(`UPDATE leases SET holder = 'another', fence = 8`);
    expect(await writer.write([{ ...held, k: 3 }], 0, lease)).toEqual({ outcome: 'lease-lost', xid: null });
    await claimWriter(session, identity, 'w');
    expect(await writer.write([{ ...held, k: 4 }], 0)).toEqual({ outcome: 'fenced', xid: null });
    await log.look();
    expect(seen.map(idOf)).toEqual(['once', 'held']);
  });

  it('read a log that was restored into another cluster anew, and go on behind it', async () => {
    const url = await server.createDatabase();
    const before = await open(url, 'a');
    await before.append([delivery('old')]);
    const cursor = before.end();
    // What a dump brings along: the numbers of a cluster that was far ahead, and its name.
    await server.query(
      url,
      `ALTER TABLE video_inbox.events DISABLE TRIGGER append_only;
       UPDATE video_inbox.events SET xid = '99999999999';
       ALTER TABLE video_inbox.events ENABLE TRIGGER append_only;
       UPDATE video_inbox.log SET system = 'another cluster'`,
    );
    const after = await open(url, 'a');
    const seen = followed(after);
    const ids: string[] = [];
    expect(await after.read(cursor, (event) => ids.push(idOf(event)))).toMatchObject({ fromStart: true });
    await after.append([delivery('new')]);
    await waitUntil(() => seen.length === 1, 'the new event');
    await after.read(null, (event) => ids.push(idOf(event)));
    expect(ids).toEqual(['old', 'old', 'new']);
    await expect(server.query(url, 'DELETE FROM video_inbox.events')).rejects.toThrow('never changed nor removed');
  });
});
