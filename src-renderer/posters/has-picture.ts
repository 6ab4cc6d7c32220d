/** Longer than WebKit takes on a busy machine; who has a film that cannot be shown is told that much later. */
const patienceMs = 3_000;

/**
 * Whether the browser shows a picture of a film whose `loadeddata` came. Chromium has its width by then, and 0 stands for a
 * codec that it has no decoder for; WebKit plays the sound already and tells the width with a `resize` that may come later.
 */
export function hasPicture(
  video: Pick<HTMLVideoElement, 'videoWidth' | 'addEventListener'>,
  limitMs = patienceMs,
): Promise<boolean> {
  const isThere = () => video.videoWidth > 0;
  if (isThere()) return Promise.resolve(true);
  return new Promise((resolve) => {
    const done = new AbortController();
    const end = () => {
      done.abort();
      clearTimeout(timer);
      resolve(isThere());
    };
    const timer = setTimeout(end, limitMs);
    const look = () => {
      if (isThere()) end();
    };
    video.addEventListener('resize', look, { signal: done.signal });
  });
}
