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
  const shared = { left: sharedBytes };
  return {
    open: () => new Lease(shared),
  };
}

/** A class, since each body has one. */
class Lease implements BodyLease {
  readonly #shared: { left: number };
  #size = 0;
  #taken = 0;

  constructor(shared: { left: number }) {
    this.#shared = shared;
  }

  grow(bytes: number): boolean {
    this.#size += bytes;
    const wanted = Math.max(0, this.#size - ownBytes) - this.#taken;
    if (wanted > this.#shared.left) return false;
    this.#shared.left -= wanted;
    this.#taken += wanted;
    return true;
  }

  close(): void {
    this.#shared.left += this.#taken;
    this.#taken = 0;
  }
}
