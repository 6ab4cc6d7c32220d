/**
 * The newest of what is numbered one after the other, each in the place of the one that leaves for it: a map from which the
 * oldest is deleted with each that comes walks over more and more gaps to find it.
 */
export interface Ring<T> {
  get(n: number): T | undefined;
  /** @returns the one that leaves for it; with the same number as well. */
  put(item: T): T | undefined;
  newestFirst(): readonly T[];
}

export function createRing<T>(limit: number, numberOf: (item: T) => number): Ring<T> {
  const places = Array.from({ length: limit }, (): T | undefined => undefined);
  let newest = 0;

  function get(n: number): T | undefined {
    const item = places[n % limit];
    return item !== undefined && numberOf(item) === n ? item : undefined;
  }

  return {
    get,
    put(item) {
      const n = numberOf(item);
      const before = places[n % limit];
      // Too old to have a place.
      if (before !== undefined && numberOf(before) > n) return item;
      places[n % limit] = item;
      newest = Math.max(newest, n);
      return before;
    },
    newestFirst() {
      const found: T[] = [];
      for (let n = newest; n > newest - limit && n >= 0; n -= 1) {
        const item = get(n);
        if (item !== undefined) found.push(item);
      }
      return found;
    },
  };
}
