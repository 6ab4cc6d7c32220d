/**
 * Metadata in an exported MP4 or MOV: one more box behind the last one. Nothing that was there is moved or written anew, so
 * pictures, sound and edit lists stay bit for bit what they are, and no place in the index is wrong.
 */
import { fileHashTag } from '../../common/xmp.ts';

/** @see XMP Specification Part 3, "MPEG-4": a top-level `uuid` box with this id */
const xmpId = Buffer.from('be7acfcb97a942e89c71999491e3afac', 'hex');
const headLength = 8;
/** A fragmented film of hours has some ten thousand; one with more keeps to its sidecar. */
const mostBoxes = 20_000;
/** A prompt and what else is told has less. */
const mostBoxBytes = 1024 * 1024;

export function xmpBox(xmp: string): Buffer {
  const text = Buffer.from(xmp, 'utf8');
  const head = Buffer.alloc(headLength);
  head.writeUInt32BE(headLength + xmpId.length + text.length, 0);
  head.write('uuid', 4, 'latin1');
  return Buffer.concat([head, xmpId, text]);
}

type Read = (position: number, length: number) => Promise<Buffer>;

/** The last box of a file that is whole boxes to its end; `null` where it is not. */
async function lastBox(read: Read, size: number): Promise<{ readonly type: string; readonly start: number } | null> {
  let position = 0;
  let start = 0;
  let type = '';
  for (let count = 0; position < size && count < mostBoxes; count += 1) {
    const head = await read(position, headLength * 2);
    if (head.length < headLength) return null;
    type = head.toString('latin1', 4, headLength);
    if (!/^[\w ]{4}$/.test(type)) return null;
    let length = head.readUInt32BE(0);
    if (length === 1) {
      if (head.length < headLength * 2) return null;
      length = Number(head.readBigUInt64BE(headLength));
    }
    if (length < headLength) return null;
    start = position;
    position += length;
  }
  return position === size ? { type, start } : null;
}

/**
 * Whether another box may follow: the file is whole boxes to its end, none of which goes on "to the end of the file", and
 * no index of fragments stands last, which is found from there.
 * @param read up to so many bytes from a place.
 */
export async function takesBox(read: Read, size: number): Promise<boolean> {
  const last = await lastBox(read, size);
  return last !== null && last.type !== 'mfra';
}

/**
 * A film behind which an export has put such a box: how long it is without, and the SHA-256 that it had in the library it
 * came from, by the word of the box. `null` for any other file.
 */
export async function filmBefore(
  read: Read,
  size: number,
): Promise<{ readonly length: number; readonly sha256: string } | null> {
  const last = await lastBox(read, size);
  if (last?.type !== 'uuid' || last.start === 0 || size - last.start > mostBoxBytes) return null;
  const box = await read(last.start, size - last.start);
  if (!box.subarray(headLength, headLength + xmpId.length).equals(xmpId)) return null;
  const [, sha256] = new RegExp(`<${fileHashTag}>([0-9a-f]{64})<`).exec(box.toString('utf8')) ?? [];
  return sha256 === undefined ? null : { length: last.start, sha256 };
}
