import { pngOf } from '../player/frame-picture.ts';

/** How long a frame is waited for: a take that was just put on the stage is still being loaded. */
const patienceMs = 20_000;
const readiness = ['loadeddata', 'seeked', 'canplay', 'error', 'emptied'] as const;

/**
 * Both videos side by side as they stand, as a PNG as high as the higher one. A side that is still being loaded or
 * moved is waited for.
 * @returns The picture, and the place that it shows; seconds of the left side.
 * @throws Error where a frame does not come within some seconds, cannot be decoded, or another take came meanwhile.
 */
export async function pairPicture(
  left: HTMLVideoElement,
  right: HTMLVideoElement,
): Promise<{ readonly png: Blob; readonly at: number }> {
  const wanted = [left.src, right.src].join('\n');
  const isShown = ({ readyState, seeking, videoWidth }: HTMLVideoElement): boolean =>
    readyState >= HTMLMediaElement.HAVE_CURRENT_DATA && !seeking && videoWidth > 0;
  const giveUp = AbortSignal.timeout(patienceMs);
  while (!(isShown(left) && isShown(right))) {
    await nextChange([left, right], giveUp);
    if ([left.src, right.src].join('\n') !== wanted) throw new Error('another take is shown now');
    if (left.error !== null || right.error !== null || giveUp.aborted) throw new Error('there is no frame');
  }
  const canvas = document.createElement('canvas');
  const height = Math.max(left.videoHeight, right.videoHeight);
  const widthOf = (video: HTMLVideoElement) => Math.round((video.videoWidth * height) / video.videoHeight);
  [canvas.width, canvas.height] = [widthOf(left) + widthOf(right), height];
  const context = canvas.getContext('2d');
  context?.drawImage(left, 0, 0, widthOf(left), height);
  context?.drawImage(right, widthOf(left), 0, widthOf(right), height);
  const at = left.currentTime;
  return { png: await pngOf(canvas), at };
}

function nextChange(videos: readonly HTMLVideoElement[], giveUp: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      for (const video of videos) for (const name of readiness) video.removeEventListener(name, done);
      giveUp.removeEventListener('abort', done);
      resolve();
    };
    if (giveUp.aborted) resolve();
    for (const video of videos) for (const name of readiness) video.addEventListener(name, done);
    giveUp.addEventListener('abort', done);
  });
}
