/**
 * The local server: page, calls, events and media for the browser and the CLI, on loopback and never tunnelled. Any web
 * page in any browser can send requests to loopback, so each one is checked for Host, Origin and the key.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { HttpBindings } from '@hono/node-server';
import { Hono, type Context } from 'hono';
import { compress } from 'hono/compress';
import { getCookie, setCookie } from 'hono/cookie';
import { streamSSE, type SSEMessage } from 'hono/streaming';
import { mayScriptsCall } from '../../common/call-rules.ts';
import type { Answer } from '../../common/contract.ts';
import { packEvent } from '../../common/page-events.ts';
import type { ApiKeyScope } from '../../common/api-keys.ts';
import type { Dispatch } from '../../common/dispatch.ts';
import { httpStatus, textsHeader, type ErrorCode } from '../../common/errors.ts';
import { corePacks } from '../../common/texts/core-packs.ts';
import { accessTexts } from '../../common/texts/en-access.ts';
import { languageFor, languagesAsked } from '../../common/texts/language.ts';
import { inWords, told, type Sentence } from '../../common/texts/sentence.ts';
import { readText } from '../read-text.ts';
import { createRecentMap } from '../storage/recent-map.ts';
import { largeJson } from './json-stream.ts';
import { openMetricsType } from './metrics.ts';
import type { OpenPages } from './open-pages.ts';
import type { Tickets } from './tickets.ts';
import { isProgress, type NumberedEvent, type UiEvents } from './ui-events.ts';

export interface LocalAppPorts {
  readonly key: string;
  /** What a key for scripts may do, `null` where it is none. */
  readonly scopeOf: (key: string) => ApiKeyScope | null;
  /** The calls, described for programs. */
  readonly openApi: () => string;
  /** The state as numbers, for a monitoring. */
  readonly metrics: () => Promise<string>;
  /** Known once the listener is open. */
  readonly port: () => number;
  readonly dispatch: Dispatch;
  readonly events: UiEvents;
  readonly tickets: Tickets;
  readonly openPages: OpenPages;
  /** The bytes of the nth video of a task, from the person. Never rejects. */
  readonly attach: (key: string, n: number, bytes: AsyncIterable<Uint8Array>) => Promise<Answer>;
  /** A file of the person's for an order; the answer is its path here. Never rejects. */
  readonly bring: (name: string, bytes: AsyncIterable<Uint8Array>) => Promise<Answer>;
  readonly ui: { fetch(request: Request): Response | Promise<Response> };
  /** A sample video of our own at an unguessable path, for test callbacks; no key needed. */
  readonly sample: (path: string, request: Request) => Response | null;
}

const callLimitBytes = 4 * 1024 * 1024;
const longText = 256 * 1024;
const proofLimitBytes = 1024;
/** What is answered as a call is, a refusal too. */
const answering = /^\/(?:call|attach)\/|^\/source$/;
/** In the address of a browser that was just given the cookie, with a name of its own; the page takes it out. */
const ledIn = 'opened';
const mostLedIn = 64;
const keepAliveMs = 20_000;
/** A page that is so far behind comes back and asks for what it missed; memory is not kept for it. */
const mostUnread = 256;

