import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { ndjsonCursor, ndjsonStart } from '../../../src-main/node/event-log/ndjson-reader.ts';
import { silentLog } from '../../../src-main/node/log/log.ts';
import { createIndexPages, tasksPerPage } from '../../../src-main/node/projections/index-pages.ts';
import { createIndexSaver } from '../../../src-main/node/projections/index-saver.ts';
import { createTaskTable } from '../../../src-main/node/projections/task-table.ts';
import { delivery, stamp } from '../../support/deliveries.ts';
import { tempDir } from '../../support/temp-dir.ts';

it('a task that leaves while the checkpoint is written is known to have been there before its page lacks it', async () => {
  const pages = createIndexPages(await tempDir(), silentLog);
  const table = createTaskTable();
  const [first, second, purged] = stamp([delivery('t1'), delivery('t2'), { type: 'purged', keys: ['kie-luma:t1'] }]);
  const written: string[] = [];
  let meanwhile = (): void => undefined;
  const end = ndjsonCursor(ndjsonStart);
  const saver = createIndexSaver({
    events: { end: () => end },
    pages: {
      ...pages,
      async savePage(page, entries) {
        written.push(`${String(entries.length)} tasks`);
        await pages.savePage(page, entries);
      },
      async saveCheckpoint(cursor, count) {
        written.push('checkpoint');
        meanwhile();
        await pages.saveCheckpoint(cursor, count);
      },
      async addGone(tasks) {
        written.push(`gone: ${tasks.map(({ taskId }) => taskId).join()}`);
        await pages.addGone(tasks);
      },
      async keepGone(tasks) {
        written.push(`still gone: ${tasks.map(({ taskId }) => taskId).join()}`);
        await pages.keepGone(tasks);
      },
    },
    log: silentLog,
    table,
    texts: { save: () => Promise.resolve() },
    delayMs: 1e6,
    checkpoint: null,
  });
  for (const event of [first, second]) if (event !== undefined) table.apply(event);
  meanwhile = () => {
    if (purged !== undefined) table.apply(purged);
  };
  await saver.now();
  meanwhile = () => undefined;
  await saver.now();
  expect(written).toEqual(['2 tasks', 'checkpoint', 'gone: t1', '1 tasks', 'checkpoint', 'still gone: ']);
});

it('reads which tasks had left from where they stood until November 2026, and knows them beside the later ones', async () => {
  const dir = await tempDir();
  const gone = (n: number) => ({
    key: `fal:${String(n)}`,
    taskId: String(n),
    provider: 'fal',
    firstSeq: n,
    goneSeq: n,
  });
  const before = { version: 3, cursor: ndjsonCursor(ndjsonStart), pages: 0, gone: [gone(1)] };
  await writeFile(path.join(dir, 'checkpoint.json'), JSON.stringify(before));
  const pages = createIndexPages(dir, silentLog);
  await pages.addGone([gone(2)]);
  expect(await pages.load()).toMatchObject({ isOlder: true, checkpoint: before.cursor, gone: [gone(1), gone(2)] });
  await pages.saveCheckpoint(before.cursor, 0);
  expect((await pages.load()).gone).toEqual([gone(2)]);
});

it('a task that leaves while the texts of its page are saved is known to have been there as well', async () => {
  const table = createTaskTable();
  const written: string[] = [];
  const end = ndjsonCursor(ndjsonStart);
  let meanwhile = (): void => undefined;
  const saver = createIndexSaver({
    events: { end: () => end },
    pages: {
      ...createIndexPages(await tempDir(), silentLog),
      savePage: (page, entries) => {
        written.push(`${String(entries.length)} tasks of ${String(page)}`);
        return Promise.resolve();
      },
      addGone: (tasks) => {
        written.push(`gone: ${tasks.map(({ taskId }) => taskId).join()}`);
        return Promise.resolve();
      },
    },
    log: silentLog,
    table,
    texts: {
      save: () => {
        meanwhile();
        return Promise.resolve();
      },
    },
    delayMs: 1e6,
    checkpoint: end,
  });
  const key = 'kie-luma:t1';
  // One more than a page holds: texts are not saved of the last one.
  const deliveries = Array.from({ length: tasksPerPage + 1 }, (_, n) => delivery(`t${String(n)}`));
  const events = stamp([...deliveries, { type: 'purged', keys: [key] }]);
  for (const event of events.slice(0, -1)) table.apply(event);
  meanwhile = () => {
    for (const event of events.slice(-1)) table.apply(event);
  };
  await saver.now();
  expect(written.slice(0, 2)).toEqual(['gone: t1', `${String(tasksPerPage - 1)} tasks of 0`]);
});

