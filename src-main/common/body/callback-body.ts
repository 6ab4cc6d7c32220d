/**
 * The text of a delivery as a JSON value, in whatever form it was sent: JSON, a form, multipart, XML.
 *
 * Used when a callback arrives and whenever a kept one is read again, so that both see the same.
 */
import { textOfPacked } from '../base64.ts';
import { fieldsInLists } from './fields-in-lists.ts';
import { linkedIn } from './films-in-page.ts';
import { isInlineLink } from '../inline-film.ts';
import { lastJsonIn } from './json-in-text.ts';
import { fieldsInLine, fieldsInLines, fieldsOfGo, rowsInTable, withoutSections } from './lines-in-text.ts';
import { readPhp } from './php-in-text.ts';
import { mayHoldRecords, plainRecords } from './plain-records.ts';
import { lastOfEachTask } from '../providers/batch.ts';
import { idSubject, isBeside, isStateName } from '../providers/names.ts';
import { parseBody } from '../providers/parse-body.ts';
import { readToml } from './toml-in-text.ts';
import { readXml } from './xml-in-text.ts';

export type CallbackBody =
  | { readonly value: unknown; readonly form: 'json' | 'form' | 'multipart' | 'xml' }
  | { readonly problem: 'empty' | 'cut-off' | 'not-readable' };

type Field = readonly [name: string, value: string];

/** Wider than any sender goes; a hostile form costs no more than this. */
const maxFields = 512;
const maxPathParts = 8;
/** Longer texts than this are no message to a program. */
const maxPlain = 8000;

/** Fields that senders put the whole JSON body into. */
const carriers = new Set(['payload', 'json', 'body', 'event', 'message', 'request', 'callback', 'result']);

/** `CallbackBody`, `event_json` and their like too. */
function isCarrier(name: string): boolean {
  return carriers.has(name.toLowerCase()) || /^[a-z]{1,20}_?(?:payload|json|body)$/i.test(name);
}

