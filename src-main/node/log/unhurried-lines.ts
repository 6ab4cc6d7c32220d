/** Lines for a reader who may stop reading: a terminal held by Ctrl+S, a connection that broke, a pipe nobody looks at. */
import { inTime } from '../time-limit.ts';

export interface LineReader {
  readonly writableLength: number;
  readonly destroyed: boolean;
  write(text: string, onWritten?: () => void): boolean;
}

export interface UnhurriedOptions {
  /** Told once they read again: how many lines they missed meanwhile. */
  readonly missed: (lines: number) => string;
  /** So much waits for a reader, in characters; what comes then is left out. Default 32 Mi. */
  readonly mostWaiting?: number;
}

const defaultMostWaiting = 32 * 1024 * 1024;

/**
 * Node waits in each write to a terminal until the terminal has taken it, and with it waits everything that the process
 * does: callbacks, and its end. Not so from here on.
 * @see https://nodejs.org/api/process.html#a-note-on-process-io
 */
export function neverWaitFor(stream: object): void {
  const { _handle: handle } = stream as { readonly _handle?: { readonly setBlocking?: (on: boolean) => void } | null };
  handle?.setBlocking?.(false);
}

/** @returns writes a line; its end is added. Never throws, never waits, and never holds more than it may. */
export function unhurriedLines(reader: LineReader, options: UnhurriedOptions): (line: string) => void {
  const { missed, mostWaiting = defaultMostWaiting } = options;
  let leftOut = 0;

  function write(line: string): void {
    if (reader.destroyed) return;
    if (reader.writableLength + line.length > mostWaiting) {
      leftOut += 1;
      return;
    }
    reader.write(`${line}\n`, tellMissed);
  }

  function tellMissed(): void {
    if (leftOut === 0 || reader.writableLength > mostWaiting / 2) return;
    const lines = leftOut;
    leftOut = 0;
    write(missed(lines));
  }

  return write;
}

/** So long the end waits for who reads what was told until now. */
export const endOfLinesMs = 2500;

/**
 * For the end of a process, which takes with it what still waits for a reader.
 * @param limitMs a reader may have stopped; default: as patient as Node's own end.
 * @returns once all that was written to these is with the system, or after this time.
 */
export async function untilWritten(readers: readonly LineReader[], limitMs?: number): Promise<void> {
  const waiting = readers.filter(({ writableLength, destroyed }) => writableLength > 0 && !destroyed);
  // Called in the order of what was written.
  const written = Promise.all(
    waiting.map((reader) => new Promise<void>((resolve) => void reader.write('', () => resolve()))),
  );
  if (limitMs === undefined) await written;
  else await inTime(written, limitMs);
}
