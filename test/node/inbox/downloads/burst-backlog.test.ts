import { beforeEach, expect, it, onTestFinished, vi } from 'vitest';
import { createBurstBacklog } from '../../../../src-main/node/inbox/downloads/burst-backlog.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
});

function openBacklog(waiting: () => number = () => 256) {
  const acted: string[] = [];
  const troubles: string[] = [];
  const backlog = createBurstBacklog({
    waiting: () => waiting() + acted.length,
    act(key) {
      if (key === 'broken') throw new Error('out of order');
      acted.push(key);
    },
    onTrouble: (key) => troubles.push(key),
  });
  const look = async (): Promise<void> => {
    await vi.advanceTimersByTimeAsync(250);
    // What is long takes turns of the loop.
    for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  };
  return { backlog, acted, troubles, look };
}

it('takes nothing while few wait', () => {
  const { backlog } = openBacklog(() => 255);
  expect(backlog.takes('a', 'one')).toBe(false);
});

it('gives all their places once the burst is over, each callback URL its share, and what breaks holds up no other', async () => {
  const { backlog, acted, troubles, look } = openBacklog();
  for (const key of ['a1', 'a2', 'broken', 'a3']) expect(backlog.takes(key, 'a')).toBe(true);
  for (const key of ['b1', 'b2', 'a1']) backlog.takes(key, 'b');
  expect(backlog.has('a1')).toBe(true);
  await look();
  expect(backlog.has('a1')).toBe(false);
  expect(acted).toEqual(['a1', 'b1', 'a2', 'b2', 'a3']);
  expect(troubles).toEqual(['broken']);
});

it('fills the queue up while a burst goes on, and keeps the others in their order', async () => {
  let others = 256;
  const { backlog, acted, look } = openBacklog(() => others);
  const keys = Array.from({ length: 400 }, (_, n) => `t${String(n)}`);
  const come = (from: number, to: number): void => {
    for (const key of keys.slice(from, to)) backlog.takes(key, 'a');
  };
  come(0, 200);
  await look();
  expect(acted).toEqual([]);
  come(200, 380);
  others = 0;
  await look();
  expect(acted).toEqual(keys.slice(0, 256));
  others = 256;
  come(380, 400);
  await look();
  expect(acted).toHaveLength(256);
  await look();
  expect(acted).toEqual(keys);
});

it('lets nobody wait for the end of a burst that has none', async () => {
  const { backlog, acted, look } = openBacklog();
  for (let n = 0; n < 60; n += 1) {
    for (let each = 0; each < 20; each += 1) backlog.takes(`t${String(n)}.${String(each)}`, 'a');
    expect(acted).toEqual([]);
    await look();
  }
  expect(acted).toHaveLength(1200);
});

it('gives nothing any more when it is closed', async () => {
  const { backlog, acted, look } = openBacklog();
  backlog.takes('a', 'a');
  backlog.close();
  await look();
  expect(acted).toEqual([]);
  expect(backlog.takes('b', 'a')).toBe(false);
});
