/** Files of settings as TOML has them: sections, lists of sections, lists over several lines, comments behind a value. */
import type { InTurns } from '../in-turns.ts';
import { looseJsonInTurns } from '../providers/loose-json.ts';

type Section = Map<string, unknown>;

/** What the rules for lines of names and values do not know; without it they read the text as well. */
const mark = /^[ \t]*\[\[|^[\w."' -]{1,80}=[ \t]*[[{]|^[ \t]*;|["'\]}][ \t]+#/m;
const maxLines = 2048;
const maxParts = 8;

/** @returns `null` where the text is no such file, or one that lines of names and values are enough for. */
export function* readToml(text: string): InTurns<object | null> {
  if (!mark.test(text)) return null;
  const lines = text.split(/\r?\n/, maxLines + 1);
  if (lines.length > maxLines) return null;
  const root: Section = new Map();
  let section = root;
  let fields = 0;
  for (let at = 0; at < lines.length; at++) {
    const line = (lines[at] ?? '').trim();
    if (line === '' || line.startsWith('#') || line.startsWith(';')) continue;
    const [, list, table] = /^\[(?:\[([^\]]{1,200})\]|([^\][]{1,200}))\][ \t]*(?:[#;].*)?$/.exec(line) ?? [];
    const named = list ?? table;
    if (named !== undefined) {
      const opened = sectionAt(root, named, list !== undefined);
      if (opened === null) return null;
      section = opened;
      continue;
    }
    const pair = /^("[^"]{1,80}"|'[^']{1,80}'|[\w.-]{1,80})[ \t]*=[ \t]*(\S.*)$/.exec(line);
    if (pair === null) return null;
    const [, name = '', first = ''] = pair;
    let written = first;
    // A list goes on until its bracket is closed.
    if (/^[[{]/.test(first)) {
      const parts = [first];
      while (at + 1 < lines.length && !isWhole(parts)) parts.push(lines[++at] ?? '');
      written = parts.join('\n');
    }
    const value = yield* valueOf(written);
    if (value === undefined) return null;
    section.set(name.replace(/^["']|["']$/g, ''), value);
    fields += 1;
  }
  return fields < 2 ? null : plainOf(root);
}

/** By the brackets alone: a line that ends a list ends with its bracket, and behind it may stand a comment without quotes. */
function isWhole(parts: readonly string[]): boolean {
  const close = parts[0]?.startsWith('{') === true ? '}' : ']';
  const end = (parts.at(-1) ?? '').slice(-400);
  // Not by a pattern that looks for a comment without quotes: it would look from each sign of one to the end.
  const unquoted = Math.max(end.lastIndexOf('"'), end.lastIndexOf("'")) + 1;
  const comment = end.slice(unquoted).search(/[ \t]#/);
  const said = comment < 0 ? end : end.slice(0, unquoted + comment);
  return said.trimEnd().endsWith(close);
}

function sectionAt(root: Section, named: string, isListed: boolean): Section | null {
  const parts = named.split('.').map((part) => part.trim().replace(/^["']|["']$/g, ''));
  if (parts.length > maxParts) return null;
  let section = root;
  for (const [index, part] of parts.entries()) {
    const held = section.get(part);
    const isLast = index === parts.length - 1;
    if (isLast && isListed) {
      const made: Section = new Map();
      if (Array.isArray(held)) held.push(made);
      else section.set(part, [made]);
      return made;
    }
    const inner: unknown = Array.isArray(held) ? held.at(-1) : held;
    if (inner !== undefined && !isSection(inner)) return null;
    const next = inner ?? new Map<string, unknown>();
    if (inner === undefined) section.set(part, next);
    section = next;
  }
  return section;
}

/** `undefined` where it is no value. */
function* valueOf(written: string): InTurns<unknown> {
  if (/^[[{]/.test(written)) {
    try {
      return (yield* looseJsonInTurns(written)).value;
    } catch {
      return undefined;
    }
  }
  const quoted = /^(?:"([^"]*)"|'([^']*)')[ \t]*(?:[#;].*)?$/.exec(written);
  if (quoted !== null) return quoted[1] ?? quoted[2];
  const bare = /^[^\s"'][^\n]{0,8000}$/.test(written) ? written : undefined;
  return bare?.replace(/[ \t]#.*$/, '').trimEnd();
}

function plainOf(section: Section): object {
  // Own properties, also where a field is called `__proto__`.
  return Object.fromEntries(
    [...section].map(([name, value]) => [
      name,
      isSection(value) ? plainOf(value) : Array.isArray(value) ? value.map(itemOf) : value,
    ]),
  );
}

function itemOf(item: unknown): unknown {
  return isSection(item) ? plainOf(item) : item;
}

function isSection(value: unknown): value is Section {
  return value instanceof Map;
}
