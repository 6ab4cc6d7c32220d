/** Reads the log's files forwards, line by line, and never stops at a line that it cannot read. */
import { open } from 'node:fs/promises';
import path from 'node:path';
import type { StampedEvent } from '../../common/events.ts';
import { parseEvent as parseValue } from '../../common/parse-event.ts';
import { cursorOf, type Cursor, type DamagedLine, type Follower, type ReadReport } from './event-log.ts';
import { listSegments, segmentPath } from './segments.ts';

/** The byte behind the last event that counts: what a cursor of this log says. */
export interface NdjsonPosition {
  readonly segment: number;
  readonly offset: number;
  /** Sequence number of the last event before this position. */
  readonly seq: number;
}

export const ndjsonStart: NdjsonPosition = { segment: 1, offset: 0, seq: 0 };

export function ndjsonCursor({ segment, offset, seq }: NdjsonPosition): Cursor {
  return cursorOf(`${String(segment)}:${String(offset)}:${String(seq)}`);
}

/** @returns `null` for what is no cursor of this log. */
export function positionOf(cursor: Cursor): NdjsonPosition | null {
  const [, segment, offset, seq] = /^(\d+):(\d+):(\d+)$/.exec(cursor) ?? [];
  if (segment === undefined || offset === undefined || seq === undefined) return null;
  return { segment: Number(segment), offset: Number(offset), seq: Number(seq) };
}

const chunkBytes = 4 * 1024 * 1024;
const newline = 0x0a;

/**
 * Hands on each event from `from` on, in order; `null` = from the first. Damaged lines are skipped and reported.
 *
 * @param end Where the log is known to end: a cursor behind it means that the log lost its end, and new events may
 * stand before the cursor, so everything is read then.
 * @throws NodeJS.ErrnoException where a segment cannot be read.
 */
export async function readNdjsonLog(
  dir: string,
  from: Cursor | null,
  onEvent: Follower,
  end?: NdjsonPosition,
): Promise<ReadReport> {
  const known = from === null ? null : positionOf(from);
  const start = known === null || (end !== undefined && isBehind(known, end)) ? null : known;
  const { segment: firstSegment, offset: firstOffset, seq } = start ?? ndjsonStart;
  let events = 0;
  let lastSeq = seq;
  let missing = 0;
  const damaged: DamagedLine[] = [];
  for (const segment of await listSegments(dir)) {
    if (segment < firstSegment) continue;
    const file = segmentPath(dir, segment);
    await readLines(file, segment === firstSegment ? firstOffset : 0, (line, offset) => {
      const event = parseEvent(line);
      if (event === null) {
        damaged.push({ file: path.basename(file), offset, bytes: line.length });
        return;
      }
      events += 1;
      missing += Math.max(0, event.seq - lastSeq - 1);
      lastSeq = Math.max(lastSeq, event.seq);
      onEvent(event, ndjsonCursor({ segment, offset: offset + line.length + 1, seq: event.seq }));
    });
  }
  return { events, fromStart: start === null, damaged, missing, lastSeq };
}

function isBehind(position: NdjsonPosition, end: NdjsonPosition): boolean {
  return position.segment > end.segment || (position.segment === end.segment && position.offset > end.offset);
}

/** @returns `null` for a line that is not an event of ours. */
export function parseEvent(line: Buffer): StampedEvent | null {
  try {
    const parsed = parseValue(JSON.parse(line.toString('utf8')));
    return parsed.kind === 'event' ? parsed.event : null;
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
