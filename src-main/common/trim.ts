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

/** Without the signs of no width that come along where a text was copied, at its ends. */
export function withoutUnseen(text: string): string {
  if (!isUnseen(text.charCodeAt(0)) && !isUnseen(text.charCodeAt(text.length - 1))) return text;
  let from = 0;
  let to = text.length;
  while (from < to && isUnseen(text.charCodeAt(from))) from++;
  while (to > from && isUnseen(text.charCodeAt(to - 1))) to--;
  return text.slice(from, to).trim();
}

/** Without width; what turns the direction of the text around is no oversight and stays. */
function isUnseen(code: number): boolean {
  return (code >= 0x200b && code <= 0x200f) || code === 0x2060 || code === 0xfeff;
}
