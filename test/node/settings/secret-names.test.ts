import { expect, test } from 'vitest';
import { needKey } from '../../../src-main/node/settings/secret-names.ts';

test.each(['one\ntwo', 'Bearer abcdef', 'abc\u201cdef', 'abc\u200bdef', '\u043a\u043b\u044e\u0447'])(
  'what no header takes is no key: %j',
  (value) => {
    expect(() => needKey('KIE_API_KEY', value)).toThrow(/That is no key: .* so KIE_API_KEY is as it was/);
  },
);

test.each([
  ['KIE_API_KEY', ' abcdef-12_3=\n'],
  ['REPLICATE_API_KEY', 'first, second'],
  ['KLING_API_KEY', 'ACCESS:SECRET'],
  ['KIE_HMAC', 'any words of yours'],
])('%s may be %j', (name, value) => {
  expect(() => needKey(name, value)).not.toThrow();
});
