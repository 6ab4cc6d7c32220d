/** Reads the log's files forwards, line by line, and never stops at a line that it cannot read. */
import { turnOfOthers } from '../in-turns.ts';
import { open } from 'node:fs/promises';
import path from 'node:path';
import type { StoredEvent } from './followers.ts';
import {
  cursorOf,
  type Cursor,
  type DamagedLine,
  type Follower,
  type ReadReport,
  type UnknownEvents,
} from './event-log.ts';
import { isErrno } from '../storage/durable-files.ts';
import { decodeLine } from './line-format.ts';
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

const newline = 0x0a;
const chunkBytes = 128 * 1024;
/** So long lines are read in one turn of the loop; then others have their turn. */
const turnMs = 5;
const fewEvents = 64;

/**
 * Hands on each event from `from` on, in order; `null` = from the first. Damaged lines are skipped and reported.
 *
 * @param end Where to stop. A cursor behind it means that the log lost its end, and new events may stand before the
 * cursor, so everything is read then; so it is where another event than that of the cursor ends there.
 * @throws NodeJS.ErrnoException where a segment cannot be read.
 */
export async function readNdjsonLog(
  dir: string,
  from: Cursor | null,
  onEvent: Follower,
  end?: NdjsonPosition,
): Promise<ReadReport> {
  const known = from === null ? null : positionOf(from);
  const isGone = known !== null && ((end !== undefined && isBehind(known, end)) || !(await isThere(dir, known)));
  const start = isGone ? null : known;
  const { segment: firstSegment, offset: firstOffset, seq } = start ?? ndjsonStart;
  const damaged: DamagedLine[] = [];
  const unknown = createUnknownCounter();
  const numbers = createNumberCheck(seq);
  let events = 0;

  for (const segment of await listSegments(dir)) {
    if (segment < firstSegment || segment > (end?.segment ?? segment)) continue;
    const until = segment === end?.segment ? end.offset : Infinity;
    const file = segmentPath(dir, segment);
    /** The events of one append, until the last of it is seen: an append that broke off half-way never happened. */
    let held: StoredEvent[] = [];
    let heldEnd = 0;
    let lastIsDamaged = false as boolean;
    const release = (): Promise<void> | undefined => {
      const whole = held;
      held = [];
      events += whole.length;
      return handOn(whole, onEvent);
    };
    const readTo = await readLines(file, segment === firstSegment ? firstOffset : 0, until, (bytes, offset) => {
      const line = decodeLine(bytes);
      lastIsDamaged = line.kind === 'damaged';
      if (line.kind === 'damaged') {
        damaged.push({ file: path.basename(file), offset, bytes: bytes.length, why: line.why });
        return undefined;
      }
      // Something follows, so what came before was whole: what breaks off is the last of its file.
      if (line.kind === 'gap') {
        numbers.given(line.from, line.seq);
        return release();
      }
      const lineSeq = line.kind === 'event' ? line.event.seq : line.seq;
      numbers.given(lineSeq, lineSeq);
      const before = lineSeq + line.left === heldEnd ? undefined : release();
      heldEnd = lineSeq + line.left;
      if (line.kind === 'unknown') {
        unknown.add(line.type, line.v);
      } else {
        const behind = ndjsonCursor({ segment, offset: offset + bytes.length + 1, seq: lineSeq });
        held.push({ event: line.event, behind });
      }
      if (line.left > 0) return before;
      return before === undefined ? release() : before.then(release);
    });
    // What is known to be stored is whole, also where its last line was damaged since.
    if (lastIsDamaged || readTo >= until) await release();
  }
  return { events, fromStart: start === null, damaged, unknown: unknown.all(), ...numbers.report() };
}

/** At once where they are few, else with turns for others in between. */
function handOn(events: readonly StoredEvent[], onEvent: Follower): Promise<void> | undefined {
  if (events.length > fewEvents) return handOnInTurns(events, onEvent);
  for (const { event, behind } of events) onEvent(event, behind);
  return undefined;
}

async function handOnInTurns(events: readonly StoredEvent[], onEvent: Follower): Promise<void> {
  let turnBegan = performance.now();
  for (const { event, behind } of events) {
    onEvent(event, behind);
    if (performance.now() - turnBegan < turnMs) continue;
    await turnOfOthers();
    turnBegan = performance.now();
  }
}

const leastLooked = 32 * 1024;

