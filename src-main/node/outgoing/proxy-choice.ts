/**
 * Through which proxy a URL is asked for, if any. What the person set in Video Inbox goes before the environment, and
 * that before the system; `NO_PROXY` of the environment holds for all, and what lies in a network around this machine is
 * always asked directly.
 * @see https://curl.se/docs/manpage.html for the variables and what NO_PROXY means
 */
import { BlockList, isIP } from 'node:net';
import { canParseUrl } from '../../common/can-parse-url.ts';
import { InboxError } from '../../common/errors.ts';
import { hostTexts } from '../../common/texts/en-host.ts';
import { isOwnNetwork } from './public-addresses.ts';

export interface ProxyChoicePorts {
  readonly environment: Readonly<Partial<Record<string, string>>>;
  /** As it is now; `''` = the person wants none, whatever the environment says. */
  readonly setting?: () => string | null;
  /** The system's own proxy for a URL, where the host can tell: an address as above, `null` = none. */
  readonly system?: (url: string) => Promise<string | null>;
}

/** Never rejects: where the system cannot tell of one there is none. */
export type ProxyChoice = (url: URL) => Promise<URL | null>;

const variables = ['https_proxy', 'HTTPS_PROXY', 'http_proxy', 'HTTP_PROXY', 'all_proxy', 'ALL_PROXY'];

/** The variables that name a proxy of a kind that cannot be used: nothing goes through it. */
export function unusableProxies(environment: ProxyChoicePorts['environment']): readonly string[] {
  return variables.filter((name) => {
    const value = environment[name]?.trim() ?? '';
    return value !== '' && parseProxy(value) === null;
  });
}

/** What the environment names for https, for display: without user and password. */
export function environmentProxy(environment: ProxyChoicePorts['environment']): string | null {
  const proxy = parseProxy(
    variables.map((name) => environment[name]).find((value) => value !== undefined && value !== '') ?? '',
  );
  return proxy === null ? null : `${proxy.protocol}//${proxy.host}`;
}

export function createProxyChoice(ports: ProxyChoicePorts): ProxyChoice {
  const variable = (name: string): string | undefined =>
    [name.toLowerCase(), name.toUpperCase()].map((one) => ports.environment[one]?.trim()).find((value) => value);
  const excepted = parseExceptions(variable('no_proxy') ?? '');

  return async (url) => {
    if (excepted(url) || isOwnNetwork(url)) return null;
    const set = ports.setting?.() ?? null;
    if (set !== null) return parseProxy(set);
    const named = variable(url.protocol === 'https:' ? 'https_proxy' : 'http_proxy') ?? variable('all_proxy');
    if (named !== undefined) return parseProxy(named);
    const system = (await ports.system?.(url.href).catch(() => null)) ?? null;
    return system === null ? null : parseProxy(system);
  };
}

/** `null` for what is no proxy that we can use: HTTP, HTTPS or SOCKS 5, which is asked by name however it is written. */
export function parseProxy(text: string): URL | null {
  if (text === '') return null;
  const withScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`;
  if (!canParseUrl(withScheme)) return null;
  const url = new URL(withScheme.replace(/^socks(?:5h)?:/i, 'socks5:'));
  return ['http:', 'https:', 'socks5:'].includes(url.protocol) && url.hostname !== '' ? url : null;
}

/**
 * As it is kept in the settings, whose file is no place for a password; empty is none.
 * @throws InboxError `bad-request`
 */
export function proxyToKeep(text: string): string {
  if (text === '') return text;
  const proxy = parseProxy(text);
  if (proxy === null) throw new InboxError('bad-request', hostTexts.notAProxy(text));
  if (proxy.password !== '') throw new InboxError('bad-request', hostTexts.proxyWithPassword);
  return proxy.origin === 'null' ? proxy.href : proxy.origin;
}

interface Exception {
  readonly port: string | null;
  readonly holds: (host: string) => boolean;
}

/**
 * `example.com`, `.example.com` and `*.example.com` mean the name and all below it; a port narrows an entry; `*` means
 * everything, `<local>` names without a dot. Addresses may stand in brackets, and with the length of a prefix.
 */
function parseExceptions(list: string): (url: URL) => boolean {
  const entries = list
    .toLowerCase()
    .split(/[\s,;|]+/)
    .filter((entry) => entry !== '')
    .map(exceptionOf);
  return (url) => {
    const host = url.hostname
      .toLowerCase()
      .replace(/^\[|\]$/g, '')
      .replace(/\.$/, '');
    const port = url.port === '' ? (url.protocol === 'https:' ? '443' : '80') : url.port;
    return entries.some((entry) => (entry.port === null || entry.port === port) && entry.holds(host));
  };
}

function exceptionOf(entry: string): Exception {
  const isBare = isIP(entry.split('/')[0] ?? '') === 6;
  const [, name = entry, port = null] = (isBare ? null : /^(.*?)(?::(\d+))?$/.exec(entry)) ?? [];
  const [address = '', prefix] = name.replace(/^\[|\](?=\/|$)/g, '').split('/');
  const family = isIP(address);
  if (family !== 0) return { port, holds: holdsAddress(address, family, prefix) };
  if (name === '*') return { port, holds: () => true };
  if (name === '<local>') return { port, holds: (host) => !host.includes('.') && isIP(host) === 0 };
  const bare = name.replace(/^\*?\./, '').replace(/\.$/, '');
  return { port, holds: (host) => host === bare || host.endsWith(`.${bare}`) };
}

function holdsAddress(address: string, version: number, prefix: string | undefined): (host: string) => boolean {
  const family = version === 6 ? 'ipv6' : 'ipv4';
  const list = new BlockList();
  const bits = prefix === undefined ? NaN : Number(prefix);
  if (Number.isInteger(bits) && bits >= 0 && bits <= (version === 6 ? 128 : 32)) list.addSubnet(address, bits, family);
  else if (prefix === undefined) list.addAddress(address, family);
  return (host) => isIP(host) === version && list.check(host, family);
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