/** @param contentType The header's value; `null` where there is none. What the text looks like counts for more. */
export function readCallbackText(text: string, contentType: string | null): CallbackBody {
  const trimmed = text.trim();
  if (trimmed === '') return { problem: 'empty' };
  const ofGo = fieldsOfGo(trimmed);
  if (ofGo !== null) return { value: ofGo, form: 'form' };
  const json = parsed(text) ?? parsed(trimmed);
  if (json !== null) {
    const { value } = json;
    if (typeof value === 'string') return { value: saidIn(value), form: 'json' };
    const plain = mayHoldRecords(text) ? plainRecords(value) : value;
    return { value: fieldsInLists(plain, text), form: 'json' };
  }
  const type = contentType?.toLowerCase() ?? '';
  const parts = multipartFields(trimmed, contentType ?? '');
  if (parts !== null) return { value: valueOf(parts), form: 'multipart' };
  const decoded = writtenOut(trimmed);
  if (decoded !== null) return { value: decoded, form: 'form' };
  const packed = unpacked(trimmed);
  if (packed !== null) return { value: packed, form: 'json' };
  const fields = withoutBraces(trimmed) ?? readPhp(trimmed);
  if (fields !== null) return { value: fields, form: 'json' };
  const toml = trimmed.includes('\n') ? readToml(trimmed) : null;
  if (toml !== null) return { value: toml, form: 'form' };
  const inLines = trimmed.includes('\n') && !trimmed.includes('&') ? linesIn(trimmed) : null;
  if (inLines !== null) return { value: inLines, form: 'form' };
  const inLine = fieldsInLine(trimmed);
  if (inLine !== null) return { value: inLine, form: 'form' };
  const looksLikeForm = /^[?&]?[^\s=&{}<>"]{1,200}=/.test(trimmed);
  if (looksLikeForm && (type.includes('form-urlencoded') || !/json|xml|html/.test(type) || isSurelyForm(trimmed))) {
    const pairs = formFields(trimmed);
    // The whole JSON as the name of a field, or a link whose query looks like one.
    const [only] = pairs;
    const key = pairs.length === 1 && only?.[1] === '' ? objectIn(only[0]) : null;
    if (!isLink(trimmed)) return { value: key ?? valueOf(pairs), form: 'form' };
  }
  const xml = trimmed.startsWith('<') ? readXml(trimmed) : null;
  if (xml !== null) return { value: xml, form: 'xml' };
  const inText = lastJsonIn(trimmed.startsWith('<') ? preformatted(trimmed) : withoutFrames(trimmed));
  if (inText !== null) return { value: inText, form: 'json' };
  const told = isCutOff(trimmed) ? null : trimmed.startsWith('<') ? linkedIn(trimmed) : toldIn(trimmed);
  if (told !== null) return { value: told, form: 'form' };
  return { problem: isCutOff(trimmed) ? 'cut-off' : 'not-readable' };
}

/** Whatever its type says: names and values without a blank, and more than one of them. */
function isSurelyForm(text: string): boolean {
  return /^[\w.%[\]-]{1,200}=[^\s&=]*(?:&[\w.%[\]-]{1,200}=[^\s&=]*)+$/.test(text);
}

function isLink(text: string): boolean {
  return /^https?:\/\/\S{1,8000}$/i.test(text);
}

/** What a text says that was sent as JSON; itself where it says nothing. */
function saidIn(text: string): unknown {
  if (isLink(text.trim())) return text;
  const said = readCallbackText(text, null);
  return 'value' in said ? said.value : text;
}

/** The JSON whose signs were written out, once or again and again. */
function writtenOut(text: string): object | null {
  let written = text;
  for (let times = 0; times < 3 && /^%(?:25)*(?:7b|5b)/i.test(written); times++) written = decode(written);
  return written === text ? null : objectIn(written);
}

/** What a page shows as it was written. */
function preformatted(html: string): string {
  return /<pre[^<>]{0,200}>([^<]*)<\/pre>/i.exec(html)?.[1] ?? '';
}

/** JSON in lines that each begin as those of a stream of events do. */
function withoutFrames(text: string): string {
  return /^data:/m.test(text) ? text.replace(/^(?:data:|event:.*|id:.*|retry:.*|:.*)/gm, '') : text;
}

/** The names and values of a JSON object, without the braces around them. */
function withoutBraces(text: string): object | null {
  if (!text.startsWith('"') || !/^"[\w.$-]{1,80}"\s{0,8}:/.test(text)) return null;
  return objectIn(`{${text.endsWith(',') ? text.slice(0, -1) : text}}`);
}

/** In a line of its own name: what holds nothing, and what is a text. */
const emptyOrQuoted = /(?<=[:=]\s{0,8})(?:\[\]|\{\}|"(?:[^"\\\n]|\\.)*")(?=\s*(?:\n|$))/g;

