/** A terminal that takes nothing any more (Ctrl+S, a connection that hangs) holds up neither callbacks nor the end. */
import { spawn, spawnSync } from 'node:child_process';
import { access } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { endOf } from '../support/child-end.ts';
import { request } from '../support/http-request.ts';
import { createInboxes, repoDir } from '../support/inbox-process.ts';
import { lumaSuccess } from '../support/kie-callbacks.ts';
import { skipHere } from '../support/skip-here.ts';
import { waitUntil } from '../support/wait-until.ts';

const inboxes = createInboxes();
afterAll(() => inboxes.close());

/** More than all buffers between the program and the reader hold. */
const callbacks = 120;
const prompt = 'a heron over the harbour '.repeat(400);

it('takes callbacks, and ends', async (context) => {
  // util-linux; what macOS has under this name takes other flags.
  const hasTerminal = process.platform === 'linux' && spawnSync('script', ['--version']).status === 0;
  if (!hasTerminal) skipHere(context, 'there is no `script` of util-linux to give a program a terminal');
  const dataDir = path.join(await inboxes.tempDir(), 'data');
  const flags = `--json --data-dir '${dataDir}' --callback-port 0 --local-port 0 --tunnel none`;
  const command = `exec '${process.execPath}' '${path.join(repoDir, 'dist/main/cli.cjs')}' serve ${flags}`;
  const terminal = spawn('script', ['-qec', command, '/dev/null'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const end = endOf(terminal);
  let text = '';
  terminal.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  const [line = ''] = await waitUntil(() => (text.includes('\n') ? text.split('\n') : null), 'the ready line', 90_000);
  const ready = JSON.parse(line) as { readonly pid: number; readonly callbackUrl: string };
  context.onTestFailed(() => void terminal.kill('SIGKILL'));
  terminal.stdout.pause();

  for (let n = 0; n < callbacks; n += 1) {
    const body = JSON.stringify(lumaSuccess(`unread-${n}`, ['http://127.0.0.1:1/a.mp4'], prompt));
    const headers = { 'content-type': 'application/json' };
    const { status } = await request(ready.callbackUrl, { method: 'POST', headers, body });
    expect(status).toBe(200);
  }
  process.kill(ready.pid, 'SIGTERM');
  const isOpen = () =>
    access(path.join(dataDir, 'instance.json')).then(
      () => true,
      () => false,
    );
  await waitUntil(async () => !(await isOpen()), 'its end', 30_000);
  terminal.stdout.resume();
  expect(await end).toEqual({ code: 0, signal: null });
});
