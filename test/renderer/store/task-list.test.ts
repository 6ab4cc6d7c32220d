import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { PageEvent } from '../../../src-main/common/page-events.ts';
import type { Counts, TaskQuery } from '../../../src-main/common/task-query.ts';
import { packRow, type TaskRow, unpackRow } from '../../../src-main/common/task-row.ts';
import type { TaskView } from '../../../src-main/common/task-view.ts';
import { createTaskList } from '../../../src-renderer/store/task-list.ts';
import { matches } from '../../../src-renderer/store/task-match.ts';
import { libraryQuery as query } from '../support/library-query.ts';
import { sampleTask, sampleVideo } from '../support/sample-task.ts';

const counts: Counts = { inbox: 0, library: 0, starred: 0, waiting: 0, failed: 0, trash: 0, providers: [] };

/** A core in small: it holds tasks and answers windows of them, newest first. */
function createCore(tasks: readonly TaskView[]) {
  const held = new Map(tasks.map((task) => [task.key, task]));
  const asked: TaskQuery[] = [];
  let broken = false;
  let answerAfterMs = 0;
  const list = createTaskList({
    query(wanted) {
      asked.push(wanted);
      if (broken) return Promise.reject(new Error('away'));
      const rows = [...held.values()]
        .filter((task) => matches(task, wanted))
        .sort((a, b) => b.receivedAt.localeCompare(a.receivedAt));
      if (wanted.reverse === true) rows.reverse();
      const page = {
        rows: rows.slice(wanted.offset, wanted.offset + wanted.limit),
        total: rows.length,
        sections: rows.length === 0 ? [] : [{ day: '2026-11-21', count: rows.length, videos: 0, sizeBytes: 0 }],
      };
      return new Promise((resolve) => setTimeout(resolve, answerAfterMs, page));
    },
    describe: (error) => String(error),
    localDay: (at) => new Date(at).toISOString().slice(0, 10),
    gatherMs: 100,
  });
  return {
    list,
    asked,
    change: (...changed: TaskView[]) => {
      for (const task of changed) held.set(task.key, task);
      const event: PageEvent = { name: 'tasks:changed', data: { tasks: changed, counts } };
      list.receive(event);
    },
    /** How long its answers are on their way. */
    setSlow: (ms: number) => {
      answerAfterMs = ms;
    },
    setBroken: (next: boolean) => {
      broken = next;
    },
  };
}

const many = (n: number) => Array.from({ length: n }, (_, i) => sampleTask(`t${i}`, -i));
const newest = (i: number) => sampleTask(`new${i}`, 10 + i, { seen: false });
const settle = () => vi.advanceTimersByTimeAsync(500);
const ids = (rows: readonly (TaskRow | undefined)[]) => rows.map((row) => row?.taskId);

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

async function opened(tasks: readonly TaskView[], wanted = query) {
  const core = createCore(tasks);
  core.list.setQuery(wanted);
  await settle();
  return core;
}

it('what the person takes out is leaving until the core tells of it', async () => {
  const { list, change } = await opened(many(3));
  const gone = sampleTask('t1', -1, { trashedAt: '2026-11-21T13:00:00.000Z' });
  list.remove([gone.key, 'kie-luma:of-another-list']);
  expect([list.get().total, [...list.get().leaving]]).toEqual([2, [gone.key]]);
  change(gone);
  expect([list.get().total, [...list.get().leaving]]).toEqual([2, []]);
});

describe('a long list', () => {
  it('asks only for the windows that are looked at', async () => {
    const { list, asked } = await opened(many(1000));
    expect(list.get()).toMatchObject({ status: 'ready', total: 1000 });
    expect(asked.map(({ offset }) => offset)).toEqual([0]);
    list.setVisibleRange(700, 730);
    await settle();
    expect(list.get().rows[715]?.taskId).toBe('t715');
    expect(list.get().rows[400]).toBeUndefined();
    expect(asked.slice(1).map(({ offset }) => offset)).toEqual([600, 720]);
  });

  it('leaves windows out that a fast scroll has passed by', async () => {
    const { list, asked } = await opened(many(3000));
    for (let at = 120; at < 2900; at += 120) list.setVisibleRange(at, at + 20);
    await settle();
    expect(asked.length).toBeLessThan(8);
    expect(list.get().rows[2880]?.taskId).toBe('t2880');
  });
});

