import { describe, expect, it } from 'vitest';
import type { TaskView } from '../../../src-main/common/task-view.ts';
import { createSelection, isSelected, sizeOfSelection } from '../../../src-renderer/store/selection.ts';
import { createStore } from '../../../src-renderer/store/store.ts';
import type { ListState } from '../../../src-renderer/store/task-list.ts';
import { libraryQuery } from '../support/library-query.ts';
import { sampleTask } from '../support/sample-task.ts';

const keyOf = (i: number) => `kie-luma:t${i}`;

/** A list of `total` tasks of which the first `loaded` are here, and the core that has them all. */
function setUp(total: number, loaded: number, pending: readonly string[] = []) {
  const all = [...pending, ...Array.from({ length: total }, (_, i) => keyOf(i))];
  const rows: (TaskView | undefined)[] = Array.from({ length: total }, (_, i) =>
    i < loaded ? sampleTask(`t${i}`, -i) : undefined,
  );
  const list = createStore<ListState>({
    total,
    sections: [],
    rows,
    query: libraryQuery,
    status: 'ready',
    error: null,
    corrected: null,
    stacks: new Map(),
    pending: new Set(pending),
    leaving: new Set(),
    epoch: 0,
    arrived: new Set(),
  });
  let wanted: ListState['query'] = libraryQuery;
  const asked: (string | number)[][] = [];
  let answers: (() => void)[] = [];
  const selection = createSelection({
    list: { ...list, wanted: () => wanted },
    keys(_query, from, to) {
      asked.push([from, to]);
      const place = (end: string | number) =>
        typeof end === 'number' ? Math.min(end, all.length - 1) : all.indexOf(end);
      const [a, b] = [place(from), place(to)].sort((x, y) => x - y);
      const keys = all.slice(a, (b ?? 0) + 1);
      return new Promise((resolve) => answers.push(() => resolve(keys)));
    },
    report: () => undefined,
    now: () => Date.parse('2026-11-25T00:00:00.000Z'),
  });
  return {
    list,
    all,
    want: (query: ListState['query']) => (wanted = query),
    selection,
    asked,
    size: () => sizeOfSelection(selection.get()),
    answer: async () => {
      for (const each of answers.splice(0)) each();
      answers = [];
      await Promise.resolve();
      await Promise.resolve();
    },
    at: (index: number) => ({ index, key: rows[index]?.key }),
  };
}

describe('a range', () => {
  it('is taken from the rows where all of them are here, without asking', () => {
    const { selection, asked, at, size } = setUp(100, 50);
    selection.toggle(keyOf(3));
    selection.extend(at(20));
    expect(size()).toBe(18);
    selection.extend(at(5));
    expect(size(), 'what the last range held beyond is out again').toBe(3);
    expect(asked).toEqual([]);
  });

  it('is asked for where rows are missing, and is the range', async () => {
    const { selection, asked, at, answer, size } = setUp(5000, 50);
    selection.toggle(keyOf(3));
    selection.extend(at(4000));
    await answer();
    expect(asked).toEqual([[keyOf(3), 4000]]);
    expect(size()).toBe(3998);
  });

  it('names its end by the place in the core where newcomers wait behind the pill, and leaves those out', async () => {
    const { selection, asked, at, answer } = setUp(5000, 50, ['kie-luma:new1', 'kie-luma:new2']);
    selection.toggle(keyOf(3));
    selection.extend(at(4000));
    await answer();
    expect(asked).toEqual([[keyOf(3), 4002]]);
    expect(selection.get().keys.has(keyOf(4000))).toBe(true);
  });

  it('that a newer act has overtaken does not count', async () => {
    const { selection, at, answer, size } = setUp(5000, 50);
    selection.toggle(keyOf(3));
    selection.extend(at(4000));
    selection.clear();
    await answer();
    expect(size()).toBe(0);
  });

  it('keeps what was selected before it', () => {
    const { selection, at, size } = setUp(100, 50);
    selection.toggle(keyOf(40));
    selection.endMoves();
    selection.beginMoves(at(0));
    selection.extend(at(2));
    expect(size()).toBe(4);
  });
});

it('ends with the list that it was made in, and loses what leaves it', () => {
  const { selection, list, at, size } = setUp(100, 50);
  selection.toggle(keyOf(0));
  selection.extend(at(9));
  const trashed = sampleTask('t4', -4, { trashedAt: '2026-11-21T13:00:00.000Z' });
  const counts = { inbox: 0, library: 0, starred: 0, waiting: 0, failed: 0, trash: 0, providers: [] };
  selection.receive({ name: 'tasks:changed', data: { tasks: [trashed], counts } });
  selection.receive({ name: 'tasks:removed', data: { keys: [keyOf(5)], counts } });
  expect(size()).toBe(8);
  list.set({ ...list.get(), query: { ...libraryQuery, view: 'failed' } });
  expect(size()).toBe(0);
});

