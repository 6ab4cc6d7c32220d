import { expect, test, vi } from 'vitest';
import { createClock } from '../../src-main/node/clock.ts';

test('a wait of months is one, and can be called off in its midst', () => {
  vi.useFakeTimers();
  try {
    const rung: string[] = [];
    const clock = createClock();
    const days = (count: number): number => count * 86_400_000;
    clock.after(days(60), () => rung.push('sixty'));
    const cancel = clock.after(days(90), () => rung.push('ninety'));
    vi.advanceTimersByTime(days(60) - 1);
    expect(rung).toEqual([]);
    vi.advanceTimersByTime(1);
    cancel();
    vi.advanceTimersByTime(days(60));
    expect(rung).toEqual(['sixty']);
  } finally {
    vi.useRealTimers();
  }
});
