/** Tags and projects get other names, are merged and coloured; what is taken back is as it was. */
import path from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { openCallbackUrls } from '../../../../src-main/node/callbacks/callback-urls.ts';
import { createDownloadPlan } from '../../../../src-main/node/inbox/downloads/download-plan.ts';
import { createLabels } from '../../../../src-main/node/inbox/acts/labels.ts';
import { createTaskActs } from '../../../../src-main/node/inbox/acts/task-acts.ts';
import type { LabelsInUse } from '../../../../src-main/node/projections/counters.ts';
import { silentLog } from '../../../../src-main/node/log/log.ts';
import { openSettings } from '../../../../src-main/node/settings/settings.ts';
import { createDiskStore } from '../../../../src-main/node/video-store/disk-store.ts';
import { createFilePlaces } from '../../../../src-main/node/video-store/file-places.ts';
import { delivery } from '../../../support/deliveries.ts';
import { removalsIn } from '../../../support/removals-in.ts';
import { tempDir } from '../../../support/temp-dir.ts';
import { openLibraryIn } from '../../../support/test-library.ts';

async function setUp() {
  const dir = await tempDir();
  const now = () => new Date();
  const library = await openLibraryIn(dir, { now });
  onTestFinished(() => library.close());
  const downloads = {
    enqueue: () => undefined,
    cancel: () => Promise.resolve(),
    attach: () => Promise.reject(new Error('nothing is attached here')),
  };
  const acts = createTaskActs({
    library,
    places: createFilePlaces(createDiskStore(dir)),
    removals: removalsIn(dir, { library }),
    plan: createDownloadPlan(downloads),
    downloads,
    retryNow: () => 0,
  });
  const urls = await openCallbackUrls(path.join(dir, 'urls.json'), silentLog, now);
  const settings = await openSettings(path.join(dir, 'settings.json'), silentLog);
  const labels = createLabels({ library, acts, settings, urls });
  await library.recordAll(['a', 'b', 'c', 'd'].map((id) => delivery(id)));
  const keyOf = (id: string) => `kie-luma:${id}`;
  const tagsOf = (id: string) => library.head(keyOf(id))?.tags;
  return { dir, library, acts, urls, settings, labels, keyOf, tagsOf };
}

it('a tag that gets the name of another joins it, also in the trash, and each task gets back what it had', async () => {
  const { acts, labels, keyOf, tagsOf } = await setUp();
  await acts.tag([keyOf('a'), keyOf('b')], { add: ['pitch'] });
  await acts.tag([keyOf('b'), keyOf('c')], { add: ['Pitch'] });
  await acts.trash([keyOf('a')]);
  const changed = await labels.rename('tag', 'pitch', 'Pitch');
  expect([...changed.keys].sort()).toEqual([keyOf('a'), keyOf('b')]);
  expect(labels.list().tags).toEqual([{ name: 'Pitch', count: 2 }]);
  expect([tagsOf('a'), tagsOf('b'), tagsOf('c'), tagsOf('d')]).toEqual([['Pitch'], ['Pitch'], ['Pitch'], []]);
  await labels.undo(changed.undo ?? '');
  expect(tagsOf('a')).toEqual(['pitch']);
  expect(tagsOf('b')?.toSorted()).toEqual(['Pitch', 'pitch']);
  expect(tagsOf('c')).toEqual(['Pitch']);
  await labels.rename('tag', 'Pitch', null);
  expect(labels.list().tags).toEqual([]);
});

it('one that two machines made at once, each in its own capitals, is one: shown, renamed, taken off and brought back', async () => {
  const { acts, labels, keyOf, tagsOf } = await setUp();
  await acts.tag([keyOf('a'), keyOf('b')], { add: ['Blue'] });
  await acts.tag([keyOf('c')], { add: ['blue'] });
  await acts.setProject([keyOf('a')], 'Spot');
  await acts.setProject([keyOf('b')], 'SPOT');
  expect(labels.list()).toEqual({
    tags: [{ name: 'Blue', count: 3 }],
    projects: [{ name: expect.stringMatching(/^spot$/i) as string, count: 2 }],
  });
  const renamed = await labels.rename('tag', 'Blue', 'sea');
  expect(['a', 'b', 'c'].map(tagsOf)).toEqual([['sea'], ['sea'], ['sea']]);
  await labels.undo(renamed.undo ?? '');
  expect(['a', 'b', 'c'].map(tagsOf)).toEqual([['Blue'], ['Blue'], ['blue']]);
  await labels.rename('tag', 'Blue', 'BLUE');
  expect(['a', 'b', 'c'].map(tagsOf)).toEqual([['BLUE'], ['BLUE'], ['BLUE']]);
  await labels.rename('project', 'Spot', null);
  expect(labels.list().projects).toEqual([]);
});

