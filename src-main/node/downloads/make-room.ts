/** Which of the slow runs that fill all that they may gives its place up. */

interface SlowRun {
  readonly entry: { readonly yields: number };
  readonly host: { readonly name: string; readonly slow: number };
  readonly owner: string;
  readonly source: string;
  readonly rank: number;
  readonly startedAt: number;
  readonly isSlow: boolean;
  readonly isEvicted: boolean;
}

interface Scene<Run> {
  readonly waiting: {
    readonly host: string;
    readonly owner: string;
    readonly source: string;
    readonly rank: number;
    readonly yields: number;
  };
  /** Of what waits. */
  readonly host: { readonly slow: number };
  readonly isHostFull: boolean;
  readonly runs: readonly Run[];
  readonly runningOf: (owner: string) => number;
  readonly runningFrom: (source: string) => number;
  readonly now: number;
}

/** A slow run has its place for so long before one that has yielded less may have it. */
const turnMs = 20_000;

/**
 * Of the slow runs in the way, the one whose owner has most gives its place up, or one of a host that has several for a
 * host that has none (each may be of a task of its own), or the one that had its turn. Never one that would be the first
 * to have its place again, and none while another is giving its own up.
 */
export function whoMakesRoom<Run extends SlowRun>(scene: Scene<Run>): Run | null {
  const { waiting, host, isHostFull, runs, runningOf, runningFrom, now } = scene;
  if (runs.some(({ isEvicted }) => isEvicted)) return null;
  const share = runningOf(waiting.owner) + waiting.rank;
  const shareOf = (run: Run): number => runningOf(run.owner) - 1 + run.rank;
  /** How many of a source run once that run makes room. */
  const without = (run: Run, source: string): number => runningFrom(source) - (run.source === source ? 1 : 0);
  const isAsFair = (run: Run): boolean =>
    shareOf(run) === share && without(run, run.source) >= without(run, waiting.source);
  const inTheWay = runs.filter(
    (run) =>
      run.isSlow &&
      (!isHostFull || run.host.name === waiting.host) &&
      (shareOf(run) > share ||
        (run.host.slow > 1 && host.slow === 0 && isAsFair(run)) ||
        (now - run.startedAt >= turnMs && waiting.yields <= run.entry.yields)),
  );
  return inTheWay.sort((a, b) => shareOf(b) - shareOf(a) || a.startedAt - b.startedAt)[0] ?? null;
}
