/** The end of a process that a test started. */
import type { ChildProcess } from 'node:child_process';

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/**
 * Resolves when it is over and all that it printed was read. To be called right after the start.
 * @param outputLimitMs how long output may stay open after that: a process that it started may hold it for ever.
 * @throws where it could not be started
 */
export function endOf(child: ChildProcess, outputLimitMs = 5_000): Promise<Ended> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      const limit = setTimeout(() => {
        child.stdout?.destroy();
        child.stderr?.destroy();
        resolve({ code, signal });
      }, outputLimitMs);
      child.once('close', () => {
        clearTimeout(limit);
        resolve({ code, signal });
      });
    });
  });
}
