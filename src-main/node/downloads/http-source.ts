/** GET with redirects followed by hand, so that every hop passes the address guard. */
import type { IncomingHttpHeaders } from 'node:http';
import { Agent, errors, type Dispatcher } from 'undici';
import { canParseUrl } from '../../common/can-parse-url.ts';
import { createProxyAgents, proxyFaultOf } from '../outgoing/proxy-agents.ts';
import type { ProxyChoice } from '../outgoing/proxy-choice.ts';
import { isPublicName } from '../outgoing/public-addresses.ts';
import type { AddressGuard } from './address-guard.ts';
import { DownloadFault } from './download-fault.ts';
import { createHopCookies } from './hop-cookies.ts';
import { headerText } from './http-headers.ts';
import { httpGet, type HttpResponse, type ResponseBody } from './http-request.ts';
import { isOddAnswer, isOddHead, oddGet } from './odd-http.ts';

export interface HttpSourceOptions {
  readonly guard: AddressGuard;
  readonly proxyFor: ProxyChoice;
  readonly headersTimeoutMs: number;
  readonly connectTimeoutMs: number;
  readonly maxRedirects: number;
  readonly userAgent: string;
  /** Asked anew for each hop: the key, where a provider's own host wants it, and nothing anywhere else. */
  readonly keyHeaders?: (url: URL) => Readonly<Record<string, string>>;
}

export interface OpenedFile {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: ResponseBody;
  /** Where the redirects ended. */
  readonly url: URL;
}

/** `browser`: as one would ask that follows a link on the host's own page. */
export type Manner = 'program' | 'browser';

export interface HttpSource {
  /**
   * Headers are the same on every hop. Cookies are kept from hop to hop and forgotten at the end; no other referrer or
   * credential is ever sent. A redirect from https to http is followed: the link was paid for, and the file is checked
   * before it is kept.
   * @throws DownloadFault
   */
  open(
    url: string,
    headers: Readonly<Record<string, string>>,
    signal: AbortSignal,
    manner?: Manner,
  ): Promise<OpenedFile>;
  close(): Promise<void>;
}

interface Way {
  readonly agent: Dispatcher;
  /** Of the guard's connectors. */
  readonly kind: 'public' | 'allowed';
  readonly proxy: URL | null;
}

const browserAgent =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36';

const mostOddOrigins = 1000;
/** 300 names the one that the server would choose. */
const redirects: ReadonlySet<number> = new Set([300, 301, 302, 303, 307, 308]);

export function createHttpSource(options: HttpSourceOptions): HttpSource {
  const { guard } = options;
  const limits = {
    headersTimeout: options.headersTimeoutMs,
    bodyTimeout: 0, // the transfer has a stall watch of its own, which stands still while the disk is slow
    maxHeaderSize: 32 * 1024,
    keepAliveTimeout: 2000,
    allowH2: false,
  };
  const agents = { public: agentFor('public'), allowed: agentFor('allowed') };
  const proxies = createProxyAgents(limits, options.connectTimeoutMs);
  /** Whose answers undici does not read. */
  const oddOrigins = new Set<string>();

  function agentFor(kind: 'public' | 'allowed'): Agent {
    return new Agent({ ...limits, connect: guard.connectors[kind] });
  }

  /** The proxy makes the connection, so of the guard's checks only those of the URL itself can hold behind it. */
  async function dispatcherFor(url: URL): Promise<Way> {
    const kind = guard.admit(url);
    const proxy = guard.isLiteral(url) && kind === 'allowed' ? null : await options.proxyFor(url);
    if (proxy === null) return { agent: agents[kind], kind, proxy };
    return { agent: proxies.to(proxy), kind, proxy };
  }

  async function get(
    { agent, kind, proxy }: Way,
    url: URL,
    headers: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<HttpResponse> {
    const { headersTimeoutMs } = options;
    if (proxy !== null) {
      // To the proxy, its answer, and to the host behind it.
      return httpGet(agent, url, headers, headersTimeoutMs, signal, 3 * options.connectTimeoutMs);
    }
    if (!oddOrigins.has(url.origin)) {
      try {
        const response = await httpGet(agent, url, headers, headersTimeoutMs, signal);
        return { ...response, body: watched(response.body, url) };
      } catch (error) {
        if (!isOddHead(error)) throw error;
      }
    }
    const response = await oddGet(guard.connectors[kind], url, headers, headersTimeoutMs, signal);
    noteOdd(url);
    return response;
  }

  /** What is odd in the middle of a file is found there, and read by the next attempt. */
  function watched(body: ResponseBody, url: URL): ResponseBody {
    return {
      ...body,
      async next() {
        try {
          return await body.next();
        } catch (error) {
          if (isOddAnswer(error)) noteOdd(url);
          throw error;
        }
      },
    };
  }

  function noteOdd({ origin }: URL): void {
    if (oddOrigins.size >= mostOddOrigins) oddOrigins.clear();
    oddOrigins.add(origin);
  }

  return {
    async open(link, headers, signal, manner = 'program') {
      let url = parseLink(link);
      const cookies = createHopCookies();
      const usual = manner === 'browser' ? browserHeaders(url) : { 'user-agent': options.userAgent };
      for (let hop = 0; hop <= options.maxRedirects; hop += 1) {
        const cookie = cookies.headerFor(url);
        const {
          status,
          headers: answered,
          body,
        } = await request(url, { ...usual, ...headers, ...(cookie === null ? {} : { cookie }) }, signal);
        if (!redirects.has(status)) {
          return { status, headers: answered, body, url };
        }
        body.cancel();
        cookies.take(url, answered['set-cookie']);
        const location = headerText(answered, 'location');
        const next = location === null ? null : utf8Text(location);
        if (next === null || next === '' || !canParseUrl(next, url.href)) {
          throw new DownloadFault({ reason: 'bad-redirect', host: url.host });
        }
        url = leadsOn(url, new URL(next, url));
      }
      throw new DownloadFault({ reason: 'too-many-redirects', host: url.host, limit: options.maxRedirects });
    },
    async close() {
      await Promise.all([agents.public, agents.allowed, proxies].map((each) => each.destroy()));
    },
  };

  /** Unencrypted, anyone on the way may have said it: most often a network that wants a login first, of its own address. */
  function leadsOn(from: URL, to: URL): URL {
    if (from.protocol !== 'http:' || guard.isLiteral(from) || !isPublicName(from.hostname)) return to;
    try {
      guard.admit(to);
    } catch (error) {
      if (!(error instanceof DownloadFault) || error.trouble.reason !== 'private-address') throw error;
      throw new DownloadFault({ reason: 'private-from-here', host: from.host });
    }
    return to;
  }

  async function request(
    url: URL,
    headers: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<HttpResponse> {
    const usual = { accept: '*/*', 'accept-encoding': 'identity' };
    const way = await dispatcherFor(url);
    try {
      return await get(way, url, { ...usual, ...headers, ...options.keyHeaders?.(url) }, signal);
    } catch (error) {
      signal.throwIfAborted();
      const ofProxy = way.proxy === null ? null : proxyFaultOf(way.proxy, error);
      if (ofProxy !== null) {
        const { host, errno } = ofProxy;
        throw new DownloadFault({ reason: 'proxy-failed', host, errno }, { cause: error });
      }
      throw faultOfConnection(error, url.host) ?? error;
    }
  }
}

function browserHeaders(url: URL): Readonly<Record<string, string>> {
  return { 'user-agent': browserAgent, 'accept-language': 'en-US,en;q=0.9', referer: `${url.origin}/` };
}

/** Header bytes come as Latin-1; some servers put UTF-8 there, which `URL` then encodes. */
function utf8Text(header: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(header, 'latin1'));
  } catch {
    return header;
  }
}

