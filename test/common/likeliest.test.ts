import { expect, test } from 'vitest';
import { likeliest } from '../../src-main/common/likeliest.ts';

const names = ['status', 'store', 'tag', 'wait', 'send-test', 'api-key'] as const;

test.each([
  ['stauts', 'status'],
  ['Status', 'status'],
  ['stor', 'store'],
  ['send', 'send-test'],
  ['apikey', 'api-key'],
  ['wiat', 'wait'],
  ['tga', 'tag'],
  ['cat', null],
  ['cut', null],
  ['bogus', null],
  ['', null],
])('%s is most likely meant as %s', (written, likely) => {
  expect(likeliest(written, names)).toBe(likely);
});
