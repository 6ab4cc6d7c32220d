/** What is asked about thousands of tasks at once holds up no callback, however little of it waits for the disk. */
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { TaskSums } from '../../../src-main/common/task-query.ts';
import { encodeBatch } from '../../../src-main/node/event-log/encode-batch.ts';
import { createLines } from '../../../src-main/node/event-log/line-format.ts';
import { createExports } from '../../../src-main/node/inbox/calls/exports.ts';
import { createLabels, type LabelPorts } from '../../../src-main/node/inbox/acts/labels.ts';
import { listedTasks } from '../../../src-main/node/inbox/calls/listed-tasks.ts';
import { createTaskActs, type TaskActs } from '../../../src-main/node/inbox/acts/task-acts.ts';
import { createLiveWork } from '../../../src-main/node/inbox/telling/live-work.ts';
import { taskReactors } from '../../../src-main/node/inbox/task-reactors.ts';
import { createTaskView } from '../../../src-main/node/inbox/telling/task-view.ts';
import { createToldTasks } from '../../../src-main/node/inbox/telling/told-tasks.ts';
import type { Library } from '../../../src-main/node/projections/library.ts';
import { takingTurns } from '../../../src-main/node/in-turns.ts';
import { createLinkLives } from '../../../src-main/node/reactors/link-lives.ts';
import { createDiskStore } from '../../../src-main/node/video-store/disk-store.ts';
import { createFilePlaces } from '../../../src-main/node/video-store/file-places.ts';
import { delivery } from '../../support/deliveries.ts';
import { turnsOfOthers } from '../../support/turns-of-others.ts';
import { waitUntil } from '../../support/wait-until.ts';
import { removalsIn } from '../../support/removals-in.ts';
import { openLibraryIn } from '../../support/test-library.ts';
import { createSecondLooks } from '../../../src-main/node/inbox/downloads/second-looks.ts';
import { createFakeClock } from '../../support/fake-clock.ts';

const ids = Array.from({ length: 6000 }, (_, n) => `t${n}`);
const keys = ids.map((id) => `kie-luma:${id}`);
let library: Library;
let acts: TaskActs;
let dir = '';

beforeAll(async () => {
  dir = await mkdtemp(path.join(os.tmpdir(), 'video-inbox-large-'));
  library = await openLibraryIn(dir);
  await library.recordAll(ids.map((id) => delivery(id)));
  acts = createTaskActs({
    // A disk that takes no time: what is left is our own work.
    library: { ...library, record: () => Promise.resolve(), recordAll: () => Promise.resolve() },
    places: { ...createFilePlaces(createDiskStore(dir)), isThere: () => Promise.resolve(true) },
    removals: removalsIn(dir, { library }),
    plan: {
      forget: () => Promise.resolve(),
      consider: () => undefined,
      jobFor: () => {
        throw new Error('nothing is attached here');
      },
    },
    downloads: { attach: () => Promise.reject(new Error('nothing is attached here')) },
    retryNow: () => 1,
  });
}, 60_000);
afterAll(async () => {
  await library.close();
  await rm(dir, { recursive: true, force: true });
});

it('a list of all, and a search through all that finds nothing', async () => {
  const toTaskView = createTaskView(createLiveWork(), createFilePlaces(createDiskStore(dir)), () => null);
  const all = { state: null, limit: 1_000_000 };
  let listed = 0;
  expect(
    await turnsOfOthers(async () => (listed = (await listedTasks(library, toTaskView, all)).length)),
  ).toBeGreaterThan(0);
  expect(listed).toBe(ids.length);
  const search = { ...all, query: 'no such words' };
  expect(await turnsOfOthers(() => listedTasks(library, toTaskView, search))).toBeGreaterThan(0);
});

it('acts on all of them', async () => {
  expect(await turnsOfOthers(() => acts.mark(keys, { starred: true, rating: 4, tags: ['pitch'] }))).toBeGreaterThan(0);
  expect(await turnsOfOthers(() => acts.retry(keys))).toBeGreaterThan(0);
});

