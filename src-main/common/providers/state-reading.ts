import type { TaskState } from '../model.ts';
import { isRecord, numberOf, own, textOf } from './json.ts';
import { stateOf } from './state-words.ts';

export interface StateReading {
  readonly state: TaskState;
  /** The provider's own word, as it stood. */
  readonly word: string | null;
  /** True where it is the name of an event, which may also be that of a kind of task (`type: "upscaling"`). */
  readonly isEvent?: boolean;
  /** True where it is only that the call went well. */
  readonly isOfCall?: boolean;
}

export function sayingOf(value: unknown): StateReading | null {
  const word = wordOf(value);
  return word === null ? null : { state: stateOf(word) ?? 'unknown', word };
}

/** `status: "200"` is a code, not a word; links and sentences are none either. */
export function wordOf(value: unknown): string | null {
  const word = textOf(value, 100);
  return word === null || numberOf(word) !== null || /^https?:/i.test(word) ? null : word;
}

/** The word itself, or what an object of that name says (`{"text": "completed", "code": 3}`). */
export function stateWordIn(value: unknown): string | null {
  if (!isRecord(value)) return wordOf(value);
  for (const name of [
    'status',
    'state',
    'current',
    'status_str',
    'value',
    'text',
    'name',
    'label',
    'code',
    'description',
  ]) {
    const word = wordOf(own(value, name));
    if (word !== null) return word;
  }
  return null;
}
