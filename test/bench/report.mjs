/** Numbers into lines that a person can read. */

/** @param {number[]} values */
export function median(values) {
  const sorted = values.filter((value) => !Number.isNaN(value)).sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? NaN) + upper) / 2;
}

/** @param {number} value */
export function figure(value) {
  if (Number.isNaN(value)) return '-';
  return value.toLocaleString('en', { maximumFractionDigits: value >= 100 ? 0 : value >= 10 ? 1 : 2 });
}

/**
 * @param {string[]} header @param {string[][]} rows
 * @returns {string} a table whose columns line up, first column left, the others right
 */
export function table(header, rows) {
  const widths = header.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => (row[column] ?? '').length)),
  );
  const line = (/** @type {string[]} */ row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  ');
  return [line(header), widths.map((width) => '-'.repeat(width)).join('  '), ...rows.map(line)].join('\n');
}

/**
 * @typedef {{ goal: string, measured: string, met: boolean | null }} Goal `met` is `null` where it could not be measured
 * @param {Goal[]} goals
 */
export function goalTable(goals) {
  return table(
    ['Goal', 'Measured', 'Met'],
    goals.map(({ goal, measured, met }) => [goal, measured, met === null ? '-' : met ? 'yes' : 'NO']),
  );
}
