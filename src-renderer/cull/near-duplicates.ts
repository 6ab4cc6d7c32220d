/**
 * Which takes look alike: by eight frames spread over the film and its length, never by the first frame, which is black
 * in many. Marks only; nothing is rejected by itself.
 */

/** Eight frames as 64 bits each; `null` for a frame that says nothing, as a black one. */
export interface FilmPrint {
  readonly seconds: number;
  readonly frames: readonly (bigint | null)[];
}

const cells = { width: 9, height: 8 } as const;
/** Below it a frame is of one colour. */
const leastVariance = 12;
const mostBits = 10;
/** So many frames must tell something of both films. */
const leastFrames = 4;

/** @param grey 9 by 8 values of 0 to 255, row by row. */
export function frameHash(grey: readonly number[]): bigint | null {
  const mean = grey.reduce((sum, value) => sum + value, 0) / grey.length;
  const variance = grey.reduce((sum, value) => sum + (value - mean) ** 2, 0) / grey.length;
  if (variance < leastVariance) return null;
  let bits = 0n;
  for (let row = 0; row < cells.height; row += 1) {
    for (let column = 0; column < cells.width - 1; column += 1) {
      const at = row * cells.width + column;
      bits = (bits << 1n) | ((grey[at] ?? 0) > (grey[at + 1] ?? 0) ? 1n : 0n);
    }
  }
  return bits;
}

export function areAlike(a: FilmPrint, b: FilmPrint): boolean {
  if (Math.abs(a.seconds - b.seconds) > 0.05 * Math.max(a.seconds, b.seconds)) return false;
  const distances = a.frames.flatMap((frame, i) => {
    const other = b.frames[i];
    return frame === null || other === null || other === undefined ? [] : [bitsBetween(frame, other)];
  });
  if (distances.length < leastFrames) return false;
  const sorted = distances.sort((x, y) => x - y);
  return (sorted[Math.floor(sorted.length / 2)] ?? Infinity) <= mostBits;
}

function bitsBetween(a: bigint, b: bigint): number {
  let bits = 0;
  for (let rest = a ^ b; rest > 0n; rest &= rest - 1n) bits += 1;
  return bits;
}

/** Reads eight frames of a filmstrip. @throws where the picture cannot be had. */
export async function printOf(stripUrl: string, seconds: number, columns: number, rows: number): Promise<FilmPrint> {
  const image = new Image();
  image.src = stripUrl;
  await image.decode();
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [cells.width, cells.height];
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (context === null) throw new Error('the browser gives no canvas');
  const [width, height] = [image.naturalWidth / columns, image.naturalHeight / rows];
  const frames = Array.from({ length: 8 }, (_, i) => {
    const cell = Math.floor(((i + 0.5) / 8) * columns * rows);
    const [x, y] = [(cell % columns) * width, Math.floor(cell / columns) * height];
    context.drawImage(image, x, y, width, height, 0, 0, cells.width, cells.height);
    const { data } = context.getImageData(0, 0, cells.width, cells.height);
    const grey = Array.from(
      { length: cells.width * cells.height },
      (_value, at) => 0.299 * (data[at * 4] ?? 0) + 0.587 * (data[at * 4 + 1] ?? 0) + 0.114 * (data[at * 4 + 2] ?? 0),
    );
    return frameHash(grey);
  });
  return { seconds, frames };
}
