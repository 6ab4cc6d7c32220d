/**
 * The public side: callback routes and nothing else. Everything that arrives here is hostile, also behind a valid token
 * and a valid signature; whatever is not a callback URL of ours is a 404 without a word.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { Hono, type Context } from 'hono';
import type { TunnelKind } from '../../common/contract.ts';
import { enRefusals, type RefusalCode, type RefusalFacts } from '../../common/texts/en-requests.ts';
import type { Log } from '../log/log.ts';
import { createBodyBudget } from './body/body-budget.ts';
import { readLimited } from './body/limited-body.ts';
import type { CallbackUrlEntry } from './callback-urls.ts';
import type { DiskFloor } from './disk-floor.ts';
import type { Intake, IntakeAnswer } from './intake.ts';
import { createRateLimiter } from './rate-limits.ts';
import type { AnsweredRequest, RequestNote } from './requests/request-recorder.ts';
import { sendRefusal } from './send-refusal.ts';
import { limitName, senderOf } from './sender-address.ts';

export interface CallbackAppPorts {
  readonly find: (token: string) => CallbackUrlEntry | null;
  /** A probe of our own that came back through the public URL; true where the token was one of ours, once. */
  readonly claimProbe: (token: string) => boolean;
  readonly accept: Intake['accept'];
  /** Where the disk has too little room for a body of so many bytes. */
  readonly diskFloor: DiskFloor;
  /** How large a body may be, and one that carries a film. */
  readonly limits: () => { readonly bodyBytes: number; readonly filmBodyBytes: number };
  readonly used: (urlId: string) => void;
  /** Told of each request at a valid callback URL that was answered, reads apart. */
  readonly answered: (request: AnsweredRequest) => void;
  readonly now: () => Date;
  /** What requests come through. Behind a tunnel, forwarded addresses mean something, and the sender is a stranger. */
  readonly tunnel: () => TunnelKind;
  /** Whether the person lets this address deliver; asked behind a tunnel only. */
  readonly admits: (address: string | null) => boolean;
  readonly nowMs: () => number;
  readonly log: Log;
}

/** What `@hono/node-server` passes in beside the request. */
export interface NodeBindings {
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
}
type Env = { Bindings: NodeBindings };

const listening = 'This Video Inbox is listening. Send callbacks here with POST.\n';
const allow = 'GET, HEAD, POST';
/** What has arrived with its headers, or is about to. */
const smallBytes = 32 * 1024;
const bodyTimeoutMs = 20_000;
/** More answers than this at once are not a provider. */
const inFlightLimit = 1024;
/** All bodies in flight, beyond the first 64 KiB of each: memory stays bounded at about twice that. */
const inFlightBytes = 64 * 1024 * 1024;

// For strangers only: on loopback the sender is a program of the person's own.
const perAddress = { burst: 2000, perSecond: 200 };
/** All senders of one callback URL together, for a URL that got into many hands. */
const perUrl = { burst: 5000, perSecond: 500 };
/** Requests with a token that is not ours: a stranger who guesses, or an old URL that someone still uses. */
const misses = { burst: 120, perSecond: 2 };
/** Log lines about senders that are not on the person's list. */
const refusalNotes = { burst: 5, perSecond: 1 / 60 };

