/** Looking into one body: what is asked for again and again is found out once, and hostile bodies run out of their budget. */
import { namesIn, parseJsonText, type JsonRecord } from './json.ts';
import { bitsOf } from './name-bits.ts';

export interface Look {
  /** What a string holds where it is the JSON text of an object or a list; `undefined` where it is not. */
  readonly parse: (text: string) => unknown;
  /** The first of an object's names. */
  readonly namesOf: (record: JsonRecord) => readonly string[];
  /** The lists that these names stand in, as bits. */
  readonly bitsIn: (record: JsonRecord) => number;
}

/** kie.ai sends JSON in strings, a few kilobytes; what goes beyond this in one body is not looked into. */
const maxJsonChars = 512 * 1024;

export function createLook(): Look {
  const parsed = new Map<string, unknown>();
  const looked = new Map<JsonRecord, { readonly names: readonly string[]; readonly bits: number }>();
  let charsLeft = maxJsonChars;
  return {
    parse(text) {
      if (!/^\s*[[{]/.test(text)) return undefined;
      if (!parsed.has(text)) {
        charsLeft -= text.length;
        parsed.set(text, charsLeft < 0 ? undefined : parseJsonText(text));
      }
      return parsed.get(text);
    },
    namesOf: (record) => lookAt(record).names,
    bitsIn: (record) => lookAt(record).bits,
  };

  function lookAt(record: JsonRecord): { readonly names: readonly string[]; readonly bits: number } {
    const known = looked.get(record);
    if (known !== undefined) return known;
    const names = namesIn(record);
    let bits = 0;
    for (const name of names) bits |= bitsOf(name);
    const found = { names, bits };
    looked.set(record, found);
    return found;
  }
}