describe('changes', () => {
  it('patches a loaded card in place without asking again', async () => {
    const { list, asked, change } = await opened(many(5));
    change(sampleTask('t2', -2, { starred: true }));
    expect(list.get().rows[2]?.starred).toBe(true);
    await settle();
    expect(asked).toHaveLength(1);
  });

  it('lets a new task in at the top', async () => {
    const { list, change } = await opened(many(3));
    change(newest(1));
    await settle();
    expect(ids(list.get().rows)).toEqual(['new1', 't0', 't1', 't2']);
    expect([...list.get().arrived]).toEqual(['kie-luma:new1']);
  });

  it('keeps the card of a stack of which takes are left, until the next of them comes in its place', async () => {
    const [other, newestTake] = [sampleTask('other', 1), sampleTask('d', 0)];
    const list = createTaskList({
      query: () =>
        Promise.resolve({
          rows: [other, newestTake],
          total: 2,
          sections: [{ day: '2026-11-21', count: 2, videos: 0, sizeBytes: 0 }],
          takes: [1, 4],
        }),
      ...{ describe: String, localDay: () => '2026-11-21', gatherMs: 100 },
    });
    list.setQuery({ ...query, stacked: true });
    await settle();
    list.remove([newestTake.key, 'kie-luma:b', 'kie-luma:c']);
    expect(ids(list.get().rows)).toEqual(['other', 'd']);
    list.remove([newestTake.key, 'kie-luma:a', 'kie-luma:b', 'kie-luma:c']);
    expect(ids(list.get().rows)).toEqual(['other']);
  });

  it('takes a card out that no longer belongs to the view', async () => {
    const { list, change } = await opened(many(3));
    change(sampleTask('t1', -1, { trashedAt: '2026-11-21T13:00:00.000Z' }));
    expect(ids(list.get().rows)).toEqual(['t0', 't2']);
  });

  it('lets newcomers in on top without asking, with their day and its sums', async () => {
    const { list, asked, change } = await opened(many(3));
    for (let i = 0; i < 50; i += 1) change(newest(i));
    expect(list.get().total).toBe(53);
    expect(list.get().sections[0]).toMatchObject({ day: '2026-11-21', count: 53, videos: 50, sizeBytes: 50_000 });
    change(sampleTask('tomorrow', 24 * 60));
    expect(list.get().sections.map(({ day, count }) => [day, count])).toEqual([
      ['2026-11-22', 1],
      ['2026-11-21', 53],
    ]);
    await settle();
    expect(asked).toHaveLength(1);
  });

  it('asks once for a burst of events about tasks that are not here', async () => {
    const { asked, change } = await opened(many(3));
    for (let i = 0; i < 50; i += 1) change(sampleTask(`older${i}`, -100 - i));
    await settle();
    expect(asked).toHaveLength(2);
  });

  it('keeps a card that the search found by its provider or a tag', async () => {
    const { list, change } = await opened(many(3), { ...query, text: 'modify tag:pitch' });
    expect(list.get().total).toBe(0);
    const found = sampleTask('found', 1, { tags: ['pitch'] });
    change(found);
    await settle();
    list.freeze(true);
    change({ ...found, starred: true });
    expect(ids(list.get().rows)).toEqual(['found']);
  });

  it('keeps a card that the search found by what its row leaves out, and asks the core about it', async () => {
    const found = sampleTask('t0');
    const core = createCore([found]);
    core.list.setQuery({ ...query, text: 't0' });
    await settle();
    const asked = core.asked.length;
    core.list.setQuery({ ...query, text: 'kie' });
    await settle();
    expect(core.asked.length).toBe(asked + 1);
    // As if the word stood in its note: the row alone does not have it any more.
    const row = { ...found, provider: 'fal', starred: true };
    core.list.receive({ name: 'tasks:changed', data: { tasks: [row], counts } });
    expect(core.list.get().rows).toEqual([row]);
    await settle();
    expect(core.asked.length).toBe(asked + 2);
    expect(ids(core.list.get().rows)).toEqual(['t0']);
  });

  it('keeps one in the inbox that was searched for and just opened, also where its row leaves out what was found', async () => {
    const unseen = sampleTask('a', 0, { seen: false, prompt: `${'A harbour in the rain. '.repeat(40)}A pelican.` });
    const { list } = await opened([unseen], { ...query, view: 'inbox', text: 'pelican' });
    expect(ids(list.get().rows)).toEqual(['a']);
    list.receive({ name: 'tasks:changed', data: { tasks: [unpackRow(packRow({ ...unseen, seen: true }))], counts } });
    expect(ids(list.get().rows)).toEqual(['a']);
  });

  it('keeps a task in the inbox that was just opened, until the list is asked for again', async () => {
    const unseen = [sampleTask('a', 2, { seen: false }), sampleTask('b', 1, { seen: false })];
    const { list, change } = await opened(unseen, { ...query, view: 'inbox' });
    change(sampleTask('a', 2, { seen: true }));
    await settle();
    expect(ids(list.get().rows)).toEqual(['a', 'b']);
    list.reload();
    await settle();
    expect(ids(list.get().rows)).toEqual(['b']);
  });

  it('asks again after events were missed', async () => {
    const { list, asked } = await opened(many(3));
    list.receive({ name: 'resync', data: {} });
    await settle();
    expect(asked).toHaveLength(2);
  });
});

