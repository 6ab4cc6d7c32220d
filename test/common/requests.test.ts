import { expect, test } from 'vitest';
import { outcomeOf, type RequestHead } from '../../src-main/common/requests.ts';
import { enRefusals } from '../../src-main/common/texts/en-requests.ts';

const mebibyte = 1024 * 1024;

test('a body that is hardly too large is not said to have just what is allowed', () => {
  const limitBytes = 4 * mebibyte;
  expect(enRefusals['too-large']({ bytes: limitBytes + 28, limitBytes })).toMatch(/^The body is larger than 4 MiB;/);
  expect(enRefusals['too-large']({ bytes: 9 * mebibyte, limitBytes })).toMatch(
    /^The body is larger than 4 MiB \(9 MiB\);/,
  );
});

test('what came again is told in one sentence', () => {
  const head: Pick<RequestHead, 'outcome' | 'code' | 'facts' | 'nth' | 'again'> = {
    outcome: 'refused',
    code: 'wrong-method',
    facts: { method: 'PUT' },
    nth: 1,
    again: 1,
  };
  expect(outcomeOf(head as RequestHead)).toBe('Send callbacks with POST, not PUT, and once more');
});
