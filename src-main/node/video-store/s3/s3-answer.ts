/** What an answer of S3 says: facts of an object, the text of the rest, and what went wrong. */
import { Buffer } from 'node:buffer';
import type { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import { canParseUrl } from '../../../common/can-parse-url.ts';
import type { ByteRange } from '../video-store.ts';
import { ofWay, S3Error } from './s3-error.ts';
import { element } from './s3-xml.ts';

export type S3Answer = Dispatcher.ResponseData;

export interface S3Facts {
  readonly sizeBytes: number;
  readonly etag: string;
  /** SHA-256 of the bytes in hex, as we said when we stored them; `null` where someone else did. */
  readonly sha256: string | null;
  /** To the second. */
  readonly modifiedAt: Date;
}

/** For an answer that is text; a drop now and then keeps no other limit from starting again. */
const wholeAnswerMs = 120_000;
/** A server that lies must not fill the memory. */
const listBytes = 16 * 1024 * 1024;
/** Of a text in which the words of an error are looked for. */
const errorBytes = 64 * 1024;

/** The whole body as text, whatever the answer is. @param limitMs Default 2 minutes. @throws S3Error */
export async function readText({ body }: S3Answer, limitMs?: number): Promise<string> {
  return (await readBytes(body, listBytes, limitMs)).toString('utf8');
}

/** For a body that nobody reads: read to its end it may be a whole film, or have none. */
export function leave({ body }: S3Answer): void {
  body.on('error', () => undefined).destroy();
}

/** Whether it wants an MD5 sum beside, or in place of, the SHA-256: buckets with object lock do. @param body Its text. */
export function wantsMd5Sum({ statusCode }: S3Answer, body: string): boolean {
  return statusCode === 400 && /Content-?MD5/i.test(body.slice(0, errorBytes));
}

/** Whether it is that part. A range that is the whole may be answered as the whole. */
export function isPart({ statusCode, headers }: S3Answer, { start, end }: ByteRange): boolean {
  if (statusCode === 200) return start === 0 && Number(one(headers['content-length']) ?? Number.NaN) <= end + 1;
  const [, first, last, whole] = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(one(headers['content-range']) ?? '') ?? [];
  return Number(first) === start && Number(last) === Math.min(end, Number(whole) - 1);
}

export function factsOf({ headers }: S3Answer): S3Facts {
  const whole = /\/(\d+)$/.exec(one(headers['content-range']) ?? '')?.[1];
  return {
    sizeBytes: Number(whole ?? one(headers['content-length']) ?? Number.NaN),
    etag: one(headers['etag']) ?? '',
    sha256: one(headers['x-amz-meta-sha256']),
    modifiedAt: new Date(one(headers['last-modified']) ?? Number.NaN),
  };
}

/** Every object has one. */
export function hasETag({ headers }: S3Answer): boolean {
  return headers['etag'] !== undefined;
}

export function one(header: string | readonly string[] | undefined): string | null {
  if (header === undefined) return null;
  return typeof header === 'string' ? header : (header[0] ?? null);
}

/** @throws S3Error where there are more of them than `most`, or they do not end within `limitMs`. */
export async function readBytes(body: Readable, most: number, limitMs = wholeAnswerMs): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  const limit = setTimeout(() => body.destroy(new S3Error(0, 'TooSlow', 'its answer does not end')), limitMs);
  try {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > most) throw new S3Error(0, 'TooLong', 'its answer does not end');
      chunks.push(chunk);
    }
  } catch (error) {
    throw ofWay(error);
  } finally {
    clearTimeout(limit);
  }
  return Buffer.concat(chunks);
}

export function noAnswer({ statusCode, headers }: S3Answer, body: string): S3Error {
  return codeOf(body) === null
    ? new S3Error(statusCode, 'NoAnswer', 'what it says is no answer of S3, or breaks off')
    : errorOf({ statusCode, headers }, body);
}

export function endless({ statusCode }: S3Answer): S3Error {
  return new S3Error(statusCode, 'EndlessList', 'it does not say how its list goes on');
}

export function errorOf({ statusCode, headers }: Pick<S3Answer, 'statusCode' | 'headers'>, body: string): S3Error {
  const said = (name: string): string | null => element(body.slice(0, errorBytes), name)?.slice(0, 300) ?? null;
  const region = one(headers['x-amz-bucket-region']) ?? said('Region');
  const location = one(headers['location']) ?? '';
  // Of a proxy before it, which has no word of S3 for it.
  const leadsTo = codeOf(body) === null && canParseUrl(location) ? new URL(location).origin : null;
  const word = codeOf(body) ?? (statusCode === 413 ? 'EntityTooLarge' : 'Unknown');
  return new S3Error(statusCode, word, said('Message') ?? 'no reason given', { region, leadsTo });
}

export function codeOf(body: string): string | null {
  return element(body.slice(0, errorBytes), 'Code');
}
