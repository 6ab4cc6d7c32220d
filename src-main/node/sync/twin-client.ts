/** Speaks to the sync listener of the inbox elsewhere. */
import * as v from 'valibot';
import type { TunnelStatus } from '../../common/status.ts';
import type { EventDraft } from '../../common/events.ts';
import { InboxError } from '../../common/errors.ts';
import { nodeSchema } from '../../common/event-schemas.ts';
import { syncTexts, twinTexts } from '../../common/texts/en-sync.ts';
import type { Sentence } from '../../common/texts/sentence.ts';
import { withoutProxy, type Fetch } from '../outgoing/outgoing.ts';
import { ProxyFault } from '../outgoing/proxy-agents.ts';
import { retryAfterMs } from '../outgoing/retry-after.ts';
import { orAfter } from '../time-limit.ts';

/** Who answers. */
export interface RemoteInbox {
  readonly node: string;
  /** The log that it shares with other machines, each of which is the same inbox; absent where it shares none. */
  readonly log?: string;
}

export interface RemotePage extends RemoteInbox {
  readonly next: string;
  readonly more: boolean;
  /** About so many events are behind this page, where the other tells it. */
  readonly behind?: number;
  /** The other has not what we had of it last: it was set back to an older state. This page is its first. */
  readonly anew?: boolean;
  /** Not checked yet. */
  readonly events: readonly unknown[];
}

export interface RemoteStatus extends RemoteInbox {
  /** The inboxes that it is a copy of, nearest first; absent where it is none. */
  readonly copyOf?: readonly string[];
  readonly tunnel: TunnelStatus;
}

export interface SentEvents {
  /** None of their tasks is in the library there (any more). */
  readonly skipped: number;
}

export interface TwinClient {
  page(after: string | null, waitS: number, signal: AbortSignal): Promise<RemotePage>;
  /** @throws InboxError `bad-request` where it takes one of them never. */
  send(events: readonly EventDraft[], signal: AbortSignal): Promise<SentEvents>;
  /** Which inbox it is, and where its callbacks go. */
  status(signal: AbortSignal): Promise<RemoteStatus>;
  /** The bytes from `start` on. */
  media(sha256: string, start: number, signal: AbortSignal): Promise<AsyncIterable<Uint8Array>>;
}

// What is stored under another name could not be read any more.
const inbox = { node: nodeSchema, log: v.exactOptional(v.string()) };
const pageSchema = v.object({
  ...inbox,
  next: v.string(),
  more: v.boolean(),
  behind: v.exactOptional(v.pipe(v.number(), v.safeInteger(), v.minValue(0))),
  anew: v.exactOptional(v.boolean()),
  events: v.array(v.unknown()),
});
const sentSchema = v.object({ skipped: v.pipe(v.number(), v.safeInteger(), v.minValue(0)) });
const statusSchema = v.object({
  ...inbox,
  copyOf: v.exactOptional(v.array(v.string())),
  tunnel: v.object({
    kind: v.picklist(['none', 'ngrok', 'url']),
    state: v.picklist(['offline', 'connecting', 'online', 'degraded', 'blocked']),
    publicUrl: v.nullable(v.string()),
    callbackUrl: v.string(),
    provenAt: v.nullable(v.string()),
    message: v.nullable(v.string()),
    text: v.exactOptional(v.object({ key: v.string(), params: v.array(v.unknown()) })),
  }),
});
const answerMs = 30_000;
const tlsMs = 3000;
/** Longer nobody leaves it alone who was asked to: the person waits. */
const longestWaitMs = 5 * 60_000;
const statusPath = '/v1/status';
const mediaPath = '/v1/media/';
/** A page is 4 MiB, or one event whose body is longer: of 64 MiB at most, and written as a text in JSON. */
const longestAnswer = 160 * 1024 * 1024;

/** A film of which nothing comes for so long is asked for again. */
const usualStillMs = 30_000;

/** It answers that it cannot just now, or a proxy before it does. */
export class TwinTrouble extends InboxError {
  /** So long it asks to be left alone. */
  readonly waitMs: number;

