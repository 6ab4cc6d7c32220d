/**
 * Zstandard: Node's own where it has it (from 22.15 on), else the same decoder as WebAssembly. That one works in one
 * piece on this thread, so what it is given is measured first.
 */
import * as zlib from 'node:zlib';
import { promisify } from 'node:util';
import type { gunzip, InputType, ZlibOptions } from 'node:zlib';

type Unpack = (bytes: InputType, options: ZlibOptions) => Promise<Buffer>;

const native: unknown = Reflect.get(zlib, 'zstdDecompress');

export const unpackZstd: Unpack = isUnpacker(native)
  ? promisify<InputType, ZlibOptions, Buffer>(native)
  : (bytes, { maxOutputLength = Infinity }) => unpackHere(bufferOf(bytes), maxOutputLength);

function isUnpacker(value: unknown): value is typeof gunzip {
  return typeof value === 'function';
}

function bufferOf(bytes: InputType): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(typeof bytes === 'string' ? bytes : new Uint8Array());
}

/** @throws Error where it is not zstd, or damaged; with the code of Node's own where it holds more than `limit` bytes. */
export async function unpackHere(bytes: Buffer, limit: number): Promise<Buffer> {
  const most = mostUnpacked(bytes, limit);
  // Where nothing is in it the decoder would take the size that its head claims, which may be gigabytes.
  if (most === null || most === 0) throw new Error('not zstd');
  // Loaded by the first body that needs it: hardly any does.
  const { ZSTDDecoder } = await import('zstddec');
  const decoder = new ZSTDDecoder();
  await decoder.init();
  const room = Math.min(most, limit + 1);
  const unpacked = decoder.decode(bytes, room);
  if (unpacked.length > limit || (unpacked.length === 0 && most > limit)) throw tooLarge();
  if (unpacked.length === 0) throw new Error('damaged zstd');
  return Buffer.from(unpacked.buffer, unpacked.byteOffset, unpacked.byteLength);
}

function tooLarge(): Error {
  return Object.assign(new Error('more than the limit'), { code: 'ERR_BUFFER_TOO_LARGE' });
}

const frameMark = 0xfd2fb528;
const largestBlock = 128 * 1024;
const checksumBytes = 4;

/**
 * How much the frames can hold at most, by the heads of their blocks; a compressed block says nothing of its size.
 * Where that is beyond the limit, the count stops there. `null` where the bytes are no whole frames.
 */
function mostUnpacked(bytes: Buffer, limit: number): number | null {
  let most = 0;
  let at = 0;
  while (at < bytes.length && most <= limit) {
    if (at + 4 > bytes.length) return null;
    const mark = bytes.readUInt32LE(at);
    if (mark >>> 4 === 0x184d2a5) {
      if (at + 8 > bytes.length) return null;
      at += 8 + bytes.readUInt32LE(at + 4);
      continue;
    }
    if (mark !== frameMark) return null;
    const flags = bytes[at + 4] ?? 0;
    const isSingle = (flags & 0x20) !== 0;
    const sizeBytes = flags >> 6 === 0 ? Number(isSingle) : 1 << (flags >> 6);
    at += 5 + Number(!isSingle) + ([0, 1, 2, 4][flags & 3] ?? 0) + sizeBytes;
    for (let isLast = false; !isLast;) {
      if (at + 3 > bytes.length) return null;
      const head = bytes.readUIntLE(at, 3);
      const kind = (head >> 1) & 3;
      const size = head >> 3;
      isLast = (head & 1) === 1;
      most += kind === 2 ? largestBlock : size;
      at += 3 + (kind === 1 ? 1 : size);
    }
    at += (flags & 4) === 0 ? 0 : checksumBytes;
  }
  return most > limit || at === bytes.length ? most : null;
}
