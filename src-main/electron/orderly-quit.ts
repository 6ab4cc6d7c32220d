/** Quitting waits until the inbox is closed in order, whoever asks for it and however early. */
import { app, powerMonitor } from 'electron';
import { endInTime } from '../node/end-in-time.ts';
import type { Log } from '../node/log/log.ts';
import { collectEarlyCalls, type EarlyCall } from './deep-links.ts';
import { startAnew } from './start-anew.ts';

export interface OrderlyQuit {
  /** Tells what must be closed. A quit that was asked for before this begins now. */
  close(everything: () => Promise<unknown>, log: Log): void;
  /** Nothing was opened that would have to be closed: quitting is Electron's own again. */
  letGo(): void;
}

/** After this the journal is safe anyway, and the rest is made again at the next start. */
const closeLimitMs = 5000;
/**
 * Then the process is ended, whatever holds it up: a driver, or Electron's own end. Systems wait longer at a logout, and a
 * machine that is busy has been seen to need 14 seconds.
 */
export const endLimitSeconds = 20;

/** Must be called before the inbox is opened: from then on a plain quit would leave it open. */
export function createOrderlyQuit(): OrderlyQuit {
  let asked = false;
  let begin: (() => void) | null = null;
  /** Whoever starts the app while it closes has gone to it, and would be left with nothing. */
  let meanwhile: (() => EarlyCall) | null = null;

  function ask(): void {
    asked = true;
    meanwhile ??= collectEarlyCalls();
    endInTime(endLimitSeconds);
    begin?.();
  }

  const hold = (event: { preventDefault(): void }): void => {
    event.preventDefault();
    ask();
  };
  app.on('before-quit', hold);

  return {
    letGo() {
      app.off('before-quit', hold);
      if (asked) app.quit();
    },
    close(everything, log) {
      let begun = false;
      begin = () => {
        if (begun) return;
        begun = true;
        const limit = new Promise((resolve) => setTimeout(resolve, closeLimitMs));
        Promise.race([everything(), limit])
          .catch((error: unknown) => log.error({ error }, 'Closing was not complete. The journal is safe.'))
          .finally(() => {
            const { taskKey, isCalled } = meanwhile?.() ?? { taskKey: null, isCalled: false };
            if (isCalled || taskKey !== null) startAnew({ taskKey });
            app.exit(0);
          });
      };
      // The system is about to end: it waits for us, where a `before-quit` that is held back would stop it.
      // The documentation gives the event, its types do not.
      powerMonitor.on('shutdown', (event?: { preventDefault(): void }) => {
        event?.preventDefault();
        ask();
      });
      if (asked) begin();
    },
  };
}
