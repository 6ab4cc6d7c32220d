import { pngOf } from '../player/frame-picture.ts';
import { hasPicture } from '../posters/has-picture.ts';

/** How long a frame is waited for: a take that was just put on the stage is still being loaded. */
const patienceMs = 20_000;
const lookAgainMs = 30;

/** Of one side no frame can be had here, now or later: it moves by itself, is only sound, or has no decoder. */
export class NoPicture extends Error {
  readonly side: 'left' | 'right';
  constructor(side: 'left' | 'right') {
    super('there is no picture');
    this.side = side;
  }
}

/**
 * Both films side by side as they stand, as a PNG in their own size and as high as the higher one: the exact frames where
 * those are on their canvases. A side that is still being loaded, moved or decoded is waited for.
 * @param isStanding whether they stand: then each has an exact frame, or will say that it cannot be had.
 * @param left `null` where it is no film that can be held.
 * @param now the place on the clock of both
 * @returns The picture, and the place that it shows: behind the end of the left side that of the right one.
 * @throws NoPicture
 * @throws Error where a frame does not come within some seconds, cannot be decoded, or another take came meanwhile.
 */
export async function pairPicture(
  left: HTMLVideoElement | null,
  right: HTMLVideoElement | null,
  isStanding: boolean,
  now: () => number,
): Promise<{ readonly png: Blob; readonly at: number }> {
  if (left === null || right === null) throw new NoPicture(left === null ? 'left' : 'right');
  const wanted = [left.src, right.src].join('\n');
  const isShown = (video: HTMLVideoElement): boolean =>
    video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA && !video.seeking && video.videoWidth > 0;
  const isThere = (video: HTMLVideoElement): boolean =>
    isShown(video) && (!isStanding || canvasOf(video)?.dataset['settled'] !== undefined);
  const until = performance.now() + patienceMs;
  while (!(isThere(left) && isThere(right))) {
    for (const [side, video] of [
      ['left', left],
      ['right', right],
    ] as const)
      if (video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA && !(await hasPicture(video)))
        throw new NoPicture(side);
    await new Promise((resolve) => setTimeout(resolve, lookAgainMs));
    if ([left.src, right.src].join('\n') !== wanted) throw new Error('another take is shown now');
    if (left.error !== null || right.error !== null || performance.now() > until) throw new Error('there is no frame');
  }
  const sides = [left, right].map((video) => {
    const canvas = isStanding ? canvasOf(video) : null;
    return canvas === null || canvas.hidden
      ? { picture: video, width: video.videoWidth, height: video.videoHeight }
      : { picture: canvas, width: canvas.width, height: canvas.height };
  });
  const height = Math.max(...sides.map((side) => side.height));
  const widths = sides.map((side) => Math.round((side.width * height) / side.height));
  const pair = document.createElement('canvas');
  [pair.width, pair.height] = [widths.reduce((sum, width) => sum + width, 0), height];
  const context = pair.getContext('2d');
  sides.reduce((x, { picture }, i) => {
    const width = widths[i] ?? 0;
    context?.drawImage(picture, x, 0, width, height);
    return x + width;
  }, 0);
  const at = now();
  return { png: await pngOf(pair), at };
}

/** Over the film lies its exact frame. */
const canvasOf = (video: HTMLVideoElement): HTMLCanvasElement | null =>
  video.parentElement?.querySelector('canvas') ?? null;
