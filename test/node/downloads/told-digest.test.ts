import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { toldDigest } from '../../../src-main/node/downloads/told-digest.ts';

const of = (name: string, bytes = 'the film'): Buffer => createHash(name).update(bytes).digest();
const [sha256, sha512, md5] = [of('sha256'), of('sha512'), of('md5')];
const base64 = (digest: Buffer): string => digest.toString('base64');
const crc32c = 'n03x6A==';

test.each([
  ['a Google store of a file that was put together of parts', { 'x-goog-hash': `crc32c=${crc32c}` }, 206],
  ['an Amazon store', { 'x-amz-checksum-crc32c': crc32c }, 200],
])('only a CRC-32C is told: %s', (_name, headers, status) => {
  expect(toldDigest(headers, status)).toEqual({ name: 'crc32c', hex: '9f4df1e8' });
});

test.each<[string, Record<string, string | string[]>, number, 'sha256' | 'sha512' | 'md5' | null]>([
  ['Repr-Digest', { 'repr-digest': `sha-256=:${base64(sha256)}:` }, 200, 'sha256'],
  ['of two the one that is made anyway', { digest: `MD5=${base64(md5)},SHA-256=${base64(sha256)}` }, 200, 'sha256'],
  ['with a weight', { digest: `sha-512=${base64(sha512)};q=1` }, 200, 'sha512'],
  ['Content-Digest', { 'content-digest': `sha-512=:${base64(sha512)}:, unixsum=:AAA=:` }, 200, 'sha512'],
  ['Content-MD5', { 'content-md5': ` ${base64(md5)} ` }, 200, 'md5'],
  ['a Google store, in one header', { 'x-goog-hash': `crc32c=${crc32c},md5=${base64(md5)}` }, 200, 'md5'],
  ['a Google store, in two', { 'x-goog-hash': [`crc32c=${crc32c}`, `md5=${base64(md5)}`] }, 206, 'md5'],
  ['an Azure store', { 'x-ms-blob-content-md5': base64(md5) }, 206, 'md5'],
  ['an Amazon store', { 'x-amz-checksum-sha256': base64(sha256) }, 200, 'sha256'],
  ['Repr-Digest is of the whole also beside a part', { 'repr-digest': `md5=:${base64(md5)}:` }, 206, 'md5'],

  ['nothing', {}, 200, null],
  ['an ETag', { etag: `"${md5.toString('hex')}"` }, 200, null],
  ['of a part', { 'content-md5': base64(md5), 'content-digest': `md5=:${base64(md5)}:` }, 206, null],
  ['of a part, Digest', { digest: `sha-256=${base64(sha256)}`, 'x-amz-checksum-sha256': base64(sha256) }, 206, null],
  ['of what a proxy changed', { 'repr-digest': `sha-256=:${base64(sha256)}:` }, 203, null],
  ['of packed bytes', { 'content-encoding': 'gzip', 'content-md5': base64(md5) }, 200, null],
  [
    'of a file that is stored packed',
    { 'x-goog-stored-content-encoding': 'gzip', 'x-goog-hash': `md5=${base64(md5)}` },
    200,
    null,
  ],
  ['of a part, CRC-32C', { 'x-amz-checksum-crc32c': crc32c }, 206, null],
  ['of a file that was stored in pieces', { 'x-amz-checksum-sha256': `${base64(sha256)}-3` }, 200, null],
  ['in hex', { 'content-md5': md5.toString('hex'), digest: `sha-256=${sha256.toString('hex')}` }, 200, null],
  ['too short', { 'content-md5': 'AAAA', 'repr-digest': 'sha-256=::, md5' }, 200, null],
  [
    'of a kind that we do not know',
    { 'repr-digest': 'sha-3=:AAAA:, crc32c=:AAAA:', digest: 'id-sha-256=AAAA' },
    200,
    null,
  ],
  ['two that differ', { 'content-md5': base64(md5), 'x-goog-hash': `md5=${base64(of('md5', 'another'))}` }, 200, null],
])('%s', (_name, headers, status, name) => {
  const hex = name === null ? '' : of(name).toString('hex');
  expect(toldDigest(headers, status)).toEqual(name === null ? null : { name, hex });
});