it('one that was written with another apostrophe, or with its accents apart, is one too, as a search finds it', async () => {
  const { acts, labels, keyOf, tagsOf } = await setUp();
  await acts.tag([keyOf('a'), keyOf('b')], { add: ["O'Neill", 'caf\u00e9'] });
  await acts.tag([keyOf('c')], { add: ['O\u2019Neill', 'cafe\u0301'] });
  expect(labels.list().tags).toEqual([
    { name: 'caf\u00e9', count: 3 },
    { name: "O'Neill", count: 3 },
  ]);
  expect(labels.spelledAs('tag', 'o\u2018neill')).toBe("O'Neill");
  await labels.rename('tag', "O'Neill", 'O\u2019Neill');
  expect(tagsOf('a')).toContain('O\u2019Neill');
  expect(labels.list().tags).toContainEqual({ name: 'O\u2019Neill', count: 3 });
});

it('a name in other capitals joins the one that is in use, and that one may be written anew', async () => {
  const { acts, urls, labels, keyOf, tagsOf } = await setUp();
  await acts.tag([keyOf('a')], { add: ['Rain'] });
  await acts.tag([keyOf('b')], { add: ['wet'] });
  await labels.rename('tag', 'wet', 'rain');
  expect(tagsOf('b')).toEqual(['Rain']);
  await labels.rename('tag', 'Rain', 'RAIN');
  expect(labels.list().tags).toEqual([{ name: 'RAIN', count: 2 }]);
  await urls.mint({ label: 'Northwind', project: 'Northwind' });
  await acts.setProject([keyOf('c')], 'Spot');
  await labels.rename('project', 'Spot', 'NORTHWIND');
  expect(labels.list().projects).toEqual([{ name: 'Northwind', count: 1 }]);
});

it('the most used come first, and of those used alike the tenth behind the ninth', async () => {
  const { acts, labels, keyOf } = await setUp();
  await acts.tag([keyOf('a')], { add: ['Shot 10', 'Shot 9', 'Shot 1', 'rain'] });
  await acts.tag([keyOf('b')], { add: ['rain'] });
  expect(labels.list().tags.map(({ name }) => name)).toEqual(['rain', 'Shot 1', 'Shot 9', 'Shot 10']);
});

it('a project goes with its colour and its callback URLs, and comes back with them', async () => {
  const { acts, urls, labels, keyOf } = await setUp();
  const { id } = await urls.mint({ label: 'Northwind', project: 'Northwind' });
  const projectOfUrl = () => urls.list().find((entry) => entry.id === id)?.project;
  await acts.setProject([keyOf('a'), keyOf('b')], 'Northwind');
  await labels.color('project', 'Northwind', 'orange');
  const setProject = acts.setProject.bind(acts);
  const urlsThen: unknown[] = [];
  vi.spyOn(acts, 'setProject').mockImplementation((...args) => {
    urlsThen.push(projectOfUrl());
    return setProject(...args);
  });
  const { undo = '' } = await labels.rename('project', 'Northwind', 'Northwind spot');
  // What comes while many tasks are renamed would stay behind under the old name.
  expect(urlsThen).toEqual(['Northwind spot']);
  expect(labels.list().projects).toEqual([{ name: 'Northwind spot', count: 2, color: 'orange' }]);
  expect(projectOfUrl()).toBe('Northwind spot');
  await labels.undo(undo);
  expect(labels.list().projects).toEqual([{ name: 'Northwind', count: 2, color: 'orange' }]);
  expect(projectOfUrl()).toBe('Northwind');
});

