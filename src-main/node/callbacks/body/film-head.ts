/**
 * Whether a film begins here: `ftyp` behind the length of the first box of an MP4, or the head of Matroska and WebM.
 * Pictures and sound that begin with an `ftyp` of their own are none.
 */
export function isFilmAt(bytes: Buffer, at: number): boolean {
  const head = bytes.toString('latin1', at, at + 12);
  if (head.startsWith('\x1a\x45\xdf\xa3')) return true;
  return head.startsWith('ftyp', 4) && !/^(?:avif|mif1|hei[cxms]|M4[ABP] |crx |jp[2x] )/.test(head.slice(8));
}
