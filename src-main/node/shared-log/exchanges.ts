/** What machines tell each other through the database every few seconds, beside the log. */
import type { Log } from '../log/log.ts';
import { DatabaseAway } from './database.ts';

/** One that is repeated until it is closed. */
export interface Exchange {
  /** Tells and learns now, behind one that is under way. Never rejects. */
  readonly exchange: () => Promise<void>;
  /** Waits for the one under way. */
  readonly stop: () => Promise<void>;
}

const everyMs = 2000;

/**
 * @param once tells ours and learns of the others'; a database that is away is told elsewhere, and what was known counts on.
 * @param failed the line of the program's log for any other error.
 */
export function startExchange(once: () => Promise<void>, log: Log, failed: string): Exchange {
  let timer: NodeJS.Timeout | null = null;
  let isStopped = false;
  let running: Promise<void> = Promise.resolve();

  function exchange(): Promise<void> {
    running = running.then(once).catch((error: unknown) => {
      if (!(error instanceof DatabaseAway)) log.error({ error }, failed);
    });
    return running;
  }

  function schedule(): void {
    timer = setTimeout(() => {
      void exchange().finally(() => {
        if (!isStopped) schedule();
      });
    }, everyMs).unref();
  }
  schedule();

  return {
    exchange,
    async stop() {
      isStopped = true;
      if (timer !== null) clearTimeout(timer);
      await running;
    },
  };
}
