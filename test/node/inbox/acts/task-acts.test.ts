import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { TaskFilter } from '../../../../src-main/common/task-query.ts';
import { InboxError } from '../../../../src-main/common/errors.ts';
import type { TaskHead } from '../../../../src-main/common/task-traits.ts';
import { asTold } from '../../../../src-main/common/texts/sentence.ts';
import { createTakeEvents } from '../../../../src-main/node/inbox/machines/take-events.ts';
import { createDownloadPlan } from '../../../../src-main/node/inbox/downloads/download-plan.ts';
import { createTaskActs, type TaskActs } from '../../../../src-main/node/inbox/acts/task-acts.ts';
import { createFilePlaces } from '../../../../src-main/node/video-store/file-places.ts';
import { createDiskStore } from '../../../../src-main/node/video-store/disk-store.ts';
import type { Library } from '../../../../src-main/node/projections/library.ts';
import { delivery, saved } from '../../../support/deliveries.ts';
import { journalLines } from '../../../support/journal-lines.ts';
import { removalsIn } from '../../../support/removals-in.ts';
import { skipHere } from '../../../support/skip-here.ts';
import { fillDisk, mountSmallDisk, noMount } from '../../../support/small-disk.ts';
import { tempDir } from '../../../support/temp-dir.ts';
import { openLibraryIn } from '../../../support/test-library.ts';

const noDownloads = {
  enqueue: () => undefined,
  cancel: () => Promise.resolve(),
  attach: () => Promise.reject(new Error('nothing is attached here')),
};

interface Rig {
  readonly dir: string;
  readonly library: Library;
  readonly acts: TaskActs;
  readonly retried: string[];
  /** While it is set, nothing can be stored. */
  readonly disk: { isFull: boolean };
}

/** The downloads of its tasks go on until `end` is called. */
async function setUpBusy() {
  const { dir, library } = await setUp();
  let end: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => (end = resolve));
  const acts = createTaskActs({
    library,
    places: createFilePlaces(createDiskStore(dir)),
    removals: removalsIn(dir, { library }),
    plan: createDownloadPlan({ ...noDownloads, cancel: () => ended }),
    downloads: noDownloads,
    retryNow: () => 0,
  });
  return { library, acts, end };
}

async function setUp(inDir?: string): Promise<Rig> {
  const dir = inDir ?? (await tempDir());
  const library = await openLibraryIn(dir);
  const retried: string[] = [];
  const disk = { isFull: false };
  const acts = createTaskActs({
    library: {
      ...library,
      recordAll: (drafts) =>
        disk.isFull
          ? Promise.reject(new InboxError('storage-failed', asTold('The disk is full.')))
          : library.recordAll(drafts),
    },
    places: createFilePlaces(createDiskStore(dir)),
    removals: removalsIn(dir, { library }),
    plan: createDownloadPlan(noDownloads),
    downloads: noDownloads,
    retryNow: (key) => retried.push(key),
  });
  return { dir, library, acts, retried, disk };
}

const headsOf = (library: Library): readonly TaskHead[] =>
  library.glances().flatMap(({ key }) => library.head(key) ?? []);

const filter: TaskFilter = {
  view: 'library',
  text: '',
  state: 'all',
  provider: null,
  order: 'newest',
  timeZone: 'UTC',
};
const url = 'https://media.example.test/a.mp4';

