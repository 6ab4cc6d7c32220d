/** What people and programs write as nearly JSON, and that none of it costs more than its length. */
import { describe, expect, test } from 'vitest';
import { atOnce } from '../../../src-main/common/in-turns.ts';
import { looseJsonInTurns, type LooseJson } from '../../../src-main/common/providers/loose-json.ts';
import { parseBody } from '../../../src-main/common/providers/parse-body.ts';
import { fc } from '../../support/fast-check.ts';

const film = 'https://media.example.test/o/film.mp4';
const body = { id: 't1', status: 'completed', video_url: film };

describe('the same object as it is written', () => {
  test.each([
    [
      'with comments',
      `{ // "id": "no",\n "id":"t1", /* } " */ "status":"completed", # done\n "video_url":"${film}" /* end */}`,
    ],
    ['with commas too many', `{,"id":"t1",,"status":"completed",,,"video_url":"${film}",}`],
    ['with commas forgotten', `{"id":"t1"\n"status":"completed"\n"video_url":"${film}"}`],
    ['in single quotes', `{'id':'t1','status':'completed','video_url':'${film}'}`],
    ['in backticks', `{id:\`t1\`,status:\`completed\`,video_url:\`${film}\`}`],
    ['in quotes of a word processor', `{“id”:“t1”,‘status’:‘completed’,“video_url”:“${film}”}`],
    ['with blanks of another kind', `{\u00a0"id":"t1",\u2003"status":"completed",\u200b"video_url":"${film}"}`],
    ['for another language’s text', `{\\"id\\":\\"t1\\",\\"status\\":\\"completed\\",\\"video_url\\":\\"${film}\\"}`],
    [
      'for HTML',
      `{&quot;id&quot;:&quot;t1&quot;,&#34;status&#34;:&quot;completed&quot;,&quot;video_url&quot;:&quot;${film}&quot;}`,
    ],
    ['by Python, as text', `{u'id': u't1', 'status': 'completed', b'video_url': b'${film}'}`],
    ['by Python, of an enumeration', `{'id': 't1', 'status': <Status.COMPLETED: 'completed'>, 'video_url': '${film}'}`],
    ['by Ruby', `{:id=>"t1", "status"=>:completed, :video_url=>"${film}"}`],
    ['by Java', `{id=t1, status=completed, video_url=${film}}`],
    ['without quotes', `{id: t1, status: completed, video_url: ${film}}`],
    ['by PHP, in short', `['id' => 't1', 'status' => 'completed', 'video_url' => '${film}',]`],
    ['by Swift', `["id": "t1", "status": "completed", "video_url": "${film}"]`],
    ['with nothing but names in quotes', `{"id": t1, "status": completed, "video_url": ${film}}`],
  ])('%s', (_, text) => {
    expect(parseBody(text)).toEqual(body);
  });
});

describe('values', () => {
  test.each([
    [
      `{"a":NaN,"b":-Infinity,"c":None,"d":True,"e":nil,"f":undefined}`,
      { a: null, b: null, c: null, d: true, e: null, f: null },
    ],
    ['{"a":.5,"b":5.,"c":+1,"d":0xFF,"e":1_000}', { a: 0.5, b: 5, c: 1, d: 255, e: 1000 }],
    // Digits that begin with a zero are no number to calculate with.
    ['{"a":007,"task_id":0812345678901234567}', { a: '007', task_id: '0812345678901234567' }],
    ['{task_id:812345678901234567,"cost":NaN}', { task_id: '812345678901234567', cost: null }],
    [
      '{"a":"C:\\dir\\out","b":"it\\\'s","c":"\\x41\\u00e9\\u{1F3AC}\\uZZ","d":"one\\\ntwo"}',
      { a: 'C:\\dir\\out', b: "it's", c: 'Aé🎬\\uZZ', d: 'onetwo' },
    ],
    [`{'a': "a man's dog", 'b': 'he said "hi"', 'c': 'it\\'s'}`, { a: "a man's dog", b: 'he said "hi"', c: "it's" }],
    ['{"a":(1,2,),"b":()}', { a: [1, 2], b: [] }],
    [
      `{'a': Decimal('0.41'), 'b': UUID('7c0a'), 'c': datetime.datetime(2026, 1, 2, tzinfo=datetime.timezone.utc), 'd': new Date(5)}`,
      { a: '0.41', b: '7c0a', c: null, d: 5 },
    ],
    ['{"__proto__":{"a":1},}', Object.fromEntries([['__proto__', { a: 1 }]])],
    [`[${film}, ${film}]`, [film, film]],
  ])('%s', (text, expected) => {
    expect(parseBody(text)).toEqual(expected);
  });

  test.each([
    [`{"prompt":"he said "hi" to me","video_url":"${film}"}`, 'he said "hi" to me'],
    [`{"prompt":"a "slow" pan, then "cut"","video_url":"${film}"}`, 'a "slow" pan, then "cut"'],
    [`{"prompt":"one\n"two"\tthree","video_url":"${film}"}`, 'one\n"two"\tthree'],
    [`{'prompt':'a man's dog','video_url':'${film}'}`, "a man's dog"],
  ])('a template that put a text with quotes between quotes: %s', (text, prompt) => {
    expect(parseBody(text)).toEqual({ prompt, video_url: film });
  });
});

