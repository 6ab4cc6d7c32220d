import { expect, test } from 'vitest';
import { retryAfterMs } from '../../../src-main/node/outgoing/retry-after.ts';

test.each<[Readonly<Record<string, string>>, number | null]>([
  [{ 'retry-after': '7' }, 7000],
  [{ 'retry-after': '1.5' }, 1500],
  [{ 'retry-after-ms': '2500', 'retry-after': '3' }, 2500],
  [{ 'retry-after': 'Sat, 21 Nov 2026 12:00:30 GMT' }, 30_000],
  // Our clock is a day behind the server's, and a day ahead of it.
  [{ 'retry-after': 'Sun, 22 Nov 2026 12:00:30 GMT', date: 'Sun, 22 Nov 2026 12:00:00 GMT' }, 30_000],
  [{ 'retry-after': 'Fri, 20 Nov 2026 12:00:30 GMT', date: 'Fri, 20 Nov 2026 12:00:00 GMT' }, 30_000],
  [{ 'retry-after': 'Sat, 21 Nov 2026 11:00:00 GMT' }, 0],
  [{ 'retry-after': '-3' }, null],
  [{ 'retry-after': 'soon' }, null],
  [{ date: 'Sat, 21 Nov 2026 12:00:00 GMT' }, null],
])('Retry-After is counted by the clock of its server: %o', (headers, waitMs) => {
  expect(retryAfterMs((name) => headers[name] ?? null, Date.parse('2026-11-21T12:00:00Z'))).toBe(waitMs);
});
