/**
 * Walks the outermost boxes of an ISO base media file (mp4, mov, 3gp): is the index there, and does the file hold all
 * the bytes that its boxes promise? Players only find out when they get there; we want to know before "saved".
 * @see ISO/IEC 14496-12, 4.2 (box header) and QuickTime File Format, "Atoms"
 */
import type { FileHandle } from 'node:fs/promises';
import { readAt } from './read-at.ts';

export type IsoVerdict =
  | 'whole'
  /** A box ends beyond the end of the file. */
  | 'cut-short'
  /** No `moov`: nothing says where the pictures are. */
  | 'no-index'
  /** An index, but neither `mdat` nor a fragment. */
  | 'no-pictures';

/** A fragmented file of several hours has some ten thousand boxes; beyond this it is not a video. */
const maxBoxes = 200_000;

/** @param size Bytes of the file that count. */
export async function walkIsoBoxes(handle: FileHandle, size: number): Promise<IsoVerdict> {
  let hasIndex = false;
  let hasPictures = false;
  let position = 0;
  for (let count = 0; position < size && count < maxBoxes; count += 1) {
    const header = await readAt(handle, position, 16);
    const box = readBoxHeader(header, size - position);
    // Some encoders leave padding after the last box; players ignore it, and so do we once everything is there.
    if (box === null) break;
    if (position + box.length > size) return 'cut-short';
    if (box.type === 'moov' && box.length > 8) hasIndex = true;
    if (box.type === 'mdat' || box.type === 'moof') hasPictures = true;
    position += box.length;
  }
  if (!hasIndex) return position < size && hasPictures ? 'cut-short' : 'no-index';
  return hasPictures ? 'whole' : 'no-pictures';
}

/** `null` where these bytes are no box header. @param left bytes from here to the end of the file */
function readBoxHeader(header: Buffer, left: number): { type: string; length: number } | null {
  if (header.length < 8) return null;
  const type = header.toString('latin1', 4, 8);
  // Four printable characters; QuickTime also knows names that begin with the copyright sign.
  if (!/^[\x20-\x7e\xa9]{4}$/.test(type)) return null;
  const length = header.readUInt32BE(0);
  if (length === 0) return { type, length: left }; // "to the end of the file"
  if (length !== 1) return length < 8 ? null : { type, length };
  if (header.length < 16) return { type, length: 16 };
  const long = header.readBigUInt64BE(8);
  return long < 16n || long > BigInt(Number.MAX_SAFE_INTEGER) ? null : { type, length: Number(long) };
}
