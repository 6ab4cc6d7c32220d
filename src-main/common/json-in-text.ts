/** JSON that stands in a text of another kind: lines of events, a script, what a program printed. */
import { lastOfEachTask } from './providers/batch.ts';
import { parseBody } from './providers/parse-body.ts';

/** Lines that a program prints while it works. */
const maxFound = 4096;

/**
 * The last object or list that stands in `text` as a whole, `null` where none does: of lines of progress the last one
 * tells the end, of lines about several tasks the last one of each. Linear: what was walked over is not walked over again.
 */
export function lastJsonIn(text: string): object | null {
  const found: object[] = [];
  let from = text.search(/[{[]/);
  for (let count = 0; from >= 0 && count < maxFound; count++) {
    const to = endOfJson(text, from);
    if (to === null) break;
    const object = objectOf(text.slice(from, to));
    if (object !== null) found.push(object);
    const next = text.slice(to).search(/[{[]/);
    from = next < 0 ? -1 : to + next;
  }
  return lastOfEachTask(found) ?? found.at(-1) ?? null;
}

/** Behind the bracket that closes the one at `from`; `null` where none does. */
function endOfJson(text: string, from: number): number | null {
  const token = /"[^"\\]*(?:\\[^][^"\\]*)*"|[{}[\]]/g;
  token.lastIndex = from;
  let depth = 0;
  for (let found = token.exec(text); found !== null; found = token.exec(text)) {
    if (found[0] === '{' || found[0] === '[') depth++;
    else if (found[0] === '}' || found[0] === ']') depth--;
    if (depth === 0) return token.lastIndex;
  }
  return null;
}

function objectOf(text: string): object | null {
  for (const json of [text, ...(/^\s*[{[]\s*'/.test(text) ? [withDoubleQuotes(text)] : [])]) {
    try {
      const value = parseBody(json);
      if (typeof value === 'object' && value !== null && Object.keys(value).length > 0) return value;
    } catch {
      // Not this one.
    }
  }
  return null;
}

/** What Python prints for a dict. */
function withDoubleQuotes(text: string): string {
  return text.replace(/"[^"\\]*(?:\\[^][^"\\]*)*"|'([^'\\]*(?:\\[^][^'\\]*)*)'/g, (whole, inner?: string) =>
    inner === undefined ? whole : JSON.stringify(inner.replace(/\\(['"\\])/g, '$1')),
  );
}
