import { expect, test } from 'vitest';
import { isHttpUrl } from '../../src-main/common/providers/urls.ts';
import { canParseUrl } from '../../src-main/common/can-parse-url.ts';
import { parseProxy } from '../../src-main/node/downloads/proxy-choice.ts';
import { secretsOfDatabaseUrl } from '../../src-main/node/shared-log/database-secrets.ts';

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

test('nor does an address with such letters cease to be one for whoever else looks at addresses', () => {
  for (let n = 0; n < 200_000; n += 1) parseProxy(`a.example:${String(1 + (n % 100))}`);
  expect(parseProxy('http://médiá.example.test:3128')?.port).toBe('3128');
  for (let n = 0; n < 200_000; n += 1) secretsOfDatabaseUrl(`postgres://inbox@db.example/${String(n % 100)}`);
  expect(secretsOfDatabaseUrl('postgres://inbox:geheimé@db.example/inbox')).toContain('geheimé');
});

test('what is no address is none, in whatever letters', () => {
  for (const text of ['', 'a', 'é', '//é.example', 'https://é .example/'])
    expect([text, canParseUrl(text)]).toEqual([text, false]);
  expect(canParseUrl('é.mp4', 'https://a.example/b/')).toBe(true);
});
