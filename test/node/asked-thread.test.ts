import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { MessageChannel, type MessagePort, type Worker } from 'node:worker_threads';
import { expect, onTestFinished, test } from 'vitest';
import { createAskedThread } from '../../src-main/node/asked-thread.ts';
import { tempDir } from '../support/temp-dir.ts';

async function open(code: string) {
  const file = path.join(await tempDir(), 'worker.mjs');
  await writeFile(file, `import { parentPort } from 'node:worker_threads';\nparentPort.on('message', ${code});`);
  const thread = createAskedThread<MessagePort | null, string>({ file, name: 'test' });
  onTestFinished(() => thread.close());
  return thread;
}

test('an answer that cannot be taken in here fails its question, and the next one has another thread', async () => {
  const deep = '(ask) => parentPort.postMessage(JSON.parse(ask === null ? 1 : "[".repeat(8000) + "]".repeat(8000)))';
  const thread = await open(deep);
  const { port1, port2 } = new MessageChannel();
  await expect(thread.ask(port2, [port2])).rejects.toThrow();
  port1.close();
  expect(await thread.ask(null)).toBe(1);
});

test('a thread that ended between two questions is not asked again', async () => {
  const ended = new Promise((resolve) => process.once('worker', (worker: Worker) => worker.once('exit', resolve)));
  const thread = await open('() => { parentPort.postMessage("a"); setImmediate(() => process.exit()); }');
  expect(await thread.ask(null)).toBe('a');
  await ended;
  expect(await thread.ask(null)).toBe('a');
});
