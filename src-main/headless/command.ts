import type { Environment } from '../node/config.ts';

/** Where a command reads from and writes to. */
export interface Terminal {
  /** A line for standard output: what a script may read. */
  readonly out: (text: string) => void;
  /** A line for standard error: what only a person reads. */
  readonly err: (text: string) => void;
  readonly env: Environment;
  readonly platform: NodeJS.Platform;
}

/** @returns the exit code. @throws InboxError with a sentence; the exit code is 1 then. */
export type Command = (args: readonly string[], terminal: Terminal) => Promise<number>;
