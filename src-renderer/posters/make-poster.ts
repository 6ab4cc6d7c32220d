/** What came of looking for a poster in a video. */
export type PosterResult =
  | { readonly kind: 'made'; readonly base64: string }
  /** The browser has no decoder for the picture. */
  | { readonly kind: 'undecodable' }
  /** Anything that may go better another time. */
  | { readonly kind: 'failed' };

const maxWidth = 640;
const jpegQuality = 0.84;

/**
 * Draws a frame at about a tenth of the video as a JPEG of at most 640 pixels in width.
 *
 * A truncated file never finishes its seek, a codec without decoder fires `loadeddata` with a width of 0 or `error`: so
 * there is a limit to the whole, and each of them is a result, not an exception.
 */
export async function makePoster(url: string, limitMs: number): Promise<PosterResult> {
  const video = document.createElement('video');
  const limit = AbortSignal.timeout(limitMs);
  video.muted = true;
  video.preload = 'auto';
  video.playsInline = true;
  try {
    video.src = url;
    await happened(video, 'loadeddata', limit);
    if (video.videoWidth === 0) return { kind: 'undecodable' };
    const length = Number.isFinite(video.duration) ? video.duration : 0;
    if (length > 0) {
      video.currentTime = length / 10;
      await happened(video, 'seeked', limit);
    }
    return await draw(video);
  } catch {
    const code = video.error?.code;
    const undecodable = code === MediaError.MEDIA_ERR_DECODE || code === MediaError.MEDIA_ERR_SRC_NOT_SUPPORTED;
    return { kind: undecodable && (await isServed(url)) ? 'undecodable' : 'failed' };
  } finally {
    video.removeAttribute('src');
    video.load();
  }
}

/** Whether the file is there at all: a video element tells a missing file and an unknown codec with the same code. */
export async function isServed(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { headers: { range: 'bytes=0-0' } });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
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

async function draw(video: HTMLVideoElement): Promise<PosterResult> {
  const scale = Math.min(1, maxWidth / video.videoWidth);
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.round(video.videoWidth * scale));
  canvas.height = Math.max(1, Math.round(video.videoHeight * scale));
  const context = canvas.getContext('2d');
  if (context === null) return { kind: 'failed' };
  context.drawImage(video, 0, 0, canvas.width, canvas.height);
  const jpeg = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/jpeg', jpegQuality));
  if (jpeg === null) return { kind: 'failed' };
  return { kind: 'made', base64: await toBase64(jpeg) };
}

function toBase64(blob: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(typeof reader.result === 'string' ? (reader.result.split(',')[1] ?? '') : '');
    reader.onerror = () => reject(reader.error ?? new Error('the picture could not be read'));
    reader.readAsDataURL(blob);
  });
}
