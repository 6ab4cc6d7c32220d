/**
 * The lines of index pages in memory: as they are while someone looks at them, else packed to a tenth. They are two thirds
 * of what a large library takes, and of a hundred thousand tasks hardly any is looked at.
 */
import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib';

/** The lines of one page. */
export interface Lines {
  /** @returns a view; of a page that is packed it takes a fraction of a millisecond. */
  at(start: number, end: number): Uint8Array;
}

export interface LineShelf {
  /** Keeps the bytes packed; whose they are may change them afterwards. */
  readonly put: (bytes: Buffer) => Lines;
  /** The same for what `packLines` made of `length` bytes. */
  readonly putPacked: (packed: Buffer, length: number) => Lines;
  /** Keeps them as they are, copied: for the newest pages, which are looked at and written anew soon. */
  readonly putOpen: (bytes: Buffer) => Lines;
}

interface Packed {
  readonly bytes: Buffer;
  readonly length: number;
  plain: Buffer | null;
}

/** @param unpackedPages So many of the last that were looked at stay unpacked. */
export function createLineShelf(unpackedPages = 16): LineShelf {
  /** The one that was looked at last is the last. */
  const unpacked = new Set<Packed>();

  function unpack(page: Packed): Buffer {
    const plain = (page.plain ??= unpackLines(page.bytes, page.length));
    unpacked.delete(page);
    unpacked.add(page);
    const [oldest] = unpacked;
    if (unpacked.size > unpackedPages && oldest !== undefined) {
      unpacked.delete(oldest);
      oldest.plain = null;
    }
    return plain;
  }

  function putPacked(bytes: Buffer, length: number): Lines {
    const page: Packed = { bytes, length, plain: null };
    return { at: (start, end) => unpack(page).subarray(start, end) };
  }

  return {
    put: (bytes) => putPacked(packLines(bytes), bytes.length),
    putPacked,
    putOpen(bytes) {
      const copy = Buffer.from(bytes);
      return { at: (start, end) => copy.subarray(start, end) };
    },
  };
}

/**
 * In a third of a millisecond for a page: it is the fast one. Here and not on the file threads, of which each would keep a
 * megabyte for it.
 */
export function packLines(bytes: Buffer): Buffer {
  const { BROTLI_PARAM_QUALITY, BROTLI_PARAM_LGWIN, BROTLI_PARAM_SIZE_HINT } = constants;
  const params = { [BROTLI_PARAM_QUALITY]: 1, [BROTLI_PARAM_LGWIN]: 18, [BROTLI_PARAM_SIZE_HINT]: bytes.length };
  return Buffer.from(brotliCompressSync(bytes, { params, chunkSize: 64 * 1024 })); // in its own size
}

/** @param length of what comes out. @throws on bytes that `packLines` did not make. */
export function unpackLines(packed: Buffer, length: number): Buffer {
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

/** Lets the lines of these lie on the shelf, for what will hardly be looked at again. */
export function shelve(entries: readonly Shelvable[], shelf: Pick<LineShelf, 'put'>): void {
  const own = entries.map((entry) => bytesOf(entry.toEntry().line));
  const lines = shelf.put(Buffer.concat(own));
  let start = 0;
  for (const [at, entry] of entries.entries()) {
    const end = start + (own[at]?.length ?? 0);
    entry.lieAt(new LinePlace(lines, start, end));
    start = end;
  }
}

interface Shelvable {
  toEntry(): { readonly line: Uint8Array | LinePlace };
  lieAt(place: LinePlace): void;
}

export function bytesOf(line: Uint8Array | LinePlace): Uint8Array {
  return line instanceof LinePlace ? line.bytes() : line;
}
