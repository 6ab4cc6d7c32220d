import { expect, test } from 'vitest';
import { endOfLink, fileOfLink } from '../../src-main/common/links.ts';

const toldAt = Date.parse('2026-11-26T10:00:00Z');

test.each([
  ['X-Amz-Date=20261125T220000Z&X-Amz-Expires=3600&X-Amz-Signature=c', '2026-11-25T23:00:00.000Z'],
  ['X-Goog-Date=20261126T000000Z&X-Goog-Expires=60', '2026-11-26T00:01:00.000Z'],
  ['Expires=1795687200&Signature=x', '2026-11-26T10:00:00.000Z'],
  ['expires_at=2026-11-26T12:00:00Z', '2026-11-26T12:00:00.000Z'],
  ['sv=2024&se=2026-11-27T00%3A00%3A00Z&sig=x', '2026-11-27T00:00:00.000Z'],
  ['hdnts=exp=1795687200~acl=/*~hmac=ab', '2026-11-26T10:00:00.000Z'],
  [
    `token=eyJhbGciOiJIUzI1NiJ9.${btoa('{"url":"v/a.mp4","exp":1795687200}').replace(/=+$/, '')}.ab`,
    '2026-11-26T10:00:00.000Z',
  ],
  [
    `Policy=${btoa('{"Statement":[{"Condition":{"DateLessThan":{"AWS:EpochTime":1795687200}}}]}').replaceAll('=', '_')}&Signature=x`,
    '2026-11-26T10:00:00.000Z',
  ],
  ['authorization=bce-auth-v1/ak/2026-11-26T00:00:00Z/3600/host/ab', '2026-11-26T01:00:00.000Z'],
  ['OSSAccessKeyId=a&Expires=1795687200&Signature=x', '2026-11-26T10:00:00.000Z'],
  ['q-sign-time=1795600000;1795687200&q-signature=x', '2026-11-26T10:00:00.000Z'],
  ['ex=6b080f20&is=1&hm=ab', '2026-11-26T10:51:12.000Z'],
  ['e=1795687200&token=ak:sig', '2026-11-26T10:00:00.000Z'],
  ['expire=1795687200', '2026-11-26T10:00:00.000Z'],
  ['x-expires=1795687200&x-signature=ab', '2026-11-26T10:00:00.000Z'],
  ['ttl=3600', '2026-11-26T11:00:00.000Z'],
  ['hdntl=exp=1795687200~acl=/*~data=x~hmac=ab', '2026-11-26T10:00:00.000Z'],
  ['__token__=exp=1795687200~hmac=ab', '2026-11-26T10:00:00.000Z'],
  ['token=st=1795600000~exp=1795687200~acl=/*~hmac=ab', '2026-11-26T10:00:00.000Z'],
  ['st=abcdef&e=1795687200', '2026-11-26T10:00:00.000Z'],
  ['txSecret=ab&txTime=6b080f20', '2026-11-26T10:51:12.000Z'],
  ['video_url_ttl=60', '2026-11-26T10:01:00.000Z'],
  ['verify=1795690800-gUbgYcdTXYsW8EfG', '2026-11-26T11:00:00.000Z'],
  ['et=1795690800&token=ab', '2026-11-26T11:00:00.000Z'],
  ['auth_key=1795690800-0-0-abcdef0123456789abcdef0123456789', '2026-11-26T11:00:00.000Z'],
  ['validfrom=1795600000&validto=1795687200&hash=ab', '2026-11-26T10:00:00.000Z'],
  ['Expires=Thu%2C%2026%20Nov%202026%2010%3A00%3A00%20GMT', '2026-11-26T10:00:00.000Z'],
])('a link with %s dies at %s', (query, end) => {
  const at = endOfLink(`https://media.example.test/w.mp4?${query}`, toldAt);
  expect(at === null ? null : new Date(at).toISOString()).toBe(end);
});

test('a link whose path is signed tells by it', () => {
  expect(endOfLink('https://media.example.test/exp=1795687200~acl=%2Fo%2F*~hmac=ab/o/w.mp4')).toBe(1795687200000);
});

test.each([
  'verify=1795687200-gUbgYcdTXYsW8EfG',
  'verify=1795690800',
  'auth_key=1795687200-0-0-abcdef0123456789abcdef0123456789',
  'et=1795690800',
  'et=1795600000&token=ab',
  '',
  'e=1795687200',
  'e=5',
  'expires=never',
  'exp=12',
  'ttl=forever',
  'X-Amz-Expires=3600',
  'se=2026-11-27',
])('a link with "%s" does not tell', (query) => {
  expect(endOfLink(`https://media.example.test/w.mp4?${query}`, toldAt)).toBeNull();
});

const file = 'https://media.example.test/out/w.mp4';
const tokenOf = (claims: object): string =>
  `eyJhbGciOiJIUzI1NiJ9.${btoa(JSON.stringify(claims)).replace(/=+$/, '')}.${btoa(JSON.stringify(claims).slice(-9)).replace(/=+$/, '')}`;

