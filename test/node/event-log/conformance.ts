/**
 * What every event log does, whatever it is kept in. Each implementation runs all of it.
 */
import { expect, it, onTestFinished, vi } from 'vitest';
import type { EventDraft } from '../../../src-main/common/events.ts';
import { cursorOf, type Cursor, type EventLog, type StampedEvent } from '../../../src-main/node/event-log/event-log.ts';
import { silentLog, type Log } from '../../../src-main/node/log/log.ts';
import { delivery } from '../../support/deliveries.ts';

export interface LogSetup {
  /** Opens the same log again, also while it is open already. */
  open(log: Log): Promise<EventLog>;
  /** Nothing can be stored until the answer is called. */
  breakStorage(): Promise<() => Promise<void>>;
}

const idOf = (event: StampedEvent): string => (event.type === 'result' ? event.read.taskId : event.type);
const some = (prefix: string, count: number): readonly EventDraft[] =>
  Array.from({ length: count }, (_, n) => delivery(`${prefix}${String(n)}`));

async function readAll(
  log: EventLog,
  from: Cursor | null = null,
): Promise<{ ids: string[]; cursors: Cursor[]; seqs: number[] }> {
  const all = { ids: [] as string[], cursors: [] as Cursor[], seqs: [] as number[] };
  await log.read(from, (event, behind) => {
    all.ids.push(idOf(event));
    all.cursors.push(behind);
    all.seqs.push(event.seq);
  });
  return all;
}

