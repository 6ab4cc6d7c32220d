/** An error of our own that nobody caught: the built program, with an exception thrown inside it. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { createInboxes, repoDir } from '../support/inbox-process.ts';
import { lumaFailure } from '../support/kie-callbacks.ts';

const inboxes = createInboxes();
afterEach(() => inboxes.close());

it('an installation that lacks a file does not start, and says which', async () => {
  const copy = path.join(await inboxes.tempDir(), 'dist');
  await cp(path.join(repoDir, 'dist'), copy, { recursive: true });
  await rm(path.join(copy, 'main/media-worker.cjs'));
  const args = [path.join(copy, 'main/cli.cjs'), 'serve', '--data-dir', path.join(copy, '../data')];
  const run = spawnSync(process.execPath, args, { encoding: 'utf8', timeout: 20_000 });
  expect(run.status).toBe(1);
  expect(run.stderr).toContain(`is not complete: ${path.join(copy, 'main/media-worker.cjs')} is missing`);
});

it.each([
  ['an exception', `setImmediate(() => { throw new TypeError('broken from inside'); })`],
  ['a rejection', `void Promise.reject(new TypeError('broken from inside'))`],
])('%s is logged whole, and the inbox ends in order with a sentence', async (_what, happening) => {
  const preload = path.join(await inboxes.tempDir(), 'break.cjs');
  await writeFile(preload, `process.on('SIGUSR2', () => { ${happening}; });`);
  const inbox = await inboxes.start({ env: { NODE_OPTIONS: `--require ${preload}` } });
  expect((await inbox.postCallback(lumaFailure('before-the-end'))).status).toBe(200);

  const { code } = await inbox.stop('SIGUSR2');
  expect(code).toBe(1);
  expect(inbox.log()).toContain('Video Inbox met an error of its own and has stopped');
  expect(inbox.log()).not.toMatch(/^ {4}at /m);
  const logFile = path.join(inbox.dataDir, 'logs/video-inbox.log');
  expect(inbox.log()).toContain(logFile);
  const fatal = (await readFile(logFile, 'utf8')).split('\n').find((line) => line.includes('"level":"fatal"')) ?? '{}';
  expect(JSON.parse(fatal)).toMatchObject({
    error: { type: 'TypeError', message: 'broken from inside', stack: expect.stringContaining('at ') as string },
  });
  expect(existsSync(path.join(inbox.dataDir, 'instance.json'))).toBe(false);

  const next = await inboxes.start({ dataDir: inbox.dataDir });
  expect(await next.call('tasks:get', 'before-the-end')).toMatchObject({ taskId: 'before-the-end' });
});

it('a body for which there is too little memory is to be sent again, and takes nothing but itself with it', async () => {
  const inbox = await inboxes.start({ env: { NODE_OPTIONS: '--max-old-space-size=64' } });
  const lists = Array.from({ length: 300_000 }, () => '[[[[[[]]]]]]').join();
  const refused = await inbox.postCallback(`{"taskId":"large","data":[${lists}]}`);
  expect(refused.status).toBe(503);
  expect((await inbox.postCallback(lumaFailure('behind-it'))).status).toBe(200);
  expect((await inbox.postCallback({ ...lumaFailure('long'), log: 'x'.repeat(200_000) })).status).toBe(200);
});