it('a task that leaves in the very moment in which others have been noted is in its page still', async () => {
  const table = createTaskTable();
  const [first, second, purged] = stamp([delivery('t1'), delivery('t2'), { type: 'purged', keys: ['kie-luma:t1'] }]);
  for (const event of [first, second]) if (event !== undefined) table.apply(event);
  const leaving = purged === undefined ? [] : [purged];
  let isSaving = false;
  const written: string[] = [];
  const end = ndjsonCursor(ndjsonStart);
  const saver = createIndexSaver({
    events: { end: () => end },
    pages: {
      ...createIndexPages(await tempDir(), silentLog),
      savePage: (page, entries) => {
        written.push(`${String(entries.length)} tasks of ${String(page)}`);
        return Promise.resolve();
      },
      addGone: (tasks) => {
        written.push(`gone: ${tasks.map(({ taskId }) => taskId).join()}`);
        return Promise.resolve();
      },
    },
    log: silentLog,
    table: {
      ...table,
      goneCount() {
        const [now] = isSaving ? leaving.splice(0) : [];
        if (now !== undefined) queueMicrotask(() => table.apply(now));
        return table.goneCount();
      },
    },
    texts: { save: () => Promise.resolve() },
    delayMs: 1e6,
    checkpoint: end,
  });
  isSaving = true;
  await saver.now();
  expect(written).toEqual(['2 tasks of 0', 'gone: t1']);
});

it('puts off what a burst has changed until it is over, and not for ever', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  const table = createTaskTable();
  const saved: number[] = [];
  const end = ndjsonCursor(ndjsonStart);
  const saver = createIndexSaver({
    events: { end: () => end },
    pages: {
      ...createIndexPages(await tempDir(), silentLog),
      savePage: () => Promise.resolve(),
      saveCheckpoint: (_, pages) => Promise.resolve(void saved.push(pages)),
    },
    log: silentLog,
    table,
    texts: { save: () => Promise.resolve() },
    delayMs: 100,
    checkpoint: null,
  });
  const turns = async (until: () => boolean): Promise<void> => {
    for (let turn = 0; turn < 10_000 && !until(); turn += 1) await new Promise((resolve) => setImmediate(resolve));
  };
  let told = 0;
  const change = (count: number): void => {
    const deliveries = Array.from({ length: count }, (_, n) => delivery(`t${String(told + n)}`));
    for (const event of stamp(deliveries)) {
      table.apply({ ...event, seq: event.seq + told });
      saver.soon();
    }
    told += count;
  };
  change(600);
  await vi.advanceTimersByTimeAsync(150);
  expect(saved).toEqual([]);
  change(10);
  await vi.advanceTimersByTimeAsync(100);
  await turns(() => saved.length > 0);
  expect(saved).toEqual([3]);
  for (let looks = 0; looks < 16; looks += 1) {
    change(520);
    await vi.advanceTimersByTimeAsync(100);
  }
  await turns(() => saved.length > 1);
  expect(saved).toHaveLength(2);
});

it('says who folded the pages as it was when they were saved, and not as it is once they are', async () => {
  const pages = createIndexPages(await tempDir(), silentLog);
  const table = createTaskTable();
  for (const event of stamp([delivery('t1')])) table.apply(event);
  let fold = 1;
  const said: (number | undefined)[] = [];
  const end = ndjsonCursor(ndjsonStart);
  const saver = createIndexSaver({
    events: { end: () => end },
    pages: { ...pages, saveCheckpoint: (_cursor, _count, lag) => Promise.resolve(void said.push(lag?.fold)) },
    log: silentLog,
    table,
    texts: { save: () => Promise.resolve() },
    delayMs: 1e6,
    checkpoint: null,
    // As where all tasks were folded anew while a save was on its way: those are in the next one.
    beforeCheckpoint: () => Promise.resolve((fold = 2)),
    lag: () => ({ kinds: [], isDue: false, fold }),
  });
  await saver.now();
  table.markDirty([0]);
  await saver.now();
  expect(said).toEqual([1, 2]);
});
