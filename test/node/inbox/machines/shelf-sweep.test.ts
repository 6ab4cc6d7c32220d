/** That a running inbox sweeps its shelf by itself, and stops with it. */
import { expect, onTestFinished, test } from 'vitest';
import { startShelfSweep } from '../../../../src-main/node/inbox/machines/shelf-sweep.ts';
import { silentLog } from '../../../../src-main/node/log/log.ts';
import { waitUntil } from '../../../support/wait-until.ts';

const one = { name: 'one', wasCalled: () => false };

test('the shelf is swept again and again, also where one sweep fails, and never two at once', async () => {
  let sweeps = 0;
  let atOnce = 0;
  const stop = startShelfSweep({
    log: silentLog,
    library: () => Promise.resolve(one),
    noteMs: 1,
    firstMs: 1,
    everyMs: 1,
    store: {
      async sweepRemoved(olderThanMs) {
        expect(olderThanMs).toBe(24 * 3_600_000);
        sweeps += 1;
        expect((atOnce += 1)).toBe(1);
        await new Promise((resolve) => setTimeout(resolve, 5));
        atOnce -= 1;
        if (sweeps === 1) throw new Error('the shelf is away');
        return 1;
      },
    },
  });
  onTestFinished(stop);
  await waitUntil(() => sweeps > 2, 'three sweeps');
});

test('where another library has its films in the same place, nothing is swept by itself', async () => {
  const asked: string[] = [];
  const stop = startShelfSweep({
    log: silentLog,
    library: () => Promise.resolve(one),
    noteMs: 1,
    firstMs: 1,
    everyMs: 1,
    store: {
      isOfOne: ({ name }) => Promise.resolve(asked.push(name) > 3),
      sweepRemoved: () => Promise.resolve(asked.push('swept')),
    },
  });
  onTestFinished(stop);
  await waitUntil(() => asked.includes('swept'), 'a sweep');
  expect(asked.slice(0, 5)).toEqual(['one', 'one', 'one', 'one', 'swept']);
});

test('a sweep ends with the inbox', async () => {
  let hasEnded = false;
  let hasBegun = false;
  const stop = startShelfSweep({
    log: silentLog,
    library: () => Promise.resolve(one),
    noteMs: 1,
    firstMs: 1,
    store: {
      sweepRemoved: (_olderThanMs, signal) =>
        new Promise((_resolve, reject) => {
          hasBegun = true;
          signal.addEventListener('abort', () => {
            hasEnded = true;
            reject(new Error('aborted'));
          });
        }),
    },
  });
  await waitUntil(() => hasBegun, 'a sweep');
  stop();
  expect(hasEnded).toBe(true);
});
