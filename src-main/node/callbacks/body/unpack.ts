/** Takes packed bodies apart, within a limit: a few packed kilobytes can stand for gigabytes. */
import { isUtf8 } from 'node:buffer';
import { promisify } from 'node:util';
import {
  brotliDecompress,
  constants,
  createInflateRaw,
  gunzip,
  inflate,
  inflateRaw,
  unzipSync,
  type InputType,
  type ZlibOptions,
} from 'node:zlib';
import { crc32 } from '../../event-log/crc32.ts';
import type { Slots } from '../../slots.ts';
import { unpackZstd } from './unpack-zstd.ts';

export type Unpacked = { readonly bytes: Buffer } | { readonly problem: UnpackProblem };
export type UnpackProblem = 'too-large' | 'bomb' | 'no-room';

export interface Unpacking {
  /** What unpacks goes through here; what is not packed waits for nobody. */
  readonly slots: Slots;
  /** Asks for room for so much more than the body had; false where there is none. */
  readonly grow: (bytes: number) => boolean;
}

/** JSON with long logs packs well; what packs better than this is made to. Below the floor nobody is hurt. */
const maxRatio = 100;
const ratioFloorBytes = 1024 * 1024;
/** Some proxies pack what is packed already. */
const maxLayers = 2;

type Unpack = (bytes: InputType, options: ZlibOptions) => Promise<Buffer>;
const unpackers: Readonly<Record<string, readonly Unpack[]>> = {
  gzip: [promisify<InputType, ZlibOptions, Buffer>(gunzip), gunzipBare],
  // Half of the senders that say "deflate" leave zlib's header out.
  deflate: [promisify<InputType, ZlibOptions, Buffer>(inflate), promisify<InputType, ZlibOptions, Buffer>(inflateRaw)],
  br: [(bytes, { maxOutputLength = Infinity }) => promisify(brotliDecompress)(bytes, { maxOutputLength })],
  zstd: [unpackZstd],
};

/**
 * What is whole and lacks a part of its end, or has something behind it, since some senders count the bytes wrongly. What
 * is there of the sum has to agree, so that nothing damaged passes; a stream that is cut itself is not taken.
 */
function gunzipBare(input: InputType, options: ZlibOptions): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const bytes = Buffer.isBuffer(input) ? input : Buffer.alloc(0);
    const packed = bytes.subarray(lengthOfGzipHeader(bytes));
    const unpacker = createInflateRaw(options);
    const chunks: Buffer[] = [];
    let length = 0;
    unpacker.on('error', reject);
    unpacker.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length > (options.maxOutputLength ?? Infinity)) unpacker.destroy(new RangeError('more than was allowed'));
      else chunks.push(chunk);
    });
    unpacker.on('end', () => {
      const unpacked = Buffer.concat(chunks);
      const end = Buffer.alloc(8);
      end.writeUInt32LE(crc32(unpacked));
      end.writeUInt32LE(unpacked.length, 4);
      const told = packed.subarray(unpacker.bytesWritten, unpacker.bytesWritten + 8);
      if (end.subarray(0, told.length).equals(told)) resolve(unpacked);
      else reject(new Error('damaged'));
    });
    unpacker.end(packed);
  });
}

/** RFC 1952: ten bytes, and what their flags say that follows. */
function lengthOfGzipHeader(bytes: Buffer): number {
  const flags = bytes[3] ?? 0;
  let length = 10;
  if ((flags & 4) !== 0) length += 2 + (bytes[length] ?? 0) + 256 * (bytes[length + 1] ?? 0);
  for (const flag of [8, 16]) if ((flags & flag) !== 0) length = bytes.indexOf(0, length) + 1 || bytes.length;
  return (flags & 2) === 0 ? length : length + 2;
}

/**
 * @param contentEncoding The header's value; a body that is not packed as it says is taken as it is, and one that is
 * packed without a word is unpacked all the same.
 * @param limitBytes Of the body as it is read in the end.
 * @returns at once what is not packed.
 */
