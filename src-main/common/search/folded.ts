/**
 * Text as a search compares it: case, accents, the marks of vowels, wide and joined letters, kinds of quotes, dashes and
 * blanks, and signs that nobody sees make no difference. Marks that make another letter, as in Japanese, stay.
 */

const apostrophes = /[‘’‛ʼ]/g;

const foldings: Readonly<Record<string, string>> = {
  ...{ ß: 'ss', ı: 'i', ς: 'σ', đ: 'd', ø: 'o', ł: 'l', æ: 'ae', œ: 'oe' },
  ...{ '‘': "'", '’': "'", '‛': "'", ʼ: "'", '“': '"', '”': '"', '„': '"', '‟': '"', '«': '"', '»': '"' },
  ...{ '‐': '-', '‒': '-', '–': '-', '—': '-', '−': '-' },
};
const folding = new RegExp(`[${Object.keys(foldings).join('')}]`, 'gu');
/** Latin, Greek and Cyrillic accents, Hebrew points, Arabic vowels and the stroke that stretches a word. */
const marks = /[\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u064b-\u065f\u0670\u0640]+/g;
const unseen = /[\ufe0e\ufe0f\u00ad\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]+/g;

export function folded(text: string): string {
  // Most texts are plain, and there are many.
  if (!/[^ -~]/.test(text)) return text.toLowerCase().replaceAll(/ {2,}/g, ' ');
  return text
    .normalize('NFKD')
    .replaceAll(marks, '')
    .replaceAll(unseen, '')
    .toLowerCase()
    .replaceAll(folding, (sign) => foldings[sign] ?? sign)
    .replaceAll(/\s+/g, ' ')
    .normalize('NFC');
}

/** Names of tags and projects, which a person keeps apart by their accents. */
export const foldedName = (name: string): string =>
  straightQuotes(name).replaceAll('"', '').replaceAll(apostrophes, "'").normalize('NFC').toLowerCase();

/** Keyboards put others in their place by themselves. Each is one as before, so that all stays where it is. */
export const straightQuotes = (text: string): string => text.replaceAll(/[“”„‟«»]/g, '"');

/**
 * Where words stand in a text.
 * @param words folded
 * @returns its parts; what stands at odd places is one of the words
 */
export function partsAt(text: string, words: readonly string[]): readonly string[] {
  const sought = words.filter((word) => word !== '').map((word) => word.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  if (sought.length === 0) return [text];
  let flat = '';
  /** Where in the text each sign of the folded one begins. */
  const from: number[] = [];
  let at = 0;
  for (const sign of text) {
    const own = folded(sign);
    for (let i = 0; i < own.length; i += 1) from.push(at);
    flat += own;
    at += sign.length;
  }
  const parts: string[] = [];
  let end = 0;
  for (const found of flat.matchAll(new RegExp(sought.join('|'), 'gu'))) {
    // A letter that is two here is marked whole.
    let past = found.index + found[0].length;
    while (past < from.length && from[past] === from[past - 1]) past += 1;
    const begin = from[found.index] ?? text.length;
    const next = from[past] ?? text.length;
    if (begin < end) continue;
    parts.push(text.slice(end, begin), text.slice(begin, next));
    end = next;
  }
  return [...parts, text.slice(end)];
}
