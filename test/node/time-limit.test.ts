import { setTimeout as wait } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { inTime, orAfter } from '../../src-main/node/time-limit.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Resolves with the reason that the signal ended with, though all that nobody holds was collected meanwhile. */
async function reasonOf(signalOf: () => AbortSignal): Promise<unknown> {
  const ended = new Promise((resolve) => {
    const signal = signalOf();
    signal.addEventListener('abort', () => resolve(signal.reason));
  });
  await wait(1);
  collectGarbage();
  return Promise.race([ended, wait(5000, 'never')]);
}

describe('a signal with a limit', () => {
  test('ends when its time is up, also where garbage was collected meanwhile', async () => {
    expect(await reasonOf(() => orAfter(new AbortController().signal, 50))).toMatchObject({ name: 'TimeoutError' });
  });

  test('ends with the signal that it was made of', async () => {
    const closing = new AbortController();
    const ended = reasonOf(() => orAfter(closing.signal, 60_000));
    closing.abort('closing');
    expect(await ended).toBe('closing');
  });
});

describe('work with a limit', () => {
  test('is waited for until it is done, and fails as it fails', async () => {
    expect(await inTime(wait(1), 60_000)).toBe(true);
    await expect(inTime(Promise.reject(new Error('no')), 60_000)).rejects.toThrow('no');
  });

  test('is not waited for any longer, and what it throws then ends nothing', async () => {
    const fails = wait(30).then(() => {
      throw new Error('too late');
    });
    expect(await inTime(fails, 1)).toBe(false);
    await wait(60);
  });
});
