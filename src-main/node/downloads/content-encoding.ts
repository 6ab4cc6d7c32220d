/** Servers that pack a file although they were asked not to. */
import { pipeline, Readable, Transform } from 'node:stream';
import {
  brotliDecompressSync,
  createBrotliDecompress,
  createGunzip,
  createInflate,
  createInflateRaw,
  gunzipSync,
  inflateRawSync,
  inflateSync,
} from 'node:zlib';
import { DownloadFault } from './download-fault.ts';
import type { ResponseBody } from './http-request.ts';

type Packing = 'gzip' | 'deflate' | 'deflate-raw' | 'br' | 'base64';
const packings: ReadonlyMap<string, Packing> = new Map([
  ['gzip', 'gzip'],
  ['x-gzip', 'gzip'],
  ['deflate', 'deflate'],
  ['br', 'br'],
]);

/** More than anyone packs one file in; each is a stream with room of its own, and a header has place for ten thousand. */
const mostPackings = 4;

/**
 * What a Content-Encoding header says has to be undone, in the order in which it was done. A word that we do not know is
 * no reason to refuse: stores put `aws-chunked`, `utf-8` or `binary` beside plain bytes, browsers take them, and the
 * first bytes decide.
 */
function packingsOf(header: string | null): readonly Packing[] {
  return (header ?? '')
    .toLowerCase()
    .split(',')
    .flatMap((word) => packings.get(word.trim()) ?? [])
    .slice(-mostPackings);
}

const startBytes = 64;

/** What a packed file never begins with: a box of MP4 or an image that moves, the head of Matroska, a GIF, a RIFF. */
function isPlainStart(start: string): boolean {
  return start.startsWith('ftyp', 4) || ['\x1a\x45\xdf\xa3', 'GIF8', 'RIFF'].some((mark) => start.startsWith(mark));
}

/**
 * The same of a body, whose first bytes count for more than its header: some servers say `gzip` of whatever they have,
 * and some give what was packed before it was stored without a word.
 */
export async function packingsIn(header: string | null, body: ResponseBody): Promise<readonly Packing[]> {
  const said = packingsOf(header);
  const chunks = await startOf(body);
  body.unread(...chunks);
  const start = Buffer.concat(chunks).subarray(0, startBytes);
  if (said.length === 0) {
    if (isFilmInBase64(start)) return ['base64'];
    return start.toString('latin1').startsWith('\x1f\x8b\x08') ? ['gzip'] : said;
  }
  if (isPlainStart(start.toString('latin1'))) return [];
  // Half of the servers that say "deflate" leave zlib's header out.
  return said.at(-1) === 'deflate' && !isZlibStart(start) ? [...said.slice(0, -1), 'deflate-raw'] : said;
}

const base64Head = /^\s*"?(?:data:[\w/.+;=-]{0,40},)?/;

/** What gateways give that take every answer for a text (AWS), also as a data URI. */
function isFilmInBase64(start: Buffer): boolean {
  const text = start.toString('latin1').replace(base64Head, '');
  const [written = ''] = /^[\w+/-]{16,}/.exec(text) ?? [];
  return isPlainStart(Buffer.from(written, 'base64').toString('latin1'));
}

/** Its bytes; the head of a data URI, quotes and line breaks are left out. */
function createBase64(): Transform {
  let rest = '';
  let isBegun = false;
  const take = (isEnd: boolean): Buffer => {
    if (!isBegun && !isEnd && rest.length < startBytes) return Buffer.alloc(0);
    const text = (isBegun ? rest : rest.replace(base64Head, '')).replace(/[^\w+/-]/g, '');
    isBegun = true;
    const whole = isEnd ? text.length : text.length - (text.length % 4);
    rest = text.slice(whole);
    return Buffer.from(text.slice(0, whole), 'base64');
  };
  return new Transform({
    transform(chunk: Buffer, _, done) {
      rest += chunk.toString('latin1');
      done(null, take(false));
    },
    flush(done) {
      done(null, take(true));
    },
  });
}

/** @see https://www.rfc-editor.org/rfc/rfc1950#section-2.2 */
function isZlibStart(start: Buffer): boolean {
  return start.length > 1 && ((start[0] ?? 0) & 15) === 8 && start.readUInt16BE(0) % 31 === 0;
}

