/**
 * Keeps downloads out of private networks. The URLs come from callbacks that anyone could have sent, so a link must
 * not become a way to reach this machine, the home network or a cloud's metadata service.
 *
 * Three checks: the URL itself, the addresses that its name resolves to, and the address of the made connection. The
 * second is what stops a name that resolves to something else each time it is asked.
 */
import { lookup as systemLookup, type LookupAddress } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';
import { buildConnector } from 'undici';
import { canParseUrl } from '../../common/can-parse-url.ts';
import { DownloadFault } from './download-fault.ts';

/** Resolves a name to all its addresses, as `dns.lookup` with `all: true`. */
export type ResolveHost = (
  hostname: string,
  callback: (error: Error | null, addresses: readonly LookupAddress[]) => void,
) => void;

export interface AddressGuardOptions {
  /** Hosts (`nas.local`) or hosts with port (`127.0.0.1:8080`) that may be reached although they are private. */
  readonly allowHosts: readonly string[];
  /** URLs that begin with one of these may be reached although they are private. End them with `/`. */
  readonly allowUrlPrefixes: () => readonly string[];
  readonly connectTimeoutMs: number;
  readonly resolveHost?: ResolveHost;
}

export interface AddressGuard {
  /**
   * Which connector a URL is to be fetched with: `public` refuses private addresses, `allowed` is for what the person
   * allowed by name.
   * @throws DownloadFault `bad-url` or `blocked-address`
   */
  admit(url: URL): 'public' | 'allowed';
  /** True where the host of a URL is an address and not a name, or means this machine. */
  isLiteral(url: URL): boolean;
  /** True once names were seen to resolve into 198.18.0.0/15, as behind a proxy that hands out made-up addresses. */
  readonly hasFakeAddresses: boolean;
  readonly connectors: Readonly<Record<'public' | 'allowed', buildConnector.connector>>;
}

export function createAddressGuard(options: AddressGuardOptions): AddressGuard {
  const resolveHost = options.resolveHost ?? resolveWithSystem;
  const allowed = new Set(options.allowHosts.map(normalizeAllowedHost));
  const refuse = (host: string): DownloadFault => new DownloadFault({ reason: 'private-address', host });

  let hasFakeAddresses = false;
  /**
   * Programs such as Clash, Surge and sing-box answer every name with a made-up address of the range that is kept for
   * benchmarks, and put the connection through by it. That range is in no one's home, so for a public name it is taken
   * where the resolver gives it for names that nobody could have prepared, too.
   */
  function withFakeAddresses(
    hostname: string,
    addresses: readonly LookupAddress[],
    use: (isUsable: (address: string) => boolean) => void,
  ): void {
    const isSuspect = addresses.length > 0 && addresses.every(({ address }) => isFakeAddress(address));
    if (!isSuspect || !isPublicName(hostname)) {
      use(isPublicAddress);
      return;
    }
    resolveHost(knownPublicName, (error, known) => {
      // Nothing is known of a resolver that does not answer.
      const resolvesSo = error !== null || known.length === 0 || known.some(({ address }) => isFakeAddress(address));
      hasFakeAddresses ||= resolvesSo;
      use(resolvesSo ? (address) => isPublicAddress(address) || isFakeAddress(address) : isPublicAddress);
    });
  }

  const guardedLookup: LookupFunction = (hostname, lookupOptions, callback) => {
    resolveHost(hostname, (error, addresses) => {
      if (error !== null) {
        callback(error, []);
        return;
      }
      withFakeAddresses(hostname, addresses, (isUsable) => {
        const family = lookupOptions.family === 4 || lookupOptions.family === 6 ? lookupOptions.family : null;
        const usable = addresses.filter(
          ({ address, family: own }) => isUsable(address) && (family === null || family === own),
        );
        const [first] = usable;
        if (first === undefined) callback(refuse(hostname), []);
        else if (lookupOptions.all === true) callback(null, usable);
        else callback(null, first.address, first.family);
      });
    });
  };

  const common = {
    timeout: options.connectTimeoutMs,
    autoSelectFamily: true,
    // Node's default of 250 ms gives up on far servers that are merely slow.
    autoSelectFamilyAttemptTimeout: 1000,
  };
  const connectPublic = buildConnector({ ...common, lookup: guardedLookup });

  return {
    admit(url) {
      if (url.protocol !== 'http:' && url.protocol !== 'https:') {
        throw new DownloadFault({ reason: 'not-http', scheme: url.protocol.slice(0, -1) });
      }
      if (url.hostname === '') throw new DownloadFault({ reason: 'bad-url' });
      if (url.username !== '' || url.password !== '') throw new DownloadFault({ reason: 'url-with-password' });
      if (isAllowed(url)) return 'allowed';
      const host = bareHost(url.hostname);
      if (isIP(host) !== 0 ? !isPublicLiteral(host) : isLocalName(host)) throw refuse(url.host);
      return 'public';
    },
    isLiteral: (url) => isIP(bareHost(url.hostname)) !== 0 || isLocalName(url.hostname),
    get hasFakeAddresses() {
      return hasFakeAddresses;
    },
    connectors: {
      allowed: buildConnector(common),
      public(connectOptions, callback) {
        const host = bareHost(connectOptions.hostname);
        if (isIP(host) !== 0 && !isPublicLiteral(host)) {
          callback(refuse(connectOptions.hostname), null);
          return;
        }
        connectPublic(connectOptions, (...result) => {
          const [error, socket] = result;
          const address = socket?.remoteAddress ?? '';
          const isMadeUp = hasFakeAddresses && isIP(host) === 0 && isPublicName(host) && isFakeAddress(address);
          if (error === null && !isPublicAddress(address) && !isMadeUp) {
            socket.destroy();
            callback(refuse(connectOptions.hostname), null);
          } else {
            callback(...result);
          }
        });
      },
    },
  };

  function isAllowed(url: URL): boolean {
    const port = url.port === '' ? (url.protocol === 'https:' ? '443' : '80') : url.port;
    if (allowed.has(url.hostname) || allowed.has(`${url.hostname}:${port}`)) return true;
    return options.allowUrlPrefixes().some((prefix) => url.href.startsWith(prefix));
  }
}

