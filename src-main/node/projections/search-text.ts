/** What a search looks through, kept beside each task until it changes. */
import { searchTextOf, type Searched } from '../../common/search/match-search.ts';
import { type OrderFacts, orderFactsOf } from '../../common/search/task-order.ts';
import type { Vocabulary } from '../../common/search/vocabulary.ts';
import type { TaskEntry } from './task-entry.ts';

export function searchedEntry(entry: TaskEntry): Searched {
  const { head, receivedMs } = entry.facts;
  return { head, receivedMs, text: () => textOf(entry), task: () => entry.task, orderFacts: () => orderFacts(entry) };
}

export function textOf(entry: TaskEntry): string {
  if (entry.searchText === null) read(entry);
  return entry.searchText ?? '';
}

export function addWords(entry: TaskEntry, vocabulary: Vocabulary): void {
  vocabulary.add(textOf(entry));
  entry.isInVocabulary = true;
}

export function orderFacts(entry: TaskEntry): OrderFacts {
  return entry.orderFacts ?? read(entry);
}

/** Reading a task costs more than both of these. */
function read(entry: TaskEntry): OrderFacts {
  const { task } = entry;
  entry.searchText = searchTextOf(task);
  return (entry.orderFacts = orderFactsOf(task));
}

/** A millisecond of work, so that a callback that comes meanwhile does not notice. */
const batch = 32;
const betweenBatchesMs = 3;
const beforeFirstBatchMs = 1000;

/** Reads the texts little by little, newest first, so that the first search of a large library is as quick as others. */
export function prepareSearchText(
  entries: readonly TaskEntry[],
  vocabulary: Vocabulary,
): { start(): void; stop(): void } {
  let hasStarted = false;
  let timer: NodeJS.Timeout | undefined;

  function prepareBelow(end: number): void {
    const start = Math.max(0, end - batch);
    for (const entry of entries.slice(start, end)) addWords(entry, vocabulary);
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
      later(() => prepareBelow(entries.length), beforeFirstBatchMs);
    },
    stop() {
      clearTimeout(timer);
    },
  };
}
