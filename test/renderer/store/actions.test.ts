import { describe, expect, it } from 'vitest';
import { InboxError } from '../../../src-main/common/errors.ts';
import type { TaskRow } from '../../../src-main/common/task-row.ts';
import type { TaskView } from '../../../src-main/common/task-view.ts';
import { asTold } from '../../../src-main/common/texts/sentence.ts';
import { pieceSize } from '../../../src-renderer/store/bulk.ts';
import { createActions } from '../../../src-renderer/store/actions.ts';
import type { PageNotice } from '../../../src-renderer/store/notice-board.ts';
import { createTaskList } from '../../../src-renderer/store/task-list.ts';
import { en as texts } from '../../../src-renderer/texts/en.ts';
import { libraryQuery } from '../support/library-query.ts';
import { sampleTask } from '../support/sample-task.ts';

function setUp({ fails = false, waits = false, isDone = false, matching = 0, rows = [] as readonly TaskView[] } = {}) {
  let answer = (): void => undefined;
  let isAway = false;
  const answered = waits ? new Promise<void>((resolve) => (answer = resolve)) : Promise.resolve();
  const calls: (readonly [string, ...unknown[]])[] = [];
  const shown: PageNotice[] = [];
  const told: string[] = [];
  const backs: (() => void)[] = [];
  const list = createTaskList({
    query: () =>
      Promise.resolve({
        rows,
        total: rows.length,
        sections: rows.map(() => ({ day: '2026-11-21', count: 1, videos: 0, sizeBytes: 0 })),
      }),
    describe: String,
    localDay: () => '2026-11-21',
    gatherMs: 0,
  });
  const actions = createActions({
    call: (name, ...args) => {
      if (isAway)
        return Promise.reject(new InboxError('unavailable', asTold('no answer'), { cause: new TypeError('refused') }));
      calls.push([name, ...args]);
      return answered.then(() => {
        // What the core holds is the rows.
        if (name === 'tasks:get') return (rows.find(({ key }) => key === args[0]) ?? null) as never;
        if (fails) throw new Error('the disk is full');
        if (name === 'tasks:keys') return Array.from({ length: matching }, (_, i) => `kie-luma:m${i}`) as never;
        const { keys } = (args[0] ?? {}) as { readonly keys?: readonly string[] };
        if (isDone) return { keys: [] } as never;
        return (keys === undefined ? null : { keys, undo: `undo ${calls.length}` }) as never;
      });
    },
    desktop: null,
    list,
    notify(notice) {
      shown.push(notice);
      return () => shown.splice(shown.indexOf(notice), 1);
    },
    say: (text) => void told.push(text),
    describe: (error) => (error instanceof Error ? error.message : 'unknown'),
    showNumber: String,
    whenBack: () => new Promise((resolve) => backs.push(resolve)),
    writeClipboard: () => Promise.reject(new Error('refused')),
  });
  const goAway = () => {
    isAway = true;
    return () => {
      isAway = false;
      for (const resolve of backs.splice(0)) resolve();
    };
  };
  return { actions, calls, shown, told, list, answer: () => answer(), goAway };
}

const soon = () => new Promise((resolve) => setTimeout(resolve));

