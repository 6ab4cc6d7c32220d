/**
 * The few calls of S3 that a shelf of videos needs, signed by `aws4fetch` and sent by undici, so that a file is streamed
 * with its length. Nothing is repeated here: whoever calls knows what may be sent twice.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html
 */
import { Buffer } from 'node:buffer';
import { hash } from 'node:crypto';
import { Readable } from 'node:stream';
import { AwsV4Signer } from 'aws4fetch';
import type { Dispatcher } from 'undici';
import { canParseUrl } from '../../../common/can-parse-url.ts';
import type { ByteRange } from '../video-store.ts';
import type { S3Keys, S3Place } from './s3-config.ts';
import { ofWay, S3Error } from './s3-error.ts';
import { fixedKeys, type S3KeySource } from './s3-keys.ts';
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

export interface S3Facts {
  readonly sizeBytes: number;
  readonly etag: string;
  /** SHA-256 of the bytes in hex, as we said when we stored them; `null` where someone else did. */
  readonly sha256: string | null;
  /** To the second. */
  readonly modifiedAt: Date;
}

export interface S3Body extends S3Facts {
  readonly stream: Readable;
}

export interface S3Upload {
  readonly bytes: Buffer | Readable;
  readonly sizeBytes: number;
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

/** Servers take signatures that are a quarter of an hour off; of a clock that is farther off we sign by theirs. */
const mostSkewMs = 4 * 60_000;
const answerTimeoutMs = 30_000;
/**
 * So much longer behind a body of ours: the last megabytes of it may lie in the system's own buffers for a while on a thin
 * line, and a server takes its time to put parts together.
 */
const behindBody = 5;
/** Larger ones are handed over in pieces, so that the line is seen to move. */
const pieceBytes = 256 * 1024;
/** For an answer that is text; a drop now and then keeps no other limit from starting again. */
const wholeAnswerMs = 120_000;
/** A server that lies must not fill the memory. */
const listBytes = 16 * 1024 * 1024;
/** Some servers answer pages without keys, of objects that were removed. */
const mostEmptyPages = 200;
const mostParts = 10_000;
const errorBytes = 64 * 1024;
const sha256OfNothing = hash('sha256', '');

export function createS3Client({
  place,
  keys: given,
  dispatcher,
  films = dispatcher,
  answerMs = answerTimeoutMs,
  wholeMs = wholeAnswerMs,
}: {
  readonly place: S3Place;
  /** Those that never change, or who has them. */
  readonly keys: S3Keys | S3KeySource;
  readonly dispatcher: Dispatcher;
  /** For what is read as slowly as someone watches it. Default: the same. */
  readonly films?: Dispatcher;
  /** So long a server may say nothing. Default 30 s. */
  readonly answerMs?: number;
  /** So long an answer that is text may take. Default 2 minutes. */
  readonly wholeMs?: number;
}): S3Client {
  const keys = 'now' in given ? given : fixedKeys(given);
  const signing = { service: 's3', region: place.region, cache: new Map<string, ArrayBuffer>() };

  const credentialsOf = ({ accessKeyId, secretAccessKey, sessionToken }: S3Keys) => ({
    ...signing,
    accessKeyId,
    secretAccessKey,
    ...(sessionToken === null ? {} : { sessionToken }),
  });

  function address(key: string, query: Readonly<Record<string, string>> = {}): URL {
    const url = new URL(place.endpoint);
    const name = encodeKey(key === '' ? '' : place.prefix + key);
    if (place.pathStyle) url.pathname = `/${place.bucket}/${name}`;
    else {
      url.hostname = `${place.bucket}.${url.hostname}`;
      url.pathname = `/${name}`;
    }
    for (const [field, value] of Object.entries(query)) url.searchParams.set(field, value);
    return url;
  }

  /** How far the server's clock is before ours: as its last answer told it, and as signatures are made. */
  let aheadMs = 0;
  let signedAheadMs = 0;

  function hearClock({ headers }: Dispatcher.ResponseData): void {
    const at = Date.parse(one(headers['date']) ?? '');
    if (!Number.isNaN(at)) aheadMs = at - Date.now();
  }

  interface Call {
    readonly method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE';
    readonly url: URL;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: S3Upload & { readonly sha256: string };
    readonly isFilm?: boolean;
  }

  async function send(call: Call): Promise<Dispatcher.ResponseData> {
    const used = await keys.now();
    const answer = await sendOnce(call, used);
    hearClock(answer);
    const isRefused = [400, 401, 403].includes(answer.statusCode);
    if (!isRefused) return answer;
    const isOff = Math.abs(aheadMs - signedAheadMs) >= mostSkewMs;
    if (!isOff && !(await keys.refused(used))) return answer;
    if (isOff) signedAheadMs = aheadMs;
    // A stream was read already; whoever sends one tries again.
    if (call.body !== undefined && !Buffer.isBuffer(call.body.bytes)) return answer;
    await answer.body.dump();
    return sendOnce(call, await keys.now());
  }

  async function sendOnce(call: Call, used: S3Keys): Promise<Dispatcher.ResponseData> {
    const { method, url, body } = call;
    const datetime = dateOf(Date.now() + signedAheadMs);
    const headers = { ...call.headers, 'x-amz-content-sha256': body?.sha256 ?? sha256OfNothing };
    const signed = await new AwsV4Signer({ ...credentialsOf(used), method, url: url.href, headers, datetime }).sign();
    const answer = (call.isFilm === true ? films : dispatcher).request({
      ...placeIn(signed.url),
      method,
      headers: {
        ...Object.fromEntries(signed.headers),
        ...(body === undefined ? {} : { 'content-length': String(body.sizeBytes) }),
      },
      body: body === undefined ? null : inPieces(body.bytes),
      headersTimeout: body === undefined ? answerMs : behindBody * answerMs,
      bodyTimeout: answerMs,
    });
    return answer.catch((error: unknown) => {
      throw ofWay(error);
    });
  }

  async function readText(body: Readable): Promise<string> {
    return (await readBytes(body, listBytes, wholeMs)).toString('utf8');
  }

  /** The body as text where the answer is one of `expected`; else throws what the server says. */
  async function text(answer: Dispatcher.ResponseData, expected: readonly number[]): Promise<string> {
    const body = await readText(answer.body);
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
  function hearMd5(answer: Dispatcher.ResponseData, body: string): void {
    if (answer.statusCode !== 400 || wantsMd5 || !/Content-?MD5/i.test(body.slice(0, errorBytes))) return;
    wantsMd5 = true;
    throw new S3Error(answer.statusCode, 'MissingContentMD5', 'it wants an MD5 sum');
  }

  async function store(answer: Dispatcher.ResponseData): Promise<'stored' | 'exists'> {
    const body = await readText(answer.body);
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
      const answer = await send({ method: 'HEAD', url: address(key) });
      await answer.body.dump();
      if (answer.statusCode === 404) return null;
      if (answer.statusCode !== 200) throw errorOf(answer, '');
      if (!hasETag(answer)) throw noAnswer(answer, '');
      return factsOf(answer);
    },
    async get(key, range) {
      const headers = range === undefined ? {} : { range: `bytes=${String(range.start)}-${String(range.end)}` };
      const answer = await send({ method: 'GET', url: address(key), headers, isFilm: true });
      if (answer.statusCode === 404) {
        const body = await readText(answer.body);
        if (codeOf(body) === 'NoSuchBucket') throw errorOf(answer, body);
        if (/<html[\s>]/i.test(body)) throw noAnswer(answer, '');
        return null;
      }
      if (answer.statusCode !== 200 && answer.statusCode !== 206) {
        throw errorOf(answer, await readText(answer.body));
      }
      if (!hasETag(answer)) {
        answer.body.on('error', () => undefined).destroy();
        throw noAnswer(answer, '');
      }
      if (range !== undefined && !isPart(answer, range)) {
        answer.body.on('error', () => undefined).destroy(); // read to its end it may be a whole film, or have none
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
      return store(
        await send({ method: 'PUT', url: address(key), headers, body: { ...body, sha256: options.sha256 } }),
      );
    },
    async beginParts(key, sha256) {
      const headers = { 'content-type': 'application/octet-stream', 'x-amz-meta-sha256': sha256 };
      const answer = await send({ method: 'POST', url: address(key, { uploads: '' }), headers });
      const id = element(await text(answer, [200]), 'UploadId');
      if (id === null) throw new S3Error(answer.statusCode, 'NoUploadId', 'it began no upload');
      return id;
    },
    async putPart(key, uploadId, n, body) {
      const url = address(key, { partNumber: String(n), uploadId });
      const answer = await send({ method: 'PUT', url, headers: await md5Of(body), body });
      const said = await readText(answer.body);
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
          url: address(key, { uploadId, 'part-number-marker': String(marker) }),
        });
        const body = await readText(answer.body);
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
        url: address(key, { uploadId }),
        headers: { 'content-type': 'application/xml', ...conditionOf(options) },
        body: { bytes, sizeBytes: bytes.length, sha256: hash('sha256', bytes) },
      });
      return store(answer);
    },
    async abortParts(key, uploadId) {
      await text(await send({ method: 'DELETE', url: address(key, { uploadId }) }), [204, 404]);
    },
    async remove(key) {
      const answer = await send({ method: 'DELETE', url: address(key) });
      const body = await text(answer, [200, 204, 404]);
      if (answer.statusCode === 200 && body !== '') throw noAnswer(answer, body);
    },
    async removeWithin(key, fromMs, lastsMs) {
      const url = address(key, { 'X-Amz-Expires': String(Math.ceil(lastsMs / 1000)) });
      const { url: signed } = await new AwsV4Signer({
        ...credentialsOf(await keys.now()),
        method: 'DELETE',
        url: url.href,
        datetime: dateOf(fromMs),
        signQuery: true,
      }).sign();
      const limits = { headersTimeout: answerMs, bodyTimeout: answerMs };
      const answer = await dispatcher
        .request({ ...placeIn(signed), method: 'DELETE', ...limits })
        .catch((error: unknown) => {
          throw ofWay(error);
        });
      hearClock(answer);
      await text(answer, [200, 204, 404]);
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
          const page = await send({ method: 'GET', url: address('', query) });
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
    serverTimeMs: () => Date.now() + aheadMs,
    addressOf: (key) => `s3://${place.bucket}/${place.prefix}${key}`,
  };
}

