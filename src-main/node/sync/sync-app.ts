/**
 * What other machines of the same person are answered: the events of the log, what the person does there, and the files.
 * A listener of its own with a token of its own; the public callback listener knows nothing of it.
 */
import type { HttpBindings } from '@hono/node-server';
import { Hono, type Context } from 'hono';
import type { TunnelStatus } from '../../common/status.ts';
import type { ApiKeyScope } from '../../common/api-keys.ts';
import { InboxError, httpStatus, toErrorData, type ErrorCode } from '../../common/errors.ts';
import { parsePersonEvent, type PersonEvent } from '../../common/person-events.ts';
import { enSync, twinAnswers } from '../../common/texts/en-sync.ts';
import { createRateLimiter } from '../callbacks/rate-limits.ts';
import { limitName } from '../callbacks/sender-address.ts';
import type { EventLog } from '../event-log/event-log.ts';
import { fileResponse } from '../local-server/file-response.ts';
import type { Log } from '../log/log.ts';
import { readText } from '../read-text.ts';
import type { PlacedFile } from '../video-store/file-places.ts';
import { awaitPage, LogAway } from './feed.ts';
import type { SyncIdentity } from './sync-identity.ts';

export interface SyncAppPorts {
  readonly identity: SyncIdentity;
  /** Of the log that it shares with other machines. Default: it shares none. */
  readonly logId?: string;
  readonly events: EventLog;
  /** What a key may do, `null` where it is none; takes the same time for every wrong one. */
  readonly scopeOf: (key: string) => ApiKeyScope | null;
  readonly take: (events: readonly PersonEvent[]) => Promise<TakenEvents>;
  readonly tunnelStatus: () => TunnelStatus;
  /** The inboxes that this one is a copy of, nearest first. Default: none. */
  readonly copyOf?: () => readonly string[];
  readonly findMedia: (sha256: string) => Promise<PlacedFile | null>;
  /** Whether it says that what the log lies on is out of reach. Default: none does. */
  readonly isAway?: (error: unknown) => boolean;
  /** Ends all waiting when the listener closes. */
  readonly closing: AbortSignal;
  readonly nowMs: () => number;
  readonly log: Log;
}

export interface TakenEvents {
  readonly stored: number;
  /** Seen before: the answer had not arrived. */
  readonly repeated: number;
  /** None of their tasks is in the library (any more). */
  readonly skipped: number;
}

/** Proxies cut connections that are silent for a minute. */
const longestWaitS = 50;
const bodyMebibytes = 1;
const mostEvents = 500;
const wrongTokens = { burst: 20, perSecond: 1 };
const requests = { burst: 200, perSecond: 50 };
/** Of one token, told and not read yet: each is some mebibytes of memory. */
const mostUnread = 4;

