import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { silentLog } from '../../../src-main/node/log/log.ts';
import { codeBehind, createDatabase, type Session } from '../../../src-main/node/shared-log/database.ts';
import { createLeases, type Leases } from '../../../src-main/node/shared-log/leases.ts';
import { migrate } from '../../../src-main/node/shared-log/migrations.ts';
import { startPostgres, whyNoPostgres, type PostgresServer } from '../../support/postgres.ts';
import { waitUntil } from '../../support/wait-until.ts';

let server: PostgresServer;
/**
 * Longer than the test: what somebody else may do before that was given back. A third of it is the time after which a
 * campaign tries again: on a machine too busy for its first question, that must come within the patience of a test.
 */
const lastsMs = 120_000;

async function open(url: string, holder: string): Promise<Leases> {
  const database = createDatabase(url, holder, silentLog);
  const session = database.session('setup');
  await migrate(session);
  await session.close();
  const leases = createLeases({ session: database.session('leases'), holder, lastsMs, log: silentLog });
  onTestFinished(() => leases.close());
  return leases;
}

describe.skipIf(whyNoPostgres !== null)('leases', () => {
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server.close());

  it('of who resigns are anybody’s at once, its work ends, and it takes nothing new', async () => {
    const url = await server.createDatabase();
    const [one, other] = [await open(url, 'one'), await open(url, 'other')];
    const film = await one.take('download film');
    const turns: (readonly [boolean, number])[] = [];
    one.campaign('ask', (isHeld, idleMs) => turns.push([isHeld, idleMs]));
    await waitUntil(() => turns.length === 1, 'the turn to ask');
    expect(await other.take('download film')).toBeNull();
    expect(await other.take('ask')).toBeNull();

    const asked = one.take('asked for just now');
    await one.resign();
    expect(film?.lost.aborted).toBe(true);
    expect([one.held(), one.isSure('ask'), one.current('download film'), await asked]).toEqual([[], false, null, null]);
    expect(turns.map(([isHeld]) => isHeld)).toEqual([true, false]);
    expect(await one.take('download another')).toBeNull();

    expect(await other.take('download film')).not.toBeNull();
    expect(await other.take('asked for just now')).not.toBeNull();
    const idle: (readonly [number, number])[] = [];
    other.campaign('ask', (_, idleMs, goneMs) => idle.push([idleMs, goneMs]));
    // Who takes it next knows that somebody had it, and gave it back.
    await waitUntil(() => idle.length === 1, 'the turn to ask');
    expect(idle[0]?.[0]).toBeLessThan(lastsMs);
    expect(idle[0]?.[1]).toBe(idle[0]?.[0]);
    // Of one that died it is known how long it can have been dead.
    await server.query(url, `UPDATE video_inbox.leases SET holder = 'dead', lease_until = now() WHERE name = 'ask'`);
    const third = await open(url, 'third');
    third.campaign('ask', (_, idleMs, goneMs) => idle.push([idleMs, goneMs]));
    await waitUntil(() => idle.length === 2, 'the turn of who died');
    const [idleMs = 0, goneMs = 0] = idle[1] ?? [];
    expect(goneMs - idleMs).toBe(lastsMs);
    await one.resign();
  });

  it('that is not wanted any more is given back and left to others', async () => {
    const url = await server.createDatabase();
    const [one, other] = [await open(url, 'one'), await open(url, 'other')];
    let isWanted = true;
    const turns: boolean[] = [];
    one.campaign(
      'ask',
      (isHeld) => turns.push(isHeld),
      () => isWanted,
    );
    await waitUntil(() => turns.length === 1, 'the turn to ask');
    isWanted = false;
    // Another campaign is looked after together with the first.
    one.campaign('inputs');
    await waitUntil(() => one.held().includes('inputs'), 'the other turn');
    expect([turns, one.held(), one.isSure('ask')]).toEqual([[true, false], ['inputs'], false]);
    await waitUntil(async () => (await other.take('ask')) !== null, 'the turn of another');
  });

  it('that the database does not give are told with the reason, until it gives them', async () => {
    const url = await server.createDatabase();
    const leases = await open(url, 'one');
    await server.query(
      url,
      `CREATE FUNCTION video_inbox.no() RETURNS trigger LANGUAGE plpgsql AS
         $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '53100'; END $$;
       CREATE TRIGGER no BEFORE INSERT ON video_inbox.leases EXECUTE FUNCTION video_inbox.no()`,
    );
    expect(leases.refusal()).toBeNull();
    leases.campaign('inputs');
    const refusal = await waitUntil(() => leases.refusal(), 'the reason');
    expect(codeBehind(refusal)).toBe('53100');
    await server.query(url, 'DROP TRIGGER no ON video_inbox.leases');
    await waitUntil(() => leases.refusal() === null, 'the database to give it');
    expect(leases.held()).toEqual(['inputs']);
  });
});

it.each<[string, () => () => void]>([
  [
    'the process is frozen',
    () => {
      const now = performance.now.bind(performance);
      const frozen = vi.spyOn(performance, 'now').mockImplementation(() => now() + 1000);
      return () => frozen.mockRestore();
    },
  ],
  [
    'the machine sleeps, and its steady clock with it',
    () => {
      vi.setSystemTime(Date.now() + 1000);
      return () => undefined;
    },
  ],
])('a turn that ran out unnoticed is taken anew, so that what came meanwhile is taken up: %s', async (_name, pass) => {
  const session = {
    // A database that gives and renews whatever is asked for.
    query: (text: string) =>
      Promise.resolve(
        text.startsWith('INSERT') ? [] : [{ fence: 1, before: 'one', idle: text.includes('free') ? 5 : null }],
      ),
    change: () => Promise.resolve(0),
    close: () => Promise.resolve(),
  } as unknown as Session; // no more of it is used here
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const leases = createLeases({ session, holder: 'one', lastsMs: 300, log: silentLog });
  const turns: (readonly [boolean, number])[] = [];
  leases.campaign('tell', (isHeld, _, goneMs) => turns.push([isHeld, goneMs]));
  await vi.advanceTimersByTimeAsync(150);
  expect(turns).toEqual([[true, 305]]);
  expect(leases.isSure('tell')).toBe(true);
  const undo = pass();
  expect(leases.isSure('tell')).toBe(false);
  await vi.advanceTimersByTimeAsync(100);
  expect(turns).toEqual([
    [true, 305],
    [false, 0],
    [true, 305],
  ]);
  undo();
  await leases.close();
});
