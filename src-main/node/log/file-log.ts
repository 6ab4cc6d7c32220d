/** The log: NDJSON by pino, into `logs/` (turned over by size) and, for people at a terminal, to standard error. */
import path from 'node:path';
import { pino, type DestinationStream } from 'pino';
import type { LogLevel } from '../config.ts';
import type { Log } from './log.ts';
import { openRotatedFile } from './rotated-file.ts';

export interface FileLogOptions {
  readonly dir: string;
  readonly level: LogLevel;
  /** Shows a line of a warning or worse as it comes; `null` = nowhere. */
  readonly terminal: ((line: string) => void) | null;
  /** What must not be written, as it is known now. */
  readonly redact: (text: string) => string;
}

export interface FileLog extends Log {
  /** The process ends because of it. */
  fatal(fields: object, message: string): void;
  /** Absolute path of the file that is written now. */
  readonly file: string;
  close(): void;
}

export function createFileLog(options: FileLogOptions): FileLog {
  const logFile = path.join(options.dir, 'video-inbox.log');
  const file = openRotatedFile(logFile);
  const { level, terminal } = options;
  const show = terminal === null ? null : level === 'debug' ? terminal : sentencesOf(terminal, logFile);
  const destination: DestinationStream = {
    write(line) {
      const clean = options.redact(line);
      file.write(clean, isUrgent(clean));
      show?.(clean.trimEnd());
    },
  };
  const log = pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { error: pino.stdSerializers.err },
    },
    destination,
  );
  return {
    debug: (fields, message) => log.debug(fields, message),
    info: (fields, message) => log.info(fields, message),
    warn: (fields, message) => log.warn(fields, message),
    error: (fields, message) => log.error(fields, message),
    fatal: (fields, message) => log.fatal(fields, message),
    file: logFile,
    close: () => file.close(),
  };
}

/** What is worst is often the last thing that is told. */
const isUrgent = (line: string): boolean => /^\{"level":"(error|fatal)"/.test(line);

/** Which task a sentence is about: where that is plain to read, and nothing that a terminal obeys. */
const plainKey = /^[\w.:-]{1,100}$/;

/** A sentence that has not come for so long is news again. */
const newsAfterMs = 60_000;

/**
 * One plain sentence, and the task that it is about; the other fields are for the file. A provider that goes away with a
 * thousand films on the way is a sentence at its first, tenth, hundredth … time, so that what else is said can be found.
 */
function sentencesOf(terminal: (line: string) => void, logFile: string): (line: string) => void {
  const shown = new Map<string, { times: number; lastMs: number }>();
  return (line) => {
    const { level: of, msg, key } = JSON.parse(line) as { level?: string; msg?: string; key?: unknown };
    if (of !== 'warn' && of !== 'error') return;
    const sentence = `${of === 'error' ? 'Error' : 'Note'}: ${msg ?? ''}`;
    const now = performance.now();
    const before = shown.get(sentence);
    const times = before === undefined || now - before.lastMs > newsAfterMs ? 1 : before.times + 1;
    shown.set(sentence, { times, lastMs: now });
    const about = typeof key === 'string' && plainKey.test(key) ? ` (${key})` : '';
    if (times === 1) terminal(sentence + about);
    else if (Number.isInteger(Math.log10(times)))
      terminal(`${sentence} (${times} times by now; each is in ${logFile})`);
  };
}
