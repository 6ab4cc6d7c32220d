/**
 * Reading JSON that a stranger wrote: own properties only, nothing is written, nothing throws.
 *
 * `JSON.parse` makes `__proto__` an own property, so looking up own properties only is what keeps a body from
 * reaching into prototypes.
 */

import { parseBody } from './parse-body.ts';

export type JsonRecord = Readonly<Record<string, unknown>>;

/** Longest JSON text inside a JSON string that is looked into, in characters: all that a body may have, so that logs count nowhere. */
const maxNestedJsonLength = 4 * 1024 * 1024;

export function isRecord(value: unknown): value is JsonRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value where it is a record, else one that has nothing. */
export function asRecord(value: unknown): JsonRecord {
  return isRecord(value) ? value : {};
}

/** More than the objects of any provider have; a hostile one of tens of thousands is not walked through. */
const maxNames = 512;

/** Of the wide ones, which are asked about again and again: to list 100,000 names takes some ten milliseconds each time. */
const namesOfWide = new WeakMap<JsonRecord, readonly string[]>();

/** What is looked for first where an object has more names than are looked at: logs and numbers of steps have others. */
const telling = /id$|^id|stat|url|uri|link|video|film|output|result|task|job|error|message|data/i;

/** The names of the own properties, 512 at most. */
export function namesIn(record: JsonRecord): readonly string[] {
  const known = namesOfWide.get(record);
  if (known !== undefined) return known;
  const names = Object.keys(record);
  if (names.length <= maxNames) return names;
  const told = names.filter((name) => name.length <= 80 && telling.test(name)).slice(0, maxNames);
  const first = [...new Set([...told, ...names.slice(0, maxNames)])].slice(0, maxNames);
  namesOfWide.set(record, first);
  return first;
}

/** The own property `name`, or `undefined`. */
export function own(record: JsonRecord, name: string): unknown {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}

/** `value` where it is a string with something in it, trimmed and cut to `maxLength` UTF-16 units; else `null`. */
export function textOf(value: unknown, maxLength: number): string | null {
  if (typeof value !== 'string') return null;
  const trimmed = value.trim();
  if (trimmed === '') return null;
  if (trimmed.length <= maxLength) return trimmed;
  const last = trimmed.charCodeAt(maxLength - 1);
  const splitsPair = last >= 0xd800 && last <= 0xdbff;
  return trimmed.slice(0, splitsPair ? maxLength - 1 : maxLength);
}

/** A number, also where it is written as text; `null` for anything else. */
export function numberOf(value: unknown): number | null {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (typeof value !== 'string' || value.length > 32) return null;
  return /^-?\d+(\.\d+)?$/.test(value.trim()) ? Number(value) : null;
}

/** What a string holds where it is the JSON text of an object or a list, ids kept exact; `undefined` where it is not. */
export function parseJsonText(value: string): unknown {
  if (value.length > maxNestedJsonLength) return undefined;
  const trimmed = value.trim();
  // What was cut off would be walked through for nothing, and an error costs more than reading a body.
  if (!mayBeJson(trimmed) || !'}]"'.includes(trimmed.at(-1) ?? '-')) return undefined;
  try {
    const held = parseBody(trimmed);
    return typeof held === 'string' ? undefined : held;
  } catch {
    return undefined;
  }
}

/** Cheap: whether it may be the text of an object or a list, written once or twice. */
export function mayBeJson(value: unknown): boolean {
  if (typeof value !== 'string') return false;
  // Nearly every text begins with a letter.
  const first = value.charCodeAt(0);
  if ((first >= 0x61 && first <= 0x7a) || (first >= 0x41 && first <= 0x5a)) return false;
  return /^\s*(?:"\s*)?[[{]/.test(value);
}

/**
 * The objects that `value` offers: itself, the objects in a list, or what a JSON text holds of these.
 * @param limit How many members of a list are looked at.
 * @param parse `parseJsonText`, or one that remembers.
 */
export function recordsIn(value: unknown, limit: number, parse = parseJsonText): readonly JsonRecord[] {
  const held = typeof value === 'string' ? parse(value) : value;
  if (Array.isArray(held)) return held.slice(0, limit).filter(isRecord);
  return isRecord(held) ? [held] : [];
}
