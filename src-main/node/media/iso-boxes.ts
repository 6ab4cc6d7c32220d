/**
 * Walks the outermost boxes of an ISO base media file (mp4, mov, 3gp): is the index there, and does the file hold all
 * the bytes that its boxes promise? Players only find out when they get there; we want to know before "saved".
 * @see ISO/IEC 14496-12, 4.2 (box header) and QuickTime File Format, "Atoms"
 */
import type { FileHandle } from 'node:fs/promises';
import { openWindow, type ByteWindow } from './byte-window.ts';

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

export interface IsoWalk {
  readonly verdict: IsoVerdict;
  /** Pictures come in fragments, so the index at the beginning does not tell how long it is. */
  readonly hasFragments: boolean;
  /** The box that closes a file of fragments (`mfra`) is there. */
  readonly hasEnd: boolean;
  /** The index names no track, or has a hole where the next part of it should begin. */
  readonly hasOddIndex: boolean;
  /** Where the last box ends. */
  readonly end: number;
}

/** @param size Bytes of the file that count. */
export async function walkIsoBoxes(handle: FileHandle, size: number): Promise<IsoWalk> {
  const bytes = openWindow(handle, size);
  let hasIndex = false;
  let hasPictures = false;
  let hasFragments = false;
  let hasEnd = false;
  let hasOddIndex = false;
  let position = 0;
  let count = 0;
  const walked = (verdict: IsoVerdict): IsoWalk => ({
    verdict,
    hasFragments,
    hasEnd,
    hasOddIndex,
    end: count < maxBoxes ? Math.min(position, size) : size,
  });
  for (; position < size && count < maxBoxes; count += 1) {
    const box = readBoxHeader(await bytes.read(position, 16), size - position);
    // Some encoders and stores leave something after the last box; players ignore it, and so do we once everything is
    // there. Text can look like the head of a box, so only a kind that we know counts as cut.
    if (box === null) break;
    if (position + box.length > size) {
      if (hasIndex && hasPictures && !topLevel.has(box.type)) break;
      return walked('cut-short');
    }
    if (box.type === 'moov' && box.length > 8) {
      // Of several the first one counts; a crafted file has thousands.
      if (!hasIndex) hasOddIndex = !(await isSoundIndex(bytes, position, box.length));
      hasIndex = true;
    }
    if (box.type === 'mdat' || box.type === 'moof') hasPictures = true;
    if (box.type === 'moof') hasFragments = true;
    if (box.type === 'mfra') hasEnd = true;
    position += box.length;
  }
  if (!hasIndex) return walked(position < size && hasPictures ? 'cut-short' : 'no-index');
  return walked(hasPictures ? 'whole' : 'no-pictures');
}

const holders: ReadonlySet<string> = new Set(['moov', 'trak', 'mdia', 'minf', 'stbl']);
/** An index has some dozen for each track. */
const mostInIndex = 5_000;

async function isSoundIndex(bytes: ByteWindow, start: number, length: number): Promise<boolean> {
  const end = start + length;
  let hasTracks = false;
  let position = start;
  for (let count = 0; position + 8 <= end && count < mostInIndex; count += 1) {
    const box = readBoxHeader(await bytes.read(position, 16), end - position);
    if (box === null) return false;
    // A packed one (`cmov`) names them inside.
    if (box.type === 'trak' || box.type === 'cmov') hasTracks = true;
    position += holders.has(box.type) ? 8 : box.length;
  }
  return hasTracks;
}

/** What stands outermost in a file. */
const topLevel: ReadonlySet<string> = new Set(
  'ftyp moov mdat moof mfra free skip wide uuid meta sidx ssix styp prft emsg pdin udta'.split(' '),
);

/** `null` where these bytes are no box header. @param left bytes from here to the end of the file */
export function readBoxHeader(header: Buffer, left: number): { type: string; length: number } | null {
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
