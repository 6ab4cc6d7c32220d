/**
 * Events that were written here, until they are read back from the shared log: what they say is known, and which
 * transaction holds them. So one row of each transaction is read, which says that it is there and what stands before it.
 */
import type { StampedEvent } from '../../common/events.ts';
import { isBefore, type Place } from './place.ts';

/** What one transaction wrote: all of it is in the log, or nothing. */
export interface HeldBatch {
  readonly node: string;
  readonly epoch: number;
  readonly xid: string;
  /** How many numbers of the log are skipped before the first. */
  readonly gap: number;
  /** In their order, none missing, each under the number that it has from its writer; none is empty. */
  readonly events: readonly StampedEvent[];
  /** Length of what was written. */
  readonly chars: number;
}

export interface HeldEvents {
  hold(batch: HeldBatch): void;
  /** Those that end behind this place, in no order; what ends before it is held no more. */
  behind(place: Place): readonly HeldBatch[];
}

/** Where something holds back what we read, the rest is read in full when its turn comes. */
const mostEvents = 4096;
const mostChars = 8 * 1024 * 1024;

/** Where a batch ends. */
export function endOf({ epoch, xid, events }: HeldBatch): Omit<Place, 'number'> {
  return { epoch, xid, k: events.at(-1)?.seq ?? 0 };
}

export function createHeldEvents(): HeldEvents {
  const batches = new Set<HeldBatch>();
  let held = 0;
  let chars = 0;

  return {
    hold(batch) {
      if (held + batch.events.length > mostEvents || chars + batch.chars > mostChars) return;
      batches.add(batch);
      held += batch.events.length;
      chars += batch.chars;
    },
    behind(place) {
      for (const batch of batches) {
        if (isBefore(place, endOf(batch))) continue;
        batches.delete(batch);
        held -= batch.events.length;
        chars -= batch.chars;
      }
      return [...batches];
    },
  };
}
