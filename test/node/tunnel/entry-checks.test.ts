import { expect, test } from 'vitest';
import { checkAuthtoken, checkDomain } from '../../../src-main/node/tunnel/entry-checks.ts';

const token = '2abcDEFghiJKLmnoPQRstuVWXyz_4fGhJkLmNpQrStUvWxYz1';

test.each([
  token,
  ` ${token}\n`,
  `"${token}"`,
  `'${token}';`,
  `ngrok config add-authtoken ${token}`,
  `$ ngrok config add-authtoken ${token}`,
  `ngrok.exe authtoken ${token}`,
  `NGROK_AUTHTOKEN=${token}`,
  `export NGROK_AUTHTOKEN="${token}"`,
  `authtoken: ${token}`,
  `${token}${token}`,
  `\u200b${token}\ufeff`,
])('the authtoken is found in %j', (pasted) => {
  expect(checkAuthtoken(pasted)).toEqual({ ok: true, authtoken: token, warning: null });
});

test.each([
  ['', 'Paste your ngrok authtoken'],
  ['   \n', 'Paste your ngrok authtoken'],
  ['ngrok config add-authtoken ', 'Paste your ngrok authtoken'],
  [`${token} ${token}`, 'one word'],
  ['your token here', 'one word'],
  ['<your-token>', 'letters, digits'],
  ['tökén_äbcdefgh', 'letters, digits'],
  ['abc_1', 'too short'],
  [`${'a'.repeat(150)}_${'b'.repeat(150)}`, 'too long'],
  ['cr_2IEh2EYZF5XxPRAtzSSSnBGadhz', 'name of a key'],
  ['ak_2IEh2EYZF5XxPRAtzSSSnBGadhz', 'name of a key'],
  ['sk-proj-abcdefghijklmnop', 'another service'],
  ['https://dashboard.ngrok.com/get-started/your-authtoken', 'link'],
])('%j is refused', (pasted, words) => {
  const checked = checkAuthtoken(pasted);
  expect(checked.ok).toBe(false);
  expect(!checked.ok && checked.problem.english).toContain(words);
});

test('no refusal repeats what was pasted', () => {
  const checked = checkAuthtoken(`${token} secret`);
  expect(JSON.stringify(checked)).not.toContain(token);
});

test('an authtoken without an underscore is let through with a warning: ngrok decides', () => {
  const checked = checkAuthtoken('4nq9771bPxe8ctg7LKr');
  expect(checked).toMatchObject({ ok: true, authtoken: '4nq9771bPxe8ctg7LKr' });
  expect(checked.ok && checked.warning?.english).toContain('first version');
});

test.each([
  ['', null],
  ['otter.ngrok-free.dev', 'otter.ngrok-free.dev'],
  [' https://Otter.ngrok-free.dev/ ', 'otter.ngrok-free.dev'],
  ['callbacks.example.com', 'callbacks.example.com'],
])('the domain in %j is %j', (pasted, domain) => {
  expect(checkDomain(pasted)).toEqual({ ok: true, domain });
});

test.each(['otter', 'otter..dev', '-a.dev', 'a.dev/path', 'a b.dev', '127.0.0.1', '*.a.dev', `${'a.'.repeat(130)}dev`])(
  '%j is no domain',
  (pasted) => expect(checkDomain(pasted).ok).toBe(false),
);