function placeIn({ origin, pathname, search }: URL): { readonly origin: string; readonly path: string } {
  return { origin, path: pathname + search };
}

/** As signatures have it. */
function dateOf(ms: number): string {
  return new Date(ms).toISOString().replace(/[:-]|\.\d{3}/g, '');
}

/** Each part of the key percent-encoded; `/` stays. */
function encodeKey(key: string): string {
  return key.split('/').map(encodeURIComponent).join('/');
}

/** Whether it is that part. A range that is the whole may be answered as the whole. */
function isPart({ statusCode, headers }: Dispatcher.ResponseData, { start, end }: ByteRange): boolean {
  if (statusCode === 200) return start === 0 && Number(one(headers['content-length']) ?? Number.NaN) <= end + 1;
  const [, first, last, whole] = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(one(headers['content-range']) ?? '') ?? [];
  return Number(first) === start && Number(last) === Math.min(end, Number(whole) - 1);
}

function inPieces(bytes: Buffer | Readable): Buffer | Readable {
  if (!Buffer.isBuffer(bytes) || bytes.length <= pieceBytes) return bytes;
  return Readable.from(piecesOf(bytes), { objectMode: false });
}

function* piecesOf(bytes: Buffer): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes);
}

function factsOf({ headers }: Dispatcher.ResponseData): S3Facts {
  const whole = /\/(\d+)$/.exec(one(headers['content-range']) ?? '')?.[1];
  return {
    sizeBytes: Number(whole ?? one(headers['content-length']) ?? Number.NaN),
    etag: one(headers['etag']) ?? '',
    sha256: one(headers['x-amz-meta-sha256']),
    modifiedAt: new Date(one(headers['last-modified']) ?? Number.NaN),
  };
}