export function createSyncApp(ports: SyncAppPorts): Hono {
  const { identity, events, nowMs } = ports;
  const itself = { node: identity.node, ...(ports.logId !== undefined && { log: ports.logId }) };
  const app = new Hono();
  const wrong = createRateLimiter(wrongTokens, nowMs);
  const right = createRateLimiter(requests, nowMs);
  const tokenOf = (c: Context): string => /^Bearer +(\S+)$/i.exec(c.req.header('authorization') ?? '')?.[1] ?? '';
  const unread = new Map<string, number>();
  const isAway = (error: unknown): boolean => error instanceof LogAway || ports.isAway?.(error) === true;
  const isTwin = (c: Context): boolean => ports.scopeOf(tokenOf(c)) === 'twin';

  function refuseToken(c: Context): Response {
    c.header('WWW-Authenticate', 'Bearer');
    return refuse(c, 'unauthorized', twinAnswers.needsToken);
  }

  /** Counts the answer until it is read, or its connection is gone. */
  function mayTell(c: Context): boolean {
    const token = tokenOf(c);
    const before = unread.get(token) ?? 0;
    const { outgoing } = c.env as HttpBindings;
    if (before >= mostUnread || outgoing.destroyed) return false;
    unread.set(token, before + 1);
    outgoing.once('close', () => {
      const left = (unread.get(token) ?? 1) - 1;
      if (left === 0) unread.delete(token);
      else unread.set(token, left);
    });
    return true;
  }

  app.use(async (c, next) => {
    c.header('Cache-Control', 'no-store');
    if (isTwin(c)) {
      const seconds = right.take(tokenOf(c));
      return seconds === 0 ? next() : tooMany(c, seconds, twinAnswers.tooManyRequests);
    }
    // Counted behind the check: who has the right token is never kept out by others behind the same proxy.
    const seconds = wrong.take(limitName((c.env as HttpBindings).incoming.socket.remoteAddress ?? null));
    return seconds === 0 ? refuseToken(c) : tooMany(c, seconds, twinAnswers.tooManyTries);
  });

  app.get('/v1/events', async (c) => {
    const wait = Number(c.req.query('wait') ?? 0);
    if (!Number.isFinite(wait) || wait < 0) return refuse(c, 'bad-request', twinAnswers.badWait);
    const after = c.req.query('after');
    const signal = AbortSignal.any([ports.closing, c.req.raw.signal]);
    // A place that this machine does not know is no place, and whoever asks is told everything from the start.
    const place = after === undefined ? null : identity.unseal(after);
    const page = await awaitPage(events, place, Math.min(wait, longestWaitS) * 1000, signal);
    const isAnew = page.anew || (after !== undefined && place === null);
    // It may have been revoked while this waited.
    if (!isTwin(c)) return refuseToken(c);
    if (page.events.length > 0 && !mayTell(c)) return tooMany(c, 5, twinAnswers.tooManyUnread(mostUnread));
    const head = JSON.stringify({
      ...itself,
      next: identity.seal(page.next),
      more: page.more,
      behind: page.behind,
      ...(isAnew ? { anew: true } : {}),
    });
    const body = `${head.slice(0, -1)},"events":[${page.events.join(',')}]}`;
    return c.body(body, 200, { 'Content-Type': 'application/json' });
  });

  app.post('/v1/events', async (c) => {
    const text = await readText(c.req.raw, bodyMebibytes * 1024 * 1024);
    if (text === null) {
      c.header('Connection', 'close');
      return refuse(c, 'too-large', twinAnswers.tooLarge(bodyMebibytes));
    }
    const drafts = eventsOf(text);
    if (drafts === null) return refuse(c, 'bad-request', twinAnswers.notEvents(mostEvents));
    const parsed = drafts.map(parsePersonEvent);
    for (const [index, read] of parsed.entries()) {
      if (!read.ok) return refuse(c, 'bad-request', twinAnswers.refused(index + 1, read));
    }
    try {
      return c.json(await ports.take(parsed.flatMap((read) => (read.ok ? [read.event] : []))));
    } catch (error) {
      if (isAway(error)) throw error;
      if (!(error instanceof InboxError)) ports.log.error({ error }, 'what a twin sent could not be stored');
      const { code, message } = toErrorData(error);
      if (httpStatus(code) === 503) c.header('Retry-After', '5');
      return refuse(c, code, message);
    }
  });

  // Where callbacks go, and whether they arrive: the light of the other machines is this one's.
  app.get('/v1/status', (c) => {
    const copyOf = ports.copyOf?.() ?? [];
    return c.json({ ...itself, ...(copyOf.length > 0 && { copyOf }), tunnel: ports.tunnelStatus() });
  });

  app.on(['GET', 'HEAD'], '/v1/media/:sha256', async (c) => {
    const sha256 = c.req.param('sha256').toLowerCase();
    const file = /^[\da-f]{64}$/.test(sha256) ? await ports.findMedia(sha256) : null;
    return file === null ? refuse(c, 'not-found', enSync.noSuchFile) : fileResponse(c.req.raw, file);
  });

  app.notFound((c) => c.body(null, 404));
  app.onError((error, c) => {
    if (!isAway(error)) {
      ports.log.error({ error }, 'what a twin asked for broke');
      return c.body(null, 500);
    }
    c.header('Retry-After', '5');
    return refuse(c, 'unavailable', twinAnswers.logAway);
  });
  return app;
}

/** `null` where the body is not what it must be. */
function eventsOf(text: string): readonly unknown[] | null {
  try {
    const body: unknown = JSON.parse(text);
    const list = typeof body === 'object' && body !== null && 'events' in body ? body.events : null;
    return Array.isArray(list) && list.length <= mostEvents ? (list as readonly unknown[]) : null;
  } catch {
    return null;
  }
}

function refuse(c: Context, code: ErrorCode, message: string): Response {
  return c.json({ error: { code, message } }, httpStatus(code) as 400);
}

function tooMany(c: Context, seconds: number, message: string): Response {
  c.header('Retry-After', String(seconds));
  return refuse(c, 'too-many', message);
}
