/**
 * Reads the facts of video files in a thread that is ended when it takes too long or too much memory: one changed number
 * in the index of an mp4 is enough to keep a parser busy for hours, and the files come from strangers.
 */
import { existsSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import type { Log } from '../log/log.ts';
import { createTurns } from '../storage/turns.ts';
import { noFacts, type MediaFacts } from './media-facts.ts';

export interface MediaReader {
  /** One file at a time; never rejects. What cannot be told in time is `null`. */
  read(file: string): Promise<MediaFacts>;
  close(): Promise<void>;
}

export interface MediaReaderOptions {
  /** The built `media-worker.cjs`. */
  readonly workerFile: string;
  readonly log: Log;
  /** For one file; default 10 s. */
  readonly timeLimitMs?: number;
  /** An idle thread ends after so long; default 30 s. */
  readonly idleMs?: number;
}

const memoryLimitMb = 192;

/** @throws Error where the built worker is missing: files of strangers are never parsed on the main thread instead. */
export function createMediaReader(options: MediaReaderOptions): MediaReader {
  const { workerFile, log } = options;
  const timeLimitMs = options.timeLimitMs ?? 10_000;
  const idleMs = options.idleMs ?? 30_000;
  let worker: Worker | null = null;
  let idleTimer: NodeJS.Timeout | undefined;
  const takeTurn = createTurns();
  if (!existsSync(workerFile)) throw new Error(`the media thread is missing: ${workerFile}`);

  async function endWorker(): Promise<void> {
    clearTimeout(idleTimer);
    const ending = worker;
    worker = null;
    await ending?.terminate();
  }

  function readInWorker(file: string): Promise<MediaFacts> {
    clearTimeout(idleTimer);
    worker ??= startWorker(workerFile);
    const own = worker;
    return new Promise((resolve) => {
      const settle = (facts: MediaFacts): void => {
        clearTimeout(timer);
        own.off('message', settle).off('error', onError).off('exit', onExit);
        resolve(facts);
      };
      const giveUp = (reason: string): void => {
        log.warn({ file, reason }, 'the facts of a video could not be read');
        if (worker === own) worker = null;
        void own.terminate();
        settle(noFacts);
      };
      const onError = (error: unknown): void => giveUp(String(error));
      const onExit = (): void => giveUp('the media thread ended');
      const timer = setTimeout(() => giveUp('it took too long'), timeLimitMs);
      own.on('message', settle).on('error', onError).on('exit', onExit);
      own.postMessage(file);
    });
  }

  return {
    read: (file) =>
      takeTurn(() =>
        readInWorker(file).finally(() => {
          idleTimer = setTimeout(() => void endWorker(), idleMs);
          idleTimer.unref();
        }),
      ),
    async close() {
      await endWorker();
      clearTimeout(idleTimer);
    },
  };
}

function startWorker(file: string): Worker {
  const worker = new Worker(file, {
    name: 'video-inbox-media',
    resourceLimits: { maxOldGenerationSizeMb: memoryLimitMb },
  });
  worker.unref();
  // Between two files nobody listens; an error without a listener would end the program.
  worker.on('error', () => undefined);
  return worker;
}
