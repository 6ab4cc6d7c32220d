/**
 * An index page as bytes: a line with its format and the sum of all that follows, a line with the heads of its tasks,
 * then one line per task with its record.
 *
 * A start parses the heads and leaves the records alone. The sum finds a damaged record all the same, and at once: not
 * when someone opens that task.
 */
import { crc32 } from 'node:zlib';
import type { Task, Video, VideoState } from '../../common/model.ts';
import type { PageEntry, TaskFacts } from './slot.ts';

export const indexFormat = 2;

/** The order of fields in a head. A change here is a new `indexFormat`. */
type Row = [
  provider: string,
  taskId: string,
  state: Task['state'],
  receivedMs: number,
  seen: 0 | 1,
  starred: 0 | 1,
  trashedAt: string | null,
  /** State and size of each video, one after the other. */
  videos: (VideoState | number | null)[],
  wantsFiles: 0 | 1,
  seq: number,
  firstSeq: number,
  lineBytes: number,
];

export function encodePage(entries: readonly PageEntry[]): Uint8Array {
  const lines = entries.map((entry) => entry.line);
  const rows = entries.map(({ facts, line }) => rowOf(facts, line.length));
  const content = Buffer.concat([
    Buffer.from(`${headsStart}${JSON.stringify(rows)}${headsEnd}`),
    ...lines.flatMap((line, at) => (at === 0 ? [line] : [betweenLines, line])),
    pageEnd,
  ]);
  return Buffer.concat([Buffer.from(`{"version":${String(indexFormat)},"sum":${String(crc32(content))},\n`), content]);
}

/** @throws TypeError where the page is damaged, cut off or of another format. */
export function decodePage(bytes: Buffer): readonly PageEntry[] {
  const content = bytes.subarray(bytes.indexOf(0x0a) + 1);
  const [, version, sum] = /^\{"version":(\d+),"sum":(\d+),\n/.exec(bytes.toString('latin1', 0, 64)) ?? [];
  if (Number(version) !== indexFormat) throw new TypeError('not a page of this format');
  if (Number(sum) !== crc32(content)) throw new TypeError('a page that is not as it was written');
  // From here on it is what we wrote.
  const end = content.indexOf(headsEnd);
  const rows = JSON.parse(content.toString('utf8', headsStart.length, end)) as Row[];
  let start = end + headsEnd.length;
  return rows.map((row) => {
    const line = content.subarray(start, start + row[11]);
    start += row[11] + betweenLines.length;
    return entryOf(row, line);
  });
}

/** The whole page is one JSON document, so that any tool can read it. */
const headsStart = '"heads":';
const headsEnd = ',\n"tasks":[\n';
const betweenLines = Buffer.from(',\n');
const pageEnd = Buffer.from('\n]}\n');

function rowOf({ head, receivedMs, wantsFiles, seq, firstSeq }: TaskFacts, lineBytes: number): Row {
  return [
    head.provider,
    head.taskId,
    head.state,
    receivedMs,
    head.seen ? 1 : 0,
    head.starred ? 1 : 0,
    head.trashedAt,
    head.videos.flatMap((video) => [video.state, video.sizeBytes]),
    wantsFiles ? 1 : 0,
    seq,
    firstSeq,
    lineBytes,
  ];
}

function entryOf(row: Row, line: Uint8Array): PageEntry {
  const [provider, taskId, state, receivedMs, seen, starred, trashedAt, videos, wantsFiles, seq, firstSeq] = row;
  const head = {
    key: `${provider}:${taskId}`,
    provider,
    taskId,
    state,
    seen: seen === 1,
    starred: starred === 1,
    trashedAt,
    videos: videosOf(videos),
  };
  return { facts: { head, receivedMs, wantsFiles: wantsFiles === 1, seq, firstSeq }, line };
}

function videosOf(flat: Row[7]): readonly Pick<Video, 'state' | 'sizeBytes'>[] {
  const videos: Pick<Video, 'state' | 'sizeBytes'>[] = [];
  for (let at = 0; at < flat.length; at += 2) {
    videos.push({ state: flat[at] as VideoState, sizeBytes: (flat[at + 1] ?? null) as number | null });
  }
  return videos;
}
