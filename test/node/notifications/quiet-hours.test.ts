import { describe, expect, it } from 'vitest';
import { parseTimeOfDay, quietForMs } from '../../../src-main/node/notifications/quiet-hours.ts';

const at = (time: string): Date => new Date(`2026-11-21T${time}`);
const minute = 60_000;

describe('quiet hours', () => {
  it.each([
    ['22:00', '08:00', '23:00:00', 9 * 60],
    ['22:00', '08:00', '07:59:00', 1],
    ['22:00', '08:00', '08:00:00', 0],
    ['22:00', '08:00', '21:59:59', 0],
    ['09:00', '17:00', '12:30:00', 4.5 * 60],
    ['09:00', '17:00', '08:00:00', 0],
    ['10:00', '10:00', '11:00:00', 23 * 60],
    ['nonsense', '08:00', '07:00:00', 0],
  ])('from %s until %s at %s', (from, until, now, minutes) => {
    expect(quietForMs({ from, until }, at(now))).toBe(minutes * minute);
  });

  it('counts to the very second', () => {
    expect(quietForMs({ from: '22:00', until: '08:00' }, at('07:59:30.500'))).toBe(29_500);
  });

  it('takes times of day only', () => {
    expect(['00:00', '23:59', '24:00', '7:00', ''].map(parseTimeOfDay)).toEqual([0, 1439, null, null, null]);
  });
});
