/**
 * Walks the outermost elements of a Matroska or WebM file: does the file hold all the bytes that its segment promises?
 * @see https://www.rfc-editor.org/rfc/rfc8794 (EBML) and https://www.rfc-editor.org/rfc/rfc9559 (Matroska)
 */
import type { FileHandle } from 'node:fs/promises';
import { openWindow, type ByteWindow } from './byte-window.ts';

export interface EbmlVerdict {
  readonly container: 'webm' | 'mkv';
  readonly verdict: 'whole' | 'cut-short' | 'no-pictures';
  /** The segment tells how long it is. */
  readonly hasSize: boolean;
  /** Where the last element ends. */
  readonly end: number;
}

const ebmlId = 0x1a45dfa3;
const docTypeId = 0x4282;
const segmentId = 0x18538067;
const clusterId = 0x1f43b675;
/** SimpleBlock and BlockGroup. */
const blockIds: ReadonlySet<number> = new Set([0xa3, 0xa0]);
/** What else stands in a segment: heads, index, tags, attachments, chapters, padding, checksums, and of a cluster its times. */
const otherIds: ReadonlySet<number> = new Set([
  ebmlId,
  segmentId,
  clusterId,
  0x114d9b74,
  0x1549a966,
  0x1654ae6b,
  0x1c53bb6b,
  0x1254c367,
  0x1941a469,
  0x1043a770,
  0xec,
  0xbf,
  0xe7,
  0xa7,
  0xab,
]);
const maxElements = 400_000;

/**
 * `null` where the file is not EBML.
 * @param size Bytes of the file that count.
 */
export async function walkEbml(handle: FileHandle, size: number): Promise<EbmlVerdict | null> {
  const bytes = openWindow(handle, size);
  const first = await readElement(bytes, 0);
  if (first?.id !== ebmlId || first.length === null) return null;
  const container = (await readDocType(bytes, first.start, first.length)) === 'webm' ? 'webm' : 'mkv';

  let hasPictures = false;
  let position = first.start + first.length;
  let inSegment = false;
  let hasSize = false;
  let segmentEnd = Infinity;
  let count = 0;
  const clusters: Span[] = [];
  const cutShort = (): EbmlVerdict => ({ container, verdict: 'cut-short', hasSize, end: size });
  for (; position < size && count < maxElements; count += 1) {
    const element = await readElement(bytes, position);
    const isWithin = position < segmentEnd && hasSize;
    if (element === null) {
      // Padding behind it; within, a place that was kept and not filled.
      if (isWithin && hasPictures) return cutShort();
      break;
    }
    if (!inSegment && element.id === segmentId) {
      inSegment = true;
      hasSize = element.length !== null;
      if (element.length !== null && element.start + element.length > size) return cutShort();
      segmentEnd = element.length === null ? Infinity : element.start + element.length;
      position = element.start; // step into it
      continue;
    }
    // What the store or a script left behind the last one may look like the head of anything.
    if (hasPictures && !isWithin && !otherIds.has(element.id) && !blockIds.has(element.id)) break;
    if (blockIds.has(element.id) || (element.id === clusterId && element.length !== null)) hasPictures = true;
    if (element.length === null) {
      // What is written to a pipe, or live, has clusters without a length: their blocks follow one another, as do theirs.
      if (element.id !== clusterId) break;
      position = element.start;
      continue;
    }
    if (element.start + element.length > size) {
      if (hasPictures && position >= segmentEnd) break;
      return cutShort();
    }
    position = element.start + element.length;
    if (element.id === clusterId) clusters.push({ start: element.start, end: position });
  }
  for (let look = 1; look <= looksAt && clusters.length > 0; look += 1) {
    const cluster = clusters[Math.ceil((clusters.length * look) / looksAt) - 1];
    if (cluster !== undefined && !(await isFilled(bytes, cluster))) return cutShort();
  }
  const end = count < maxElements ? position : size;
  return { container, verdict: hasPictures ? 'whole' : 'no-pictures', hasSize, end };
}

interface Span {
  readonly start: number;
  readonly end: number;
}

/** So many clusters are looked into, the last one and others as far apart as they can be. */
const looksAt = 8;
/** One holds some seconds. */
const mostInCluster = 5_000;

/** Whether its blocks follow one another to its end: one of zeros is a place that was kept and not filled. */
async function isFilled(bytes: ByteWindow, { start, end }: Span): Promise<boolean> {
  let position = start;
  for (let count = 0; position < end && count < mostInCluster; count += 1) {
    const element = await readElement(bytes, position);
    if (element === null) return false;
    if (element.length === null) return true;
    position = element.start + element.length;
  }
  return true;
}

interface Element {
  readonly id: number;
  /** Where its content begins. */
  readonly start: number;
  /** `null` = unknown length. */
  readonly length: number | null;
}

async function readElement(window: ByteWindow, position: number): Promise<Element | null> {
  const bytes = await window.read(position, 12);
  const id = readVint(bytes, 0, 4, true);
  if (id === null) return null;
  const length = readVint(bytes, id.width, 8, false);
  if (length === null) return null;
  return { id: id.value, start: position + id.width + length.width, length: length.isUnknown ? null : length.value };
}

/** A number of variable width: the place of the first set bit tells the width. Ids keep that bit. */
function readVint(
  bytes: Buffer,
  offset: number,
  maxWidth: number,
  keepMarker: boolean,
): { value: number; width: number; isUnknown: boolean } | null {
  const first = bytes[offset];
  if (first === undefined || first === 0) return null;
  const width = Math.clz32(first) - 23;
  if (width > maxWidth || offset + width > bytes.length) return null;
  let value = keepMarker ? first : first & (0xff >> width);
  let isUnknown = value === 0xff >> width;
  for (let index = 1; index < width; index += 1) {
    const byte = bytes[offset + index] ?? 0;
    value = value * 256 + byte;
    isUnknown &&= byte === 0xff;
  }
  if (isUnknown && !keepMarker) return { value: 0, width, isUnknown: true };
  return value > Number.MAX_SAFE_INTEGER ? null : { value, width, isUnknown: false };
}

async function readDocType(window: ByteWindow, start: number, length: number): Promise<string> {
  const end = start + Math.min(length, 1024);
  let position = start;
  while (position < end) {
    const element = await readElement(window, position);
    if (element === null || element.length === null) return '';
    if (element.id === docTypeId) {
      return (await window.read(element.start, Math.min(element.length, 32))).toString('latin1').replaceAll('\0', '');
    }
    position = element.start + element.length;
  }
  return '';
}
