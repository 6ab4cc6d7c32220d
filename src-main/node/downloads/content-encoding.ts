/** Servers that pack a file although they were asked not to. */
import { pipeline, Readable, type Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { DownloadFault } from './download-fault.ts';
import type { ResponseBody } from './http-request.ts';
import type { DownloadTexts } from './messages.ts';

/**
 * The unpacked body. The caller limits its size: packed zeros can grow a thousandfold.
 * @throws DownloadFault `damaged` for an encoding that we do not know, and from `next` where the data is broken
 */
export function unpack(body: ResponseBody, encoding: string, host: string, texts: DownloadTexts): ResponseBody {
  const unpacker = unpackerFor(encoding);
  if (unpacker === null) {
    throw new DownloadFault('damaged', texts.unknownEncoding(host, encoding), { discardPart: true });
  }
  let bodyFailed = false;
  const packed = Readable.from(
    (async function* () {
      try {
        for (let chunk = await body.next(); chunk !== null; chunk = await body.next()) yield chunk;
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
        return step.done === true ? null : step.value;
      } catch (error) {
        if (bodyFailed) throw error;
        throw new DownloadFault('damaged', texts.brokenEncoding(host), { cause: error, discardPart: true });
      }
    },
    cancel() {
      unpacker.destroy();
      body.cancel();
    },
  };
}

function unpackerFor(encoding: string): Transform | null {
  if (encoding === 'gzip' || encoding === 'x-gzip') return createGunzip();
  if (encoding === 'deflate') return createInflate();
  if (encoding === 'br') return createBrotliDecompress();
  return null;
}
