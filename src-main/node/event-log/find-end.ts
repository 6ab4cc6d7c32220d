/** The end of what was whole when the log was last written, and what a crash left behind it. */
import { open, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Log } from '../log/log.ts';
import { isDiskFull, replaceFile } from '../storage/durable-files.ts';
import { ndjsonStart, wholeEnd, type NdjsonPosition, type WholeEnd } from './ndjson-reader.ts';
import { listSegments, segmentPath } from './segments.ts';

export interface FoundEnd extends NdjsonPosition {
  /** How long the segment is: longer than its whole part where the disk had no room to keep what is to be cut off. */
  readonly size: number;
}

/** Finds the end of the last whole append and cuts off what a crash left behind it. */
export async function findEnd(dir: string, log: Log): Promise<FoundEnd> {
  const segments = await listSegments(dir);
  const last = segments.at(-1);
  if (last === undefined) return { ...ndjsonStart, size: 0 };
  let left = 0;
  let seq = 0;
  let offset = 0;
  for (const segment of segments.toReversed()) {
    const file = segmentPath(dir, segment);
    const end = segment === last ? await endFromTail(file) : await wholeEnd(file);
    if (segment === last) {
      offset = end.offset;
      const { size } = await stat(file);
      if (size > offset && !(await isTailCut(file, offset, size, log))) left = size - offset;
    }
    seq = end.seq;
    if (seq > 0) break;
  }
  return { segment: last, offset, seq, size: offset + left };
}

const tailBytes = 32 * 1024;

/** Reads only the end of the file, and more of it where that holds no whole append. */
async function endFromTail(file: string): Promise<WholeEnd> {
  const { size } = await stat(file);
  for (let bytes = tailBytes; ; bytes *= 32) {
    const start = Math.max(0, size - bytes);
    const end = await wholeEnd(file, start);
    if (end.seq > 0 || start === 0) return end;
  }
}

/** @returns false where there is no room to keep it: then it stays where it is, and nothing may be added behind it. */
async function isTailCut(file: string, offset: number, size: number, log: Log): Promise<boolean> {
  try {
    await cutTail(file, offset, size, log);
    return true;
  } catch (error) {
    if (!isDiskFull(error)) throw error;
    log.warn({ error }, 'a half-written end of the journal stays until there is room to keep it elsewhere');
    return false;
  }
}

/** The cut bytes were never answered, but they are kept: nothing that someone sent is thrown away unseen. */
export async function cutTail(file: string, offset: number, size: number, log: Log): Promise<void> {
  const handle = await open(file, 'r+');
  try {
    const torn = Buffer.alloc(size - offset);
    await handle.read(torn, 0, torn.length, offset);
    const aside = `${file}.torn-${String(offset)}`;
    await replaceFile(aside, torn, `${aside}.new`);
    await handle.truncate(offset);
    await handle.datasync();
    log.warn({ file: path.basename(file), bytes: torn.length }, 'cut off a half-written end of the journal');
  } finally {
    await handle.close();
  }
}
