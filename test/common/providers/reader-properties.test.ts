/** What must hold for any JSON that a stranger sends. */
import { fc } from '../../support/fast-check.ts';
import { describe, expect, test } from 'vitest';
import type { Result } from '../../../src-main/common/model.ts';
import { inCommonStyle } from '../../../src-main/common/providers/name-style.ts';
import { readBody } from '../../../src-main/common/providers/reader.ts';
import type { Reading } from '../../../src-main/common/providers/reading.ts';
import { isRequestName, isResultName } from '../../../src-main/common/providers/names.ts';
import { fixtures, lowerCased } from './fixtures.ts';

const sourceContainers = [
  'input',
  'param',
  'promptJson',
  'paramJson',
  'generateParam',
  'request',
  'config',
  'task_info',
  'urls',
  'webhook',
  'callBackUrl',
  'callback_url',
  'status_url',
  'cancel_url',
  'parameters',
  'metadata',
  'original_video',
  'referenceVideoUrl',
  'previewUrl',
  'watermarkedVideo',
  'init_video',
  'requestBody',
  'options',
];
const resultContainers = ['data', 'info', 'response', 'payload', 'assets', 'content', 'videoInfo', 'task_result'];
const moreContainers = [
  'task',
  'job',
  'files',
  'artifacts',
  'Video',
  'renders',
  'generation',
  'resultJson',
  'output',
  'result',
  'event_data',
  'works',
];
const urlNames = [
  'result_video_url',
  'video_url',
  'videoUrl',
  'resultUrls',
  'unsigned_urls',
  'outputs',
  'video',
  'url',
  'outputUrl',
  'mp4',
  'link',
  'final_cut',
  'message',
];
const otherNames = [
  'taskId',
  'task_id',
  'id',
  'status',
  'state',
  'code',
  'msg',
  'error',
  'type',
  'successFlag',
  'prompt',
];
const evilNames = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', ''];

const read = (body: unknown): Reading => readBody({ body, headers: {}, providerHint: null });

function resultOf(body: unknown): Result | null {
  const reading = read(body);
  return reading.kind === 'result' ? reading.result : null;
}

/** As it arrives: through JSON, which makes `__proto__` an own property. */
const throughJson = (entries: readonly (readonly [string, unknown])[]): unknown =>
  JSON.parse(`{${entries.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`).join(',')}}`);

const isLink = (value: unknown): boolean => typeof value === 'string' && /^https?:/i.test(value);

const urlAt = (host: string): fc.Arbitrary<string> =>
  fc
    .tuple(
      fc.constantFrom('http', 'https', 'HTTPS'),
      fc.stringMatching(/^[a-z0-9/_-]{0,12}$/),
      fc.constantFrom('', '.mp4', '?a=b,c', '.png'),
    )
    .map(([scheme, path, ending]) => `${scheme}://${host}/${path}${ending}`);

const leaf = (host: string): fc.Arbitrary<unknown> =>
  fc.oneof(
    { weight: 4, arbitrary: urlAt(host) },
    fc.array(urlAt(host), { maxLength: 3 }).map((urls) => `[${urls.join(', ')}]`),
    fc.array(urlAt(host), { maxLength: 3 }).map((urls) => JSON.stringify(urls)),
    fc.constantFrom('success', 'fail', 'generating', 'id-1', '', 'x', null, true, 200, '200', 0, 501),
    fc.string({ maxLength: 8 }),
    fc.integer(),
  );

/** Bodies out of the names that the reader knows, all URLs on one host. */
function bodyWith(host: string, names: readonly string[]): fc.Arbitrary<unknown> {
  return fc.letrec((tie) => ({
    value: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      leaf(host),
      tie('record'),
      fc.array(tie('value'), { maxLength: 3 }),
      tie('record').map((record) => JSON.stringify(record)),
    ),
    record: fc.array(fc.tuple(fc.constantFrom(...names), tie('value')), { maxLength: 6 }).map(throughJson),
  })).record;
}

