/**
 * What is wrong with one value of a call, for whoever wrote the program or is the agent that made it: in English
 * everywhere, as names of calls and fields are.
 */
import type * as v from 'valibot';

/** Where it stands: `argument 1, [3].prompt`; of named arguments `order_id`. `null` where it is none of them. */
export function placeOfIssue({ path }: Pick<v.BaseIssue<unknown>, 'path'>): string | null {
  // Calls hold no maps, whose keys may be anything.
  const [first, ...rest] = (path?.map(({ key }) => key) ?? []) as readonly (string | number)[];
  const inner = (keys: readonly (string | number)[]): string =>
    keys.map((key) => (typeof key === 'number' ? `[${String(key)}]` : `.${key}`)).join('');
  if (first === undefined) return null;
  if (typeof first !== 'number') return `${first}${inner(rest)}`;
  const place = `argument ${String(first + 1)}`;
  return rest.length === 0 ? place : `${place}, ${inner(rest).replace(/^\./, '')}`;
}

export function wordsOfIssue(issue: v.BaseIssue<unknown>): string {
  const { type, input, expected, received, requirement, message } = issue;
  // Words of ours stand beside the schema.
  if (!message.startsWith('Invalid ')) return message;
  const most = typeof requirement === 'number' || typeof requirement === 'bigint' ? String(requirement) : '';
  const what = Array.isArray(input) ? 'items' : 'characters';
  const length = typeof input === 'string' || Array.isArray(input) ? String(input.length) : '';
  switch (type) {
    case 'max_length':
      return `takes up to ${most} ${what}, and has ${length}`;
    case 'min_length':
      return most === '1' ? 'must not be empty' : `takes at least ${most} ${what}, and has ${length}`;
    case 'min_value':
      return `must be at least ${most}, not ${received}`;
    case 'max_value':
      return `must be at most ${most}, not ${received}`;
    case 'integer':
      return `must be a whole number, not ${received}`;
    case 'regex':
      return `must be written as ${expected ?? 'it is described'}, and ${received} is not`;
    default:
      if (expected === 'never') return 'is not known here';
      if (received === 'undefined') return 'is missing';
      return expected === null ? 'is not taken' : `must be ${plain(expected)}, not ${plain(received)}`;
  }
}

/** Types by the names that JSON has for them. */
function plain(type: string): string {
  const choices = /^\((.*)\)$/.exec(type)?.[1]?.split(' | ');
  if (choices !== undefined) return `one of ${choices.map(plain).join(', ')}`;
  const names: Readonly<Record<string, string>> = {
    Array: 'a list',
    Object: 'an object',
    string: 'a text',
    number: 'a number',
    boolean: 'true or false',
  };
  return names[type] ?? type;
}
