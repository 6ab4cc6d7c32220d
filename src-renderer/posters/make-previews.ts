import { mostMovingPixels } from '../../src-main/common/model.ts';
import { loadPatiently } from '../ui/load-patiently.ts';
import { hasPicture } from './has-picture.ts';
import { stripCells, stripPlace } from './strip-cells.ts';

/** What came of looking for pictures in a video. */
export type PreviewResult =
  /**
   * Base64. `strip` is `null` where none was wanted, and where the film has no length to be walked along; also where it
   * was broken off, and may go better another time.
   */
  | { readonly kind: 'made'; readonly poster: string; readonly strip: string | null; readonly isBrokenOff?: true }
  /** The browser has no decoder for the picture. */
  | { readonly kind: 'undecodable' }
  /** Anything that may go better another time. */
  | { readonly kind: 'failed' };

const maxWidth = 640;
const jpegQuality = 0.84;
const stripQuality = 0.7;
/** The longer side of a frame of the strip, in pixels. */
const cellSide = 240;

/** Where a picture is looked for, as parts of the length: films often begin in the dark. */
const places = [0.1, 0.35, 0.6];

/**
 * Draws a frame at about a tenth of the video as a JPEG of at most 640 pixels in width, a later one where that is black,
 * and where it is wanted a filmstrip of frames spread over the whole.
 *
 * A truncated file never finishes its seek, a codec without decoder fires `loadeddata` with a width of 0 or `error`: so
 * there is a limit to the whole, and each of them is a result, not an exception. A film whose later frames cannot be had
 * has its poster all the same.
 */
export async function makePreviews(
  url: string,
  limitMs: number,
  withStrip: boolean,
  isSecond = false,
): Promise<PreviewResult> {
  const video = document.createElement('video');
  const limit = AbortSignal.timeout(limitMs);
  video.muted = true;
  video.preload = 'auto';
  video.playsInline = true;
  try {
    video.src = url;
    await happened(video, 'loadeddata', limit);
    if (!(await hasPicture(video))) return { kind: 'undecodable' };
    const length = Number.isFinite(video.duration) ? video.duration : 0;
    let canvas = draw(video, video.videoWidth, video.videoHeight);
    for (const place of length > 0 ? places : []) {
      await seek(video, length * place, limit);
      canvas = draw(video, video.videoWidth, video.videoHeight);
      if (!isBlack(canvas)) break;
    }
    const poster = await toBase64(await toJpeg(canvas, jpegQuality));
    if (!withStrip || length === 0) return { kind: 'made', poster, strip: null };
    return await drawStrip(video, length, limit).then(
      (strip) => ({ kind: 'made', poster, strip }),
      () => ({ kind: 'made', poster, strip: null, isBrokenOff: true }),
    );
  } catch {
    const code = video.error?.code;
    const undecodable = code === MediaError.MEDIA_ERR_DECODE || code === MediaError.MEDIA_ERR_SRC_NOT_SUPPORTED;
    const picture = undecodable ? await posterOfImage(url) : null;
    if (picture !== null) return { kind: 'made', poster: picture, strip: null };
    if (!undecodable || (await isServed(url)) !== true) return { kind: 'failed' };
    // What did not come, as the inbox was away for a moment or the network changed, looks the same: it is there by now.
    return isSecond ? { kind: 'undecodable' } : await makePreviews(url, limitMs, withStrip, true);
  } finally {
    video.removeAttribute('src');
    video.load();
  }
}

/** Of a GIF or WebP that moves, its first picture; `null` for what is no image. */
async function posterOfImage(url: string): Promise<string | null> {
  const image = new Image();
  const loaded = new Promise((resolve, reject) => {
    image.onload = resolve;
    image.onerror = () => reject(new Error('it is no image'));
  });
  image.src = url;
  try {
    // Its size is known before any of it is decoded.
    await loaded;
    if (image.naturalWidth * image.naturalHeight > mostMovingPixels) return null;
    await image.decode();
    return await toBase64(await toJpeg(draw(image, image.naturalWidth, image.naturalHeight), jpegQuality));
  } catch {
    return null;
  }
}

