/** The orders of a list but that of time, and its takes put into stacks. */
import { providerName } from '../../common/providers/catalog.ts';
import { rankOf } from '../../common/search/rank.ts';
import { type OrderFacts, sortedAs, type TaskOrder } from '../../common/search/task-order.ts';
import { sorted, type InTurns } from '../in-turns.ts';
import type { SearchTexts } from './search-text.ts';
import type { TaskEntry } from './task-entry.ts';

export type FactsOf = (entry: TaskEntry) => OrderFacts;

const entriesBetweenLooks = 1024;

/** Each stack where its first take stands, shown by the first that was picked. */
export function* stack(
  entries: readonly TaskEntry[],
  orderFacts: FactsOf,
): InTurns<{ readonly entries: readonly TaskEntry[]; readonly takes: readonly number[] }> {
  const shown: TaskEntry[] = [];
  const takes: number[] = [];
  const places = new Map<string, number>();
  for (const [at, entry] of entries.entries()) {
    if (at % entriesBetweenLooks === 0) yield;
    const { stack: name } = orderFacts(entry);
    const place = name === null ? undefined : places.get(name);
    if (place === undefined) {
      if (name !== null) places.set(name, shown.length);
      shown.push(entry);
      takes.push(1);
      continue;
    }
    takes[place] = (takes[place] ?? 0) + 1;
    const isPicked = (each: TaskEntry | undefined): boolean => each?.head.pick === 'picked';
    if (isPicked(entry) && !isPicked(shown[place])) shown[place] = entry;
  }
  return { entries: shown, takes };
}

export function* byRank(
  entries: readonly TaskEntry[],
  words: readonly string[],
  textOf: SearchTexts['textOf'],
): InTurns<TaskEntry[]> {
  const ranks = new Map<TaskEntry, number>();
  for (const entry of entries) {
    ranks.set(entry, rankOf(textOf(entry), words));
    if (ranks.size % entriesBetweenLooks === 0) yield;
  }
  // The newest first among equals: sorting keeps their order.
  return yield* sorted(entries, (a, b) => (ranks.get(b) ?? 0) - (ranks.get(a) ?? 0));
}

export function comparison(
  order: Exclude<TaskOrder, 'best'>,
  orderFacts: FactsOf,
): (a: TaskEntry, b: TaskEntry) => number {
  switch (order) {
    case 'largest':
      return (a, b) => b.videoBytes - a.videoBytes;
    case 'longest':
      return (a, b) => orderFacts(b).seconds - orderFacts(a).seconds;
    case 'cost':
      return (a, b) => orderFacts(b).cost - orderFacts(a).cost;
    case 'expires':
      // Two that never die are equal, and not "not a number".
      return (a, b) => compare(orderFacts(a).expires, orderFacts(b).expires);
    case 'rating':
      return (a, b) => (b.head.rating ?? 0) - (a.head.rating ?? 0);
    case 'title':
      return (a, b) => compare(orderFacts(a).title, orderFacts(b).title);
    case 'provider':
      return byName(
        (entry) => entry.glance.head.provider,
        (name) => sortedAs(providerName(name)),
      );
    case 'project':
      // Those without one last.
      return byName(
        (entry) => entry.head.project,
        (name) => (name === undefined ? '\u{10ffff}' : sortedAs(name)),
      );
    case 'newest':
    case 'oldest':
      return () => 0;
  }
}

/** Of a hundred thousand tasks few names are another one. */
function byName<T>(
  nameOf: (entry: TaskEntry) => T,
  written: (name: T) => string,
): (a: TaskEntry, b: TaskEntry) => number {
  const known = new Map<T, string>();
  const placeOf = (name: T): string => {
    const place = known.get(name) ?? written(name);
    known.set(name, place);
    return place;
  };
  return (a, b) => compare(placeOf(nameOf(a)), placeOf(nameOf(b)));
}

const compare = <T extends string | number>(a: T, b: T): number => (a < b ? -1 : a > b ? 1 : 0);
