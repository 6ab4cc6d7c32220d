/** How well a task answers the words of a search: whole words before beginnings before the rest, titles before all else. */
import { parseSearch } from './parse-search.ts';

/** The words that were looked for, folded; none that must not occur. */
export function wordsOf(text: string): readonly string[] {
  return parseSearch(text).flatMap(({ isNegated, condition }) =>
    !isNegated && condition.kind === 'words' ? [condition.text] : [],
  );
}

/** @param searchText See `searchTextOf`: its first line is the title or the prompt. */
export function rankOf(searchText: string, words: readonly string[]): number {
  const firstLine = searchText.indexOf('\n');
  let rank = 0;
  for (const word of words) {
    let best = 0;
    for (let at = searchText.indexOf(word); at >= 0 && best < 8; at = searchText.indexOf(word, at + 1)) {
      const begins = at === 0 || !isLetter(searchText, at - 1);
      const ends = !isLetter(searchText, at + word.length);
      const place =
        (begins && ends ? 3 : begins ? 2 : 1) + (firstLine < 0 || at < firstLine ? 4 : 0) + (at === 0 ? 1 : 0);
      best = Math.max(best, place);
    }
    rank += best;
  }
  return rank;
}

function isLetter(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  // Whatever is beyond ASCII is taken for a letter.
  return (code >= 97 && code <= 122) || (code >= 48 && code <= 57) || code > 127;
}
