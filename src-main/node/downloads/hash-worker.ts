/**
 * SHA-256 in a thread of its own: hashing 1 GiB takes about a second, in which the main thread could not read from the
 * network. Blocks are handed over and back, never copied; shared memory would be filled at half the speed.
 */
import { Worker } from 'node:worker_threads';
import { createCrc32c } from './crc32c.ts';
import type { Digests, Hasher, HashStream } from './hasher.ts';

interface Reply {
  readonly request: number;
  readonly digests: readonly string[];
  readonly memory: ArrayBuffer | null;
  readonly error: string | null;
}

/** Plain JavaScript, run from its text: a worker with a file of its own would have to be found again in each bundle. */
const workerText = `
const { parentPort } = require('node:worker_threads');
const { createHash } = require('node:crypto');
const createCrc32c = ${createCrc32c.toString()};
const hashOf = (name) => (name === 'crc32c' ? createCrc32c() : createHash(name));
const hashes = new Map();
parentPort.on('message', ({ request, stream, kind, names, memory, length }) => {
  if (kind === 'start') return void hashes.set(stream, names.map(hashOf));
  if (kind === 'drop') return void hashes.delete(stream);
  let digests = [];
  let error = null;
  try {
    const each = hashes.get(stream);
    if (kind === 'update') for (const hash of each) hash.update(Buffer.from(memory, 0, length));
    else digests = each.map((hash) => hash.digest('hex'));
  } catch (cause) {
    error = String(cause);
  }
  parentPort.postMessage({ request, digests, error, memory: memory ?? null }, memory ? [memory] : []);
});
`;

/** The thread starts with the first stream and does not keep the program alive. */
export function createWorkerHasher(): Hasher & { close(): Promise<void> } {
  let worker: Worker | null = null;
  let lastRequest = 0;
  let lastStream = 0;
  const pending = new Map<number, { resolve: (reply: Reply) => void; reject: (error: Error) => void }>();

  function failAll(error: Error): void {
    worker = null;
    for (const { reject } of pending.values()) reject(error);
    pending.clear();
  }

  function startWorker(): Worker {
    const started = new Worker(workerText, { eval: true, name: 'video-inbox-hash' });
    started.unref();
    started.on('message', (reply: Reply) => {
      const call = pending.get(reply.request);
      pending.delete(reply.request);
      if (reply.error === null) call?.resolve(reply);
      else call?.reject(new Error(reply.error));
    });
    started.on('error', (error) => failAll(error instanceof Error ? error : new Error(String(error))));
    started.on('exit', () => {
      if (worker === started) failAll(new Error('the hash thread ended'));
    });
    return started;
  }

  return {
    start(blockBytes, beside = null): HashStream {
      worker ??= startWorker();
      const own = worker;
      const stream = ++lastStream;
      const free: ArrayBuffer[] = [];
      own.postMessage({ stream, kind: 'start', names: beside === null ? ['sha256'] : ['sha256', beside] });
      const ask = (message: object, memory: readonly ArrayBuffer[]): Promise<Reply> =>
        new Promise((resolve, reject) => {
          if (worker !== own) {
            reject(new Error('the hash thread ended'));
            return;
          }
          const request = ++lastRequest;
          pending.set(request, { resolve, reject });
          own.postMessage({ request, stream, ...message }, memory);
        });
      return {
        block: () => new Uint8Array(free.pop() ?? new ArrayBuffer(blockBytes)),
        async update(block, length) {
          const memory = block.buffer as ArrayBuffer;
          const reply = await ask({ kind: 'update', memory, length }, [memory]);
          if (reply.memory !== null) free.push(reply.memory);
        },
        async digest(): Promise<Digests> {
          const [sha256 = '', other = null] = (await ask({ kind: 'digest' }, [])).digests;
          return { sha256, beside: other };
        },
        dispose() {
          if (worker === own) own.postMessage({ stream, kind: 'drop' });
        },
      };
    },
    async close() {
      await worker?.terminate();
    },
  };
}
