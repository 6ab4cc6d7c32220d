import type { Environment } from '../node/config-values.ts';
import type { CommandLineHost } from '../node/command-line-host.ts';
import type { CrashGuard } from '../node/crash-guard.ts';
import type { ProgressLine } from './progress-line.ts';

/** Where a command reads from and writes to. */
export interface Terminal {
  /** A line for standard output: what a script may read. */
  readonly out: (text: string) => void;
  /** The same for what is no text; nothing is added. */
  readonly outBytes: (bytes: Uint8Array) => void;
  /** A line for standard error: what only a person reads. */
  readonly err: (text: string) => void;
  /** Asks a yes-or-no question; absent where nobody sits there. */
  readonly confirm?: (question: string) => Promise<boolean>;
  /** On standard error; absent where that is no terminal. */
  readonly progress?: ProgressLine;
  readonly env: Environment;
  readonly platform: NodeJS.Platform;
}

export interface CommandContext {
  /** What a command has opened is told here, so that it is closed where an error that nobody caught ends it. */
  readonly crashes: CrashGuard;
  readonly host: CommandLineHost;
}

/**
 * @returns the exit code. @throws InboxError with a sentence; the exit code is 1 then.
 */
export type Command = (args: readonly string[], terminal: Terminal, context: CommandContext) => Promise<number>;

/** Of `submit`: nobody knows whether it was ordered, and whoever orders again may pay twice. */
export const exitUnknown = 4;