describe('an answer that an event has overtaken', () => {
  const starred = (i: number) => sampleTask(`t${i}`, -i, { starred: true });

  it('does not put an old card back for good when the list is asked for again', async () => {
    const { list, change, setSlow } = await opened(many(3));
    setSlow(50);
    list.reload();
    change(starred(1));
    await settle();
    expect(list.get().rows[1]?.starred).toBe(true);
  });

  it('nor when a window is filled', async () => {
    const { list, change, setSlow } = await opened(many(300));
    setSlow(50);
    list.setVisibleRange(150, 170);
    change(starred(160));
    await settle();
    expect(list.get().rows[160]?.starred).toBe(true);
  });

  it('nor when it is the first one', async () => {
    const { list, change, setSlow } = createCore(many(3));
    setSlow(50);
    list.setQuery(query);
    change(starred(1));
    await settle();
    expect(list.get().rows[1]?.starred).toBe(true);
  });
});

describe('a held list', () => {
  it('does not move for newcomers, counts them once, and lets them in when let go', async () => {
    const { list, change } = await opened(many(3));
    list.freeze(true);
    change(newest(1));
    change(newest(1), newest(2));
    await settle();
    expect(ids(list.get().rows)).toEqual(['t0', 't1', 't2']);
    expect(list.get().pending.size).toBe(2);
    list.freeze(false);
    await settle();
    expect(ids(list.get().rows)).toEqual(['new2', 'new1', 't0', 't1', 't2']);
    expect(list.get().pending.size).toBe(0);
  });

  it('still fetches the right windows while newcomers wait', async () => {
    const { list, change } = await opened(many(500));
    list.freeze(true);
    change(newest(1), newest(2), newest(3));
    list.setVisibleRange(300, 320);
    await settle();
    expect(list.get().rows[310]?.taskId).toBe('t310');
    expect(list.get().total).toBe(500);
  });

  it('takes nothing for a newcomer that was there before, where its top is not here', async () => {
    const { list, change } = await opened(many(6000));
    list.freeze(true);
    list.setVisibleRange(3000, 3020);
    list.reload();
    await settle();
    change(sampleTask('t900', -900, { starred: true }));
    await settle();
    expect([...list.get().pending, ...list.get().arrived]).toEqual([]);
    expect(list.get().rows[3010]?.taskId).toBe('t3010');
    // It is here once it was looked at, and a long way leaves it behind.
    for (const at of [0, 1000, 2000, 3000, 4000, 5000, 5900]) {
      for (let from = at; from < at + 1000; from += 240) list.setVisibleRange(from, from + 239);
      await settle();
    }
    change(sampleTask('t900', -900), newest(1));
    expect([...list.get().pending]).toEqual(['kie-luma:new1']);
  });

  it('with the oldest at the top has newcomers at its end, and none that wait', async () => {
    const { list, change } = await opened(many(300), { ...query, reverse: true });
    change(newest(1));
    await settle();
    expect([list.get().rows[0]?.taskId, list.get().total]).toEqual(['t299', 301]);
    list.freeze(true);
    change(newest(2), sampleTask('t3', -3, { starred: true }));
    await settle();
    expect([list.get().pending.size, list.get().total]).toEqual([0, 302]);
    list.setVisibleRange(299, 301);
    await settle();
    expect(ids(list.get().rows.slice(-3))).toEqual(['t0', 'new1', 'new2']);
  });

  it('shows what else came when it is let go, also where nothing waits at the top any more', async () => {
    const { list, change } = await opened(many(3));
    list.freeze(true);
    change(newest(1));
    change(sampleTask('back', -1.5));
    change({ ...newest(1), trashedAt: '2026-11-21T13:00:00.000Z' });
    await settle();
    list.freeze(false);
    await settle();
    expect(ids(list.get().rows)).toEqual(['t0', 't1', 'back', 't2']);
  });

  it('forgets a newcomer that was trashed before it was seen', async () => {
    const { list, change } = await opened(many(3));
    list.freeze(true);
    change(newest(1));
    change({ ...newest(1), trashedAt: '2026-11-21T13:00:00.000Z' });
    expect(list.get().pending.size).toBe(0);
  });
});