test.each([
  ['http://media.example.test/out/w.mp4', file],
  ['https://MEDIA.example.test:443/out/w.mp4', file],
  [`${file}?X-Amz-Date=1&X-Amz-Signature=a`, file],
  [`${file}?v=2&Expires=1&Signature=a`, `http://media.example.test/out/w.mp4?v=2&Expires=2&Signature=b`],
  [`${file}?token=eyJhbGci.eyJ1cmwi.aa`, `${file}?token=eyJhbGci.eyJ1cmwj.bb`],
  [
    `${file}?token=${tokenOf({ url: 'out/w.mp4', sub: 'a', iat: 1795687200, exp: 1795690800 })}`,
    `${file}?token=${tokenOf({ url: 'out/w.mp4', sub: 'b', iat: 1795690800, exp: 1795694400 })}`,
  ],
  [`${file}?token=${tokenOf({ exp: 1795690800 })}`, `${file}?token=${tokenOf({ exp: 1795694400 })}`],
  [`${file}?e=1795687200&token=ak:aa`, `${file}?e=1795687300&token=ak:bb`],
  [`${file}?ex=a&is=b&hm=c`, `${file}?ex=d&is=e&hm=f`],
  [`${file}?token=a&expires=1`, `${file}?token=b&expires=2`],
  [`${file}?st=a&e=1795687200`, `${file}?st=b&e=1795687300`],
  [`${file}?wsSecret=a&wsTime=6b080f20`, `${file}?wsSecret=b&wsTime=6b080f21`],
  [`${file}?ts=1795687200&sign=a`, `${file}?ts=1795687300&sign=b`],
  [`${file}?timestamp=1795687200000&signature=a`, `${file}?timestamp=1795687300000&signature=b`],
  [`${file}?e=1795687200&hmac=a`, `${file}?e=1795687300&hmac=b`],
  [`${file}?KSSAccessKeyId=a&Expires=1795687200&Signature=a`, `${file}?KSSAccessKeyId=b&Expires=1&Signature=b`],
  [`${file}?md5=a&expires=1`, `${file}?md5=b&expires=2`],
  [`${file}?exp=1&sig=a`, `${file}?exp=2&sig=b`],
  [`${file}?exp=1&token=a`, `${file}?exp=2&token=b`],
  [`${file}?validfrom=1&validto=2&hash=a`, `${file}?validfrom=3&validto=4&hash=b`],
  [`${file}?timestamp=1&sign=a`, `${file}?timestamp=2&sign=b`],
  [`${file}?verify=1795687200-gUbgYcdTXYsW8EfG`, `${file}?verify=1795687300-aUbgYcdTXYsW8EfG`],
  [`${file}?Authorization=3_a`, `${file}?Authorization=3_b`],
  [`${file}?token=exp=1795687200~hmac=aa`, `${file}?token=st=1~exp=1795687300~acl=/*~hmac=bb`],
  [`${file}?response-content-disposition=attachment&X-Amz-Signature=a`, `${file}?X-Amz-Signature=b`],
  [
    'https://media.example.test/exp=1795687200~acl=%2Fo%2F*~hmac=ab/o/w.mp4',
    'https://media.example.test/exp=1795687300~acl=%2Fo%2F*~hmac=cd/o/w.mp4',
  ],
])('%s and %s lead to one file', (one, other) => {
  expect(fileOfLink(one)).toBe(fileOfLink(other));
});

test.each([
  [file, 'https://media.example.test/out/v.mp4'],
  [file, 'https://media.example.test:8443/out/w.mp4'],
  [`${file}?id=1`, `${file}?id=2`],
  [`${file}?token=${tokenOf({ url: 'out/1.mp4' })}`, `${file}?token=${tokenOf({ url: 'out/2.mp4' })}`],
  [`${file}?t=${tokenOf({ asset_id: 1, exp: 1795690800 })}`, `${file}?t=${tokenOf({ asset_id: 2, exp: 1795690800 })}`],
  [`${file}?token=a`, `${file}?token=b`],
  [`${file}?t=1`, `${file}?t=2`],
  [`${file}?hash=a`, `${file}?hash=b`],
  [`${file}?e=1&n=1`, `${file}?e=2&n=1`],
  // Which file it is stands in the token alone.
  [
    'https://media.example.test/get?token=exp=1795687200~hmac=aa',
    'https://media.example.test/get?token=exp=1795687200~hmac=bb',
  ],
  [
    'https://media.example.test/api/v1/download?token=a&expires=1795687200',
    'https://media.example.test/api/v1/download?token=b&expires=1795687200',
  ],
  ['https://media.example.test/?Signature=a&Expires=1795687200', 'https://media.example.test/?Signature=b&Expires=1'],
  ['https://media.example.test/get?t=eyJhbGci.eyJ1cmwi.aa', 'https://media.example.test/get?t=eyJhbGci.eyJ1cmwj.bb'],
  [`${file}?s=0&e=5`, `${file}?s=5&e=10`],
  [`${file}?h=720&expires=1795687200`, `${file}?h=1080&expires=1795687200`],
  [`${file}?hash=a&expires=1795687200`, `${file}?hash=b&expires=1795687200`],
  [`${file}?ts=20261129&sign=a`, `${file}?ts=20261130&sign=b`],
  [`${file}?hash=a&t=1795687200`, `${file}?hash=b&t=1795687200`],
  [`${file}?key=a&expires=1795687200`, `${file}?key=b&expires=1795687200`],
  [
    'https://media.example.test/get?hash=a&expires=1795687200',
    'https://media.example.test/get?hash=b&expires=1795687200',
  ],
  ['https://media.example.test/get?exp=1&token=a', 'https://media.example.test/get?exp=1&token=b'],
  ['https://media.example.test/get.php?exp=1&token=a', 'https://media.example.test/get.php?exp=1&token=b'],
  ['https://media.example.test/get?md5=a&expires=1', 'https://media.example.test/get?md5=b&expires=1'],
  ['https://media.example.test/get?validto=1&hash=a', 'https://media.example.test/get?validto=1&hash=b'],
  ['https://media.example.test/get?authorization=a', 'https://media.example.test/get?authorization=b'],
  ['s3://media/out/w.mp4', 'gs://media/out/w.mp4'],
  ['inline:aa', 'inline:bb'],
  ['not a link', 'nor this'],
])('%s and %s lead to two', (one, other) => {
  expect(fileOfLink(one)).not.toBe(fileOfLink(other));
});
