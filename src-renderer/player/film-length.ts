/**
 * How long a film is, in seconds; 0 until that is known. One that was written as it was made (WebM, fragments) names no
 * length, and the browser then says `Infinity` until it was at the end: the inbox measured it as it was saved, and the
 * element carries that as `data-length`.
 */
export function lengthOf(element: Pick<HTMLVideoElement, 'duration' | 'currentTime' | 'dataset'>): number {
  if (Number.isFinite(element.duration)) return element.duration;
  const measured = Number(element.dataset['length'] ?? 0);
  return measured > 0 ? Math.max(measured, element.currentTime) : 0;
}
