/** Looking into one body: what is asked for again and again is found out once, and hostile bodies run out of their budget. */
import { mayBeJson, namesIn, parseJsonText, type JsonRecord } from './json.ts';
import { bitsOf } from './name-bits.ts';

export interface Look {
  /** What a string holds where it is the JSON text of an object or a list; `undefined` where it is not. */
  readonly parse: (text: string) => unknown;
  readonly lookAt: (record: JsonRecord) => Names;
}

export interface Names {
  readonly record: JsonRecord;
  /** The first of an object's names. */
  readonly names: readonly string[];
  /** The lists that each of them stands in, as bits. */
  readonly bits: readonly number[];
  /** The lists that any of them stands in. */
  readonly anyBits: number;
}

/** kie.ai sends JSON in strings, a few kilobytes; what goes beyond this in one body is not looked into. */
const maxJsonChars = 512 * 1024;
/** Of more objects a map is made: looking through a few is faster than making one. */
const fewRecords = 12;

export function createLook(): Look {
  let parsed: Map<string, unknown> | null = null;
  const seen: Names[] = [];
  let byRecord: Map<JsonRecord, Names> | null = null;
  let charsLeft = maxJsonChars;
  return {
    parse(text) {
      if (!mayBeJson(text)) return undefined;
      parsed ??= new Map();
      if (!parsed.has(text)) {
        charsLeft -= text.length;
        parsed.set(text, charsLeft < 0 ? undefined : parseJsonText(text));
      }
      return parsed.get(text);
    },
    lookAt(record) {
      if (byRecord === null) for (const known of seen) if (known.record === record) return known;
      const known = byRecord?.get(record);
      if (known !== undefined) return known;
      const names = namesAndBits(record);
      if (byRecord !== null) byRecord.set(record, names);
      else if (seen.push(names) > fewRecords) byRecord = new Map(seen.map((each) => [each.record, each]));
      return names;
    },
  };
}

function namesAndBits(record: JsonRecord): Names {
  const names = namesIn(record);
  const bits = names.map(bitsOf);
  let anyBits = 0;
  for (const each of bits) anyBits |= each;
  return { record, names, bits, anyBits };
}
