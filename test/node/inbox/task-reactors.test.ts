import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { needsRole } from '../../../src-main/node/inbox/machines/shared-work.ts';
import { taskReactors } from '../../../src-main/node/inbox/task-reactors.ts';
import type { StampedEvent } from '../../../src-main/common/events.ts';
import { fold, foldVersion } from '../../../src-main/common/fold.ts';
import { takingTurns } from '../../../src-main/node/in-turns.ts';
import { silentLog } from '../../../src-main/node/log/log.ts';
import { createIndexPages } from '../../../src-main/node/projections/index-pages.ts';
import { startReactors } from '../../../src-main/node/reactors/reactors.ts';
import { delivery, saved } from '../../support/deliveries.ts';
import { idleReactorPorts } from '../../support/idle-reactors.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { openLibraryIn } from '../../support/test-library.ts';

it('a machine that only shows the gallery removes the files of what it was asked to remove, once the log tells of it', () => {
  const left: string[] = [];
  const idle = idleReactorPorts();
  const reactors = taskReactors({
    ...idle,
    removals: { ...idle.removals, left: (key) => Promise.resolve(void left.push(key)) },
  });
  const key = 'kie-luma:a';
  const event: StampedEvent = {
    v: 2,
    seq: 3,
    at: '2026-11-27T02:00:00.000Z',
    type: 'purged',
    keys: [key],
    ifTrashed: true,
  };
  for (const roles of [['gallery'], ['download']] as const) {
    const acting = reactors.filter(({ name }) => needsRole(name, roles));
    for (const { onChange } of acting) onChange({ event, key, task: null });
  }
  expect(left).toEqual([key, key]);
});

it('a task of which a film was told in the trash comes back at the next start, too; the others stay there', async () => {
  const library = await openLibraryIn(await tempDir());
  for (const id of ['a', 'b', 'c']) await library.record(delivery(id));
  await library.record({ type: 'trashed', keys: ['kie-luma:a', 'kie-luma:b'] });
  await library.record(delivery('a', { videoUrls: ['https://x.test/another.mp4'] }));
  const restored: unknown[] = [];
  const reactors = taskReactors({
    ...idleReactorPorts(),
    library,
    acts: { restore: (which) => Promise.resolve({ keys: [] }).finally(() => restored.push(which)) },
  });
  await reactors.find(({ name }) => name === 'trash')?.catchUp?.(takingTurns);
  expect(restored).toEqual([['kie-luma:a']]);
  await library.close();
});

it('what somebody on another machine wants at once waits for no next attempt here; what is renewed by itself does', () => {
  const key = 'kie-luma:a';
  const hurried: string[] = [];
  const reactors = taskReactors({ ...idleReactorPorts(), retryNow: (asked) => void hurried.push(asked) });
  const task = fold(undefined, { v: 2, seq: 1, at: '2026-11-27T01:00:00.000Z', ...delivery('a') }, key)?.task ?? null;
  const videos = [{ key, url: 'https://x.test/a.mp4' }];
  const event: StampedEvent = { v: 2, seq: 3, at: '2026-11-27T02:00:00.000Z', type: 'video-queued', videos };
  const downloads = reactors.find(({ name }) => name === 'downloads');
  downloads?.onChange({ event, key, task });
  expect(hurried).toEqual([]);
  downloads?.onChange({ event: { ...event, atOnce: true }, key, task });
  expect(hurried).toEqual([key]);
});

it('a task that was not known as the log tells it is fetched, asked about and watched for its end, once it is', async () => {
  const library = await openLibraryIn(await tempDir());
  await library.record(delivery('a', { videoUrls: ['https://x.test/a.mp4'] }));
  const task = library.get('kie-luma:a') ?? null;
  await library.close();
  const acted: string[] = [];
  const idle = idleReactorPorts();
  const list = taskReactors({
    ...idle,
    loop: { ...idle.loop, corrected: (key) => void acted.push(`asking ${key}`) },
    plan: { consider: ({ key }) => void acted.push(`downloads ${key}`) },
    expiry: {
      consider: ({ key }) => void acted.push(`expiry ${key}`),
      forget: (key) => void acted.push(`gone ${key}`),
    },
  });
  const reactors = startReactors({ onChange: () => () => undefined }, list, silentLog);
  reactors.corrected('kie-luma:a', task);
  reactors.corrected('kie-luma:b', null);
  const ofFirst = ['asking', 'downloads', 'expiry'].map((name) => `${name} kie-luma:a`);
  expect(acted).toEqual([...ofFirst, 'asking kie-luma:b', 'gone kie-luma:b']);
});

/** Which tasks have films aside was not noted, and a line of the journal is damaged. */
async function asAnEarlierVersionLeftIt(dir: string): Promise<void> {
  const journal = path.join(dir, 'journal/000001.ndjson');
  await writeFile(journal, (await readFile(journal, 'utf8')).replace('"taskId":"here"', '"taskId":"hers"'));
  const index = path.join(dir, 'index');
  const pages = createIndexPages(index, silentLog);
  const [entries = []] = (await pages.load()).pages;
  await pages.savePage(
    0,
    entries.map(({ facts, line }) => ({ facts: { ...facts, wantsFiles: false }, line })),
  );
  const file = path.join(index, 'checkpoint.json');
  const checkpoint = JSON.parse(await readFile(file, 'utf8')) as object;
  await writeFile(file, JSON.stringify({ ...checkpoint, fold: foldVersion - 1 }));
}

it.each([
  ['', false],
  [', also after an update', true],
])(
  'a film that came inside a callback stays as long as a person may take it, or the end of its task may mean it%s',
  async (_, isOlder) => {
    const dir = await tempDir();
    const film = (name: string): string => `inline:${name.repeat(64)}`;
    const before = await openLibraryIn(dir);
    await before.record(delivery('disputed', { videoUrls: ['https://x.test/a.mp4'] }, { trust: 'signed' }));
    await before.record(saved('disputed', 'https://x.test/a.mp4'));
    await before.record(delivery('disputed', { videoUrls: [film('a')] }));
    await before.record(delivery('on-its-way', { state: 'processing', videoUrls: [film('b')] }));
    await before.record(delivery('here', { videoUrls: [film('c')] }));
    await before.record(saved('here', film('c')));
    await before.close();
    if (isOlder) await asAnEarlierVersionLeftIt(dir);
    const library = await openLibraryIn(dir);
    const wanted: ReadonlySet<string>[] = [];
    const sweepFilms = (links: () => Promise<ReadonlySet<string>>): void =>
      void links().then((found) => wanted.push(found));
    const reactors = taskReactors({ ...idleReactorPorts(), library, sweepFilms });
    await reactors.find(({ name }) => name === 'downloads')?.catchUp?.(takingTurns);
    await expect.poll(() => wanted.map((links) => [...links].sort())).toEqual([[film('a'), film('b')]]);
    await library.close();
  },
);
