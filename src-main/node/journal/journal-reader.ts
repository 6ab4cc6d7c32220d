/** Reads the journal forwards, line by line, and never stops at a line that it cannot read. */
import { open } from 'node:fs/promises';
import type { JournalEvent } from '../../common/journal-events.ts';
import { listSegments, segmentPath } from './segments.ts';

/** The byte behind the last event that counts. */
export interface JournalPosition {
  readonly segment: number;
  readonly offset: number;
  /** Sequence number of the last event before this position. */
  readonly seq: number;
}

export const journalStart: JournalPosition = { segment: 1, offset: 0, seq: 0 };

export interface DamagedLine {
  readonly segment: number;
  readonly offset: number;
  readonly bytes: number;
}

export interface ReadReport {
  readonly events: number;
  readonly damaged: readonly DamagedLine[];
}

const chunkBytes = 4 * 1024 * 1024;
const newline = 0x0a;

/**
 * Hands each event from `from` on to `onEvent`, in order. Damaged lines are skipped and reported.
 * @throws NodeJS.ErrnoException where a segment cannot be read.
 */
export async function readJournal(
  dir: string,
  from: JournalPosition,
  onEvent: (event: JournalEvent) => void,
): Promise<ReadReport> {
  let events = 0;
  const damaged: DamagedLine[] = [];
  for (const segment of await listSegments(dir)) {
    if (segment < from.segment) continue;
    const start = segment === from.segment ? from.offset : 0;
    await readLines(segmentPath(dir, segment), start, (line, offset) => {
      const event = parseEvent(line);
      if (event === null) {
        damaged.push({ segment, offset, bytes: line.length });
        return;
      }
      events += 1;
      onEvent(event);
    });
  }
  return { events, damaged };
}

/** @returns `null` for a line that is not an event of ours. */
export function parseEvent(line: Buffer): JournalEvent | null {
  try {
    const value: unknown = JSON.parse(line.toString('utf8'));
    if (typeof value !== 'object' || value === null) return null;
    const { seq, type, at } = value as Record<string, unknown>;
    // The journal is ours alone (mode 0600), so a line with a stamp is taken as what it was written as.
    return typeof seq === 'number' && typeof type === 'string' && typeof at === 'string'
      ? (value as JournalEvent)
      : null;
  } catch {
    return null;
  }
}

/** Calls back for each complete line (without its newline); a last line without one is left out. */
export async function readLines(
  file: string,
  start: number,
  onLine: (line: Buffer, offset: number) => void,
): Promise<void> {
  const handle = await open(file, 'r');
  try {
    let rest: Buffer = Buffer.alloc(0);
    let position = start;
    for (;;) {
      const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafe(chunkBytes), 0, chunkBytes, position);
      if (bytesRead === 0) return;
      const lineStart = position - rest.length;
      const data: Buffer = Buffer.concat([rest, buffer.subarray(0, bytesRead)]);
      position += bytesRead;
      let from = 0;
      for (let end = data.indexOf(newline); end >= 0; end = data.indexOf(newline, from)) {
        if (end > from) onLine(data.subarray(from, end), lineStart + from);
        from = end + 1;
      }
      rest = data.subarray(from);
    }
  } finally {
    await handle.close();
  }
}