it('loses what left the list while nobody told of it, whether it was chosen by name or as all that match', async () => {
  const { selection, all, size, answer } = setUp(100, 50);
  selection.toggle(keyOf(1));
  selection.toggle(keyOf(2));
  all.splice(all.indexOf(keyOf(2)), 1);
  selection.receive({ name: 'resync', data: {} });
  await answer();
  expect([...selection.get().keys]).toEqual([keyOf(1)]);
  selection.selectAll();
  selection.toggle(keyOf(3));
  selection.toggle(keyOf(4));
  all.splice(all.indexOf(keyOf(4)), 30);
  selection.receive({ name: 'resync', data: {} });
  await answer();
  expect(size()).toBe(68);
  // What was chosen meanwhile is newer than the answer.
  selection.receive({ name: 'resync', data: {} });
  selection.clear();
  selection.toggle(keyOf(5));
  await answer();
  expect([...selection.get().keys]).toEqual([keyOf(5)]);
});

describe('all that match', () => {
  it('pressed while a search is not answered yet, is all of what it finds', () => {
    const { list, want, selection, size } = setUp(3, 3);
    const search = { ...libraryQuery, text: 'rain' };
    want(search);
    selection.selectAll();
    expect(size()).toBe(0);
    list.update((state) => ({ ...state, query: search, total: 2, rows: state.rows.slice(1) }));
    expect([size(), selection.get().rule?.query.text]).toEqual([2, 'rain']);
  });

  it('is forgotten where something else is wanted meanwhile, or nothing came', () => {
    for (const end of ['other', 'failed', 'cleared'] as const) {
      const { list, want, selection, size } = setUp(3, 3);
      const search = { ...libraryQuery, text: 'rain' };
      want(search);
      selection.selectAll();
      if (end === 'other') want({ ...libraryQuery, text: 'rain at dusk' });
      if (end === 'failed') list.update((state) => ({ ...state, status: 'failed' }));
      if (end === 'cleared') selection.clear();
      list.update((state) => ({ ...state, status: 'ready', query: search }));
      expect(size()).toBe(0);
    }
  });

  it('counts nothing twice that the person had just taken out when the core tells so', () => {
    const { selection, list, size } = setUp(4, 4);
    list.update((state) => ({ ...state, total: 3, rows: state.rows.slice(0, 3), leaving: new Set([keyOf(3)]) }));
    selection.selectAll();
    expect(size()).toBe(3);
    const trashed = sampleTask('t3', -3, { trashedAt: '2026-11-21T13:00:00.000Z' });
    const counts = { inbox: 0, library: 0, starred: 0, waiting: 0, failed: 0, trash: 0, providers: [] };
    selection.receive({ name: 'tasks:changed', data: { tasks: [trashed], counts } });
    expect(size()).toBe(3);
  });

  it('is all of it also where the oldest stands at the top', () => {
    const { list, want, selection } = setUp(4, 4);
    const oldestFirst = { ...libraryQuery, reverse: true };
    want(oldestFirst);
    list.update((state) => ({ ...state, query: oldestFirst, rows: state.rows.toReversed() }));
    selection.selectAll();
    expect(list.get().rows.every((row) => row !== undefined && isSelected(selection.get(), row))).toBe(true);
  });

  it('is a rule that asks for no names, without what comes later and without what was taken out again', () => {
    const { selection, list, asked, size, at } = setUp(5000, 50, ['kie-luma:new1']);
    selection.selectAll();
    expect(size()).toBe(5000);
    expect(asked).toEqual([]);
    expect(isSelected(selection.get(), sampleTask('new1', 10))).toBe(false);
    expect(isSelected(selection.get(), sampleTask('t40', -40))).toBe(true);
    selection.toggle(keyOf(3));
    expect(size()).toBe(4999);
    expect(isSelected(selection.get(), sampleTask('t3', -3))).toBe(false);
    selection.toggle(keyOf(3));
    const counts = { inbox: 0, library: 0, starred: 0, waiting: 0, failed: 0, trash: 0, providers: [] };
    const trashed = sampleTask('t4', -4, { trashedAt: '2026-11-21T13:00:00.000Z' });
    const later = sampleTask('new2', 20, { trashedAt: '2026-11-21T13:00:00.000Z' });
    selection.receive({ name: 'tasks:changed', data: { tasks: [trashed, later], counts } });
    expect(size(), 'the one that left is not promised any more').toBe(4999);
    selection.beginMoves(at(0));
    selection.extend(at(2));
    expect(size(), 'a range begins anew').toBe(3);
    selection.selectAll();
    list.set({ ...list.get(), query: { ...libraryQuery, view: 'failed' } });
    expect(size()).toBe(0);
  });
});
