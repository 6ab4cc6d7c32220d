/**
 * The last line of defence: what nobody caught. After such an error nothing can be trusted to answer, so the inbox ends
 * in order instead of standing there as if all were well. Set before anything else runs.
 */
import { hostTexts } from '../common/texts/en-host.ts';
import { say } from '../common/texts/language.ts';

export interface CrashLog {
  /** Says that the process ends because of it. */
  fatal(fields: object, message: string): void;
}

/** What there is by now to write to and to close. */
export interface Guarded {
  readonly log: CrashLog;
  readonly logFile: string;
  readonly close: () => Promise<unknown>;
}

export interface CrashGuard {
  /** From now on the error goes to this log, and this is closed before the end. */
  guard(opened: Guarded): void;
}

export interface CrashPorts {
  /**
   * The last thing that happens: tells the person and ends the process with another exit code than 0.
   * @param logFile where it stands what happened
   */
  readonly end: (sentence: string, error: unknown, logFile: string | null) => void;
  /** Where the uncaught come from; the process. */
  readonly source: Pick<NodeJS.Process, 'on'>;
}

/** Closing must not hang: after this the journal is safe anyway. */
const closeLimitMs = 4000;

export function guardAgainstCrashes({ end, source }: CrashPorts): CrashGuard {
  let opened: Guarded | null = null;
  let isEnding = false;

  async function crash(error: unknown): Promise<void> {
    try {
      opened?.log.fatal({ error }, 'an error that nobody caught ends the inbox');
    } catch {
      // The log may be what broke; the end tells the error as well.
    }
    if (isEnding) return;
    isEnding = true;
    try {
      const limit = new Promise((resolve) => setTimeout(resolve, closeLimitMs));
      await Promise.race([opened?.close(), limit]);
    } catch {
      // What broke may be what has to be closed; the journal is safe all the same.
    }
    const logFile = opened?.logFile ?? null;
    end(say(hostTexts.crashed(logFile)), error, logFile);
  }

  source.on('uncaughtException', (error) => void crash(error));
  source.on('unhandledRejection', (error) => void crash(error));
  return {
    guard(next) {
      opened = next;
    },
  };
}
