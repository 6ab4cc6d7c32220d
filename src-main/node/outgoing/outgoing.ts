/**
 * What the inbox asks others for by itself, such as providers, an inbox elsewhere or a shelf of videos, goes the way that
 * downloads go: through a proxy where there is one.
 */
import { Readable } from 'node:stream';
import { createBrotliDecompress, createUnzip } from 'node:zlib';
import { Agent, Dispatcher } from 'undici';
import { createProxyAgents, proxyFaultOf, type ProxyAgents } from './proxy-agents.ts';
import type { ProxyChoice } from './proxy-choice.ts';

/** What `fetch` needs to be told here. Nobody is led elsewhere without looking. */
export interface FetchInit {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** What comes piece by piece is sent as it comes, and told of its length by a header. */
  readonly body?: string | Uint8Array<ArrayBuffer> | AsyncIterable<Uint8Array>;
  readonly redirect: 'manual' | 'error';
  readonly signal: AbortSignal;
}

export type Fetch = (url: URL, init: FetchInit) => Promise<Response>;

export interface Outgoing {
  readonly proxyFor: ProxyChoice;
  /**
   * As the global one, through the proxy for this address if there is one.
   * @throws ProxyFault where the proxy is the trouble; else as the global one, or what the connection through it threw.
   */
  readonly fetch: Fetch;
  /** Connections of one kind, for who speaks HTTP by itself; to be destroyed by whoever asked for them. */
  connections(options: Agent.Options): Dispatcher;
  /** Whoever still waits for an answer through a proxy is told that there is none. */
  destroy(): Promise<void>;
}

const connectMs = 15_000;

export function createOutgoing(proxyFor: ProxyChoice): Outgoing {
  const proxies = createProxyAgents({}, connectMs);
  const ownWay = new Agent({ connect: { timeout: connectMs } });

  return {
    proxyFor,
    async fetch(url, init) {
      const proxy = await proxyFor(url);
      if (proxy === null) {
        return directly(url, init).catch((error: unknown) => {
          if (isPortOfBrowsers(error)) return through(ownWay, url, init);
          throw error;
        });
      }
      return through(proxies.to(proxy), url, init).catch((error: unknown) => {
        throw proxyFaultOf(proxy, error) ?? error;
      });
    },
    connections: (options) => new Connections(proxyFor, options),
    async destroy() {
      await Promise.all([proxies.destroy(), ownWay.destroy()]);
    },
  };
}

/** Chooses for each request. */
class Connections extends Dispatcher {
  readonly #proxyFor: ProxyChoice;
  readonly #direct: Agent;
  readonly #proxied: ProxyAgents;

  constructor(proxyFor: ProxyChoice, options: Agent.Options) {
    super();
    this.#proxyFor = proxyFor;
    this.#direct = new Agent(options);
    this.#proxied = createProxyAgents(options, connectMs);
  }

  override dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    void this.#proxyFor(new URL(String(options.origin))).then((proxy) =>
      (proxy === null ? this.#direct : this.#proxied.to(proxy)).dispatch(options, handler),
    );
    return true;
  }

  override async destroy(): Promise<void> {
    await Promise.all([this.#direct, this.#proxied].map((each) => each.destroy()));
  }
}

/** Where nobody chose a proxy. */
export const withoutProxy: Outgoing = createOutgoing(() => Promise.resolve(null));

function directly(url: URL, { body, ...init }: FetchInit): Promise<Response> {
  if (body === undefined) return globalThis.fetch(url, init);
  if (typeof body === 'string' || body instanceof Uint8Array) return globalThis.fetch(url, { ...init, body });
  // Node's takes what comes piece by piece, which the types of browsers do not know.
  const piecewise = { ...init, body: body as unknown as ReadableStream, duplex: 'half' as const };
  return globalThis.fetch(url, piecewise);
}

/** Browsers keep pages off ports of other services, and so does Node; here a person named it, and nothing was sent yet. */
function isPortOfBrowsers(error: unknown): boolean {
  return error instanceof TypeError && error.cause instanceof Error && error.cause.message === 'bad port';
}

/** The global one takes connections of its own library only, and says less of what went wrong with them. */
async function through(agent: Dispatcher, url: URL, init: FetchInit): Promise<Response> {
  const { body: sent = null, headers = {}, method = 'GET', redirect, signal } = init;
  signal.throwIfAborted();
  const answer = await agent.request({
    origin: url.origin,
    path: url.pathname + url.search,
    method,
    headers: { accept: '*/*', 'user-agent': 'node', 'accept-encoding': 'gzip, deflate', ...headers },
    body: sent === null || typeof sent === 'string' || sent instanceof Uint8Array ? sent : Readable.from(sent),
    signal,
  });
  const { statusCode: status } = answer;
  const isLed = [301, 302, 303, 307, 308].includes(status) && answer.headers['location'] !== undefined;
  if (isLed && redirect === 'error') {
    await answer.body.dump();
    throw new TypeError(`${url.host} leads elsewhere`);
  }
  const told = new Headers();
  for (const [name, value] of Object.entries(answer.headers)) {
    for (const each of [value ?? []].flat()) told.append(name, each);
  }
  if ([204, 205, 304].includes(status)) {
    await answer.body.dump();
    return new Response(null, { status, headers: told });
  }
  return new Response(pulled(unpacked(answer)), { status, headers: told });
}

/** Node's own adapter throws beside everybody where somebody cancels it while bytes come, and ends the program. */
function pulled(body: Readable): ReadableStream {
  const chunks = body.on('error', () => undefined)[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>;
  return new ReadableStream({
    async pull(controller) {
      const next = await chunks.next();
      if (next.done === true) controller.close();
      else controller.enqueue(next.value);
    },
    cancel() {
      body.destroy();
    },
  });
}

function unpacked({ headers, body }: Dispatcher.ResponseData): Readable {
  const packing = String(headers['content-encoding'] ?? '').toLowerCase();
  if (!['gzip', 'x-gzip', 'deflate', 'br'].includes(packing)) return body;
  const unpacking = packing === 'br' ? createBrotliDecompress() : createUnzip();
  body.on('error', (error) => unpacking.destroy(error));
  unpacking.on('close', () => body.destroy());
  return body.pipe(unpacking);
}
