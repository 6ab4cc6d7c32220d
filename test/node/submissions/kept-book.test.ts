/** What was ordered is known whatever becomes of its file: under an id that was paid for nothing is ordered again. */
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import type { EventDraft } from '../../../src-main/common/events.ts';
import { openNdjsonLog } from '../../../src-main/node/event-log/ndjson-log.ts';
import { silentLog } from '../../../src-main/node/log/log.ts';
import { openSubmissionBook } from '../../../src-main/node/submissions/kept-book.ts';
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

it('a file that is whole is enough', async () => {
  const file = path.join(await tempDir(), 'submissions.json');
  await (await openSubmissionBook(file, silentLog, () => Promise.resolve())).close();
  let told = 0;
  await openSubmissionBook(file, silentLog, () => Promise.resolve((told += 1)));
  expect(told).toBe(0);
});
