/** Windows over the library for the UI: what matches, in its order and sections, and only the rows that are asked for. */
import {
  type DaySection,
  mostTakes,
  type TaskFilter,
  type TaskPage,
  type TaskQuery,
  type TaskSelection,
  type TaskSums,
} from '../../common/task-query.ts';
import type { Task } from '../../common/model.ts';
import { type Completion, openTermOf } from '../../common/search/complete-search.ts';
import { folded } from '../../common/search/folded.ts';
import { compileSearch } from '../../common/search/match-search.ts';
import { parseSearch } from '../../common/search/parse-search.ts';
import { wordsOf } from '../../common/search/rank.ts';
import { isByTime } from '../../common/search/task-order.ts';
import { createVocabulary } from '../../common/search/vocabulary.ts';
import { isInView, matchesState } from '../../common/task-traits.ts';
import { filtered, inTurns, sorted, takingTurns, type InTurns } from '../in-turns.ts';
import { completions } from './completions.ts';
import { calendarOf, daySections, wholeSection } from './day-sections.ts';
import { byRank, comparison, type FactsOf, stack } from './entry-order.ts';
import { addWords, prepareSearchText, type SearchTexts } from './search-text.ts';
import { namedKeys } from './selection.ts';
import type { TaskEntry } from './task-entry.ts';
import type { TaskTable } from './task-table.ts';

export interface Queries {
  /**
   * Who asks once has a list before them and may search next: from then on what a search looks through is read little by
   * little, so that the first search of a large library is as quick as the others.
   */
  query(query: TaskQuery): Promise<StoredPage>;
  /** The keys of a run of the list, ends included: see `tasks:keys`. */
  keys(query: TaskFilter, from: string | number, to: string | number): Promise<readonly string[]>;
  /** See `tasks:takes`. */
  takes(key: string): Promise<readonly TaskEntry[]>;
  /** See `tasks:complete`. */
  complete(query: TaskFilter): Promise<readonly Completion[]>;
  /** See `tasks:sums`. */
  sums(which: TaskSelection): Promise<TaskSums>;
  /** Ends that reading. */
  close(): void;
}

/** A `TaskPage` before its rows are made for showing. */
export interface StoredPage extends Omit<TaskPage, 'rows'> {
  readonly rows: readonly Task[];
}

interface Found {
  readonly entries: readonly TaskEntry[];
  readonly sections: readonly DaySection[];
  /** See `TaskPage`. */
  readonly corrected?: string;
  readonly takes?: readonly number[];
}

const nothingFound: Found = { entries: [], sections: [] };

/** One for each list that may be on screen at once (grid, player's neighbours, CLI). */
const cacheSize = 4;

