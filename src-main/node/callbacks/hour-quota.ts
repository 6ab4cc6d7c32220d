/** What a stranger makes us write that no film hangs on has an end: so many times in an hour, and so many bytes. */

const windowMs = 3_600_000;

export function createHourQuota(
  { times, bytes }: { readonly times: number; readonly bytes: number },
  now: () => Date,
): { take(size: number): boolean } {
  let windowStart = -Infinity;
  let taken = 0;
  let total = 0;
  return {
    take(size) {
      const time = now().getTime();
      if (time - windowStart >= windowMs || time < windowStart) {
        windowStart = time;
        taken = 0;
        total = 0;
      }
      if (taken + 1 > times || total + size > bytes) return false;
      taken += 1;
      total += size;
      return true;
    },
  };
}
