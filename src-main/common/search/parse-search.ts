/**
 * The search language: words that must all occur, `-word` that must not (`--ar` is a word of a prompt), `"two words"` as they
 * stand, and fields:
 * `rain -city "slow dolly" model:aleph tag:pitch seconds:>5 cost:<50 is:starred before:2026-11-20 has:source`.
 * Anything that is no field with a value that it takes is looked for as it was written: a search never fails.
 */

import { folded, foldedName, straightQuotes } from './folded.ts';

/** What a number, a size or a day is compared by; `a..b` holds both ends. */
export interface Span {
  readonly least: number;
  readonly most: number;
}

export const textFields = ['model', 'tag', 'project', 'provider', 'codec', 'id', 'prompt', 'message', 'note'] as const;
export const numberFields = ['seconds', 'cost', 'rating', 'width', 'height', 'mb', 'videos'] as const;
export const dayFields = ['before', 'after', 'on'] as const;
export const isValues = [
  'starred',
  'seen',
  'new',
  'ready',
  'waiting',
  'failed',
  'picked',
  'rejected',
  'signed',
  'unsigned',
  'confirmed',
  'conflicting',
  'vertical',
] as const;
export const hasValues = ['source', 'prompt', 'video', 'poster', 'tag', 'project', 'note', 'sound', 'title'] as const;

export type TextField = (typeof textFields)[number];
export type NumberField = (typeof numberFields)[number];
export type DayField = (typeof dayFields)[number];
export type IsValue = (typeof isValues)[number];
export type HasValue = (typeof hasValues)[number];

export type Condition =
  | { readonly kind: 'words'; readonly text: string }
  | { readonly kind: 'text'; readonly field: TextField; readonly text: string }
  | { readonly kind: 'number'; readonly field: NumberField; readonly span: Span }
  /** `YYYY-MM-DD`; which instants that is depends on the person's zone. */
  | { readonly kind: 'day'; readonly field: DayField; readonly day: string }
  | { readonly kind: 'is'; readonly value: IsValue }
  | { readonly kind: 'has'; readonly value: HasValue };

export interface Term {
  /** As it was written, for chips and for taking it out again. */
  readonly source: string;
  readonly isNegated: boolean;
  readonly condition: Condition;
}

const token = /-?(?:[a-z]+:)?(?:"[^"]*"?|[^\s"]+)/giy;

export function parseSearch(written: string): readonly Term[] {
  const text = straightQuotes(written);
  const terms: Term[] = [];
  for (let at = 0; at < text.length;) {
    token.lastIndex = at;
    const source = token.exec(text)?.[0];
    at += source?.length ?? 1;
    if (source !== undefined && source !== '-' && source !== '""') terms.push(termOf(source));
  }
  return terms;
}

/** The text without this term. */
export function withoutTerm(text: string, at: number): string {
  return parseSearch(text)
    .filter((_, i) => i !== at)
    .map(({ source }) => source)
    .join(' ');
}

/** `--ar 16:9` and the like are orders to a model, and part of the prompt that they stand in. */
export const isNegation = (source: string): boolean => /^-[^-]/.test(source);

function termOf(source: string): Term {
  const isNegated = isNegation(source);
  const rest = isNegated ? source.slice(1) : source;
  const colon = /^([a-z]+):(?=.)/i.exec(rest);
  const field = colon?.[1]?.toLowerCase();
  const condition = field === undefined ? null : fieldCondition(field, unquoted(rest.slice(field.length + 1)));
  return { source, isNegated, condition: condition ?? { kind: 'words', text: folded(unquoted(rest)) } };
}

const unquoted = (text: string): string => text.replaceAll('"', '');

function oneOf<T extends string>(list: readonly T[], word: string): T | undefined {
  return list.find((one) => one === word);
}

function fieldCondition(name: string, written: string): Condition | null {
  const value = folded(written);
  const asText = oneOf(textFields, name);
  if (asText !== undefined) {
    const text = asText === 'tag' || asText === 'project' ? foldedName(written) : value;
    return text === '' ? null : { kind: 'text', field: asText, text };
  }
  const asNumber = oneOf(numberFields, name);
  if (asNumber !== undefined) {
    const span = spanOf(value);
    return span === null ? null : { kind: 'number', field: asNumber, span };
  }
  const asDay = oneOf(dayFields, name);
  if (asDay !== undefined) return isDay(value) ? { kind: 'day', field: asDay, day: value } : null;
  if (name === 'is') {
    const known = oneOf(isValues, value === 'unseen' ? 'new' : value);
    return known === undefined ? null : { kind: 'is', value: known };
  }
  if (name === 'has') {
    const known = oneOf(hasValues, value);
    return known === undefined ? null : { kind: 'has', value: known };
  }
  return null;
}

/** `5`, `>5`, `>=5`, `<5`, `<=5`, `5..10`; a `s` or `mb` behind a number is taken for what it is. */
function spanOf(value: string): Span | null {
  const range = /^(\d+(?:\.\d+)?)\.\.(\d+(?:\.\d+)?)(?:s|mb)?$/.exec(value);
  if (range !== null) return { least: Number(range[1]), most: Number(range[2]) };
  const found = /^(>=|<=|>|<)?(\d+(?:\.\d+)?)(?:s|mb)?$/.exec(value);
  if (found === null) return null;
  const number = Number(found[2]);
  switch (found[1]) {
    case '>':
      return { least: number + Number.EPSILON * Math.max(1, number), most: Infinity };
    case '>=':
      return { least: number, most: Infinity };
    case '<':
      return { least: -Infinity, most: number - Number.EPSILON * Math.max(1, number) };
    case '<=':
      return { least: -Infinity, most: number };
    default:
      return { least: number, most: number };
  }
}

function isDay(value: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(value) && !Number.isNaN(Date.parse(`${value}T00:00:00Z`));
}