export function describesAnEventLog(setUp: () => Promise<LogSetup>): void {
  async function opened(log: Log = silentLog): Promise<{ setup: LogSetup; log: EventLog }> {
    const setup = await setUp();
    const events = await setup.open(log);
    onTestFinished(() => events.close());
    return { setup, log: events };
  }

  it('numbers events in the order in which they were handed in, over restarts, and keeps them as they are', async () => {
    const { setup, log } = await opened();
    const appended = await Promise.all([log.append(some('a', 3)), log.append(some('b', 2)), log.append(some('c', 1))]);
    expect(appended.flat().map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6]);
    await log.close();
    const again = await setup.open(silentLog);
    expect(again.lastSeq()).toBe(6);
    const [event] = await again.append([delivery('d', { prompt: 'Grüße an \u2028 alle \u{1f600}' })]);
    expect(event).toMatchObject({ seq: 7, type: 'result', read: { taskId: 'd' } });
    expect(again.lastSeq()).toBe(7);
    const read: StampedEvent[] = [];
    const report = await again.read(null, (each) => read.push(each));
    expect(read.map(idOf)).toEqual(['a0', 'a1', 'a2', 'b0', 'b1', 'c0', 'd']);
    expect(read.at(-1)).toEqual(event);
    expect(report).toMatchObject({ events: 7, fromStart: true, damaged: [], unknown: [], missing: 0, lastSeq: 7 });
    await again.close();
  });

  it('keeps the time of what happened before, where it is stored again', async () => {
    const { log } = await opened();
    const at = '2026-01-02T03:04:05.678Z';
    const [event] = await log.append([{ ...delivery('again'), at }]);
    const read: StampedEvent[] = [];
    await log.read(null, (each) => read.push(each));
    expect([event?.at, read]).toEqual([at, [event]]);
  });

  it('goes on reading behind any event, also after a restart, and from the start where it does not know the place', async () => {
    const { setup, log } = await opened();
    await log.append(some('a', 3));
    await log.append(some('b', 2));
    const { ids, cursors } = await readAll(log);
    await log.close();
    const again = await setup.open(silentLog);
    onTestFinished(() => again.close());
    for (const [n, cursor] of cursors.entries()) {
      expect((await readAll(again, cursorOf(String(cursor)))).ids).toEqual(ids.slice(n + 1));
    }
    expect((await readAll(again, again.end())).ids).toEqual([]);
    const report = await again.read(cursorOf('of another log'), () => undefined);
    expect(report).toMatchObject({ events: 5, fromStart: true });
  });

  it('reads everything where the log has lost its end, and gives no number out twice', async () => {
    const first = await opened();
    await first.log.append(some('a', 5));
    const behind = first.log.end();
    const other = await opened();
    await other.log.append(some('b', 2));
    expect(await other.log.read(behind, () => undefined)).toMatchObject({ events: 2, fromStart: true });
    expect((await other.log.append([delivery('c')]))[0]?.seq).toBe(6);
    other.log.continueAbove(40);
    expect((await other.log.append([delivery('d')]))[0]?.seq).toBe(41);
    expect(await other.log.read(null, () => undefined)).toMatchObject({ events: 4, missing: 3 + 34, lastSeq: 41 });
  });

  it('stores all drafts of an append or none, and goes on once it can', async () => {
    const { setup, log } = await opened();
    const seen: string[] = [];
    log.follow('test', (event) => seen.push(idOf(event)));
    const states: string[] = [];
    log.onHealth(({ state }) => states.push(state));
    await log.append(some('a', 2));
    const mend = await setup.breakStorage();
    const refused = await Promise.allSettled([
      log.append(some('b', 3)),
      log.append([delivery('c')], { priority: 'callback' }),
    ]);
    expect(refused.map((each) => each.status === 'rejected' && (each.reason as { code: string }).code)).toEqual([
      'storage-failed',
      'storage-failed',
    ]);
    expect(log.health().state).not.toBe('ok');
    expect(seen).toEqual(['a0', 'a1']);
    await mend();
    const [event] = await log.append(some('d', 2));
    expect(event?.seq).toBeGreaterThan(2);
    expect(log.health()).toEqual({ state: 'ok', code: null, params: {} });
    expect([states.length, states.at(-1)]).toEqual([2, 'ok']);
    const { ids, seqs } = await readAll(log);
    expect(ids).toEqual(['a0', 'a1', 'd0', 'd1']);
    expect(seqs).toEqual([...new Set(seqs)].sort((a, b) => a - b));
    expect(seen).toEqual(ids);
  });

  it('has told its followers of an event before the append resolves, each in the order of the log', async () => {
    const { log } = await opened();
    const seen: string[] = [];
    const stop = log.follow('test', (event, behind) => {
      expect(log.end()).toBe(behind);
      seen.push(idOf(event));
    });
    await Promise.all(
      some('a', 20).map(async (draft, n) => {
        await log.append([draft], { priority: n % 2 === 0 ? 'callback' : 'bulk' });
        expect(seen).toContain(`a${String(n)}`);
      }),
    );
    expect(seen).toEqual((await readAll(log)).ids);
    stop();
    await log.append([delivery('b')]);
    expect(seen).not.toContain('b');
  });

  it('tells whoever reads and follows of each event once, whatever is stored meanwhile', async () => {
    const { log } = await opened();
    for (let round = 0; round < 5; round += 1) {
      const before = log.append(some(`before${String(round)}-`, 1500));
      await log.append([delivery(`first${String(round)}`)], { priority: 'callback' });
      const read: number[] = [];
      const followed: number[] = [];
      const stop = log.follow('test', ({ seq }) => followed.push(seq));
      const reading = log.read(null, ({ seq }) => read.push(seq));
      await Promise.all([reading, before, ...some(`more${String(round)}-`, 50).map((draft) => log.append([draft]))]);
      stop();
      const total = (round + 1) * 1551;
      expect([...read, ...followed]).toEqual(Array.from({ length: total }, (_, n) => n + 1));
    }
  });

  it('logs a follower that throws whole, under its name, and neither the others nor the append notice', async () => {
    const error = vi.fn();
    const { log } = await opened({ ...silentLog, error });
    const seen: string[] = [];
    const bug = new TypeError('a bug of ours');
    log.follow('broken', () => {
      throw bug;
    });
    log.follow('whole', (event) => seen.push(idOf(event)));
    await log.append([delivery('a')], { priority: 'callback' });
    await Promise.all([log.append([delivery('b')]), log.append([delivery('c')])]);
    expect(seen).toEqual(['a', 'b', 'c']);
    expect(error).toHaveBeenCalledTimes(3);
    expect(error.mock.calls[0]?.[0]).toMatchObject({ error: bug, follower: 'broken', seq: 1 });
    await log.close();
  });

  it('lets callbacks go before everything else that waits, and lets the others have their turn', async () => {
    const { log } = await opened();
    const order: string[] = [];
    log.follow('test', (event) => order.push(idOf(event)));
    const first = log.append([delivery('first')]);
    const bulk = [log.append(some('bulk', 3000)), log.append([delivery('small')])];
    const callbacks = some('callback', 5).map((draft) => log.append([draft], { priority: 'callback' }));
    await Promise.all([first, ...bulk, ...callbacks]);
    const place = (id: string): number => order.indexOf(id);
    expect(place('callback4')).toBeLessThan(place('bulk0'));
    expect(order.filter((id) => id.startsWith('bulk'))).toEqual(
      Array.from({ length: 3000 }, (_, n) => `bulk${String(n)}`),
    );
    expect(place('bulk2999') - place('bulk0')).toBe(2999);
    expect(order).toHaveLength(3007);
  });

  it('refuses no bulk append, whatever waits, and callbacks only beyond what memory should hold', async () => {
    const { log } = await opened();
    const marks = Array.from({ length: 10_000 }, (_, n) => log.append([delivery(`m${String(n)}`)]));
    const outcomes = await Promise.allSettled(
      Array.from({ length: 9000 }, (_, n) => log.append([delivery(`c${String(n)}`)], { priority: 'callback' })),
    );
    await Promise.all(marks);
    const refused = outcomes.filter(({ status }) => status === 'rejected');
    expect(refused.length).toBeGreaterThan(0);
    expect(refused.length).toBeLessThan(1000);
    expect(refused[0]).toMatchObject({ reason: { code: 'too-many' } });
  });

  it('tells a long append in turns, so that others go on meanwhile, and resolves when all of it is told', async () => {
    const { log } = await opened();
    let turn = 0;
    let isOver = false;
    const beat = (): void => {
      turn += 1;
      if (!isOver) setImmediate(beat);
    };
    beat();
    const turns = new Set<number>();
    let told = 0;
    log.follow('slow', () => {
      for (const until = performance.now() + 0.02; performance.now() < until;);
      turns.add(turn);
      told += 1;
    });
    const events = await log.append(some('bulk', 10_000));
    isOver = true;
    expect([events.length, told]).toEqual([10_000, 10_000]);
    expect(turns.size).toBeGreaterThan(10); // 200 ms of work by the loop above alone
  });

  it('tells few events that each take long in turns as well', async () => {
    const { log } = await opened();
    let turn = 0;
    let isOver = false;
    const beat = (): void => {
      turn += 1;
      if (!isOver) setImmediate(beat);
    };
    beat();
    const turns = new Set<number>();
    log.follow('slow', () => {
      for (const until = performance.now() + 10; performance.now() < until;);
      turns.add(turn);
    });
    await log.append(some('bulk', 8));
    isOver = true;
    expect(turns.size).toBeGreaterThan(4);
  });

  it('is fenced off by whoever opens the same log after it, and what it answered for is there', async () => {
    const { setup, log } = await opened();
    await log.append(some('a', 3));
    const second = await setup.open(silentLog);
    onTestFinished(() => second.close());
    await expect(log.append([delivery('lost')])).rejects.toMatchObject({ code: 'storage-failed' });
    expect(log.health()).toMatchObject({ state: 'gone', code: 'other-writer' });
    await second.append(some('b', 2));
    await expect(log.append([delivery('lost too')])).rejects.toMatchObject({ code: 'storage-failed' });
    const { ids, seqs } = await readAll(second);
    expect(ids.filter((id) => !id.startsWith('lost'))).toEqual(['a0', 'a1', 'a2', 'b0', 'b1']);
    expect(second.health().state).toBe('ok');
    expect(new Set(seqs).size).toBe(seqs.length);
  });

  it('stores what waits when it is closed, and refuses what comes then', async () => {
    const { setup, log } = await opened();
    const waiting = [log.append(some('a', 2)), log.append([delivery('b')], { priority: 'callback' })];
    await log.close();
    await expect(Promise.all(waiting)).resolves.toHaveLength(2);
    await expect(log.append([delivery('c')])).rejects.toMatchObject({ code: 'storage-failed' });
    const again = await setup.open(silentLog);
    expect((await readAll(again)).ids.sort()).toEqual(['a0', 'a1', 'b']);
    await again.close();
  });
}