export function createLocalApp(ports: LocalAppPorts): Hono {
  const app = new Hono();
  // Cookies do not know ports, and two inboxes on one machine must not sign each other out.
  const cookieName = (): string => `video-inbox-${String(ports.port())}`;
  /** Else any page could lead a browser past what keeps the cookie from those who come from other sites. */
  const wereLedIn = createRecentMap<string, true>(mostLedIn);
  function leadIn(): string {
    const name = randomBytes(12).toString('base64url');
    wereLedIn.set(name, true);
    return `/?${ledIn}=${name}`;
  }

  app.use(async (c, next) => {
    const origin = `http://${c.req.header('host') ?? ''}`;
    if (!isOwnHost(c.req.header('host'), ports.port())) return refuse(c, 'forbidden', accessTexts.notThisServer);
    const from = c.req.header('origin');
    if (from !== undefined && from !== origin) return refuse(c, 'forbidden', accessTexts.otherSite);
    // Another port of this machine is the same site, and gets the cookie, but it is not us.
    const site = c.req.header('sec-fetch-site') ?? 'none';
    if (site !== 'same-origin' && site !== 'none' && c.req.path !== '/') {
      return refuse(c, 'forbidden', accessTexts.otherSite);
    }
    return next();
  });

  app.get('/openapi.json', (c) => c.body(ports.openApi(), 200, { 'Content-Type': 'application/json' }));
  app.get('/sample/:name', (c) => ports.sample(c.req.path, c.req.raw) ?? c.body(null, 404));

  const signIn = (c: Context): void =>
    setCookie(c, cookieName(), ports.key, { httpOnly: true, sameSite: 'Strict', path: '/' });
  app.post('/open-page/challenge', (c) => {
    c.header('Cache-Control', 'no-store');
    return c.text(ports.openPages.challenge());
  });
  app.post('/open-page/proof', async (c) => {
    const text = await readText(c.req.raw, proofLimitBytes);
    const [proof] = (text === null ? null : parseArgs(text)) ?? [];
    if (!ports.openPages.isKnown(proof, ports.port())) return refuse(c, 'unauthorized', accessTexts.signIn);
    signIn(c);
    return c.body(null, 204);
  });

  const bearerOf = (c: Context): string | undefined =>
    /^Bearer +(\S.*)$/i.exec(c.req.header('authorization') ?? '')?.[1];
  /** A key that can be revoked, if that is what the request came with. */
  function scriptKeyOf(c: Context): string | undefined {
    const bearer = bearerOf(c);
    return bearer === undefined || sameText(bearer, ports.key) ? undefined : bearer;
  }
  /** Of what was opened with a key that can be revoked. */
  function isKeyStill(c: Context): boolean {
    const key = scriptKeyOf(c);
    return key === undefined || ports.scopeOf(key) !== null;
  }

  app.use(async (c, next) => {
    const asked = c.req.method === 'GET' || c.req.method === 'HEAD' ? c.req.query('key') : undefined;
    const bearer = bearerOf(c);
    const presented = asked ?? bearer ?? getCookie(c, cookieName());
    const isKnown = presented !== undefined && sameText(presented, ports.key);
    if (!isKnown && bearer !== undefined) {
      const scope = ports.scopeOf(bearer);
      if (scope === 'twin') return refuse(c, 'forbidden', accessTexts.twinKey);
      if (scope === 'local') return next();
    }
    const isPage = c.req.method === 'GET' && c.req.path === '/';
    // Only browsers say so, and they all show what they are led to; whoever else asks is told at once.
    const isBrowser = isPage && c.req.header('sec-fetch-dest') === 'document';
    const ticket = isPage ? c.req.query('ticket') : undefined;
    const isLedIn = isBrowser && asked !== undefined && isKnown;
    if (isLedIn || (ticket !== undefined && (ports.tickets.redeem(ticket) || isKnown))) {
      signIn(c);
      c.header('Cache-Control', 'no-store');
      c.header('Referrer-Policy', 'no-referrer');
      // What stands behind the # stays with the browser, so a link to a task arrives there.
      return c.redirect(isBrowser ? leadIn() : '/', 303);
    }
    if (isBrowser && !isKnown && wereLedIn.get(c.req.query(ledIn) ?? '') === true) {
      return c.req.query('again') === undefined ? comeAgain(c) : refuse(c, 'unauthorized', accessTexts.noCookies);
    }
    if (!isKnown) return refuse(c, 'unauthorized', accessTexts.signIn);
    // The page takes the key out of its address at once; from here on the cookie speaks for the browser.
    await next();
    if (asked !== undefined) signIn(c);
    return undefined;
  });

  app.post('/call/:name', async (c) => {
    const text = await readText(c.req.raw, callLimitBytes);
    if (text === null) return tell(c, refusal('too-large', accessTexts.callTooLarge));
    const args = parseArgs(text);
    if (args === null) return tell(c, refusal('bad-request', accessTexts.noArguments));
    const name = c.req.param('name');
    if (scriptKeyOf(c) !== undefined && !mayScriptsCall(name, args)) {
      return tell(c, refusal('forbidden', accessTexts.scriptKey));
    }
    // To have read megabytes is a turn of its own.
    if (text.length > longText) await new Promise((resolve) => setImmediate(resolve));
    // Taken before the answer is made: whoever opens the events from here on hears of all that the answer lacks.
    c.header('Video-Inbox-Event', ports.events.lastId());
    const answer = await ports.dispatch(name, args);
    return tell(c, answer);
  });

  // A file that the person drops on the page: too large for a call.
  app.post('/attach/:key/:n', async (c) => {
    const answer = await ports.attach(
      c.req.param('key'),
      Number(c.req.param('n')),
      (c.req.raw.body ?? []) as AsyncIterable<Uint8Array>,
    );
    return tell(c, answer);
  });

  app.post('/source', async (c) => {
    const bytes = (c.req.raw.body ?? []) as AsyncIterable<Uint8Array>;
    const answer = await ports.bring(c.req.query('name') ?? '', bytes);
    return tell(c, answer);
  });

  // Either lets a browser in for good.
  for (const path of ['/ticket', '/open-page']) {
    app.use(path, async (c: Context, next) => {
      if (scriptKeyOf(c) !== undefined) return refuse(c, 'forbidden', accessTexts.scriptKey);
      return next();
    });
  }
  app.post('/ticket', (c) => {
    c.header('Cache-Control', 'no-store');
    return c.text(ports.tickets.make());
  });
  app.post('/open-page', async (c) => {
    await ports.openPages.remember((await readText(c.req.raw, proofLimitBytes)) ?? '');
    return c.body(null, 204);
  });
  // What is typed without a body is a GET, and after an empty 404 a mistake would be looked for in the name.
  for (const path of ['/call/:name', '/attach/:key/:n', '/source', '/ticket']) {
    app.all(path, (c) => {
      c.header('Allow', 'POST');
      return path === '/call/:name' ? tell(c, refusal('bad-request', accessTexts.noArguments), 405) : c.body(null, 405);
    });
  }
  app.get('/metrics', async (c) => c.body(await ports.metrics(), 200, { 'Content-Type': openMetricsType }));
  app.get('/events', (c) => sendEvents(c, ports.events, () => isKeyStill(c)));
  // For whoever is here by a tunnel of their own. Films and pictures are packed as they are.
  app.use('/assets/*', compress({ encoding: 'gzip' }));
  app.all('*', (c) => ports.ui.fetch(c.req.raw));
  return app;
}

