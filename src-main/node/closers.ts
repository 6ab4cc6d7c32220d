/** What was opened is closed in reverse, whatever breaks on the way: also where opening breaks off half-way. */
import type { Log } from './log/log.ts';

export interface Closers {
  /** @param name for the log, where closing it fails. */
  add(name: string, close: () => Promise<void> | void): void;
  /** Closes what was added, the last first. Never rejects; a second call waits for the first. */
  close(): Promise<void>;
}

export function createClosers(log: Log): Closers {
  const stack: { readonly name: string; readonly close: () => Promise<void> | void }[] = [];
  let closing: Promise<void> | null = null;

  async function closeAll(): Promise<void> {
    for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
      try {
        await next.close();
      } catch (error) {
        log.error({ error, part: next.name }, 'a part of the inbox did not close in order');
      }
    }
  }

  return {
    add: (name, close) => void stack.push({ name, close }),
    close: () => (closing ??= closeAll()),
  };
}
