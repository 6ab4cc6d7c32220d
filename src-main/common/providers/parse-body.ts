/**
 * The text of a body as JSON, with ids kept exact.
 *
 * Kling, MiniMax and Vidu use ids of 18 digits. Where one is written as a number, `JSON.parse` would round it and two
 * tasks could become one, so integers beyond 2^53 behind a key that ends in "id" are read as text.
 * @throws SyntaxError where the text is not JSON.
 */
export function parseBody(text: string): unknown {
  const json = text.startsWith('\uFEFF') ? text.slice(1) : text;
  const parsed = JSON.parse(json) as unknown;
  return /\d{16}/.test(json) ? (JSON.parse(quoteLongIds(json)) as unknown) : parsed;
}

const idKey = /id"$/i;
// Sticky patterns over text that is known to be JSON: each match moves on, so the walk is linear.
const token = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|[^"\d-]+/gy;

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
