/**
 * Which takes look alike: by eight frames spread over the film, its length and its shape, never by the first frame, which is black
 * in many. Marks only; nothing is rejected by itself.
 */

/** Eight frames as twice 32 bits each; `null` for a frame that says nothing, as a black one. */
export interface FilmPrint {
  /** `null` where its length could not be read. */
  readonly seconds: number | null;
  /** Width over height: the frames are hashed as if all had the same. */
  readonly shape: number;
  readonly frames: readonly (FrameHash | null)[];
}
/** Numbers: of two hundred takes twenty thousand pairs are compared, and each bigint is an object. */
type FrameHash = readonly [upper: number, lower: number];

/** The film that a take is judged by; `null` where nothing is saved. */
export type FilmHash = string | null;

export interface Likeness {
  /** 0-based place of the earlier take that it is like. */
  readonly of: number;
  readonly kind: 'same' | 'near';
}

/** For each take the first one before it that has the same bytes, or looks the same. */
export function likenessOf(
  films: readonly FilmHash[],
  prints: ReadonlyMap<string, FilmPrint>,
): readonly (Likeness | null)[] {
  return films.map((film, i) => {
    if (film === null) return null;
    const print = prints.get(film);
    for (let of = 0; of < i; of += 1) {
      const other = films[of] ?? null;
      if (other === null) continue;
      if (other === film) return { of, kind: 'same' };
      const otherPrint = prints.get(other);
      if (print !== undefined && otherPrint !== undefined && areAlike(print, otherPrint)) return { of, kind: 'near' };
    }
    return null;
  });
}

const cells = { width: 9, height: 8 } as const;
const frameCount = 8;
/** Below it a frame is of one colour. */
const leastVariance = 12;
const mostBits = 10;
const mostOtherLength = 0.05;
/** Of a very upright film the cells are rounded by some percent. */
const mostOtherShape = 0.06;
/** So many frames must tell something of both films. */
const leastFrames = 4;

/** @param grey 9 by 8 values of 0 to 255, row by row. */
export function frameHash(grey: readonly number[]): FrameHash | null {
  const mean = grey.reduce((sum, value) => sum + value, 0) / grey.length;
  const variance = grey.reduce((sum, value) => sum + (value - mean) ** 2, 0) / grey.length;
  if (variance < leastVariance) return null;
  const halves: [number, number] = [0, 0];
  for (let row = 0; row < cells.height; row += 1) {
    for (let column = 0; column < cells.width - 1; column += 1) {
      const at = row * cells.width + column;
      const half = row < cells.height / 2 ? 0 : 1;
      halves[half] = (halves[half] << 1) | ((grey[at] ?? 0) > (grey[at + 1] ?? 0) ? 1 : 0);
    }
  }
  return halves;
}

export function areAlike(a: FilmPrint, b: FilmPrint): boolean {
  if (a.seconds !== null && b.seconds !== null && otherPart(a.seconds, b.seconds) > mostOtherLength) return false;
  if (Math.abs(Math.log(a.shape / b.shape)) > mostOtherShape) return false;
  const distances = a.frames.flatMap((frame, i) => {
    const other = b.frames[i];
    return frame === null || other === null || other === undefined ? [] : [bitsBetween(frame, other)];
  });
  if (distances.length < leastFrames) return false;
  const sorted = distances.sort((x, y) => x - y);
  return (sorted[Math.floor(sorted.length / 2)] ?? Infinity) <= mostBits;
}

const otherPart = (a: number, b: number): number => Math.abs(a - b) / Math.max(a, b);

function bitsBetween(a: FrameHash, b: FrameHash): number {
  let bits = 0;
  for (const half of [0, 1] as const) for (let rest = a[half] ^ b[half]; rest !== 0; rest &= rest - 1) bits += 1;
  return bits;
}

/** Reads eight frames of a filmstrip. @throws where the picture cannot be had. */
export async function printOf(
  stripUrl: string,
  seconds: number | null,
  columns: number,
  rows: number,
): Promise<FilmPrint> {
  const image = new Image();
  image.src = stripUrl;
  await image.decode();
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [cells.width, cells.height * frameCount];
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (context === null) throw new Error('the browser gives no canvas');
  const [width, height] = [image.naturalWidth / columns, image.naturalHeight / rows];
  for (let i = 0; i < frameCount; i += 1) {
    const cell = Math.floor(((i + 0.5) / frameCount) * columns * rows);
    const [x, y] = [(cell % columns) * width, Math.floor(cell / columns) * height];
    context.drawImage(image, x, y, width, height, 0, i * cells.height, cells.width, cells.height);
  }
  // Once for all of them: each reading waits until what was drawn is there.
  const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
  const size = cells.width * cells.height;
  const grey = Array.from(
    { length: size * frameCount },
    (_, at) => 0.299 * (data[at * 4] ?? 0) + 0.587 * (data[at * 4 + 1] ?? 0) + 0.114 * (data[at * 4 + 2] ?? 0),
  );
  return {
    seconds,
    shape: width / height,
    frames: Array.from({ length: frameCount }, (_, i) => frameHash(grey.slice(i * size, (i + 1) * size))),
  };
}
