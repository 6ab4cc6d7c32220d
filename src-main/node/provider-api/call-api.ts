/**
 * One call of a provider's API. The key goes to the provider's own origin and to no other: a redirect elsewhere is
 * followed without it, and only where the call is a question.
 */
import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { canParseUrl } from '../../common/can-parse-url.ts';
import { parseBody } from '../../common/providers/parse-body.ts';
import type { Fetch } from '../outgoing/outgoing.ts';
import { ProxyFault } from '../outgoing/proxy-agents.ts';
import { retryAfterMs } from '../outgoing/retry-after.ts';
import type { Answered } from './api-faults.ts';
import { ApiFault } from './provider-api.ts';

export interface CallOptions {
  readonly url: URL;
  readonly method: 'GET' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent to the origin of `url` only. */
  readonly keyHeaders: Readonly<Record<string, string>>;
  /** An object goes as JSON, an `Upload` as it comes. */
  readonly body?: unknown;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
  readonly fetch: Fetch;
}

/** A body that is read while it is sent, however large it is. */
export class Upload {
  readonly contentType: string;
  readonly sizeBytes: number;
  readonly stream: AsyncIterable<Uint8Array>;

  constructor(contentType: string, sizeBytes: number, stream: AsyncIterable<Uint8Array>) {
    this.contentType = contentType;
    this.sizeBytes = sizeBytes;
    this.stream = stream;
  }
}

const answerLimitBytes = 4 * 1024 * 1024;
const redirectLimit = 3;
const longestWaitMs = 3_600_000;

/** True where nothing can have reached the provider, so that even a paid call may be made again. */
export class NotSent extends ApiFault {
  constructor(code: 'network' | 'certificate' | 'proxy' | 'stopped', cause?: unknown) {
    super(code, { cause });
  }
}

/** @throws ApiFault `timeout`, `network`, `unreadable`; `NotSent` where no connection came about: `network`, `certificate`, `proxy`. */
export async function callApi(options: CallOptions): Promise<Answered> {
  const timeout = AbortSignal.timeout(options.timeoutMs);
  const signal = options.signal === undefined ? timeout : AbortSignal.any([timeout, options.signal]);
  try {
    return await follow(options, signal);
  } catch (error) {
    if (error instanceof ApiFault) throw error;
    if (timeout.aborted) throw new ApiFault('timeout', { cause: error });
    options.signal?.throwIfAborted();
    const way = error instanceof ProxyFault ? 'proxy' : brokenBefore(error);
    throw way === null ? new ApiFault('network', { cause: error }) : new NotSent(way, error);
  }
}

async function follow(options: CallOptions, signal: AbortSignal): Promise<Answered> {
  let { url } = options;
  for (let hop = 0; hop <= redirectLimit; hop += 1) {
    const upload = uploadOf(options.body);
    const response: Response = await options.fetch(url, {
      method: options.method,
      redirect: 'manual',
      signal,
      headers: {
        Accept: 'application/json',
        ...bodyHeaders(upload),
        ...fresh(options.headers ?? {}),
        ...(url.origin === options.url.origin ? options.keyHeaders : {}),
      },
      ...(upload === null ? {} : { body: upload.stream }),
    });
    const location = response.headers.get('location');
    if (response.status < 300 || response.status >= 400 || location === null) {
      return readAnswer(response, Object.values(options.keyHeaders));
    }
    await response.body?.cancel();
    // An order is not sent anywhere else than to whom it was meant for.
    if (options.method !== 'GET' || !canParseUrl(location, url.href)) break;
    url = new URL(location, url);
    if (url.protocol !== 'https:' && url.protocol !== 'http:') break;
  }
  throw new ApiFault('unreadable', { said: 'redirected too often, or elsewhere' });
}

/**
 * JSON as well goes as a stream: of text, `fetch` keeps a copy, and sends it once more by itself where the answer on a
 * connection that it had before is 421. An order would be paid twice.
 */
function uploadOf(body: unknown): Upload | null {
  if (body === undefined || body instanceof Upload) return body ?? null;
  const bytes = Buffer.from(JSON.stringify(body));
  return new Upload('application/json', bytes.length, Readable.from([bytes]));
}

function bodyHeaders(upload: Upload | null): Record<string, string> {
  if (upload === null) return {};
  return { 'Content-Type': upload.contentType, 'Content-Length': String(upload.sizeBytes) };
}

async function readAnswer(response: Response, keys: readonly string[]): Promise<Answered> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    if (size > answerLimitBytes) throw new ApiFault('unreadable', { said: 'the answer is too large' });
    chunks.push(chunk);
  }
  const { headers, status } = response;
  const askedMs = retryAfterMs((name) => headers.get(name), Date.now());
  const text = without(keys, Buffer.concat(chunks).toString('utf8'));
  return {
    status,
    body: json(text),
    isPage: /^\s*</.test(text),
    retryAfterMs: askedMs === null ? null : Math.min(askedMs, longestWaitMs),
  };
}

/** What is answered is kept, and some answers repeat the key that they refuse. */
function without(keys: readonly string[], text: string): string {
  const secrets = keys.map((value) => value.split(' ').at(-1) ?? '').filter((secret) => secret.length >= 16);
  return secrets.reduce((left, secret) => left.replaceAll(secret, '***'), text);
}

/** Long numeric ids stay exact. */
function json(text: string): unknown {
  try {
    return parseBody(text);
  } catch {
    return undefined;
  }
}

function fresh(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, value === 'uuid' ? randomUUID() : value]),
  );
}

/**
 * What kept the connection from coming about, so that no byte of ours was sent; `null` where that is not certain. A reset
 * may come after all of them were.
 */
function brokenBefore(error: unknown): 'network' | 'certificate' | null {
  const cause = error instanceof Error ? error.cause : undefined;
  for (const each of [error, cause, ...(cause instanceof AggregateError ? (cause.errors as unknown[]) : [])]) {
    if (typeof each !== 'object' || each === null || !('code' in each)) continue;
    const code = String(each.code);
    // Checked before anything is sent to whoever showed it.
    if (ofCertificates.test(code)) return 'certificate';
    if (beforeAnyByte.has(code)) return 'network';
    // Where the network goes while an answer is waited for, the same is told of reading and writing.
    if (onTheWay.has(code) && 'syscall' in each && each.syscall === 'connect') return 'network';
  }
  return null;
}

/** The names of OpenSSL's checks of a certificate, as Node tells them, and its own check of the host's name. */
const ofCertificates =
  /^(?:ERR_TLS_CERT_ALTNAME_INVALID|CERT_\w+|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_\w+|INVALID_(?:CA|PURPOSE)|HOSTNAME_MISMATCH)$/;
const beforeAnyByte: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'UND_ERR_CONNECT_TIMEOUT',
]);
const onTheWay: ReadonlySet<string> = new Set(['EHOSTUNREACH', 'ENETUNREACH']);