/** Lines of names and values, or a table of them; of one row that row. */
function linesIn(written: string): unknown {
  const text = withoutSections(written).trim();
  // Where JSON begins in a line, that is what was meant.
  if (/[:=\s][{[]/.test(text.replace(emptyOrQuoted, '')) && !/^[ \t]*\[[^\]\n]{1,80}\]\s*=>/m.test(text)) return null;
  const rows = rowsInTable(text);
  return rows?.length === 1 ? rows[0] : (rows ?? fieldsInLines(text));
}

/** Plain words: a link alone, or a sentence that names a link. */
function toldIn(text: string): unknown {
  if (text.length > maxPlain) return null;
  if (isLink(text)) return { url: text };
  return /https?:\/\//i.test(text) ? { message: text } : null;
}

function parsed(text: string): { readonly value: unknown } | null {
  try {
    return { value: parseBody(text) };
  } catch {
    return null;
  }
}

function isCutOff(text: string): boolean {
  return /^[{[]/.test(text) && !/[}\]]$/.test(text);
}

function formFields(text: string): readonly Field[] {
  const given = text.replace(/^[?&]/, '');
  // As queries were once divided.
  const sign = !given.includes('&') && /^(?:[^=;]{1,200}=[^;]*;)+[^=;]{1,200}=[^;]*;?$/.test(given) ? ';' : '&';
  return given
    .split(sign, maxFields)
    .filter((pair) => pair !== '')
    .map((pair): Field => {
      const at = pair.indexOf('=');
      return at < 0 ? [decode(pair), ''] : [decode(pair.slice(0, at)), decode(pair.slice(at + 1))];
    });
}

function decode(text: string): string {
  const spaced = text.replaceAll('+', ' ');
  try {
    return decodeURIComponent(spaced);
  } catch {
    return spaced;
  }
}

/** @returns `null` where this is no multipart body. */
function multipartFields(text: string, contentType: string): readonly Field[] | null {
  const named = /boundary="?([^";]{1,200})"?/i.exec(contentType)?.[1]?.trim();
  const seen = /^--([\w'()+,./:=?-]{1,70})\r?\n/.exec(text)?.[1];
  const boundary = named !== undefined && text.includes(`--${named}`) ? named : seen;
  if (boundary === undefined) return null;
  const fields: Field[] = [];
  for (const part of text.split(`--${boundary}`, maxFields + 2)) {
    const head = /^\r?\n((?:[^\r\n]{1,2000}\r?\n){1,16})\r?\n/.exec(part);
    if (head === null) continue;
    const name = /;\s*name="?([^"\r\n;]{0,200})"?/i.exec(head[1] ?? '')?.[1];
    const held = part.slice(head[0].length).replace(/\r?\n$/, '');
    // A part of a message, not of a form, has a type in place of a name.
    const isJson = /content-type:[^\r\n]{0,80}json/i.test(head[1] ?? '');
    const given = name ?? (isJson ? 'payload' : isInlineLink(held) ? 'video' : null);
    if (given !== null) fields.push([given, held]);
  }
  return fields.length === 0 ? null : fields;
}

type Node = Map<string, Node | string>;

/** One JSON object that fills a form is the body itself; else each field is a name of the body. */
function valueOf(fields: readonly Field[]): unknown {
  const whole: object[] = [];
  let isNamed = false;
  const isOpen = !fields.some(([name]) => namesTask(name) || isStateName(name) || isCarrier(name));
  for (const [name, text] of fields) {
    const isAbout = isOpen && aboutNames.test(name) && tellsTask(text);
    if (fields.length > 1 && !isCarrier(name) && !isAbout) continue;
    const json = objectIn(text) ?? writtenOut(text) ?? unpacked(text) ?? readPhp(text);
    if (json === null) continue;
    whole.push(json);
    isNamed ||= /(?:id|no|key)\\?"\s{0,8}:/i.test(text) || !/^\s{0,8}[{[]/.test(text);
  }
  const [one] = whole;
  // Beside the name of the task it is what the task made, and a field like the others.
  const isField =
    whole.length === 1 &&
    fields.some(([name]) => namesTask(name)) &&
    (!isNamed || fields.some(([name, text]) => isStateName(name) && text !== ''));
  if (whole.length > 0 && !isField) return lastOfEachTask(whole) ?? (one === undefined ? one : withFilms(one, fields));
  const root: Node = new Map();
  for (const [name, text] of fields) place(root, pathOf(name), text);
  return toValue(root);
}

/** What is called so is the caller's own, but where nothing else in the form names a task or tells how it went. */
const aboutNames = /^(?:meta|metadata|info|details)$/i;

function tellsTask(text: string): boolean {
  const told = objectIn(text);
  if (told === null || Array.isArray(told)) return false;
  const names = Object.keys(told);
  return names.some(namesTask) && names.some(isStateName);
}

