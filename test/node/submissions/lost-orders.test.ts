/** Orders in doubt and the list of a provider that moves while it is read. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { silentLog } from '../../../src-main/node/log/log.ts';
import { createProviderClient } from '../../../src-main/node/provider-api/provider-client.ts';
import { createLostOrders } from '../../../src-main/node/submissions/lost-orders.ts';
import { createSubmissionBook, type Submission } from '../../../src-main/node/submissions/submission-book.ts';
import { createClock } from '../../../src-main/node/clock.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { waitUntil } from '../../support/wait-until.ts';

const intendedAt = '2026-11-26T08:00:00.000Z';
const listed = (id: string, createdAt = intendedAt): object => ({
  id,
  created_at: createdAt,
  model: 'a/b',
  input: { prompt: 'rain', video: 'https://films.example/a.mp4' },
});
const longAgo = '2026-11-25T08:00:00.000Z';

let server: Server | null = null;
afterEach(async () => {
  const open = server;
  server = null;
  await new Promise((resolve) => (open === null ? resolve(null) : open.close(resolve)));
});

/** @param pages what the list answers, page by page; the last is answered for ever. */
async function look(orders: number, pages: readonly (readonly object[])[], hasEnd = true) {
  let asked = 0;
  let origin = '';
  const listening = createServer((request, response) => {
    const page = Number(new URL(request.url ?? '/', origin).searchParams.get('page') ?? 0);
    asked += 1;
    const results = pages[Math.min(page, pages.length - 1)] ?? [];
    const isLast = hasEnd && page >= pages.length - 1;
    const next = isLast ? null : `${origin}/v1/predictions?page=${String(page + 1)}`;
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ results, next }));
  });
  server = listening;
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${String((listening.address() as AddressInfo).port)}`;
  const book = createSubmissionBook();
  const submissions = Array.from({ length: orders }, (_, n): Submission => ({
    id: `s-${String(n)}`,
    provider: 'replicate',
    model: 'a/b',
    prompt: 'rain',
    sources: ['https://films.example/a.mp4'],
    input: {},
    project: null,
    urlId: `u-${String(n)}`,
    batch: null,
    intendedAt,
    state: 'unknown',
    taskId: null,
    code: null,
    message: null,
  }));
  book.restore(submissions);
  const found: string[] = [];
  const lost = createLostOrders({
    client: createProviderClient({ key: () => 'key', bases: new Map([['replicate', origin]]), clock: createClock() }),
    book,
    tokenOf: () => null,
    isKnown: () => false,
    found: (submission, taskId) => {
      found.push(`${submission.id} ${taskId}`);
      return Promise.resolve();
    },
    isOurTurn: () => true,
    clock: createFakeClock(Date.parse(intendedAt)),
    log: silentLog,
  });
  return { lost, submissions, found, asked: () => asked };
}

test('an order that two pages list, since others came while they were read, is found', async () => {
  const { lost, submissions } = await look(1, [
    [listed('other', '2026-11-26T10:00:00.000Z'), listed('mine')],
    [listed('mine'), listed('old', longAgo)],
  ]);
  const [submission] = submissions;
  expect(submission && (await lost.find(submission))).toBe('mine');
  await lost.close();
});

test('where the list has no end, one that could be it is not taken for it', async () => {
  const { lost, submissions, asked } = await look(1, [[listed('mine')], []], false);
  const [submission] = submissions;
  expect(submission && (await lost.find(submission))).toBeNull();
  expect(asked()).toBe(5);
  await lost.close();
});

test('two equal orders that are looked for at once do not both take the one that is listed', async () => {
  const { lost, submissions } = await look(2, [[listed('mine'), listed('old', longAgo)]]);
  const ids = await Promise.all(submissions.map((submission) => lost.find(submission)));
  expect(ids.filter((id) => id !== null)).toEqual(['mine']);
  // Asked again, whoever has it has it.
  expect(await Promise.all(submissions.map((submission) => lost.find(submission)))).toEqual(ids);
  await lost.close();
});

test('one that is looked for already is not looked for a second time', async () => {
  const { lost, found, asked } = await look(1, [[listed('mine'), listed('old', longAgo)]]);
  lost.start();
  lost.start();
  await waitUntil(() => found.length > 0, 'it to be found');
  await lost.close();
  expect([asked(), found]).toEqual([1, ['s-0 mine']]);
});
