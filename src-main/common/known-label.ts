import { foldedName } from './search/folded.ts';

/** As one is written already that a search finds with it: they would be counted apart. */
export function asKnown(known: readonly { readonly name: string }[], name: string): string {
  if (known.some((each) => each.name === name)) return name;
  const wanted = foldedName(name);
  return known.find((each) => foldedName(each.name) === wanted)?.name ?? name;
}

/** What `name` is called when it is to be `wished`: as another one that it joins; who writes the same name otherwise wants it so. */
export function asRenamed(known: readonly { readonly name: string }[], name: string, wished: string): string {
  return foldedName(wished) === foldedName(name) ? wished : asKnown(known, wished);
}
