/** Containers that play while they still come: where they were cut inside a piece, their last piece is not whole. */
import type { FileHandle } from 'node:fs/promises';
import { openWindow, type ByteWindow } from './byte-window.ts';

/** `open`: nothing tells that it ends there, nor that it does not. */
export type StreamEnd = 'whole' | 'cut-short' | 'open';

/** Hours of one have fewer pieces; beyond this nothing is told. */
const maxPieces = 500_000;

/** @param size Bytes of the file that count. */
export function endOfStream(container: string, handle: FileHandle, size: number): Promise<StreamEnd> {
  const bytes = openWindow(handle, size);
  switch (container) {
    case 'avi':
      return endOfAvi(bytes);
    case 'flv':
      return endOfFlv(bytes);
    case 'ts':
      return endOfTransport(bytes);
    case 'ogv':
    case 'ogm':
      return endOfOgg(bytes);
    case 'asf':
    case 'wmv':
      return endOfAsf(bytes);
    case 'mxf':
      return endOfMxf(bytes);
    default:
      return Promise.resolve('open');
  }
}

/** Pieces of a GiB at most, of which a long film has several. What was written to a pipe does not know its length. */
async function endOfAvi(bytes: ByteWindow): Promise<StreamEnd> {
  let position = 0;
  for (let count = 0; position < bytes.size && count < maxPieces; count += 1) {
    const head = await bytes.read(position, 8);
    if (head.toString('latin1', 0, 4) !== 'RIFF' || head.length < 8) break;
    const length = head.readUInt32LE(4);
    if (length === 0xffffffff || length === 0) return 'open';
    const end = position + 8 + length;
    if (end > bytes.size || (await hasHole(bytes, position + 12, end))) return 'cut-short';
    position = end + (length % 2);
  }
  return 'whole';
}

/** In front of the index of an AVI, that is; what stands behind it no player needs. */
async function hasHole(bytes: ByteWindow, start: number, end: number): Promise<boolean> {
  let position = start;
  for (let count = 0; position + 8 <= end && count < maxPieces; count += 1) {
    const head = await bytes.read(position, 8);
    if (head.readUInt32LE(0) === 0) return true;
    if (head.toString('latin1', 0, 4) === 'idx1') return false;
    const length = head.readUInt32LE(4);
    position += 8 + length + (length % 2);
  }
  return false;
}

/** Tags of sound, pictures and data, each with its length before it. @see Adobe Flash Video File Format, E.4.1 */
async function endOfFlv(bytes: ByteWindow): Promise<StreamEnd> {
  const head = await bytes.read(0, 9);
  let position = head.length < 9 ? bytes.size : head.readUInt32BE(5) + 4;
  for (let count = 0; position < bytes.size && count < maxPieces; count += 1) {
    const tag = await bytes.read(position, 11);
    if (![8, 9, 18].includes(tag[0] ?? 0)) return 'open';
    if (tag.length < 11) return 'cut-short';
    position += 11 + tag.readUIntBE(1, 3);
    // The four bytes behind a tag repeat its length; some leave out the last.
    if (position > bytes.size) return 'cut-short';
    position += 4;
  }
  return 'open';
}

/** Packets of one length, with a time of four bytes before each on discs. @see ISO/IEC 13818-1, 2.4.3.2 */
async function endOfTransport(bytes: ByteWindow): Promise<StreamEnd> {
  for (const [length, sync] of [
    [188, 0],
    [192, 4],
  ] as const) {
    const rest = bytes.size % length;
    if (rest <= sync || (await bytes.read(sync, 1))[0] !== 0x47) continue;
    const [before, last] = [await syncAt(bytes.size - rest - length), await syncAt(bytes.size - rest)];
    if (before && last) return 'cut-short';

    async function syncAt(position: number): Promise<boolean> {
      return position >= 0 && (await bytes.read(position + sync, 1))[0] === 0x47;
    }
  }
  return 'open';
}

/** Pages, whose last one of each stream says so. @see https://www.rfc-editor.org/rfc/rfc3533#section-6 */
async function endOfOgg(bytes: ByteWindow): Promise<StreamEnd> {
  const open = new Set<number>();
  let position = 0;
  for (let count = 0; position < bytes.size && count < maxPieces; count += 1) {
    const page = await bytes.read(position, 27 + 255);
    if (page.toString('latin1', 0, 4) !== 'OggS') return 'open';
    const segments = page[26] ?? 0;
    if (page.length < 27 + segments) return 'cut-short';
    const stream = page.readUInt32LE(14);
    if (((page[5] ?? 0) & 4) === 0) open.add(stream);
    else open.delete(stream);
    position += 27 + segments + page.subarray(27, 27 + segments).reduce((sum, length) => sum + length, 0);
    if (position > bytes.size) return 'cut-short';
  }
  return open.size === 0 && position === bytes.size ? 'whole' : 'open';
}

const fileProperties = Buffer.from('a1dcab8c47a9cf118ee400c00c205365', 'hex');
const isBroadcast = 1;

/** The head tells how long the file is, unless it was made while it was sent. @see Advanced Systems Format, 3.2 */
async function endOfAsf(bytes: ByteWindow): Promise<StreamEnd> {
  const head = await bytes.read(0, 1024);
  const at = head.indexOf(fileProperties);
  if (at < 0 || at + 92 > head.length || (head.readUInt32LE(at + 88) & isBroadcast) !== 0) return 'open';
  const told = head.readBigUInt64LE(at + 40);
  if (told === 0n) return 'open';
  return told > BigInt(bytes.size) ? 'cut-short' : 'whole';
}

const mxfKey = Buffer.from('060e2b34', 'hex');

/** Pieces, each with a key of sixteen bytes and its length before it. @see SMPTE ST 377-1, 6.3 */
async function endOfMxf(bytes: ByteWindow): Promise<StreamEnd> {
  let position = 0;
  for (let count = 0; position < bytes.size && count < maxPieces; count += 1) {
    const head = await bytes.read(position, 16 + 9);
    if (!head.subarray(0, 4).equals(mxfKey.subarray(0, head.length))) return 'open';
    const first = head[16] ?? 0;
    // A short length, or how many bytes the long one has.
    const more = first < 0x80 ? 0 : first & 0x7f;
    if (head.length < 17 + more) return more > 8 ? 'open' : 'cut-short';
    const length = more === 0 ? first : Number(BigInt(`0x${head.toString('hex', 17, 17 + more)}`));
    position += 17 + more + length;
    if (position > bytes.size) return 'cut-short';
  }
  return 'open';
}