describe('moving to the trash', () => {
  it('is done at once and taken back by undo, once', async () => {
    const { actions, calls, shown } = setUp();
    const task = sampleTask('a');
    actions.trash([task]);
    await soon();
    expect(calls).toEqual([['tasks:trash', { keys: [task.key] }]]);
    expect(shown.map(({ text }) => text)).toEqual(['Moved to trash']);
    shown[0]?.undo?.();
    actions.undo();
    await soon();
    expect(calls.filter(([name]) => name === 'tasks:restore')).toEqual([['tasks:restore', { keys: [task.key] }]]);
  });

  it('counts several in one bar; the key takes back the last of them, the bar all that it counts', async () => {
    const { actions, calls, shown } = setUp();
    actions.trash([sampleTask('a')]);
    actions.trash([sampleTask('b'), sampleTask('c')]);
    await soon();
    expect(shown.map(({ text }) => text)).toEqual(['3 tasks moved to trash']);
    actions.undo();
    await soon();
    expect(calls.at(-1)).toEqual(['tasks:restore', { keys: ['kie-luma:b', 'kie-luma:c'] }]);
    expect(shown.map(({ text }) => text)).toEqual(['Moved to trash']);
    actions.trash([sampleTask('d')]);
    await soon();
    expect(shown.map(({ text }) => text)).toEqual(['2 tasks moved to trash']);
    shown[0]?.undo?.();
    await soon();
    expect(calls.slice(-2)).toEqual([
      ['tasks:restore', { keys: ['kie-luma:d'] }],
      ['tasks:restore', { keys: ['kie-luma:a'] }],
    ]);
    expect(shown).toEqual([]);
  });

  it('begins a bar of its own where the last one is off the screen, and tells when all is back', async () => {
    const { actions, shown } = setUp();
    let isBack = false;
    actions.trash([sampleTask('a')]);
    shown.shift()?.onClose?.();
    actions.trash([sampleTask('b')], () => (isBack = true));
    expect(shown.map(({ text }) => text)).toEqual(['Moved to trash']);
    actions.undo();
    await expect.poll(() => isBack).toBe(true);
  });

  it('offers the way back before the core has answered, and goes it only after that', async () => {
    const { actions, calls, shown, answer } = setUp({ waits: true });
    actions.trash([sampleTask('a')]);
    expect(shown.map(({ text }) => text)).toEqual(['Moved to trash']);
    await soon();
    actions.undo();
    expect(shown).toEqual([]);
    await soon();
    expect(calls.map(([name]) => name)).toEqual(['tasks:trash']);
    answer();
    await soon();
    expect(calls.map(([name]) => name)).toEqual(['tasks:trash', 'tasks:restore']);
  });

  it('says why it did not work and offers no undo', async () => {
    const { actions, shown, calls } = setUp({ fails: true });
    actions.trash([sampleTask('a')]);
    await soon();
    expect(shown).toEqual([{ text: 'the disk is full', kind: 'bad' }]);
    actions.undo();
    expect(calls.map(([name]) => name)).toEqual(['tasks:trash']);
  });

  it('brings the card back where it did not work', async () => {
    const task = sampleTask('a');
    const { actions, list } = setUp({ fails: true, rows: [task] });
    list.setQuery(libraryQuery);
    await soon();
    actions.trash([task]);
    expect(list.get().rows).toEqual([]);
    await expect.poll(() => list.get().rows).toEqual([task]);
  });
});

describe('what is heard', () => {
  it('is what was taken back, once it is', async () => {
    const { actions, told, shown } = setUp({ rows: [{ ...sampleTask('a'), title: 'Harbour' }] });
    actions.trash([sampleTask('a'), sampleTask('b')]);
    actions.trash([sampleTask('c')]);
    await soon();
    actions.undo();
    expect(told).toEqual([]);
    await expect.poll(() => told).toEqual(['Undone: Moved to trash']);
    await actions.tag([sampleTask('a'), sampleTask('b')], { add: ['pitch'] });
    actions.undo();
    await expect.poll(() => told.at(-1)).toBe('Undone: 2 tasks tagged pitch');
    await actions.setTitle(sampleTask('a'), 'Harbour');
    actions.undo();
    await expect.poll(() => told.at(-1)).toBe('Undone: Title');
    actions.trash([sampleTask('d')]);
    await soon();
    shown.at(-1)?.undo?.();
    await expect.poll(() => told.at(-1)).toBe('Undone: 3 tasks moved to trash');
  });

  it('is nothing where it could not be taken back', async () => {
    const { actions, told, shown } = setUp({ fails: true });
    actions.setStarred([sampleTask('a')], true);
    await soon();
    actions.undo();
    await soon();
    expect(told).toEqual(['Starred']);
    expect(shown.map(({ text }) => text)).toEqual(['the disk is full', 'There is nothing to undo.']);
  });

  it('is what one card was marked as, and that it was taken back', async () => {
    const { actions, told, shown } = setUp();
    const task = sampleTask('a');
    actions.setStarred([task], true);
    actions.judge([task], { pick: 'picked', starred: true });
    actions.judge([task], { pick: null });
    actions.judge([task], { rating: 3 });
    actions.judge([task], { rating: 0 });
    expect(told).toEqual(['Starred', 'picked', 'Not judged', 'rated 3 of 5', 'No rating']);
    await soon();
    actions.undo();
    await expect.poll(() => told.at(-1)).toBe('Undone: No rating');
    expect(shown).toEqual([]);
  });
});

describe('the mark "seen"', () => {
  it('is set only once', async () => {
    const { actions, calls } = setUp();
    actions.markSeen([sampleTask('a', 0, { seen: false })]);
    actions.markSeen([sampleTask('a', 0, { seen: true })]);
    await soon();
    expect(calls).toEqual([['tasks:mark', { keys: ['kie-luma:a'] }, { seen: true }]]);
  });

  it('is tried once where the core refuses it, although the player marks whatever it shows', async () => {
    const task = sampleTask('a', 0, { seen: false });
    const { actions, calls, shown, list } = setUp({ fails: true, rows: [task] });
    list.onPatch((tasks) => {
      actions.markSeen(tasks);
    });
    actions.markSeen([task]);
    for (let i = 0; i < 10; i += 1) await soon();
    expect(calls).toHaveLength(1);
    expect(shown).toHaveLength(1);
  });
});

