/** What a call refuses is told of what was typed: by the parsers of the calls themselves. */
import { expect, test } from 'vitest';
import { fromErrorData, InboxError, toErrorData } from '../../src-main/common/errors.ts';
import { argParsers } from '../../src-main/common/parse-calls.ts';
import { toldOfTyped } from '../../src-main/headless/typed-values.ts';

const long = 'x'.repeat(700);

function refused(parse: (raw: readonly unknown[]) => unknown, ...args: readonly unknown[]): InboxError {
  try {
    parse(args);
  } catch (error) {
    return toldOfTyped(fromErrorData(toErrorData(error)), args);
  }
  throw new Error('it was taken');
}

test('a value stands as it was typed, in short', () => {
  const { code, message } = refused(argParsers['tasks:get'], long);
  expect([code, message]).toEqual(['bad-request', `"${'x'.repeat(40)}…": takes up to 600 characters, and has 700.`]);
  expect(refused(argParsers['tasks:trash'], ['a', long]).message).toMatch(/^"x{40}…": takes up to 600 /);
});

test('a field of several stands by its name', () => {
  const order = { provider: 'kie-aleph', model: null, prompt: 'rain', videos: [], images: [], params: {} };
  expect(refused(argParsers['submissions:send'], { ...order, project: long }).message).toBe(
    'project: takes up to 600 characters, and has 700.',
  );
});

test('what is about nothing that was typed stays as it is', () => {
  expect(refused(argParsers['tasks:get']).message).toContain('"tasks:get"');
  const other = new InboxError('not-found', { key: '', params: [], english: 'words from elsewhere' });
  expect(toldOfTyped(other, [long])).toBe(other);
});
