/** Servers that pack a file although they were asked not to. */
import { pipeline, Readable, type Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { DownloadFault } from './download-fault.ts';
import type { ResponseBody } from './http-request.ts';

type Packing = 'gzip' | 'deflate' | 'br';
const packings: Partial<Record<string, Packing>> = { gzip: 'gzip', 'x-gzip': 'gzip', deflate: 'deflate', br: 'br' };

/**
 * What a Content-Encoding header says has to be undone, in the order in which it was done. A word that we do not know is
 * no reason to refuse: stores put `aws-chunked`, `utf-8` or `binary` beside plain bytes, browsers take them, and the
 * first bytes decide.
 */
export function packingsOf(header: string | null): readonly Packing[] {
  return (header ?? '')
    .toLowerCase()
    .split(',')
    .flatMap((word) => packings[word.trim()] ?? []);
}

/**
 * The unpacked body. Packed zeros can grow a thousandfold, which no video does.
 * @throws DownloadFault `damaged` from `next` where the data is broken or grows like that
 */
export function unpack(body: ResponseBody, undo: readonly Packing[], host: string): ResponseBody {
  return undo.reduceRight((inner, packing) => unpackOne(inner, packing, host), body);
}

/** A video is packed already, so packing it again makes it hardly smaller; from so many bytes on that is looked at. */
const mostRatio = 20;
const ratioFromBytes = 8 * 1024 * 1024;

function unpackOne(body: ResponseBody, packing: Packing, host: string): ResponseBody {
  const unpacker = unpackers[packing]();
  let bodyFailed = false;
  let packedBytes = 0;
  let unpackedBytes = 0;
  const packed = Readable.from(
    (async function* () {
      try {
        for (let chunk = await body.next(); chunk !== null; chunk = await body.next()) {
          packedBytes += chunk.length;
          yield chunk;
        }
      } catch (error) {
        bodyFailed = true;
        throw error;
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
    unread: () => {
      throw new TypeError('only what has not been unpacked can be put back');
    },
    cancel() {
      unpacker.destroy();
      body.cancel();
    },
  };
}

const unpackers: Readonly<Record<Packing, () => Transform>> = {
  gzip: createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
};
