/** Looking into one body: what is asked for again and again is found out once, and hostile bodies run out of their budget. */
import { namesIn, parseJsonText, type JsonRecord } from './json.ts';

export interface Look {
  /** What a string holds where it is the JSON text of an object or a list; `undefined` where it is not. */
  readonly parse: (text: string) => unknown;
  /** The first of an object's names. */
  readonly namesOf: (record: JsonRecord) => readonly string[];
}

/** kie.ai sends JSON in strings, a few kilobytes; what goes beyond this in one body is not looked into. */
const maxJsonChars = 512 * 1024;

export function createLook(): Look {
  const parsed = new Map<string, unknown>();
  const names = new Map<JsonRecord, readonly string[]>();
  let charsLeft = maxJsonChars;
  return {
    parse(text) {
      if (!parsed.has(text)) {
        charsLeft -= text.length;
        parsed.set(text, charsLeft < 0 ? undefined : parseJsonText(text));
      }
      return parsed.get(text);
    },
    namesOf(record) {
      const known = names.get(record);
      if (known !== undefined) return known;
      const found = namesIn(record);
      names.set(record, found);
      return found;
    },
  };
}
