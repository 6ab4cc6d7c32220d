/**
 * What stands under each name in some objects of a body. A body has some twenty names and we know some hundred: what each
 * is good for is looked up once (`name-bits.ts`), so that most lists are passed over without a look.
 */
import type { Names } from './look.ts';
import { bitForList } from './name-bits.ts';

/** A list of names, the most telling first, made for looking up. */
export interface NameList extends ReadonlyMap<string, number> {
  readonly bit: number;
}

export function nameList(names: readonly string[]): NameList {
  const ranks = new Map(names.map((name, rank) => [name, rank]));
  return Object.assign(ranks, { bit: bitForList(names) });
}

/** The objects as they were looked at: lists by name would cost more than all that most bodies are asked. */
export interface NameIndex {
  readonly all: Names[];
  /** How many names they have together. */
  count: number;
  /** The lists that any of the names stands in. */
  bits: number;
  /** Made where there are so many that looking through them takes longer. */
  byName: Map<string, unknown[]> | null;
}

const none: readonly never[] = [];
const fewNames = 64;

export function createIndex(): NameIndex {
  return { all: [], count: 0, bits: 0, byName: null };
}

export function addToIndex(index: NameIndex, names: Names): void {
  index.all.push(names);
  index.count += names.names.length;
  index.bits |= names.anyBits;
  index.byName = null;
}

/** False where nothing of the list stands here; true where something may. */
export function mayHold(index: NameIndex, wanted: NameList): boolean {
  return (index.bits & wanted.bit) !== 0;
}

/** Those of the names that stand here, the first of the list first. @param from The first object that counts. */
export function presentIn(index: NameIndex, wanted: NameList, from = 0): readonly string[] {
  if (!mayHold(index, wanted)) return none;
  let found: string[] | null = null;
  for (let each = from; each < index.all.length; each++) {
    const one = index.all[each];
    if (one === undefined || (one.anyBits & wanted.bit) === 0) continue;
    for (let at = 0; at < one.names.length; at++) {
      if (((one.bits[at] ?? 0) & wanted.bit) === 0) continue;
      const name = one.names[at] ?? '';
      if (!wanted.has(name)) continue;
      if (found === null) found = [name];
      else if (!found.includes(name)) insert(found, name, wanted);
    }
  }
  return found ?? none;
}

/** Two or three nearly always, for which `sort` would take longer. */
function insert(names: string[], name: string, ranks: NameList): void {
  const rank = ranks.get(name) ?? 0;
  let at = names.push(name) - 1;
  for (; at > 0; at--) {
    const before = names[at - 1] ?? '';
    if ((ranks.get(before) ?? 0) < rank) break;
    names[at] = before;
  }
  names[at] = name;
}

/** What stands under the name, in the order in which it came. @param from The first object that counts. */
export function valuesIn(index: NameIndex, name: string, from = 0): readonly unknown[] {
  if (from === 0 && index.count > fewNames) return (index.byName ??= mapOf(index)).get(name) ?? none;
  let found: unknown[] | null = null;
  for (let each = from; each < index.all.length; each++) {
    const one = index.all[each];
    if (one === undefined || !one.names.includes(name)) continue;
    if (found === null) found = [one.record[name]];
    else found.push(one.record[name]);
  }
  return found ?? none;
}

function mapOf({ all }: NameIndex): Map<string, unknown[]> {
  const map = new Map<string, unknown[]>();
  for (const { record, names } of all) {
    for (const name of names) {
      const before = map.get(name);
      if (before === undefined) map.set(name, [record[name]]);
      else before.push(record[name]);
    }
  }
  return map;
}
