/** Servers that pack a file although they were asked not to. */
import { pipeline, type Readable, type Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { DownloadFault } from './download-fault.ts';
import type { DownloadTexts } from './messages.ts';

/**
 * The unpacked body. The caller limits its size: packed zeros can grow a thousandfold.
 * @throws DownloadFault `damaged` for an encoding that we do not know; broken data ends the stream with such a fault
 */
export function unpack(body: Readable, encoding: string, host: string, texts: DownloadTexts): Readable {
  const unpacker = unpackerFor(encoding);
  if (unpacker === null)
    throw new DownloadFault('damaged', texts.unknownEncoding(host, encoding), { discardPart: true });
  unpacker.on('error', () => undefined);
  pipeline(body, unpacker, () => undefined);
  return unpacker;
}

function unpackerFor(encoding: string): Transform | null {
  if (encoding === 'gzip' || encoding === 'x-gzip') return createGunzip();
  if (encoding === 'deflate') return createInflate();
  if (encoding === 'br') return createBrotliDecompress();
  return null;
}
