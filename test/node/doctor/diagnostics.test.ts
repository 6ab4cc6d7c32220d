import { describe, expect, it } from 'vitest';
import { withoutTheirs } from '../../../src-main/node/doctor/diagnostics.ts';

describe('what the log says, without what is the person’s', () => {
  it.each([
    ['getaddrinfo ENOTFOUND files.example.com', 'getaddrinfo ENOTFOUND [name]'],
    ['connect ECONNREFUSED 127.0.0.1:8080', 'connect ECONNREFUSED [name]:8080'],
    ['connect ETIMEDOUT 2001:db8::ff00:42:8329', 'connect ETIMEDOUT [name]'],
    [`ENOENT: no such file or directory, open '/home/anna/a b.mp4'`, `ENOENT: no such file or directory, open '…'`],
    ['EACCES /home/anna/Videos', 'EACCES [path]'],
    ['EACCES C:\\Users\\anna\\Videos', 'EACCES [path]'],
    [`Unexpected token 'r', "rain at dusk" is not valid JSON`, `Unexpected token '…', "…" is not valid JSON`],
    [
      `Unexpected token 'x', "{"prompt": "rain at dusk",x" is not valid JSON`,
      `Unexpected token '…', "…" is not valid JSON`,
    ],
    [`Expected ',' or '}' after property value`, `Expected '…' after property value`],
    [`ENOENT, open '/home/anna/Anna's rain at dusk/a b.mp4'`, `ENOENT, open '…'`],
    ['Unexpected token "rain at du', 'Unexpected token "…"'],
    ['fetched https://cdn.example/x?token=1 twice', 'fetched [address] twice'],
    ['s3://bucket/key and app://inbox/media/x', '[address] and [address]'],
    ['mail to anna.b@mail.example', 'mail to [mail]'],
    ['sk-live-0123456789abcdef0123', '[…]'],
    ['two\nlines', 'two lines'],
    [`Cannot read properties of undefined (reading 'length')`, `Cannot read properties of undefined (reading '…')`],
    ['x is not a function', 'x is not a function'],
  ])('%s', (text, clean) => expect(withoutTheirs(text)).toBe(clean));

  it('takes no longer for a hostile text', () => {
    for (const text of ['/'.repeat(500), 'a.'.repeat(250), ':'.repeat(500), '"'.repeat(500), 'a-'.repeat(250)])
      expect(withoutTheirs(text).length).toBeLessThanOrEqual(300);
  });
});
