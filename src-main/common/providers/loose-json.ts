/**
 * Objects and lists that a person or a program wrote as nearly JSON: what stands in scripts and settings (comments, names
 * without quotes, commas too many or too few), what a template made of texts with quotes and line breaks in them, and what
 * Python, Ruby, Java and JavaScript print.
 *
 * Linear in the length of the text. Nothing is evaluated.
 */
import type { InTurns } from '../in-turns.ts';
import { bothFilms, codePoint, isEmpty, numberOf, recordOfPairs } from './loose-values.ts';

/** Deeper than anything but an attack; `JSON.parse` has its own way with that. */
const maxDepth = 256;
/** So many calls may turn out not to be what they look like, each of which is walked over again. */
const maxVain = 16;
/**
 * Values, and quotes that stand in a text: of ten thousand tasks there are not so many. Each takes some three microseconds.
 */
const mostSteps = 250_000;
const stepsInTurn = 256;

export interface LooseJson {
  readonly value: object;
  /** Behind the bracket that closes it. */
  readonly end: number;
}

/**
 * The object or list that begins at `from`, or the call that makes one (`OrderedDict([('id', …)])`, `Task(id='…')`).
 * @throws SyntaxError where none does, or it is not closed; `tooMuch` where it holds more than anybody's.
 */
export function* looseJsonInTurns(text: string, from = 0): InTurns<LooseJson> {
  const reader = createReader(text, from);
  const value = yield* reader.value('', 0);
  if (typeof value !== 'object' || value === null) throw notReadable;
  return { value, end: reader.at() };
}

/** Those that print a text's own quote in the way of the text. */
const closers: Readonly<Record<string, string>> = {
  '"': '"',
  "'": "'",
  '`': '`',
  '\u201c': '\u201d',
  '\u201d': '\u201d',
  '\u2018': '\u2019',
};

const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f', v: '\v', '0': '\0' };

