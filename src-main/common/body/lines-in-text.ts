/** Names and values that stand in lines: YAML and settings, what PHP prints, and tables of commas or tabs. */
import type { InTurns } from '../in-turns.ts';

type Held = string | Held[] | { readonly [name: string]: Held };

interface Line {
  readonly indent: number;
  /** `null` for an item of a list. */
  readonly name: string | null;
  readonly value: string;
}

const maxDepth = 16;
const inTurn = 256;

/** @returns `null` where not every line is a name with a value, an item, or what only divides. */
export function* fieldsInLines(text: string): InTurns<object | null> {
  const lines: Line[] = [];
  const all = linesOf(text);
  let read = 0;
  for (let written = all.next(); written !== null; written = all.next()) {
    read += 1;
    if (read % inTurn === 0) yield;
    // Beginnings and ends of documents, comments, and the brackets of what PHP prints.
    if (/^(?:---(?: ![\w/.:-]{1,80})?|\.{3}|#.*|Array|[()]|)$/.test(written.trim())) continue;
    const line = lineOf(written);
    if (line === null) return null;
    if (!/^[|>][+-]?\d?$/.test(line.value)) {
      lines.push(line);
      continue;
    }
    // What stands further in is the text, line by line.
    const block: string[] = [];
    for (let next = all.peek(); next !== null && isFurtherIn(next, line.indent); next = all.peek()) {
      block.push((all.next() ?? '').trim());
      if (block.length % inTurn === 0) yield;
    }
    lines.push({ ...line, value: block.join(line.value.startsWith('|') ? '\n' : ' ').trim() });
  }
  if (lines.length < 2 || !lines.some(({ name }) => name !== null)) return null;
  const held = yield* blockAt(lines, 0, lines.length, 0);
  return typeof held === 'object' ? held : null;
}

/** One after the other: a list of four million is long in the making. `null` behind the last. */
function linesOf(text: string): { next(): string | null; peek(): string | null } {
  let at = 0;
  let read: string | null = null;
  function take(): string | null {
    if (at > text.length) return null;
    const end = text.indexOf('\n', at);
    const line = end < 0 ? text.slice(at) : text.slice(at, text[end - 1] === '\r' && end > at ? end - 1 : end);
    at = end < 0 ? text.length + 1 : end + 1;
    return line;
  }
  return {
    next() {
      const line = read ?? take();
      read = null;
      return line;
    },
    peek: () => (read ??= take()),
  };
}

function isFurtherIn(written: string, indent: number): boolean {
  return written.trim() === '' || written.length - written.trimStart().length > indent;
}

/** Of a form that a link was put into as it is; what signs one is called otherwise. */
export const namesBehindLink = /&(?:(?:task|job)?_?id|status|state)=/i;

const inLine =
  /([A-Za-z_][\w.-]{0,60})=(?:"([^"]{0,8000})"|'([^']{0,8000})'|(https?:\/\/[^\s"'?&]{1,4000}\?[^\s"']{0,8000}[^\s"',;]|[^\s"'&]{0,8000}[^\s"'&,;]))(?:[\s,;]+|$)/y;

/** Names and values in one line, as programs log them: `id=t1 status=done url="https://…"`; `null` where it is none. */
export function* fieldsInLine(text: string): InTurns<object | null> {
  const fields: (readonly [string, string])[] = [];
  for (let at = 0; at < text.length;) {
    // Of all who read: another text may have been read meanwhile.
    inLine.lastIndex = at;
    const [, name = '', double, single, bare] = inLine.exec(text) ?? [];
    if (name === '' || namesBehindLink.test(bare ?? '')) return null;
    fields.push([name, double ?? single ?? bare ?? '']);
    at = inLine.lastIndex;
    if (fields.length % inTurn === 0) yield;
  }
  return fields.length < 2 ? null : Object.fromEntries(fields);
}

/** Without the lines that begin a section (`[output]`), as files of settings and TOML have them. */
export function withoutSections(text: string): string {
  return text.replace(/^\[{1,2}[A-Za-z_][\w .-]{0,60}\]{1,2}[ \t\r]*$/gm, '');
}

