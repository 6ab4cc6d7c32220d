/** What a search looks through, kept beside each task until it changes. */
import type { Task } from '../../common/model.ts';
import { providerName } from '../../common/providers/catalog.ts';
import type { Slot } from './slot.ts';

/** Lower-cased prompt, task id, provider, message and tags. */
export function searchTextOf(slot: Slot): string {
  slot.searchText ??= textOf(slot.task);
  return slot.searchText;
}

function textOf({ prompt, taskId, provider, message, tags }: Task): string {
  return [prompt, taskId, providerName(provider), provider, message, ...tags]
    .filter((part) => part !== null)
    .join('\n')
    .toLowerCase();
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
    for (const slot of slots.slice(start, end)) searchTextOf(slot);
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
