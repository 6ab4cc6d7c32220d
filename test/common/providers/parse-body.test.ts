import { fc } from '../../support/fast-check.ts';
import { describe, expect, test } from 'vitest';
import { parseBody } from '../../../src-main/common/providers/parse-body.ts';
import { readBody } from '../../../src-main/common/providers/reader.ts';

describe('the text of a body', () => {
  test.each([
    ['{"task_id":812345678901234567}', { task_id: '812345678901234567' }],
    ['{"data":{"taskId" : 812345678901234567 }}', { data: { taskId: '812345678901234567' } }],
    ['{"id":9007199254740993,"seed":9007199254740993}', { id: '9007199254740993', seed: 9007199254740992 }],
    ['{"id":1234567890123456}', { id: 1234567890123456 }],
    ['{"id":"812345678901234567"}', { id: '812345678901234567' }],
    ['{"taskNo":812345678901234567,"no":1}', { taskNo: '812345678901234567', no: 1 }],
    [
      '{"job":812345678901234567,"订单编号": 812345678901234568}',
      { job: '812345678901234567', 订单编号: '812345678901234568' },
    ],
    ['{"task_ids":[7, 812345678901234567]}', { task_ids: [7, '812345678901234567'] }],
    [
      '{"ids":[812345678901234567,\n8, 812345678901234568,{"x":812345678901234569}, 812345678901234570]}',
      { ids: ['812345678901234567', 8, '812345678901234568', { x: 812345678901234600 }, 812345678901234600] },
    ],
    ['{"ids":["id", 812345678901234567]}', { ids: ['id', 812345678901234600] }],
    ['{"id":812345678901234567.5}', { id: Number('812345678901234567.5') }],
    ['{"ids":[7],"seed":812345678901234567}', { ids: [7], seed: 812345678901234600 }],
    ['{"note":"\\"id\\":812345678901234567"}', { note: '"id":812345678901234567' }],
    ['{"id":[812345678901234567]}', { id: [812345678901234600] }],
    ['{"id":-812345678901234567}', { id: -812345678901234600 }],
    ['{"id":8123456789012345e3}', { id: Number('8123456789012345e3') }],
    ['\uFEFF{"id":"x"}', { id: 'x' }],
    ['7', 7],
  ])('%s', (text, expected) => {
    expect(parseBody(text)).toEqual(expected);
  });

  test.each(['', '{', 'null x', 'NaN', '{"a":1', '[1 2', "{'id':1"])('%j is not JSON', (text) => {
    expect(() => parseBody(text)).toThrow(SyntaxError);
  });

  test('an id of 18 digits arrives exact', () => {
    const body = parseBody('{"task_id":812345678901234567,"task_status":"succeed"}');
    expect(readBody({ body, headers: {}, providerHint: null })).toMatchObject({ taskId: '812345678901234567' });
  });

  test('reads what JSON.parse reads, apart from long ids', () => {
    const marker = '1234567890123456';
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = JSON.stringify({ marker, value });
        expect(parseBody(text)).toEqual(JSON.parse(text));
      }),
      { numRuns: 500 },
    );
  });

  test.each([
    ['digits', `{"id":${'1'.repeat(1_000_000)}}`],
    ['quotes', `{"id":1234567890123456,"x":"${'\\"'.repeat(500_000)}"}`],
    ['names', `{"id":1234567890123456,${'"a":1,'.repeat(200_000)}"b":1}`],
    ['levels', `{"id":1234567890123456,"x":${'['.repeat(100_000)}${']'.repeat(100_000)}}`],
    ['numbers', `[${'1234567890123456,'.repeat(50_000)}0]`],
  ])('long bodies cost little: %s', (_, text) => {
    expect(() => parseBody(text)).not.toThrow();
  });
});