// Sticky: each is tried where the reader stands, and takes what it takes once.
const blank = /(?:\s|\u200b|\ufeff|\/\/[^\n]*|\/\*[^*]*(?:\*(?!\/)[^*]*)*\*\/|#[^\n]*)+/y;
const commas = /(?:[\s,;\u200b\ufeff]|\/\/[^\n]*|\/\*[^*]*(?:\*(?!\/)[^*]*)*\*\/|#[^\n]*)+/y;
/** The same where no comment is closed any more, or each that is begun would be looked through to the end of the text. */
const lastBlank = /(?:\s|\u200b|\ufeff|\/\/[^\n]*|#[^\n]*)+/y;
const lastCommas = /(?:[\s,;\u200b\ufeff]|\/\/[^\n]*|#[^\n]*)+/y;
const plain = /[^\\"'`\u201d\u2019]+/y;
const escapedCode = /u\{[\da-fA-F]{1,6}\}|u[\da-fA-F]{4}|x[\da-fA-F]{2}|U[\da-fA-F]{8}/y;
const number = /[-+]?(?:0[xX][\da-fA-F]+|(?:\d[\d_]*(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?)(?![\w.])/y;
const name = /:?[\p{L}_$@][\p{L}\p{N}_$@.-]{0,100}/uy;
const separator = /\s*(?:=>|:(?!\/\/)|=)/y;
const prefix = /[bBuUrRfF]{1,2}(?=['"])/y;
const call = /(?:new\s+)?[A-Za-z_][\w.]{0,60}\(/y;
/** Not one of a comparison. */
const argumentName = /[A-Za-z_]\w{0,100}\s{0,8}=(?!=)/y;
const quotedName = /(?:"[^"\\\n]{1,100}"|'[^'\\\n]{1,100}')\s{0,8}(?:=>|:(?!\/\/))/y;
const blanks = /[\s\u200b\ufeff]*/y;
/** What begins behind a comma that is none of a sentence's. */
const nextPart =
  /[,"'`{}[\]()\u201c\u2018]|\/[/*]|#|[-+]?\.?\d|:?[\p{L}_$@][\p{L}\p{N}_$@.-]{0,60}\s{0,8}[:=,}\]'"(]|$/uy;
const bareValue = /(?:[^\s,;{}[\]"']|;(?![\s}])|[^\S\n\r](?!\/[/*]|#)){1,4000}/y;
/** The same between the brackets of a call. */
const bareArgument = /(?:[^\s,;{}[\]"'()]|[^\S\n\r](?!\/[/*]|#)){1,4000}/y;
const knownWord = /[-+]?(?:[Tt]rue|TRUE|[Ff]alse|FALSE|null|None|nil|undefined|NaN|nan|inf|Infinity)(?![\w$.-])/y;

/** One for all: texts that only begin with a bracket are many, and where it happened helps nobody. */
const notReadable = new SyntaxError('neither JSON nor nearly');
/** To read it anew, as something else that is nearly JSON, would take as long again and find the same. */
export const tooMuch = new SyntaxError('more values than any body has');

interface Reader {
  value(key: string | null, depth: number): InTurns<unknown>;
  at(): number;
}

function createReader(text: string, from: number): Reader {
  let at = from;
  let vain = 0;
  let steps = 0;
  let isOver = false;
  const lastComment = text.lastIndexOf('*/');

  /** What the pattern takes here; `null` where it takes nothing. */
  function take(pattern: RegExp): string | null {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0];
    if (found === undefined) return null;
    at = pattern.lastIndex;
    return found;
  }

  const takeBlank = (): string | null => take(at < lastComment ? blank : lastBlank);
  const takeCommas = (): string | null => take(at < lastComment ? commas : lastCommas);

  function holds(pattern: RegExp, here: number): boolean {
    pattern.lastIndex = here;
    return pattern.test(text);
  }

  function behindBlanks(here: number): number {
    blanks.lastIndex = here;
    blanks.test(text);
    return blanks.lastIndex;
  }

  /** Whether a quote before `here` closes a name, and not a text in it. */
  function endsName(here: number): boolean {
    return /[:=]/.test(text[behindBlanks(here)] ?? '');
  }

  /** The same of a value: templates put texts with quotes between quotes. */
  function endsValue(here: number): boolean {
    const next = behindBlanks(here);
    const sign = text[next] ?? '';
    if (sign === ',' || sign === ';') return holds(nextPart, behindBlanks(next + 1));
    if (sign === '' || /[\]})#]/.test(sign) || /^\/[/*]/.test(text.slice(next, next + 2))) return true;
    return Object.hasOwn(closers, sign) && text.slice(here, next).includes('\n');
  }

  function fail(): never {
    throw notReadable;
  }

  function countStep(): void {
    steps += 1;
    if (steps > mostSteps) throw tooMuch;
  }

  /** @param isEnd Whether the quote before this place closes the text. */
  function* quoted(isEnd: (here: number) => boolean): InTurns<string> {
    const close = closers[text[at] ?? ''] ?? fail();
    at += 1;
    let read = '';
    let escapes = 0;
    for (let from = at; ;) {
      take(plain);
      const sign = text[at];
      if (sign === undefined) fail();
      at += 1;
      if (sign === '\\') {
        read += text.slice(from, at - 1) + escaped();
        from = at;
        escapes += 1;
        if (escapes % stepsInTurn === 0) yield;
      } else if (sign === close) {
        if (isEnd(at)) return read + text.slice(from, at - 1);
        countStep();
        if (steps % stepsInTurn === 0) yield;
      }
    }
  }

  function escaped(): string {
    const sign = text[at];
    if (sign === undefined) fail();
    const digits = take(escapedCode)?.replace(/[^\da-fA-F]/g, '');
    if (digits !== undefined && sign !== 'U') return codePoint(digits);
    if (digits !== undefined) return codePoint(digits.slice(-6));
    at += 1;
    // A line that goes on in the next.
    if (sign === '\n') return '';
    if (Object.hasOwn(escapes, sign)) return escapes[sign] ?? '';
    return /[\p{L}\p{N}]/u.test(sign) ? `\\${sign}` : sign;
  }

  /** @param key The name that it stands under; `null` in a list. */
  function* value(key: string | null, depth: number, bareWord = bareValue): InTurns<unknown> {
    countStep();
    if (steps % stepsInTurn === 0) yield;
    takeBlank();
    const sign = text[at] ?? '';
    if (sign === '{') return yield* record(depth);
    if (sign === '[' || sign === '(') return yield* list(sign === '[' ? ']' : ')', depth);
    if (Object.hasOwn(closers, sign)) return yield* quoted(endsValue);
    if (holds(prefix, at)) {
      take(prefix);
      return yield* quoted(endsValue);
    }
    const digits = take(number);
    if (digits !== null) return numberOf(digits, key ?? '');
    const word = take(knownWord);
    if (word !== null) return /^t/i.test(word) ? true : /^f/i.test(word) ? false : null;
    if (holds(call, at)) return yield* called(depth);
    if (sign === '<') return shown();
    return bare(key !== null, bareWord);
  }

  /** A word without quotes, as Java and JavaScript print them. In brackets they are how people write, links apart. */
  function bare(isNamed: boolean, pattern: RegExp): unknown {
    const word = take(pattern)?.trim() ?? '';
    if (word === '') fail();
    return isNamed || /^https?:/i.test(word) ? word.replace(/^:(?=\w)/, '') : fail();
  }

  function* record(depth: number): InTurns<object> {
    if (depth > maxDepth) fail();
    at += 1;
    return yield* fields('}', depth);
  }

  function* fields(close: string, depth: number): InTurns<object> {
    const found = new Map<string, unknown>();
    for (;;) {
      takeCommas();
      if (text[at] === close) break;
      const key = yield* nameHere();
      if (take(separator) === null) fail();
      const held = yield* value(key, depth + 1);
      // Written again with nothing in it, it takes nothing away, and with another film both are there.
      if (!found.has(key)) found.set(key, held);
      else if (!isEmpty(held)) found.set(key, bothFilms(found.get(key), held));
    }
    at += 1;
    // Own properties, also where a field is called `__proto__`.
    return Object.fromEntries(found);
  }

  function* nameHere(): InTurns<string> {
    take(prefix);
    if (Object.hasOwn(closers, text[at] ?? '')) return yield* quoted(endsName);
    return take(number) ?? take(name)?.replace(/^:/, '') ?? fail();
  }

  function* list(close: string, depth: number): InTurns<object> {
    if (depth > maxDepth) fail();
    at += 1;
    takeCommas();
    // As Java prints a record: `Task[id=t1, status=done]`.
    // Or as PHP and Swift write names and values: `['id' => 't1']`, `["id": "t1"]`.
    if (close === ']' && (holds(argumentName, at) || holds(quotedName, at))) return yield* fields(close, depth);
    const items: unknown[] = [];
    for (;;) {
      takeCommas();
      if (text[at] === close) break;
      items.push(yield* value(null, depth + 1));
    }
    at += 1;
    return items;
  }

  /**
   * `UUID('…')`, `Decimal('0.41')`, `ISODate("…")`: what it was made of, where that is one text or number. `Task(id='…')` is an
   * object with these names, `OrderedDict([('id', …)])` and `OrderedDict({…})` the one that they are made of.
   */
  function* called(depth: number): InTurns<unknown> {
    take(call);
    const start = at;
    if (vain < maxVain) {
      try {
        return yield* madeOf(depth + 1);
      } catch (error) {
        if (error !== notReadable || isOver) throw error;
        vain += 1;
        at = start;
      }
    }
    skipCall();
    const inside = text.slice(start, at - 1).trim();
    const written = /^(?:"([^"]*)"|'([^']*)')$/.exec(inside);
    if (written !== null) return written[1] ?? written[2] ?? null;
    return /^-?\d+(?:\.\d+)?$/.test(inside) ? Number(inside) : null;
  }

  /** To behind the bracket that closes the call. */
  function skipCall(): void {
    let depth = 1;
    for (const part = /"[^"\n]*"|'[^'\n]*'|[()]/g; depth > 0;) {
      part.lastIndex = at;
      const found = part.exec(text);
      // Where this one is never closed, none around it is.
      isOver = found === null;
      if (found === null) fail();
      at = part.lastIndex;
      if (found[0] === '(') depth += 1;
      else if (found[0] === ')') depth -= 1;
    }
  }

  /** @throws notReadable where it is made of what is neither a value nor a name with one. */
  function* madeOf(depth: number): InTurns<unknown> {
    if (depth > maxDepth) fail();
    const named: (readonly [string, unknown])[] = [];
    let last: unknown = null;
    let plainOnes = 0;
    for (;;) {
      takeCommas();
      if (text[at] === ')') break;
      const key = take(argumentName)?.slice(0, -1).trimEnd();
      const held = yield* value(key ?? null, depth, bareArgument);
      if (key !== undefined) named.push([key, held]);
      else {
        plainOnes += 1;
        last = held;
      }
    }
    at += 1;
    if (plainOnes === 0) return named.length === 0 ? null : Object.fromEntries(named);
    if (Array.isArray(last)) return recordOfPairs(last) ?? last;
    if (typeof last === 'object' && last !== null) return last;
    return plainOnes === 1 ? last : null;
  }

  /** `<Status.COMPLETED: 'completed'>`, as Python shows what it has no other way to write. */
  function shown(): string | null {
    const found = take(/<[^<>{}\n]{1,200}>/y) ?? fail();
    return /["']([^"']*)["']/.exec(found)?.[1] ?? /\b([A-Za-z_]\w*)>$/.exec(found)?.[1] ?? null;
  }

  return { value, at: () => at };
}
