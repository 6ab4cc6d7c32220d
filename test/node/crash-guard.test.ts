import { EventEmitter } from 'node:events';
import { expect, it } from 'vitest';
import { guardAgainstCrashes } from '../../src-main/node/crash-guard.ts';
import { waitUntil } from '../support/wait-until.ts';

function guarded(close: () => Promise<void>) {
  const source = new EventEmitter();
  const logged: unknown[] = [];
  const ended: unknown[] = [];
  const guard = guardAgainstCrashes({
    source: source as unknown as NodeJS.Process,
    end: (sentence, error) => ended.push({ sentence, error }),
  });
  const log = { fatal: (fields: object) => logged.push(fields) };
  guard.guard({ log, logFile: '/library/logs/video-inbox.log', close });
  return { source, logged, ended };
}

it('logs each error, closes once, and ends with a sentence', async () => {
  let closed = 0;
  const { source, logged, ended } = guarded(async () => {
    closed += 1;
    await Promise.resolve();
  });
  const first = new TypeError('first');
  const second = new TypeError('second');
  source.emit('uncaughtException', first);
  source.emit('unhandledRejection', second);
  await waitUntil(() => ended.length > 0, 'the end');
  expect(logged).toEqual([{ error: first }, { error: second }]);
  expect(closed).toBe(1);
  expect(ended).toEqual([
    { sentence: expect.stringContaining('/library/logs/video-inbox.log') as string, error: first },
  ]);
});

it('ends also where closing fails, and where it throws at once', async () => {
  for (const close of [
    () => Promise.reject(new Error('no')),
    () => {
      throw new Error('no');
    },
  ]) {
    const { source, ended } = guarded(close);
    source.emit('uncaughtException', new Error('broken'));
    await waitUntil(() => ended.length > 0, 'the end');
  }
});
