import { describe, expect, it } from 'vitest';
import { createActions, type Notice } from '../../../src-renderer/store/actions.ts';
import { createTaskList } from '../../../src-renderer/store/task-list.ts';
import { sampleTask } from '../support/sample-task.ts';

function setUp({ fails = false } = {}) {
  const calls: (readonly [string, ...unknown[]])[] = [];
  const shown: Notice[] = [];
  const list = createTaskList({
    query: () => Promise.resolve({ rows: [], total: 0, sections: [] }),
    describe: String,
    settleMs: 0,
  });
  const actions = createActions({
    call: (name, ...args) => {
      calls.push([name, ...args]);
      return fails ? Promise.reject(new Error('the disk is full')) : Promise.resolve(null as never);
    },
    desktop: null,
    list,
    notify(notice) {
      shown.push(notice);
      return () => shown.splice(shown.indexOf(notice), 1);
    },
    describe: (error) => (error instanceof Error ? error.message : 'unknown'),
    showNumber: String,
    writeClipboard: () => Promise.reject(new Error('refused')),
  });
  return { actions, calls, shown };
}

const soon = () => new Promise((resolve) => setTimeout(resolve));

describe('moving to the trash', () => {
  it('is done at once and taken back by undo, once', async () => {
    const { actions, calls, shown } = setUp();
    const task = sampleTask('a');
    actions.trash([task]);
    await soon();
    expect(calls).toEqual([['tasks:trash', [task.key]]]);
    expect(shown.map(({ text }) => text)).toEqual(['Moved to trash']);
    shown[0]?.undo?.();
    actions.undo();
    await soon();
    expect(calls.filter(([name]) => name === 'tasks:restore')).toEqual([['tasks:restore', [task.key]]]);
  });

  it('undoes the last of several first, and takes its notice away', async () => {
    const { actions, calls, shown } = setUp();
    actions.trash([sampleTask('a')]);
    actions.trash([sampleTask('b'), sampleTask('c')]);
    await soon();
    expect(shown.map(({ text }) => text)).toEqual(['Moved to trash', '2 tasks moved to trash']);
    actions.undo();
    await soon();
    expect(calls.at(-1)).toEqual(['tasks:restore', ['kie-luma:b', 'kie-luma:c']]);
    expect(shown.map(({ text }) => text)).toEqual(['Moved to trash']);
  });

  it('says why it did not work and offers no undo', async () => {
    const { actions, shown } = setUp({ fails: true });
    actions.trash([sampleTask('a')]);
    await soon();
    expect(shown).toEqual([{ text: 'the disk is full', kind: 'bad' }]);
  });
});

it('marks a task as seen only once', () => {
  const { actions, calls } = setUp();
  actions.markSeen(sampleTask('a', 0, { seen: false }));
  actions.markSeen(sampleTask('a', 0, { seen: true }));
  expect(calls).toEqual([['tasks:mark', ['kie-luma:a'], { seen: true }]]);
});

it('shows what could not be copied, to copy by hand', async () => {
  const { actions, shown } = setUp();
  await actions.copy('https://inbox.example.test/c/token', 'Copied');
  expect(shown[0]?.text).toContain('https://inbox.example.test/c/token');
});
