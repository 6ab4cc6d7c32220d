/** Runs of the built program that share a process: nothing of one is there in the next. */
import path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { createInboxes } from '../support/inbox-process.ts';
import { lumaFailure } from '../support/kie-callbacks.ts';

const inTurn = createInboxes({ inTurn: true });
const alone = createInboxes();
afterAll(async () => {
  await inTurn.close();
  await alone.close();
});

it('a command prints and ends as in a process of its own, with its own arguments and environment', async () => {
  const nowhere = path.join(await inTurn.tempDir(), 'nowhere');
  const runs: readonly (readonly [args: readonly string[], env?: Readonly<Record<string, string>>])[] = [
    [['--version']],
    [['list', '--json'], { VIDEO_INBOX_DATA_DIR: nowhere }],
    [['no-such-command']],
    [['--version', '--json'], { VIDEO_INBOX_CALLBACK_PORT: 'none' }],
    [['url'], { VIDEO_INBOX_DATA_DIR: `${nowhere}-else` }],
  ];
  for (const [args, env] of runs) expect(await inTurn.runCli(args, env)).toEqual(await alone.runCli(args, env));
});

it('an inbox has the process of the one before it, and none of its tasks, its key or its listeners', async () => {
  const first = await inTurn.start();
  await first.postCallback(lumaFailure('of-the-first'));
  await first.waitForTask('of-the-first', ({ state }) => state === 'failed');
  expect(await first.stop()).toEqual({ code: 0, signal: null });
  const second = await inTurn.start();
  expect(second.pid).toBe(first.pid);
  expect(second.key).not.toBe(first.key);
  expect(await second.call('tasks:list', { state: null, limit: 10 })).toEqual([]);
  await expect(first.call('tasks:counts')).rejects.toThrow('ECONNREFUSED');
  expect(second.log()).not.toContain('of-the-first');
});

it('one that is killed ends by it, and the next one has another process', async () => {
  const first = await inTurn.start();
  expect(await first.stop('SIGKILL')).toEqual({ code: null, signal: 'SIGKILL' });
  const second = await first.restart();
  expect(second.pid).not.toBe(first.pid);
  expect(second.dataDir).toBe(first.dataDir);
});
