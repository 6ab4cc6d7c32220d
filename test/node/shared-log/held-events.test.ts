/** What was written here is not read back as text, and nobody can tell by what is told. */
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { EventDraft } from '../../../src-main/common/events.ts';
import { silentLog } from '../../../src-main/node/log/log.ts';
import { createDatabase, type Row, type Session } from '../../../src-main/node/shared-log/database.ts';
import { createHeldEvents, type HeldEvent } from '../../../src-main/node/shared-log/held-events.ts';
import { migrate } from '../../../src-main/node/shared-log/migrations.ts';
import { bodyOf, createPageReader, pageSettings } from '../../../src-main/node/shared-log/pages.ts';
import { firstPlace } from '../../../src-main/node/shared-log/place.ts';
import { claimWriter } from '../../../src-main/node/shared-log/writer.ts';
import { delivery } from '../../support/deliveries.ts';
import { startPostgres, whyNoPostgres, type PostgresServer } from '../../support/postgres.ts';

const at = '2026-11-26T12:00:00.000Z';
const heldOf = (draft: EventDraft, k: number): HeldEvent => ({ k, at, draft, chars: bodyOf(draft, at).length });
const held = (...numbers: readonly number[]): HeldEvent[] => numbers.map((k) => heldOf(delivery(String(k)), k));

describe('events that are held', () => {
  it('are given up in their order, with the number of their place', () => {
    const events = createHeldEvents();
    events.hold('a', held(1, 2, 4));
    expect(events.known()).toEqual({ writers: ['a'], from: [1] });
    expect(events.take('a', 2, 17)).toEqual({ v: 2, seq: 17, at, ...delivery('2') });
    // What stands before it was read in full, before the answer to its writing was here.
    expect(events.has('a', 1)).toBe(false);
    expect(events.known()).toEqual({ writers: ['a'], from: [3] });
    expect(events.take('a', 3, 18)).toBeNull();
    expect(events.take('b', 4, 18)).toBeNull();
    events.letGo('a');
    expect(events.take('a', 4, 18)).toBeNull();
  });

  it('are bounded, where something holds back what is read', () => {
    const events = createHeldEvents();
    const many = Array.from({ length: 3000 }, (_, n) => n + 1);
    events.hold('a', held(...many));
    events.hold('a', held(...many.map((k) => k + 3000)));
    expect(events.known()).toEqual({ writers: ['a'], from: [3001] });
    expect(events.has('a', 3000)).toBe(false);
    // More at once than is held at all: then the others are not held either, for a hole would be taken for them.
    const large = Array.from({ length: 5000 }, (_, n) => n + 6001);
    events.hold('a', held(...large));
    expect(events.known()).toEqual({ writers: [], from: [] });
  });
});

describe.skipIf(whyNoPostgres !== null)('a page', () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server.close());

  it('brings no text of what is held, all of what is not, and all again of what was let go of meanwhile', async () => {
    const database = createDatabase(await server.createDatabase(), 'a', silentLog);
    const session = database.session('test', pageSettings);
    onTestFinished(() => session.close());
    const identity = await migrate(session);
    const drafts = ['1', '2', '3'].map((id) => delivery(id));
    for (const node of ['a', 'b']) {
      const writer = await claimWriter(session, identity, node);
      const entries = drafts.map((draft, n) => ({ k: n + 1, gap: 0, body: bodyOf(draft, at) }));
      expect(await writer.write(entries, 0)).toBe('written');
    }
    const answered: Row[][] = [];
    let meanwhile = (): void => undefined;
    const watched: Session = {
      ...session,
      async query(...asked) {
        const rows = await session.query(...asked);
        answered.push([...rows]);
        meanwhile();
        return rows;
      },
    };
    const pages = createPageReader(watched, identity);
    const events = createHeldEvents();
    const told = async (): Promise<unknown> =>
      (await pages.page(firstPlace, null, events)).entries.map(({ node, k, read }) => ({ node, k, read }));
    const all = await told();
    expect(answered.pop()?.filter(({ body }) => body === null)).toEqual([]);

    events.hold('a', held(2, 3));
    expect(await told()).toEqual(all);
    const withoutText = answered.pop()?.filter(({ body }) => body === null) ?? [];
    expect(withoutText.map(({ node, k }) => [node, Number(k)])).toEqual([
      ['a', 2],
      ['a', 3],
    ]);

    events.letGo('a');
    events.hold('a', held(2, 3));
    meanwhile = () => events.letGo('a');
    expect(await told()).toEqual(all);
    expect(answered).toHaveLength(2);
  });

  it('reads a thousand events and no more, however many are behind its place', async () => {
    const url = await server.createDatabase();
    const database = createDatabase(url, 'a', silentLog);
    const session = database.session('test', pageSettings);
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
