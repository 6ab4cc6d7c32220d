/**
 * The few calls of S3 that a shelf of videos needs. Nothing is repeated here: whoever calls knows what may be sent twice.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html
 */
import { Buffer } from 'node:buffer';
import { hash } from 'node:crypto';
import type { Readable } from 'node:stream';
import type { ByteRange } from '../video-store.ts';
import {
  codeOf,
  endless,
  errorOf,
  factsOf,
  hasETag,
  isPart,
  leave,
  noAnswer,
  one,
  readText,
  wantsMd5Sum,
  type S3Answer,
  type S3Facts,
} from './s3-answer.ts';
import { S3Error } from './s3-error.ts';
import { createS3Transport, type S3TransportPorts, type S3Upload } from './s3-transport.ts';
import { element, elements, escapeXml, isAnswer } from './s3-xml.ts';

export interface S3Client {
  /** @returns `null` where there is no such object. */
  head(key: string): Promise<S3Facts | null>;
  /** The bytes, or those of `range` (both ends included). @returns `null` where there is no such object. */
  get(key: string, range?: ByteRange): Promise<S3Body | null>;
  /**
   * Stores `body` whole.
   * @param options `sha256` of the bytes in hex: the server refuses others. `onlyNew`: not over an object that is there.
   * @returns `exists` where `onlyNew` kept it out.
   * @throws S3Error 501 where the server does not take conditions; the next try leaves them out.
   */
  put(key: string, body: S3Upload, options: PutOptions): Promise<'stored' | 'exists'>;
  beginParts(key: string, sha256: string): Promise<string>;
  /** @param n from 1. @returns the part's ETag. */
  putPart(key: string, uploadId: string, n: number, body: S3Upload & { readonly sha256: string }): Promise<string>;
  /** Parts that are there already, so that an upload goes on where it stopped; `null` where the upload is unknown. */
  listParts(key: string, uploadId: string): Promise<readonly S3Part[] | null>;
  endParts(key: string, uploadId: string, parts: readonly S3Part[], options: PutOptions): Promise<'stored' | 'exists'>;
  abortParts(key: string, uploadId: string): Promise<void>;
  remove(key: string): Promise<void>;
  /**
   * Removes it where that arrives within `lastsMs` behind `fromMs`, by the server's clock, however late it was sent.
   * @throws S3Error 403 behind that
   */
  removeWithin(key: string, fromMs: number, lastsMs: number): Promise<void>;
  /** Keys below the shelf's prefix that begin with `start`, without the prefix, and their sizes. */
  list(
    start: string,
    /** In one answer of the server. Default: as many as it gives. */
    pageSize?: number,
    /** Asks for each of its pages, again where that may help. Default: once. */
    patiently?: <T>(call: () => Promise<T>) => Promise<T>,
  ): AsyncIterable<{ readonly key: string; readonly sizeBytes: number; readonly modifiedAt: Date }>;
  /** What the server's clock shows, as its last answer told it, in ms: `modifiedAt` is of that clock, and ours may be wrong. */
  serverTimeMs(): number;
  /** `s3://bucket/key`, as other programs for S3 take it; nothing is asked. */
  addressOf(key: string): string;
}

export interface S3Body extends S3Facts {
  readonly stream: Readable;
}

export interface S3Part {
  readonly n: number;
  readonly etag: string;
}

export interface PutOptions {
  readonly sha256: string;
  readonly contentType: string;
  readonly onlyNew: boolean;
  /** Of a stream, in base64; asked for where the server wants it before it takes anything. */
  readonly md5?: () => Promise<string>;
}

/** Some servers answer pages without keys, of objects that were removed. */
const mostEmptyPages = 200;
const mostParts = 10_000;

export interface S3ClientPorts extends S3TransportPorts {
  /** So long an answer that is text may take. Default 2 minutes. */
  readonly wholeMs?: number;
}