/** A program is told a code and a sentence; a page of ours asks for what that sentence is in other languages too. */
function tell(c: Context, answer: Answer, status?: number): Response {
  if (answer.ok) {
    const large = largeJson(answer);
    return large === null ? c.json(answer) : c.body(large, 200, { 'Content-Type': 'application/json' });
  }
  const { code, message } = answer.error;
  const wantsText = c.req.header(textsHeader) !== undefined;
  return c.json(wantsText ? answer : { ok: false, error: { code, message } }, (status ?? httpStatus(code)) as 400);
}

function parseArgs(text: string): readonly unknown[] | null {
  try {
    const args: unknown = JSON.parse(text);
    return Array.isArray(args) ? args : null;
  } catch {
    return null;
  }
}

/** @param isAllowed False once the key was revoked with which it was opened: nothing more is sent then. */
function sendEvents(c: Context, events: UiEvents, isAllowed: () => boolean): Response {
  c.header('X-Accel-Buffering', 'no');
  // Pages ask for rows; whoever else listens is told whole tasks.
  const isPage = c.req.query('rows') !== undefined;
  return streamSSE(c, async (stream) => {
    let queue: Promise<unknown> = Promise.resolve();
    let unread = 0;
    const put = (write: () => Promise<unknown>): void => {
      unread += 1;
      queue = queue
        .then(write)
        .catch(() => undefined)
        .finally(() => (unread -= 1));
    };
    const message = ({ id, event }: NumberedEvent): SSEMessage => {
      const { name, data } = isPage ? packEvent(event) : event;
      return { event: name, data: JSON.stringify(data), id };
    };
    const tell = (numbered: NumberedEvent): void => {
      const told = message(numbered);
      put(() => stream.writeSSE(told));
    };
    /** Nobody may have looked at it, so its tasks are read now: each in a turn of the loop. */
    const tellInTurn = (numbered: NumberedEvent): void =>
      put(async () => {
        await nextTurn();
        await stream.writeSSE(message(numbered));
      });
    const hear = (numbered: NumberedEvent): void => {
      const { event } = numbered;
      if (!isAllowed()) cut();
      else if (unread < mostUnread) tell(numbered);
      else if (!isProgress(event)) cut();
    };
    // Nobody reads, so nothing more can be written either: the connection goes, and whoever is there comes back.
    const cut = (): void => {
      stop();
      (c.env as Partial<HttpBindings>).outgoing?.destroy();
    };
    // Subscribed before the past is read, in one turn of the loop: nothing falls between the two.
    const stop = events.subscribe(hear);
    const lastSeen = c.req.header('last-event-id') ?? c.req.query('since');
    const missed = lastSeen === undefined ? [] : events.since(lastSeen);
    if (missed === null || missed.length > mostUnread / 2) {
      tell({ id: events.lastId(), event: { name: 'resync', data: {} } });
    } else {
      for (const numbered of missed) tellInTurn(numbered);
    }
    // Tells the client where it stands even before the first event, and opens the stream through proxies.
    put(() => stream.write(`id: ${events.lastId()}\nretry: 1000\n: ready\n\n`));
    const keepAlive = setInterval(() => {
      if (isAllowed()) put(() => stream.write(': still here\n\n'));
      else cut();
    }, keepAliveMs);
    await new Promise<void>((resolve) => stream.onAbort(resolve));
    clearInterval(keepAlive);
    stop();
  });
}