describe('what is almost JSON', () => {
  test.each([
    ['{"a":NaN,"b":[Infinity,-Infinity,0.5]}', { a: null, b: [null, null, 0.5] }],
    ['{"note":"NaN, Infinity","x":NaN}', { note: 'NaN, Infinity', x: null }],
    ['{"a":[1,2,],"b":{"c":1,},}', { a: [1, 2], b: { c: 1 } }],
    ['{"a":",]","b":[1,]}', { a: ',]', b: [1] }],
    ['{"a":None,"b":True,"c":False,"d":undefined}', { a: null, b: true, c: false, d: null }],
    ['{"a":"one\ntwo","b":"\tx"}', { a: 'one\ntwo', b: '\tx' }],
    ['\uFEFF{"a":NaN}', { a: null }],
    ['{"task_id":812345678901234567,"cost":NaN}', { task_id: '812345678901234567', cost: null }],
    [JSON.stringify('{"task_id":812345678901234567}'), { task_id: '812345678901234567' }],
    [JSON.stringify(JSON.stringify({ id: 'x' })), { id: 'x' }],
    [JSON.stringify('[{"id":"x"}]'), [{ id: 'x' }]],
    ['"plain text"', 'plain text'],
    ['"{not json"', '{not json'],
  ])('%s', (text, expected) => {
    expect(parseBody(text)).toEqual(expected);
  });

  test.each([
    '{"a" NaN}',
    '[NaN',
    '[slow motion]',
    '{no name}',
    'Infinity',
    '{"a":"open',
    '<html>NaN</html>',
    'a=1&b=NaN',
  ])('%j is not even that', (text) => {
    expect(() => parseBody(text)).toThrow(SyntaxError);
  });

  test.each([
    ['{"id":"t","video_url":"u","video_url":null}', { id: 't', video_url: 'u' }],
    ['{"taskId":"t","taskId":"","url":"u","url":[]}', { taskId: 't', url: 'u' }],
    ['{"data":{"url":"u"},"id":12345678901234567890,"data":{}}', { data: { url: 'u' }, id: '12345678901234567890' }],
    ['{"url":null,"url":"u"}', { url: 'u' }],
    ['{"url":"u","url":"v"}', { url: 'v' }],
    [
      '{"url":"a \\"q\\", \\u00e9","of":{"url":null},"__proto__":1}',
      { url: 'a "q", é', of: { url: null }, ['__proto__']: 1 },
    ],
  ])('a name that comes again with nothing behind it takes nothing away: %s', (text, expected) => {
    expect(parseBody(text)).toEqual(expected);
  });

  test.each([
    [
      '{"url":"https://a.test/1.mp4","url":"https://a.test/2.mp4"}',
      { url: ['https://a.test/1.mp4', 'https://a.test/2.mp4'] },
    ],
    ['{"url":"https://a.test/1.mp4", "n":1, "url" : "https://a.test/1.mp4"}', { url: 'https://a.test/1.mp4', n: 1 }],
    [
      '{"data":{"url":"http://a.test/1","x":{"y":[1]},"url":"http://a.test/2"}}',
      { data: { url: ['http://a.test/1', 'http://a.test/2'], x: { y: [1] } } },
    ],
    ['{"output":["http://a.test/1"],"output":["http://a.test/2"]}', { output: ['http://a.test/1', 'http://a.test/2'] }],
    [
      '{"video":{"url":"http://a.test/1"},"video":{"url":"http://a.test/2"}}',
      { video: [{ url: 'http://a.test/1' }, { url: 'http://a.test/2' }] },
    ],
    [
      '{"a":{"url":"http://a.test/1"},"b":{"url":"http://a.test/2"}}',
      { a: { url: 'http://a.test/1' }, b: { url: 'http://a.test/2' } },
    ],
    ['{"status":"processing","status":"done","code":1,"code":2}', { status: 'done', code: 2 }],
    ['{"data":{"a":1},"data":{"b":2}}', { data: { b: 2 } }],
    [
      '{"text":"{\\"url\\":{},\\"url\\":{}}","url":"http://a.test/1"}',
      { text: '{"url":{},"url":{}}', url: 'http://a.test/1' },
    ],
  ])('a name that comes again with another film takes none away: %s', (text, expected) => {
    expect(parseBody(text)).toEqual(expected);
  });

  test('of one name with very many films it costs little', () => {
    const links = Array.from({ length: 20_000 }, (_, n) => `"url":"http://a.test/${String(n)}"`);
    expect(() => parseBody(`{${links.join(',')},}`)).not.toThrow();
  });

  test('what is made to hurt costs little', () => {
    const long = 'x'.repeat(4_000_000);
    expect(parseBody(`{"id":1234567890123456789,"a":"${long}","b":NaN}`)).toMatchObject({ id: '1234567890123456789' });
    for (const bad of [
      `{"a":${','.repeat(1_000_000)}`,
      `[${', '.repeat(500_000)}`,
      `{"a":${'"\\'.repeat(500_000)}`,
      `{${'"'.repeat(1_000_000)}`,
    ]) {
      expect(() => parseBody(bad)).toThrow(SyntaxError);
    }
  });
});