/** Every object has one. */
function hasETag({ headers }: Dispatcher.ResponseData): boolean {
  return headers['etag'] !== undefined;
}

function one(header: string | readonly string[] | undefined): string | null {
  if (header === undefined) return null;
  return typeof header === 'string' ? header : (header[0] ?? null);
}

function base64Of(hex: string): string {
  return Buffer.from(hex, 'hex').toString('base64');
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

function noAnswer({ statusCode, headers }: Dispatcher.ResponseData, body: string): S3Error {
  return codeOf(body) === null
    ? new S3Error(statusCode, 'NoAnswer', 'what it says is no answer of S3, or breaks off')
    : errorOf({ statusCode, headers }, body);
}

function endless({ statusCode }: Dispatcher.ResponseData): S3Error {
  return new S3Error(statusCode, 'EndlessList', 'it does not say how its list goes on');
}

function errorOf(
  { statusCode, headers }: Pick<Dispatcher.ResponseData, 'statusCode' | 'headers'>,
  body: string,
): S3Error {
  const said = (name: string): string | null => element(body.slice(0, errorBytes), name)?.slice(0, 300) ?? null;
  const region = one(headers['x-amz-bucket-region']) ?? said('Region');
  const location = one(headers['location']) ?? '';
  // Of a proxy before it, which has no word of S3 for it.
  const leadsTo = codeOf(body) === null && canParseUrl(location) ? new URL(location).origin : null;
  const word = codeOf(body) ?? (statusCode === 413 ? 'EntityTooLarge' : 'Unknown');
  return new S3Error(statusCode, word, said('Message') ?? 'no reason given', { region, leadsTo });
}

function codeOf(body: string): string | null {
  return element(body.slice(0, errorBytes), 'Code');
}
