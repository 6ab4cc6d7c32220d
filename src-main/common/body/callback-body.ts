/**
 * The text of a delivery as a JSON value, in whatever form it was sent: JSON, a form, multipart, XML.
 *
 * Used when a callback arrives and whenever a kept one is read again, so that both see the same.
 */
import { fieldsInLists } from './fields-in-lists.ts';
import { linkedIn } from './films-in-page.ts';
import { formFields } from './form-fields.ts';
import { valueOf } from './form-value.ts';
import { atOnce, type InTurns } from '../in-turns.ts';
import { lastJsonIn } from './json-in-text.ts';
import {
  fieldsInLine,
  fieldsInLines,
  fieldsOfGo,
  namesBehindLink,
  rowsInTable,
  withoutSections,
} from './lines-in-text.ts';
import { multipartFields } from './multipart-fields.ts';
import { isLink, objectIn, parsedInTurns, unpacked, writtenOut } from './object-in-text.ts';
import { readPhp } from './php-in-text.ts';
import { mayHoldRecords, plainRecords } from './plain-records.ts';
import { readToml } from './toml-in-text.ts';
import { readXml } from './xml-in-text.ts';

export type CallbackBody =
  | { readonly value: unknown; readonly form: 'json' | 'form' | 'multipart' | 'xml' }
  | { readonly problem: 'empty' | 'cut-off' | 'not-readable' };

/** Longer texts than this are no message to a program. */
const maxPlain = 8000;

/** @param contentType The header's value; `null` where there is none. What the text looks like counts for more. */
export function readCallbackText(text: string, contentType: string | null): CallbackBody {
  return atOnce(callbackTextInTurns(text, contentType));
}

