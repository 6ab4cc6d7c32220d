import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** SHA-256 of all bytes of the stream, in hex. @throws what the stream throws. */
export async function sha256Of(stream: Readable): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(stream, hash);
  return hash.digest('hex');
}

/** @param length only so many of its first bytes. @throws NodeJS.ErrnoException */
export function sha256OfFile(file: string, length = Infinity): Promise<string> {
  return sha256Of(createReadStream(file, { highWaterMark: 1024 * 1024, end: length - 1 }));
}
