/** Where a step of one frame leads, in seconds: into the middle of the frame, so that rounding never shows its neighbour. */
export function stepFrame(at: number, frameRate: number | null, step: 1 | -1, durationSeconds: number): number {
  const rate = frameRate !== null && frameRate > 0 ? frameRate : 30;
  // A thousandth of a frame of tolerance: 2 / 30 × 30 is a hair below 2.
  const frame = Math.floor(at * rate + 0.001) + step;
  const last = Math.max(0, Math.ceil(durationSeconds * rate - 0.001) - 1);
  return (Math.max(0, Math.min(last, frame)) + 0.5) / rate;
}

export const speeds = [0.25, 0.5, 0.75, 1, 1.25, 1.5, 2] as const;

/** The next slower or faster one; the same at an end. */
export function nextSpeed(rate: number, direction: 1 | -1): number {
  const at = speeds.findIndex((speed) => speed >= rate);
  return speeds[at + direction] ?? rate;
}
