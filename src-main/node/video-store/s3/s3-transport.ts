/**
 * How calls of S3 go out: signed by `aws4fetch` and sent by undici, so that a file is streamed with its length. A call is sent
 * again only where its signature or its key was refused, and it can be.
 */
import { Buffer } from 'node:buffer';
import { hash } from 'node:crypto';
import { Readable } from 'node:stream';
import { AwsV4Signer } from 'aws4fetch';
import type { Dispatcher } from 'undici';
import { one, type S3Answer } from './s3-answer.ts';
import type { S3Keys, S3Place } from './s3-config.ts';
import { ofWay } from './s3-error.ts';
import { fixedKeys, type S3KeySource } from './s3-keys.ts';

export interface S3TransportPorts {
  readonly place: S3Place;
  /** Those that never change, or who has them. */
  readonly keys: S3Keys | S3KeySource;
  readonly dispatcher: Dispatcher;
  /** For what is read as slowly as someone watches it. Default: the same. */
  readonly films?: Dispatcher;
  /** So long a server may say nothing. Default 30 s. */
  readonly answerMs?: number;
}

export interface S3Upload {
  readonly bytes: Buffer | Readable;
  readonly sizeBytes: number;
}

export interface S3Call {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE';
  /** Below the shelf's prefix; empty: the bucket. */
  readonly key: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** `sha256` of the bytes in hex. */
  readonly body?: S3Upload & { readonly sha256: string };
  /** Its answer is read as slowly as someone watches it. */
  readonly isFilm?: boolean;
}

export interface S3Transport {
  /** @returns whatever the server answers. @throws S3Error of the way there. */
  readonly send: (call: S3Call) => Promise<S3Answer>;
  /** Sends a removal that counts only where it arrives within `lastsMs` behind `fromMs`, by the server's clock. @throws likewise */
  readonly removeWithin: (key: string, fromMs: number, lastsMs: number) => Promise<S3Answer>;
  /** What the server's clock shows, as its last answer told it, in ms. */
  readonly serverTimeMs: () => number;
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
const sha256OfNothing = hash('sha256', '');

export function createS3Transport({
  place,
  keys: given,
  dispatcher,
  films = dispatcher,
  answerMs = answerTimeoutMs,
}: S3TransportPorts): S3Transport {
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

  function hearClock({ headers }: S3Answer): void {
    const at = Date.parse(one(headers['date']) ?? '');
    if (!Number.isNaN(at)) aheadMs = at - Date.now();
  }

  async function send(call: S3Call): Promise<S3Answer> {
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

  async function sendOnce(call: S3Call, used: S3Keys): Promise<S3Answer> {
    const { method, body } = call;
    const url = address(call.key, call.query);
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

  return {
    send,
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
      return answer;
    },
    serverTimeMs: () => Date.now() + aheadMs,
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

function inPieces(bytes: Buffer | Readable): Buffer | Readable {
  if (!Buffer.isBuffer(bytes) || bytes.length <= pieceBytes) return bytes;
  return Readable.from(piecesOf(bytes), { objectMode: false });
}

function* piecesOf(bytes: Buffer): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes);
}
