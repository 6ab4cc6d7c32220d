/** What is known to be in the shared log and has not been read from it yet. */
export interface Awaited {
  /** It was written up to this number. */
  wrote(node: string, k: number): void;
  /** This number was read. */
  came(node: string, k: number): void;
  isEmpty(): boolean;
  /** Nobody waits for what is still to come. */
  clear(): void;
}

export function createAwaited(): Awaited {
  const awaited = new Map<string, number>();
  /** By machine. What we write may be read before the answer to its writing is here. */
  const lastCame = new Map<string, number>();
  return {
    wrote(node, k) {
      if ((lastCame.get(node) ?? -1) < k) awaited.set(node, k);
    },
    came(node, k) {
      lastCame.set(node, k);
      if ((awaited.get(node) ?? Infinity) <= k) awaited.delete(node);
    },
    isEmpty: () => awaited.size === 0,
    clear: () => awaited.clear(),
  };
}