describe('a star', () => {
  const task = sampleTask('a', 0, { starred: false });
  const setUpPatches = (options: { readonly fails: boolean }) => {
    const set = setUp({ ...options, rows: [{ ...task, message: 'newer' }] });
    const patches: TaskRow[] = [];
    set.list.onPatch((tasks) => patches.push(...tasks));
    return { ...set, patches, stars: () => patches.map(({ starred }) => starred) };
  };

  it('is shown at once', () => {
    const { actions, stars } = setUpPatches({ fails: false });
    actions.setStarred([task], true);
    expect(stars()).toEqual([true]);
  });

  it('is taken back where the core refuses it, and only the star is', async () => {
    const { actions, stars, patches, shown } = setUpPatches({ fails: true });
    actions.setStarred([task], true);
    await expect.poll(stars).toEqual([true, false]);
    expect(patches.at(-1)?.message).toBe('newer');
    expect(shown.map(({ text }) => text)).toEqual(['the disk is full']);
  });

  it('that was set and taken away in a hurry ends as the core has it, where both are refused', async () => {
    const { actions, patches, shown } = setUpPatches({ fails: true });
    actions.setStarred([task], true);
    actions.setStarred([{ ...task, starred: true }], false);
    await expect.poll(() => shown.length).toBe(2);
    await soon();
    expect(patches.at(-1)).toMatchObject({ starred: false, message: 'newer' });
  });
});

describe('a name, a note and a project', () => {
  const task = sampleTask('a', 0);

  it.each([
    ['the core takes them', false],
    ['the core refuses them, so that a field keeps trying', true],
  ])('tell whether they were kept, where %s', async (_, fails) => {
    const { actions } = setUp({ fails });
    expect([
      await actions.setTitle(task, 'Heron'),
      await actions.setNote(task, '0:01 it lands'),
      await actions.setProject([task], 'Spring'),
    ]).toEqual([!fails, !fails, !fails]);
  });
});

describe('a note and a title', () => {
  it.each([
    ['is taken back where nobody has written since', 'v2', 'v1'],
    ['stays as somebody else has written it since', 'v3 of another', null],
  ])('%s', async (_, held, back) => {
    const { actions, calls, shown } = setUp({ rows: [{ ...sampleTask('a'), note: held }] });
    await actions.setNote({ ...sampleTask('a'), note: 'v1' }, 'v2');
    expect(shown).toEqual([]);
    actions.undo();
    await soon();
    const written = calls.filter(([name]) => name === 'tasks:setNote').map(([, , note]) => note);
    expect(written).toEqual(back === null ? ['v2'] : ['v2', back]);
    expect(shown.map(({ kind }) => kind)).toEqual(back === null ? ['bad'] : []);
  });

  it('tell that they replace what came while they were typed, with the way back to it', async () => {
    const { actions, calls, shown } = setUp({ rows: [{ ...sampleTask('a'), note: 'mine' }] });
    await actions.setNote({ ...sampleTask('a'), note: 'theirs' }, 'mine', true);
    expect(shown.map(({ text }) => text)).toEqual([texts.labels.replaced]);
    shown[0]?.undo?.();
    await expect.poll(() => calls.at(-1)).toEqual(['tasks:setNote', sampleTask('a').key, 'theirs']);
  });
});

it('shows what could not be copied, to copy by hand', async () => {
  const { actions, shown } = setUp();
  await actions.copy('https://inbox.example.test/c/token', 'Copied');
  expect(shown[0]?.text).toContain('https://inbox.example.test/c/token');
});

