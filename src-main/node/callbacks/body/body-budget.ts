/** All bodies that are being read or answered, together: however many come at once, memory stays bounded. */

export interface BodyLease {
  /** @returns false where this body has grown beyond what is left for all. */
  grow(bytes: number): boolean;
  close(): void;
}

export interface BodyBudget {
  open(): BodyLease;
}

/** What each body has for itself, so that large ones never keep out the small ones that callbacks are. */
const ownBytes = 64 * 1024;

/** @param sharedBytes For what is beyond the first 64 KiB of each body. */
export function createBodyBudget(sharedBytes: number): BodyBudget {
  let left = sharedBytes;
  return {
    open() {
      let size = 0;
      let taken = 0;
      return {
        grow(bytes) {
          size += bytes;
          const wanted = Math.max(0, size - ownBytes) - taken;
          if (wanted > left) return false;
          left -= wanted;
          taken += wanted;
          return true;
        },
        close() {
          left += taken;
          taken = 0;
        },
      };
    },
  };
}
