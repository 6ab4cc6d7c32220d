/**
 * Keeps downloads out of private networks. The URLs come from callbacks that anyone could have sent, so a link must
 * not become a way to reach this machine, the home network or a cloud's metadata service.
 *
 * Three checks: the URL itself, the addresses that its name resolves to, and the address of the made connection. The
 * second is what stops a name that resolves to something else each time it is asked.
 */
import { lookup as systemLookup, type LookupAddress } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { buildConnector } from 'undici';
import { canParseUrl } from '../../common/can-parse-url.ts';
import {
  bareHost,
  isFakeAddress,
  isLocalName,
  isPublicAddress,
  isPublicLiteral,
  isPublicName,
} from '../outgoing/public-addresses.ts';
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
  /** A network that wants a login first answers every name with an address of its own, and the film is there behind it. */
  const refuseName = (name: string): DownloadFault =>
    isPublicName(name) ? new DownloadFault({ reason: 'private-from-here', host: name }) : refuse(name);

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
        if (first === undefined) callback(refuseName(hostname), []);
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
            callback(isIP(host) === 0 ? refuseName(host) : refuse(connectOptions.hostname), null);
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

/** As `URL` spells it: lower case, IPv4 in dotted decimals, IPv6 shortened and in brackets. */
function normalizeAllowedHost(entry: string): string {
  const text = isIP(entry) === 6 ? `[${entry}]` : entry;
  // The port is taken off by hand, for `URL` drops the default one.
  const port = /:(\d{1,5})$/.exec(text.replace(/^\[[^\]]*\]/, ''))?.[1];
  const host = port === undefined ? text : text.slice(0, -port.length - 1);
  const url = canParseUrl(`http://${host}/`) ? new URL(`http://${host}/`).hostname : host.toLowerCase();
  return port === undefined ? url : `${url}:${port}`;
}

/** Of IANA, for documents; looked up and never asked for anything. */
const knownPublicName = 'example.com';

const resolveWithSystem: ResolveHost = (hostname, callback) => {
  systemLookup(hostname, { all: true, verbatim: true }, (error, addresses) => callback(error, addresses));
};
