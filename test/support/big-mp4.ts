import { randomBytes } from 'node:crypto';
import { loadSamples } from '../../src-main/node/samples/samples.ts';

/** A playable mp4 of exactly so many bytes: the sample, and a `free` box of noise behind it. */
export function bigMp4(sizeBytes: number): Buffer {
  const { bytes } = loadSamples().mp4;
  const padding = sizeBytes - bytes.length;
  if (padding < 8) throw new Error(`the sample alone has ${bytes.length} bytes`);
  const header = Buffer.alloc(8);
  header.writeUInt32BE(padding, 0);
  header.write('free', 4, 'latin1');
  return Buffer.concat([bytes, header, randomBytes(padding - 8)]);
}