export function createS3Client({ wholeMs, ...ports }: S3ClientPorts): S3Client {
  const { place } = ports;
  const { send, removeWithin, serverTimeMs } = createS3Transport(ports);
  const textOf = (answer: S3Answer): Promise<string> => readText(answer, wholeMs);

  /** The body as text where the answer is one of `expected`; else throws what the server says. */
  async function text(answer: S3Answer, expected: readonly number[]): Promise<string> {
    const body = await textOf(answer);
    if (!expected.includes(answer.statusCode)) throw errorOf(answer, body);
    return body;
  }

  /** Some servers answer a condition with 501 (OpenStack Swift), others do not look at it. */
  let takesConditions = true;
  const conditionOf = ({ onlyNew }: PutOptions): Readonly<Record<string, string>> =>
    onlyNew && takesConditions ? { 'if-none-match': '*' } : {};

  /** Buckets with object lock want it, beside or in place of the SHA-256. */
  let wantsMd5 = false;
  async function md5Of({ bytes }: S3Upload, given?: PutOptions['md5']): Promise<Readonly<Record<string, string>>> {
    if (!wantsMd5) return {};
    const md5 = Buffer.isBuffer(bytes) ? hash('md5', bytes, 'base64') : await given?.();
    return md5 === undefined ? {} : { 'content-md5': md5 };
  }

  /** @throws S3Error `MissingContentMD5` where it was sent without, which the next try mends. */
  function hearMd5(answer: S3Answer, body: string): void {
    if (wantsMd5 || !wantsMd5Sum(answer, body)) return;
    wantsMd5 = true;
    throw new S3Error(answer.statusCode, 'MissingContentMD5', 'it wants an MD5 sum');
  }

  async function store(answer: S3Answer): Promise<'stored' | 'exists'> {
    const body = await textOf(answer);
    hearMd5(answer, body);
    if (answer.statusCode === 501) takesConditions = false;
    // 412: it is there; 409: someone else is storing it just now.
    if (answer.statusCode === 412 || (answer.statusCode === 409 && codeOf(body) === 'ConditionalRequestConflict')) {
      return 'exists';
    }
    // The end of an upload in parts may be an error behind a status of 200.
    if (answer.statusCode !== 200 || /<Error[\s>]/.test(body)) throw errorOf(answer, body);
    // A page of someone in between, as of a hotel's network that wants a login, stores nothing.
    if (!hasETag(answer) && !isAnswer(body, 'CompleteMultipartUploadResult')) throw noAnswer(answer, body);
    return 'stored';
  }

  return {
    async head(key) {
      const answer = await send({ method: 'HEAD', key });
      await answer.body.dump();
      if (answer.statusCode === 404) return null;
      if (answer.statusCode !== 200) throw errorOf(answer, '');
      if (!hasETag(answer)) throw noAnswer(answer, '');
      return factsOf(answer);
    },
    async get(key, range) {
      const headers = range === undefined ? {} : { range: `bytes=${String(range.start)}-${String(range.end)}` };
      const answer = await send({ method: 'GET', key, headers, isFilm: true });
      if (answer.statusCode === 404) {
        const body = await textOf(answer);
        if (codeOf(body) === 'NoSuchBucket') throw errorOf(answer, body);
        if (/<html[\s>]/i.test(body)) throw noAnswer(answer, '');
        return null;
      }
      if (answer.statusCode !== 200 && answer.statusCode !== 206) {
        throw errorOf(answer, await textOf(answer));
      }
      if (!hasETag(answer)) {
        leave(answer);
        throw noAnswer(answer, '');
      }
      if (range !== undefined && !isPart(answer, range)) {
        leave(answer);
        throw new S3Error(answer.statusCode, 'NoRange', 'it sends another part than was asked for');
      }
      return { ...factsOf(answer), stream: answer.body };
    },
    async put(key, body, options) {
      const headers = {
        'content-type': options.contentType,
        'x-amz-meta-sha256': options.sha256,
        'x-amz-checksum-sha256': base64Of(options.sha256),
        ...conditionOf(options),
        ...(await md5Of(body, options.md5)),
      };
      return store(await send({ method: 'PUT', key, headers, body: { ...body, sha256: options.sha256 } }));
    },
    async beginParts(key, sha256) {
      const headers = { 'content-type': 'application/octet-stream', 'x-amz-meta-sha256': sha256 };
      const answer = await send({ method: 'POST', key, query: { uploads: '' }, headers });
      const id = element(await text(answer, [200]), 'UploadId');
      if (id === null) throw new S3Error(answer.statusCode, 'NoUploadId', 'it began no upload');
      return id;
    },
    async putPart(key, uploadId, n, body) {
      const answer = await send({
        method: 'PUT',
        key,
        query: { partNumber: String(n), uploadId },
        headers: await md5Of(body),
        body,
      });
      const said = await textOf(answer);
      hearMd5(answer, said);
      if (answer.statusCode !== 200) throw errorOf(answer, said);
      const etag = one(answer.headers['etag']);
      if (etag === null) throw new S3Error(answer.statusCode, 'NoETag', 'it named no part');
      return etag;
    },
    async listParts(key, uploadId) {
      const parts: S3Part[] = [];
      for (let marker = 0; ;) {
        const answer = await send({
          method: 'GET',
          key,
          query: { uploadId, 'part-number-marker': String(marker) },
        });
        const body = await textOf(answer);
        if (answer.statusCode === 404) return null;
        if (answer.statusCode !== 200) throw errorOf(answer, body);
        if (!isAnswer(body, 'ListPartsResult')) throw noAnswer(answer, body);
        for (const part of elements(body, 'Part')) {
          parts.push({ n: Number(element(part, 'PartNumber')), etag: element(part, 'ETag') ?? '' });
        }
        if (element(body, 'IsTruncated') !== 'true') return parts;
        const next = Number(element(body, 'NextPartNumberMarker') ?? parts.at(-1)?.n ?? 0);
        if (!(next > marker && next <= mostParts)) throw endless(answer);
        marker = next;
      }
    },
    async endParts(key, uploadId, parts, options) {
      const rows = parts
        .map(({ n, etag }) => `<Part><PartNumber>${String(n)}</PartNumber><ETag>${escapeXml(etag)}</ETag></Part>`)
        .join('');
      const bytes = Buffer.from(`<CompleteMultipartUpload>${rows}</CompleteMultipartUpload>`);
      const answer = await send({
        method: 'POST',
        key,
        query: { uploadId },
        headers: { 'content-type': 'application/xml', ...conditionOf(options) },
        body: { bytes, sizeBytes: bytes.length, sha256: hash('sha256', bytes) },
      });
      return store(answer);
    },
    async abortParts(key, uploadId) {
      await text(await send({ method: 'DELETE', key, query: { uploadId } }), [204, 404]);
    },
    async remove(key) {
      const answer = await send({ method: 'DELETE', key });
      const body = await text(answer, [200, 204, 404]);
      if (answer.statusCode === 200 && body !== '') throw noAnswer(answer, body);
    },
    async removeWithin(key, fromMs, lastsMs) {
      await text(await removeWithin(key, fromMs, lastsMs), [200, 204, 404]);
    },
    async *list(start, pageSize, patiently = (call) => call()) {
      let token: string | null = null;
      let emptyPages = 0;
      const seen = new Set<string>();
      for (;;) {
        const query: Record<string, string> = { 'list-type': '2', prefix: place.prefix + start };
        if (pageSize !== undefined) query['max-keys'] = String(pageSize);
        if (token !== null) query['continuation-token'] = token;
        const [answer, body] = await patiently(async () => {
          const page = await send({ method: 'GET', key: '', query });
          const said = await text(page, [200]);
          // What is taken for empty is taken for removed.
          if (!isAnswer(said, 'ListBucketResult')) throw noAnswer(page, said);
          return [page, said] as const;
        });
        emptyPages += 1;
        for (const object of elements(body, 'Contents')) {
          emptyPages = 0;
          const key = element(object, 'Key');
          if (key?.startsWith(place.prefix) === true) {
            const modifiedAt = new Date(element(object, 'LastModified') ?? Number.NaN);
            yield { key: key.slice(place.prefix.length), sizeBytes: Number(element(object, 'Size')), modifiedAt };
          }
        }
        if (element(body, 'IsTruncated') !== 'true') return;
        token = element(body, 'NextContinuationToken');
        if (token === null || seen.has(token) || emptyPages > mostEmptyPages) throw endless(answer);
        seen.add(token);
      }
    },
    serverTimeMs,
    addressOf: (key) => `s3://${place.bucket}/${place.prefix}${key}`,
  };
}

function base64Of(hex: string): string {
  return Buffer.from(hex, 'hex').toString('base64');
}
