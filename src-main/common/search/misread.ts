/** Conditions that a person meant and that are none: a search looks for them as they stand, and finds nothing. */
import { fixedValues, searchFields, termOf } from './complete-search.ts';
import { parseSearch } from './parse-search.ts';

export interface Misread {
  /** As it was written. */
  readonly term: string;
  /** Conditions of the same field that would be understood; at least one. */
  readonly like: readonly string[];
}

/**
 * The first such condition, `null` where there is none.
 * @param now Its day, as the person has it, is one of what is told.
 */
export function misreadIn(text: string, now: Date): Misread | null {
  const today = [now.getFullYear(), now.getMonth() + 1, now.getDate()]
    .map((part) => String(part).padStart(2, '0'))
    .join('-');
  for (const { source, condition } of parseSearch(text)) {
    const [, field = '', value = ''] = /^-?([a-z]+):"?([^"]+)"?$/i.exec(source) ?? [];
    const name = field.toLowerCase();
    if (condition.kind !== 'words' || !searchFields.includes(name)) continue;
    const values = fixedValues(name, today);
    const begun = values.filter((each) => /^[a-z]/.test(each) && each.startsWith(value.slice(0, 2).toLowerCase()));
    const like = (begun.length > 0 ? begun : values).map((each) => termOf(name, each));
    if (like.length > 0) return { term: source, like };
  }
  return null;
}
