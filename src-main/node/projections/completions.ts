/** What the last word of a search may go on with, and how many tasks each would leave. */
import {
  type Completion,
  fixedValues,
  type OpenTerm,
  searchFields,
  termOf,
} from '../../common/search/complete-search.ts';
import { folded } from '../../common/search/folded.ts';
import { compileSearch, type Search } from '../../common/search/match-search.ts';
import { hasValues, isValues } from '../../common/search/parse-search.ts';
import type { Vocabulary } from '../../common/search/vocabulary.ts';
import { providerName } from '../../common/providers/catalog.ts';
import type { InTurns } from '../in-turns.ts';
import type { SearchTexts } from './search-text.ts';
import type { TaskEntry } from './task-entry.ts';

const mostOffered = 12;
const mostWords = 3;
/** Of these only so many newest tasks are looked at where more would have to be read whole. */
const mostRead = 2000;
const entriesBetweenLooks = 64;

interface Known {
  readonly texts: SearchTexts;
  readonly vocabulary: Vocabulary;
  /** IANA name. */
  readonly timeZone: string;
  /** There, `YYYY-MM-DD`. */
  readonly today: string;
}

interface Offer {
  readonly term: string;
  readonly test: Search;
  /** Asks for what only the whole task tells. */
  readonly isCostly: boolean;
  count: number;
}

const costly: ReadonlySet<string> = new Set([
  ...['codec', 'width', 'height', 'is:vertical', 'is:signed', 'is:unsigned', 'is:confirmed', 'is:conflicting'],
  ...['has:source', 'has:prompt', 'has:poster', 'has:note', 'has:sound', 'has:title'],
]);
const isCostly = (field: string, value: string): boolean => costly.has(field) || costly.has(`${field}:${value}`);

/** What people and providers call things. */
const named = ['tag', 'project', 'model', 'provider', 'codec'] as const;
type Named = (typeof named)[number];
const namedByWord: readonly Named[] = ['tag', 'project', 'model'];

/**
 * @param entries those that the search without its last word finds.
 * @returns the most useful first; nothing that would leave no task.
 */
export function* completions(
  open: OpenTerm,
  entries: readonly TaskEntry[],
  { texts, vocabulary, timeZone, today }: Known,
): InTurns<readonly Completion[]> {
  const { field, value } = open;
  const fixed = fixedTerms(open, today).map(([name, each]) =>
    offerOf(termOf(name, each), isCostly(name, each), timeZone),
  );
  const begun = field === null && value.length > 1 ? vocabulary.beginning(value, mostWords) : [];
  const words = begun.map((word) => offerOf(word, true, timeZone));
  const fields = named.filter((each) => (field === null ? namedByWord.includes(each) : each === field));
  const isWanted = (name: string): boolean =>
    field === null ? beginsWord(folded(name), value) : folded(name).includes(value);
  const values = yield* countAll(entries, texts, [...fixed, ...words], fields, isWanted);
  const told = (term: string, count: number, costs: boolean): Completion => {
    if (costs && entries.length > mostRead) return { term, count: null };
    return { term, count: open.isNegated ? entries.length - count : count };
  };
  const toldOffer = ({ term, count, isCostly: costs }: Offer): Completion => told(term, count, costs);
  const written = termOf(field ?? '', value);
  const isNews = ({ term, count }: Completion): boolean => count !== 0 && folded(term) !== written;
  const found = [
    ...fixed.map(toldOffer),
    ...[...values].sort(mostFirst).map(([term, count]) => told(term, count, term.startsWith('codec:'))),
    ...words.map(toldOffer),
  ];
  return [...begunFields(open), ...found.filter(isNews)].slice(0, mostOffered);
}

const mostFirst = ([a, n]: readonly [string, number], [b, m]: readonly [string, number]): number =>
  m - n || (a < b ? -1 : 1);

const begunFields = ({ field, value }: OpenTerm): readonly Completion[] =>
  field === null
    ? searchFields.filter((each) => each.startsWith(value)).map((each) => ({ term: `${each}:`, count: null }))
    : [];

const beginsWord = (name: string, part: string): boolean => name.startsWith(part) || name.includes(` ${part}`);

function fixedTerms({ field, value }: OpenTerm, today: string): readonly (readonly [string, string])[] {
  if (field !== null) {
    const values = fixedValues(field, today).filter((each) => each.includes(value));
    return values.map((each) => [field, each] as const);
  }
  const is = isValues.filter((each) => each.startsWith(value)).map((each) => ['is', each] as const);
  const has = hasValues.filter((each) => each.startsWith(value)).map((each) => ['has', each] as const);
  return [...is, ...has];
}

const offerOf = (term: string, costs: boolean, timeZone: string): Offer => ({
  term,
  test: compileSearch(term, timeZone) ?? (() => true),
  isCostly: costs,
  count: 0,
});

function* countAll(
  entries: readonly TaskEntry[],
  texts: SearchTexts,
  offers: readonly Offer[],
  fields: readonly Named[],
  isWanted: (name: string) => boolean,
): InTurns<ReadonlyMap<string, number>> {
  const searched = texts.searched();
  const tallies = fields.map((field) => ({ field, counts: new Map<string, number>() }));
  for (const [at, entry] of entries.entries()) {
    if (at % entriesBetweenLooks === 0) yield;
    const isRead = at < mostRead;
    for (const offer of offers) {
      if ((isRead || !offer.isCostly) && offer.test(searched.at(entry))) offer.count += 1;
    }
    for (const { field, counts } of tallies) {
      if (!isRead && field === 'codec') continue;
      for (const name of namesOf(field, entry, texts)) counts.set(name, (counts.get(name) ?? 0) + 1);
    }
  }
  return new Map(
    tallies.flatMap(({ field, counts }) =>
      [...counts].flatMap(([name, n]) => (isWanted(name) ? [[termOf(field, name), n] as const] : [])),
    ),
  );
}

function namesOf(field: Named, entry: TaskEntry, texts: SearchTexts): readonly string[] {
  const { head } = entry;
  switch (field) {
    case 'tag':
      return head.tags;
    case 'project':
      return head.project === undefined ? [] : [head.project];
    case 'provider':
      return [providerName(head.provider)];
    case 'model':
      return [texts.factsOf(entry).model];
    case 'codec':
      return [...new Set(entry.task.videos.flatMap(({ videoCodec }) => videoCodec ?? []))];
  }
}
