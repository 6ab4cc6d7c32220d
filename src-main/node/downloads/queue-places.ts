/** The places that runs take, in all and on each host, and who has how many of them. */

/** What a run takes its place for. */
export interface Claim {
  readonly owner: string;
  readonly source: string;
  /** 0: someone vouches for it, and one place more is kept for such. Else 1. */
  readonly rank: number;
}

/** How many run on a host, and how many of these bring next to nothing. */
export interface HostUse {
  running: number;
  slow: number;
}

export interface TakenPlace {
  /** Of a run that brings next to nothing, which does not count up to a limit. */
  readonly isSlow: boolean;
  setSlow(isSlow: boolean): void;
  /** The run has ended. */
  giveBack(): void;
}

export interface QueuePlaces {
  readonly take: (claim: Claim, host: HostUse) => TakenPlace;
  readonly hasRoom: (claim: Claim, host: HostUse) => boolean;
  /** It waits only because slow runs fill all that they may. */
  readonly isHeldUp: (claim: Claim, host: HostUse) => boolean;
  /** Slow runs fill all that they may on that host. */
  readonly isFilled: (host: HostUse) => boolean;
  /** How many of an owner run, on whichever host. */
  readonly runningOf: (owner: string) => number;
  /** How many of a source do. */
  readonly runningFrom: (source: string) => number;
  /** How many runs are slow. */
  readonly slow: number;
  /** A lower number stops nothing that runs. */
  readonly setConcurrency: (concurrency: number) => void;
}

/** Slow runs that do not count, in all and per host. */
const spare = { inAll: 8, perHost: 4 };

export function createQueuePlaces(options: { readonly concurrency: number; readonly perHost: number }): QueuePlaces {
  const { perHost } = options;
  let { concurrency } = options;
  let taken = 0;
  let slow = 0;
  const byOwner = new Map<string, number>();
  const bySource = new Map<string, number>();

  const extraFor = ({ rank }: Claim): number => (rank === 0 ? 1 : 0);

  function hasRoom(claim: Claim, host: HostUse): boolean {
    const extra = extraFor(claim);
    return (
      taken - slow < concurrency + extra &&
      taken < concurrency + spare.inAll + extra &&
      host.running - host.slow < perHost + extra &&
      host.running < perHost + spare.perHost + extra
    );
  }

  return {
    take({ owner, source }, host) {
      let isSlow = false;
      taken += 1;
      host.running += 1;
      count(byOwner, owner, 1);
      count(bySource, source, 1);
      function setSlow(next: boolean): void {
        if (next === isSlow) return;
        isSlow = next;
        slow += isSlow ? 1 : -1;
        host.slow += isSlow ? 1 : -1;
      }
      return {
        get isSlow() {
          return isSlow;
        },
        setSlow,
        giveBack() {
          setSlow(false);
          taken -= 1;
          host.running -= 1;
          count(byOwner, owner, -1);
          count(bySource, source, -1);
        },
      };
    },
    hasRoom,
    isHeldUp(claim, host) {
      const extra = extraFor(claim);
      const isFree = taken - slow < concurrency + extra && host.running - host.slow < perHost + extra;
      return isFree && !hasRoom(claim, host);
    },
    isFilled: (host) => host.running >= perHost + spare.perHost,
    runningOf: (owner) => byOwner.get(owner) ?? 0,
    runningFrom: (source) => bySource.get(source) ?? 0,
    get slow() {
      return slow;
    },
    setConcurrency(next) {
      concurrency = next;
    },
  };
}

/** Counts up or down; what is at 0 is kept nowhere. @returns what it is then. */
export function count(counts: Map<string, number>, name: string, change: number): number {
  const next = (counts.get(name) ?? 0) + change;
  if (next === 0) counts.delete(name);
  else counts.set(name, next);
  return next;
}
