/** What a reader of nearly JSON makes of what stood there: numbers, characters, lists of pairs, and a name that comes twice. */

/** Of one name that comes again and again. */
const mostFilms = 256;

export function isEmpty(value: unknown): boolean {
  if (value === null || value === '') return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}

/** The later one, where they are not links or hold some. */
export function bothFilms(before: unknown, later: unknown): unknown {
  if (!holdsLink(before) || !holdsLink(later)) return later;
  if (Array.isArray(before) && before.length >= mostFilms) return before;
  const all = [before, later].flat() as readonly unknown[];
  return all.length === 2 && all[0] === all[1] ? later : all;
}

function holdsLink(value: unknown): boolean {
  if (typeof value === 'string') return /^\s*https?:\/\//i.test(value);
  if (Array.isArray(value)) return value.slice(0, 8).some(holdsLink);
  return typeof value === 'object' && value !== null && Object.values(value).slice(0, 32).some(holdsLink);
}

export function codePoint(digits: string): string {
  const code = parseInt(digits, 16);
  return code <= 0x10ffff ? String.fromCodePoint(code) : '\ufffd';
}

/** What is exact as a number; ids of many digits, and digits that begin with a zero, stay as they are written. */
export function numberOf(digits: string, key: string): number | string {
  const value = Number(digits.replaceAll('_', '').replace(/^\+/, ''));
  const isId = /id"?$/i.test(key) && /^\d{16,}$/.test(digits) && !Number.isSafeInteger(value);
  return isId || /^0\d/.test(digits) || Number.isNaN(value) ? digits : value;
}

/** Not a link or a sentence. */
const namesField = /^[\p{L}_$@][\p{L}\p{N}_$@. -]{0,60}$/u;

/** `[['id', 't1'], ['status', 'done']]` as an object; `null` where it is a list of something else. */
export function recordOfPairs(list: readonly unknown[]): object | null {
  const pairs = list.filter(
    (pair): pair is readonly [string, unknown] =>
      Array.isArray(pair) && pair.length === 2 && typeof pair[0] === 'string' && namesField.test(pair[0]),
  );
  if (pairs.length === 0 || pairs.length < list.length) return null;
  // Own properties, also where a field is called `__proto__`.
  return new Set(pairs.map(([name]) => name)).size === pairs.length ? Object.fromEntries(pairs) : null;
}