/** What is told in one field, and the films that came as files or links of their own beside it. */
function withFilms(told: object, fields: readonly Field[]): object {
  const hasLink = fields.some(([name, text]) => isCarrier(name) && /https?:/i.test(text));
  const beside = new Map<string, string[]>();
  for (const [name, text] of fields) {
    if (!(hasLink ? isInlineLink(text) : isLink(text)) || isBeside(name)) continue;
    // A file is there, whatever is told of it under its name.
    const free = isTold(told, name) ? (isInlineLink(text) ? `${name}_file` : null) : name;
    if (free === null) continue;
    const same = beside.get(free);
    if (same === undefined) beside.set(free, [text]);
    else if (!same.includes(text)) same.push(text);
  }
  if (beside.size === 0 || Array.isArray(told)) return told;
  const films = [...beside].map(([name, links]): readonly [string, unknown] => [
    name,
    links.length === 1 ? links[0] : links,
  ]);
  return { ...told, ...Object.fromEntries<unknown>(films) };
}

function isTold(told: object, name: string): boolean {
  const said = (told as Readonly<Record<string, unknown>>)[name];
  return Object.hasOwn(told, name) && said !== null && said !== '';
}

function namesTask(name: string): boolean {
  // Qencode's.
  if (/^task_?token$/i.test(name)) return true;
  return (idSubject(name) ?? '-').split(' ').some((word) => taskWords.has(word));
}

/** Whose id is a task's, also that of whoever made it (`provider_task_id`); a bare `id` has none. */
const taskWords = new Set(
  ' task job prediction generation render request video session prompt run call execution inference operation'.split(
    ' ',
  ),
);

function objectIn(text: string): object | null {
  const json = /^\s*[{[]/.test(text) ? parsed(text) : null;
  return json !== null && typeof json.value === 'object' ? json.value : null;
}

/**
 * A JSON object in base64 or hexadecimal digits, or a token that holds one (JWT), for what carries the whole body; in other
 * fields it is something of the caller's.
 */
function unpacked(text: string): object | null {
  const claims = text.startsWith('ey') ? /^[\w-]+\.([\w-]+)\.[\w-]*$/.exec(text)?.[1] : undefined;
  return objectIn(textOfPacked(claims ?? text) ?? '');
}

/** `data[video][0]` as PHP and Rails write it, `data.video.0` and `data.videos[0].url` as scripts do. */
function pathOf(name: string): readonly string[] {
  if (/^[A-Za-z_]\w{0,60}(?:\.\w{1,60}|\[\d{0,4}\]){1,8}$/.test(name) && name.includes('.')) {
    return name.replace(/\[(\d*)\]/g, '.$1').split('.');
  }
  const bare = /^([^[\]]+)((?:\[[^[\]]*\])+)$/.exec(name);
  if (bare === null) return [name];
  const rest = [...(bare[2] ?? '').matchAll(/\[([^[\]]*)\]/g)].map(([, part = '']) => part);
  return rest.length < maxPathParts ? [bare[1] ?? name, ...rest] : [name];
}

function place(root: Node, path: readonly string[], text: string): void {
  let node = root;
  for (const part of path.slice(0, -1)) {
    const key = part === '' ? String(node.size) : part;
    const next = node.get(key);
    if (next instanceof Map) {
      node = next;
      continue;
    }
    const made: Node = new Map();
    node.set(key, made);
    node = made;
  }
  const last = path.at(-1) ?? '';
  const before = last === '' ? undefined : node.get(last);
  // Links of one name, one after the other, are a list.
  if (before instanceof Map && isLink(text) && before.get('0') !== undefined) before.set(String(before.size), text);
  else if (typeof before === 'string' && before !== text && isLink(before) && isLink(text)) {
    node.set(last, new Map([before, text].map((link, index) => [String(index), link])));
  } else node.set(last === '' ? String(node.size) : last, text);
}

function toValue(node: Node | string): unknown {
  if (typeof node === 'string') return objectIn(node) ?? node;
  const keys = [...node.keys()];
  if (keys.length > 0 && keys.every((key, index) => key === String(index))) return [...node.values()].map(toValue);
  // Own properties, also where a field is called `__proto__`.
  return Object.fromEntries([...node].map(([key, value]) => [key, toValue(value)]));
}
