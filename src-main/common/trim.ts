/**
 * Signs taken from the end of a text, in one look from behind: a pattern like `/=+$/` begins anew at each sign of each run,
 * and its time grows with the square of what a stranger writes.
 * @param signs each of them is taken, as often as it comes
 */
export function trimmedEnd(text: string, signs: string): string {
  let end = text.length;
  while (end > 0 && signs.includes(text.charAt(end - 1))) end--;
  return text.slice(0, end);
}

/** The same at both ends. */
export function trimmedOf(text: string, signs: string): string {
  const plain = trimmedEnd(text, signs);
  let begin = 0;
  while (begin < plain.length && signs.includes(plain.charAt(begin))) begin++;
  return plain.slice(begin);
}