export function unpackBody(
  raw: Buffer,
  contentEncoding: string | null,
  limitBytes: number,
  { slots, grow }: Unpacking,
): Unpacked | Promise<Unpacked> {
  const named = contentEncoding === null ? [] : layersNamed(contentEncoding);
  const inText = gzippedInText(raw);
  if (inText === null && named.length === 0 && seenIn(raw) === null) return { bytes: raw };
  // Until it is known how much room it needs, a body counts as what it had on its way in.
  return slots(async () => {
    const unpacked = await unpackLayers(inText ?? raw, inText === null ? named : [], limitBytes);
    // Text that begins so and is nothing packed stays what it is.
    if ('bytes' in unpacked && unpacked.bytes === inText) return { bytes: raw };
    return 'problem' in unpacked || grow(unpacked.bytes.length - raw.length) ? unpacked : { problem: 'no-room' };
  });
}

/** The last one first, as it was put on last. */
function layersNamed(contentEncoding: string): readonly string[] {
  return contentEncoding
    .toLowerCase()
    .split(',')
    .map((name) => name.trim().replace(/^x-/, ''))
    .filter((name) => Object.hasOwn(unpackers, name))
    .reverse();
}

async function unpackLayers(raw: Buffer, named: readonly string[], limitBytes: number): Promise<Unpacked> {
  const allowed = Math.min(limitBytes, Math.max(ratioFloorBytes, raw.length * maxRatio));
  let bytes = raw;
  for (let layer = 0; layer < Math.max(1, Math.min(named.length, maxLayers)); layer += 1) {
    const next = await unpackLayer(bytes, waysFor(bytes, named[layer]), allowed);
    if (next === 'too-large') return { problem: allowed < limitBytes ? 'bomb' : 'too-large' };
    if (next === null) break;
    bytes = next;
  }
  return { bytes };
}

/** Bytes that show how they are packed count for more than the name; Brotli shows nothing, and is tried where a name is wrong. */
function waysFor(bytes: Buffer, name: string | undefined): readonly Unpack[] {
  const told = [seenIn(bytes), name, name === undefined || isUtf8(bytes) ? null : 'br'];
  return [...new Set(told)].flatMap((way) => (way === null || way === undefined ? [] : (unpackers[way] ?? [])));
}

function seenIn(bytes: Buffer): string | null {
  return looksGzipped(bytes) ? 'gzip' : looksZlib(bytes) ? 'deflate' : looksZstd(bytes) ? 'zstd' : null;
}

/** @returns `null` where `bytes` are not packed in that way. */
async function unpackLayer(
  bytes: Buffer,
  ways: readonly Unpack[],
  maxOutputLength: number,
): Promise<Buffer | 'too-large' | null> {
  for (const way of ways) {
    try {
      return await way(bytes, { maxOutputLength });
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE') return 'too-large';
    }
  }
  return null;
}

/** What queues and functions pack and then write in base64, with quotes where it is JSON; `null` for all else. */
function gzippedInText(raw: Buffer): Buffer | null {
  const from = raw[0] === 0x22 ? 1 : 0;
  if (raw.toString('latin1', from, from + 4) !== 'H4sI') return null;
  const text = raw.toString('latin1', from).trimEnd();
  const base64 = from === 1 && text.endsWith('"') ? text.slice(0, -1) : text;
  return /^[A-Za-z\d+/_\s-]+={0,2}$/.test(base64) ? Buffer.from(base64, 'base64') : null;
}

const nothing = Buffer.alloc(0);
/** Of these a hostile sender makes a thousand times as many, and task and state stand in fewer. */
export const packedHeadBytes = 2048;

/** What a packed body begins with; nothing where it is not packed in a way that shows. */
export function beginningOf(packed: Buffer): Buffer {
  if (!looksGzipped(packed)) return nothing;
  try {
    return unzipSync(packed.subarray(0, packedHeadBytes), { finishFlush: constants.Z_SYNC_FLUSH });
  } catch {
    return nothing;
  }
}

export function looksGzipped(bytes: Buffer): boolean {
  return bytes.length > 18 && bytes[0] === 0x1f && bytes[1] === 0x8b && bytes[2] === 8;
}

function looksZstd(bytes: Buffer): boolean {
  return bytes.length > 8 && bytes.readUInt32LE(0) === 0xfd2fb528;
}

/** A form may begin with `x^`; what is not packed after all is taken as it is. */
function looksZlib(bytes: Buffer): boolean {
  return bytes.length > 8 && bytes[0] === 0x78 && [0x01, 0x5e, 0x9c, 0xda].includes(bytes[1] ?? 0);
}
