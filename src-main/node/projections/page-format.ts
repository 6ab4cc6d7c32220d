/**
 * An index page as bytes: a line with its format and the sum of all that follows, a line with the heads of its tasks as
 * lists (`page-heads.ts`), then their records, a line for each, packed with brotli.
 *
 * A start parses the lists and leaves the records alone, packed as they are. The sum finds a damaged record all the same,
 * and at once: not when someone opens that task.
 */
import { crc32 } from 'node:zlib';
import type { Task, VideoState } from '../../common/model.ts';
import { bytesOf, type Lines, type LineShelf, packLines, unpackLines } from './line-shelf.ts';
import { type DiskHeads, storedEntries, toColumns } from './page-heads.ts';
import type { PageEntry, TaskFacts } from './task-entry.ts';
import { recordOfLine } from './task-format.ts';

export const indexFormat = 5;
/** Read for ever: its heads were an object each. */
const packedFormat = 4;
/** Read for ever: as `packedFormat`, and its records were not packed. */
const plainFormat = 3;
/** Read for ever: as `plainFormat`, and its heads were rows that did not know tags. */
const rowsFormat = 2;

/** Whether pages of this version can be read; all that is written is of `indexFormat`. */
export const isReadFormat = (version: unknown): boolean =>
  version === indexFormat || version === packedFormat || version === plainFormat || version === rowsFormat;

/** A head as it stood in a page of `plainFormat` or `packedFormat`. What is usual is left out. */
interface DiskHead {
  /** Where it is not `<provider>:<taskId>`. */
  readonly key?: string;
  readonly provider: string;
  readonly taskId: string;
  readonly state?: Task['state'];
  readonly receivedMs: number;
  readonly seen?: true;
  readonly starred?: true;
  readonly trashedAt?: string;
  readonly tags?: readonly string[];
  readonly project?: string;
  readonly rating?: number;
  readonly pick?: 'picked' | 'rejected';
  readonly watchedSince?: string;
  /** State and size of each video. */
  readonly videos?: readonly (readonly [VideoState, number | null])[];
  readonly wantsFiles?: true;
  readonly seq: number;
  readonly firstSeq: number;
  /** Of its line. */
  readonly bytes: number;
}

export function encodePage(entries: readonly PageEntry[]): Uint8Array {
  const lines = entries.map(({ line }) => bytesOf(line));
  const heads = toColumns(
    entries.map(({ facts }) => facts),
    lines.map(({ length }) => length),
  );
  const tasks = Buffer.concat(lines.flatMap((line, at) => (at === 0 ? [line] : [betweenLines, line])));
  const length = `${headsEnd}${lengthStart}${String(tasks.length)}`;
  const content = Buffer.from(
    `${headsStart}${JSON.stringify(heads)}${length}${packedStart}${packLines(tasks).toString('base64')}${packedEnd}`,
  );
  return Buffer.concat([Buffer.from(`{"version":${String(indexFormat)},"sum":${String(crc32(content))},\n`), content]);
}

/**
 * @param shelf Takes the lines of all its tasks.
 * @param isOpen Whether they lie there as they are.
 * @throws TypeError where the page is damaged, cut off or of another format.
 */
export function decodePage(bytes: Buffer, shelf: LineShelf, isOpen = false): readonly PageEntry[] {
  const content = bytes.subarray(bytes.indexOf(lineEnd) + 1);
  const { version, sum } = firstLineOf(bytes);
  if (!isReadFormat(version)) throw new TypeError('not a page of this format');
  if (sum !== crc32(content)) throw new TypeError('a page that is not as it was written');
  // From here on it is what we wrote.
  const end = content.indexOf(lineEnd) + 1 - headsEnd.length;
  const heads = JSON.parse(content.toString('utf8', headsStart.length, end)) as DiskHeads | readonly (DiskHead | Row)[];
  const records = content.subarray(end + headsEnd.length);
  const isPacked = version === indexFormat || version === packedFormat;
  const lines = isPacked ? keepPacked(records, shelf, isOpen) : keepPlain(records, shelf, isOpen);
  return storedEntries(isList(heads) ? columnsOf(heads, lines) : heads, lines, betweenLines.length);
}

/** Whether it is of a format that is read and not written any more. */
export const isOlderPage = (bytes: Buffer): boolean => firstLineOf(bytes).version !== indexFormat;