it('a callback URL that was given another project since keeps it, also where nothing else is left to take back', async () => {
  const { acts, urls, labels, keyOf } = await setUp();
  const ids: string[] = [];
  for (const label of ['one', 'two']) ids.push((await urls.mint({ label, project: 'Northwind' })).id);
  const projectsOfUrls = () => ids.map((id) => urls.list().find((entry) => entry.id === id)?.project);
  await acts.setProject([keyOf('a')], 'Northwind');
  const { undo = '' } = await labels.rename('project', 'Northwind', 'Southwind');
  await urls.setProject(ids.slice(0, 1), 'Eastwind');
  await acts.setProject([keyOf('a')], 'Westwind');
  expect(await labels.undo(undo)).toEqual({ keys: [] });
  expect(projectsOfUrls()).toEqual(['Eastwind', 'Northwind']);
  expect(labels.list().projects).toEqual([{ name: 'Westwind', count: 1 }]);
});

it('colours are settings: another start knows them, and one that is taken away is gone', async () => {
  const { acts, settings, labels, keyOf } = await setUp();
  await acts.tag([keyOf('a')], { add: ['__proto__', 'rain'] });
  await labels.color('tag', '__proto__', 'pink');
  await labels.color('tag', 'rain', 'blue');
  expect(settings.get().labels.colors).toEqual({ 'tag:__proto__': 'pink', 'tag:rain': 'blue' });
  await labels.color('tag', 'rain', null);
  expect(labels.list().tags).toEqual([
    { name: '__proto__', count: 1, color: 'pink' },
    { name: 'rain', count: 1 },
  ]);
});

it('colours that are given at once are all kept', async () => {
  const { labels, settings } = await setUp();
  await Promise.all(['a', 'b', 'c'].map((name) => labels.color('tag', name, 'pink')));
  expect(settings.get().labels.colors).toEqual({ 'tag:a': 'pink', 'tag:b': 'pink', 'tag:c': 'pink' });
});

it('a name that differs from one in use by its capitals alone is that one, and so is the project of a callback URL', async () => {
  const { acts, labels, urls, keyOf } = await setUp();
  await acts.tag([keyOf('a')], { add: ['Harbour', 'NIGHT', 'night'] });
  await acts.setProject([keyOf('b')], 'Pitch');
  await urls.mint({ label: 'x', project: 'Kiosk' });
  const tag = (name: string) => labels.spelledAs('tag', name);
  const project = (name: string) => labels.spelledAs('project', name);
  expect(['harbour', 'HARBOUR', 'night', 'NIGHT', 'kiosk'].map(tag)).toEqual([
    ...['Harbour', 'Harbour', 'night', 'NIGHT', 'kiosk'],
  ]);
  expect(['pitch', 'KIOSK', 'harbour'].map(project)).toEqual(['Pitch', 'Kiosk', 'harbour']);
  const spelled = (add: string, remove: string) => labels.spelled({ add: [add], remove: [remove] });
  expect(spelled('night', 'HARBOUR')).toEqual({ add: ['night'], remove: ['HARBOUR', 'Harbour'] });
  expect(spelled('harbour', 'Harbour')).toEqual({ add: ['harbour'], remove: ['Harbour'] });
  expect(spelled('HARBOUR', 'night')).toEqual({ add: ['Harbour'], remove: ['night'] });
});

it('names in use are counted as tasks come and go, and are the same after a start', async () => {
  const { dir, acts, library, labels, keyOf } = await setUp();
  await acts.tag([keyOf('a'), keyOf('b'), keyOf('c')], { add: ['rain'] });
  await acts.setProject([keyOf('a'), keyOf('d')], 'Pitch');
  await acts.trash([keyOf('a'), keyOf('b')]);
  const both = { tags: [{ name: 'rain', count: 1 }], projects: [{ name: 'Pitch', count: 1 }] };
  expect(labels.list()).toEqual(both);
  await acts.restore([keyOf('b')]);
  await acts.tag([keyOf('c')], { add: ['night'], remove: ['rain'] });
  await acts.purge([keyOf('a')]);
  await acts.setProject([keyOf('d')], null);
  const left = [
    ['night', 1],
    ['rain', 1],
  ];
  const inUse = ({ tags, projects }: LabelsInUse) => [[...tags].sort(), [...projects]];
  expect(inUse(library.labels())).toEqual([left, []]);
  await library.close();
  const again = await openLibraryIn(dir, { now: () => new Date() });
  onTestFinished(() => again.close());
  expect(inUse(again.labels())).toEqual([left, []]);
  await again.close();
});
