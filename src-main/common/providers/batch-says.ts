/** What an object in a list says of itself: a state, a fault, a link. */
import { isRecord, namesIn, numberOf, own, textOf, type JsonRecord } from './json.ts';
import { eventNames, isBeside, isStateName } from './names.ts';
import { stateOf } from './state-words.ts';

/** Whoever lists tasks shows it in the first of them; long lists of other things are not walked through. */
export const looksAt = 8;

export function saysState(record: JsonRecord): boolean {
  return namesIn(record).some((name) => isStateName(name) && textOf(record[name], 100) !== null);
}

export const errorName =
  /^(?:error|errors|err|failure|exception)(?:_?(?:message|msg|reason|code|detail|details))?$|^fail(?:ure)?_?(?:msg|reason|code)$/i;

export function saysError(record: JsonRecord): boolean {
  return namesIn(record).some((name) => {
    const value = record[name];
    return errorName.test(name) && value !== null && value !== '' && value !== 0 && value !== false;
  });
}

/** kie.ai tells of a failure by nothing but the code of its answer, and a sentence. */
export function saysCode(record: JsonRecord): boolean {
  const code = numberOf(own(record, 'code'));
  return code !== null && code >= 100 && textOf(own(record, 'msg') ?? own(record, 'message'), 1) !== null;
}

/** `{"type": "video.failed", "data": {"id": …}}` */
export function saysEvent(record: JsonRecord): boolean {
  return eventNames.some((name) => {
    const event = textOf(own(record, name), 100);
    return event !== null && stateOf(event.slice(event.lastIndexOf('.') + 1)) !== undefined;
  });
}

/** A state, a fault or a link, in it or in an object inside it. */
export function saysSomething(record: JsonRecord): boolean {
  return (
    saysState(record) ||
    saysError(record) ||
    saysCode(record) ||
    saysEvent(record) ||
    holdsLink(record, 0) ||
    namesIn(record).some((name) => {
      const value = record[name];
      return isRecord(value) && !isBeside(name) && (saysState(value) || saysError(value));
    })
  );
}

export function holdsLink(value: unknown, depth: number): boolean {
  if (typeof value === 'string') return /^\s*(?:https?:\/\/|[[{])/i.test(value);
  if (depth > 4 || typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) return value.slice(0, looksAt).some((item) => holdsLink(item, depth + 1));
  return isRecord(value) && namesIn(value).some((name) => !isBeside(name) && holdsLink(value[name], depth + 1));
}
