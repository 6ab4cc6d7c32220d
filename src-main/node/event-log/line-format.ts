/**
 * One line of the log: an event as JSON, and at its end what tells whether it is still what was written.
 *
 * `left` counts the events of the same append that follow, so that an append which broke off half-way is seen as such.
 * `crc` is the last member: CRC-32, in eight hex digits, of all bytes before `,"crc":`. Lines that were written before November 2026 have none.
 */
import { parseEvent } from '../../common/parse-event.ts';
import { crc32 } from './crc32.ts';
import type { StampedEvent } from './event-log.ts';

export interface Stamp {
  readonly v: number;
  readonly seq: number;
  readonly at: string;
}

/** Numbers that were given out and never answered for, because the disk failed: nothing is missing there. */
export interface GapLine {
  readonly type: 'gap';
  /** The first of them; the last is the line's own number. */
  readonly from: number;
}

export type Line =
  | { readonly kind: 'event'; readonly event: StampedEvent; readonly left: number }
  | { readonly kind: 'unknown'; readonly seq: number; readonly type: string; readonly v: number; readonly left: number }
  | { readonly kind: 'gap'; readonly from: number; readonly seq: number }
  | { readonly kind: 'damaged'; readonly why: string };

const sumBytes = ',"crc":"00000000"}'.length;
/** What may follow the members. */
const tailBytes = ',"left":9007199254740991,"crc":"00000000"}\n'.length;
const sumPattern = /^,"crc":"([\da-f]{8})"\}$/;

/** Lines behind one another, in room that is used again: a text of its own for each line, and bytes of that, would be made to be copied. */
export interface Lines {
  /** Begins anew; what `bytes` gave out counts no more. */
  clear(): void;
  /**
   * @param text JSON of an event with its stamp, or of a gap with one.
   * @param left How many events of the same append follow.
   * @returns how many bytes the line has, with its newline.
   */
  add(text: string, left: number): number;
  /** All of them; they stay as they are until the next `clear`. */
  bytes(): Buffer;
}

const usualRoomBytes = 64 * 1024;
/** More is not kept from one batch to the next. */
const keptRoomBytes = 1024 * 1024;
/** In UTF-8 a character of JavaScript's takes three at most. */
const mostBytesPerCharacter = 3;

export function createLines(): Lines {
  let room = Buffer.allocUnsafeSlow(usualRoomBytes);
  let end = 0;

  function ensureRoom(text: string): void {
    if (room.length - end >= text.length * mostBytesPerCharacter + tailBytes) return;
    const needed = end + Buffer.byteLength(text) + tailBytes;
    if (room.length >= needed) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(needed, 2 * room.length));
    room.copy(larger, 0, 0, end);
    room = larger;
  }

  return {
    clear() {
      end = 0;
      if (room.length > keptRoomBytes) room = Buffer.allocUnsafeSlow(usualRoomBytes);
    },
    add(text, left) {
      ensureRoom(text);
      const start = end;
      // Without its closing bracket, which follows the sum.
      end += room.write(text, end) - 1;
      if (left > 0) end += room.write(`,"left":${String(left)}`, end, 'latin1');
      const sum = crc32(room.subarray(start, end)).toString(16).padStart(8, '0');
      end += room.write(`,"crc":"${sum}"}\n`, end, 'latin1');
      return end - start;
    },
    bytes: () => room.subarray(0, end),
  };
}

/** @param line without its newline. Never throws. */
export function decodeLine(line: Buffer): Line {
  const summed = line.length - sumBytes;
  const sum = summed > 0 ? sumPattern.exec(line.toString('latin1', summed))?.[1] : undefined;
  if (sum !== undefined && Number.parseInt(sum, 16) !== crc32(line.subarray(0, summed))) {
    return { kind: 'damaged', why: 'its checksum is wrong' };
  }
  let value: unknown;
  try {
    value = JSON.parse(sum === undefined ? line.toString('utf8') : `${line.toString('utf8', 0, summed)}}`);
  } catch {
    return { kind: 'damaged', why: 'it is not JSON' };
  }
  if (typeof value !== 'object' || value === null) return { kind: 'damaged', why: 'it is no object' };
  const { left = 0, ...members } = value as Readonly<Record<string, unknown>>;
  if (!isCount(left)) return { kind: 'damaged', why: 'left: not a number' };
  if ('crc' in members) return { kind: 'damaged', why: 'its checksum cannot be read' };
  if (members['type'] === 'gap') {
    const { from, seq } = members;
    return isCount(from) && isCount(seq) ? { kind: 'gap', from, seq } : { kind: 'damaged', why: 'a gap of no size' };
  }
  const parsed = parseEvent(members);
  // Every line of today's version has a sum when it is written. What a later version writes is its own affair.
  if (sum === undefined && parsed.kind === 'event' && members['v'] !== 1) {
    return { kind: 'damaged', why: 'its checksum is gone' };
  }
  return parsed.kind === 'damaged' ? parsed : { ...parsed, left };
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
