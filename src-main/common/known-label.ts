/** As it is written already where only capitals differ: what finds the one finds the other, and they would be counted apart. */
export function asKnown(known: readonly { readonly name: string }[], name: string): string {
  if (known.some((each) => each.name === name)) return name;
  return known.find((each) => each.name.toLowerCase() === name.toLowerCase())?.name ?? name;
}
