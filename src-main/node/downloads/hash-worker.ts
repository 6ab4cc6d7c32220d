/**
 * SHA-256 in a thread of its own: hashing 1 GiB takes about a second, in which the main thread could not read from the
 * network. Blocks lie in memory that both threads see, so nothing is copied.
 */
import { Worker } from 'node:worker_threads';
import type { Hasher, HashStream } from './hasher.ts';

interface Answer {
  readonly request: number;
  readonly digest: string | null;
  readonly error: string | null;
}

/**
 * Plain JavaScript, run from its text: a worker with a file of its own would have to be found again in each bundle.
 * `blocks` arrive once per stream; afterwards only numbers travel.
 */
const workerText = `
const { parentPort } = require('node:worker_threads');
const { createHash } = require('node:crypto');
const streams = new Map();
parentPort.on('message', ({ request, stream, kind, blocks, index, length }) => {
  let digest = null;
  let error = null;
  try {
    if (kind === 'start') streams.set(stream, { hash: createHash('sha256'), blocks: blocks.map((b) => Buffer.from(b)) });
    else if (kind === 'drop') streams.delete(stream);
    else {
      const { hash, blocks } = streams.get(stream);
      if (kind === 'update') hash.update(blocks[index].subarray(0, length));
      else digest = hash.digest('hex');
    }
  } catch (cause) {
    error = String(cause);
  }
  if (request !== 0) parentPort.postMessage({ request, digest, error });
});
`;

/** The thread starts with the first stream and does not keep the program alive. */
export function createWorkerHasher(): Hasher & { close(): Promise<void> } {
  let worker: Worker | null = null;
  let lastRequest = 0;
  let lastStream = 0;
  const pending = new Map<number, { resolve: (digest: string | null) => void; reject: (error: Error) => void }>();

  function failAll(error: Error): void {
    worker = null;
    for (const { reject } of pending.values()) reject(error);
    pending.clear();
  }

  function startWorker(): Worker {
    const started = new Worker(workerText, { eval: true, name: 'video-inbox-hash' });
    started.unref();
    started.on('message', ({ request, digest, error }: Answer) => {
      const call = pending.get(request);
      pending.delete(request);
      if (error === null) call?.resolve(digest);
      else call?.reject(new Error(error));
    });
    started.on('error', (error) => failAll(error instanceof Error ? error : new Error(String(error))));
    started.on('exit', () => {
      if (worker === started) failAll(new Error('the hash thread ended'));
    });
    return started;
  }

  return {
    start(blockBytes, blockCount): HashStream {
      worker ??= startWorker();
      const own = worker;
      const stream = ++lastStream;
      const shared = Array.from({ length: blockCount }, () => new SharedArrayBuffer(blockBytes));
      const blocks = shared.map((memory) => Buffer.from(memory));
      let turn = 0;
      own.postMessage({ request: 0, stream, kind: 'start', blocks: shared });
      const ask = (message: object): Promise<string | null> =>
        new Promise((resolve, reject) => {
          if (worker !== own) {
            reject(new Error('the hash thread ended'));
            return;
          }
          const request = ++lastRequest;
          pending.set(request, { resolve, reject });
          own.postMessage({ request, stream, ...message });
        });
      return {
        block: () => blocks[turn++ % blocks.length] ?? Buffer.alloc(blockBytes),
        async update(block, length) {
          await ask({ kind: 'update', index: blocks.findIndex((one) => one === block), length });
        },
        async digest() {
          return (await ask({ kind: 'digest' })) ?? '';
        },
        dispose() {
          if (worker === own) own.postMessage({ request: 0, stream, kind: 'drop' });
        },
      };
    },
    async close() {
      await worker?.terminate();
    },
  };
}
