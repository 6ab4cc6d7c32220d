/**
 * The log as files of one JSON object per line.
 *
 * One writer. All appends that wait are written together and synced once (group commit), so the price of a sync is
 * shared by as many callbacks as arrive during the one before. An append resolves only when its bytes are on disk.
 */
import { mkdir, open, rename, stat, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { InboxError } from '../../common/errors.ts';
import { eventFormat, type EventDraft } from '../../common/events.ts';
import type { Log } from '../log/log.ts';
import { syncFolder } from '../storage/durable-files.ts';
import { createAppendQueue, type StoredEvent } from './append-queue.ts';
import type { EventLog } from './event-log.ts';
import { createTeller } from './followers.ts';
import {
  ndjsonCursor,
  ndjsonStart,
  parseEvent,
  positionOf,
  readLines,
  readNdjsonLog,
  type NdjsonPosition,
} from './ndjson-reader.ts';
import { listSegments, segmentPath } from './segments.ts';

export interface NdjsonLogOptions {
  readonly dir: string;
  readonly log: Log;
  readonly now: () => Date;
  /** A new segment is begun once the current one has reached this size. Default 64 MiB. */
  readonly segmentBytes?: number;
}

const defaultSegmentBytes = 64 * 1024 * 1024;

export async function openNdjsonLog(options: NdjsonLogOptions): Promise<EventLog> {
  const { dir, log, now } = options;
  const segmentBytes = options.segmentBytes ?? defaultSegmentBytes;
  await mkdir(dir, { recursive: true, mode: 0o700 });

  let { segment, offset, seq } = await findEnd(dir, log);
  let handle: FileHandle | null = null;
  /** After a failed sync the file's cached pages cannot be trusted any more; go on in a new file. */
  let suspect = false;
  const teller = createTeller(ndjsonCursor({ segment, offset, seq }), log);

  async function openSegment(): Promise<FileHandle> {
    if (handle !== null && offset < segmentBytes && !suspect) return handle;
    if (handle !== null) {
      await handle.close().catch((error: unknown) => log.warn({ error }, 'a journal segment did not close'));
      handle = null;
      segment += 1;
      offset = 0;
      suspect = false;
    }
    const opened = await open(segmentPath(dir, segment), offset === 0 ? 'w+' : 'r+', 0o600);
    try {
      await syncFolder(dir);
    } catch (error) {
      await opened.close();
      throw error; // and the next append syncs the folder first, or the file that holds it could vanish
    }
    handle = opened;
    return opened;
  }

  async function store(appends: readonly (readonly EventDraft[])[]): Promise<readonly StoredEvent[]> {
    try {
      const file = await openSegment();
      const at = now().toISOString();
      let behind = offset;
      const stored: StoredEvent[] = [];
      const lines: string[] = [];
      for (const draft of appends.flat()) {
        const event = { v: eventFormat, seq: seq + stored.length + 1, at, ...draft };
        const line = `${JSON.stringify(event)}\n`;
        behind += Buffer.byteLength(line);
        lines.push(line);
        stored.push({ event, behind: ndjsonCursor({ segment, offset: behind, seq: event.seq }) });
      }
      await writeAll(file, Buffer.from(lines.join(''), 'utf8'), offset);
      await file.datasync().catch((error: unknown) => {
        suspect = true;
        throw error;
      });
      offset = behind;
      seq += stored.length;
      return stored;
    } catch (cause) {
      log.error({ error: cause, appends: appends.length }, 'the journal could not be written');
      await cutBack();
      throw new InboxError('storage-failed', storageSentence(cause), { cause });
    }
  }

  /** What was written of a failed batch must not be read as if it had been answered. */
  async function cutBack(): Promise<void> {
    await handle?.truncate(offset).catch((error: unknown) => {
      suspect = true;
      log.error({ error }, 'a half-written journal batch could not be cut off');
    });
  }

  const queue = createAppendQueue({ store, teller, log });

  return {
    append: (drafts, { priority = 'bulk' } = {}) => queue.append(drafts, priority),
    read(from, onEvent) {
      const end = { segment, offset, seq };
      seq = Math.max(seq, (from === null ? null : positionOf(from))?.seq ?? 0);
      return readNdjsonLog(dir, from, onEvent, end);
    },
    follow: (name, follower) => teller.follow(name, follower),
    end: () => teller.end(),
    continueAbove: (known) => {
      seq = Math.max(seq, known);
    },
    async close() {
      await queue.close();
      await handle?.close();
      handle = null;
    },
  };
}

/** `FileHandle.write` may write less than asked. */
async function writeAll(file: FileHandle, bytes: Buffer, position: number): Promise<void> {
  let done = 0;
  while (done < bytes.length) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, position + done);
    done += bytesWritten;
  }
}

function storageSentence(cause: unknown): string {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  return code === 'ENOSPC' || code === 'EDQUOT'
    ? 'The disk is full, so nothing was stored; free some space and send it again.'
    : 'The callback could not be stored; send it again.';
}

/** Finds the end of the last whole event and cuts off what a crash left behind it. */
async function findEnd(dir: string, log: Log): Promise<NdjsonPosition> {
  const segments = await listSegments(dir);
  const last = segments.at(-1);
  if (last === undefined) return ndjsonStart;
  let seq = 0;
  let offset = 0;
  for (const segment of segments.toReversed()) {
    const file = segmentPath(dir, segment);
    const end = segment === last ? await lastEventInTail(file) : await lastEvent(file);
    if (segment === last) {
      offset = end.offset;
      const { size } = await stat(file);
      if (size > offset) await cutTail(file, offset, size, log);
    }
    seq = end.seq;
    if (seq > 0) break;
  }
  return { segment: last, offset, seq };
}

interface End {
  readonly offset: number;
  readonly seq: number;
}

const tailBytes = 1024 * 1024;

/** Reads only the end of the file; falls back to the whole of it where the end holds no whole event. */
async function lastEventInTail(file: string): Promise<End> {
  const { size } = await stat(file);
  const start = Math.max(0, size - tailBytes);
  const end = await lastEvent(file, start);
  return end.seq > 0 || start === 0 ? end : lastEvent(file);
}

async function lastEvent(file: string, start = 0): Promise<End> {
  let end: End = { offset: 0, seq: 0 };
  await readLines(file, start, (line, offset) => {
    const event = parseEvent(line);
    if (event !== null) end = { offset: offset + line.length + 1, seq: event.seq };
  });
  return end;
}

/** The cut bytes were never answered, but they are kept: nothing that someone sent is thrown away unseen. */
async function cutTail(file: string, offset: number, size: number, log: Log): Promise<void> {
  const handle = await open(file, 'r+');
  try {
    const torn = Buffer.alloc(size - offset);
    await handle.read(torn, 0, torn.length, offset);
    const aside = `${file}.torn-${String(offset)}`;
    const copy = await open(`${aside}.new`, 'w', 0o600);
    await copy.writeFile(torn);
    await copy.close();
    await rename(`${aside}.new`, aside);
    await handle.truncate(offset);
    await handle.datasync();
    log.warn({ file: path.basename(file), bytes: torn.length }, 'cut off a half-written end of the journal');
  } finally {
    await handle.close();
  }
}
