/** What PHP writes with `serialize`: `a:1:{s:2:"id";i:7;}`. */

const begins = /^(?:a:\d{1,6}:\{|O:\d{1,3}:"[\w\\]{1,200}":\d{1,6}:\{)/;
const maxDepth = 32;
const maxValues = 16_384;

/** @returns `null` where `text` is none, or ends before it is over. Linear. */
export function readPhp(text: string): object | null {
  if (!begins.test(text)) return null;
  const read = createReader(text);
  const value = read.value(0);
  return typeof value === 'object' ? value : null;
}

type Value = string | number | boolean | null | object;

interface Reader {
  /** @returns `undefined` where nothing readable stands. */
  readonly value: (depth: number) => Value | undefined;
}

function createReader(text: string): Reader {
  let at = 0;
  let left = maxValues;
  const head = /(?:N;|([bid]):([-+.\dEINFAN]{1,40});|([sa]):(\d{1,9}):|O:\d{1,3}:"[\w\\]{1,200}":(\d{1,6}):)/y;

  /** Lengths are told in bytes of UTF-8. */
  function string(bytes: number): string | undefined {
    if (text[at] !== '"') return undefined;
    const from = at + 1;
    let end = from;
    for (let rest = bytes; rest > 0 && end < text.length;) {
      const code = text.codePointAt(end) ?? 0;
      rest -= code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
      end += code < 0x10000 ? 1 : 2;
    }
    if (!text.startsWith('";', end)) return undefined;
    at = end + 2;
    return text.slice(from, end);
  }

  function fields(count: number, depth: number): object | undefined {
    if (text[at] !== '{' || depth >= maxDepth) return undefined;
    at += 1;
    const found: (readonly [string, Value])[] = [];
    for (let index = 0; index < count; index++) {
      const name = value(depth + 1);
      if (typeof name !== 'string' && typeof name !== 'number') return undefined;
      const held = value(depth + 1);
      if (held === undefined) return undefined;
      // Private and protected ones have the class before their name, between zeros.
      found.push([String(name).replace(/^\0[^\0]{0,200}\0/, ''), held]);
    }
    if (text[at] !== '}') return undefined;
    at += 1;
    if (found.length > 0 && found.every(([name], index) => name === String(index)))
      return found.map(([, held]) => held);
    // Own properties, also where a field is called `__proto__`.
    return Object.fromEntries(found);
  }

  function value(depth: number): Value | undefined {
    head.lastIndex = at;
    const [whole, kind, scalar = '', sized, size, ofObject] = left-- > 0 ? (head.exec(text) ?? []) : [];
    if (whole === undefined) return undefined;
    at += whole.length;
    if (sized === 's') return string(Number(size));
    if (sized === 'a' || ofObject !== undefined) return fields(Number(size ?? ofObject), depth);
    if (kind === 'b') return scalar === '1';
    // Long ids stay exact.
    if (kind === 'i') return Number.isSafeInteger(Number(scalar)) ? Number(scalar) : scalar;
    return kind === 'd' ? Number(scalar) : null;
  }

  return { value };
}
