/**
 * The lines of index pages in memory: as they are while someone looks at them, else packed to a tenth, in blocks. They are
 * two thirds of what a large library takes, and of a hundred thousand tasks hardly any is looked at: of a list in no order
 * of time each of its sixty lies in a page of its own.
 */
import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib';

/** The lines of one page. */
export interface Lines {
  /** @returns a view or a copy; where it is packed that takes a tenth of a millisecond. */
  at(start: number, end: number): Uint8Array;
}

export interface LinePool {
  /** Keeps the bytes packed; whose they are may change them afterwards. */
  readonly put: (bytes: Buffer) => Lines;
  /** The same for what is packed already. */
  readonly putPacked: (packed: PackedLines) => Lines;
  /** Keeps them as they are, copied: for the newest pages, which are looked at and written anew soon. */
  readonly putOpen: (bytes: Buffer) => Lines;
}

export interface PackedLines {
  readonly blocks: readonly Buffer[];
  /** How much is in each of them, but for the last, and in all. */
  readonly blockBytes: number;
  readonly length: number;
}

interface Block {
  readonly packed: Buffer;
  readonly length: number;
  plain: Buffer | null;
}

/** @param unpackedBytes So much of what was looked at last stays unpacked. */
export function createLinePool(unpackedBytes = 2 ** 22): LinePool {
  /** The one that was looked at last is the last. */
  const unpacked = new Set<Block>();
  let held = 0;

  function unpack(block: Block): Buffer {
    if (block.plain === null) held += block.length;
    const plain = (block.plain ??= unpackBlock(block.packed, block.length));
    unpacked.delete(block);
    unpacked.add(block);
    for (const oldest of unpacked) {
      if (held <= unpackedBytes || oldest === block) break;
      unpacked.delete(oldest);
      oldest.plain = null;
      held -= oldest.length;
    }
    return plain;
  }

  function putPacked({ blocks, blockBytes, length }: PackedLines): Lines {
    const kept = blocks.map((packed, at): Block => ({
      packed,
      length: Math.min(blockBytes, length - at * blockBytes),
      plain: null,
    }));
    return {
      at(start, end) {
        const first = Math.floor(start / blockBytes);
        const inThem = kept.slice(first, Math.ceil(end / blockBytes)).map(unpack);
        const from = first * blockBytes;
        const [one = nothing] = inThem;
        return (inThem.length > 1 ? Buffer.concat(inThem) : one).subarray(start - from, end - from);
      },
    };
  }

  return {
    put: (bytes) => putPacked(packLines(bytes)),
    putPacked,
    putOpen(bytes) {
      const copy = Buffer.from(bytes);
      return { at: (start, end) => copy.subarray(start, end) };
    },
  };
}

const nothing = Buffer.alloc(0);

/** A seventh of a usual page; pages on disk have these blocks, so another size is another format. */
export const usualBlockBytes = 2 ** 15;

/** Here and not on the file threads, of which each would keep a megabyte for it. */
export function packLines(bytes: Buffer): PackedLines {
  const blocks: Buffer[] = [];
  for (let start = 0; start < bytes.length; start += usualBlockBytes) {
    blocks.push(packBlock(bytes.subarray(start, start + usualBlockBytes)));
  }
  return { blocks, blockBytes: usualBlockBytes, length: bytes.length };
}

/** @throws on bytes that `packLines` did not make. */
export function unpackLines({ blocks, blockBytes, length }: PackedLines): Buffer {
  return Buffer.concat(blocks.map((block, at) => unpackBlock(block, Math.min(blockBytes, length - at * blockBytes))));
}

function packBlock(bytes: Buffer): Buffer {
  const { BROTLI_PARAM_QUALITY, BROTLI_PARAM_LGWIN, BROTLI_PARAM_SIZE_HINT } = constants;
  const params = { [BROTLI_PARAM_QUALITY]: 2, [BROTLI_PARAM_LGWIN]: 18, [BROTLI_PARAM_SIZE_HINT]: bytes.length };
  return Buffer.from(brotliCompressSync(bytes, { params, chunkSize: 64 * 1024 })); // in its own size
}

function unpackBlock(packed: Buffer, length: number): Buffer {
  return brotliDecompressSync(packed, { chunkSize: Math.max(length, 64) });
}

/** Where a record's line stands. */
export class LinePlace {
  readonly #lines: Lines;
  readonly #start: number;
  readonly #end: number;

  constructor(lines: Lines, start: number, end: number) {
    this.#lines = lines;
    this.#start = start;
    this.#end = end;
  }

  bytes(): Uint8Array {
    return this.#lines.at(this.#start, this.#end);
  }
}

/** Lets the lines of these lie in the pool, for what will hardly be looked at again. */
export function poolLines(entries: readonly Poolable[], pool: Pick<LinePool, 'put'>): void {
  const own = entries.map((entry) => bytesOf(entry.toEntry().line));
  const lines = pool.put(Buffer.concat(own));
  let start = 0;
  for (const [at, entry] of entries.entries()) {
    const end = start + (own[at]?.length ?? 0);
    entry.lieAt(new LinePlace(lines, start, end));
    start = end;
  }
}

interface Poolable {
  toEntry(): { readonly line: Uint8Array | LinePlace };
  lieAt(place: LinePlace): void;
}

export function bytesOf(line: Uint8Array | LinePlace): Uint8Array {
  return line instanceof LinePlace ? line.bytes() : line;
}
