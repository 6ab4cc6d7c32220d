/** Rejected requests are kept for the person to look at, but only so many: a stranger must not fill the disk. */

const windowMs = 3_600_000;
const requestsPerWindow = 200;
const bytesPerWindow = 512 * 1024;

export function createRejectedQuota(now: () => Date): { take(bytes: number): boolean } {
  let windowStart = -Infinity;
  let requests = 0;
  let total = 0;
  return {
    take(bytes) {
      const time = now().getTime();
      if (time - windowStart >= windowMs || time < windowStart) {
        windowStart = time;
        requests = 0;
        total = 0;
      }
      requests += 1;
      total += bytes;
      return requests <= requestsPerWindow && total <= bytesPerWindow;
    },
  };
}
