/**
 * The heads of index pages as they were written until November 2026: an object or a row for each task, or lists without the
 * one of what many share. Read for ever.
 */
import type { Task, VideoState } from '../../common/model.ts';
import { without } from '../../common/without.ts';
import type { Lines } from './line-pool.ts';
import { type DiskHeads, type DiskRest, type DiskVideos, type HeadParts, partsOf, toColumns } from './page-heads.ts';
import { factsOf } from './task-entry.ts';
import { recordOfLine } from './task-format.ts';

export type OlderHeads = readonly (DiskHead | Row)[];

/**
 * Of the first pages of today's format, of an evening's builds: what is said of a task stands in its own place. Those builds
 * read the numbers of later pages there as nothing, and wrote that: so of these heads no more is believed than where lines end.
 */
export type UnsharedHeads = Pick<DiskHeads, 'bytes'>;

/** What is usual is left out. */
interface DiskHead extends DiskRest {
  readonly provider: string;
  readonly taskId: string;
  readonly receivedMs: number;
  readonly seen?: boolean;
  readonly starred?: boolean;
  readonly videos?: DiskVideos;
  readonly wantsFiles?: boolean;
  readonly seq: number;
  readonly firstSeq: number;
  /** Of its line. */
  readonly bytes: number;
}

/** Did not know tags. */
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

export const isOlder = (heads: DiskHeads | UnsharedHeads | OlderHeads): heads is OlderHeads => Array.isArray(heads);

/** @param betweenLines bytes between two lines */
export function olderColumns(heads: OlderHeads, lines: Lines, betweenLines: number): DiskHeads {
  let start = 0;
  const parts = heads.map((head) => {
    const end = start + bytesIn(head);
    const parts = partsOfHead(isRow(head) ? headOfRow(head, lines.at(start, end)) : head);
    start = end + betweenLines;
    return parts;
  });
  return toColumns(parts, heads.map(bytesIn));
}

/** @param betweenLines bytes between two lines */
export function sharedHeads(heads: DiskHeads | UnsharedHeads, lines: Lines, betweenLines: number): DiskHeads {
  if ('rests' in heads) return heads;
  let start = 0;
  const parts = heads.bytes.map((bytes) => {
    const line = lines.at(start, start + bytes);
    start += bytes + betweenLines;
    return partsOf(factsOf(recordOfLine(line)));
  });
  return toColumns(parts, heads.bytes);
}

const bytesIn = (head: DiskHead | Row): number => (isRow(head) ? head[11] : head.bytes);

function isRow(head: DiskHead | Row): head is Row {
  return Array.isArray(head);
}

function partsOfHead(head: DiskHead): HeadParts {
  const { seen = false, starred = false, wantsFiles = false, videos = [], ...more } = head;
  const { provider, taskId, receivedMs, seq, firstSeq, ...own } = more;
  const rest = without(own, 'bytes');
  return { provider, taskId, receivedMs, seq, firstSeq, seen, starred, wantsFiles, videos, rest };
}

function headOfRow(row: Row, line: Uint8Array): DiskHead {
  const [provider, taskId, state, receivedMs, seen, starred, trashedAt, flat, wantsFiles, seq, firstSeq, bytes] = row;
  const videos: (readonly [VideoState, number | null])[] = [];
  for (let at = 0; at < flat.length; at += 2) {
    videos.push([flat[at] as VideoState, (flat[at + 1] ?? null) as number | null]);
  }
  const hasTags = Buffer.from(line.buffer, line.byteOffset, line.length).includes('"tags":[');
  const own = { provider, taskId, state, receivedMs, videos, seq, firstSeq, bytes };
  return {
    ...own,
    seen: seen === 1,
    starred: starred === 1,
    wantsFiles: wantsFiles === 1,
    ...(trashedAt === null ? {} : { trashedAt }),
    ...(hasTags ? { tags: recordOfLine(line).task.tags } : {}),
  };
}
