/**
 * The public side: callback routes and nothing else. Everything that arrives here is hostile, also behind a valid token
 * and a valid signature; whatever is not a callback URL of ours is a 404 without a word.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { TunnelKind } from '../../common/status.ts';
import type { RefusalFacts } from '../../common/texts/en-requests.ts';
import type { Log } from '../log/log.ts';
import { createBodyBudget } from './body/body-budget.ts';
import { createDeadline } from './body/deadline.ts';
import { readLimited } from './body/limited-body.ts';
import { queryOf, tokenIn, withoutMarks } from './callback-address.ts';
import { nothingFound } from './callback-record.ts';
import type { CallbackUrlEntry } from './callback-urls.ts';
import type { IntakeAnswer } from './delivery.ts';
import type { DiskFloor } from './disk-floor.ts';
import type { Intake } from './intake.ts';
import { callbackInQuery } from './query-callback.ts';
import { createRateLimiter } from './rate-limits.ts';
import { answerTo, type Refusal } from './refusal.ts';
import type { AnsweredRequest, RequestNote } from './requests/request-recorder.ts';
import { hasBody, sendRefusal } from './send-refusal.ts';
import { limitName, senderOf } from './sender-address.ts';

const noBody = { kind: 'whole', body: Buffer.alloc(0) } as const;

export interface CallbackAppPorts {
  readonly find: (token: string) => CallbackUrlEntry | null;
  /** A probe of our own that came back through the public URL; true where the token was one of ours, once. */
  readonly claimProbe: (token: string) => boolean;
  readonly accept: Intake['accept'];
  /** Where the disk has too little room for a body of so many bytes. */
  readonly diskFloor: DiskFloor;
  /** How large a body may be, and one that carries a film. */
  readonly limits: () => { readonly bodyBytes: number; readonly filmBodyBytes: number };
  /** All bodies in flight, beyond the first 64 KiB of each: memory stays bounded at about twice that. */
  readonly inFlightBytes?: number;
  readonly used: (urlId: string) => void;
  /** Told of each request at a valid callback URL that was answered, reads apart. */
  readonly answered: (request: AnsweredRequest) => void;
  readonly now: () => Date;
  /** What requests come through. Behind a tunnel, forwarded addresses mean something, and the sender is a stranger. */
  readonly tunnel: () => TunnelKind;
  /** Whether the person lets this address deliver; asked behind a tunnel only. */
  readonly admits: (address: string | null) => boolean;
  /** A stranger used this callback URL. */
  readonly hit?: (urlId: string) => void;
  /** What other machines take through it in a second. */
  readonly perSecondElsewhere?: (urlId: string) => number;
  readonly nowMs: () => number;
  readonly log: Log;
}

export interface CallbackApp {
  /** Never throws, and answers each request once. */
  readonly handle: (incoming: IncomingMessage, outgoing: ServerResponse) => void;
}

