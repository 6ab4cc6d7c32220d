/** What a search looks through, kept beside each task until it changes. */
import { searchTextOf, type Searched } from '../../common/search/match-search.ts';
import { type OrderFacts, orderFactsOf } from '../../common/search/task-order.ts';
import type { Vocabulary } from '../../common/search/vocabulary.ts';
import { takingTurns } from '../in-turns.ts';
import type { TaskEntry } from './task-entry.ts';
import type { TaskTable } from './task-table.ts';
import type { TextEntry, TextPages } from './text-pages.ts';

/** What is kept of the words of tasks: from its page of texts where that has it, else from the task itself. */
export interface SearchTexts {
  readonly textOf: (entry: TaskEntry) => string;
  readonly factsOf: (entry: TaskEntry) => OrderFacts;
  /** What a search asks of `at(entry)`; the next entry takes its place. */
  searched(): Searched & { at(entry: TaskEntry): Searched };
  /** Writes what is kept of a page, which is read from there from then on. */
  save(page: number): Promise<void>;
  /** Believes no file any more that there is now. */
  forget(): Promise<void>;
  /** Pages whose files lacked some of their tasks when they were read. */
  lacking(): readonly number[];
}

export function createSearchTexts(table: Pick<TaskTable, 'members'>, pages: TextPages): SearchTexts {
  const withTexts = new Set<number>();
  const withFacts = new Set<number>();
  const lacking = new Set<number>();

  /** Gives the tasks of a page what its file knows of them as they are now. */
  function fillTexts(page: number): void {
    withTexts.add(page);
    const file = pages.read(page);
    const members = table.members(page);
    let known = 0;
    if (file !== null) {
      const texts = file.texts();
      known = forKnown(members, file, isAsItIs, (entry, at) => (entry.searchText ??= texts[at] ?? null));
    }
    if (known < members.size) lacking.add(page);
  }

  function fillFacts(page: number): void {
    withFacts.add(page);
    const file = pages.read(page);
    if (file === null) return;
    const facts = file.facts();
    forKnown(table.members(page), file, hasItsFacts, (entry, at) => (entry.orderFacts ??= facts[at] ?? null));
  }

  /** What its file knows of a page that is written anew; where only labels have changed, no task is read for it. */
  function factsOnFile(page: number): ReadonlyMap<TaskEntry, OrderFacts> {
    const known = new Map<TaskEntry, OrderFacts>();
    const members = table.members(page);
    const isLacking = ({ searchText, orderFacts }: TaskEntry): boolean => searchText !== null && orderFacts === null;
    const file = [...members].some(isLacking) ? pages.read(page) : null;
    if (file === null) return known;
    const facts = file.facts();
    forKnown(members, file, hasItsFacts, (entry, at) => {
      const own = facts[at];
      if (own !== undefined) known.set(entry, own);
    });
    return known;
  }

  function textOf(entry: TaskEntry): string {
    if (entry.searchText === null && !withTexts.has(entry.page)) fillTexts(entry.page);
    return entry.searchText ?? readEntry(entry).text;
  }

  function factsOf(entry: TaskEntry): OrderFacts {
    if (entry.orderFacts === null && !withFacts.has(entry.page)) fillFacts(entry.page);
    return entry.orderFacts ?? readEntry(entry).facts;
  }

  return {
    textOf,
    factsOf,
    lacking: () => [...lacking],
    async save(page) {
      const onFile = factsOnFile(page);
      const entries: TextEntry[] = [];
      for await (const entry of takingTurns([...table.members(page)])) entries.push(textEntryOf(entry, onFile));
      await pages.write(page, entries);
      for (const pagesRead of [withTexts, withFacts, lacking]) pagesRead.delete(page);
    },
    forget: () => pages.clear(),
    searched() {
      let current: TaskEntry | null = null;
      const entry = (): TaskEntry => {
        if (current === null) throw new Error('nothing is looked at');
        return current;
      };
      const searched = {
        get head() {
          return entry().head;
        },
        get receivedMs() {
          return entry().facts.receivedMs;
        },
        text: () => textOf(entry()),
        task: () => entry().task,
        orderFacts: () => factsOf(entry()),
        at(next: TaskEntry): Searched {
          current = next;
          return searched;
        },
      };
      return searched;
    },
  };
}

/** What was written behind event `seq` of it is so now. */
const isAsItIs = ({ facts }: TaskEntry, seq: number): boolean => seq === facts.seq;
const hasItsFacts = ({ contentSeq, facts }: TaskEntry, seq: number): boolean => seq >= contentSeq && seq <= facts.seq;

/** Nearly always both stand in the same order. @returns how many the file knows as they are. */
function forKnown(
  entries: Iterable<TaskEntry>,
  { keys, seqs }: { readonly keys: readonly string[]; readonly seqs: readonly number[] },
  isKnown: (entry: TaskEntry, seq: number) => boolean,
  take: (entry: TaskEntry, at: number) => void,
): number {
  let [next, known] = [0, 0];
  for (const entry of entries) {
    const { key } = entry.head;
    const at = keys[next] === key ? next : keys.indexOf(key);
    if (at < 0) continue;
    next = at + 1;
    if (!isKnown(entry, seqs[at] ?? 0)) continue;
    take(entry, at);
    known += 1;
  }
  return known;
}

/** Reading a task costs more than both of these. */
function readEntry(entry: TaskEntry): { readonly text: string; readonly facts: OrderFacts } {
  const { task } = entry;
  const text = searchTextOf(task);
  const facts = orderFactsOf(task);
  [entry.searchText, entry.orderFacts] = [text, facts];
  return { text, facts };
}

/** For the page's file; keeps nothing that was not kept before. */
function textEntryOf(entry: TaskEntry, onFile: ReadonlyMap<TaskEntry, OrderFacts>): TextEntry {
  const { head, facts, searchText } = entry;
  const orderFacts = entry.orderFacts ?? onFile.get(entry) ?? null;
  if (searchText !== null && orderFacts !== null)
    return { key: head.key, seq: facts.seq, text: searchText, facts: orderFacts };
  const { task } = entry;
  return { key: head.key, seq: facts.seq, text: searchText ?? searchTextOf(task), facts: orderFactsOf(task) };
}

export function addWords(entry: TaskEntry, texts: SearchTexts, vocabulary: Vocabulary): void {
  vocabulary.add(texts.textOf(entry));
  entry.isInVocabulary = true;
}

/** A millisecond of work, so that a callback that comes meanwhile does not notice. */
const batch = 32;
const betweenBatchesMs = 3;
const beforeFirstBatchMs = 1000;

/** Gathers the words little by little, newest first, and with them the texts: the first search is as quick as others then. */
export function prepareSearchText(
  entries: readonly TaskEntry[],
  texts: SearchTexts,
  vocabulary: Vocabulary,
): { start(): void; stop(): void } {
  let hasStarted = false;
  let hasStopped = false;
  let timer: NodeJS.Timeout | undefined;

  function prepareBelow(end: number): void {
    const start = Math.max(0, end - batch);
    for (const entry of entries.slice(start, end)) addWords(entry, texts, vocabulary);
    if (start > 0) later(() => prepareBelow(start), betweenBatchesMs);
    else void saveLacking();
  }

  /** A library of before there were such files, or one that was cut off while it was saved. */
  async function saveLacking(): Promise<void> {
    for (const page of texts.lacking()) {
      if (hasStopped) return;
      // Without them the next first search takes longer, and nothing else is different.
      await texts.save(page).catch(() => undefined);
    }
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
      hasStopped = true;
      clearTimeout(timer);
    },
  };
}
