import { describe, expect, it } from 'vitest';
import { ndjsonCursor, ndjsonStart } from '../../../src-main/node/event-log/ndjson-reader.ts';
import { silentLog } from '../../../src-main/node/log/log.ts';
import { createIndexPages, tasksPerPage } from '../../../src-main/node/projections/index-pages.ts';
import { createIndexSaver } from '../../../src-main/node/projections/index-saver.ts';
import { bytesOf, createLinePool, LinePlace } from '../../../src-main/node/projections/line-pool.ts';
import { createTaskTable } from '../../../src-main/node/projections/task-table.ts';
import { delivery, saved, stamp } from '../../support/deliveries.ts';
import { tempDir } from '../../support/temp-dir.ts';

const page = (n: number): Buffer =>
  Buffer.from(`{"page":${String(n)},"prompt":"a heron at dawn – ${'x'.repeat(n)}"}\n`);
const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('utf8');

describe('line pool', () => {
  it('gives back the lines of each page, however many are looked at meanwhile', () => {
    const pool = createLinePool(100);
    const lines = Array.from({ length: 6 }, (_, n) => pool.put(page(n)));
    for (const n of [0, 1, 2, 3, 4, 5, 0, 5, 5, 2, 0]) {
      expect(textOf(lines[n]?.at(0, page(n).length) ?? Buffer.alloc(0))).toBe(page(n).toString('utf8'));
    }
  });

  it('keeps unpacked what was looked at last, as much as it may and no more', () => {
    const pool = createLinePool(20_000);
    const lines = ['a', 'b', 'c'].map((letter) => pool.put(Buffer.alloc(10_000, letter)));
    // Memory of small ones is a part of a larger piece in newer versions of Node.
    const placeOf = (n: number): unknown[] => {
      const { buffer, byteOffset } = lines[n]?.at(0, 1) ?? {};
      return [buffer, byteOffset];
    };
    const isStill = (n: number, before: unknown[]): boolean => placeOf(n).every((each, at) => each === before[at]);
    const [first, second] = [placeOf(0), placeOf(1)];
    expect([isStill(1, second), isStill(0, first)]).toEqual([true, true]);
    const third = placeOf(2);
    expect([isStill(0, first), isStill(1, second)]).toEqual([true, false]);
    expect([isStill(0, first), isStill(2, third)]).toEqual([true, false]);
  });

  it('holds what it was given also where that memory is used again, since a start reads all pages into the same', () => {
    const pool = createLinePool();
    const memory = Buffer.from('one line');
    const [packed, open] = [pool.put(memory), pool.putOpen(memory)];
    memory.fill(0);
    expect(textOf(packed.at(4, 8))).toBe('line');
    expect(textOf(open.at(4, 8))).toBe('line');
  });

  it('a line that was handed out stays as it is when its page is packed away', () => {
    const pool = createLinePool(1);
    const [first, second] = [pool.put(Buffer.from('first')), pool.put(Buffer.from('second'))];
    const held = first.at(0, 5);
    second.at(0, 6);
    first.at(0, 5);
    expect(textOf(held)).toBe('first');
  });

  it('takes a page without any line', () => {
    expect(textOf(createLinePool().put(Buffer.alloc(0)).at(0, 0))).toBe('');
  });

  it('finds the bytes of a line by its place as well as by itself', () => {
    const place = new LinePlace(createLinePool().put(Buffer.from('a,b,c')), 2, 3);
    expect([textOf(bytesOf(place)), textOf(bytesOf(Buffer.from('d')))]).toEqual(['b', 'd']);
  });
});

describe('a page that is saved while the library is open', () => {
  it('lies packed from then on, where it is not among the newest', async () => {
    const dir = await tempDir();
    const pages = createIndexPages(dir, silentLog);
    const table = createTaskTable();
    for (const event of stamp(Array.from({ length: 6 * tasksPerPage }, (_, n) => delivery(`t${String(n)}`)))) {
      table.apply(event);
    }
    const end = ndjsonCursor(ndjsonStart);
    const saver = createIndexSaver({
      events: { end: () => end },
      pages,
      log: silentLog,
      table,
      texts: { save: () => Promise.resolve() },
      delayMs: 1e6,
      checkpoint: end,
    });
    await saver.now();
    const isPacked = (page: number): boolean => table.entriesOf(page).every(({ line }) => line instanceof LinePlace);
    expect([0, 1, 2, 3, 4, 5].map(isPacked)).toEqual([true, true, false, false, false, false]);
    expect(table.get('kie-luma:t7')?.task.taskId).toBe('t7');

    table.apply({ ...saved('t7', 'https://files.example/t7.mp4'), v: 2, seq: 1e6, at: new Date().toISOString() });
    const changed = table.get('kie-luma:t7')?.task;
    await saver.now();
    expect([isPacked(0), table.get('kie-luma:t7')?.task]).toEqual([true, changed]);
    expect(table.get('kie-luma:t8')?.task.taskId).toBe('t8');
  });

  it('is packed when it leaves the newest, also where nothing of it has changed since it was saved', async () => {
    const table = createTaskTable();
    const end = ndjsonCursor(ndjsonStart);
    const saver = createIndexSaver({
      events: { end: () => end },
      pages: createIndexPages(await tempDir(), silentLog),
      log: silentLog,
      table,
      texts: { save: () => Promise.resolve() },
      delayMs: 1e6,
      checkpoint: end,
    });
    const events = stamp(Array.from({ length: 7 * tasksPerPage }, (_, n) => delivery(`t${String(n)}`)));
    // As slowly as people make videos: each page is saved as the last one.
    for (let from = 0; from < events.length; from += tasksPerPage / 2) {
      for (const event of events.slice(from, from + tasksPerPage / 2)) table.apply(event);
      await saver.now();
    }
    const isPacked = (page: number): boolean => table.entriesOf(page).every(({ line }) => line instanceof LinePlace);
    expect([0, 1, 2, 3, 4, 5, 6].map(isPacked)).toEqual([true, true, true, false, false, false, false]);
    expect(table.get('kie-luma:t7')?.task.taskId).toBe('t7');
  });
});
