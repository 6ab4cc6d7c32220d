/** Which checksum a server tells of the whole file that it gives. */
import type { IncomingHttpHeaders } from 'node:http';
import { headerText } from './http-headers.ts';

/** As `createHash` names them, and one that it does not know. */
export const digestNames = ['sha256', 'sha512', 'md5', 'crc32c'] as const;
export type DigestName = (typeof digestNames)[number];

export interface ToldDigest {
  readonly name: DigestName;
  readonly hex: string;
}

/** By their names in headers, the one that costs nothing first: SHA-256 of a file is made anyway; the weakest last. */
const known: readonly (readonly [word: string, name: DigestName, bytes: number])[] = [
  ['sha-256', 'sha256', 32],
  ['sha-512', 'sha512', 64],
  ['md5', 'md5', 16],
  ['crc32c', 'crc32c', 4],
];

/**
 * `null` where none is told, or none that we know, or two that cannot both be right: a header that makes no sense is no
 * reason to refuse a film. An ETag is none: it looks like an MD5 in some stores and is something else in many.
 * @param status Of a part of the file (206) some headers tell the checksum of the part, by their definition or by custom;
 * and behind 203 they may be of what a proxy has changed.
 * @see https://www.rfc-editor.org/rfc/rfc9530 Repr-Digest is of the whole also in 206, Content-Digest of what is sent
 * @see https://www.rfc-editor.org/rfc/rfc3230 Digest, and https://www.rfc-editor.org/rfc/rfc1864 Content-MD5
 * @see https://cloud.google.com/storage/docs/xml-api/reference-headers x-goog-hash is of the file as it is stored
 */
export function toldDigest(headers: IncomingHttpHeaders, status: number): ToldDigest | null {
  // Of packed bytes, which are not what is written here.
  if (!isAsItIs(headers, 'content-encoding') || status === 203) return null;
  const ofStored = isAsItIs(headers, 'x-goog-stored-content-encoding') ? listed(headers, 'x-goog-hash') : [];
  const told = [...listed(headers, 'repr-digest'), ...ofStored, ...alone(headers, 'md5', 'x-ms-blob-content-md5')];
  if (status !== 206) {
    told.push(
      ...listed(headers, 'content-digest'),
      ...listed(headers, 'digest'),
      ...alone(headers, 'md5', 'content-md5'),
      ...alone(headers, 'sha-256', 'x-amz-checksum-sha256'),
      ...alone(headers, 'crc32c', 'x-amz-checksum-crc32c'),
    );
  }
  for (const [word, name, bytes] of known) {
    const hexes = told.flatMap(([other, base64]) => (other === word ? hexOf(base64, bytes) : []));
    const [hex] = hexes;
    if (hex !== undefined && hexes.every((other) => other === hex)) return { name, hex };
  }
  return null;
}

type Entry = readonly [word: string, base64: string];

function isAsItIs(headers: IncomingHttpHeaders, name: string): boolean {
  return ['', 'identity'].includes(headerText(headers, name)?.toLowerCase() ?? '');
}

/** `name=base64` or `name=:base64:`, with commas, also in several headers of one name. */
function listed(headers: IncomingHttpHeaders, header: string): readonly Entry[] {
  const text = [headers[header] ?? []].flat().join(',');
  return [...text.matchAll(/(?<![\w-])([\w-]+)\s*=\s*:?([\w+/]+={0,2})/g)].map(([, word = '', base64 = '']) => [
    word.toLowerCase(),
    base64,
  ]);
}

function alone(headers: IncomingHttpHeaders, word: string, header: string): readonly Entry[] {
  const text = headerText(headers, header);
  return text === null ? [] : [[word, text]];
}

/** Empty where it is not so long, as for the `…-3` of a file that was stored in pieces. */
function hexOf(base64: string, bytes: number): readonly string[] {
  const isBase64 = /^[A-Za-z0-9+/]+={0,2}$/.test(base64);
  const digest = Buffer.from(base64, 'base64');
  return isBase64 && digest.length === bytes ? [digest.toString('hex')] : [];
}