export function createCallbackApp(ports: CallbackAppPorts): Hono<Env> {
  const app = new Hono<Env>();
  const addressLimiter = createRateLimiter(perAddress, ports.nowMs);
  const urlLimiter = createRateLimiter(perUrl, ports.nowMs);
  const missLimiter = createRateLimiter(misses, ports.nowMs);
  const noteLimiter = createRateLimiter(refusalNotes, ports.nowMs);
  const budget = createBodyBudget(inFlightBytes);
  let inFlight = 0;

  async function receive(
    c: Context<Env>,
    url: CallbackUrlEntry,
    remote: string | null,
    isStranger: boolean,
  ): Promise<Received> {
    const { incoming, outgoing } = c.env;
    const { bodyBytes, filmBodyBytes } = ports.limits();
    const lease = budget.open();
    try {
      const limits = { limitBytes: bodyBytes, filmLimitBytes: filmBodyBytes, timeoutMs: bodyTimeoutMs, lease };
      const read = await readLimited(incoming, limits);
      if (read.kind === 'too-large') return refusal(c, 413, 'too-large', read, read.bytes);
      if (read.kind === 'busy') return refusal(c, 429, 'too-many-at-once', {}, read.bytes, 1);
      if (read.kind === 'broken') return refusal(c, 400, 'broken-off', {}, read.bytes);
      const answer = await ports.accept({
        url,
        headers: plainHeaders(incoming),
        rawBody: read.body,
        remote,
        isStranger,
        grow: (more) => lease.grow(more),
      });
      if (answer.status === 200) ports.used(url.id);
      return { response: send(outgoing, answer), status: answer.status, bytes: read.body.length, note: answer.note };
    } finally {
      lease.close();
    }
  }

  function tooMany(c: Context<Env>, seconds: number): Response {
    return refusal(c, 429, 'too-many-requests', {}, 0, seconds).response;
  }

  async function answer(
    c: Context<Env>,
    url: CallbackUrlEntry,
    remote: string | null,
    isStranger: boolean,
  ): Promise<Received> {
    const wait = isStranger ? addressLimiter.take(limitName(remote)) || urlLimiter.take(url.id) : 0;
    const announced = Number(c.env.incoming.headers['content-length'] ?? 0) || 0;
    if (wait > 0) return refusal(c, 429, 'too-many-requests', {}, announced, wait);
    const { method } = c.req;
    if (isRead(method)) return { response: c.text(listening), status: 200, bytes: 0, note: null };
    if (method !== 'POST') return refusal(c, 405, 'wrong-method', { method }, announced);
    if (inFlight >= inFlightLimit) return refusal(c, 429, 'too-many-at-once', {}, announced, 1);
    inFlight += 1;
    try {
      const low = await ports.diskFloor.check(announced);
      if (low !== null) return refusal(c, 503, 'disk-low', low, announced, 60);
      return await receive(c, url, remote, isStranger);
    } catch (error) {
      ports.log.error({ error }, 'a callback could not be answered');
      return refusal(c, 503, 'broke', {}, announced, 30);
    } finally {
      inFlight -= 1;
    }
  }

  app.all('*', async (c) => {
    const token = tokenIn(c.req.path);
    if (token === null) return nothing();
    const { method } = c.req;
    const tunnel = ports.tunnel();
    const { address, isForwarded } = senderOf(c.env.incoming, tunnel !== 'none');
    // ngrok always names the sender, so who comes without a name is a program on this machine. Of a proxy that names
    // nobody the same cannot be said: there everyone counts as a stranger with the address of the connection.
    const isStranger = tunnel === 'url' || (tunnel === 'ngrok' && isForwarded);
    const url = ports.find(token);
    // Before the list: a probe of our own comes from whatever address this machine has today.
    if (url === null && isRead(method) && ports.claimProbe(token)) return c.body(null, 204);
    if (url === null || (isStranger && !ports.admits(address))) {
      if (url !== null && noteLimiter.take('') === 0) {
        ports.log.warn({ urlId: url.id, address }, 'a sender that is not in callbacks.allowAddresses was turned away');
      }
      const wait = isStranger ? missLimiter.take(limitName(address)) : 0;
      return wait > 0 ? tooMany(c, wait) : nothing();
    }
    const started = ports.nowMs();
    const { response, status, bytes, note } = await answer(c, url, address, isStranger);
    if (note !== null) {
      ports.answered({
        at: ports.now().toISOString(),
        method,
        status,
        ms: ports.nowMs() - started,
        bytes,
        urlId: url.id,
        remote: address,
        headers: plainHeaders(c.env.incoming),
        note,
      });
    }
    return response;
  });
  app.onError((error, c) => {
    ports.log.error({ error }, 'a callback could not be answered');
    c.header('Retry-After', '30');
    return c.json({ code: 503, msg: enRefusals.broke({}) }, 503);
  });
  return app;
}

interface Received {
  readonly response: Response;
  readonly status: number;
  readonly bytes: number;
  /** `null` for what is not told of: someone looked whether the inbox is there. */
  readonly note: RequestNote | null;
}

/** Answered before anything of the body was looked at; its rest must not be taken for the next request. */
function refusal(
  c: Context<Env>,
  status: 400 | 405 | 413 | 429 | 503,
  code: RefusalCode,
  facts: RefusalFacts,
  bytes: number,
  retryAfterSeconds?: number,
): Received {
  const body = { code: status, msg: enRefusals[code](facts) };
  const headers = {
    Connection: 'close',
    ...(status === 405 ? { Allow: allow } : {}),
    ...(retryAfterSeconds === undefined ? {} : { 'Retry-After': String(retryAfterSeconds) }),
  };
  const isUnderWay = bytes > smallBytes;
  const response = isUnderWay ? sendRefusal(c.env, { status, body, headers }) : c.json(body, status, headers);
  return { response, status, bytes, note: { ...nothingRead, code, facts: factsOf(facts) } };
}

/** Only what a sentence needs: what is passed in may hold more. */
function factsOf({ bytes, limitBytes, method }: RefusalFacts): RefusalFacts {
  return {
    ...(bytes === undefined ? {} : { bytes }),
    ...(limitBytes === undefined ? {} : { limitBytes }),
    ...(method === undefined ? {} : { method }),
  };
}

const nothingRead = {
  outcome: 'refused',
  provider: null,
  taskId: null,
  key: null,
  trust: null,
  odd: null,
  result: null,
  kept: null,
  bodySha256: null,
} as const;

function isRead(method: string): boolean {
  return method === 'GET' || method === 'HEAD';
}

/**
 * The token of a callback URL. People paste it with a slash or a blank more than it has, and some senders put a path
 * of theirs together with two slashes.
 * @returns `null` where the path is none of ours.
 */
function tokenIn(path: string): string | null {
  return (
    /^\/+c\/+([\w-]{1,200})(?:\/|%2[0279cef]|%3[ef]|%c2%a0|%09|%0[ad]|["'<>),.\]]|\s)*(?:[&;].*)?$/i.exec(path)?.[1] ??
    null
  );
}

/**
 * Straight to Node: a web `Response` is a stream that is filled and read again, which costs as much as everything else
 * that Node and hono do for a request.
 */
function send(outgoing: ServerResponse, { status, body, retryAfterSeconds }: IntakeAnswer): Response {
  const text = JSON.stringify(body);
  outgoing.writeHead(status, {
    'Content-Type': 'application/json',
    'Content-Length': Buffer.byteLength(text),
    ...(status === 413 ? { Connection: 'close' } : {}),
    ...(retryAfterSeconds === undefined ? {} : { 'Retry-After': retryAfterSeconds }),
  });
  outgoing.end(text);
  return RESPONSE_ALREADY_SENT;
}

/** Not even that there could be something here. */
function nothing(): Response {
  return new Response(null, { status: 404, headers: { 'Content-Length': '0' } });
}

function plainHeaders(incoming: IncomingMessage): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(incoming.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return headers;
}
