/** How many bytes the links of one callback URL may bring in a day: who knows it could otherwise fill the disk with downloads. */
export interface ByteBudget {
  /** Bytes that may still come today. */
  left(source: string): number;
  spend(source: string, bytes: number): void;
}

const dayMs = 24 * 3_600_000;

export function createByteBudget(limitBytes: () => number, now: () => number): ByteBudget {
  let day = NaN;
  const spent = new Map<string, number>();
  function turnOver(): void {
    const today = Math.floor(now() / dayMs);
    if (today !== day) spent.clear();
    day = today;
  }
  return {
    left(source) {
      turnOver();
      return Math.max(0, limitBytes() - (spent.get(source) ?? 0));
    },
    spend(source, bytes) {
      turnOver();
      spent.set(source, (spent.get(source) ?? 0) + bytes);
    },
  };
}
