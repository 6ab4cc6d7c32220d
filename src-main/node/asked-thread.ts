/**
 * A thread that is asked one thing after the other, and is there only as long as it is asked: it starts with the first
 * question, ends some time after the last, and one that fails takes nothing but its question with it.
 */
import { Worker, type ResourceLimits, type Transferable } from 'node:worker_threads';
import { createTurns } from './storage/turns.ts';

/** No answer came within the time that was given. */
export class TookTooLong extends Error {
  override readonly name = 'TookTooLong';
}

export interface AskedThread<Question, Answer> {
  /**
   * @param handedOver What the question gives away in place of being copied.
   * @throws Error where the thread could not start, ended or took too long; the next question has another one.
   */
  ask(question: Question, handedOver?: readonly Transferable[]): Promise<Answer>;
  close(): Promise<void>;
}

export interface AskedThreadOptions {
  /** What runs in it: answers each message of its parent with one. */
  readonly file: string;
  /** As debuggers show it. */
  readonly name: string;
  readonly resourceLimits?: ResourceLimits;
  /** For one question; default: none. */
  readonly timeLimitMs?: number;
  /** An idle thread ends after so long; default 30 s. */
  readonly idleMs?: number;
}

export function createAskedThread<Question, Answer>(options: AskedThreadOptions): AskedThread<Question, Answer> {
  const { timeLimitMs, idleMs = 30_000 } = options;
  let worker: Worker | null = null;
  let idleTimer: NodeJS.Timeout | undefined;
  const takeTurn = createTurns();

  async function end(): Promise<void> {
    clearTimeout(idleTimer);
    const ending = worker;
    worker = null;
    await ending?.terminate();
  }

  function begun(): Worker {
    const own = start(options);
    // Also between two questions: one that is gone never answers, and never ends again.
    return own.once('exit', () => {
      if (worker === own) worker = null;
    });
  }

  function asked(question: Question, handedOver: readonly Transferable[]): Promise<Answer> {
    clearTimeout(idleTimer);
    const own = (worker ??= begun());
    return new Promise((resolve, reject) => {
      own.postMessage(question, handedOver);
      const settle = (): void => {
        clearTimeout(timer);
        own.off('message', onMessage).off('messageerror', fail).off('error', fail).off('exit', onExit);
      };
      const onMessage = (answer: Answer): void => {
        settle();
        resolve(answer);
      };
      const fail = (error: unknown): void => {
        settle();
        if (worker === own) worker = null;
        void own.terminate();
        reject(error instanceof Error ? error : new Error(String(error)));
      };
      const onExit = (): void => fail(new Error('the thread ended'));
      const timer =
        timeLimitMs === undefined
          ? undefined
          : setTimeout(() => fail(new TookTooLong('it took too long')), timeLimitMs);
      // An answer that was written there may be nested too deeply to be taken in here.
      own.on('message', onMessage).on('messageerror', fail).on('error', fail).on('exit', onExit);
    });
  }

  return {
    ask: (question, handedOver = []) =>
      takeTurn(() =>
        asked(question, handedOver).finally(() => {
          idleTimer = setTimeout(() => void end(), idleMs);
          idleTimer.unref();
        }),
      ),
    async close() {
      await end();
      clearTimeout(idleTimer);
    },
  };
}

function start({ file, name, resourceLimits }: AskedThreadOptions): Worker {
  const worker = new Worker(file, { name, ...(resourceLimits === undefined ? {} : { resourceLimits }) });
  worker.unref();
  // Between two questions nobody listens; an error without a listener would end the program.
  worker.on('error', () => undefined);
  return worker;
}