const goField = /([A-Za-z_]\w{0,60}):([^\s{}[\]",]{0,8000})(?: |$)/y;

/** What Go prints of a struct or a map: `{TaskID:t1 Status:done}`, `map[status:done task_id:t1]`; `null` where it is none. */
export function* fieldsOfGo(text: string): InTurns<object | null> {
  const inner = /^&?(?:[\w.*]{0,60}\{([^{}"[\]]*)\}|map\[([^{}"[\]]*)\])$/.exec(text);
  const written = inner?.[1] ?? inner?.[2];
  if (written === undefined || !written.includes(' ')) return null;
  const fields: (readonly [string, string])[] = [];
  for (let at = 0; at < written.length;) {
    goField.lastIndex = at;
    const [, name = '', value = ''] = goField.exec(written) ?? [];
    if (name === '') return null;
    fields.push([name, value === '<nil>' ? '' : value]);
    at = goField.lastIndex;
    if (fields.length % inTurn === 0) yield;
  }
  return fields.length < 2 ? null : Object.fromEntries(fields);
}

function lineOf(written: string): Line | null {
  const indent = written.length - written.trimStart().length;
  const item = /^\s*-\s+(\S.*)$/.exec(written)?.[1];
  if (item !== undefined) return { indent, name: null, value: plain(item) };
  const [, php, name, value = ''] =
    /^\s*(?:\[([^\]\n]{1,80})\]\s*=>|"?:?([A-Za-z_][\w .-]{0,60}?)"?\s*(?::(?!\/\/)|=>?))(?:\s+(?!\s)|(?<=[=])|$)(.*)$/.exec(
      written,
    ) ?? [];
  const called = php ?? name;
  return called === undefined ? null : { indent, name: called, value: plain(value) };
}

function plain(value: string): string {
  // A name to refer to it by, and a type, stand before what it is (YAML); files of Java hide colons.
  const text = value
    .trim()
    .replace(/^[&!][\w/!.:-]{1,80}(?:\s+|$)/, '')
    .replace(/^:(?=[A-Za-z_]\w{0,60}$)/, '')
    // A word, a link or a quoted text, and a comment behind it; in a sentence the sign may be the sentence's.
    .replace(/^("[^"\\]*"|'[^']*'|[^\s"'#]\S*)\s{1,80}#(?:\s.*)?$/, '$1')
    .replaceAll('\\:', ':');
  const quoted = /^(?:"([^"\\]*)"|'([^']*)')[,;]?$/.exec(text);
  if (quoted !== null) return quoted[1] ?? quoted[2] ?? '';
  // Nothing, as YAML writes it, and a text with the signs of JSON in it.
  if (/^(?:null|~|\[\]|\{\})$/i.test(text)) return '';
  return /^"(?:[^"\\]|\\.)*"[,;]?$/.test(text) ? (textOfJson(text.replace(/[,;]$/, '')) ?? text) : text;
}

function textOfJson(written: string): string | null {
  try {
    return String(JSON.parse(written));
  } catch {
    return null;
  }
}

/** Lines that are further in belong to the one before them. */
function* blockAt(lines: readonly Line[], from: number, to: number, depth: number): InTurns<Held> {
  const fields: (readonly [string, Held])[] = [];
  const items: Held[] = [];
  for (let at = from; at < to;) {
    const line = lines[at];
    if (line === undefined) break;
    let next = at + 1;
    for (; next < to && isInside(lines[next], line); next += 1) if (next % inTurn === 0) yield;
    if (at % inTurn === 0) yield;
    const isEmpty = line.value === '' || line.value === 'Array';
    const inner = next > at + 1 && depth < maxDepth ? yield* blockAt(lines, at + 1, next, depth + 1) : null;
    if (line.name !== null) fields.push([line.name, inner !== null && isEmpty ? inner : line.value]);
    else items.push(itemOf(line, inner));
    at = next;
  }
  return fields.length === 0 ? items : Object.fromEntries(fields);
}

/** An item stands as far in as the name of its list. */
function isInside(line: Line | undefined, outer: Line): boolean {
  if (line === undefined) return false;
  return line.indent > outer.indent || (line.indent === outer.indent && line.name === null && outer.name !== null);
}

function itemOf({ value }: Line, inner: Held | null): Held {
  const first = lineOf(value);
  if (first === null || first.name === null) return value;
  const rest = inner !== null && typeof inner === 'object' && !Array.isArray(inner) ? inner : {};
  return { [first.name]: first.value, ...rest };
}

const maxRows = 1024;

/** @returns the rows of a table whose first line names its columns; `null` where it is none. */
export function rowsInTable(text: string): readonly object[] | null {
  const lines = text.split(/\r?\n/, maxRows).filter((line) => line.trim() !== '');
  const [head, ...rows] = lines;
  if (head === undefined || rows.length === 0) return null;
  for (const sign of ['\t', ',', ';', '|']) {
    const names = cellsOf(head, sign);
    if (names.length < 2 || !names.every((name) => /^[A-Za-z_][\w .-]{0,60}$/.test(name))) continue;
    const cells = rows.map((row) => cellsOf(row, sign));
    if (!cells.every(({ length }) => length === names.length)) continue;
    return cells.map((row) => Object.fromEntries(names.map((name, index) => [name, row[index] ?? ''])));
  }
  return null;
}

/** A sign between quotes divides nothing. */
function cellsOf(line: string, sign: string): readonly string[] {
  const cells = line.match(/"(?:[^"]|"")*"|[^"]+|"/g) ?? [];
  const parts = [''];
  for (const part of cells) {
    const isQuoted = part.length > 1 && part.startsWith('"');
    const pieces = isQuoted ? [part.slice(1, -1).replaceAll('""', '"')] : part.split(sign);
    for (const [index, piece] of pieces.entries()) parts.push(index === 0 ? (parts.pop() ?? '') + piece : piece);
  }
  return parts.map((part) => part.trim());
}
