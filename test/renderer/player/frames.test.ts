import { describe, expect, it } from 'vitest';
import { stepFrame } from '../../../src-renderer/player/frames.ts';

/** The frame that a player shows at a place. */
const frameAt = (seconds: number, rate: number) => Math.floor(seconds * rate);

describe('stepFrame', () => {
  it.each([24, 25, 29.97, 30, 60])('walks every frame once at %d per second, there and back', (rate) => {
    const last = Math.ceil(5 * rate) - 1;
    let at = 0;
    for (let frame = 1; frame <= last; frame += 1) {
      at = stepFrame(at, rate, 1, 5);
      expect(frameAt(at, rate)).toBe(frame);
    }
    for (let frame = last - 1; frame >= 0; frame -= 1) {
      at = stepFrame(at, rate, -1, 5);
      expect(frameAt(at, rate)).toBe(frame);
    }
  });

  it('stays inside the video', () => {
    expect(frameAt(stepFrame(0, 24, -1, 5), 24)).toBe(0);
    expect(stepFrame(5, 24, 1, 5)).toBeLessThan(5);
  });

  it('takes 30 frames a second where the rate is not known', () => {
    expect(stepFrame(0, null, 1, 5)).toBeCloseTo(1.5 / 30);
  });
});