const allNames = [
  ...sourceContainers,
  ...resultContainers,
  ...moreContainers,
  ...urlNames,
  ...otherNames,
  ...evilNames,
];
const anyBody = fc.oneof(fc.jsonValue(), bodyWith('any.example', allNames));
const withId = (body: unknown): unknown =>
  typeof body === 'object' && body !== null && !Array.isArray(body)
    ? throughJson([['taskId', 'id-1'], ...Object.entries(body).filter(([name]) => name !== 'taskId')])
    : body;

/** Every string of the body, also those inside JSON texts. */
function stringsIn(value: unknown, found: string[] = []): string[] {
  if (typeof value === 'string') {
    found.push(value);
    if (/^\s*[[{]/.test(value)) {
      try {
        stringsIn(JSON.parse(value), found);
      } catch {
        // Not JSON: the string itself is all there is.
      }
    }
  } else if (typeof value === 'object' && value !== null) {
    for (const part of Object.values(value)) stringsIn(part, found);
  }
  return found;
}

describe('any JSON', () => {
  test('never throws, and the reading is plain JSON', () => {
    fc.assert(
      fc.property(anyBody, fc.option(fc.string()), (body, providerHint) => {
        const reading = readBody({ body, headers: {}, providerHint });
        expect(JSON.parse(JSON.stringify(reading))).toEqual(reading);
      }),
      { numRuns: 1500 },
    );
  });

  test('no prototype is touched', () => {
    const before = Object.getOwnPropertyNames(Object.prototype).length;
    fc.assert(
      fc.property(anyBody, (body) => {
        const reading = read(withId(body));
        expect(Object.getPrototypeOf(reading)).toBe(Object.prototype);
        expect(Object.getOwnPropertyNames(Object.prototype)).toHaveLength(before);
      }),
      { numRuns: 500 },
    );
    const evil = JSON.parse(
      '{"id":"x","__proto__":{"polluted":1,"video_url":"https://a.example/v.mp4","data":{"url":"https://a.example/w.mp4"}},"constructor":{"prototype":{"polluted":1}}}',
    ) as unknown;
    expect(resultOf(evil)?.videoUrls).toEqual([]);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  test('an inherited property is no property', () => {
    expect(read(Object.create({ taskId: 'x' }))).toEqual({ kind: 'unreadable', reason: 'no-task-id' });
  });

  test('the body stays as it was, and reads the same twice', () => {
    const freeze = (value: unknown): unknown => {
      if (typeof value === 'object' && value !== null) Object.values(Object.freeze(value)).forEach(freeze);
      return value;
    };
    fc.assert(
      fc.property(anyBody, (body) => {
        const frozen = freeze(withId(body));
        expect(read(frozen)).toEqual(read(frozen));
      }),
      { numRuns: 500 },
    );
  });

  test('every URL and every text stood in the body', () => {
    fc.assert(
      fc.property(anyBody, (body) => {
        const sent = withId(body);
        const reading = read(sent);
        if (reading.kind !== 'result') return;
        const { result } = reading;
        const strings = stringsIn(sent);
        const said = [
          result.thumbnailUrl,
          result.sourceUrl,
          result.message,
          result.prompt,
          result.model,
          ...result.videoUrls,
        ];
        for (const text of said) {
          if (text !== null) expect(strings.some((string) => string.includes(text))).toBe(true);
        }
        for (const url of result.videoUrls) expect(url).toMatch(/^https?:\/\//i);
        expect(new Set(result.videoUrls).size).toBe(result.videoUrls.length);
        expect(result.videoUrls.length).toBeLessThanOrEqual(256);
      }),
      { numRuns: 1500 },
    );
  });
});

describe('sources and results', () => {
  // Inside a source container everything may stand; outside of it only results.
  const echo = bodyWith('source.example', allNames);
  const outside = bodyWith('result.example', [...resultContainers, ...moreContainers, ...urlNames, ...otherNames]);

  function plant(body: unknown, sources: readonly (readonly [string, unknown])[], place: number): unknown {
    if (typeof body !== 'object' || body === null) return body;
    if (Array.isArray(body)) return body.map((item) => plant(item, sources, place));
    const entries = Object.entries(body).map(([name, value]) => [name, plant(value, sources, place + 1)] as const);
    return throughJson([...entries, ...sources.slice(place % 2)]);
  }

  test('what stands in a source container is never a result', () => {
    const sources = fc.array(
      fc.tuple(
        fc.constantFrom(...sourceContainers),
        fc.oneof(
          echo,
          echo.map((record) => JSON.stringify(record)),
          fc.array(echo, { maxLength: 2 }),
          urlAt('source.example'),
        ),
      ),
      { minLength: 1, maxLength: 4 },
    );
    fc.assert(
      fc.property(outside, sources, (body, planted) => {
        // `urls` may hold addresses to ask at as well as results (maxapi lists them there, others name them by format),
        // so here it is one link alone.
        const list = planted.filter(([name, value]) => name !== 'urls' || isLink(value));
        const result = resultOf(withId(plant(body, list, 0)));
        for (const url of result?.videoUrls ?? []) expect(url).toMatch(/^https?:\/\/result\.example\//i);
        if (result?.thumbnailUrl) expect(result.thumbnailUrl).toMatch(/^https?:\/\/result\.example\//i);
        if (result?.sourceUrl) expect(result.sourceUrl).toMatch(/^https?:\/\/source\.example\//i);
      }),
      { numRuns: 1500 },
    );
  });
});

describe('names that nobody has thought of', () => {
  const film = 'https://media.example/out/film.mp4';
  /** `refkey`, written in one, is read as `ref_key`. */
  const asWords = (each: string): readonly string[] => Object.keys(inCommonStyle({ [each]: '' }) ?? {});
  // Names of JavaScript's, of address checks, and of addresses to ask at.
  const reserved = new Set(['constructor', 'prototype', 'challenge', 'urls', 'content', 'role']);
  const name = fc
    .stringMatching(/^[a-z]{3,10}(_[a-z]{3,8}|[A-Z][a-z]{2,7})?$/)
    .filter((each) => !reserved.has(each))
    .filter((each) => [each, ...asWords(each)].every((said) => isResultName(said) && !isRequestName(said)));
  const inside = fc.array(name, { maxLength: 3 });
  const wrap = (names: readonly string[], part: object): object =>
    names.reduceRight<object>((inner, each) => ({ [each]: inner }), part);

  test('a film under any of them is found, at any depth', () => {
    fc.assert(
      fc.property(inside, name, fc.boolean(), (names, last, isList) => {
        const body = { id: 'x', status: 'completed', ...wrap(names, { [last]: isList ? [film] : film }) };
        expect(resultOf(body)?.videoUrls).toEqual([film]);
      }),
      { numRuns: 1000 },
    );
  });

  test('a body with a film is never refused, and always the same task', () => {
    fc.assert(
      fc.property(inside, name, (names, last) => {
        const body = wrap(names, { [last]: film });
        const reading = read(body);
        expect(reading).toMatchObject({ kind: 'result', result: { videoUrls: [film] } });
        expect(read(structuredClone(body))).toEqual(reading);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('every sample, damaged', () => {
  test.each(fixtures)('$name: any part replaced by anything', ({ body, headers }) => {
    fc.assert(
      fc.property(fc.nat(), fc.jsonValue(), (pick, junk) => {
        const copy = structuredClone(body) as Record<string, unknown>;
        const places: [Record<string, unknown>, string][] = [];
        const walk = (record: Record<string, unknown>): void => {
          for (const [name, value] of Object.entries(record)) {
            places.push([record, name]);
            if (typeof value === 'object' && value !== null) walk(value as Record<string, unknown>);
          }
        };
        walk(copy);
        const [record, name] = places[pick % places.length] ?? [copy, 'x'];
        record[name] = junk;
        expect(() => readBody({ body: copy, headers: lowerCased(headers), providerHint: null })).not.toThrow();
        Reflect.deleteProperty(record, name);
        expect(() => readBody({ body: copy, headers: {}, providerHint: null })).not.toThrow();
      }),
      { numRuns: 60 },
    );
  });
});

/** Quadratic work or recursion on these would run into the time limit of the test, or overflow the stack. */
describe('bodies made to hurt', () => {
  const video = 'https://a.example/v.mp4';
  const names = [
    ...resultContainers,
    ...moreContainers,
    ...sourceContainers,
    ...urlNames,
    'error',
    'thumbnail',
    'images',
  ];

  test.each(names)('10,000 levels of %s', (name) => {
    for (const wrap of [(inner: unknown) => ({ [name]: inner }), (inner: unknown) => [{ [name]: [inner] }]]) {
      let deep: unknown = { url: video };
      for (let level = 0; level < 10_000; level++) deep = wrap(deep);
      expect(read({ id: 'x', [name]: deep }).kind).toBe('result');
      expect(read({ data: { taskId: 'x', [name]: deep } }).kind).toBe('result');
    }
  });

  test('bare lists in lists', () => {
    let deep: unknown = video;
    for (let level = 0; level < 100_000; level++) deep = [deep];
    expect(resultOf({ id: 'x', url: deep, outputs: deep, data: deep, error: deep })?.videoUrls).toEqual([]);
  });

  const many = 100_000;
  test.each<[string, () => unknown]>([
    ['numbers', () => Array.from({ length: many }, (_, n) => n)],
    ['URLs', () => Array.from({ length: many }, (_, n) => `https://a.example/${n}.mp4`)],
    ['pictures', () => Array.from({ length: many }, (_, n) => `https://a.example/${n}.png`)],
    ['objects', () => Array.from({ length: many }, () => ({ data: [{ url: 'no' }], output: {} }))],
    ['JSON texts', () => Array.from({ length: many / 10 }, () => '{"data":[{"url":"x"}]}')],
    ['one long text', () => 'x'.repeat(2_000_000)],
    ['one long URL', () => `https://a.example/${'a'.repeat(2_000_000)}`],
    ['brackets', () => '['.repeat(2_000_000)],
    ['almost JSON', () => `{"a":${'['.repeat(200_000)}`],
    ['texts that are almost JSON', () => Array.from({ length: 400 }, () => `[${'{"a":'.repeat(1500)}`)],
    ['commas', () => `[https://a.example/${', '.repeat(500_000)}]`],
    ['spaces', () => `[https://a.example/,${' '.repeat(500_000)}x]`],
    ['dots', () => '.'.repeat(1_000_000)],
    ['many keys', () => Object.fromEntries(Array.from({ length: many }, (_, n) => [`key${n}`, video]))],
  ])('%s in every place', (_, make) => {
    const value = make();
    const places = [...names, 'status', 'type', 'msg', 'model', 'code'];
    const body = Object.fromEntries(places.map((name) => [name, value]));
    expect(read({ id: 'x', ...body }).kind).toBe('result');
    expect(read({ taskId: 'x', data: body }).kind).toBe('result');
  });

  test('JSON text in JSON text in JSON text', () => {
    let text = `{"resultUrls":["${video}"]}`;
    for (let level = 0; level < 12; level++) text = JSON.stringify({ resultJson: text });
    expect(read({ id: 'x', resultJson: text, output: text, promptJson: text }).kind).toBe('result');
  });

  test('a fan of containers', () => {
    const wide = (depth: number): unknown =>
      depth === 0 ? { url: 'no' } : Object.fromEntries(resultContainers.map((name) => [name, wide(depth - 1)]));
    expect(read({ id: 'x', data: wide(5) }).kind).toBe('result');
  });
});
