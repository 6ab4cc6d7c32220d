/**
 * An index page as bytes: a line with its format and the sum of all that follows, a line with the heads of its tasks,
 * then one line per task with its record.
 *
 * A start parses the heads and leaves the records alone. The sum finds a damaged record all the same, and at once: not
 * when someone opens that task.
 */
import { crc32 } from 'node:zlib';
import type { Task, VideoState } from '../../common/model.ts';
import type { PageEntry, TaskFacts } from './task-entry.ts';
import { recordOfLine } from './task-format.ts';

export const indexFormat = 3;
/** Read for ever: its heads were rows, and they did not know tags. */
export const rowsFormat = 2;

/** A head as it stands in a page. What is usual is left out, so fields can be added without another format. */
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
  const lines = entries.map((entry) => entry.line);
  const heads = entries.map(({ facts, line }) => toDisk(facts, line.length));
  const content = Buffer.concat([
    Buffer.from(`${headsStart}${JSON.stringify(heads)}${headsEnd}`),
    ...lines.flatMap((line, at) => (at === 0 ? [line] : [betweenLines, line])),
    pageEnd,
  ]);
  return Buffer.concat([Buffer.from(`{"version":${String(indexFormat)},"sum":${String(crc32(content))},\n`), content]);
}

/** @throws TypeError where the page is damaged, cut off or of another format. */
export function decodePage(bytes: Buffer): readonly PageEntry[] {
  const content = bytes.subarray(bytes.indexOf(0x0a) + 1);
  const [, version, sum] = /^\{"version":(\d+),"sum":(\d+),\n/.exec(bytes.toString('latin1', 0, 64)) ?? [];
  if (Number(version) !== indexFormat && Number(version) !== rowsFormat)
    throw new TypeError('not a page of this format');
  if (Number(sum) !== crc32(content)) throw new TypeError('a page that is not as it was written');
  // From here on it is what we wrote.
  const end = content.indexOf(headsEnd);
  const heads = JSON.parse(content.toString('utf8', headsStart.length, end)) as readonly (DiskHead | Row)[];
  let start = end + headsEnd.length;
  return heads.map((either) => {
    const bytes = isRow(either) ? either[11] : either.bytes;
    const line = content.subarray(start, start + bytes);
    start += bytes + betweenLines.length;
    return { facts: fromDisk(isRow(either) ? headOfRow(either, line) : either), line };
  });
}

/** The whole page is one JSON document, so that any tool can read it. */
const headsStart = '"heads":';
const headsEnd = ',\n"tasks":[\n';
const betweenLines = Buffer.from(',\n');
const pageEnd = Buffer.from('\n]}\n');

function toDisk({ head, receivedMs, wantsFiles, seq, firstSeq }: TaskFacts, bytes: number): DiskHead {
  const { key, provider, taskId, state, seen, starred, trashedAt, tags, videos } = head;
  const { project, rating, pick, watchedSince } = head;
  return {
    ...(key === `${provider}:${taskId}` ? {} : { key }),
    provider,
    taskId,
    ...(state === usualState ? {} : { state }),
    receivedMs,
    ...(seen ? { seen } : {}),
    ...(starred ? { starred } : {}),
    ...(trashedAt === null ? {} : { trashedAt }),
    ...(tags.length === 0 ? {} : { tags }),
    ...(project === undefined ? {} : { project }),
    ...(rating === undefined ? {} : { rating }),
    ...(pick === undefined ? {} : { pick }),
    ...(watchedSince === undefined ? {} : { watchedSince }),
    ...(videos.length === 0 ? {} : { videos: videos.map((video) => [video.state, video.sizeBytes] as const) }),
    ...(wantsFiles ? { wantsFiles } : {}),
    seq,
    firstSeq,
    bytes,
  };
}

function fromDisk(head: DiskHead): TaskFacts {
  const { provider, taskId, project, rating, pick, watchedSince, receivedMs, seq, firstSeq } = head;
  return {
    head: {
      key: head.key ?? `${provider}:${taskId}`,
      provider,
      taskId,
      state: head.state ?? usualState,
      seen: head.seen ?? false,
      starred: head.starred ?? false,
      trashedAt: head.trashedAt ?? null,
      tags: head.tags ?? none,
      ...(project === undefined ? {} : { project }),
      ...(rating === undefined ? {} : { rating }),
      ...(pick === undefined ? {} : { pick }),
      ...(watchedSince === undefined ? {} : { watchedSince }),
      videos: head.videos?.map(([state, sizeBytes]) => ({ state, sizeBytes })) ?? none,
    },
    receivedMs,
    wantsFiles: head.wantsFiles ?? false,
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

function isRow(head: DiskHead | Row): head is Row {
  return Array.isArray(head);
}

function headOfRow(row: Row, line: Buffer): DiskHead {
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
    ...(line.includes('"tags":[') ? { tags: recordOfLine(line).task.tags } : {}),
    videos,
    ...(wantsFiles === 1 ? { wantsFiles: true } : {}),
    seq,
    firstSeq,
    bytes,
  };
}
