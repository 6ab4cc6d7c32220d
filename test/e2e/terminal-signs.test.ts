/** What strangers write is shown in a terminal, and no terminal does what it says. */
import { execFileSync } from 'node:child_process';
import { afterEach, expect, it } from 'vitest';
import { createInboxes } from '../support/inbox-process.ts';

const inboxes = createInboxes({ inTurn: true });
afterEach(() => inboxes.close());

/** Colours, a new title, an empty screen, a line of its own, and an order turned around. */
const signs = '\u001b[31mred\u001b]0;title\u0007\u001b[2J\u009b31m\u202eturned\r\nline';
const unfit = '\u001b[2Jnothing that can be read';
// oxlint-disable-next-line no-control-regex -- this is what a terminal obeys
const obeyed = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;

it('ids, messages, prompts, bodies and labels of others move no cursor', async () => {
  const inbox = await inboxes.start();
  expect((await inbox.postCallback({ task_id: 't1', status: 'failed', message: signs, prompt: signs })).status).toBe(
    200,
  );
  expect((await inbox.postCallback({ task_id: signs, status: 'failed', error: signs })).status).toBe(200);
  expect((await inbox.postCallback(unfit)).status).toBe(400);
  await inbox.runCli(['api-key', 'new', '--label', signs]);
  for (const args of [
    ['list'],
    ['list', '--json'],
    ['show', 't1'],
    ['show', 't1', '--json'],
    ['show', signs],
    ['wait', 't1', '--timeout', '5'],
    ['requests'],
    ['requests', 'show', '1'],
    ['requests', 'show', '3'],
    ['requests', 'show', '3', '--curl'],
    ['requests', 'show', '1', '--json'],
    ['api-key', 'list'],
  ]) {
    const { stdout, stderr } = await inbox.runCli(args);
    expect(stdout + stderr, args.join(' ')).not.toMatch(obeyed);
    expect(stdout + stderr, args.join(' ')).not.toBe('');
  }
  // What is asked for as it came comes so, and JSON and the command mean what they did.
  expect((await inbox.runCli(['requests', 'show', '3', '--raw'])).stdout).toBe(`${unfit}\n`);
  const { stdout: task } = await inbox.runCli(['show', 't1', '--json']);
  expect(JSON.parse(task)).toMatchObject({ message: signs });
  const { stdout: command } = await inbox.runCli(['requests', 'show', '3', '--curl']);
  const [, body = ''] = /--data-binary ([^]+)\n$/.exec(command) ?? [];
  expect(execFileSync('bash', ['-c', `printf %s ${body}`], { encoding: 'utf8' })).toBe(unfit);
});
