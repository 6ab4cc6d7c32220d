import { expect, test } from 'vitest';
import { fc } from '../support/fast-check.ts';
import { isHttpUrl } from '../../src-main/common/providers/link-text.ts';
import { canParseUrl } from '../../src-main/common/can-parse-url.ts';
import { parseProxy } from '../../src-main/node/outgoing/proxy-choice.ts';
import { secretsOfDatabaseUrl } from '../../src-main/node/shared-log/database-secrets.ts';

// From some ten thousand calls on, `URL.canParse` of Node 20 says no to letters of Latin-1 in a host.
test('an address with letters of Latin-1 stays one, however many were looked at before', () => {
  for (let n = 0; n < 200_000; n += 1) isHttpUrl(`https://me@a.example/${String(n % 100)}.mp4`);
  for (const text of [
    'https://médiá.example.test/a.mp4',
    'https://münchen.example/b.mp4',
    'https://例え.example/c.mp4',
  ])
    expect([text, canParseUrl(text), isHttpUrl(text)]).toEqual([text, true, true]);
});

test('nor does an address with such letters cease to be one for whoever else looks at addresses', () => {
  for (let n = 0; n < 200_000; n += 1) parseProxy(`a.example:${String(1 + (n % 100))}`);
  expect(parseProxy('http://médiá.example.test:3128')?.port).toBe('3128');
  for (let n = 0; n < 200_000; n += 1) secretsOfDatabaseUrl(`postgres://inbox@db.example/${String(n % 100)}`);
  expect(secretsOfDatabaseUrl('postgres://inbox:geheimé@db.example/inbox')).toContain('geheimé');
});

test('what looks plain enough to be taken unasked is an address for the platform, too (property)', () => {
  const signs = (unit: readonly string[], maxLength: number) =>
    fc.array(fc.constantFrom(...unit), { maxLength }).map((each) => each.join(''));
  const host = fc.oneof(
    signs(['a', 'b', '0', 'X', '9', '-', '.'], 16),
    fc.array(fc.oneof(fc.nat(300).map(String), fc.constantFrom('01', '0x1')), { maxLength: 5 }).map((n) => n.join('.')),
    signs(['a', '1', '-'], 6).map((label) => `xn--${label}.example`),
  );
  const port = fc.oneof(
    fc.constant(''),
    fc.nat(70_000).map((n) => `:${String(n)}`),
  );
  const rest = fc.string({ unit: 'grapheme-ascii', maxLength: 20 });
  fc.assert(
    fc.property(host, port, fc.constantFrom('', '/', '?', '#', '.', '@'), rest, (...parts) => {
      const url = `https://${parts.join('')}`;
      if (isHttpUrl(url)) expect([url, canParseUrl(url)]).toEqual([url, true]);
    }),
    { numRuns: 3000 },
  );
  for (const url of [
    'http://127.0.0.1:4444/a.mp4',
    'http://255.0.1.2',
    'https://a--b.example.com?x=\\',
    'HTTPS://A.Example/%',
  ])
    expect([url, isHttpUrl(url)]).toEqual([url, true]);
  for (const url of [
    'http://256.0.0.1/a',
    'http://1.2.3.4.5/a',
    'https://a.example:70000/',
    'https://xn--a.example/',
    'https://a.example/ b',
  ])
    expect([url, isHttpUrl(url), canParseUrl(url)]).toEqual([url, canParseUrl(url), canParseUrl(url)]);
});

test('what is no address is none, in whatever letters', () => {
  for (const text of ['', 'a', 'é', '//é.example', 'https://é .example/'])
    expect([text, canParseUrl(text)]).toEqual([text, false]);
  expect(canParseUrl('é.mp4', 'https://a.example/b/')).toBe(true);
});