/** A short message, whole. @returns `null` where it is not packed so, or unpacks to more than `limitBytes`. */
export function unpackMessage(bytes: Buffer, undo: readonly Packing[], limitBytes: number): Buffer | null {
  try {
    return undo.reduceRight(
      (packed, packing) => unpackedMessage[packing](packed, { maxOutputLength: limitBytes }),
      bytes,
    );
  } catch {
    return null;
  }
}

const unpackedMessage: Readonly<Record<Packing, (packed: Buffer, options: { maxOutputLength: number }) => Buffer>> = {
  gzip: gunzipSync,
  deflate: inflateSync,
  'deflate-raw': inflateRawSync,
  br: brotliDecompressSync,
  base64: (packed) => Buffer.from(packed.toString('latin1').replace(base64Head, ''), 'base64'),
};

/**
 * The unpacked body. Packed zeros can grow a thousandfold, which no video does.
 * @throws DownloadFault `damaged` from `next` where the data is broken or grows like that
 */
export function unpack(body: ResponseBody, undo: readonly Packing[], host: string): ResponseBody {
  return undo.reduceRight(
    (inner, packing, at) =>
      at === undo.length - 1 ? unpackOne(inner, packing, host) : unpackNext(inner, packing, host),
    body,
  );
}

/** The same of what was unpacked once, where more was said to be around it than there is. */
function unpackNext(body: ResponseBody, packing: Packing, host: string): ResponseBody {
  let begun: ResponseBody | null = null;
  return {
    async next() {
      if (begun === null) {
        const start = await startOf(body);
        const given = withStart(start, body);
        begun = isPlainStart(Buffer.concat(start).toString('latin1', 0, startBytes))
          ? given
          : unpackOne(given, packing, host);
      }
      return begun.next();
    },
    unread,
    cancel: () => (begun ?? body).cancel(),
  };
}

function withStart(start: Uint8Array[], body: ResponseBody): ResponseBody {
  return { next: async () => start.shift() ?? (await body.next()), unread, cancel: () => body.cancel() };
}

async function startOf(body: ResponseBody): Promise<Uint8Array[]> {
  const chunks: Uint8Array[] = [];
  for (let size = 0; size < startBytes;) {
    const chunk = await body.next();
    if (chunk === null) break;
    chunks.push(chunk);
    size += chunk.length;
  }
  return chunks;
}

function unread(): never {
  throw new TypeError('only what has not been unpacked can be put back');
}

/** A video is packed already, so packing it again makes it hardly smaller; from so many bytes on that is looked at. */
const mostRatio = 20;
const ratioFromBytes = 8 * 1024 * 1024;

function unpackOne(body: ResponseBody, packing: Packing, host: string): ResponseBody {
  const unpacker = unpackers[packing]();
  let bodyFailed = false;
  let packedBytes = 0;
  let unpackedBytes = 0;
  /** Apart from the walk below, into which the stream throws what went wrong behind it. */
  async function nextOfBody(): Promise<Uint8Array | null> {
    try {
      return await body.next();
    } catch (error) {
      bodyFailed = true;
      throw error;
    }
  }
  const packed = Readable.from(
    (async function* () {
      for (let chunk = await nextOfBody(); chunk !== null; chunk = await nextOfBody()) {
        packedBytes += chunk.length;
        yield chunk;
      }
    })(),
    { objectMode: false },
  );
  pipeline(packed, unpacker, () => undefined);
  const chunks = unpacker[Symbol.asyncIterator]() as AsyncIterator<Uint8Array, undefined>;
  return {
    async next() {
      try {
        const step = await chunks.next();
        if (step.done === true) return null;
        unpackedBytes += step.value.length;
        if (unpackedBytes > ratioFromBytes && unpackedBytes > packedBytes * mostRatio) {
          throw new DownloadFault({ reason: 'packed-bomb', host }, { discardPart: true });
        }
        return step.value;
      } catch (error) {
        if (bodyFailed || error instanceof DownloadFault) throw error;
        throw new DownloadFault({ reason: 'broken-encoding', host }, { cause: error, discardPart: true });
      }
    },
    unread,
    cancel() {
      unpacker.destroy();
      body.cancel();
    },
  };
}

const unpackers: Readonly<Record<Packing, () => Transform>> = {
  gzip: createGunzip,
  deflate: createInflate,
  'deflate-raw': createInflateRaw,
  br: createBrotliDecompress,
  base64: createBase64,
};
