/** What a stranger may write into any field. A pattern whose time grows with the square takes hours for one of these. */
import { expect, test } from 'vitest';
import { readCallbackText } from '../../../src-main/common/body/callback-body.ts';
import { readBody } from '../../../src-main/common/providers/reader.ts';

const film = 'https://media.example.test/a.mp4';
const long = 200_000;
/** Each sign that some pattern looks for at the end of a text, in a run that does not end there. */
const runs = [
  ' ',
  '\n',
  '=',
  '_',
  '.',
  '!',
  ',',
  ';',
  '/',
  '-',
  '%',
  '"',
  "'",
  '[',
  '{',
  '(',
  '<',
  '\\',
  'A',
  'a',
  '7',
  '?',
  '#',
  '@',
  ':',
];
const begins = [
  '',
  'eyJ',
  'https://media.example.test/a',
  `${film}?x=`,
  `${film}?Policy=`,
  '{"a":"',
  'Ready: https://a.test/',
];

const bodies: readonly ((text: string) => object)[] = [
  (text) => ({ task_id: 't', status: text, progress: text, message: text, prompt: text, video_url: film }),
  (text) => ({ task_id: text, state: 'completed', url: text, output: [text], error: { message: text, code: text } }),
  (text) => ({
    code: 200,
    msg: text,
    data: { taskId: 't', resultJson: text, param: text, payload: text, info: { resultUrls: [text] } },
  }),
  (text) => ({
    id: 't',
    type: text,
    created_at: text,
    expires_at: text,
    model: text,
    result: text,
    data: text,
    body: text,
    [text]: text,
  }),
];

test.each(begins.flatMap((begin) => runs.map((run) => [begin, run] as const)))(
  '%j and %j again and again',
  (begin, run) => {
    const text = `${begin}${run.repeat(long)}x`;
    for (const body of bodies) {
      expect(readBody({ body: body(text), headers: {}, providerHint: null }).kind).toBeDefined();
    }
    expect(readCallbackText(text, null)).toBeDefined();
    expect(readCallbackText(`payload=${text}`, 'application/x-www-form-urlencoded')).toBeDefined();
    expect(readCallbackText(`a: b\nc: ${text}\r`, 'text/plain')).toBeDefined();
  },
);

test('a row of millions of cells is no table, and ends nothing', () => {
  expect(readCallbackText(`a,b\n${','.repeat(4_000_000)}`, 'text/csv')).toEqual({ problem: 'not-readable' });
});
