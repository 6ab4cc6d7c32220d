/** What was ordered is known whatever becomes of its file: under an id that was paid for nothing is ordered again. */
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import type { EventDraft } from '../../../src-main/common/events.ts';
import { openNdjsonLog } from '../../../src-main/node/event-log/ndjson-log.ts';
import { createMemoryStore, openMemoryLog } from '../../../src-main/node/event-log/memory-log.ts';
import { silentLog } from '../../../src-main/node/log/log.ts';
import { openLibraryOn } from '../../../src-main/node/projections/library.ts';
import { openSubmissionBook } from '../../../src-main/node/submissions/kept-book.ts';
import { delivery, stamp } from '../../support/deliveries.ts';
import { tempDir } from '../../support/temp-dir.ts';

const intended: EventDraft = {
  type: 'submission-intended',
  id: 'order-0001',
  provider: 'kie-luma',
  model: null,
  prompt: 'rain',
  sources: [],
  input: {},
  urlId: 'url',
  project: null,
  tags: [],
  estimate: null,
};
const created: EventDraft = { type: 'submission-created', id: 'order-0001', taskId: 'task-1' };

it.each<[string, (file: string) => Promise<unknown>]>([
  ['is not there', (file) => rm(file)],
  ['was cut', async (file) => writeFile(file, (await readFile(file, 'utf8')).slice(0, -40))],
  ['is empty', (file) => writeFile(file, '')],
  ['holds something else', (file) => writeFile(file, '{"version":1,"submissions":[null,{}]}')],
  ['cannot be read', (file) => rm(file).then(() => mkdir(file))],
])('where the file %s, the log tells of what was ordered', async (_, spoil) => {
  const file = path.join(await tempDir(), 'submissions.json');
  const events = await openNdjsonLog({
    dir: path.join(path.dirname(file), 'journal'),
    log: silentLog,
    now: () => new Date(),
  });
  const open = () => openSubmissionBook(file, silentLog, (onEvent) => events.read(null, onEvent));
  const first = await open();
  for (const event of await events.append([intended, created])) first.book.apply(event);
  await first.save();
  await first.close();

  await spoil(file);
  const again = await open();
  expect(again.book.get('order-0001')).toMatchObject({ state: 'made', taskId: 'task-1' });
  await again.close();
  await events.close();
});

it('a file that is whole is enough, and one that was made while the log could not be told is not', async () => {
  const file = path.join(await tempDir(), 'submissions.json');
  let asked = 0;
  const open = (fromStart: boolean) =>
    openSubmissionBook(file, silentLog, (onEvent) => {
      asked += 1;
      if (fromStart) for (const event of stamp([intended, created])) onEvent(event);
      return Promise.resolve({ fromStart });
    });
  const away = await open(false);
  const [later] = stamp([{ ...intended, id: 'order-0002' }]);
  if (later !== undefined) away.book.apply(later);
  await away.save();
  await away.close();

  const back = await open(true);
  expect(back.book.get('order-0001')).toMatchObject({ state: 'made', taskId: 'task-1' });
  expect(back.book.get('order-0002')).toMatchObject({ state: 'intended' });
  await back.close();
  const again = await open(true);
  expect(again.book.get('order-0001')).toMatchObject({ state: 'made' });
  await again.close();
  expect(asked).toBe(2);
});

it('an order that another machine made is in the file before the index says that it was told', async () => {
  const dir = await tempDir();
  const file = path.join(dir, 'submissions.json');
  const events = openMemoryLog({ store: createMemoryStore(), log: silentLog, now: () => new Date() });
  const open = () => openSubmissionBook(file, silentLog, () => Promise.resolve({ fromStart: true }), true);
  const here = await open();
  const saved: unknown[] = [];
  const library = await openLibraryOn(events, {
    indexDir: path.join(dir, 'index'),
    log: silentLog,
    beside: [here.book],
    async beforeCheckpoint() {
      await here.saveHeard();
      saved.push((await open()).book.get('order-0001')?.state);
    },
  });
  await events.append([intended, created, delivery('task-1')]);
  await library.close();
  expect(saved).toEqual(['made']);
});

it('a file of before, where machines share the log, may lack what others ordered: the log tells it, once', async () => {
  const file = path.join(await tempDir(), 'submissions.json');
  await writeFile(file, JSON.stringify({ version: 1, submissions: [], forgotten: '' }));
  let asked = 0;
  const open = (isShared: boolean) =>
    openSubmissionBook(
      file,
      silentLog,
      (onEvent) => {
        asked += 1;
        for (const event of stamp([intended, created])) onEvent(event);
        return Promise.resolve({ fromStart: true });
      },
      isShared,
    );
  expect((await open(false)).book.get('order-0001')).toBeNull();
  for (let n = 0; n < 2; n += 1) {
    expect((await open(true)).book.get('order-0001')).toMatchObject({ state: 'made', taskId: 'task-1' });
  }
  expect(asked).toBe(1);
});

it('what the log could not tell at the start is told before anything is ordered, and loses nothing that came meanwhile', async () => {
  let isThere = false;
  let comes = (): void => undefined;
  const [past, end] = stamp([intended, created]);
  const book = await openSubmissionBook(path.join(await tempDir(), 'submissions.json'), silentLog, (onEvent) => {
    if (isThere && past !== undefined) onEvent(past);
    comes();
    return Promise.resolve({ fromStart: isThere });
  });
  expect([await book.complete(), book.book.get('order-0001')]).toEqual([false, null]);
  isThere = true;
  comes = () => end !== undefined && book.book.apply(end);
  expect(await Promise.all([book.complete(), book.complete()])).toEqual([true, true]);
  expect(book.book.get('order-0001')).toMatchObject({ state: 'made', taskId: 'task-1' });
});

it('whoever orders waits for no log that is long or stuck: nothing is ordered until it is told', async () => {
  let tell = (): void => undefined;
  let isThere = false;
  const book = await openSubmissionBook(path.join(await tempDir(), 'submissions.json'), silentLog, () =>
    isThere
      ? new Promise((resolve) => (tell = () => resolve({ fromStart: true })))
      : Promise.resolve({ fromStart: false }),
  );
  isThere = true;
  expect(await book.complete(5)).toBe(false);
  const waits = book.complete();
  tell();
  expect(await waits).toBe(true);
});
