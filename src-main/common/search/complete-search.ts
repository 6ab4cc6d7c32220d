/** What the last word of a search may go on with: what is offered and what is shown read it the same way. */
import { folded, straightQuotes } from './folded.ts';
import { dayFields, hasValues, isNegation, isValues, numberFields, parseSearch, textFields } from './parse-search.ts';

/** A term that would take the place of the last word of a search. */
export interface Completion {
  /** Without the sign before it; one that ends in a colon wants a value. */
  readonly term: string;
  /** How many tasks it would leave; `null` for a field, and where to count them costs too much. */
  readonly count: number | null;
}

/** The last word of a search, as far as it is written. */
export interface OpenTerm {
  /** All that stands before it. */
  readonly before: string;
  readonly isNegated: boolean;
  /** `null` where none is begun. */
  readonly field: string | null;
  /** Folded, without quotes. */
  readonly value: string;
}

export const searchFields: readonly string[] = [...textFields, ...numberFields, 'is', 'has', ...dayFields];

/** @returns `null` where a new word has not begun. */
export function openTermOf(written: string): OpenTerm | null {
  const text = straightQuotes(written);
  const last = parseSearch(text).at(-1)?.source ?? '';
  // A quote that is closed ends its word.
  if (last === '' || !text.endsWith(last) || /"[^"]*"$/.test(last)) return null;
  const before = text.slice(0, -last.length);
  const isNegated = last === '-' || isNegation(last);
  const word = last.slice(isNegated ? 1 : 0);
  const colon = word.indexOf(':');
  const field = colon > 0 ? searchFields.find((each) => each === word.slice(0, colon).toLowerCase()) : undefined;
  const value = folded((field === undefined ? word : word.slice(colon + 1)).replaceAll('"', ''));
  return { before, isNegated, field: field ?? null, value };
}

/** The whole search with this term in the place of its last word, and whatever comes next about to begin. */
export function withTerm({ before, isNegated }: OpenTerm, term: string): string {
  return `${before}${isNegated ? '-' : ''}${term}${term.endsWith(':') ? '' : ' '}`;
}

/** What is to be looked for while it is typed: a field whose value is still to come asks for nothing yet. */
export function withoutOpenField(text: string): string {
  const open = openTermOf(text);
  return open === null || open.field === null || open.value !== '' ? text : open.before.trimEnd();
}

export function termOf(field: string, value: string): string {
  return `${field}:${/\s/.test(value) ? `"${value.replaceAll('"', '')}"` : value}`;
}

const numbers: Readonly<Record<string, readonly string[]>> = {
  seconds: ['>5', '<5', '>10', '>30', '>60'],
  cost: ['>0', '>50', '>100', '<50'],
  rating: ['5', '>3', '>2', '>0', '0'],
  width: ['>1200', '>1900', '>3800'],
  height: ['>700', '>1000', '>2100'],
  mb: ['>10', '>50', '>100', '<10'],
  videos: ['>1', '1', '0'],
};
const daysBack = [0, 1, 7, 30];
const dayMs = 86_400_000;

/**
 * Values that a field takes whatever the library holds; none for those that people and providers fill.
 * @param today `YYYY-MM-DD`
 */
export function fixedValues(field: string, today: string): readonly string[] {
  if (field === 'is') return isValues;
  if (field === 'has') return hasValues;
  if (!dayFields.some((each) => each === field)) return numbers[field] ?? [];
  return daysBack.map((days) => new Date(Date.parse(today) - days * dayMs).toISOString().slice(0, 10));
}
