/**
 * One line of the log: an event as JSON, and at its end what tells whether it is still what was written.
 *
 * `left` counts the events of the same append that follow, so that an append which broke off half-way is seen as such.
 * `crc` is the last member: CRC-32, in eight hex digits, of all bytes before `,"crc":`. Lines that were written before November 2026 have none.
 */
import type { EventDraft } from '../../common/events.ts';
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
const sumPattern = /^,"crc":"([\da-f]{8})"\}$/;

/** @returns the line with its newline. */
export function encodeLine({ v, seq, at }: Stamp, content: EventDraft | GapLine, left: number): Buffer {
  const members = JSON.stringify(content).slice(1, -1);
  const rest = left === 0 ? '' : `,"left":${String(left)}`;
  const text = `{"v":${String(v)},"seq":${String(seq)},"at":${JSON.stringify(at)},${members}${rest},"crc":"00000000"}\n`;
  const line = Buffer.from(text, 'utf8');
  const summed = line.length - sumBytes - 1;
  line.write(crc32(line.subarray(0, summed)).toString(16).padStart(8, '0'), summed + ',"crc":"'.length, 'latin1');
  return line;
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