  constructor(text: Sentence, waitMs: number) {
    super('unavailable', text);
    this.waitMs = waitMs;
  }
}

export interface TwinClientOptions {
  /** Default: without a proxy. */
  readonly fetch?: Fetch;
  /** Of an answer that is no film. */
  readonly mostBytes?: number;
  readonly stillMs?: number;
}

interface Init {
  readonly method?: 'GET' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/**
 * @param url asked before each call, as the token is: both may change.
 *
 * All calls throw InboxError `unauthorized` for a token that is not taken, and `unavailable` for everything in between.
 */
export function createTwinClient(
  url: () => string,
  token: () => string | null,
  { fetch = withoutProxy.fetch, mostBytes = longestAnswer, stillMs = usualStillMs }: TwinClientOptions = {},
): TwinClient {
  async function call(
    where: string,
    signal: AbortSignal,
    limitMs: number | null,
    { headers = {}, ...init }: Init = {},
  ): Promise<Response> {
    const key = plainToken(token());
    if (key === null) throw new InboxError('unauthorized', twinTexts.noToken);
    // It cannot be sent, so it is none.
    if (!/^[\x21-\x7e]+$/.test(key)) throw new InboxError('unauthorized', twinTexts.refused);
    let answer: Response;
    try {
      answer = await fetch(new URL(`${url()}${where}`), {
        ...init,
        headers: { ...headers, Authorization: `Bearer ${key}` },
        redirect: 'manual', // the token is for nobody else
        signal: limitMs === null ? signal : orAfter(signal, limitMs),
      });
    } catch (cause) {
      const isForTls = where === statusPath && isCutOff(cause) && (await speaksTls(signal));
      throw new InboxError('unavailable', isForTls ? twinTexts.needsTls : whyAway(cause), { cause });
    }
    if (answer.ok) return answer;
    throw await refusalOf(answer, where);
  }

  /** Of an address that was given without: asked without the token. */
  async function speaksTls(signal: AbortSignal): Promise<boolean> {
    const { protocol, host } = new URL(url());
    if (protocol !== 'http:') return false;
    try {
      const answer = await fetch(new URL(`https://${host}`), { redirect: 'manual', signal: orAfter(signal, tlsMs) });
      await answer.body?.cancel();
      return true;
    } catch (error) {
      return /CERT|SIGNATURE/.test(codeOf(error));
    }
  }

  async function json<T>(schema: v.GenericSchema<unknown, T>, answer: Response): Promise<T> {
    try {
      const value: unknown = JSON.parse(await textOf(answer, mostBytes));
      return v.parse(schema, value);
    } catch (cause) {
      // Whoever sends a page of a website, or something else of its own, does so to the end.
      const isOther = cause instanceof SyntaxError || v.isValiError(cause);
      const why = isOther ? twinTexts.notSync(answer.status) : twinTexts.away;
      throw new InboxError('unavailable', why, { cause });
    }
  }

  return {
    async page(after, waitS, signal) {
      const query = new URLSearchParams({ wait: String(waitS), ...(after === null ? {} : { after }) });
      return json(pageSchema, await call(`/v1/events?${query.toString()}`, signal, waitS * 1000 + answerMs));
    },
    async send(events, signal) {
      const headers = { 'Content-Type': 'application/json' };
      const body = JSON.stringify({ events });
      const answer = await call('/v1/events', signal, answerMs, { method: 'POST', headers, body });
      return json(sentSchema, answer);
    },
    async status(signal) {
      return json(statusSchema, await call(statusPath, signal, answerMs));
    },
    async media(sha256, start, signal) {
      const headers: Record<string, string> = start === 0 ? {} : { Range: `bytes=${String(start)}-` };
      const still = stillness(signal, stillMs);
      try {
        const answer = await call(`${mediaPath}${sha256}`, still.signal, null, { headers });
        // Some proxies know no ranges.
        const before = answer.status === 206 ? 0 : start;
        return bytesFrom((answer.body ?? []) as AsyncIterable<Uint8Array>, before, still);
      } catch (error) {
        still.end();
        throw error;
      }
    },
  };
}

/** As it was copied: with quotes, or with the word before it. */
function plainToken(token: string | null): string | null {
  return (
    token
      ?.trim()
      .replace(/^(["'`])(.*)\1$/s, '$2')
      .replace(/^Bearer\s+/i, '')
      .trim() ?? null
  );
}

async function refusalOf(answer: Response, where: string): Promise<InboxError> {
  const { status } = answer;
  const isFilm = where.startsWith(mediaPath);
  const isInboxes = answer.headers.get('content-type')?.startsWith('application/json') ?? false;
  await answer.body?.cancel();
  if (status === 401 && isInboxes) return new InboxError('unauthorized', twinTexts.refused);
  // A proxy may take less at once than the inbox behind it.
  if (status === 413 || (status === 400 && isInboxes)) return new InboxError('bad-request', twinTexts.notHere);
  // Of a film alone it says that the film is not there; else it is no inbox that answers.
  if (status === 404 && isFilm) return new InboxError('not-found', syncTexts.noSuchFile);
  if (status >= 300 && status < 400) {
    const to = new URL(answer.headers.get('location') ?? '', answer.url).origin;
    return new InboxError('unavailable', twinTexts.leadsElsewhere(to));
  }
  const isTrouble = status >= 500 || status === 408 || status === 429;
  if (!isTrouble) return new InboxError('unavailable', twinTexts.notSync(status));
  const waitMs = retryAfterMs((name) => answer.headers.get(name), Date.now()) ?? 0;
  return new TwinTrouble(twinTexts.troubled(status), Math.min(waitMs, longestWaitMs));
}

interface Stillness {
  readonly signal: AbortSignal;
  /** Something came. */
  renew(): void;
  end(): void;
}

/** Aborts where nothing comes for so long. */
function stillness(outer: AbortSignal, ms: number): Stillness {
  const controller = new AbortController();
  const abort = (): void => controller.abort(new DOMException('Nothing came for too long.', 'TimeoutError'));
  const timer = setTimeout(abort, ms).unref();
  const ended = (): void => controller.abort(outer.reason);
  if (outer.aborted) ended();
  outer.addEventListener('abort', ended, { once: true });
  return {
    signal: controller.signal,
    renew: () => timer.refresh(),
    end() {
      clearTimeout(timer);
      outer.removeEventListener('abort', ended);
    },
  };
}

/** @param before so many bytes come first that are here already. */
async function* bytesFrom(
  body: AsyncIterable<Uint8Array>,
  before: number,
  still: Stillness,
): AsyncGenerator<Uint8Array> {
  let skip = before;
  try {
    for await (const chunk of body) {
      still.renew();
      const fresh = chunk.subarray(Math.min(skip, chunk.length));
      skip -= chunk.length - fresh.length;
      if (fresh.length > 0) yield fresh;
      // The disk took its time, not the other.
      still.renew();
    }
  } finally {
    still.end();
  }
}

/** @throws Error where it is longer than any answer of an inbox: whoever answers so must not fill the memory. */
async function textOf(answer: Response, most: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of (answer.body ?? []) as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    if (size > most) throw new Error('the answer does not end');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** As who awaits TLS does it with what is none. */
const isCutOff = (error: unknown): boolean => /^(?:UND_ERR_SOCKET|ECONNRESET|HPE_)/.test(codeOf(error));

function codeOf(error: unknown): string {
  // The global `fetch` says it in its cause, a connection through a proxy itself.
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return cause instanceof Error && 'code' in cause ? String(cause.code) : '';
}

/** What will not come right by waiting. */
function whyAway(error: unknown): Sentence {
  if (error instanceof ProxyFault) return twinTexts.proxy(error.host, error.errno);
  const code = codeOf(error);
  if (code === 'CERT_HAS_EXPIRED') return twinTexts.expired;
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return twinTexts.otherName;
  if (/CERT|SIGNATURE/.test(code)) return twinTexts.certificate(code);
  return /^(?:ERR_SSL_|EPROTO)/.test(code) ? twinTexts.noTls : twinTexts.away;
}
