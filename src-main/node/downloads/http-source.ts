/** GET with redirects followed by hand, so that every hop passes the address guard. */
import type { IncomingHttpHeaders } from 'node:http';
import { Agent, errors } from 'undici';
import type { AddressGuard } from './address-guard.ts';
import { DownloadFault } from './download-fault.ts';
import { headerText } from './http-headers.ts';
import { httpGet, type HttpResponse, type ResponseBody } from './http-request.ts';

export interface HttpSourceOptions {
  readonly guard: AddressGuard;
  readonly headersTimeoutMs: number;
  readonly maxRedirects: number;
  readonly userAgent: string;
}

export interface OpenedFile {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: ResponseBody;
  /** Where the redirects ended. */
  readonly url: URL;
}

export interface HttpSource {
  /**
   * Headers are the same on every hop; no cookie, referrer or credential is ever sent. A redirect from https to http is
   * followed: the link was paid for, and the file is checked before it is kept.
   * @throws DownloadFault
   */
  open(url: string, headers: Readonly<Record<string, string>>, signal: AbortSignal): Promise<OpenedFile>;
  close(): Promise<void>;
}

export function createHttpSource(options: HttpSourceOptions): HttpSource {
  const { guard } = options;
  const agents = { public: agentFor('public'), allowed: agentFor('allowed') };

  function agentFor(kind: 'public' | 'allowed'): Agent {
    return new Agent({
      connect: guard.connectors[kind],
      headersTimeout: options.headersTimeoutMs,
      bodyTimeout: 0, // the transfer has a stall watch of its own, which stands still while the disk is slow
      maxHeaderSize: 32 * 1024,
      keepAliveTimeout: 2000,
      allowH2: false,
    });
  }

  return {
    async open(link, headers, signal) {
      let url = parseLink(link);
      for (let hop = 0; hop <= options.maxRedirects; hop += 1) {
        const agent = agents[guard.admit(url)];
        const { status, headers: answered, body } = await request(agent, url, headers, signal);
        if (![301, 302, 303, 307, 308].includes(status)) {
          return { status, headers: answered, body, url };
        }
        body.cancel();
        const location = headerText(answered, 'location');
        if (location === null || !URL.canParse(location, url.href)) {
          throw new DownloadFault({ reason: 'bad-redirect', host: url.host });
        }
        url = new URL(location, url);
      }
      throw new DownloadFault({ reason: 'too-many-redirects', host: url.host, limit: options.maxRedirects });
    },
    async close() {
      await Promise.all([agents.public.destroy(), agents.allowed.destroy()]);
    },
  };

  async function request(
    agent: Agent,
    url: URL,
    headers: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<HttpResponse> {
    const usual = { accept: '*/*', 'accept-encoding': 'identity', 'user-agent': options.userAgent };
    try {
      return await httpGet(agent, url, { ...usual, ...headers }, signal);
    } catch (error) {
      signal.throwIfAborted();
      throw faultOfConnection(error, url.host) ?? error;
    }
  }
}

function parseLink(link: string): URL {
  try {
    return new URL(link);
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
