/** The last that a process says: a box, and then its end, or its next start. */
import { app } from 'electron';
import { collectEarlyCalls } from './deep-links.ts';
import { tellError } from './error-box.ts';
import { startAnew } from './start-anew.ts';

/**
 * Ends the process with 1 once the box is read. Who starts the app meanwhile wants it, and does not look for a box behind
 * other windows: then it ends at once and starts anew.
 */
export async function sayAndEnd(title: string, body: string): Promise<void> {
  const calls = collectEarlyCalls();
  const called = new Promise((resolve) => {
    app.once('second-instance', resolve);
    app.once('open-url', resolve);
  });
  await Promise.race([tellError(title, body), called]).catch(() => undefined);
  const { taskKey, isCalled } = calls();
  if (isCalled || taskKey !== null) startAnew({ taskKey });
  app.exit(1);
}