/** The same, for what may be long. */
export function* callbackTextInTurns(text: string, contentType: string | null): InTurns<CallbackBody> {
  const trimmed = text.trim();
  if (trimmed === '') return { problem: 'empty' };
  const ofGo = yield* fieldsOfGo(trimmed);
  if (ofGo !== null) return { value: ofGo, form: 'form' };
  const json = (yield* parsedInTurns(text)) ?? (trimmed === text ? null : yield* parsedInTurns(trimmed));
  if (json === 'too-much') return yield* plainIn(trimmed);
  if (json !== null) {
    const { value } = json;
    if (typeof value === 'string') return { value: yield* saidIn(value), form: 'json' };
    const plain = mayHoldRecords(text) ? yield* plainRecords(value) : value;
    return { value: yield* fieldsInLists(plain, text), form: 'json' };
  }
  const type = contentType?.toLowerCase() ?? '';
  const parts = multipartFields(trimmed, contentType ?? '');
  if (parts !== null) return { value: yield* valueOf(parts), form: 'multipart' };
  const decoded = yield* writtenOut(trimmed);
  if (decoded !== null) return { value: decoded, form: 'form' };
  const packed = yield* unpacked(trimmed);
  if (packed !== null) return { value: packed, form: 'json' };
  const fields = (yield* withoutBraces(trimmed)) ?? readPhp(trimmed);
  if (fields !== null) return { value: fields, form: 'json' };
  const toml = trimmed.includes('\n') ? yield* readToml(trimmed) : null;
  if (toml !== null) return { value: toml, form: 'form' };
  const inLines = mayBeLines(trimmed) ? yield* linesIn(trimmed) : null;
  if (inLines !== null) return { value: inLines, form: 'form' };
  const inLine = yield* fieldsInLine(trimmed);
  if (inLine !== null) return { value: inLine, form: 'form' };
  const looksLikeForm = /^[?&]?[^\s=&{}<>"]{1,200}=/.test(trimmed);
  if (looksLikeForm && (type.includes('form-urlencoded') || !/json|xml|html/.test(type) || isSurelyForm(trimmed))) {
    const pairs = formFields(trimmed);
    // The whole JSON as the name of a field, or a link whose query looks like one.
    const [only] = pairs;
    const key = pairs.length === 1 && only?.[1] === '' ? yield* objectIn(only[0]) : null;
    if (!isLink(trimmed)) return { value: key ?? (yield* valueOf(pairs)), form: 'form' };
  }
  const xml = trimmed.startsWith('<') ? yield* readXml(trimmed) : null;
  // One text: what calls over XML answer with.
  const said = typeof xml === 'string' ? yield* objectIn(xml) : xml;
  if (said !== null) return { value: said, form: 'xml' };
  const inText = yield* lastJsonIn(trimmed.startsWith('<') ? preformatted(trimmed) : withoutFrames(trimmed));
  if (inText !== null) return { value: inText, form: 'json' };
  const told = isCutOff(trimmed) ? null : trimmed.startsWith('<') ? linkedIn(trimmed) : toldIn(trimmed);
  if (told === null) return problemOf(trimmed);
  const ends = missingEnds(trimmed);
  const whole = ends === '' ? null : yield* parsedInTurns(trimmed + ends);
  return whole === null || whole === 'too-much'
    ? { value: told, form: 'form' }
    : { value: yield* fieldsInLists(whole.value, trimmed), form: 'json' };
}

/** What is JSON as it stands in a text that holds too much to be looked for what is nearly so. */
function* plainIn(text: string): InTurns<CallbackBody> {
  const value = yield* lastJsonIn(text, true);
  return value === null ? problemOf(text) : { value, form: 'json' };
}

/** Whatever its type says: names and values without a blank, and more than one of them. */
function isSurelyForm(text: string): boolean {
  return /^[\w.%[\]-]{1,200}=[^\s&=]*(?:&[\w.%[\]-]{1,200}=[^\s&=]*)+$/.test(text);
}

/** What a text says that was sent as JSON; itself where it says nothing. */
function* saidIn(text: string): InTurns<unknown> {
  if (isLink(text.trim())) return text;
  const said = yield* callbackTextInTurns(text, null);
  return 'value' in said ? said.value : text;
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
function* withoutBraces(text: string): InTurns<object | null> {
  if (!text.startsWith('"') || !/^"[\w.$-]{1,80}"\s{0,8}:/.test(text)) return null;
  return yield* objectIn(`{${text.endsWith(',') ? text.slice(0, -1) : text}}`);
}

/** Not a form: its sign stands in links alone, and before a name that is referred to (YAML). */
function mayBeLines(text: string): boolean {
  if (!text.includes('\n')) return false;
  if (!text.includes('&')) return true;
  if (namesBehindLink.test(text)) return false;
  return !text.replace(/https?:\/\/[^\s"'<>?&]+(?:\?[^\s"'<>]*)?|[:-][ \t]{1,8}&[\w-]{1,80}(?=\s)/gi, '').includes('&');
}

/** In a line of its own name: what holds nothing, and what is a text. */
const emptyOrQuoted = /(?<=[:=]\s{0,8})(?:\[\]|\{\}|"(?:[^"\\\n]|\\.)*")(?=\s*(?:\n|$))/g;

/** Lines of names and values, or a table of them; of one row that row. */
function* linesIn(written: string): InTurns<unknown> {
  const text = withoutSections(written).trim();
  // Where JSON begins in a line, that is what was meant.
  const isJson = (lines: string): boolean => /[:=\s][{[]/.test(lines);
  if (isJson(text) && isJson(text.replace(emptyOrQuoted, '')) && !/^[ \t]*\[[^\]\n]{1,80}\]\s*=>/m.test(text))
    return null;
  const rows = rowsInTable(text);
  return rows?.length === 1 ? rows[0] : (rows ?? (yield* fieldsInLines(text)));
}

/** Plain words: a link alone, or a sentence that names a link. */
function toldIn(text: string): unknown {
  if (text.length > maxPlain) return null;
  if (isLink(text)) return { url: text };
  return /https?:\/\//i.test(text) ? { message: text } : null;
}

function problemOf(text: string): CallbackBody {
  return { problem: isCutOff(text) ? 'cut-off' : 'not-readable' };
}

function isCutOff(text: string): boolean {
  return /^[{[]/.test(text) && !/[}\]]$/.test(text);
}

/** What JSON lacks that ends behind one of its parts: what closes the others. Empty for any other text. */
function missingEnds(text: string): string {
  if (!/^(?:\{\s*"|\[\s*\{\s*")/.test(text)) return '';
  const open: string[] = [];
  for (const [sign] of text.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\]]/gs)) {
    if (sign === '{') open.push('}');
    else if (sign === '[') open.push(']');
    else if (!sign.startsWith('"') && open.pop() !== sign) return '';
  }
  return open.reverse().join('');
}