export function createQueries(table: TaskTable, texts: SearchTexts): Queries {
  const cache = new Map<string, { readonly version: number; readonly found: Promise<Found> }>();
  let inOrder: { readonly version: number; readonly newestFirst: readonly TaskEntry[] } = {
    version: -1,
    newestFirst: [],
  };
  const orderFacts = texts.factsOf;
  const vocabulary = createVocabulary();
  const preparation = prepareSearchText(table.ordered, texts, vocabulary);

  /** One for all searches until something changes: to copy so many takes a tenth of what a search does. */
  function newestFirst(): readonly TaskEntry[] {
    const version = table.version();
    if (inOrder.version !== version) inOrder = { version, newestFirst: table.ordered.toReversed() };
    return inOrder.newestFirst;
  }

  /** Of the library as it is when it begins; what is folded meanwhile makes the answer stale. */
  function* find(query: TaskFilter): InTurns<Found> {
    const search = compileSearch(query.text, query.timeZone);
    const untilMs = query.until === undefined ? Infinity : Date.parse(query.until);
    const searched = texts.searched();
    let entries = yield* filtered(newestFirst(), (entry) => {
      const { head, receivedMs } = entry.glance;
      if (receivedMs > untilMs) return false;
      if (!isInView(head, query.view) || !matchesState(head, query.state)) return false;
      if (query.provider !== null && head.provider !== query.provider) return false;
      return search?.(searched.at(entry)) !== false;
    });
    const { order } = query;
    if (order === 'best') entries = yield* byRank(entries, wordsOf(query.text), texts.textOf);
    else if (!isByTime(order)) entries = yield* sorted(entries, comparison(order, orderFacts));
    if ((order === 'oldest') !== (query.reverse === true)) entries.reverse();
    const stacked = query.stacked === true ? yield* stack(entries, orderFacts) : { entries };
    const sections = isByTime(order)
      ? yield* daySections(stacked.entries, query.timeZone)
      : yield* wholeSection(stacked.entries);
    return { ...stacked, sections };
  }

  /** Of the library when all of its words were gathered: until it changes none of its tasks is looked at for that again. */
  let gatheredVersion = -1;

  /** The newest whose words are not gathered yet, and one more than are gathered at once where there are as many. */
  function newest(): readonly TaskEntry[] {
    const found: TaskEntry[] = [];
    const version = table.version();
    if (version === gatheredVersion) return found;
    for (let at = table.ordered.length - 1; at >= 0 && found.length <= mostNewWords; at -= 1) {
      const entry = table.ordered[at];
      if (entry?.isInVocabulary === false) found.push(entry);
    }
    if (found.length === 0) gatheredVersion = version;
    return found;
  }

  /** As far as that takes some milliseconds. */
  function* addNewWords(entries: readonly TaskEntry[]): InTurns<void> {
    for (const words of table.takeLabelWords()) vocabulary.add(folded(words));
    for (const [at, entry] of entries.slice(0, mostNewWords).entries()) {
      addWords(entry, texts, vocabulary);
      if (at % wordsBetweenLooks === 0) yield;
    }
  }

  /** A word that occurs is spelt right, however few tasks have it together with the others. */
  function* occurs(word: string): InTurns<boolean> {
    let looked = 0;
    const searched = texts.searched();
    for (const entry of table.ordered) {
      if (searched.at(entry).holds(word)) return true;
      looked += 1;
      if (looked % entriesBetweenTexts === 0) yield;
    }
    return false;
  }

  /**
   * What is looked for: with the nearest word that occurs in the place of each that does not. `null` where one occurs
   * nowhere and none is near.
   */
  function* mended(text: string, isWhole: boolean): InTurns<string | null> {
    const terms: string[] = [];
    for (const { source, isNegated, condition } of parseSearch(text)) {
      let term: string | null = source;
      const holds = isNegated || condition.kind !== 'words' ? true : vocabulary.holds(condition.text);
      if (holds !== true && condition.kind === 'words') {
        const isMissing = isWhole && holds === false;
        const nearest = vocabulary.nearest(condition.text);
        // Not to be looked for in vain where nothing is to be had in its place.
        if (isMissing || (nearest !== null && !(yield* occurs(condition.text)))) term = nearest;
      }
      if (term === null) return null;
      terms.push(term);
    }
    return terms.join(' ');
  }

  /** What is misspelt is known before it is looked for, so that a list of many tasks is gone through once. */
  function* findNearly(query: TaskFilter): InTurns<Found> {
    if (wordsOf(query.text).length === 0) return yield* find(query);
    const missing = newest();
    yield* addNewWords(missing);
    const text = yield* mended(query.text, missing.length <= mostNewWords);
    if (text === null) return nothingFound;
    if (text === asParsed(query.text)) return yield* find(query);
    const found = yield* find({ ...query, text });
    return found.entries.length === 0 ? nothingFound : { ...found, corrected: text };
  }

  function recall(what: TaskFilter): Promise<Found> {
    const key = JSON.stringify(what);
    const version = table.version();
    const known = cache.get(key);
    cache.delete(key);
    const kept = known?.version === version ? known : { version, found: inTurns(findNearly(what)) };
    cache.set(key, kept);
    const oldest = cache.keys().next();
    if (cache.size > cacheSize && oldest.done !== true) cache.delete(oldest.value);
    return kept.found;
  }

  return {
    async query(query) {
      preparation.start();
      const { offset, limit, ...what } = query;
      const found = await recall(what);
      // Of a search each may lie in a page of its own, which is unpacked for it.
      const rows: Task[] = [];
      for await (const entry of takingTurns(found.entries.slice(offset, offset + limit))) rows.push(entry.task);
      const { corrected, takes } = found;
      return {
        rows,
        total: found.entries.length,
        sections: found.sections,
        ...(corrected === undefined ? {} : { corrected }),
        ...(takes === undefined ? {} : { takes: takes.slice(offset, offset + limit) }),
      };
    },

    async keys(query, from, to) {
      const { entries } = await recall(query);
      const placeOf = (end: string | number): number =>
        typeof end === 'number' ? Math.min(end, entries.length - 1) : entries.findIndex(({ key }) => key === end);
      const [a, b] = [placeOf(from), placeOf(to)];
      if (a < 0 || b < 0) return [];
      return entries.slice(Math.min(a, b), Math.max(a, b) + 1).map(({ key }) => key);
    },

    async takes(key) {
      const own = table.get(key);
      if (own === undefined) return [];
      const { stack: name } = orderFacts(own);
      if (name === null) return [own];
      const isTake = (entry: TaskEntry): boolean =>
        entry.glance.head.trashedAt === null && orderFacts(entry).stack === name;
      return (await inTurns(filtered(table.ordered, isTake))).slice(-mostTakes - 1);
    },

    async complete(query) {
      const { text, timeZone } = query;
      const open = openTermOf(text);
      if (open === null) return [];
      const { entries } = await recall({
        ...query,
        text: open.before.trim(),
        order: 'newest',
        reverse: false,
        stacked: false,
      });
      const today = calendarOf(timeZone).format(Date.now());
      return inTurns(completions(open, entries, { texts, vocabulary, timeZone, today }));
    },

    async sums(which) {
      if (!('query' in which))
        return inTurns(sumsOf(await inTurns(entriesOf(await namedKeys(which), table)), orderFacts));
      const { entries } = await recall(which.query);
      const except = new Set(which.except);
      const meant = except.size === 0 ? entries : await inTurns(filtered(entries, ({ key }) => !except.has(key)));
      return inTurns(sumsOf(meant, orderFacts));
    },

    close: () => preparation.stop(),
  };
}

function* entriesOf(keys: readonly string[], table: Pick<TaskTable, 'get'>): InTurns<readonly TaskEntry[]> {
  const entries: TaskEntry[] = [];
  for (const [at, key] of keys.entries()) {
    const entry = table.get(key);
    if (entry !== undefined) entries.push(entry);
    if (at % 256 === 255) yield;
  }
  return entries;
}

function* sumsOf(entries: readonly TaskEntry[], orderFacts: FactsOf): InTurns<TaskSums> {
  const sums = { tasks: entries.length, sizeBytes: 0, seconds: 0, cost: 0 };
  for (const [at, entry] of entries.entries()) {
    const { seconds, bytes, cost } = orderFacts(entry);
    sums.sizeBytes += bytes;
    sums.seconds += seconds;
    sums.cost += cost;
    if (at % 256 === 255) yield;
  }
  return sums;
}

const entriesBetweenTexts = 128;
const asParsed = (text: string): string =>
  parseSearch(text)
    .map(({ source }) => source)
    .join(' ');

/** So many tasks give their words at once. */
const mostNewWords = 200;
/** The first of them may have its text read, and those of some thousand tasks with it. */
const wordsBetweenLooks = 8;
