/**
 * Metadata in an exported MP4 or MOV: one more box behind the last one. Nothing that was there is moved or written anew, so
 * pictures, sound and edit lists stay bit for bit what they are, and no place in the index is wrong.
 * @see XMP Specification Part 3, "MPEG-4": a top-level `uuid` box with this id
 */
const xmpId = Buffer.from('be7acfcb97a942e89c71999491e3afac', 'hex');
const headLength = 8;
/** A fragmented film of hours has some ten thousand; one with more keeps to its sidecar. */
const mostBoxes = 20_000;

export function xmpBox(xmp: string): Buffer {
  const text = Buffer.from(xmp, 'utf8');
  const head = Buffer.alloc(headLength);
  head.writeUInt32BE(headLength + xmpId.length + text.length, 0);
  head.write('uuid', 4, 'latin1');
  return Buffer.concat([head, xmpId, text]);
}

/**
 * Whether another box may follow: the file is whole boxes to its end, none of which goes on "to the end of the file", and
 * no index of fragments stands last, which is found from there.
 * @param read up to so many bytes from a place.
 */
export async function takesBox(
  read: (position: number, length: number) => Promise<Buffer>,
  size: number,
): Promise<boolean> {
  let position = 0;
  let last = '';
  for (let count = 0; position < size && count < mostBoxes; count += 1) {
    const head = await read(position, headLength * 2);
    if (head.length < headLength) return false;
    last = head.toString('latin1', 4, headLength);
    if (!/^[\w ]{4}$/.test(last)) return false;
    let length = head.readUInt32BE(0);
    if (length === 1) {
      if (head.length < headLength * 2) return false;
      length = Number(head.readBigUInt64BE(headLength));
    }
    if (length < headLength) return false;
    position += length;
  }
  return position === size && last !== 'mfra';
}
