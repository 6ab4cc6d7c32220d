/**
 * The hosts that jobs wait for, each with a lane for each callback URL, and the pauses that they asked for. A look goes through
 * the hosts and not through all that waits: a burst of callbacks has thousands of jobs of a few.
 */
import { createHostLane, type HostLane, type Waiting } from './host-lane.ts';
import type { HostUse } from './queue-places.ts';

export interface QueueHost<Entry extends Waiting> extends HostUse {
  readonly name: string;
  heldUntil: number;
  /** Pauses that it asked for since it last answered in another way. */
  pauses: number;
  /** By source. */
  readonly lanes: Map<string, HostLane<Entry>>;
}

/** An entry that names where it waits. */
export interface Placed extends Waiting {
  readonly host: string;
  readonly source: string;
}

export interface QueueHosts<Entry extends Placed> {
  /** Makes it where it is not known. */
  readonly named: (name: string) => QueueHost<Entry>;
  /** `undefined` where nothing of it waits or runs. */
  readonly find: (name: string) => QueueHost<Entry> | undefined;
  /** Makes it likewise. */
  readonly laneOf: (entry: Entry) => HostLane<Entry>;
  /** Tells of each lane the one that may run next, without those of hosts that are held; forgets what is empty. */
  readonly forEachFirst: (now: number, onFirst: (entry: Entry, host: QueueHost<Entry>) => void) => void;
  /** When the next one that may not run yet may; ms, `Infinity` where there is none. What may run already does not count. */
  readonly wakesAt: (now: number) => number;
  /** The host asked to be left alone for so long. */
  readonly hold: (host: QueueHost<Entry>, now: number, askedMs: number) => void;
  /** That owner does not run any more. */
  readonly unpark: (owner: string) => void;
  /** Ends waits for the next attempt. @param those Default: looks at all that waits, else where these do. */
  readonly makeReady: (which: (entry: Entry) => boolean, those?: readonly Entry[]) => void;
}

/**
 * One link may answer for its whole host or for itself alone, and the others may die meanwhile: after so long another one
 * is tried, and each that is told to wait as well doubles it.
 */
const pauseMs = { first: 30_000, longest: 300_000 };
const mostPauses = 16;

/** @param runningOf How many of an owner run, on whichever host. */
export function createQueueHosts<Entry extends Placed & { readyAt: number }>(
  runningOf: (owner: string) => number,
): QueueHosts<Entry> {
  const hosts = new Map<string, QueueHost<Entry>>();

  function named(name: string): QueueHost<Entry> {
    let host = hosts.get(name);
    if (host === undefined) {
      host = { name, running: 0, slow: 0, heldUntil: 0, pauses: 0, lanes: new Map() };
      hosts.set(name, host);
    }
    return host;
  }

  function laneOf(entry: Entry): HostLane<Entry> {
    const { lanes } = named(entry.host);
    let lane = lanes.get(entry.source);
    if (lane === undefined) {
      lane = createHostLane(runningOf);
      lanes.set(entry.source, lane);
    }
    return lane;
  }

  function* allLanes(): Generator<HostLane<Entry>> {
    for (const { lanes } of hosts.values()) yield* lanes.values();
  }

  return {
    named,
    find: (name) => hosts.get(name),
    laneOf,
    forEachFirst(now, onFirst) {
      for (const [name, host] of hosts) {
        if (host.heldUntil > now) continue;
        for (const [source, lane] of host.lanes) {
          const first = lane.first(now);
          if (first !== undefined) onFirst(first, host);
          else if (lane.isEmpty) host.lanes.delete(source);
        }
        if (host.running === 0 && host.lanes.size === 0) hosts.delete(name);
      }
    },
    wakesAt(now) {
      let soonest = Infinity;
      for (const host of hosts.values()) {
        for (const lane of host.lanes.values()) {
          const at = Math.max(lane.wakesAt(), host.heldUntil);
          // What may run and does not waits for a run to end, which looks again.
          if (at > now) soonest = Math.min(soonest, at);
        }
      }
      return soonest;
    },
    hold(host, now, askedMs) {
      // Several that ran side by side were told of the same pause.
      if (host.heldUntil <= now || host.pauses === 0) host.pauses = Math.min(host.pauses + 1, mostPauses);
      const ms = Math.min(pauseMs.first * 2 ** (host.pauses - 1), pauseMs.longest, askedMs);
      host.heldUntil = Math.max(host.heldUntil, now + ms);
    },
    unpark(owner) {
      for (const lane of allLanes()) lane.unpark(owner);
    },
    makeReady(which, those) {
      for (const lane of those === undefined ? allLanes() : new Set(those.map(laneOf))) {
        for (const entry of lane.remove(which)) {
          entry.readyAt = 0;
          lane.add(entry);
        }
      }
    },
  };
}
