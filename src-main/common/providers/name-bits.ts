/**
 * Which lists of names a name stands in, as bits. A body has twenty names and there are two dozen lists, most of which
 * none of them stands in: what each name is good for is looked up once per body, and a list is then passed over at once.
 */
const bitsByName = new Map<string, number>();
let lists = 0;

/** For constants. @returns the bit of a list of these names; lists beyond the thirtieth share one. */
export function bitForList(names: Iterable<string>): number {
  const bit = 1 << Math.min(lists, 30);
  lists += 1;
  for (const name of names) bitsByName.set(name, (bitsByName.get(name) ?? 0) | bit);
  return bit;
}

/** The bits of all lists that this name stands in. */
export function bitsOf(name: string): number {
  return bitsByName.get(name) ?? 0;
}