/** A request that is being answered, straight on Node: what a Fetch-style framework adds costs as much as Node itself. */
interface Exchange {
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** One at a callback URL of ours, by somebody who may deliver there. */
interface Arrival extends Exchange {
  readonly url: CallbackUrlEntry;
  readonly remote: string | null;
  readonly isStranger: boolean;
}

const listening = 'This Video Inbox is listening: send callbacks here with POST.\n';
const plainText = { 'Content-Type': 'text/plain; charset=UTF-8' };
const allow = 'GET, HEAD, POST';
const bodyTimeoutMs = 20_000;
/** More answers than this at once are not a provider. */
const inFlightLimit = 1024;
const usualInFlightBytes = 64 * 1024 * 1024;

// For strangers only: on loopback the sender is a program of the person's own.
const perAddress = { burst: 2000, perSecond: 200 };
/** All senders of one callback URL together, for a URL that got into many hands. */
const perUrl = { burst: 5000, perSecond: 500 };
/** Requests with a token that is not ours: a stranger who guesses, or an old URL that someone still uses. */
const misses = { burst: 120, perSecond: 2 };
/** Log lines about senders that are not on the person's list. */
const refusalNotes = { burst: 5, perSecond: 1 / 60 };

export function createCallbackApp(ports: CallbackAppPorts): CallbackApp {
  const addressLimiter = createRateLimiter(perAddress, ports.nowMs);
  const urlLimiter = createRateLimiter(perUrl, ports.nowMs, ports.perSecondElsewhere);
  const missLimiter = createRateLimiter(misses, ports.nowMs);
  const noteLimiter = createRateLimiter(refusalNotes, ports.nowMs);
  const budget = createBodyBudget(ports.inFlightBytes ?? usualInFlightBytes);
  const deadline = createDeadline(bodyTimeoutMs);
  let inFlight = 0;

  /** @param query What a read tells of a result in its address, where the intake finds it. */
  async function receive(arrival: Arrival, query: Buffer | null): Promise<Received> {
    const { incoming, outgoing, headers, url, remote, isStranger } = arrival;
    const announced = announcedBytes(arrival);
    const lease = budget.open();
    inFlight += 1;
    try {
      const { bodyBytes, filmBodyBytes } = ports.limits();
      // What is too large is not stored: room that it announces to need is none that others lack.
      const looked = ports.diskFloor.check(announced > Math.max(bodyBytes, filmBodyBytes) ? 0 : announced);
      // Not waited for where it is known: the body is then listened to before it comes.
      const low = looked instanceof Promise ? await looked : looked;
      if (low !== null) return refuse(arrival, { code: 'disk-low', facts: low }, announced);
      const limits = { limitBytes: bodyBytes, filmLimitBytes: filmBodyBytes, deadline, lease };
      const read = query === null ? await readLimited(incoming, limits) : noBody;
      if (read.kind === 'too-large') return refuse(arrival, { code: 'too-large', facts: read }, read.bytes);
      if (read.kind === 'busy') return refuse(arrival, { code: 'too-many-at-once' }, read.bytes);
      if (read.kind === 'broken') return refuse(arrival, { code: 'broken-off' }, read.bytes);
      // What comes in pieces announces nothing.
      const lookedAgain = ports.diskFloor.check(Math.max(0, read.body.length - announced));
      const lowBehind = lookedAgain instanceof Promise ? await lookedAgain : lookedAgain;
      if (lowBehind !== null) return refuse(arrival, { code: 'disk-low', facts: lowBehind }, read.body.length);
      const answer = await ports.accept({
        url,
        headers,
        rawBody: read.body,
        query: queryOf(incoming),
        remote,
        isStranger,
        grow: (more) => lease.grow(more) && ports.diskFloor.fits(Math.max(0, more)),
      });
      if (answer.status === 200) ports.used(url.id);
      const { status, note } = answer;
      const bytes = (query ?? read.body).length;
      // Who only looks hears the same, whatever stands in what they sent.
      const isLook = isRead(arrival.method) && status === 400;
      if (isLook || (isRead(arrival.method) && status === 200)) sayListening(outgoing);
      else send(outgoing, answer);
      return isLook ? { status: 200, bytes, note: null } : { status, bytes, note };
    } catch (error) {
      ports.log.error({ error }, 'a callback could not be answered');
      return refuse(arrival, { code: 'broke' }, announced);
    } finally {
      lease.close();
      inFlight -= 1;
    }
  }

  function answer(arrival: Arrival): Received | Promise<Received> {
    const { method, incoming, outgoing, url, remote, isStranger } = arrival;
    if (isStranger) ports.hit?.(url.id);
    const wait = isStranger ? addressLimiter.take(limitName(remote)) || urlLimiter.take(url.id) : 0;
    if (wait > 0) return refuse(arrival, tooMany(wait), announcedBytes(arrival));
    // Some send what they have to say as they would by POST; then the address is read beside it.
    const saysInBody = method === 'GET' && hasBody(incoming);
    const query = method === 'GET' && !saysInBody ? callbackInQuery(queryOf(incoming)) : null;
    const isTold = query !== null || saysInBody;
    if (isRead(method) && !isTold) {
      if (hasBody(incoming)) sendRefusal(incoming, outgoing, { status: 200, body: listening, headers: plainText });
      else sayListening(outgoing);
      return { status: 200, bytes: 0, note: null };
    }
    if (method !== 'POST' && !isTold) {
      return refuse(arrival, { code: 'wrong-method', facts: { method } }, announcedBytes(arrival));
    }
    if (inFlight >= inFlightLimit) return refuse(arrival, { code: 'too-many-at-once' }, announcedBytes(arrival));
    return receive(arrival, query);
  }

  function respond(exchange: Exchange): void {
    const { incoming, outgoing, method, headers } = exchange;
    const token = tokenIn(incoming.url ?? '');
    if (token === null) {
      sendNothing(exchange, 404);
      return;
    }
    const tunnel = ports.tunnel();
    const { address, isForwarded } = senderOf(incoming, tunnel !== 'none');
    // ngrok always names the sender, so who comes without a name is a program on this machine. Of a proxy that names
    // nobody the same cannot be said: there everyone counts as a stranger with the address of the connection.
    const isStranger = tunnel === 'url' || (tunnel === 'ngrok' && isForwarded);
    const url = ports.find(token) ?? ports.find(withoutMarks(token));
    // Before the list: a probe of our own comes from whatever address this machine has today.
    if (url === null && isRead(method) && ports.claimProbe(token)) {
      outgoing.writeHead(204).end();
      return;
    }
    if (url === null || (isStranger && !ports.admits(address))) {
      if (url !== null && noteLimiter.take('') === 0) {
        ports.log.warn({ urlId: url.id, address }, 'a sender that is not in callbacks.allowAddresses was turned away');
      }
      const wait = isStranger ? missLimiter.take(limitName(address)) : 0;
      if (wait > 0) refuse(exchange, tooMany(wait), 0);
      else sendNothing(exchange, 404);
      return;
    }
    const started = ports.nowMs();
    const received = answer({ incoming, outgoing, method, headers, url, remote: address, isStranger });
    const tell = ({ status, bytes, note }: Received): void => {
      if (note === null) return;
      ports.answered({
        at: ports.now().toISOString(),
        method,
        status,
        ms: ports.nowMs() - started,
        bytes,
        urlId: url.id,
        remote: address,
        headers,
        note,
      });
    };
    if (received instanceof Promise) received.then(tell).catch((error: unknown) => fail(exchange, error));
    else tell(received);
  }

  function fail(exchange: Exchange, error: unknown): void {
    ports.log.error({ error }, 'a callback could not be answered');
    refuse(exchange, { code: 'broke' }, 0);
  }

  return {
    handle(incoming, outgoing) {
      const exchange = { incoming, outgoing, method: incoming.method ?? 'GET', headers: plainHeaders(incoming) };
      try {
        respond(exchange);
      } catch (error) {
        fail(exchange, error);
      }
    },
  };
}

function announcedBytes({ headers }: Exchange): number {
  return Number(headers['content-length'] ?? 0) || 0;
}

interface Received {
  readonly status: number;
  readonly bytes: number;
  /** `null` for what is not told of: someone looked whether the inbox is there. */
  readonly note: RequestNote | null;
}

const tooMany = (retryAfterSeconds: number): Refusal => ({ code: 'too-many-requests', retryAfterSeconds });

/** Answered before anything of the body was looked at; its rest must not be taken for the next request. */
function refuse({ incoming, outgoing }: Exchange, refusal: Refusal, bytes: number): Received {
  const { code, facts = {} } = refusal;
  const { status, body, retryAfterSeconds } = answerTo(refusal);
  sendRefusal(incoming, outgoing, {
    status,
    body: JSON.stringify(body),
    headers: {
      'Content-Type': 'application/json',
      ...(status === 405 ? { Allow: allow } : {}),
      ...(retryAfterSeconds === undefined ? {} : { 'Retry-After': String(retryAfterSeconds) }),
    },
  });
  return { status, bytes, note: { ...nothingFound, code, facts: factsOf(facts) } };
}

/** Not even that there could be something here. */
function sendNothing({ incoming, outgoing }: Exchange, status: number): void {
  if (hasBody(incoming)) sendRefusal(incoming, outgoing, { status, body: '', headers: {} });
  else outgoing.writeHead(status, { 'Content-Length': 0 }).end();
}

/** Only what a sentence needs: what is passed in may hold more. */
function factsOf({ bytes, limitBytes, method }: RefusalFacts): RefusalFacts {
  return {
    ...(bytes === undefined ? {} : { bytes }),
    ...(limitBytes === undefined ? {} : { limitBytes }),
    ...(method === undefined ? {} : { method }),
  };
}

function isRead(method: string): boolean {
  return method === 'GET' || method === 'HEAD';
}

function sayListening(outgoing: ServerResponse): void {
  outgoing.writeHead(200, { ...plainText, 'Content-Length': Buffer.byteLength(listening) });
  outgoing.end(listening);
}

function send(outgoing: ServerResponse, { status, body, retryAfterSeconds }: IntakeAnswer): void {
  const text = JSON.stringify(body);
  if (status === 200) {
    outgoing.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) });
    outgoing.end(text);
    return;
  }
  outgoing.writeHead(status, {
    'Content-Type': 'application/json',
    'Content-Length': Buffer.byteLength(text),
    ...(status === 413 ? { Connection: 'close' } : {}),
    ...(retryAfterSeconds === undefined ? {} : { 'Retry-After': retryAfterSeconds }),
  });
  outgoing.end(text);
}

/** Node's own, which it makes for each request and nobody changes; lists it makes of cookies only. */
function plainHeaders({ headers }: IncomingMessage): Readonly<Record<string, string>> {
  const plain = headers as Readonly<Record<string, string>>; // what is not there is asked for with a `??`
  return headers['set-cookie'] === undefined ? plain : { ...plain, 'set-cookie': headers['set-cookie'].join(', ') };
}
