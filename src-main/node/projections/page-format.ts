/**
 * An index page as bytes: a line with its format and the sum of all that follows, a line with the heads of its tasks as
 * lists (`page-heads.ts`), then their records, a line for each, packed with brotli in blocks.
 *
 * A start parses the lists and leaves the records alone, packed as they are. The sum finds a damaged record all the same,
 * and at once: not when someone opens that task.
 */
import { crc32 } from 'node:zlib';
import {
  bytesOf,
  type Lines,
  type LinePool,
  type PackedLines,
  packLines,
  unpackLines,
  usualBlockBytes,
} from './line-pool.ts';
import { isOlder, olderColumns, type OlderHeads, sharedHeads, type UnsharedHeads } from './older-heads.ts';
import { type DiskHeads, partsOf, storedEntries, toColumns } from './page-heads.ts';
import type { PageEntry } from './task-facts.ts';

export const indexFormat = 6;
/** Read for ever: its records were packed as one block. */
const oneBlockFormat = 5;
/** Read for ever: as `oneBlockFormat`, and its heads were an object each. */
const packedFormat = 4;
/** Read for ever: as `packedFormat`, and its records were not packed. */
const plainFormat = 3;
/** Read for ever: as `plainFormat`, and its heads were rows that did not know tags. */
const rowsFormat = 2;

/** Whether pages of this version can be read; all that is written is of `indexFormat`. */
export const isReadFormat = (version: unknown): boolean =>
  [indexFormat, oneBlockFormat, packedFormat, plainFormat, rowsFormat].some((each) => each === version);

/** Of programs that know none of the events of version 2: they skip them, and their index is behind them all the same. */
export const isOldestFormat = (version: unknown): boolean => version === rowsFormat;

export function encodePage(entries: readonly PageEntry[]): Uint8Array {
  const lines = entries.map(({ line }) => bytesOf(line));
  const heads = toColumns(
    entries.map(({ facts }) => partsOf(facts)),
    lines.map(({ length }) => length),
  );
  const tasks = Buffer.concat(lines.flatMap((line, at) => (at === 0 ? [line] : [betweenLines, line])));
  const { blocks, length } = packLines(tasks);
  const packed = blocks.map((block) => block.toString('base64')).join(betweenBlocks);
  const content = Buffer.from(
    `${headsStart}${JSON.stringify(heads)}${headsEnd}${lengthStart}${String(length)}${packedStart}${packed}${packedEnd}`,
  );
  return Buffer.concat([Buffer.from(`{"version":${String(indexFormat)},"sum":${String(crc32(content))},\n`), content]);
}

/**
 * @param pool Takes the lines of all its tasks.
 * @param isOpen Whether they lie there as they are.
 * @throws TypeError where the page is damaged, cut off or of another format.
 */
export function decodePage(bytes: Buffer, pool: LinePool, isOpen = false): readonly PageEntry[] {
  const content = bytes.subarray(bytes.indexOf(lineEnd) + 1);
  const { version, sum } = firstLineOf(bytes);
  if (!isReadFormat(version)) throw new TypeError('not a page of this format');
  if (sum !== crc32(content)) throw new TypeError('a page that is not as it was written');
  // From here on it is what we wrote.
  const end = content.indexOf(lineEnd) + 1 - headsEnd.length;
  const heads = JSON.parse(content.toString('utf8', headsStart.length, end)) as DiskHeads | UnsharedHeads | OlderHeads;
  const records = content.subarray(end + headsEnd.length);
  const lines =
    version > plainFormat ? keepPacked(packedIn(records, version), pool, isOpen) : keepPlain(records, pool, isOpen);
  return storedEntries(
    isOlder(heads) ? olderColumns(heads, lines, betweenLines.length) : sharedHeads(heads, lines, betweenLines.length),
    lines,
    betweenLines.length,
  );
}

/** Whether it is of a format that is read and not written any more. */
export const isOlderPage = (bytes: Buffer): boolean => firstLineOf(bytes).version !== indexFormat;

function firstLineOf(bytes: Buffer): { readonly version: number; readonly sum: number } {
  const [, version, sum] = /^\{"version":(\d+),"sum":(\d+),\n/.exec(bytes.toString('latin1', 0, 64)) ?? [];
  return { version: Number(version), sum: Number(sum) };
}

function packedIn(records: Buffer, version: number): PackedLines {
  const lengthEnd = records.indexOf(lengthStop);
  const length = Number(records.toString('latin1', lengthStart.length, lengthEnd));
  const isOneBlock = version !== indexFormat;
  const [start, stop] = isOneBlock ? [oneBlockStart, oneBlockEnd] : [packedStart, packedEnd];
  needAt(records, 0, lengthStart);
  needAt(records, lengthEnd, start);
  const base64 = records.toString('latin1', lengthEnd + start.length, records.length - stop.length);
  const blocks = length === 0 ? [] : base64.split(betweenBlocks).map((block) => Buffer.from(block, 'base64'));
  return { blocks, blockBytes: isOneBlock ? length : usualBlockBytes, length };
}

function keepPacked(packed: PackedLines, pool: LinePool, isOpen: boolean): Lines {
  return isOpen ? pool.putOpen(unpackLines(packed)) : pool.putPacked(packed);
}

function keepPlain(records: Buffer, pool: LinePool, isOpen: boolean): Lines {
  needAt(records, 0, plainStart);
  const tasks = records.subarray(plainStart.length);
  return isOpen ? pool.putOpen(tasks) : pool.put(tasks);
}

/** The sum stands behind the version and does not hold it. @throws TypeError where another version was written */
function needAt(records: Buffer, position: number, wanted: string): void {
  if (records.toString('latin1', position, position + wanted.length) !== wanted)
    throw new TypeError('a page of another format than it says');
}

/** The whole page is one JSON document: any tool reads its heads, and one that knows base64 and brotli its records. */
const headsStart = '"heads":';
const headsEnd = ',\n';
const lineEnd = 0x0a;
const lengthStart = '"length":';
const lengthStop = ',\n';
const packedStart = ',\n"packed":["';
const betweenBlocks = '",\n"';
const packedEnd = '"]}\n';
/** In the formats before. */
const oneBlockStart = ',\n"packed":"';
const oneBlockEnd = '"}\n';
const betweenLines = Buffer.from(',\n');
/** In place of length and packed records in the oldest formats. */
const plainStart = '"tasks":[\n';
