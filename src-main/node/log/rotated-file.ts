/**
 * A text file that is rotated by its size. Lines are gathered for a moment and written off the
 * main thread: while a disk is busy with downloads, even adding to a file can take as long as an answer may not wait.
 *
 * Logging must never stop the inbox: what cannot be written (disk full) is silently left out.
 */
import { close, closeSync, fstatSync, mkdirSync, openSync, renameSync, write, writeSync } from 'node:fs';
import path from 'node:path';

export interface RotatedFile {
  /** @param isUrgent is in the file when this returns, and all before it. */
  write(text: string, isUrgent?: boolean): void;
  /** Writes what is left. */
  close(): void;
}

const rotateAtBytes = 5 * 1024 * 1024;
const keptFiles = 4;
const gatherMs = 25;
/** A disk that takes nothing must not fill the memory. */
const waitingLimit = 1024 * 1024;
/** One that cannot be had is asked for again after so long. */
const againMs = 5000;

export function openRotatedFile(file: string): RotatedFile {
  let fd: number | null = null;
  let size = 0;
  let waiting = '';
  let timer: NodeJS.Timeout | null = null;
  let isWriting = false;
  let isClosed = false;
  let triedAt = -Infinity;

  /** @returns `null` where it cannot be had. */
  function reopen(): number | null {
    triedAt = performance.now();
    try {
      fd = opened();
      size = fstatSync(fd).size;
    } catch {
      fd = null;
    }
    return fd;
  }

  function opened(): number {
    try {
      return openSync(file, 'a', 0o600);
    } catch {
      // The folder alone: what is above it was moved away.
      mkdirSync(path.dirname(file), { mode: 0o700 });
      return openSync(file, 'a', 0o600);
    }
  }

  /** The file to write to. A person may clear it away: what went on into that would be seen by nobody. */
  function target(): number | null {
    if (fd === null) return performance.now() - triedAt < againMs ? null : reopen();
    if (isCleared(fd)) {
      letGo(fd);
      return reopen();
    }
    return size > rotateAtBytes ? rotate() : fd;
  }

  function rotate(): number | null {
    if (fd !== null) letGo(fd);
    for (let n = keptFiles - 1; n >= 0; n -= 1) {
      try {
        renameSync(n === 0 ? file : `${file}.${String(n)}`, `${file}.${String(n + 1)}`);
      } catch {
        // That one is not there yet.
      }
    }
    return reopen();
  }

  function writeSoon(): void {
    if (timer !== null || isWriting || waiting === '' || isClosed) return;
    timer = setTimeout(writeWaiting, gatherMs);
    timer.unref();
  }

  function writeWaiting(): void {
    timer = null;
    if (isClosed || waiting === '') return;
    const to = target();
    if (to === null) return;
    const bytes = Buffer.from(waiting, 'utf8');
    waiting = '';
    isWriting = true;
    write(to, bytes, (_error, written) => {
      isWriting = false;
      size += written;
      if (fd === to) writeSoon();
      else close(to, () => undefined);
    });
  }

  function writeNow(): void {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    if (waiting === '') return;
    try {
      const to = isWriting ? fd : target();
      if (to === null) return;
      size += writeSync(to, waiting);
    } catch {
      // Left out.
    }
    waiting = '';
  }

  const writeAtTheEnd = (): void => writeNow();
  process.on('exit', writeAtTheEnd);
  reopen();
  return {
    write(text, isUrgent = false) {
      if (isClosed || waiting.length > waitingLimit) return;
      waiting += text;
      if (isUrgent) writeNow();
      else writeSoon();
    },
    close() {
      writeNow();
      isClosed = true;
      process.off('exit', writeAtTheEnd);
      // What is on its way to the file closes it.
      if (fd !== null && !isWriting) letGo(fd);
      fd = null;
    },
  };
}

/** Of a file whose disk has gone nothing is told any more. */
function isCleared(fd: number): boolean {
  try {
    return fstatSync(fd).nlink === 0;
  } catch {
    return true;
  }
}

function letGo(fd: number): void {
  try {
    closeSync(fd);
  } catch {
    // A disk that has gone takes no last word.
  }
}
