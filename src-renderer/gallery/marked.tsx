/** A text in which what was searched for is marked. */
export function Marked({ text, words }: { readonly text: string; readonly words: readonly string[] }) {
  const parts = words.length === 0 ? [text] : partsOf(text, words);
  // What stands at odd places is what was found.
  return parts.map((part, i) => (i % 2 === 1 ? <mark key={`${i} ${part}`}>{part}</mark> : part));
}

function partsOf(text: string, words: readonly string[]): readonly string[] {
  const found = words.filter((word) => word !== '').map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return found.length === 0 ? [text] : text.split(new RegExp(`(${found.join('|')})`, 'iu'));
}
