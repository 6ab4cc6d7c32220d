import { partsAt } from '../../src-main/common/search/folded.ts';

/** A text in which what was searched for is marked. */
export function Marked({ text, words }: { readonly text: string; readonly words: readonly string[] }) {
  const parts = words.length === 0 ? [text] : partsAt(text, words);
  // What stands at odd places is what was found.
  return parts.map((part, i) => (i % 2 === 1 ? <mark key={`${i} ${part}`}>{part}</mark> : part));
}
