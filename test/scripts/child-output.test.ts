/** What the tests read from the processes that they start and kill. */
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import type { Readable } from 'node:stream';
import { expect, it, onTestFinished } from 'vitest';
import { endOf } from '../support/child-end.ts';
import { collectJsonLines } from '../support/json-lines.ts';
import { waitUntil } from '../support/wait-until.ts';

function run(script: string): ChildProcessByStdio<null, Readable, null> {
  const child = spawn(process.execPath, ['--eval', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}
const stayAlive = 'setInterval(() => undefined, 1000);';

it('half a line of a process that was killed is no line, and its end is told', async () => {
  const child = run(`process.stdout.write('{"n":1}\\n{"n":"2'); ${stayAlive}`);
  const end = endOf(child);
  let bytes = 0;
  child.stdout.on('data', (text: string) => (bytes += text.length));
  const lines = collectJsonLines(child.stdout);
  await waitUntil(() => bytes === 15, 'the half line');
  child.kill('SIGKILL');
  expect(await end).toEqual({ code: null, signal: 'SIGKILL' });
  expect(lines.all()).toEqual([{ n: 1 }]);
});

it('a whole line that is no JSON is told to whoever asks for the lines, and the end as well', async () => {
  const child = run(`console.log('{"n":1}'); console.log('not JSON'); console.log('{"n":3}')`);
  const end = endOf(child);
  const lines = collectJsonLines(child.stdout);
  expect(await end).toEqual({ code: 0, signal: null });
  expect(() => lines.all()).toThrow('a line of the output is no JSON: not JSON');
});

it('the end is told where another process holds the output open', async () => {
  const grandchild = `require('node:child_process').spawn(process.execPath, ['--eval', ${JSON.stringify(stayAlive)}],
    { stdio: ['ignore', 'inherit', 'inherit'] })`;
  const child = run(`const it = ${grandchild}; process.stdout.write(it.pid + '\\n'); ${stayAlive}`);
  const end = endOf(child, 20);
  const lines = collectJsonLines(child.stdout);
  const pid = Number(await waitUntil(() => lines.all()[0], 'the pid'));
  onTestFinished(() => void process.kill(pid, 'SIGKILL'));
  child.kill('SIGKILL');
  expect(await end).toEqual({ code: null, signal: 'SIGKILL' });
});