describe('another question', () => {
  it('keeps the old rows until the new ones are here, and drops late answers to old questions', async () => {
    const { list } = await opened([...many(3), sampleTask('harbour', 5)]);
    list.setQuery({ ...query, text: 'nothing like it' });
    list.setQuery({ ...query, text: 'harbour' });
    expect(list.get().rows).toHaveLength(4);
    await settle();
    expect(ids(list.get().rows)).toEqual(['harbour']);
    expect(list.get().query?.text).toBe('harbour');
  });

  it('says why it failed, and recovers', async () => {
    const core = createCore(many(2));
    core.setBroken(true);
    core.list.setQuery(query);
    await settle();
    expect(core.list.get()).toMatchObject({ status: 'failed', error: 'Error: away' });
    core.setBroken(false);
    core.list.reload();
    await settle();
    expect(core.list.get()).toMatchObject({ status: 'ready', error: null, total: 2 });
  });
});

describe('matches', () => {
  it('finds words in any order in prompt, task id, provider and message', () => {
    const task = sampleTask('id-77', 0, { prompt: 'Harbour in the RAIN', message: 'moderated' });
    for (const text of ['rain harbour', 'ID-77', 'kie-luma rain', 'moderated']) {
      expect(matches(task, { ...query, text })).toBe(true);
    }
    expect(matches(task, { ...query, text: 'rain snow' })).toBe(false);
  });

  it('knows the views and the states', () => {
    const downloading = sampleTask('d', 0, { videos: [sampleVideo({ state: 'downloading' })] });
    const failed = sampleTask('f', 0, { state: 'failed', videos: [] });
    expect(matches(downloading, { ...query, view: 'waiting' })).toBe(true);
    expect(matches(downloading, { ...query, state: 'ready' })).toBe(false);
    expect(matches(failed, { ...query, view: 'failed' })).toBe(true);
    expect(matches(failed, { ...query, state: 'failed', provider: 'fal' })).toBe(false);
    expect(matches({ ...failed, trashedAt: '2026-11-21T13:00:00.000Z' }, { ...query, view: 'failed' })).toBe(false);
  });
});