/** The name that the browser used must be ours: another one means DNS rebinding. */
function isOwnHost(host: string | undefined, port: number): boolean {
  const names = ['127.0.0.1', 'localhost', '[::1]'];
  return host !== undefined && names.some((name) => host.toLowerCase() === `${name}:${String(port)}`);
}

function sameText(a: string, b: string): boolean {
  const hash = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(hash(a), hash(b));
}

/** What stands behind the # goes along. */
const again = "location.replace('/' + location.search + '&again' + location.hash)";
const againSource = `'sha256-${createHash('sha256').update(again).digest('base64')}'`;

/**
 * The cookie did not come along. Where a page of another site led here that is so by right, and its browser sends the
 * cookie as soon as the way begins at a page of ours; else it keeps none.
 */
function comeAgain(c: Context): Response {
  c.header('Cache-Control', 'no-store');
  c.header('Content-Security-Policy', `default-src 'none'; script-src ${againSource}; frame-ancestors 'none'`);
  return c.html(`<!doctype html><title>Video Inbox</title><script>${again}</script>`);
}

function refusal(code: ErrorCode, sentence: Sentence): Answer {
  return { ok: false, error: { code, ...told(sentence) } };
}

/** A call is told it as data; a browser that asks for a page reads it in the language that it asks for. */
async function refuse(c: Context, code: 'unauthorized' | 'forbidden', sentence: Sentence): Promise<Response> {
  c.header('Cache-Control', 'no-store');
  if (c.req.method === 'POST' && answering.test(c.req.path)) return tell(c, refusal(code, sentence));
  const language = languageFor(languagesAsked(c.req.header('accept-language')));
  const pack = language === 'en' ? null : { ...(await corePacks[language]()).pack };
  c.header('Content-Language', language);
  return c.text(`${inWords(sentence, pack)}\n`, httpStatus(code) as 401);
}
