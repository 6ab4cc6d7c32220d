import { clockIn } from './zone-clock.ts';
import type { CostLine } from './contract.ts';

/** Credits of one month, `YYYY-MM`: what a budget is held against. */
export function creditsIn(month: string, lines: readonly CostLine[]): number {
  return lines
    .filter((line) => line.month === month && line.unit === 'credits')
    .reduce((sum, { spent }) => sum + spent, 0);
}

/** `YYYY-MM` of an instant in an IANA time zone. */
export function monthOf(at: Date, timeZone: string): string {
  const parts = clockIn(timeZone, { year: 'numeric', month: '2-digit' }).formatToParts(at);
  const part = (type: 'year' | 'month'): string => parts.find((each) => each.type === type)?.value ?? '';
  return `${part('year')}-${part('month')}`;
}
