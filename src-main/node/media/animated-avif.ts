/**
 * AVIF that moves: an MP4 in all but its name, whose track is called `pict`. A still one has no track at all.
 * @see https://aomediacodec.github.io/av1-avif/ ("AVIF image sequence brand")
 */
import type { FileHandle } from 'node:fs/promises';
import { openWindow } from './byte-window.ts';
import { readBoxHeader, walkIsoBoxes } from './iso-boxes.ts';
import type { AnimatedImage } from './moving-image.ts';

const holders: ReadonlySet<string> = new Set(['moov', 'trak', 'mdia', 'minf', 'stbl']);
/** The index of an image has some thirty boxes. */
const mostBoxes = 2000;

interface Track {
  pictures: number;
  milliseconds: number;
  width: number;
  height: number;
}

/** Of its tracks the first counts: a second one holds how clear each point is. `null` where the bytes are no AVIF. */
export async function readAvif(handle: FileHandle, size: number): Promise<AnimatedImage | null> {
  const bytes = openWindow(handle, size);
  const head = await bytes.read(0, 12);
  if (head.toString('latin1', 4, 8) !== 'ftyp') return null;
  const track: Track = { pictures: 0, milliseconds: 0, width: 0, height: 0 };
  let tracks = 0;
  let position = 0;
  for (let count = 0; position < size && count < mostBoxes; count += 1) {
    const box = readBoxHeader(await bytes.read(position, 16), size - position);
    if (box === null) break;
    if (box.type === 'trak') tracks += 1;
    if (tracks === 1) readInto(track, box.type, await bytes.read(position + 8, 96));
    position += holders.has(box.type) ? 8 : box.length;
  }
  const { verdict, end } = await walkIsoBoxes(handle, size);
  const { pictures, milliseconds, width, height } = track;
  const seconds = milliseconds / 1000;
  return {
    isWhole: verdict === 'whole',
    pictures: Math.max(1, pictures),
    end,
    metadata: {
      container: 'avif',
      durationSeconds: seconds > 0 ? seconds : null,
      width,
      height,
      videoCodec: 'avif',
      audioCodec: null,
      frameRate: seconds > 0 ? Math.round((pictures / seconds) * 1000) / 1000 : null,
    },
  };
}

/** @param content What the box holds, from behind its name. */
function readInto(track: Track, type: string, content: Buffer): void {
  const isLong = content[0] === 1;
  if (type === 'tkhd' && content.length >= (isLong ? 96 : 84)) {
    // Fixed point, 16 bits before it.
    track.width = content.readUInt16BE(isLong ? 88 : 76);
    track.height = content.readUInt16BE(isLong ? 92 : 80);
  } else if (type === 'mdhd' && content.length >= (isLong ? 32 : 20)) {
    const scale = content.readUInt32BE(isLong ? 20 : 12);
    const length = isLong ? Number(content.readBigUInt64BE(24)) : content.readUInt32BE(16);
    track.milliseconds = scale > 0 && length < 2 ** 32 - 1 ? Math.round((1000 * length) / scale) : 0;
  } else if (type === 'stsz' && content.length >= 12) track.pictures = content.readUInt32BE(8);
}