/** A log that lost its end may have grown beyond it since, and of two copies of a folder each file may be of another one. */
async function isThere(dir: string, { segment, offset, seq }: NdjsonPosition): Promise<boolean> {
  if (offset === 0) return true;
  const handle = await open(segmentPath(dir, segment), 'r').catch((error: unknown) => {
    if (isErrno(error, ['ENOENT'])) return null;
    throw error;
  });
  if (handle === null) return false;
  try {
    for (let wanted = leastLooked; ; wanted *= 8) {
      const from = Math.max(0, offset - wanted);
      const { bytesRead, buffer } = await handle.read(Buffer.alloc(offset - from), 0, offset - from, from);
      if (bytesRead < offset - from || buffer.at(-1) !== newline) return false;
      const begin = buffer.lastIndexOf(newline, -2) + 1;
      if (begin === 0 && from > 0) continue;
      const line = decodeLine(buffer.subarray(begin, -1));
      // One that was damaged since stands where it stood.
      return line.kind === 'damaged' || (line.kind === 'event' ? line.event.seq : line.seq) === seq;
    }
  } finally {
    await handle.close();
  }
}

function isBehind(position: NdjsonPosition, end: NdjsonPosition): boolean {
  return position.segment > end.segment || (position.segment === end.segment && position.offset > end.offset);
}

function createNumberCheck(before: number): {
  given(first: number, last: number): void;
  report(): { readonly missing: number; readonly lastSeq: number };
} {
  let lastSeq = before;
  let missing = 0;
  return {
    given(first, last) {
      missing += Math.max(0, first - lastSeq - 1);
      lastSeq = Math.max(lastSeq, last);
    },
    report: () => ({ missing, lastSeq }),
  };
}

function createUnknownCounter(): { add(type: string, v: number): void; all(): readonly UnknownEvents[] } {
  const counts = new Map<string, UnknownEvents>();
  return {
    add(type, v) {
      const key = `${String(v)} ${type}`;
      counts.set(key, { type, v, count: (counts.get(key)?.count ?? 0) + 1 });
    },
    all: () => [...counts.values()],
  };
}

/** Where the last whole append of a file ends, and the number of its last event; 0 where there is none. */
export interface WholeEnd {
  readonly offset: number;
  readonly seq: number;
}

/** @param start a byte at or before which a line begins; a first part of a line is skipped as damaged. */
export async function wholeEnd(file: string, start = 0): Promise<WholeEnd> {
  let end: WholeEnd = { offset: 0, seq: 0 };
  let pending: WholeEnd & { readonly appendEnd: number } = { ...end, appendEnd: 0 };
  await readLines(file, start, Infinity, (bytes, offset) => {
    const line = decodeLine(bytes);
    if (line.kind === 'damaged') return undefined;
    const seq = line.kind === 'event' ? line.event.seq : line.seq;
    const left = line.kind === 'gap' ? 0 : line.left;
    if (pending.appendEnd !== seq + left) end = pending;
    pending = { offset: offset + bytes.length + 1, seq, appendEnd: seq + left };
    if (left === 0) end = pending;
    return undefined;
  });
  return { offset: end.offset, seq: end.seq };
}

/**
 * Calls back for each complete line (without its newline) that ends at or before `until`; a last line without a newline
 * is left out. Others have their turn in between.
 * @returns how far it was read.
 */
async function readLines(
  file: string,
  start: number,
  until: number,
  onLine: (line: Buffer, offset: number) => Promise<void> | undefined,
): Promise<number> {
  const handle = await open(file, 'r');
  try {
    let rest: Buffer = Buffer.alloc(0);
    let position = start;
    for (;;) {
      const wanted = Math.min(chunkBytes, until - position);
      if (wanted <= 0) return position;
      const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafe(wanted), 0, wanted, position);
      if (bytesRead === 0) return position;
      const lineStart = position - rest.length;
      const data: Buffer = Buffer.concat([rest, buffer.subarray(0, bytesRead)]);
      position += bytesRead;
      let from = 0;
      let turnBegan = performance.now();
      for (let end = data.indexOf(newline); end >= 0; end = data.indexOf(newline, from)) {
        const busy = end > from ? onLine(data.subarray(from, end), lineStart + from) : undefined;
        from = end + 1;
        if (busy !== undefined) await busy;
        else if (performance.now() - turnBegan < turnMs) continue;
        else await turnOfOthers();
        turnBegan = performance.now();
      }
      rest = data.subarray(from);
    }
  } finally {
    await handle.close();
  }
}
