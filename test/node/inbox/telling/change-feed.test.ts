import { expect, it } from 'vitest';
import { createChangeFeed } from '../../../../src-main/node/inbox/telling/change-feed.ts';
import { waitUntil } from '../../../support/wait-until.ts';

it('tells thousands of changes in turns, each once, and all of them at the end', async () => {
  const told: string[][] = [];
  const removed: string[] = [];
  let reads = 0;
  let readsInTurn = 0;
  let mostInTurn = 0;
  const feed = createChangeFeed({
    isHere(key) {
      reads += 1;
      readsInTurn += 1;
      if (readsInTurn === 1) setImmediate(() => (readsInTurn = 0));
      mostInTurn = Math.max(mostInTurn, readsInTurn);
      return key !== 'gone';
    },
    counts: () => ({ inbox: 0, library: 0, starred: 0, waiting: 0, failed: 0, trash: 0, providers: [] }),
    publishChanged: (keys) => told.push([...keys]),
    publishRemoved: ({ keys }) => removed.push(...keys),
    publishResync: () => told.push(['all']),
  });
  const keys = Array.from({ length: 1500 }, (_, n) => `t${String(n)}`);
  for (const key of [...keys, 'gone', ...keys]) feed.changed(key);
  await waitUntil(() => reads === 1501, 'all to be told');
  expect(told.flat()).toEqual(keys);
  expect(removed).toEqual(['gone']);
  expect(mostInTurn).toBeLessThanOrEqual(64);
  for (const key of keys) feed.changed(key);
  feed.flush();
  expect(told.flat()).toHaveLength(3000);
});

it('tells what an act does to very many tasks by one word, and what comes after it one by one', async () => {
  const told: string[] = [];
  const counted: (number | undefined)[] = [];
  const feed = createChangeFeed({
    isHere: () => true,
    counts: () => ({ inbox: 0, library: 100_000, starred: 0, waiting: 0, failed: 0, trash: 0, providers: [] }),
    publishChanged: (keys) => told.push(...keys),
    publishRemoved: () => undefined,
    publishResync({ counts }) {
      told.push('all');
      counted.push(counts?.library);
    },
  });
  for (let n = 0; n < 100_000; n += 1) feed.changed(`t${String(n)}`);
  await waitUntil(() => told.length > 0, 'the word');
  expect(counted).toEqual([100_000]);
  feed.changed('next');
  await waitUntil(() => told.length > 1, 'the next task');
  expect(told).toEqual(['all', 'next']);
});

it('tells by one word, too, what an act does to very many in pieces of few, and only as long as it goes on', async () => {
  const told: string[] = [];
  let nowMs = 0;
  const feed = createChangeFeed({
    isHere: () => true,
    counts: () => ({ inbox: 0, library: 0, starred: 0, waiting: 0, failed: 0, trash: 0, providers: [] }),
    publishChanged: (keys) => told.push(...keys),
    publishRemoved: () => undefined,
    publishResync: () => told.push('all'),
    nowMs: () => nowMs,
  });
  for (let piece = 0; piece < 20; piece += 1) {
    const before = told.length;
    for (let n = 0; n < 250; n += 1) feed.changed(`t${String(piece * 250 + n)}`, true);
    await waitUntil(() => told.at(-1) === 'all' || told.length === before + 250, 'the piece', 10_000);
    if (told.at(-1) === 'all') break;
  }
  expect(told).toHaveLength(2001);
  expect(told.at(-1)).toBe('all');
  // The act is not over yet: its next pieces are told by one word as well.
  nowMs += 600;
  for (let n = 0; n < 1900; n += 1) feed.changed(`late${String(n)}`, true);
  nowMs += 600;
  await waitUntil(() => told.length > 2001, 'the last of it', 10_000);
  expect(told.slice(2001)).toEqual(['all']);
  nowMs += 1000;
  feed.changed('next', true);
  feed.changed('after');
  // Nobody waits for the pause of an act that is over.
  const soon = setTimeout(() => told.push('late'), 500);
  await waitUntil(() => told.length > 2003, 'the next tasks', 10_000);
  clearTimeout(soon);
  expect(told.slice(2002, 2004)).toEqual(['next', 'after']);
});
