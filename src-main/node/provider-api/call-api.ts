/**
 * One call of a provider's API. The key goes to the provider's own origin and to no other: a redirect elsewhere is
 * followed without it, and only where the call is a question.
 */
import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { parseBody } from '../../common/providers/parse-body.ts';
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

export type Fetch = (url: URL, init: RequestInit) => Promise<Response>;

const answerLimitBytes = 4 * 1024 * 1024;
const redirectLimit = 3;

/** True where nothing can have reached the provider, so that even a paid call may be made again. */
export class NotSent extends ApiFault {
  constructor(cause: unknown) {
    super('network', { cause });
  }
}

/** @throws ApiFault `timeout`, `network`, `unreadable`; `NotSent` where no connection came about. */
export async function callApi(options: CallOptions): Promise<Answered> {
  const timeout = AbortSignal.timeout(options.timeoutMs);
  const signal = options.signal === undefined ? timeout : AbortSignal.any([timeout, options.signal]);
  try {
    return await follow(options, signal);
  } catch (error) {
    if (error instanceof ApiFault) throw error;
    if (timeout.aborted) throw new ApiFault('timeout', { cause: error });
    options.signal?.throwIfAborted();
    throw neverArrived(error) ? new NotSent(error) : new ApiFault('network', { cause: error });
  }
}

async function follow(options: CallOptions, signal: AbortSignal): Promise<Answered> {
  let { url } = options;
  for (let hop = 0; hop <= redirectLimit; hop += 1) {
    const upload = options.body instanceof Upload ? options.body : null;
    const response: Response = await options.fetch(url, {
      method: options.method,
      redirect: 'manual',
      signal,
      headers: {
        Accept: 'application/json',
        ...bodyHeaders(options.body),
        ...fresh(options.headers ?? {}),
        ...(url.origin === options.url.origin ? options.keyHeaders : {}),
      },
      ...(options.body === undefined
        ? {}
        : upload === null
          ? { body: JSON.stringify(options.body) }
          : { body: streamOf(upload), duplex: 'half' as const }),
    });
    const location = response.headers.get('location');
    if (response.status < 300 || response.status >= 400 || location === null) {
      return readAnswer(response, Object.values(options.keyHeaders));
    }
    await response.body?.cancel();
    // An order is not sent anywhere else than to whom it was meant for.
    if (options.method !== 'GET' || !URL.canParse(location, url.href)) break;
    url = new URL(location, url);
    if (url.protocol !== 'https:' && url.protocol !== 'http:') break;
  }
  throw new ApiFault('unreadable', { said: 'redirected too often, or elsewhere' });
}

/** Node and the DOM library declare the same stream class twice. */
function streamOf(upload: Upload): NonNullable<RequestInit['body']> {
  return Readable.toWeb(Readable.from(upload.stream)) as NonNullable<RequestInit['body']>;
}

function bodyHeaders(body: unknown): Record<string, string> {
  if (body === undefined) return {};
  if (!(body instanceof Upload)) return { 'Content-Type': 'application/json' };
  return { 'Content-Type': body.contentType, 'Content-Length': String(body.sizeBytes) };
}

async function readAnswer(response: Response, keys: readonly string[]): Promise<Answered> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    if (size > answerLimitBytes) throw new ApiFault('unreadable', { said: 'the answer is too large' });
    chunks.push(chunk);
  }
  const text = without(keys, Buffer.concat(chunks).toString('utf8'));
  return { status: response.status, body: json(text), retryAfterMs: retryAfter(response.headers.get('retry-after')) };
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

function retryAfter(header: string | null): number | null {
  if (header === null) return null;
  const seconds = /^\d+$/.test(header.trim()) ? Number(header) : (Date.parse(header) - Date.now()) / 1000;
  return Number.isFinite(seconds) ? Math.min(Math.max(0, seconds * 1000), 3_600_000) : null;
}

function fresh(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, value === 'uuid' ? randomUUID() : value]),
  );
}

/** Refused or not found: no byte of ours was sent. A reset may come after all of them were. */
function neverArrived(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined;
  const codes = [error, cause, ...(cause instanceof AggregateError ? (cause.errors as unknown[]) : [])].map((each) =>
    typeof each === 'object' && each !== null && 'code' in each ? each.code : undefined,
  );
  return codes.some((code) =>
    ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'UND_ERR_CONNECT_TIMEOUT'].includes(
      String(code),
    ),
  );
}
