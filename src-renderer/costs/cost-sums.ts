/** Sums of what was spent, and the same as a file for a spreadsheet. */
import { csvFile } from '../../src-main/common/csv.ts';
import type { CostLine } from '../../src-main/common/contract.ts';

const parts = ['spent', 'kept', 'rejected', 'failed', 'notJudged', 'keptSeconds', 'tasks', 'unpriced'] as const;
export type CostSum = Readonly<Record<(typeof parts)[number], number>>;

export function sumOf(lines: readonly CostLine[]): CostSum {
  const sum = { spent: 0, kept: 0, rejected: 0, failed: 0, notJudged: 0, keptSeconds: 0, tasks: 0, unpriced: 0 };
  for (const line of lines) for (const part of parts) sum[part] += line[part];
  return sum;
}

/** What cost most first. */
export function sumsBy(
  lines: readonly CostLine[],
  nameOf: (line: CostLine) => string,
): readonly { readonly name: string; readonly sum: CostSum }[] {
  const groups = new Map<string, CostLine[]>();
  for (const line of lines) {
    const name = nameOf(line);
    groups.set(name, [...(groups.get(name) ?? []), line]);
  }
  return [...groups]
    .map(([name, group]) => ({ name, sum: sumOf(group) }))
    .sort((a, b) => b.sum.spent - a.sum.spent || a.name.localeCompare(b.name, undefined, { numeric: true }));
}

const columns = ['month', 'provider', 'model', 'project', 'unit', ...parts] as const;

export function csvOf(lines: readonly CostLine[]): string {
  return csvFile([columns, ...lines.map((line) => columns.map((column) => line[column]))]);
}