/**
 * True for addresses of the public internet. An IPv4 address inside an IPv6 one (mapped, NAT64) counts as itself:
 * where a network has IPv6 only, its name server gives NAT64 addresses for every IPv4 host.
 * @see https://www.rfc-editor.org/rfc/rfc6890 and https://www.rfc-editor.org/rfc/rfc6052
 */
export function isPublicAddress(address: string): boolean {
  if (isIP(address) === 0 || address.includes('%')) return false;
  const parsed = ipaddr.parse(address);
  if (parsed.kind() === 'ipv4') return parsed.range() === 'unicast';
  const v6 = parsed as ipaddr.IPv6;
  if (v6.isIPv4MappedAddress()) return isPublicAddress(v6.toIPv4Address().toString());
  if (v6.match(nat64)) return isPublicAddress(v6.toByteArray().slice(12).join('.'));
  return v6.match(globalUnicast) && v6.range() === 'unicast';
}

/** @see https://www.rfc-editor.org/rfc/rfc2544 */
const benchmarkRange: [ipaddr.IPv4, number] = [ipaddr.IPv4.parse('198.18.0.0'), 15];
/** Of IANA, for documents; looked up and never asked for anything. */
const knownPublicName = 'example.com';

function isFakeAddress(address: string): boolean {
  return isIP(address) === 4 && ipaddr.IPv4.parse(address).match(benchmarkRange);
}

/** Names that only a local network could know are not. */
function isPublicName(host: string): boolean {
  const name = host.toLowerCase().replace(/\.$/, '');
  return (
    name.includes('.') &&
    !isLocalName(name) &&
    !/\.(?:local|internal|lan|home|corp|private|intranet|home\.arpa)$/.test(name)
  );
}

const nat64: [ipaddr.IPv6, number] = [ipaddr.IPv6.parse('64:ff9b::'), 96];
const globalUnicast: [ipaddr.IPv6, number] = [ipaddr.IPv6.parse('2000::'), 3];

/** An address that stands in the URL itself has no reason to hide an IPv4 address in an IPv6 one. */
function isPublicLiteral(address: string): boolean {
  if (!isPublicAddress(address)) return false;
  return isIP(address) === 4 || ipaddr.IPv6.parse(address).match(globalUnicast);
}

/** Names that mean this machine by definition, whatever the resolver says. */
function isLocalName(host: string): boolean {
  const name = host.toLowerCase().replace(/\.$/, '');
  return name === 'localhost' || name.endsWith('.localhost') || name.endsWith('.localdomain');
}

function bareHost(hostname: string): string {
  return hostname.startsWith('[') ? hostname.slice(1, -1) : hostname;
}

/** As `URL` spells it: lower case, IPv4 in dotted decimals, IPv6 shortened and in brackets. */
function normalizeAllowedHost(entry: string): string {
  const text = isIP(entry) === 6 ? `[${entry}]` : entry;
  // The port is taken off by hand, for `URL` drops the default one.
  const port = /:(\d{1,5})$/.exec(text.replace(/^\[[^\]]*\]/, ''))?.[1];
  const host = port === undefined ? text : text.slice(0, -port.length - 1);
  const url = canParseUrl(`http://${host}/`) ? new URL(`http://${host}/`).hostname : host.toLowerCase();
  return port === undefined ? url : `${url}:${port}`;
}

const resolveWithSystem: ResolveHost = (hostname, callback) => {
  systemLookup(hostname, { all: true, verbatim: true }, (error, addresses) => callback(error, addresses));
};
