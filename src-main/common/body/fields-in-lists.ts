/** Names and values that JSON holds as lists: what services of forms, tables and messages send in place of an object. */
import type { InTurns } from '../in-turns.ts';
import { own, type JsonRecord } from '../providers/json.ts';
import { recordOfPairs } from '../providers/loose-values.ts';

/** @param body A whole body, which `text` stands for. @returns it with such lists as objects. */
export function* fieldsInLists(body: unknown, text: string): InTurns<unknown> {
  const said = Array.isArray(body) ? listed(body) : fieldsListed(yield* eachAlone(body));
  return pairsInside.test(text) ? fieldsInside(said, 0) : said;
}

/** Names and values as a list: of pairs, or of objects for each. */
function listed(list: readonly unknown[]): unknown {
  return recordOfPairs(list) ?? recordOfPairs(list.map(pairOf)) ?? list;
}

/** The same under a name of the body, as services of forms and tables send it: `{"fields": [{"key": …, "value": …}, …]}`. */
function fieldsListed(body: unknown): unknown {
  if (typeof body !== 'object' || body === null) return body;
  const rows = rowsUnderColumns(body as Readonly<Record<string, unknown>>);
  if (rows !== null) return rows.length === 1 ? rows[0] : rows;
  for (const name of ['fields', 'data', 'values', 'payload', 'answers']) {
    const held = Object.hasOwn(body, name) ? (body as Readonly<Record<string, unknown>>)[name] : null;
    if (!Array.isArray(held) || held.length < 2) continue;
    const record = listed(held);
    // Own properties, also where a field is called `__proto__`.
    if (record !== held)
      return Object.fromEntries(Object.entries(body).map(([key, value]) => [key, key === name ? record : value]));
  }
  return body;
}

/** What services of messages send: cards whose facts stand in lists (Discord, Slack, Teams). */
const pairsInside = /"(?:embeds|attachments|sections|blocks)"\s{0,8}:\s{0,8}\[/;

function fieldsInside(value: unknown, depth: number): unknown {
  if (typeof value !== 'object' || value === null || depth > 4) return value;
  if (Array.isArray(value)) return value.map((item: unknown) => fieldsInside(item, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([name, held]: [string, unknown]) => {
      const isPairs = (name === 'fields' || name === 'facts') && Array.isArray(held) && held.length > 1;
      return [name, isPairs ? listed(held as readonly unknown[]) : fieldsInside(held, depth + 1)];
    }),
  );
}

const inTurn = 256;

/** A form as Go and Java keep one, a list for each name; where every one holds a single text it is that text. */
function* eachAlone(body: unknown): InTurns<unknown> {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return body;
  const fields: (readonly [string, unknown])[] = [];
  // The first that is none is the end: of a body of a hundred thousand names, all with their values took seconds.
  for (const name of Object.keys(body)) {
    const only = loneIn((body as JsonRecord)[name]);
    if (only === undefined) return body;
    fields.push([name, only]);
    if (fields.length % inTurn === 0) yield;
  }
  return fields.length > 1 ? Object.fromEntries(fields) : body;
}

function loneIn(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  const [name, ...others] = Object.keys(value);
  if (name === undefined || others.length > 0 || !(Array.isArray(value) || name === 'value')) return undefined;
  const only: unknown = Array.isArray(value) ? value[0] : own(value as JsonRecord, name);
  return typeof only === 'object' ? undefined : only;
}

const mostRows = 1024;
const mostColumns = 512;

/** A table as databases answer: `{"columns": ["task_id", …], "rows": [["t1", …]]}`; `null` where it is none. */
function rowsUnderColumns(body: Readonly<Record<string, unknown>>): readonly object[] | null {
  const { columns, rows } = body;
  if (!Array.isArray(columns) || !Array.isArray(rows) || columns.length < 2 || columns.length > mostColumns)
    return null;
  const names = columns.map((column: unknown) =>
    typeof column === 'object' && column !== null && 'name' in column ? column.name : column,
  );
  if (!names.every((name): name is string => typeof name === 'string') || new Set(names).size < names.length)
    return null;
  const found: object[] = [];
  for (const row of rows.slice(0, mostRows) as readonly unknown[]) {
    if (!Array.isArray(row) || row.length !== names.length) return null;
    found.push(Object.fromEntries(names.map((name, index) => [name, row[index] as unknown])));
  }
  return found.length === 0 ? null : found;
}

/** What may stand beside a name and its value where there is nothing more to an item. */
const partsOfPair = new Set(['name', 'key', 'field', 'title', 'value', 'type', 'label', 'inline', 'short']);

function pairOf(item: unknown): unknown {
  if (typeof item !== 'object' || item === null || !('value' in item)) return null;
  if (!Object.keys(item).every((name) => partsOfPair.has(name))) return null;
  const { name, key, field, title } = item as Readonly<Record<string, unknown>>;
  const called = name ?? key ?? field ?? title;
  return typeof called === 'string' ? [called, item.value] : null;
}
