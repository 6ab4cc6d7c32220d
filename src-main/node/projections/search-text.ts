/** What a search looks through, kept beside each task until it changes. */
import { searchTextOf, type Searched } from '../../common/search/match-search.ts';
import { type OrderFacts, orderFactsOf } from '../../common/search/task-order.ts';
import type { Vocabulary } from '../../common/search/vocabulary.ts';
import { takingTurns } from '../in-turns.ts';
import type { TaskEntry } from './task-entry.ts';
import type { TaskTable } from './task-table.ts';
import { sumOfKeys, type OfPage, type PageTexts, type TextEntry, type TextPages } from './text-pages.ts';

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

  /** Gives the tasks of a page, and of those around it, what their files know of them as they are now. */
  function fillTexts(page: number): void {
    const first = page - (page % pagesAtOnce);
    const around = Array.from({ length: pagesAtOnce }, (_, at) => first + at);
    const wanted = around.filter((each) => !withTexts.has(each) && table.members(each).size > 0);
    for (const [at, file] of pages.texts(wanted).entries()) takeTexts(wanted[at] ?? page, file);
  }

  function takeTexts(page: number, file: OfPage<PageTexts> | null): void {
    withTexts.add(page);
    const members = table.members(page);
    const known =
      file === null
        ? 0
        : forKnown(members, file, isAsItIs, (entry, place) => {
            if (isRead(entry)) return;
            entry.textPage = file.of;
            entry.textPlace = place;
          });
    if (known < members.size) lacking.add(page);
  }

  function fillFacts(page: number): void {
    withFacts.add(page);
    const file = pages.facts(page);
    if (file === null) return;
    forKnown(table.members(page), file, hasItsFacts, (entry, place) => (entry.orderFacts ??= file.of[place] ?? null));
  }

  /** What its file knows of a page that is written anew; where only labels have changed, no task is read for it. */
  function factsOnFile(page: number): ReadonlyMap<TaskEntry, OrderFacts> {
    const known = new Map<TaskEntry, OrderFacts>();
    const members = table.members(page);
    const isLacking = (entry: TaskEntry): boolean => entry.orderFacts === null && isRead(entry);
    const file = [...members].some(isLacking) ? pages.facts(page) : null;
    if (file === null) return known;
    forKnown(members, file, hasItsFacts, (entry, place) => {
      const own = file.of[place];
      if (own !== undefined) known.set(entry, own);
    });
    return known;
  }

  function readTextOf(entry: TaskEntry): void {
    if (!isRead(entry) && !withTexts.has(entry.page)) fillTexts(entry.page);
  }

  function textOf(entry: TaskEntry): string {
    readTextOf(entry);
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
      const havingIn = rememberedHaving();
      const searched = {
        get head() {
          return entry().glance.head;
        },
        get taskId() {
          return entry().taskId;
        },
        get videoBytes() {
          return entry().videoBytes;
        },
        get receivedMs() {
          return entry().glance.receivedMs;
        },
        holds: (part: string): boolean => {
          const own = entry();
          readTextOf(own);
          const { textPage, textPlace } = own;
          return textPage === null ? textOf(own).includes(part) : havingIn(textPage, part)[textPlace] === 1;
        },
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

/** Some milliseconds of work, and so many that their texts are one long string: see `createJoin`. */
const pagesAtOnce = 8;

/** What was written behind event `seq` of it is so now. */
const isAsItIs = ({ glance }: TaskEntry, seq: number): boolean => seq === glance.seq;
const hasItsFacts = ({ contentSeq, glance }: TaskEntry, seq: number): boolean => seq >= contentSeq && seq <= glance.seq;

/** It need not be read from its page's file. */
const isRead = (entry: TaskEntry): boolean => entry.textPage !== null || entry.searchText !== null;

/** Looks through a page once for each part: tasks stand by their time, and are asked for one by one. */
function rememberedHaving(): (page: PageTexts, part: string) => Uint8Array {
  const byPart = new Map<string, Map<PageTexts, Uint8Array>>();
  let last: { readonly page: PageTexts; readonly part: string; readonly having: Uint8Array } | null = null;
  return (page, part) => {
    if (last?.page === page && last.part === part) return last.having;
    const known = byPart.get(part) ?? new Map<PageTexts, Uint8Array>();
    byPart.set(part, known);
    const having = known.get(page) ?? page.having(part);
    known.set(page, having);
    last = { page, part, having };
    return having;
  };
}

/** @returns how many the file knows as they are. */
function forKnown(
  entries: ReadonlySet<TaskEntry>,
  { keysSum, keys, seqs }: OfPage<unknown>,
  isKnown: (entry: TaskEntry, seq: number) => boolean,
  take: (entry: TaskEntry, place: number) => void,
): number {
  // Nearly always these are the same tasks in the same order.
  const isSame = entries.size === seqs.length && sumOfKeys(Array.from(entries, ({ key }) => key)) === keysSum;
  const places = isSame ? null : new Map(keys().map((key, place) => [key, place]));
  let [next, known] = [0, 0];
  for (const entry of entries) {
    const place = places === null ? next : places.get(entry.key);
    next += 1;
    if (place === undefined || !isKnown(entry, seqs[place] ?? 0)) continue;
    take(entry, place);
    known += 1;
  }
  return known;
}

/** Reading a task costs more than both of these. */
function readEntry(entry: TaskEntry): { readonly text: string; readonly facts: OrderFacts } {
  const { task } = entry;
  const text = searchTextOf(task);
  const facts = orderFactsOf(task);
  if (!isRead(entry)) entry.searchText = text;
  entry.orderFacts = facts;
  return { text, facts };
}

/** For the page's file; keeps nothing that was not kept before. */
function textEntryOf(entry: TaskEntry, onFile: ReadonlyMap<TaskEntry, OrderFacts>): TextEntry {
  const { key, glance, searchText } = entry;
  const orderFacts = entry.orderFacts ?? onFile.get(entry) ?? null;
  if (searchText !== null && orderFacts !== null) return { key, seq: glance.seq, text: searchText, facts: orderFacts };
  const { task } = entry;
  return { key, seq: glance.seq, text: searchText ?? searchTextOf(task), facts: orderFactsOf(task) };
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
