/**
 * Records as databases write them, as the plain values that they stand for: each value in an object that tells its type
 * (Firestore, DynamoDB, MongoDB), and the fields of a record in an object of their own beside the id of the record, which
 * is not the task's (Airtable, Notion, Contentful).
 */
import { textOfPacked } from '../base64.ts';
import type { InTurns } from '../in-turns.ts';
import { isRecord, own, parseJsonText, type JsonRecord } from '../providers/json.ts';
import { idSubject } from '../providers/names.ts';

const mark =
  /"(?:S|fields|stringValue|properties|\$oid|\$numberLong|kinesis|partition|returnvalue)"|"0"\s{0,8}:\s{0,8}\{/;

/** Cheap: whether the text of a body may hold such records. */
export function mayHoldRecords(text: string): boolean {
  return mark.test(text);
}

/** Deeper than any record; what lies further in stays as it is. */
const maxDepth = 32;
const inTurn = 256;

/** @returns `value` as it is where it holds no such record. Nothing is added to what it says. */
export function* plainRecords(value: unknown, depth = 0): InTurns<unknown> {
  if (depth > maxDepth) return value;
  if (Array.isArray(value)) return yield* eachPlain(value, depth + 1);
  if (!isRecord(value)) return value;
  const inside = (held: unknown): InTurns<unknown> => plainRecords(held, depth + 1);
  const names = Object.keys(value);
  const [only = ''] = names;
  if (only === '0' && isNumbered(value, names)) return yield* eachPlain(Object.values(value), depth + 1);
  const wrapped = names.length === 1 ? unwrapped(only, value[only]) : undefined;
  if (wrapped !== undefined) return yield* inside(wrapped);
  // A stream of changes: the record as it is now.
  const change = own(value, 'dynamodb');
  const image = isRecord(change) ? own(change, 'NewImage') : undefined;
  if (isRecord(image)) return yield* inside(image);
  const message = messageIn(value);
  if (message !== undefined) return yield* inside(message);
  const place = names.find((name) => (name === 'fields' || name === 'properties') && isRecord(value[name]));
  const values = yield* eachPlain(Object.values(value), depth + 1, place === undefined ? -1 : names.indexOf(place));
  const plain = recordOf(names, values);
  const fields = place === undefined ? undefined : plain[place];
  if (place === undefined || !isRecord(fields) || !Object.keys(fields).some((name) => isIdOfTask(name, fields)))
    return plain;
  const others = Object.entries(plain).filter(([name]) => name !== place && !recordNames.has(name));
  return Object.fromEntries([...others, ...Object.entries(fields)]);
}

/** @param fieldsAt Where the fields of a record stand. */
function* eachPlain(values: readonly unknown[], depth: number, fieldsAt = -1): InTurns<readonly unknown[]> {
  const plain: unknown[] = [];
  for (const [at, value] of values.entries()) {
    // Most are none, and to ask costs more than to see that.
    const isPlain = typeof value !== 'object' || value === null;
    plain.push(isPlain ? value : at === fieldsAt ? yield* fieldsOf(value, depth) : yield* plainRecords(value, depth));
    if (at % inTurn === inTurn - 1) yield;
  }
  return plain;
}

/** Own properties, also where a field is called `__proto__`. */
function recordOf(names: readonly string[], values: readonly unknown[]): JsonRecord {
  return Object.fromEntries(names.map((name, at) => [name, values[at]]));
}

/** A list of objects as PHP writes one that it takes for a table: `{"0": {…}, "1": {…}}`. */
function isNumbered(record: JsonRecord, names: readonly string[]): boolean {
  return names.every((name, index) => name === String(index) && isRecord(record[name]));
}

/** What a stream or a queue carries as base64 (Kinesis, Kafka), and a job of BullMQ, whose `data` is what it was given. */
function messageIn(record: JsonRecord): unknown {
  const kinesis = own(record, 'kinesis');
  const packed = isRecord(kinesis)
    ? own(kinesis, 'data')
    : Object.hasOwn(record, 'partition')
      ? own(record, 'value')
      : null;
  if (typeof packed === 'string') return parseJsonText(textOfPacked(packed.trim()) ?? '');
  if (own(record, 'returnvalue') === undefined || own(record, 'data') === undefined) return undefined;
  const { returnvalue, data, ...job } = record;
  return { ...job, input: data, result: returnvalue };
}

/** What names the record among others, not the task. */
const recordNames = new Set(['id', '_id', 'name', 'record_id', 'recordId', 'sys']);

function isIdOfTask(name: string, fields: JsonRecord): boolean {
  const value = fields[name];
  return (
    (typeof value === 'number' || (typeof value === 'string' && value !== '')) &&
    /^(?:|task|job|prediction|generation|render|run|request|execution|operation|process|prompt|video)$/.test(
      idSubject(name) ?? '-',
    )
  );
}

/** What a value stands for that tells nothing but its type; `undefined` where it is no such value. */
function unwrapped(type: string, value: unknown): unknown {
  switch (type) {
    case 'stringValue':
    case 'integerValue':
    case 'doubleValue':
    case 'booleanValue':
    case 'timestampValue':
    case 'referenceValue':
      return typeof value === 'object' ? undefined : value;
    case 'nullValue':
    case 'NULL':
      return null;
    case 'mapValue':
      return isRecord(value) ? (own(value, 'fields') ?? {}) : undefined;
    case 'arrayValue':
      return isRecord(value) ? (own(value, 'values') ?? []) : undefined;
    case 'S':
    case 'N':
    case '$oid':
    case '$numberLong':
      return typeof value === 'string' ? value : undefined;
    case 'BOOL':
      return typeof value === 'boolean' ? value : undefined;
    case 'M':
      return isRecord(value) ? value : undefined;
    case 'L':
    case 'SS':
    case 'NS':
      return Array.isArray(value) ? value : undefined;
    default:
      return undefined;
  }
}

function* fieldsOf(fields: unknown, depth: number): InTurns<unknown> {
  if (!isRecord(fields)) return yield* plainRecords(fields, depth);
  return recordOf(Object.keys(fields), yield* eachPlain(Object.values(fields).map(valueOf), depth + 1));
}

/** Contentful has a value for each language; Notion's values tell under which name the value itself stands. */
function valueOf(field: unknown): unknown {
  if (!isRecord(field)) return field;
  const [only = '', ...others] = Object.keys(field);
  if (others.length === 0 && /^[a-z]{2}(?:-[A-Z]{2})?$/.test(only)) return field[only];
  const type = own(field, 'type');
  const value = typeof type === 'string' ? own(field, type) : undefined;
  if (value === undefined) return field;
  if (isRecord(value)) return own(value, 'name') ?? value;
  if (!Array.isArray(value)) return value;
  const texts = value.map((part: unknown) => (isRecord(part) ? own(part, 'plain_text') : undefined));
  return texts.length > 0 && texts.every((text) => typeof text === 'string') ? texts.join('') : value;
}