async function drawStrip(video: HTMLVideoElement, length: number, limit: AbortSignal): Promise<string> {
  const scale = cellSide / Math.max(video.videoWidth, video.videoHeight);
  const [width, height] = [video.videoWidth, video.videoHeight].map((side) => Math.max(1, Math.round(side * scale)));
  if (width === undefined || height === undefined) throw new Error('no cell');
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [width * stripCells.columns, height * stripCells.rows];
  const context = contextOf(canvas);
  for (let cell = 0; cell < stripCells.count; cell += 1) {
    await seek(video, length * stripPlace(cell), limit);
    const [column, row] = [cell % stripCells.columns, Math.floor(cell / stripCells.columns)];
    context.drawImage(video, column * width, row * height, width, height);
  }
  return toBase64(await toJpeg(canvas, stripQuality));
}

async function seek(video: HTMLVideoElement, seconds: number, limit: AbortSignal): Promise<void> {
  const shown = frameShown(video);
  video.currentTime = seconds;
  await happened(video, 'seeked', limit);
  await shown;
}

/**
 * Whether the file is there at all: a video element tells a missing file and an unknown codec with the same code.
 * @returns `null` where nobody tells: the inbox is away, or was started anew and does not know this page yet
 */
export async function isServed(url: string): Promise<boolean | null> {
  try {
    const response = await loadPatiently(() => fetch(url, { headers: { range: 'bytes=0-0' } }));
    await response.body?.cancel();
    return response.status === 401 ? null : response.ok;
  } catch {
    return null;
  }
}

function happened(video: HTMLVideoElement, name: 'loadeddata' | 'seeked', limit: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const done = new AbortController();
    const signal = AbortSignal.any([done.signal, limit]);
    const end = (failure: string | null) => {
      done.abort();
      if (failure === null) resolve();
      else reject(new Error(failure));
    };
    video.addEventListener(name, () => end(null), { signal });
    video.addEventListener('error', () => end('the video could not be read'), { signal });
    limit.addEventListener('abort', () => end('the video took too long'), { signal: done.signal });
  });
}

/** A film that is not in sight may never present a frame; a page that is not in sight never does. */
const frameLimitMs = 250;

/** After a seek WebKit says `seeked` while the canvas still draws nothing; the frame comes a moment later. */
function frameShown(video: HTMLVideoElement): Promise<void> {
  if (document.hidden) return Promise.resolve();
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, frameLimitMs);
    video.requestVideoFrameCallback(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}

function draw(source: CanvasImageSource, width: number, height: number): HTMLCanvasElement {
  const scale = Math.min(1, maxWidth / width);
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.round(width * scale));
  canvas.height = Math.max(1, Math.round(height * scale));
  contextOf(canvas).drawImage(source, 0, 0, canvas.width, canvas.height);
  return canvas;
}

function contextOf(canvas: HTMLCanvasElement): CanvasRenderingContext2D {
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('the browser gives no canvas');
  return context;
}

/** By a small copy: 16 by 9 pixels tell it, and cost nothing to read. Nothing drawn is black as well. */
function isBlack(canvas: HTMLCanvasElement): boolean {
  const small = document.createElement('canvas');
  [small.width, small.height] = [16, 9];
  const context = contextOf(small);
  context.drawImage(canvas, 0, 0, small.width, small.height);
  const { data } = context.getImageData(0, 0, small.width, small.height);
  return data.every((value, i) => i % 4 === 3 || value < 24);
}

async function toJpeg(canvas: HTMLCanvasElement, quality: number): Promise<Blob> {
  const jpeg = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/jpeg', quality));
  if (jpeg === null) throw new Error('the picture could not be made');
  return jpeg;
}

function toBase64(blob: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(typeof reader.result === 'string' ? (reader.result.split(',')[1] ?? '') : '');
    reader.onerror = () => reject(reader.error ?? new Error('the picture could not be read'));
    reader.readAsDataURL(blob);
  });
}
