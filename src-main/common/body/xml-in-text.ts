/**
 * XML as the JSON value that would say the same: elements and attributes become names, and elements of one name a list.
 * No entity but the five of XML itself and character numbers is known, nothing outside is fetched, and a text that goes
 * on and on is read up to a limit; what does not fit together is read as far as it does.
 */

import { replacedInTurns, type InTurns } from '../in-turns.ts';

/** More than any callback has; beyond them the text is not read on. */
const maxElements = 4096;
const maxDepth = 32;
const signsInTurn = 256;

interface Open {
  readonly name: string;
  readonly children: Map<string, unknown>;
  /** Where the order counts. */
  readonly ordered: (readonly [name: string, value: unknown])[] | null;
  text: string;
}

/** In which names and values stand in elements of their own: calls over XML, and Apple's property lists. */
const dialects = new Set(['methodCall', 'methodResponse', 'plist']);

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** What begins so is a page, a part of one, or a picture; names that may as well be those of an answer are not among them. */
const ofPage =
  /^\s*<(?:!doctype html|html|head|body|svg|div|span|p|br|hr|h[1-6]|center|form|input|button|main|nav|section|table|ul|ol|script|style|meta|iframe|img|font|strong|em)(?=[\s/>])/i;

/** @returns what stands in the outermost element, an object or a text that may be JSON; `null` where the text is no XML, is cut off, is a page, or says nothing. */
export function* readXml(text: string): InTurns<unknown> {
  if (ofPage.test(text)) return null;
  const root: Open = { name: '', children: new Map(), ordered: null, text: '' };
  const open: Open[] = [root];
  let elements = 0;
  let isLimited = false;
  // Each search goes on from where the last one ended, and one that finds nothing is the last: linear.
  for (let at = 0; at < text.length;) {
    const start = text.indexOf('<', at);
    if (start < 0) break;
    const top = open.at(-1) ?? root;
    yield;
    top.text += yield* decoded(text.slice(at, start));
    const isComment = text.startsWith('<!--', start);
    const isData = text.startsWith('<![CDATA[', start);
    const end = text.indexOf(isComment ? '-->' : isData ? ']]>' : '>', start);
    if (isData) top.text += text.slice(start + 9, end < 0 ? text.length : end);
    if (end < 0) break;
    at = end + (isComment || isData ? 3 : 1);
    if (isComment || isData) continue;
    const tag = text.slice(start + 1, end);
    if (/^[!?]/.test(tag)) continue;
    if (tag.startsWith('/')) close(open, localName(tag.slice(1, 202).trim()));
    else {
      const name = /^[A-Za-z_][\w.:-]{0,200}(?=[\s/]|$)/.exec(tag)?.[0];
      if (name === undefined) continue;
      isLimited = ++elements > maxElements || open.length > maxDepth;
      if (isLimited) break;
      const isOrdered = top.ordered !== null || (top === root && dialects.has(localName(name)));
      const children = isOrdered ? new Map<string, unknown>() : yield* attributesIn(tag.slice(name.length));
      open.push({ name: localName(name), children, ordered: isOrdered ? [] : null, text: '' });
      if (tag.endsWith('/')) close(open, localName(name));
    }
  }
  // Cut off on its way: a link may be half of one, and the sender tries again.
  if (open.length > 1 && !isLimited) return null;
  while (open.length > 1) close(open, open.at(-1)?.name ?? '');
  const [only] = [...root.children.values()];
  if (root.children.size !== 1) return null;
  return typeof only === 'object' || (typeof only === 'string' && /^[{[]/.test(only)) ? only : null;
}

/** Closes the innermost of that name and what was left open inside it; nothing where none is open. */
function close(open: Open[], name: string): void {
  const at = open.findLastIndex((each, index) => index > 0 && each.name === name);
  if (at < 0) return;
  while (open.length > at) {
    const element = open.pop();
    const parent = open.at(-1);
    if (element === undefined || parent === undefined) continue;
    const value = element.ordered === null ? valueOf(element) : heldIn(element.name, element.ordered, element.text);
    if (parent.ordered === null) add(parent.children, element.name, value);
    else parent.ordered.push([element.name, value]);
  }
}

function valueOf({ children, text }: Open): unknown {
  const said = text.trim();
  if (children.size === 0) return said;
  // Own properties, also where an element is called `__proto__`.
  return Object.fromEntries(said === '' ? children : [...children, ['text', said] as const]);
}

/** What an element of these says: an object, a list, or what it holds. */
function heldIn(name: string, parts: Open['ordered'] & object, text: string): unknown {
  const values = parts.map(([, value]) => value);
  switch (name) {
    case 'struct':
      return Object.fromEntries(values.filter(isField));
    case 'member':
      return [partOf(parts, 'name'), partOf(parts, 'value')];
    case 'dict':
      return Object.fromEntries(
        parts.flatMap(([tag, key], index) => (tag === 'key' ? [[String(key), values[index + 1]] as const] : [])),
      );
    case 'array':
    case 'data':
      return parts.length === 1 && parts[0]?.[0] === 'data' ? values[0] : values;
    case 'true':
    case 'false':
      return name === 'true';
    case 'methodCall':
    case 'methodResponse':
    case 'params':
      return values.find((value) => typeof value === 'object' && value !== null) ?? null;
    default:
      return parts.length === 0 ? text.trim() : values[values.length - 1];
  }
}

function isField(value: unknown): value is readonly [string, unknown] {
  return Array.isArray(value) && value.length === 2 && typeof value[0] === 'string';
}

function partOf(parts: Open['ordered'] & object, name: string): unknown {
  return parts.find(([tag]) => tag === name)?.[1];
}

function add(into: Map<string, unknown>, name: string, value: unknown): void {
  const before = into.get(name);
  if (before === undefined) into.set(name, value);
  else if (Array.isArray(before)) before.push(value);
  else into.set(name, [before, value]);
}

function* attributesIn(text: string): InTurns<Map<string, unknown>> {
  const found = new Map<string, unknown>();
  let seen = 0;
  for (const [, name = '', double, single] of text.matchAll(/\s([\w.:-]{1,200})\s*=\s*(?:"([^"]*)"|'([^']*)')/g)) {
    if (!/^xmlns(?:$|:)/.test(name)) found.set(localName(name), yield* decoded(double ?? single ?? ''));
    seen += 1;
    if (seen > maxElements) break;
    if (seen % signsInTurn === 0) yield;
  }
  return found;
}

function localName(name: string): string {
  return name.slice(name.lastIndexOf(':') + 1);
}

function* decoded(text: string): InTurns<string> {
  if (!text.includes('&')) return text;
  const signs = /&(?:#(\d{1,7})|#x([\da-f]{1,6})|([a-z]{2,4}));/gi;
  return yield* replacedInTurns(text, signs, ([whole, tens, hex, name = '']) => {
    const code = tens === undefined ? (hex === undefined ? NaN : parseInt(hex, 16)) : Number(tens);
    if (!Number.isNaN(code)) return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : '';
    return entities[name.toLowerCase()] ?? whole;
  });
}
