/** As it is written already where only capitals differ: what finds the one finds the other, and they would be counted apart. */
export function asKnown(known: readonly { readonly name: string }[], name: string): string {
  if (known.some((each) => each.name === name)) return name;
  return known.find((each) => each.name.toLowerCase() === name.toLowerCase())?.name ?? name;
}

/** What `name` is called when it is to be `wished`: as another one that it joins; who writes the same name in other capitals wants it so. */
export function asRenamed(known: readonly { readonly name: string }[], name: string, wished: string): string {
  return wished.toLowerCase() === name.toLowerCase() ? wished : asKnown(known, wished);
}
