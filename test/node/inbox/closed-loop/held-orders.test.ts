/** Who settles an order that is on its way, and what the end of the inbox does with it. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { InboxError } from '../../../../src-main/common/errors.ts';
import { asTold } from '../../../../src-main/common/texts/sentence.ts';
import type { EventDraft } from '../../../../src-main/common/events.ts';
import { order, world } from '../../../support/closed-loop-world.ts';

describe('the hold on an order', () => {
  const intended = (id: string, urlId: string): EventDraft => ({
    type: 'submission-intended',
    id,
    provider: 'kie-aleph',
    model: null,
    prompt: 'rain at dusk',
    sources: [],
    input: {},
    urlId,
    project: null,
    tags: [],
    estimate: null,
  });

  /** Nobody's turn yet, and answers to orders that are lost. */
  async function lostOrders() {
    const turn = { isOurs: false };
    const w = await world({
      isOurTurn: () => turn.isOurs,
      hold: () =>
        Promise.resolve({
          record: (drafts) => w.library.recordAll(drafts),
          release: () => Promise.resolve(),
        }),
    });
    w.kie.script({ create: 'lost', doneAfterMs: 0 });
    return { w, turn };
  }

  test('is given back where its intent could not be noted, and its URL is nobody’s', async () => {
    const held = new Set<string>();
    const w = await world({
      hold: (id) => {
        held.add(id);
        return Promise.resolve({
          record: () => Promise.reject(new InboxError('storage-failed', asTold('the database is away'))),
          release: () => Promise.resolve(void held.delete(id)),
        });
      },
    });
    await expect(w.loop.submissions.send(order)).rejects.toMatchObject({ code: 'storage-failed' });
    expect([...held]).toEqual([]);
    expect(
      w.urls.list().map(({ submission, revokedAt }) => submission !== undefined && revokedAt === null),
    ).not.toContain(true);
    expect(w.kie.tasks.size).toBe(0);
  });

  test('is no one’s while its callback comes: whoever has the turn next settles it, also after a restart', async () => {
    const { w, turn } = await lostOrders();
    expect(await w.loop.submissions.send(order)).toMatchObject({ outcome: 'unknown' });
    await w.callback(w.only());
    expect(w.loop.book.open()).toMatchObject([{ state: 'unknown' }]);
    const kept = path.join(w.root, 'submissions.json');
    await expect.poll(() => readFile(kept, 'utf8'), { timeout: 30_000 }).toContain(`"heardTaskId":"${w.only().id}"`);
    turn.isOurs = true;
    w.loop.turnChanged(Infinity);
    await expect.poll(() => w.loop.book.open(), { timeout: 30_000 }).toEqual([]);
    expect(w.tasks()[0]?.submission).toBeDefined();
  });

  test('that a past run left behind with its callback is settled as made at the start', async () => {
    const { w, turn } = await lostOrders();
    await w.loop.submissions.send(order);
    await w.callback(w.only());
    turn.isOurs = true;
    await w.loop.start();
    expect(w.loop.book.open()).toEqual([]);
  });

  test('that a machine left behind is settled while others run, and one that somebody holds is not', async () => {
    let isHeld = true;
    const w = await world({
      hold: () =>
        Promise.resolve(
          isHeld ? null : { record: (drafts) => w.library.recordAll(drafts), release: () => Promise.resolve() },
        ),
    });
    w.setTurn(true);
    await w.library.record(intended('left', 'u-left'));
    await w.pass(7_200_000);
    expect(w.loop.book.open()).toMatchObject([{ state: 'intended' }]);
    isHeld = false;
    await w.pass(3_600_000);
    await expect.poll(() => w.loop.book.open(), { timeout: 30_000 }).toMatchObject([{ state: 'unknown' }]);
    expect(w.kie.tasks.size).toBe(0);
  });

  test('of one that cannot be settled is given back, and the others are settled', async () => {
    const held = new Set<string>();
    const w = await world({
      hold: (id) => {
        held.add(id);
        return Promise.resolve({
          record: (drafts) =>
            id === 'bad'
              ? Promise.reject(new InboxError('storage-failed', asTold('the database is away')))
              : w.library.recordAll(drafts),
          release: () => Promise.resolve(void held.delete(id)),
        });
      },
    });
    // The newest is settled first.
    await w.library.recordAll([intended('good', 'u1'), intended('bad', 'u2')]);
    await w.loop.submissions.settleInterrupted();
    expect([...held]).toEqual([]);
    expect(w.loop.book.get('good')).toMatchObject({ state: 'unknown', code: 'interrupted' });
    expect(w.loop.book.get('bad')).toMatchObject({ state: 'intended' });
  });
});

describe('the end of the inbox', () => {
  test('waits for the answer to an order that was sent', async () => {
    const open: ((response: Response) => void)[] = [];
    const w = await world({ answerCreate: () => new Promise((resolve) => open.push(resolve)) });
    const sending = w.loop.submissions.send(order);
    await vi.waitUntil(() => open.length > 0, { timeout: 60_000 });
    let isClosed = false;
    const closing = w.loop.close().then(() => (isClosed = true));
    await w.settle();
    expect(isClosed).toBe(false);
    open[0]?.(Response.json({ code: 200, data: { taskId: 't-late' } }));
    expect(await sending).toMatchObject({ outcome: 'made', taskId: 't-late' });
    await closing;
    expect(w.loop.book.get((await sending).id)).toMatchObject({ state: 'made', taskId: 't-late' });
  });

  test('finds those that still wait for their turn not sent, and says so', async () => {
    const w = await world();
    const sending = Array.from({ length: 25 }, () => w.loop.submissions.send(order));
    await Promise.all(sending.slice(0, 20));
    await w.loop.close();
    const results = await Promise.all(sending);
    expect(results.slice(20)).toMatchObject(Array(5).fill({ outcome: 'refused', code: 'stopped' }));
    expect(JSON.stringify(results[24])).toContain('nothing was ordered or paid');
    expect(w.kie.tasks.size).toBe(20);
    expect(w.loop.book.open().map(({ state }) => state)).toEqual(Array(5).fill('refused'));
    await expect(w.loop.submissions.send(order)).rejects.toThrow('is closing');
  });
});