describe('all that match', () => {
  const rule = {
    query: { ...libraryQuery, until: '2026-11-25T00:00:00.000Z' },
    total: 12_431,
    except: new Set(['kie-luma:m5']),
  };

  it('is done piece by piece with progress, and the whole of it is taken back', async () => {
    const { actions, calls, shown } = setUp({ matching: 12_431 });
    const progress: (number | undefined)[] = [];
    actions.work.subscribe(() => progress.push(actions.work.get()?.done));
    await actions.tag(rule, { add: ['pitch'] });
    const pieces = calls
      .filter(([name]) => name === 'tasks:tag')
      .map(([, which]) => (which as { keys: string[] }).keys);
    expect(pieces.map(({ length }) => length)).toEqual([5000, 5000, 2430]);
    expect(pieces.flat()).not.toContain('kie-luma:m5');
    expect(progress).toEqual([0, 5000, 10_000, undefined]);
    expect(shown.map(({ text }) => text)).toEqual(['12430 tasks tagged pitch']);
    actions.undo();
    await soon();
    expect(calls.filter(([name]) => name === 'tasks:undo').map(([, name]) => name)).toEqual([
      'undo 4',
      'undo 3',
      'undo 2',
    ]);
  });

  it('that changes nothing says so, and leaves nothing to take back', async () => {
    const { actions, calls, shown } = setUp({ isDone: true });
    await actions.tag([sampleTask('a')], { add: ['pitch'] });
    expect(shown.map(({ text, undo }) => [text, undo])).toEqual([['Nothing had to be changed.', undefined]]);
    actions.undo();
    await soon();
    expect(calls.map(([name]) => name)).toEqual(['tasks:tag']);
  });

  it('that was stopped says nothing of those that were not looked at', async () => {
    const { actions, shown } = setUp({ matching: 12_431, isDone: true });
    actions.work.subscribe(() => actions.work.get()?.stop());
    await actions.tag(rule, { add: ['pitch'] });
    expect(shown).toEqual([]);
  });

  it('ends where the person stops it, and only what was done is taken back', async () => {
    const { actions, calls } = setUp({ matching: 12_431 });
    actions.work.subscribe(() => actions.work.get()?.stop());
    actions.setStarred(rule, true);
    await expect.poll(() => calls.filter(([name]) => name === 'tasks:mark').length).toBe(1);
    for (let i = 0; i < 5; i += 1) await soon();
    actions.undo();
    await soon();
    expect(calls.filter(([name]) => name === 'tasks:undo')).toHaveLength(1);
    expect(calls.filter(([name]) => name === 'tasks:mark')).toHaveLength(1);
  });
});

