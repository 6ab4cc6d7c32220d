import { describe, expect, it } from 'vitest';
import {
  fillWindow,
  forgetFar,
  nextHole,
  patchRows,
  removeRows,
  rowsFromPages,
} from '../../../src-renderer/store/task-rows.ts';
import { sampleTask, sampleVideo } from '../support/sample-task.ts';

const tasks = Array.from({ length: 10 }, (_, i) => sampleTask(`t${i}`, 59 - i));
const sections = [
  { day: '2026-11-21', count: 6, videos: 6, sizeBytes: 6000 },
  { day: '2026-11-20', count: 4, videos: 4, sizeBytes: 4000 },
];
const page = (offset: number, limit: number) => ({
  offset,
  page: { rows: tasks.slice(offset, offset + limit), total: tasks.length, sections },
});
const keys = (list: { readonly rows: readonly ({ readonly taskId: string } | undefined)[] }) =>
  list.rows.map((row) => row?.taskId ?? '-').join(' ');

describe('windows', () => {
  const list = rowsFromPages([page(4, 3)]);

  it('leaves holes where nothing was asked for', () => {
    expect(list.total).toBe(10);
    expect(keys(list)).toBe('- - - - t4 t5 t6 - - -');
  });

  it('never grows beyond its length when a window brings more than was expected', () => {
    expect(fillWindow(list, 8, tasks.slice(0, 5)).rows).toHaveLength(10);
  });

  it('asks for the first window in view that has a hole and is not on its way', () => {
    expect(nextHole(list, 0, 9, 4, new Set())).toBe(0);
    expect(nextHole(list, 0, 9, 4, new Set([0]))).toBe(4);
    expect(nextHole(list, 5, 6, 3, new Set())).toBe(3);
    expect(nextHole(rowsFromPages([page(0, 10)]), 0, 500, 4, new Set())).toBeNull();
  });

  it('forgets what is far from view', () => {
    expect(keys(forgetFar(rowsFromPages([page(0, 10)]), 4, 5, 2))).toBe('t0 - t2 t3 t4 t5 t6 t7 - -');
  });
});

describe('patchRows', () => {
  it('replaces a loaded task where it is', () => {
    const list = rowsFromPages([page(0, 10)]);
    const next = patchRows(list, [sampleTask('t3', 0, { starred: true })]);
    expect(next.rows[3]?.starred).toBe(true);
    expect(list.rows[3]?.starred).toBe(false);
  });

  it('is the same list where none of them is loaded', () => {
    const list = rowsFromPages([page(0, 3)]);
    expect(patchRows(list, [sampleTask('t7')])).toBe(list);
  });
});

describe('removeRows', () => {
  it('moves up what follows and keeps the days’ sums true', () => {
    const next = removeRows(rowsFromPages([page(0, 10)]), new Set(['kie-luma:t1', 'kie-luma:t7']));
    expect(keys(next)).toBe('t0 t2 t3 t4 t5 t6 t8 t9');
    expect(next.total).toBe(8);
    expect(next.sections).toEqual([
      { day: '2026-11-21', count: 5, videos: 5, sizeBytes: 5000 },
      { day: '2026-11-20', count: 3, videos: 3, sizeBytes: 3000 },
    ]);
  });

  it('drops a day with its last task', () => {
    const next = removeRows(rowsFromPages([page(0, 10)]), new Set(tasks.slice(6).map(({ key }) => key)));
    expect(next.sections.map(({ day }) => day)).toEqual(['2026-11-21']);
  });

  it('counts what the core counts: all videos, and the bytes that are known of them', () => {
    const failed = sampleTask('f', 0, { videos: [sampleVideo({ state: 'failed', sizeBytes: 900 })] });
    const list = rowsFromPages([
      {
        offset: 0,
        page: {
          rows: [failed, ...tasks.slice(0, 1)],
          total: 2,
          sections: [{ day: '2026-11-21', count: 2, videos: 2, sizeBytes: 1900 }],
        },
      },
    ]);
    expect(removeRows(list, new Set([failed.key])).sections[0]).toEqual({
      day: '2026-11-21',
      count: 1,
      videos: 1,
      sizeBytes: 1000,
    });
  });

  it('is the same list where none of them is loaded', () => {
    const list = rowsFromPages([page(0, 3)]);
    expect(removeRows(list, new Set(['kie-luma:t7']))).toBe(list);
  });
});

it('keeps the sums of a day true while its downloads finish', () => {
  const queued = sampleTask('q', 0, { videos: [sampleVideo({ state: 'queued', sizeBytes: null })] });
  const list = rowsFromPages([
    {
      offset: 0,
      page: {
        rows: [queued, sampleTask('b', -1)],
        total: 2,
        sections: [
          { day: '2026-11-21', count: 1, videos: 1, sizeBytes: 0 },
          { day: '2026-11-20', count: 1, videos: 1, sizeBytes: 1000 },
        ],
      },
    },
  ]);
  const saved = { ...queued, videos: [sampleVideo({ sizeBytes: 5000 }), sampleVideo({ sizeBytes: 7 })] };
  expect(patchRows(list, [saved]).sections).toEqual([
    { day: '2026-11-21', count: 1, videos: 2, sizeBytes: 5007 },
    { day: '2026-11-20', count: 1, videos: 1, sizeBytes: 1000 },
  ]);
});