it('one label of all that is named anew', async () => {
  const settings = { get: () => ({ labels: { colors: {} } }), update: () => Promise.resolve() };
  const urls = { list: () => [], setProject: () => Promise.resolve() };
  // Glances take so little that there must be many of them.
  const glances = Array.from({ length: 200 }, () => library.glances()).flat();
  const many = { glances: () => glances, labels: () => library.labels() };
  const labels = createLabels({ library: many, acts, urls, settings } as unknown as LabelPorts);
  expect(await turnsOfOthers(() => labels.rename('tag', 'no such tag', 'another'))).toBeGreaterThan(0);
});

it('the sums of those that are named', async () => {
  let sums: TaskSums | null = null;
  expect(await turnsOfOthers(async () => (sums = await library.sums(keys)))).toBeGreaterThan(0);
  expect(sums).toMatchObject({ tasks: ids.length });
});

it('hosts that hear of each of them', async () => {
  const toTaskView = createTaskView(createLiveWork(), createFilePlaces(createDiskStore(dir)), () => null);
  const trouble: string[] = [];
  const told = createToldTasks(
    library,
    toTaskView,
    () => undefined,
    (key) => void trouble.push(key),
  );
  const heard: string[] = [];
  told.onTask(({ key }) => heard.push(key));
  told.changed(keys[0] ?? '');
  expect(heard).toEqual(keys.slice(0, 1)); // a single one at once
  const others = await turnsOfOthers(async () => {
    for (const key of keys.slice(1)) told.changed(key);
    await waitUntil(() => heard.length === keys.length, 'the last one');
  });
  expect(others).toBeGreaterThan(1);
  expect(heard).toEqual(keys);
  // One that cannot hear it ends neither the telling nor the inbox.
  told.onTask(() => {
    throw new Error('deaf');
  });
  for (const key of keys) told.changed(key);
  await waitUntil(() => trouble.length === keys.length, 'the last one again');
  expect(heard).toEqual([...keys, ...keys]);
});

it('an export of all of them, of which nothing is on disk', async () => {
  const exports = createExports({
    library,
    places: createFilePlaces(createDiskStore(dir)),
    nowMs: () => 0,
    skipped: () => undefined,
  });
  const options = { title: 'a', template: '{title}', metadata: false, markers: false, client: false, language: 'en' };
  const prepare = () =>
    exports.prepare(keys, options).catch((error: unknown) => expect(error).toMatchObject({ code: 'conflict' }));
  expect(await turnsOfOthers(prepare)).toBeGreaterThan(0);
});

it('events that each name hundreds of tasks, as they are written out', async () => {
  const names = Array.from({ length: 256 }, (_, n) => `kie-luma:${String(n).padStart(24, '0')}`);
  const drafts = Array.from({ length: 500 }, () => ({ type: 'marked' as const, keys: names, seen: true }));
  const start = { at: '2026-11-20T10:00:00.000Z', seq: 0, givenUpFrom: null, place: { segment: 1, offset: 0 } };
  expect(await turnsOfOthers(() => encodeBatch([drafts], start, createLines()))).toBeGreaterThan(0);
});

it('what waits from before, when it is taken up at a start', async () => {
  let considered = 0;
  const note = (): void => void (considered += 1);
  const reactors = taskReactors({
    library,
    loop: {
      onChange: () => undefined,
      corrected: () => undefined,
      holds: () => false,
      start: () => Promise.resolve(),
      lives: createLinkLives(),
      client: { hasKey: () => false },
    },
    hooks: { onChange: () => undefined, catchUp: () => Promise.resolve() },
    digest: { begin: () => undefined, onChange: () => undefined },
    plan: { consider: note },
    looks: createSecondLooks({ library, look: note, clock: createFakeClock() }),
    retryNow: () => undefined,
    archive: { consider: note, dropped: () => undefined },
    expiry: { consider: note, forget: () => undefined },
    acts,
    removals: removalsIn(dir, { library }),
    sweepFilms: () => undefined,
    changed: () => undefined,
    now: () => Date.now(),
    onTrouble: (_key, error) => expect.fail(String(error)),
  });
  for (const name of ['downloads', 'inputs', 'expiry']) {
    const catchUp = reactors.find((reactor) => reactor.name === name)?.catchUp;
    expect(await turnsOfOthers(async () => catchUp?.(takingTurns))).toBeGreaterThan(0);
  }
  expect(considered).toBe(3 * ids.length);
});
