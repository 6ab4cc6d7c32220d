import { expect, test } from 'vitest';
import { isHttpUrl } from '../../src-main/common/providers/urls.ts';
import { canParseUrl } from '../../src-main/common/can-parse-url.ts';

// From some ten thousand calls on, `URL.canParse` of Node 20 says no to letters of Latin-1 in a host.
test('an address with letters of Latin-1 stays one, however many were looked at before', () => {
  for (let n = 0; n < 200_000; n += 1) isHttpUrl(`https://a.example/${String(n % 100)}.mp4`);
  for (const text of [
    'https://médiá.example.test/a.mp4',
    'https://münchen.example/b.mp4',
    'https://例え.example/c.mp4',
  ])
    expect([text, canParseUrl(text), isHttpUrl(text)]).toEqual([text, true, true]);
});

test('what is no address is none, in whatever letters', () => {
  for (const text of ['', 'a', 'é', '//é.example', 'https://é .example/'])
    expect([text, canParseUrl(text)]).toEqual([text, false]);
  expect(canParseUrl('é.mp4', 'https://a.example/b/')).toBe(true);
});
