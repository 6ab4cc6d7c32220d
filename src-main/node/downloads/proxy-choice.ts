/**
 * Through which HTTP proxy a URL is fetched, if any. What the person set in Video Inbox goes before the environment, and
 * that before the system; `NO_PROXY` of the environment holds for all.
 * @see https://curl.se/docs/manpage.html for the variables and what NO_PROXY means
 */
export interface ProxyChoicePorts {
  readonly environment: Readonly<Partial<Record<string, string>>>;
  /** As it is now; `''` = the person wants none, whatever the environment says. */
  readonly setting?: () => string | null;
  /** The system's own proxy for a URL, where the host can tell: an address as above, `null` = none. */
  readonly system?: (url: string) => Promise<string | null>;
}

export type ProxyChoice = (url: URL) => Promise<URL | null>;

/** What the environment names for https, for display: without user and password. */
export function environmentProxy(environment: ProxyChoicePorts['environment']): string | null {
  const names = ['https_proxy', 'HTTPS_PROXY', 'http_proxy', 'HTTP_PROXY', 'all_proxy', 'ALL_PROXY'];
  const proxy = parseProxy(
    names.map((name) => environment[name]).find((value) => value !== undefined && value !== '') ?? '',
  );
  return proxy === null ? null : `${proxy.protocol}//${proxy.host}`;
}

export function createProxyChoice(ports: ProxyChoicePorts): ProxyChoice {
  const variable = (name: string): string | undefined =>
    [name.toLowerCase(), name.toUpperCase()].map((one) => ports.environment[one]?.trim()).find((value) => value);
  const excepted = parseExceptions(variable('no_proxy') ?? '');

  return async (url) => {
    if (excepted(url)) return null;
    const set = ports.setting?.() ?? null;
    if (set !== null) return parseProxy(set);
    const named = variable(url.protocol === 'https:' ? 'https_proxy' : 'http_proxy') ?? variable('all_proxy');
    if (named !== undefined) return parseProxy(named);
    const system = (await ports.system?.(url.href)) ?? null;
    return system === null ? null : parseProxy(system);
  };
}

/** `null` for what is no proxy that we can use: HTTP, HTTPS or SOCKS 5. */
export function parseProxy(text: string): URL | null {
  if (text === '') return null;
  const withScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`;
  if (!URL.canParse(withScheme)) return null;
  const url = new URL(withScheme);
  return ['http:', 'https:', 'socks5:'].includes(url.protocol) && url.hostname !== '' ? url : null;
}

/** `example.com` and `.example.com` mean the name and all below it; a port narrows an entry; `*` means everything. */
function parseExceptions(list: string): (url: URL) => boolean {
  const entries = list
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((entry) => entry !== '')
    .map((entry) => {
      const [, name = entry, port] = /^(.*?)(?::(\d+))?$/.exec(entry) ?? [];
      return { name: name.replace(/^\*?\./, ''), port };
    });
  return (url) => {
    const host = url.hostname.toLowerCase().replace(/^\[|\]$/g, '');
    const port = url.port === '' ? (url.protocol === 'https:' ? '443' : '80') : url.port;
    return entries.some(
      (entry) =>
        (entry.port === undefined || entry.port === port) &&
        (entry.name === '*' || host === entry.name || host.endsWith(`.${entry.name}`)),
    );
  };
}

/**
 * The first proxy of what a system says in the words of PAC files, such as `PROXY host:8080; DIRECT`.
 * @see https://developer.mozilla.org/en-US/docs/Web/HTTP/Guides/Proxy_servers_and_tunneling/Proxy_Auto-Configuration_PAC_file
 */
export function proxyOfPac(answer: string): string | null {
  const schemes: Partial<Record<string, string>> = { proxy: 'http', http: 'http', https: 'https', socks5: 'socks5' };
  const [kind = '', host = ''] = (answer.split(';')[0] ?? '').trim().split(/\s+/);
  const scheme = schemes[kind.toLowerCase()];
  return scheme === undefined || host === '' ? null : `${scheme}://${host}`;
}
