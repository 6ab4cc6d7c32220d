import { atOnce, replacedInTurns, type InTurns } from '../in-turns.ts';
import { looseJsonInTurns, tooMuch } from './loose-json.ts';

/**
 * The text of a body as JSON, with ids kept exact.
 *
 * Kling, MiniMax and Vidu use ids of 18 digits. Where one is written as a number, `JSON.parse` would round it and two
 * tasks could become one, so integers beyond 2^53 behind a key that ends in "id" are read as text.
 *
 * What is almost JSON is read too (`loose-json.ts`), behind a byte order mark, and an object that was written as JSON again
 * and again.
 * @throws SyntaxError where the text is not JSON, and not almost; `tooMuch` where it holds more than anybody's.
 */
export function parseBody(text: string): unknown {
  return atOnce(parseBodyInTurns(text));
}

/** The same, for what may be long. */
export function* parseBodyInTurns(text: string): InTurns<unknown> {
  const json = text.startsWith('\uFEFF') ? text.slice(1) : text;
  const value = yield* parseExact(json);
  return typeof value === 'string' ? yield* parsedAgain(value) : value;
}

/** Written twice by senders that take a string for an object, and once more by what stands between. */
function* parsedAgain(text: string, times = 3): InTurns<unknown> {
  const inner = text.trim();
  if (times === 0 || !/^(?:\{|\[|"\s*[{["\\])/.test(inner)) return text;
  try {
    const value = yield* parseExact(inner);
    return typeof value === 'string' ? yield* parsedAgain(value, times - 1) : value;
  } catch (error) {
    if (error === tooMuch) throw error;
    return text;
  }
}

function* parseExact(json: string): InTurns<unknown> {
  try {
    const value = parseStrictly(json);
    return mayBeEmptied(json) || namesFilmsTwice(json) ? ((yield* almostJson(json)) ?? value) : value;
  } catch (error) {
    const almost = yield* almostJson(json);
    if (almost === null) throw error;
    return almost;
  }
}

/** As `parseBody`, of what is JSON as it stands. @throws SyntaxError */
export function parseStrictly(json: string): unknown {
  return JSON.parse(mayHoldLongNumber(json) ? quoteLongIds(json) : json) as unknown;
}

/** Longer texts list so much that a name comes again in another object. */
const mostEmptied = 16_384;

/**
 * Whether a name that tells something may stand twice in one object, the second time with nothing behind it: `JSON.parse`
 * keeps the last, and the film would be gone.
 */
function mayBeEmptied(json: string): boolean {
  if (json.length > mostEmptied) return false;
  for (const { index } of json.matchAll(nothingBehind)) {
    const name = nameBefore(json, index);
    if (name !== null && telling.test(name.text) && json.lastIndexOf(name.text, name.start - 1) >= 0) return true;
  }
  return false;
}

/** From a colon backwards: a look from each quote on took three times as long, and each body is looked at. */
const nothingBehind = /:\s*(?:null|""|\[\s*\]|\{\s*\})/g;
const telling = /id|ur[il]s?|link|videos?|films?|outputs?|results?|data|payload|status|state/i;
const mostOfName = 80;

/** With its quotes; `null` where it is the first of all, or no name stands there. */
function nameBefore(json: string, colon: number): { readonly text: string; readonly start: number } | null {
  const end = json.lastIndexOf('"', colon);
  const start = json.lastIndexOf('"', end - 1);
  if (end < 1 || start < 1 || end - start > mostOfName || json.slice(end + 1, colon).trim() !== '') return null;
  return { text: json.slice(start, end + 1), start };
}

/**
 * Whether one object has a name twice with a link behind it, or a list or an object that begins with one: `JSON.parse` keeps the
 * last, and the film before it would be gone. Most links have names of their own, and others come again in another object only.
 */
function namesFilmsTwice(json: string): boolean {
  const first = json.indexOf('"http');
  if (json.length > mostEmptied || first < 0 || json.indexOf('"http', first + 5) < 0) return false;
  const before = new Map<string, number>();
  for (let at = first; at >= 0; at = json.indexOf('"http', at + 5)) {
    let colon = behindBlanks(json, at - 1);
    if (json[colon] === '[') colon = behindBlanks(json, colon - 1);
    // Its name, and that of the object where it is the first in it.
    for (let depth = 0; depth < 2 && json[colon] === ':'; depth++) {
      const name = nameBefore(json, colon);
      if (name === null) break;
      const last = before.get(name.text);
      if (last !== undefined && isOneObject(json, last, name.start)) return true;
      before.set(name.text, colon + 1);
      const bracket = behindBlanks(json, name.start - 1);
      if (json[bracket] !== '{') break;
      colon = behindBlanks(json, bracket - 1);
    }
  }
  return false;
}

/** The first sign that is no blank, from here backwards. */
function behindBlanks(json: string, from: number): number {
  let at = from;
  while (json.charCodeAt(at) <= 0x20) at -= 1;
  return at;
}

const textOrPart = /"[^"\\]*(?:\\[^][^"\\]*)*"|[{}[\]]/g;

/** Whether nothing that was open at `from` is closed before `to`, and nothing is open there that was not. */
function isOneObject(json: string, from: number, to: number): boolean {
  let depth = 0;
  for (let at = from; at < to; at = textOrPart.lastIndex) {
    textOrPart.lastIndex = at;
    const found = textOrPart.exec(json);
    if (found === null || found.index >= to) break;
    const [part] = found;
    if (part === '{' || part === '[') depth += 1;
    else if (part === '}' || part === ']') depth -= 1;
    if (depth < 0) return false;
  }
  return depth === 0;
}

const longDigits = 16;

/** So many digits in a row hold one of any sixteen places: only those are looked at, and what is around a digit there. */
function mayHoldLongNumber(json: string): boolean {
  for (let at = longDigits - 1; at < json.length; at += longDigits) {
    if (!isDigitAt(json, at)) continue;
    let from = at;
    let to = at;
    while (isDigitAt(json, from - 1)) from -= 1;
    while (to - from < longDigits && isDigitAt(json, to + 1)) to += 1;
    if (to - from + 1 >= longDigits) return true;
  }
  return false;
}

function isDigitAt(text: string, at: number): boolean {
  const sign = text.charCodeAt(at);
  return sign >= 0x30 && sign <= 0x39;
}

/** @returns `null` where it is not even that. */
function* almostJson(text: string): InTurns<object | null> {
  // Or what Python and Java print of an object: `Task(id='t1')`, `Task[id=t1]`.
  const begins = /^\s*(?:(?=[A-Za-z_][\w.]{0,60}\()|(?:[A-Za-z_][\w.]{0,60})?(?=[{[]))/.exec(text);
  if (begins === null) return null;
  const plain = /^\s*[{[]\s*(?:\\+"|&(?:quot|#34|#x22);)/i.test(text) ? yield* unescaped(text) : text;
  try {
    const { value, end } = yield* looseJsonInTurns(plain, begins[0].length);
    return /^[\s\0]*$/.test(plain.slice(end)) ? value : null;
  } catch (error) {
    if (error === tooMuch) throw error;
    return null;
  }
}

/** Written for a text of another language, and not read as one: `{\"id\":…}`, `{&quot;id&quot;:…}`. */
function* unescaped(text: string): InTurns<string> {
  return text.includes('\\"')
    ? yield* replacedInTurns(text, /\\([^])/g, ([pair, sign = '']) =>
        sign === 'n' ? '\n' : /["\\/']/.test(sign) ? sign : pair,
      )
    : yield* replacedInTurns(
        text,
        /&(?:quot|#34|#x22|apos|#39|lt|gt|amp|#38);/gi,
        ([sign]) => signs[sign.toLowerCase()] ?? '"',
      );
}

const signs: Readonly<Record<string, string>> = {
  '&apos;': "'",
  '&#39;': "'",
  '&lt;': '<',
  '&gt;': '>',
  '&amp;': '&',
  '&#38;': '&',
};

// Unrolled, so that a text of megabytes costs no stack; each match moves on, so the walks are linear. A text that is never
// closed takes the rest, or each quote in it would be looked at to the end. What is a fraction or has a sign is no id.
const text = String.raw`"[^"\\]*(?:\\[^][^"\\]*)*(?:"|\\?$)`;
const textOrLongNumber = new RegExp(String.raw`${text}|(?<![\d.eE+-])\d{16,}(?![\d.eE])`, 'g');

/** `task_ids` and `任务编号` too, and what numbers of tasks and orders are called: `taskNo`, `job_number`. */
const idKey =
  /(?:ids?|(?:task|job|order|ticket|trade|render|run|request|operation|generation|prediction)[_-]?(?:no|nr|num|number|key|identifier|ref|reference|sn)?|编号|編號|单号|單號|番号|번호)"$/i;
const idsKey = /ids"$/i;
/** What leads from a name to its value, and of `ids` from one to the next. */
const leadsTo = /^\s*:\s*$/;
const leadsOn = /^[\s:[,\d.eE+-]*$/;

/** Looks at texts and long numbers only: a body may list a million others. */
function quoteLongIds(json: string): string {
  const parts: string[] = [];
  let done = 0;
  let key = '';
  /** Behind the name, and of several ids behind the last. */
  let behind = 0;
  for (const { 0: part, index } of json.matchAll(textOrLongNumber)) {
    const end = index + part.length;
    if (part.startsWith('"')) {
      key = part.length > mostOfName ? '' : part;
    } else if (key !== '') {
      const between = json.slice(behind, index);
      if (!idKey.test(key) || !(leadsTo.test(between) || (idsKey.test(key) && leadsOn.test(between)))) key = '';
      else if (!Number.isSafeInteger(Number(part))) {
        parts.push(json.slice(done, index), `"${part}"`);
        done = end;
      }
    }
    behind = end;
  }
  return parts.length === 0 ? json : parts.join('') + json.slice(done);
}
