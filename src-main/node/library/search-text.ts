/** What a search looks through, kept beside each task until it changes. */
import { searchTextOf, type Searched } from '../../common/search/match-search.ts';
import type { Slot } from './slot.ts';

export function searchedSlot(slot: Slot): Searched {
  const { head, receivedMs } = slot.facts;
  return { head, receivedMs, text: () => textOf(slot), task: () => slot.task };
}

function textOf(slot: Slot): string {
  slot.searchText ??= searchTextOf(slot.task);
  return slot.searchText;
}

/** A third of a millisecond of work, so that a callback that comes meanwhile does not notice. */
const batch = 32;
const betweenBatchesMs = 10;
const beforeFirstBatchMs = 1000;

/** Reads the texts little by little, newest first, so that the first search of a large library is as quick as others. */
export function prepareSearchText(slots: readonly Slot[]): { start(): void; stop(): void } {
  let hasStarted = false;
  let timer: NodeJS.Timeout | undefined;

  function prepareBelow(end: number): void {
    const start = Math.max(0, end - batch);
    for (const slot of slots.slice(start, end)) textOf(slot);
    if (start > 0) later(() => prepareBelow(start), betweenBatchesMs);
  }

  function later(work: () => void, delayMs: number): void {
    timer = setTimeout(work, delayMs);
    timer.unref();
  }

  return {
    /** Only the first call counts. */
    start() {
      if (hasStarted) return;
      hasStarted = true;
      later(() => prepareBelow(slots.length), beforeFirstBatchMs);
    },
    stop() {
      clearTimeout(timer);
    },
  };
}