describe('what a person does to tasks', () => {
  it('marks ten thousand in one append, refuses none, and lets callbacks go before them', async () => {
    const { dir, library, acts } = await setUp();
    await library.recordAll(Array.from({ length: 10_000 }, (_, n) => delivery(`t${n}`)));
    const keys = library.glances().map(({ key }) => key);
    const before = (await journalLines(dir)).length;
    const marking = acts.mark(keys, { seen: true });
    const trashing = acts.trash({ query: { ...filter, text: 'no such thing' } });
    const callbacks = Promise.all(Array.from({ length: 50 }, (_, n) => library.record(delivery(`late${n}`))));
    expect((await marking).keys).toHaveLength(10_000);
    expect((await trashing).keys).toEqual([]);
    await callbacks;
    const lines = (await journalLines(dir)).slice(before);
    const marks = lines.filter(({ type }) => type === 'marked');
    expect(marks.length).toBeLessThan(50);
    expect(marks.every((line) => line.at === marks[0]?.at)).toBe(true); // one write
    expect(lines.filter(({ type }) => type === 'result')).toHaveLength(50);
    expect(headsOf(library).filter(({ seen }) => seen)).toHaveLength(10_000);
    expect((await acts.mark(keys, { seen: true })).keys).toEqual([]); // nothing left to change, so nothing is written
    await library.close();
  });

  it('does what was asked for last, also where that takes back what is not stored yet', async () => {
    const { library, acts } = await setUp();
    await library.recordAll(Array.from({ length: 600 }, (_, n) => delivery(`t${n}`)));
    const keys = library.glances().map(({ key }) => key);
    const one = keys.slice(0, 1);
    const [, , , , last] = await Promise.all([
      acts.mark(keys, { starred: true }),
      acts.mark(one, { starred: false }),
      acts.tag(one, { add: ['harbour'] }),
      acts.tag(one, { remove: ['harbour'] }),
      acts.setProject(one, 'Boats'),
      acts.setProject(one, null),
    ]);
    expect(library.head(one[0] ?? '')).toMatchObject({ starred: false, tags: [] });
    expect(library.head(one[0] ?? '')?.project ?? null).toBeNull();
    expect(headsOf(library).filter(({ starred }) => starred)).toHaveLength(599);
    const again = acts.setProject(one, 'Boats');
    await expect(Promise.all([again, acts.undo(last.undo ?? '')])).resolves.toMatchObject([
      { keys: one },
      { keys: one },
    ]);
    expect(library.head(one[0] ?? '')?.project ?? null).toBeNull();
    await library.close();
  });

  it('removes the film for good that was saved while its download was being ended for that', async () => {
    const { dir, library } = await setUp();
    const file = path.join(dir, 'videos/2026-11/kie-luma_a_1.mp4');
    const acts = createTaskActs({
      library,
      places: createFilePlaces(createDiskStore(dir)),
      removals: removalsIn(dir, { library }),
      plan: createDownloadPlan({
        ...noDownloads,
        async cancel() {
          await mkdir(path.dirname(file), { recursive: true });
          await writeFile(file, 'film');
          await library.record(saved('a', url));
        },
      }),
      downloads: noDownloads,
      retryNow: () => 0,
    });
    await library.record(delivery('a', { videoUrls: [url] }));
    await acts.trash(['kie-luma:a']);
    expect(await acts.purge('all')).toEqual({ purged: 1 });
    await expect(readFile(file)).rejects.toMatchObject({ code: 'ENOENT' });
    await library.close();
  });

  it('removes the files of all others for good where one cannot be removed, and that one once it can', async () => {
    const { dir, library, acts } = await setUp();
    const names = ['a', 'b', 'c'];
    const file = (id: string): string => path.join(dir, `videos/2026-11/kie-luma_${id}_1.mp4`);
    for (const id of names) {
      await library.recordAll([delivery(id, { videoUrls: [url] }), saved(id, url)]);
      await mkdir(path.dirname(file(id)), { recursive: true });
      await writeFile(file(id), 'film');
      await writeFile(file(id).replace('.mp4', '.json'), '{}');
    }
    // As a film that a player on Windows has open.
    await rm(file('a'));
    await mkdir(path.join(dir, `trash/videos/2026-11/kie-luma_a_1.mp4`), { recursive: true });
    await acts.trash(names.map((id) => `kie-luma:${id}`));
    expect(await acts.purge('all')).toEqual({ purged: 3 });
    const left = async (): Promise<readonly string[]> =>
      (await readdir(path.join(dir, 'trash/videos/2026-11'))).concat(await readdir(path.join(dir, 'videos/2026-11')));
    expect(await left()).toEqual(['kie-luma_a_1.mp4']);
    const atNextStart = removalsIn(dir, { library });
    await atNextStart.takeUp();
    await rm(path.join(dir, 'trash/videos/2026-11/kie-luma_a_1.mp4'), { recursive: true });
    await writeFile(file('a'), 'film');
    await atNextStart.takeUp();
    expect(await left()).toEqual([]);
    await atNextStart.close();
    await library.close();
  });

  it('is done where a shelf elsewhere does not answer: files are found all the same, and go once it does', async () => {
    const { dir, library } = await setUp();
    const store = createDiskStore(dir);
    let isAway = true;
    const away = new InboxError('unavailable', asTold('The S3 server is busy (503 SlowDown).'));
    let refused = 0;
    const orAway = <T>(work: () => Promise<T>): Promise<T> => {
      if (!isAway) return work();
      refused += 1;
      return Promise.reject(away);
    };
    const places = createFilePlaces({
      ...store,
      move: (pairs) => orAway(() => store.move(pairs)),
      remove: (name) => orAway(() => store.remove(name)),
    });
    const removals = removalsIn(dir, { library, places });
    const acts = createTaskActs({
      library,
      places,
      removals,
      plan: createDownloadPlan(noDownloads),
      downloads: noDownloads,
      retryNow: () => 0,
    });
    const ids = ['a', 'b', 'c', 'd'];
    for (const id of ids) await library.recordAll([delivery(id), saved(id, url)]);
    await mkdir(path.join(dir, 'videos/2026-11'), { recursive: true });
    const film = (id: string): string => path.join(dir, `videos/2026-11/kie-luma_${id}_1.mp4`);
    const isThere = (id: string): Promise<boolean> =>
      readFile(film(id)).then(
        () => true,
        () => false,
      );
    for (const id of ids) await writeFile(film(id), 'film');
    const keys = ids.map((id) => `kie-luma:${id}`);
    expect(await acts.trash(keys)).toEqual({ keys });
    expect(await acts.restore(['kie-luma:c'])).toEqual({ keys: ['kie-luma:c'] });
    refused = 0;
    expect(await acts.purge(['kie-luma:a', 'kie-luma:b', 'kie-luma:d'])).toEqual({ purged: 3 });
    expect(refused).toBe(1); // each takes seconds, and the person waits
    await removals.takeUp();
    expect(await Promise.all(ids.map(isThere))).toEqual([true, true, true, true]);
    // It came again meanwhile, and its film has the name of before.
    await library.recordAll([delivery('b'), saved('b', url)]);
    await removals.close();
    isAway = false;
    // After a restart, with a library that may lack what others did since; and once it lacks nothing.
    let isCurrent = false;
    const later = removalsIn(dir, { library, places, isCurrent: () => Promise.resolve(isCurrent) });
    await later.takeUp();
    expect(await Promise.all(ids.map(isThere))).toEqual([true, true, true, true]);
    isCurrent = true;
    await later.takeUp();
    expect(await Promise.all(ids.map(isThere))).toEqual([false, true, true, false]);
    await later.close();
    await library.close();
  });

  it('goes on after a stop in the middle of it: the files of what was removed for good leave after the next start', async () => {
    const { dir, library } = await setUp();
    const store = createDiskStore(dir);
    const stuck = createFilePlaces({ ...store, remove: () => new Promise(() => undefined) });
    const acts = createTaskActs({
      library,
      places: stuck,
      removals: removalsIn(dir, { library, places: stuck }),
      plan: createDownloadPlan(noDownloads),
      downloads: noDownloads,
      retryNow: () => 0,
    });
    await library.recordAll([delivery('a'), saved('a', url)]);
    const film = path.join(dir, 'trash/videos/2026-11/kie-luma_a_1.mp4');
    await mkdir(path.dirname(film), { recursive: true });
    await writeFile(film, 'film');
    await library.record({ type: 'trashed', keys: ['kie-luma:a'] });
    void acts.purge('all');
    await expect.poll(() => library.head('kie-luma:a')).toBeUndefined();
    expect(await readFile(film, 'utf8')).toBe('film');
    const next = removalsIn(dir, { library });
    await next.takeUp();
    await expect(readFile(film)).rejects.toMatchObject({ code: 'ENOENT' });
    await next.close();
    await library.close();
  });

  it('takes back what it did: each task has what it had before, once', async () => {
    const { library, acts } = await setUp();
    for (const id of ['a', 'b', 'c']) await library.record(delivery(id));
    const keys = ['kie-luma:a', 'kie-luma:b', 'kie-luma:c'];
    await acts.mark(['kie-luma:a'], { starred: true, rating: 3 });
    await acts.tag(['kie-luma:b'], { add: ['rain', 'pitch'] });
    await acts.setProject(['kie-luma:c'], 'spring');
    const before = headsOf(library);
    const undone = [
      await acts.mark(keys, { starred: true, pick: 'picked', rating: 5 }),
      await acts.tag(keys, { add: ['pitch'], remove: ['rain'] }),
      await acts.setProject({ query: filter }, 'autumn'),
    ].map(({ undo }) => undo ?? '');
    expect(headsOf(library)).not.toEqual(before);
    for (const undo of undone.toReversed()) await acts.undo(undo);
    expect(headsOf(library).map((head) => ({ ...head, tags: head.tags.toSorted(), rating: head.rating ?? 0 }))).toEqual(
      before.map((head) => ({ ...head, tags: head.tags.toSorted(), rating: head.rating ?? 0 })),
    );
    await expect(acts.undo(undone[0] ?? '')).rejects.toMatchObject({ code: 'not-found' });
    await library.close();
  });

  it('takes back nothing that was changed since, and says so where that is all of it', async () => {
    const { library, acts } = await setUp();
    for (const id of ['a', 'b', 'c']) await library.record(delivery(id));
    const [a, b, c] = ['kie-luma:a', 'kie-luma:b', 'kie-luma:c'] as const;
    await acts.tag([a, b, c], { add: ['old'] });
    const judged = await acts.mark([a, b], { rating: 5, pick: 'picked' });
    const moved = await acts.setProject([a, b], 'spring');
    const renamed = await acts.tag([a, b, c], { add: ['new'], remove: ['old'] });
    // Somebody else, in another window.
    await acts.mark([a], { rating: 1 });
    await acts.setProject([a], 'autumn');
    await acts.tag([a], { remove: ['new'] });
    await acts.tag([b], { add: ['newest'], remove: ['new'] });
    await acts.tag([c], { add: ['other'] });
    expect((await acts.undo(judged.undo ?? '')).keys.toSorted()).toEqual([a, b]);
    expect((await acts.undo(moved.undo ?? '')).keys).toEqual([b]);
    expect((await acts.undo(renamed.undo ?? '')).keys).toEqual([c]);
    expect(library.get(a)).toMatchObject({ rating: 1, project: 'autumn', tags: [] });
    expect(library.get(a)).not.toHaveProperty('pick');
    expect(library.get(b)).toMatchObject({ tags: ['newest'] });
    expect(library.get(b)).not.toHaveProperty('rating');
    expect(library.get(b)).not.toHaveProperty('project');
    expect(library.get(c)).toMatchObject({ tags: ['other', 'old'] });
    const starred = await acts.mark([a], { starred: true });
    await acts.mark([a], { starred: false });
    await expect(acts.undo(starred.undo ?? '')).rejects.toMatchObject({ code: 'conflict' });
    await library.close();
  });

  it('keeps what comes later out of all that matched', async () => {
    const { library, acts } = await setUp();
    await library.record(delivery('a'));
    const until = library.get('kie-luma:a')?.receivedAt ?? '';
    await expect.poll(() => new Date().toISOString() > until).toBe(true);
    await library.record(delivery('b'));
    const { keys } = await acts.mark({ query: { ...filter, until } }, { seen: true });
    expect(keys).toEqual(['kie-luma:a']);
    await library.close();
  });

  it('takes back once what is undone twice at once, and still can where the disk refused', async () => {
    const { dir, library, acts, disk } = await setUp();
    await library.record(delivery('a'));
    const { undo = '' } = await acts.mark(['kie-luma:a'], { starred: true });
    disk.isFull = true;
    await expect(acts.undo(undo)).rejects.toMatchObject({ code: 'storage-failed' });
    disk.isFull = false;
    const both = await Promise.allSettled([acts.undo(undo), acts.undo(undo)]);
    expect(both.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    expect(library.head('kie-luma:a')?.starred).toBe(false);
    await library.close();
    expect((await journalLines(dir)).filter(({ type }) => type === 'marked')).toHaveLength(2);
  });

  it('takes a rule in place of names, and what it answers undoes it', async () => {
    const { library, acts } = await setUp();
    for (const [id, prompt] of [
      ['a', 'snow'],
      ['b', 'rain'],
      ['c', 'snow'],
    ] as const) {
      await library.record(delivery(id, { prompt }));
    }
    await acts.tag(['kie-luma:a'], { add: ['pitch'] });
    const tagged = await acts.tag({ query: { ...filter, text: 'snow' } }, { add: ['pitch'] });
    expect(tagged.keys).toEqual(['kie-luma:c']);
    expect(library.get('kie-luma:c')?.tags).toEqual(['pitch']);
    await acts.tag(tagged.keys, { remove: ['pitch'] });
    expect(headsOf(library).map(({ tags }) => tags)).toEqual([['pitch'], [], []]);
    const { keys } = await acts.setProject({ query: filter }, 'spring');
    expect(keys).toHaveLength(3);
    await acts.setTitle('kie-luma:b', 'The harbour');
    await acts.setNote('kie-luma:b', 'for Ann');
    await acts.mark(['kie-luma:b'], { rating: 4, pick: 'picked' });
    expect(library.get('kie-luma:b')).toMatchObject({
      project: 'spring',
      title: 'The harbour',
      note: 'for Ann',
      rating: 4,
      pick: 'picked',
    });
    await acts.mark(['kie-luma:b'], { rating: 0, pick: null });
    await acts.setTitle('kie-luma:b', null);
    expect(library.get('kie-luma:b')).not.toHaveProperty('title');
    expect(library.get('kie-luma:b')).not.toHaveProperty('pick');
    await library.close();
  });

  it('empties the trash of a disk that has no room left for the record of that', async (context) => {
    const mount = await mountSmallDisk(await tempDir(), 3);
    if (mount === null) return skipHere(context, noMount);
    onTestFinished(() => mount.unmount());
    const { dir, library, acts } = await setUp(mount.dir);
    for (const id of ['a', 'b', 'c']) {
      await library.recordAll([delivery(id), saved(id, url)]);
      await mkdir(path.join(dir, 'videos/2026-11'), { recursive: true });
      await writeFile(path.join(dir, `videos/2026-11/kie-luma_${id}_1.mp4`), Buffer.alloc(100_000, 1));
    }
    await acts.trash(['kie-luma:a', 'kie-luma:b']);
    await fillDisk(path.join(dir, 'filler'));
    // To the last byte of its last block.
    await expect(
      (async () => {
        for (;;) await acts.setNote('kie-luma:c', 'n'.repeat(100));
      })(),
    ).rejects.toMatchObject({ code: 'storage-failed' });
    expect(await acts.purge('all')).toEqual({ purged: 2 });
    expect(library.glances().map(({ key }) => key)).toEqual(['kie-luma:c']);
    expect(await readdir(path.join(dir, 'trash/videos/2026-11'))).toEqual([]);
    expect(await readdir(path.join(dir, 'videos/2026-11'))).toEqual(['kie-luma_c_1.mp4']);
    await library.close();
  });

  it('moves files behind the event, back again, and away for good', async () => {
    const { dir, library, acts } = await setUp();
    for (const id of ['a', 'b']) {
      await library.record(delivery(id));
      await library.record(saved(id, url));
      await mkdir(path.join(dir, 'videos/2026-11'), { recursive: true });
      await writeFile(path.join(dir, `videos/2026-11/kie-luma_${id}_1.mp4`), id);
    }
    const inTrash = (id: string): Promise<string> =>
      readFile(path.join(dir, `trash/videos/2026-11/kie-luma_${id}_1.mp4`), 'utf8');
    expect((await acts.trash(['kie-luma:a', 'kie-luma:b', 'kie-luma:gone'])).keys).toHaveLength(2);
    expect(await inTrash('a')).toBe('a');
    expect((await acts.restore(['kie-luma:b'])).keys).toEqual(['kie-luma:b']);
    expect(await readFile(path.join(dir, 'videos/2026-11/kie-luma_b_1.mp4'), 'utf8')).toBe('b');
    expect(await acts.purge('all')).toEqual({ purged: 1 });
    await expect(inTrash('a')).rejects.toThrow('ENOENT');
    expect(library.glances().map(({ key }) => key)).toEqual(['kie-luma:b']);
    await library.close();
  });

  it('brings one task back while hundreds of others are still on their way to the trash', async () => {
    const dir = await tempDir();
    const library = await openLibraryIn(dir);
    const ids = Array.from({ length: 300 }, (_, n) => `t${String(n)}`);
    await library.recordAll(ids.map((id) => delivery(id)));
    const keys = ids.map((id) => `kie-luma:${id}`);
    const places = createFilePlaces(createDiskStore(dir));
    const moved: string[][] = [];
    let goOn: () => void = () => undefined;
    const gates = [new Promise<void>((resolve) => (goOn = resolve)), new Promise<never>(() => undefined)];
    const acts = createTaskActs({
      library,
      places: {
        ...places,
        async moveToTrash(tasks) {
          moved.push(tasks.map(({ key }) => key));
          await gates[moved.length - 1];
        },
      },
      removals: removalsIn(dir, { library }),
      plan: createDownloadPlan(noDownloads),
      downloads: noDownloads,
      retryNow: () => 0,
    });
    void acts.trash(keys);
    const restoring = acts.restore([keys[299] ?? '', keys[0] ?? '']);
    for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    goOn();
    expect((await restoring).keys).toEqual([keys[299], keys[0]]);
    await expect.poll(() => moved.length).toBe(2);
    // Nobody moves what was brought back by then.
    expect(moved.flat().filter((key) => key === keys[0] || key === keys[299])).toEqual([]);
    expect(moved.flat()).toHaveLength(298);
    await library.close();
  });

  it('of what is thrown away anew while the files of many come back, it is not said that nobody knows whether it is back', async () => {
    const dir = await tempDir();
    const library = await openLibraryIn(dir);
    const ids = Array.from({ length: 300 }, (_, n) => `t${String(n)}`);
    await library.recordAll(ids.map((id) => delivery(id)));
    const keys = ids.map((id) => `kie-luma:${id}`);
    const places = createFilePlaces(createDiskStore(dir));
    let goOn: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (goOn = resolve));
    const acts = createTaskActs({
      library,
      places: { ...places, moveBack: () => gate },
      removals: removalsIn(dir, { library }),
      plan: createDownloadPlan(noDownloads),
      downloads: noDownloads,
      retryNow: () => 0,
    });
    await acts.trash(keys);
    const restoring = acts.restore(keys);
    const trashing = acts.trash(keys);
    for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    goOn();
    expect([(await restoring).keys, (await trashing).keys]).toEqual([[], keys]);
    await library.close();
  });

  it('removes nothing for good before the downloads of the task have ended', async () => {
    const { library, acts, end } = await setUpBusy();
    await library.record(delivery('a'));
    await acts.trash(['kie-luma:a']);
    const purging = acts.purge('all');
    for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    expect(library.get('kie-luma:a')).toBeDefined();
    end();
    expect(await purging).toEqual({ purged: 1 });
    expect(library.get('kie-luma:a')).toBeUndefined();
    await library.close();
  });

  it('removes nothing for good that was brought back before its turn came', async () => {
    const { library, acts, end } = await setUpBusy();
    for (const id of ['a', 'b']) await library.record(delivery(id));
    await acts.trash(['kie-luma:a', 'kie-luma:b']);
    const purging = acts.purge('all');
    await acts.restore(['kie-luma:a']);
    end();
    expect(await purging).toEqual({ purged: 1 });
    expect(library.glances().map(({ key }) => key)).toEqual(['kie-luma:a']);
    await library.close();
  });

  it('removes nothing for good of which a callback tells a new film meanwhile: that was paid for', async () => {
    const { library, acts, end } = await setUpBusy();
    for (const id of ['a', 'b']) await library.record(delivery(id));
    await acts.trash(['kie-luma:a', 'kie-luma:b']);
    const purging = acts.purge('all');
    await library.record(delivery('a', { videoUrls: ['https://x.test/another.mp4'] }));
    await library.record(delivery('b'));
    end();
    expect(await purging).toEqual({ purged: 1 });
    expect(library.glances().map(({ key }) => key)).toEqual(['kie-luma:a']);
    expect(library.get('kie-luma:a')?.videos).toHaveLength(2);
    await library.close();
  });

  it.each(['restored first', 'emptied first'])('whoever is told that a task is back has it: %s', async (order) => {
    const { library, acts } = await setUp();
    await library.record(delivery('a'));
    await acts.trash(['kie-luma:a']);
    const back = (): Promise<readonly string[]> =>
      acts.restore(['kie-luma:a']).then(
        ({ keys }) => keys,
        () => [],
      );
    const purge = (): Promise<number> => acts.purge('all').then(({ purged }) => purged);
    const begun = order === 'restored first' ? [back(), purge(), purge()] : [purge(), back(), purge()];
    const told = await Promise.all(begun);
    const keys = told.flatMap((each) => (typeof each === 'number' ? [] : each));
    const purged = told.reduce<number>((sum, each) => (typeof each === 'number' ? sum + each : sum), 0);
    expect(library.glances().map(({ key }) => key)).toEqual(keys);
    expect(purged).toBe(1 - keys.length);
    await library.close();
  });

  describe('on two machines that share a log', () => {
    /** The one stores what it is asked for only behind `first`, as the log of both has it. */
    async function setUpTwo() {
      const { dir, library, acts } = await setUp();
      const name = 'videos/2026-11/kie-luma_a_1.mp4';
      await mkdir(path.join(dir, path.dirname(name)), { recursive: true });
      await writeFile(path.join(dir, name), 'film');
      await library.recordAll([delivery('a'), saved('a', url)]);
      await acts.trash(['kie-luma:a']);
      const removals = removalsIn(dir, { library });
      const late = (record: Library['recordAll']): TaskActs =>
        createTaskActs({
          library: { ...library, recordAll: record },
          places: createFilePlaces(createDiskStore(dir)),
          removals,
          plan: createDownloadPlan(noDownloads),
          downloads: noDownloads,
          retryNow: () => 0,
        });
      const film = (): Promise<string> =>
        readFile(path.join(dir, name), 'utf8').catch(() => readFile(path.join(dir, 'trash', name), 'utf8'));
      return { dir, library, acts, late, removals, film };
    }

    it('what is brought back before the trash is emptied stays, with its file, also where it is told anew', async () => {
      const { dir, library, acts, late, film } = await setUpTwo();
      const purging = late(async (drafts) => {
        expect((await acts.restore(['kie-luma:a'])).keys).toEqual(['kie-luma:a']);
        await library.recordAll(drafts);
      });
      expect(await purging.purge('all')).toEqual({ purged: 0 });
      expect(library.head('kie-luma:a')?.trashedAt).toBeNull();
      expect(await film()).toBe('film');
      expect((await journalLines(dir)).at(-1)).toMatchObject({ type: 'purged' });
      expect(await library.verify()).toMatchObject({ differing: 0 });
      await library.close();
    });

    it('who comes behind the emptying is told that it is gone', async () => {
      const { library, acts, late, film } = await setUpTwo();
      const restoring = late(async (drafts) => {
        expect(await acts.purge('all')).toEqual({ purged: 1 });
        await library.recordAll(drafts);
      });
      await expect(restoring.restore(['kie-luma:a'])).rejects.toMatchObject({ code: 'not-found' });
      expect(library.head('kie-luma:a')).toBeUndefined();
      await expect(film()).rejects.toMatchObject({ code: 'ENOENT' });
      await library.close();
    });

    it('as long as the log has not told the order, nobody is told that it is back and no file is removed', async () => {
      const { library, late, removals, film } = await setUpTwo();
      const waiting: Parameters<Library['recordAll']>[0][] = [];
      const away = late((drafts) => Promise.resolve(void waiting.push(drafts)));
      await expect(away.restore(['kie-luma:a'])).rejects.toMatchObject({ code: 'unavailable' });
      expect(await away.purge('all')).toEqual({ purged: 1 });
      expect(await film()).toBe('film');
      await library.recordAll(waiting.slice(1).flat());
      await removals.left('kie-luma:a');
      await expect(film()).rejects.toMatchObject({ code: 'ENOENT' });
      await library.close();
    });

    it('nor of what a copy removes, and then its files go as well', async () => {
      const { library, removals, film } = await setUpTwo();
      const waiting: Parameters<Library['recordAll']>[0][] = [];
      const recordAll: Library['recordAll'] = (drafts) => Promise.resolve(void waiting.push(drafts));
      const nothing = () => Promise.resolve();
      const take = createTakeEvents({
        library: { ...library, recordAll },
        seen: { hasSeen: () => Promise.resolve(false) },
        places: { moveToTrash: nothing, moveBack: nothing },
        removals,
        plan: { forget: nothing },
        retryNow: () => undefined,
      });
      await take([{ type: 'purged', keys: ['kie-luma:a'], origin: { node: 'copy', k: 1 } }]);
      expect(await film()).toBe('film');
      await library.recordAll(waiting.flat());
      await removals.left('kie-luma:a');
      await expect(film()).rejects.toMatchObject({ code: 'ENOENT' });
      await library.close();
    });
  });

  it('fetches again what failed and what is not on disk any more, and says so where there is nothing', async () => {
    const { library, acts, retried } = await setUp();
    for (const id of ['a', 'b']) await library.record(delivery(id));
    await library.record(saved('a', url));
    const failure = { reason: 'gone', params: { host: 'media.example.test', status: 404 }, gone: true } as const;
    await library.record({ type: 'video-failed', key: 'kie-luma:b', url, code: 'gone', ...failure });
    expect((await acts.retry(['kie-luma:a', 'kie-luma:b'])).keys).toEqual(['kie-luma:a', 'kie-luma:b']);
    expect(retried).toEqual(['kie-luma:a', 'kie-luma:b']);
    expect(library.get('kie-luma:b')?.videos[0]).toMatchObject({ state: 'queued', errorCode: null });
    await expect(acts.mark(['kie-luma:none'], { seen: true })).rejects.toMatchObject({ code: 'not-found' });
    await library.close();
  });

  it('fetches at once what waits elsewhere for its next attempt, and says so where it is on its way', async () => {
    const { dir, library } = await setUp();
    const nextAt = '2026-11-21T23:10:00.000Z';
    const params = { host: 'media.example.test', status: 404 };
    const attempt = { code: 'gone', reason: 'not-there-yet', params, nextAt, n: 3, of: 49 } as const;
    await library.recordAll([delivery('a'), { type: 'attempted', key: 'kie-luma:a', url, ...attempt }]);
    const acts = createTaskActs({
      ...{ library, places: createFilePlaces(createDiskStore(dir)), removals: removalsIn(dir, { library }) },
      ...{ plan: createDownloadPlan(noDownloads), downloads: noDownloads, retryNow: () => 0, othersFetch: true },
    });
    expect(await acts.retry(['kie-luma:a'])).toEqual({ keys: ['kie-luma:a'] });
    expect(library.get('kie-luma:a')?.videos[0]?.attempts).toBeUndefined();
    await expect(acts.retry(['kie-luma:a'])).rejects.toMatchObject({ code: 'conflict' });
    await library.close();
    const asked = (await journalLines(dir)).filter(({ type }) => type === 'video-queued');
    expect(asked).toMatchObject([{ videos: [{ key: 'kie-luma:a', url }], atOnce: true }]);
  });

  it('gives a shelf what it lost and this machine has, and fetches that not again', async () => {
    const { dir, library } = await setUp();
    await library.recordAll([delivery('a'), saved('a', url)]);
    const film = path.join(dir, 'videos/2026-11/kie-luma_a_1.mp4');
    await mkdir(path.dirname(film), { recursive: true });
    await writeFile(film, 'stands for its name');
    let isLost = true;
    const bringBack = () => Promise.resolve(!(isLost = false));
    const holds = () => Promise.resolve(!isLost);
    const places = createFilePlaces({ ...createDiskStore(dir), holds, bringBack });
    const acts = createTaskActs({
      ...{ library, places, removals: removalsIn(dir, { library }), plan: createDownloadPlan(noDownloads) },
      ...{ downloads: noDownloads, retryNow: () => 0 },
    });
    expect(await acts.retry(['kie-luma:a'])).toEqual({ keys: ['kie-luma:a'] });
    expect(library.get('kie-luma:a')?.videos[0]).toMatchObject({ state: 'saved' });
    await expect(acts.retry(['kie-luma:a'])).rejects.toMatchObject({ code: 'conflict' });
    await library.close();
  });
});
