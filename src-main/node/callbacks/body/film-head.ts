/**
 * Whether a film begins here: the first boxes of an MP4 or of a QuickTime file, the heads of Matroska and WebM, AVI and
 * FLV. Pictures and sound that begin with an `ftyp` of their own are none.
 */
export function isFilmAt(bytes: Buffer, at: number): boolean {
  const head = bytes.toString('latin1', at, at + 12);
  if (head.startsWith('\x1a\x45\xdf\xa3') || head.startsWith('FLV\x01')) return true;
  if (head.startsWith('RIFF') && head.startsWith('AVI ', 8)) return true;
  if (head.startsWith('\0') && ['moov', 'mdat', 'wide'].includes(head.slice(4, 8))) return true;
  return head.startsWith('ftyp', 4) && !/^(?:avif|mif1|hei[cxms]|M4[ABP] |crx |jp[2x] )/.test(head.slice(8));
}

/** Cheap: false for what is no picture of a kind that can move. @param bytes The first 16 at least. */
export function mayMove(bytes: Buffer): boolean {
  const head = bytes.toString('latin1', 0, 16);
  if (/^GIF8[79]a/.test(head) || head.startsWith('\x89PNG\r\n\x1a\n')) return true;
  return (head.startsWith('RIFF') && head.startsWith('WEBPVP8X', 8)) || /^ftypavi[fs]/.test(head.slice(4));
}

/**
 * The films of some generators are pictures that move; one that stands still is none. Told by what a format says of
 * itself, or by a second picture in a GIF.
 * @param bytes All of it.
 */
export function isMoving(bytes: Buffer): boolean {
  if (!mayMove(bytes)) return false;
  const head = bytes.toString('latin1', 0, 12);
  if (head.startsWith('RIFF')) return ((bytes[20] ?? 0) & 2) !== 0;
  // It is said before the first picture, and behind whatever is told of how that was made.
  if (head.startsWith('\x89PNG')) return bytes.subarray(0, Math.max(4096, bytes.indexOf('IDAT'))).includes('acTL');
  if (!head.startsWith('GIF')) return head.endsWith('avis');
  const first = pictureAfter(bytes, 13);
  return first !== null && pictureAfter(bytes, first) !== null;
}

const graphicControl = Buffer.from([0x21, 0xf9, 4]);

/** Behind the next block that says how long a picture of a GIF is shown; `null` where none follows. */
function pictureAfter(bytes: Buffer, from: number): number | null {
  let at = bytes.indexOf(graphicControl, from);
  while (at >= 0 && bytes[at + 7] !== 0) at = bytes.indexOf(graphicControl, at + 1);
  return at < 0 ? null : at + 8;
}
