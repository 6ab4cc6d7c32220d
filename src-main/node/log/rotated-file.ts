/**
 * A text file that is rotated by its size. Lines are gathered for a moment and written off the
 * main thread: while a disk is busy with downloads, even adding to a file can take as long as an answer may not wait.
 *
 * Logging must never stop the inbox: what cannot be written (disk full) is silently left out.
 */
import { close, closeSync, openSync, renameSync, statSync, write, writeSync } from 'node:fs';

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

export function openRotatedFile(file: string): RotatedFile {
  let fd: number | null = null;
  let size = 0;
  let waiting = '';
  let timer: NodeJS.Timeout | null = null;
  let isWriting = false;

  /** @returns `null` where it cannot be had. */
  function reopen(): number | null {
    try {
      fd = openSync(file, 'a', 0o600);
      size = statSync(file).size;
    } catch {
      fd = null;
    }
    return fd;
  }

  function rotate(): number | null {
    if (fd !== null) closeSync(fd);
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
    if (timer !== null || isWriting || waiting === '' || fd === null) return;
    timer = setTimeout(writeWaiting, gatherMs);
    timer.unref();
  }

  function writeWaiting(): void {
    timer = null;
    if (fd === null || waiting === '') return;
    const bytes = Buffer.from(waiting, 'utf8');
    const target = size > rotateAtBytes ? rotate() : fd;
    if (target === null) return;
    waiting = '';
    isWriting = true;
    write(target, bytes, (_error, written) => {
      isWriting = false;
      size += written;
      if (fd === target) writeSoon();
      else close(target, () => undefined);
    });
  }

  function writeNow(): void {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    if (fd === null || waiting === '') return;
    try {
      size += writeSync(fd, waiting);
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
      if (fd === null || waiting.length > waitingLimit) return;
      waiting += text;
      if (isUrgent) writeNow();
      else writeSoon();
    },
    close() {
      writeNow();
      process.off('exit', writeAtTheEnd);
      // What is on its way to the file closes it.
      if (fd !== null && !isWriting) closeSync(fd);
      fd = null;
    },
  };
}