describe('what was written while the inbox does not answer', () => {
  it('is saved once it is back: the last of each field, and every tag', async () => {
    const task = sampleTask('a');
    const { actions, calls, shown, goAway } = setUp({ rows: [task] });
    const comeBack = goAway();
    void actions.setNote(task, 'one');
    void actions.setNote(task, 'one and two');
    void actions.setTitle(task, 'Named');
    void actions.setProject([task], 'Spring');
    void actions.tag([task], { add: ['rain'] });
    void actions.tag([task], { add: ['mist'] });
    await soon();
    expect(shown.map(({ text }) => text)).toEqual([texts.errors.savedLater]);
    expect(calls).toEqual([]);
    comeBack();
    await soon();
    expect(calls.filter(([name]) => name !== 'tasks:get').map(([name, , what]) => [name, what])).toEqual([
      ['tasks:setProject', 'Spring'],
      ['tasks:tag', { add: ['rain'] }],
      ['tasks:tag', { add: ['mist'] }],
      ['tasks:setNote', 'one and two'],
      ['tasks:setTitle', 'Named'],
    ]);
    expect(shown.map(({ text }) => text)).not.toContain(texts.labels.replaced);
  });

  it('is told once, and marks are no less: the last of each task', async () => {
    const [a, b] = [sampleTask('a'), sampleTask('b')];
    const { actions, calls, shown, goAway } = setUp({ rows: [a, b] });
    const comeBack = goAway();
    actions.judge([a], { pick: 'picked', starred: true });
    actions.judge([a], { pick: 'rejected' });
    actions.judge([a], { rating: 3 });
    actions.setStarred([b], true);
    actions.markSeen([sampleTask('c', 0, { seen: false })]);
    await soon();
    expect(shown.map(({ text }) => text)).toEqual([texts.errors.savedLater]);
    comeBack();
    await soon();
    expect(calls.map(([name, which, what]) => [name, (which as { keys: string[] }).keys[0], what])).toEqual([
      ['tasks:mark', a.key, { pick: 'rejected' }],
      ['tasks:mark', a.key, { rating: 3 }],
      ['tasks:mark', b.key, { starred: true }],
      ['tasks:mark', 'kie-luma:c', { seen: true }],
    ]);
    // The next time it is away is another one.
    goAway();
    actions.setStarred([b], false);
    await soon();
    expect(shown.map(({ text }) => text)).toEqual([texts.errors.savedLater, texts.errors.savedLater]);
  });

  it('says so where somebody wrote there meanwhile, and brings theirs back', async () => {
    const task = sampleTask('a');
    const theirs = { ...task, note: 'theirs' };
    const { actions, calls, shown, goAway } = setUp({ rows: [theirs] });
    const comeBack = goAway();
    void actions.setNote(task, 'mine');
    await soon();
    comeBack();
    await soon();
    expect(calls.at(-1)).toEqual(['tasks:setNote', task.key, 'mine']);
    const notice = shown.find(({ text }) => text === texts.labels.replaced);
    Object.assign(theirs, { note: 'mine' });
    notice?.undo?.();
    await soon();
    expect(calls.at(-1)).toEqual(['tasks:setNote', task.key, 'theirs']);
  });

  it('is no less what was thrown away, tried again or taken back; what was thrown away and taken back is brought back, in case it was heard', async () => {
    const [a, b, c] = [sampleTask('a'), sampleTask('b'), sampleTask('c')];
    const { actions, calls, shown, told, goAway } = setUp();
    await actions.tag([c], { add: ['rain'] });
    const comeBack = goAway();
    actions.undo();
    actions.trash([a]);
    actions.trash([b]);
    void actions.retry([c]);
    await soon();
    actions.undo();
    await soon();
    expect(shown.map(({ text, kind }) => (kind === 'bad' ? text : ''))).toContain(texts.errors.savedLater);
    expect(shown.filter(({ kind }) => kind === 'bad')).toHaveLength(1);
    expect(shown.map(({ text }) => text)).toContain('Moved to trash');
    comeBack();
    await expect.poll(() => told).toContain('Undone: Moved to trash');
    expect(calls.slice(1).map(([name, which]) => [name, which])).toEqual([
      ['tasks:undo', 'undo 1'],
      ['tasks:trash', { keys: [a.key] }],
      ['tasks:retry', { keys: [c.key] }],
      ['tasks:restore', { keys: [b.key] }],
    ]);
    // What is in the trash since is brought back the same way.
    const comeBackAgain = goAway();
    actions.undo();
    await soon();
    comeBackAgain();
    await expect.poll(() => calls.at(-1)).toEqual(['tasks:restore', { keys: [a.key] }]);
  });

  it('of a judgement that is taken back the page hears at once, and of no other', async () => {
    const [a, b] = [sampleTask('a'), sampleTask('b')];
    const { actions, told } = setUp({ rows: [a, b] });
    const back: string[] = [];
    actions.judge([a], { pick: 'rejected' }, () => back.push('a'));
    actions.judge([b], { pick: 'rejected' }, () => back.push('b'));
    actions.undo();
    expect(back).toEqual(['b']);
    await expect.poll(() => told.at(-1)).toBe(texts.announce.undone(texts.card.rejected));
    expect(back).toEqual(['b']);
  });

  it('is what the key takes back, and not what was done before it', async () => {
    const [a, b] = [sampleTask('a'), sampleTask('b')];
    const { actions, calls, told, list, goAway } = setUp({ rows: [a, b] });
    list.setQuery(libraryQuery);
    await soon();
    actions.judge([a], { rating: 3 });
    await soon();
    const comeBack = goAway();
    actions.setStarred([b], true);
    await soon();
    expect(list.get().rows.map((row) => row?.starred)).toEqual([false, true]);
    actions.undo();
    expect(list.get().rows.map((row) => row?.starred)).toEqual([false, false]);
    comeBack();
    await expect.poll(() => told.at(-1)).toBe('Undone: Starred');
    void actions.setTitle(a, 'Heron');
    actions.undo();
    await expect
      .poll(() => calls.map(([name, ...args]) => [name, args.at(-1)]))
      .toEqual([
        ['tasks:mark', { rating: 3 }],
        ['tasks:mark', { starred: true }],
        ['tasks:undo', 'undo 2'],
        ['tasks:setTitle', 'Heron'],
        ['tasks:get', a.key],
      ]);
    actions.undo();
    await expect.poll(() => calls.at(-1)).toEqual(['tasks:undo', 'undo 1']);
  });

  it('of thousands that are thrown away and taken back while the first of them wait, no more are sent', async () => {
    const { actions, calls, told, goAway } = setUp();
    const keys = Array.from({ length: 2 * pieceSize }, (_, n) => `kie-luma:${String(n)}`);
    const comeBack = goAway();
    actions.trash(keys);
    await soon();
    actions.undo();
    comeBack();
    await expect.poll(() => told).toHaveLength(1);
    expect(calls).toEqual([['tasks:restore', { keys: keys.slice(0, pieceSize) }]]);
  });

  it('is not tried for ever where the inbox answers and refuses', async () => {
    const { actions, shown } = setUp({ fails: true });
    expect(await actions.setNote(sampleTask('a'), 'mine')).toBe(false);
    expect(shown).toEqual([{ text: 'the disk is full', kind: 'bad' }]);
  });
});
