/** Damage with knowledge of structure: JSON values whose members move, vanish, double and turn hostile, and bytes that flip. */
import { fc } from '../support/fast-check.ts';

/** What a hostile or broken sender puts where something else is expected. */
const hostileValues: readonly unknown[] = [
  null,
  true,
  false,
  0,
  -1,
  1e308,
  Number.MAX_SAFE_INTEGER + 2,
  '',
  ' ',
  '\u0000',
  '\ud800',
  '../../etc/passwd',
  'javascript:alert(1)',
  'https://[::ffff:127.0.0.1]/x.mp4',
  'https://host.invalid/%00.mp4',
  'x'.repeat(70_000),
  '{"taskId":"inner","status":"completed"}',
  '[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]',
  '__proto__',
  [],
  {},
  [null, [[]], {}],
  { __proto__: null, constructor: { prototype: 1 } },
  { toString: 1, valueOf: 'x', length: -1, then: 'not a promise' },
];
const hostileNames: readonly string[] = [
  '',
  '__proto__',
  'constructor',
  'toString',
  'then',
  'id',
  'status',
  'data',
  'url',
  'error',
  'output',
  'ID',
];

interface Step {
  readonly act: 'replace' | 'remove' | 'rename' | 'double' | 'wrap' | 'text' | 'graft' | 'repeat';
  /** Which place of the value, of as many as there are. */
  readonly at: number;
  readonly pick: number;
}

const step: fc.Arbitrary<Step> = fc.record({
  act: fc.constantFrom('replace', 'remove', 'rename', 'double', 'wrap', 'text', 'graft', 'repeat'),
  at: fc.nat(),
  pick: fc.nat(),
});

/** One of `seeds` with up to six changes. */
export function mutated(seeds: readonly unknown[]): fc.Arbitrary<unknown> {
  return fc
    .tuple(fc.nat(seeds.length - 1), fc.array(step, { maxLength: 6 }))
    .map(([seed, steps]) => steps.reduce((value, each) => change(value, each, seeds), structuredClone(seeds[seed])));
}

/** A copy: what is put into a value may be changed there. */
function hostile(pick: number): unknown {
  return structuredClone(hostileValues[pick % hostileValues.length]);
}

type Parent = Record<string, unknown> | unknown[];

/** Every place of the value, as its container and its name. */
function placesIn(value: unknown): readonly (readonly [Parent, string])[] {
  const places: (readonly [Parent, string])[] = [];
  const open: unknown[] = [value];
  for (let next = open.pop(); next !== undefined && places.length < 2000; next = open.pop()) {
    if (typeof next !== 'object' || next === null) continue;
    for (const [name, inner] of Object.entries(next)) {
      places.push([next as Parent, name]);
      open.push(inner);
    }
  }
  return places;
}

function change(value: unknown, { act, at, pick }: Step, seeds: readonly unknown[]): unknown {
  if (act === 'wrap')
    return [{ data: value }, [value], { payload: { result: value } }, JSON.stringify(value)][pick % 4];
  const places = placesIn(value);
  const place = places[at % Math.max(1, places.length)];
  if (place === undefined) return hostile(pick);
  const [parent, name] = place;
  const holder = parent as Record<string, unknown>;
  const inner = holder[name];
  switch (act) {
    case 'replace':
      set(holder, name, hostile(pick));
      break;
    case 'remove':
      if (Array.isArray(parent)) parent.splice(Number(name), 1);
      else Reflect.deleteProperty(holder, name);
      break;
    case 'rename':
      if (Array.isArray(parent)) break; // JSON has no other names in a list than numbers
      Reflect.deleteProperty(holder, name);
      set(holder, hostileNames[pick % hostileNames.length] ?? '', inner);
      break;
    case 'double':
      if (Array.isArray(parent)) parent.push(structuredClone(inner));
      else set(holder, `${name}_${String(pick % 3)}`, structuredClone(inner));
      break;
    case 'text':
      set(holder, name, JSON.stringify(inner));
      break;
    case 'graft':
      set(holder, name, structuredClone(seeds[pick % seeds.length]));
      break;
    case 'repeat':
      set(
        holder,
        name,
        Array.from({ length: pick % 60 }, () => structuredClone(inner)),
      );
      break;
  }
  return value;
}

/** As a parser of JSON would set it: `__proto__` is a name like any other. */
function set(holder: Record<string, unknown>, name: string, value: unknown): void {
  Object.defineProperty(holder, name, { value, enumerable: true, configurable: true, writable: true });
}

/** Bytes with up to eight places damaged: flipped, cut out, doubled, or the end cut off. */
export function damagedBytes(seeds: readonly Buffer[]): fc.Arbitrary<Buffer> {
  const damage = fc.record({ act: fc.constantFrom('flip', 'cut', 'double', 'end'), at: fc.nat(), size: fc.nat(64) });
  return fc.tuple(fc.nat(seeds.length - 1), fc.array(damage, { minLength: 1, maxLength: 8 })).map(([seed, damages]) =>
    damages.reduce(
      (bytes, { act, at, size }) => {
        const place = bytes.length === 0 ? 0 : at % bytes.length;
        if (act === 'end') return bytes.subarray(0, place);
        if (act === 'cut') return Buffer.concat([bytes.subarray(0, place), bytes.subarray(place + size)]);
        if (act === 'double') return Buffer.concat([bytes.subarray(0, place + size), bytes.subarray(place)]);
        const copy = Buffer.from(bytes);
        if (copy.length > 0) copy.writeUInt8(copy.readUInt8(place) ^ (1 << (size % 8)), place);
        return copy;
      },
      Buffer.from(seeds[seed] ?? ''),
    ),
  );
}

/** As it is sent; what JSON has no word for is sent as nothing. */
export function jsonBytes(value: unknown): Buffer {
  return Buffer.from(value === undefined ? '' : JSON.stringify(value));
}

/** How many cases of a kind: a short run in the tests, a long one with `npm run fuzz`. `weight` 1 is one body. */
export function runs(weight: number): { readonly numRuns: number; readonly seed?: number } {
  const bodies = Number(process.env['VIDEO_INBOX_FUZZ_BODIES'] ?? 1500);
  const seed = process.env['VIDEO_INBOX_FUZZ_SEED'];
  return {
    numRuns: Math.max(20, Math.round(bodies * weight)),
    ...(seed === undefined ? {} : { seed: Number(seed) }),
  };
}
/** A long run has all the time that it needs. */
export const fuzzTimeoutMs = 6 * 3600 * 1000;
