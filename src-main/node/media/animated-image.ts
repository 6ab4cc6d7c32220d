/**
 * GIF, WebP, PNG and AVIF that move: how some generators give their films. Walked from block to block: how many pictures there
 * are, how long they take, and whether the file is whole.
 * @see https://www.w3.org/Graphics/GIF/spec-gif89a.txt
 * @see https://developers.google.com/speed/webp/docs/riff_container
 * @see https://www.w3.org/TR/png-3/ ("Animation information")
 */
import type { FileHandle } from 'node:fs/promises';
import { readAvif } from './animated-avif.ts';
import type { AnimatedImage } from './moving-image.ts';
import { openWindow, type ByteWindow } from './byte-window.ts';

/** Pictures of a crafted file could go on without end. */
const mostBlocks = 200_000;

/** `null` where the bytes are no image of that format. @param size Bytes of the file that count. */
export async function readAnimatedImage(
  handle: FileHandle,
  size: number,
  extension: string,
): Promise<AnimatedImage | null> {
  const bytes = openWindow(handle, size);
  if (extension === 'gif') return readGif(bytes);
  if (extension === 'webp') return readWebp(bytes);
  if (extension === 'avif') return readAvif(handle, size);
  return extension === 'apng' ? readApng(bytes) : null;
}

interface Seen {
  readonly container: string;
  width: number;
  height: number;
  pictures: number;
  milliseconds: number;
}

function result(
  { container, width, height, pictures, milliseconds }: Seen,
  isWhole: boolean,
  end: number,
): AnimatedImage {
  const seconds = milliseconds / 1000;
  return {
    isWhole,
    pictures,
    end,
    metadata: {
      container,
      durationSeconds: seconds > 0 ? Math.round(seconds * 1000) / 1000 : null,
      width,
      height,
      videoCodec: container,
      audioCodec: null,
      frameRate: seconds > 0 ? Math.round((pictures / seconds) * 1000) / 1000 : null,
    },
  };
}

/** Browsers show a picture that asks for less than 20 ms for 100 ms. */
function shownMs(milliseconds: number): number {
  return milliseconds < 20 ? 100 : milliseconds;
}

async function readGif(bytes: ByteWindow): Promise<AnimatedImage | null> {
  const head = await bytes.read(0, 13);
  if (head.length < 13 || !/^GIF8[79]a$/.test(head.toString('latin1', 0, 6))) return null;
  const seen: Seen = {
    container: 'gif',
    width: head.readUInt16LE(6),
    height: head.readUInt16LE(8),
    pictures: 0,
    milliseconds: 0,
  };
  let position = 13 + tableBytes(head[10] ?? 0);
  let delay = 0;
  for (let count = 0; count < mostBlocks; count += 1) {
    const block = await bytes.read(position, 10);
    if (block[0] === 0x3b) return result(seen, true, position + 1);
    if (block[0] === 0x21) {
      // A graphic control extension says how long the next picture is shown, in hundredths of a second.
      if (block[1] === 0xf9 && block.length >= 6) delay = block.readUInt16LE(4) * 10;
      position = await skipSubBlocks(bytes, position + 2);
    } else if (block[0] === 0x2c && block.length === 10) {
      if (seen.pictures === 0) {
        // Browsers make room for one that is larger than the whole is said to be.
        seen.width = Math.max(seen.width, block.readUInt16LE(1) + block.readUInt16LE(5));
        seen.height = Math.max(seen.height, block.readUInt16LE(3) + block.readUInt16LE(7));
      }
      seen.pictures += 1;
      seen.milliseconds += shownMs(delay);
      position = await skipSubBlocks(bytes, position + 10 + tableBytes(block[9] ?? 0) + 1);
    } else {
      break; // cut short, or something that no player reads on from
    }
    if (position > bytes.size) break;
  }
  return result(seen, false, Math.min(position, bytes.size));
}

/** Bytes of the colour table that a packed field announces. */
function tableBytes(packed: number): number {
  return (packed & 0x80) === 0 ? 0 : 3 * 2 ** ((packed & 7) + 1);
}

/** Not one read for each: a crafted file has hundreds of millions of them, each of one byte. */
async function skipSubBlocks(bytes: ByteWindow, from: number): Promise<number> {
  let position = from;
  for (;;) {
    const window = await bytes.read(position, 1024);
    let at = 0;
    for (let length = window[at]; length !== undefined; length = window[at]) {
      at += length + 1;
      if (length === 0) return position + at;
    }
    if (window.length === 0) return Infinity;
    position += at;
  }
}

async function readWebp(bytes: ByteWindow): Promise<AnimatedImage | null> {
  const head = await bytes.read(0, 30);
  if (head.length < 30 || head.toString('latin1', 0, 4) !== 'RIFF' || head.toString('latin1', 8, 12) !== 'WEBP')
    return null;
  const end = 8 + head.readUInt32LE(4);
  const isExtended = head.toString('latin1', 12, 16) === 'VP8X';
  const seen: Seen = {
    container: 'webp',
    width: isExtended ? 1 + head.readUIntLE(24, 3) : 0,
    height: isExtended ? 1 + head.readUIntLE(27, 3) : 0,
    pictures: isExtended ? 0 : 1,
    milliseconds: 0,
  };
  let position = 12;
  for (let count = 0; isExtended && position < Math.min(end, bytes.size) && count < mostBlocks; count += 1) {
    const chunk = await bytes.read(position, 24);
    if (chunk.length < 8) break;
    // A place that was kept for a chunk, and not filled.
    if (chunk.readUInt32LE(0) === 0) return result(seen, false, end);
    const length = chunk.readUInt32LE(4);
    if (chunk.toString('latin1', 0, 4) === 'ANMF' && chunk.length === 24) {
      seen.pictures += 1;
      seen.milliseconds += shownMs(chunk.readUIntLE(20, 3));
    }
    position += 8 + length + (length % 2);
  }
  return result(seen, end <= bytes.size && position <= bytes.size, end);
}

async function readApng(bytes: ByteWindow): Promise<AnimatedImage | null> {
  const head = await bytes.read(0, 24);
  if (head.length < 24 || head.readUInt32BE(0) !== 0x89504e47) return null;
  const seen: Seen = {
    container: 'apng',
    width: head.readUInt32BE(16),
    height: head.readUInt32BE(20),
    pictures: 0,
    milliseconds: 0,
  };
  let position = 8;
  for (let count = 0; position < bytes.size && count < mostBlocks; count += 1) {
    const chunk = await bytes.read(position, 34);
    if (chunk.length < 12) break;
    // As of a WebP. Of such ones each looks like an empty chunk.
    if (chunk.readUInt32BE(4) === 0) break;
    const type = chunk.toString('latin1', 4, 8);
    if (type === 'fcTL' && chunk.length >= 32) {
      seen.pictures += 1;
      seen.milliseconds += shownMs((1000 * chunk.readUInt16BE(28)) / (chunk.readUInt16BE(30) || 100));
    }
    position += 12 + chunk.readUInt32BE(0);
    if (type === 'IEND') return result(seen, position <= bytes.size, position);
  }
  return result(seen, false, Math.min(position, bytes.size));
}