const readLooseJson = (text: string): LooseJson => atOnce(looseJsonInTurns(text));

test.each([
  '{',
  '{"a":',
  '{"a":"b}',
  '{"a":[1,2}',
  '{a}',
  '[a man, a dog]',
  '[1/3] a man',
  '{a man walks: slowly',
  'a: 1',
  '',
  '{"a":1}}',
  '{/*',
])('is not even that: %s', (text) => {
  expect(() => parseBody(text)).toThrow(SyntaxError);
});

test('any JSON reads the same with comments, commas and single quotes', () => {
  const single = (value: unknown): string => {
    if (typeof value === 'string')
      return `'${JSON.stringify(value).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
    if (Array.isArray(value)) return `[${value.map((item) => `${single(item)} /* ' */ ,`).join('')}]`;
    if (typeof value === 'object' && value !== null)
      return `{${Object.entries(value)
        .map(([name, inner]) => `${single(name)} : ${single(inner)}, // "\n`)
        .join('')}}`;
    return JSON.stringify(value);
  };
  fc.assert(
    fc.property(fc.oneof(fc.dictionary(fc.string(), fc.jsonValue()), fc.array(fc.jsonValue())), (value) => {
      // -0 is written as 0.
      expect(parseBody(single(value))).toEqual(JSON.parse(JSON.stringify(value)));
    }),
    { numRuns: 300 },
  );
});

test('whatever it is, it is read or refused, and nothing is added to it', () => {
  const piece = fc.constantFrom(
    ...`{ } [ ] ( ) " ' \` : = => , ; \\ / // /* */ # \n < > - 1 .5 id film None u' x( new`.split(' '),
    ' ',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
      const text = `{${pieces.join('')}}`;
      try {
        const { value, end } = readLooseJson(text);
        expect(end).toBeLessThanOrEqual(text.length);
        const said = JSON.stringify(value)
          .replaceAll(/\\.|[^a-z]/g, ' ')
          .split(' ');
        for (const word of said) expect(`${text} null true`).toContain(word);
      } catch (error) {
        expect(error).toBeInstanceOf(SyntaxError);
      }
    }),
    { numRuns: 2000 },
  );
});

test('what is made to hurt costs its length', () => {
  const size = 50_000;
  for (const part of [
    '{',
    '[',
    '(',
    '"',
    "'",
    '" ',
    "' '",
    '/*',
    '//',
    '{"a":',
    '{a:',
    "{'",
    '":"',
    '\\',
    '\\"',
    '", ',
    'x(',
    '<',
    '#',
    '-',
    '1_',
    'a ',
    ' ',
    '"\n',
    ',',
    '{a=',
    'u',
  ]) {
    for (const text of [
      `{"a":${part.repeat(size)}`,
      `{"a":"${part.repeat(size)}`,
      `{${part.repeat(size)}}`,
      `{'a':'${part.repeat(size)}'}`,
    ]) {
      try {
        readLooseJson(text);
      } catch (error) {
        expect(error).toBeInstanceOf(SyntaxError);
      }
    }
  }
  const long = 'x'.repeat(2_000_000);
  expect(readLooseJson(`{'a':'${long}',}`).value).toEqual({ a: long });
});

test('ten thousand tasks are read, and more quotes and values than they could have are not', () => {
  const tasks = Array.from({ length: 10_000 }, (_, n) => `{'id': 't${String(n)}', 'prompt': 'it's "rain"', 'n': 1,}`);
  expect(readLooseJson(`[${tasks.join()}]`).value).toHaveLength(10_000);
  expect(() => readLooseJson(`{'a': '${`'x`.repeat(300_000)}'}`)).toThrow(SyntaxError);
  expect(() => readLooseJson(`{${`'':'',`.repeat(300_000)}}`)).toThrow(SyntaxError);
});