function firstLineOf(bytes: Buffer): { readonly version: number; readonly sum: number } {
  const [, version, sum] = /^\{"version":(\d+),"sum":(\d+),\n/.exec(bytes.toString('latin1', 0, 64)) ?? [];
  return { version: Number(version), sum: Number(sum) };
}

function columnsOf(heads: readonly (DiskHead | Row)[], lines: Lines): DiskHeads {
  let start = 0;
  const tasks = heads.map((either) => {
    const bytes = bytesIn(either);
    const head = isRow(either) ? headOfRow(either, lines.at(start, start + bytes)) : either;
    start += bytes + betweenLines.length;
    return fromDisk(head);
  });
  return toColumns(tasks, heads.map(bytesIn));
}

function keepPacked(records: Buffer, shelf: LineShelf, isOpen: boolean): Lines {
  const lengthEnd = records.indexOf(packedStart);
  const length = Number(records.toString('latin1', lengthStart.length, lengthEnd));
  const base64 = records.toString('latin1', lengthEnd + packedStart.length, records.length - packedEnd.length);
  const packed = Buffer.from(base64, 'base64');
  return isOpen ? shelf.putOpen(unpackLines(packed, length)) : shelf.putPacked(packed, length);
}

function keepPlain(records: Buffer, shelf: LineShelf, isOpen: boolean): Lines {
  const tasks = records.subarray(plainStart.length);
  return isOpen ? shelf.putOpen(tasks) : shelf.put(tasks);
}

/** The whole page is one JSON document: any tool reads its heads, and one that knows base64 and brotli its records. */
const headsStart = '"heads":';
const headsEnd = ',\n';
const lineEnd = 0x0a;
const lengthStart = '"length":';
const packedStart = ',\n"packed":"';
const packedEnd = '"}\n';
const betweenLines = Buffer.from(',\n');
/** In place of length and packed records in the formats before. */
const plainStart = '"tasks":[\n';

function fromDisk(disk: DiskHead): TaskFacts {
  const { provider, taskId, project, rating, pick, watchedSince, receivedMs, seq, firstSeq } = disk;
  const head = {
    key: disk.key ?? [provider, taskId].join(':'),
    provider,
    taskId,
    state: disk.state ?? usualState,
    seen: disk.seen ?? false,
    starred: disk.starred ?? false,
    trashedAt: disk.trashedAt ?? null,
    tags: disk.tags ?? none,
    videos: disk.videos?.map(([state, sizeBytes]) => ({ state, sizeBytes })) ?? none,
  };
  const isUsual = project === undefined && rating === undefined && pick === undefined && watchedSince === undefined;
  return {
    // Spread only where there is something: the usual head has no room that it does not need.
    head: isUsual
      ? head
      : {
          ...head,
          ...(project === undefined ? {} : { project }),
          ...(rating === undefined ? {} : { rating }),
          ...(pick === undefined ? {} : { pick }),
          ...(watchedSince === undefined ? {} : { watchedSince }),
        },
    receivedMs,
    wantsFiles: disk.wantsFiles ?? false,
    seq,
    firstSeq,
  };
}

const usualState = 'succeeded';
/** Shared by all that have none. */
const none: readonly never[] = Object.freeze([]);

/** A head in `rowsFormat`. */
type Row = readonly [
  provider: string,
  taskId: string,
  state: Task['state'],
  receivedMs: number,
  seen: 0 | 1,
  starred: 0 | 1,
  trashedAt: string | null,
  videos: readonly (VideoState | number | null)[],
  wantsFiles: 0 | 1,
  seq: number,
  firstSeq: number,
  bytes: number,
];

const bytesIn = (head: DiskHead | Row): number => (isRow(head) ? head[11] : head.bytes);

const isList = (heads: DiskHeads | readonly (DiskHead | Row)[]): heads is readonly (DiskHead | Row)[] =>
  Array.isArray(heads);

function isRow(head: DiskHead | Row): head is Row {
  return Array.isArray(head);
}

function headOfRow(row: Row, line: Uint8Array): DiskHead {
  const [provider, taskId, state, receivedMs, seen, starred, trashedAt, flat, wantsFiles, seq, firstSeq, bytes] = row;
  const videos: (readonly [VideoState, number | null])[] = [];
  for (let at = 0; at < flat.length; at += 2) {
    videos.push([flat[at] as VideoState, (flat[at + 1] ?? null) as number | null]);
  }
  return {
    provider,
    taskId,
    state,
    receivedMs,
    ...(seen === 1 ? { seen: true } : {}),
    ...(starred === 1 ? { starred: true } : {}),
    ...(trashedAt === null ? {} : { trashedAt }),
    ...(Buffer.from(line.buffer, line.byteOffset, line.length).includes('"tags":[')
      ? { tags: recordOfLine(line).task.tags }
      : {}),
    videos,
    ...(wantsFiles === 1 ? { wantsFiles: true } : {}),
    seq,
    firstSeq,
    bytes,
  };
}
