/**
 * The text of a body as JSON, with ids kept exact.
 *
 * Kling, MiniMax and Vidu use ids of 18 digits. Where one is written as a number, `JSON.parse` would round it and two
 * tasks could become one, so integers beyond 2^53 behind a key that ends in "id" are read as text.
 *
 * What is almost JSON is read too: the NaN and Infinity of Python (as `null`), commas before a closing bracket, names without quotes, raw line
 * breaks in a text, a byte order mark, and an object that was written as JSON twice.
 * @throws SyntaxError where the text is not JSON, and not almost.
 */
export function parseBody(text: string): unknown {
  const json = text.startsWith('\uFEFF') ? text.slice(1) : text;
  const value = parseExact(json);
  return typeof value === 'string' ? parsedAgain(value) : value;
}

/** Written twice by senders that take a string for an object; three times by none. */
function parsedAgain(text: string, times = 2): unknown {
  const inner = text.trim();
  if (times === 0 || !/^(?:\{|\[|"\s*[{["\\])/.test(inner)) return text;
  try {
    const value = parseExact(inner);
    return typeof value === 'string' ? parsedAgain(value, times - 1) : value;
  } catch {
    return text;
  }
}

function parseExact(json: string): unknown {
  const [parsed, source] = parseLoosely(json);
  return /\d{16}/.test(source) ? (JSON.parse(quoteLongIds(source)) as unknown) : parsed;
}

function parseLoosely(json: string): readonly [unknown, string] {
  try {
    return [JSON.parse(json) as unknown, json];
  } catch (error) {
    if (!/^\s*[{["]/.test(json) || !mayBeMended.test(json)) throw error;
    const mended = mend(json);
    try {
      return [JSON.parse(mended) as unknown, mended];
    } catch {
      throw error;
    }
  }
}

// Unrolled, so that a text of megabytes costs no stack; each match moves on, so the walks are linear.
// A text that is never closed takes the rest, or each quote in it would be looked at to the end.
const string = String.raw`"[^"\\]*(?:\\[^][^"\\]*)*"`;
const stringOrRest = new RegExp(String.raw`${string}|[^"]+|"[^]*`, 'gy');
const token = new RegExp(String.raw`${string}|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|[^"\d-]+`, 'gy');

/** Cheap to look for: the faults below, without regard to whether they stand in a text. */
const mayBeMended =
  // eslint-disable-next-line no-control-regex -- these are what JSON forbids in a text
  /NaN|Infinity|\bnan\b|\binf\b|undefined|None|True|False|,\s*[}\]]|[{,]\s*[A-Za-z_$]|[\u0000-\u001f]/;

const words: Readonly<Record<string, string>> = { True: 'true', False: 'false' };

function mend(json: string): string {
  const parts: string[] = [];
  for (const [part] of json.matchAll(stringOrRest)) parts.push(part.startsWith('"') ? escaped(part) : mendedRest(part));
  return parts.join('');
}

function escaped(text: string): string {
  // eslint-disable-next-line no-control-regex -- these are what JSON forbids in a text
  return text.replace(/[\u0000-\u001f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function mendedRest(rest: string): string {
  return rest
    .replace(/[-+]?\b(?:NaN|Infinity|nan|inf|undefined|None|True|False)\b/g, (word) => words[word] ?? 'null')
    .replace(/,(?=\s*[}\]])/g, '')
    .replace(/([{,]\s*)([A-Za-z_$][\w$]{0,100})(?=\s*:)/g, '$1"$2"')
    .replace(/\0+$/, '');
}

const idKey = /id"$/i;

function quoteLongIds(json: string): string {
  const parts: string[] = [];
  let key = '';
  for (const [part] of json.matchAll(token)) {
    const isLongId = /^\d{16,}$/.test(part) && !Number.isSafeInteger(Number(part)) && idKey.test(key);
    parts.push(isLongId ? `"${part}"` : part);
    if (part.startsWith('"')) key = part;
    else if (part.trim() !== ':') key = '';
  }
  return parts.join('');
}