function parseLink(link: string): URL {
  try {
    // `//host/path` is what a page would write, and a page would be https.
    return new URL(link.startsWith('//') ? `https:${link}` : link);
  } catch (cause) {
    throw new DownloadFault({ reason: 'bad-url' }, { cause });
  }
}

/**
 * @param error What undici or a socket threw.
 * @returns `null` for anything else, which then is a fault of ours
 */
export function faultOfConnection(error: unknown, host: string): DownloadFault | null {
  if (error instanceof DownloadFault) return error;
  if (error instanceof AggregateError) {
    // Several addresses were tried; any of them being refused by the guard is told before the others.
    const inner: unknown = error.errors.find((one: unknown) => one instanceof DownloadFault) ?? error.errors[0];
    if (inner !== undefined) return faultOfConnection(inner, host);
  }
  const cause = error;
  if (error instanceof errors.ConnectTimeoutError) {
    return new DownloadFault({ reason: 'no-connection-in-time', host }, { cause });
  }
  if (error instanceof errors.HeadersTimeoutError) {
    return new DownloadFault({ reason: 'no-answer-in-time', host }, { cause });
  }
  // Its code is not always told.
  if (error instanceof errors.HTTPParserError) {
    return new DownloadFault({ reason: 'connection-failed', host, errno: error.name }, { cause });
  }
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'ETIMEDOUT') return new DownloadFault({ reason: 'no-connection-in-time', host }, { cause });
  if (['ENOTFOUND', 'EAI_AGAIN', 'ENODATA'].includes(code)) {
    return new DownloadFault({ reason: 'no-such-host', host }, { cause });
  }
  if (/CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ALTNAME/.test(code)) {
    return new DownloadFault({ reason: 'untrusted-certificate', host }, { cause });
  }
  if (['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE'].includes(code)) {
    return new DownloadFault({ reason: 'connection-cut', host }, { cause });
  }
  if (code === 'ECONNREFUSED') return new DownloadFault({ reason: 'connection-refused', host }, { cause });
  if (!connectionCodes.test(code)) return null;
  return new DownloadFault({ reason: 'connection-failed', host, errno: code }, { cause });
}

/** Of the system, of TLS, of the HTTP parser, and of undici where it tells of a connection and not of a wrong call. */
const connectionCodes = /^(?:E[A-Z0-9]+|ERR_(?:SSL|TLS|OSSL)_\w+|HPE_\w+|UND_ERR_(?!INVALID|NOT_SUPPORTED)\w+)$/;
