/** Tables for a spreadsheet. */

type Cell = string | number | null;

/** Without it Excel reads the letters of other languages as those of its own code page. */
const byteOrderMark = '\ufeff';

/** Rows of cells, the first of which are the headings, as a file of UTF-8. @see RFC 4180 */
export function csvFile(rows: readonly (readonly Cell[])[]): string {
  return `${byteOrderMark}${rows.map((row) => `${row.map(csvCell).join(',')}\r\n`).join('')}`;
}

/**
 * Names come from outside: a spreadsheet must not take one for a formula. Blanks and signs that are not seen before it do
 * not hinder every one of them, and the wide forms are taken as the others in Japanese and Chinese.
 * @see https://owasp.org/www-community/attacks/CSV_Injection
 */
function csvCell(value: Cell): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const safe = /^[\s\p{C}]*[=+\-@|%＝＋－＠]|^[\t\r\n]/u.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
