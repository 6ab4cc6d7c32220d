/** Connections through proxies. What goes wrong with a proxy itself is a `ProxyFault`: nothing reached the host behind it. */
import { errors, Pool, ProxyAgent, type Agent, type Dispatcher } from 'undici';

/** The proxy could not be reached, or lets nothing through. */
export class ProxyFault extends Error {
  readonly code = 'ERR_PROXY';
  /** With its port where it has one. */
  readonly host: string;
  /** `ECONNREFUSED`, `HTTP 403`. */
  readonly errno: string;

  constructor(host: string, errno: string, cause?: unknown) {
    super(`the proxy ${host} lets nothing through: ${errno}`, { cause });
    this.name = 'ProxyFault';
    this.host = host;
    this.errno = errno;
  }
}

export interface ProxyAgents {
  /** One for each proxy, made when it is asked for. */
  to(proxy: URL): Dispatcher;
  destroy(): Promise<void>;
}

/** @param connectMs for each of: to the proxy, its answer, and TLS with the host behind it. */
export function createProxyAgents(options: Agent.Options, connectMs: number): ProxyAgents {
  const agents = new Map<string, ProxyAgent>();
  const withinMs = { timeout: connectMs };
  return {
    to(proxy) {
      let agent = agents.get(proxy.href);
      if (agent === undefined) {
        agent = new ProxyAgent({
          ...options,
          ...named(proxy),
          proxyTunnel: false,
          requestTls: withinMs,
          // undici would speak TLS to a SOCKS proxy for which there are options of TLS; none of them does.
          ...(proxy.protocol.startsWith('socks') ? {} : { proxyTls: withinMs }),
          clientFactory: (origin, given) => new TunnelPool(proxy.host, origin, { ...given, headersTimeout: connectMs }),
        });
        agents.set(proxy.href, agent);
      }
      return agent;
    },
    async destroy() {
      await Promise.all([...agents.values()].map((agent) => agent.destroy()));
    },
  };
}

/** The proxy, and who asks it: undici takes no user without a password, and for SOCKS takes both as the URL writes them. */
function named(proxy: URL): { readonly uri: string; readonly token?: string } {
  const [username = '', password = ''] = [proxy.username, proxy.password].map(decoded);
  if (username === '' && password === '') return { uri: proxy.href };
  const bare = new URL(proxy);
  bare.username = '';
  bare.password = '';
  const token = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
  const isSocks = proxy.protocol.startsWith('socks');
  return { uri: bare.href, ...(isSocks ? { username, password } : { token }) };
}

/** A `%` that begins nothing is meant as it stands. */
const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

/**
 * Whatever goes wrong with a `CONNECT` is an error of ours: undici takes a connection that was closed for one to be made
 * again at once, and would ask a proxy that hangs up a thousand times a second.
 */
class TunnelPool extends Pool {
  readonly #host: string;

  constructor(host: string, origin: URL, options: Pool.Options) {
    super(origin, options);
    this.#host = host;
  }

  // As its caller in undici uses it; the type has the one with a callback as well.
  override connect = (async (options: Parameters<Pool['connect']>[0]): Promise<Dispatcher.ConnectData> => {
    const answer = await super.connect(options).catch((cause: unknown) => {
      throw new ProxyFault(this.#host, codeOf(cause), cause);
    });
    if (answer.statusCode === 200) return answer;
    answer.socket.on('error', () => undefined).destroy();
    throw new ProxyFault(this.#host, `HTTP ${String(answer.statusCode)}`);
  }) as Pool['connect'];
}

/**
 * @param error what a request through `proxy` threw.
 * @returns `null` where it is about the host behind the proxy, or about the request.
 */
export function proxyFaultOf(proxy: URL, error: unknown): ProxyFault | null {
  if (error instanceof ProxyFault) return error;
  if (error instanceof AggregateError) return proxyFaultOf(proxy, error.errors[0]);
  if (!(error instanceof Error)) return null;
  const fault = (errno: string): ProxyFault => new ProxyFault(proxy.host, errno, error);
  const code = codeOf(error);
  if (error instanceof errors.InvalidArgumentError && /\b407\b/.test(error.message)) return fault('HTTP 407');
  // Its replies (`UND_ERR_SOCKS5_REPLY_5`) tell of the host behind it; where it is silent or leaves, there is no code.
  if (/^UND_ERR_SOCKS5_(?!REPLY)/.test(code)) return fault(code);
  const isOfSocks = proxy.protocol.startsWith('socks') && /socks5|proxy/i.test(error.message);
  const isConnecting =
    connecting.has(code) || (code === 'ETIMEDOUT' && 'syscall' in error && error.syscall === 'connect');
  return isOfSocks || isConnecting ? fault(code) : null;
}

/** With a proxy it is the proxy that is connected with; what may be told of reading and writing as well is not among them. */
const connecting: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ENODATA',
  'UND_ERR_CONNECT_TIMEOUT',
]);

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'no connection';
}
