import fc from 'fast-check';
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
    ['{"note":"\\"id\\":812345678901234567"}', { note: '"id":812345678901234567' }],
    ['{"id":[812345678901234567]}', { id: [812345678901234600] }],
    ['{"id":-812345678901234567}', { id: -812345678901234600 }],
    ['{"id":8123456789012345e3}', { id: Number('8123456789012345e3') }],
    ['\uFEFF{"id":"x"}', { id: 'x' }],
    ['7', 7],
  ])('%s', (text, expected) => {
    expect(parseBody(text)).toEqual(expected);
  });

  test.each(['', '{', 'null x', "{'id':1}", '{"id":0812345678901234567}', 'NaN'])('%j is not JSON', (text) => {
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
    ['levels', `{"id":1234567890123456,"x":${'['.repeat(100_000)}${']'.repeat(100_000)}}`],
    ['numbers', `[${'1234567890123456,'.repeat(50_000)}0]`],
  ])('long bodies cost little: %s', (_, text) => {
    expect(() => parseBody(text)).not.toThrow();
  });
});
