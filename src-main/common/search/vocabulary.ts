/**
 * The words that occur, for searches that would find nothing: "harbur" is taken for "harbour". A word index of a library took
 * 25 s to make, 200 MB and a second per search at 100,000 tasks; looking through the texts themselves takes some 30 ms,
 * finds beginnings and middles of words as well, and needs these words only for what is misspelt.
 */

export interface Vocabulary {
  add(text: string): void;
  /** Whether it is a word of those texts or a part of one; `null` where that is not known here: too many words, or no word. */
  holds(part: string): boolean | null;
  /** The most frequent words that begin so, in no more than so many. */
  beginning(part: string, most: number): readonly string[];
  /** The likeliest word that is one or two letters away; `null` where there is none or the word is too short. */
  nearest(word: string): string | null;
}

const mostWords = 60_000;
/** Letters in a row that are more than this are a script without spaces. */
const longestWord = 24;
const wordPattern = /^\p{L}{4,24}$/u;

export function createVocabulary(): Vocabulary {
  /** By first letter, so that few are compared. */
  const byLetter = new Map<string, Map<string, number>>();
  let size = 0;
  /** Some words are not here, or in pieces. */
  let isPartial = false;

  return {
    add(text) {
      for (const [word] of text.matchAll(/\p{L}{4,}/gu)) {
        if (word.length > longestWord) {
          isPartial = true;
          continue;
        }
        const letter = word.charAt(0);
        const words = byLetter.get(letter) ?? new Map<string, number>();
        byLetter.set(letter, words);
        const count = words.get(word);
        if (count === undefined && size >= mostWords) {
          isPartial = true;
          continue;
        }
        if (count === undefined) size += 1;
        words.set(word, (count ?? 0) + 1);
      }
    },
    holds(part) {
      if (!wordPattern.test(part)) return null;
      for (const words of byLetter.values()) {
        if (words.has(part)) return true;
      }
      for (const words of byLetter.values()) {
        for (const word of words.keys()) if (word.includes(part)) return true;
      }
      return isPartial ? null : false;
    },
    beginning(part, most) {
      const words = [...(byLetter.get(part.charAt(0)) ?? [])].filter(
        ([word]) => word !== part && word.startsWith(part),
      );
      return words
        .sort(([, a], [, b]) => b - a)
        .slice(0, most)
        .map(([word]) => word);
    },
    nearest(word) {
      if (!wordPattern.test(word)) return null;
      const allowed = word.length >= 8 ? 2 : 1;
      let best: { readonly word: string; readonly away: number; readonly count: number } | null = null;
      // The first two letters may have changed places.
      for (const letter of new Set([word.charAt(0), word.charAt(1)])) {
        for (const [known, count] of byLetter.get(letter) ?? []) {
          if (Math.abs(known.length - word.length) > allowed) continue;
          const away = distance(word, known, allowed);
          if (away > allowed) continue;
          if (best === null || away < best.away || (away === best.away && count > best.count)) {
            best = { word: known, away, count };
          }
        }
      }
      return best?.word ?? null;
    },
  };
}

/** Letters added, left out, changed or swapped with their neighbour; more than `most` is told as `most + 1`. */
export function distance(a: string, b: string, most: number): number {
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    let least = i;
    for (let j = 1; j <= b.length; j += 1) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      let away = Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + cost);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        away = Math.min(away, (before[j - 2] ?? 0) + 1);
      next.push(away);
      least = Math.min(least, away);
    }
    if (least > most) return most + 1;
    [before, row] = [row, next];
  }
  return row[b.length] ?? most + 1;
}
