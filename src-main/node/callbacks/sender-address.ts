/** Who sent a request, and whether the person's list of addresses has them. */
import type { IncomingMessage } from 'node:http';
import ipaddr from 'ipaddr.js';

export interface Sender {
  /** As bare text, e.g. `203.0.113.9`; `null` where the connection is gone already. */
  readonly address: string | null;
  /** True where a tunnel or proxy named the address, false where it is that of the connection. */
  readonly isForwarded: boolean;
}

/**
 * Behind a tunnel every request comes from loopback. Of `X-Forwarded-For` only the last value was written by the
 * tunnel, the ones before it by whoever sent the request; without a tunnel all of it is the sender's own claim.
 * @see https://ngrok.com/docs/http/ for ngrok's "Upstream headers": the header is appended to
 */
export function senderOf(incoming: IncomingMessage, behindTunnel: boolean): Sender {
  const connection = { address: incoming.socket.remoteAddress ?? null, isForwarded: false };
  const forwarded = incoming.headers['x-forwarded-for'];
  if (!behindTunnel || forwarded === undefined) return connection;
  const last = [forwarded].flat().join(',').split(',').at(-1)?.trim() ?? '';
  return last === '' ? connection : { address: withoutPort(last).slice(0, 64), isForwarded: true };
}

/** What a rate limit counts by: one customer of a provider has a whole /64 of IPv6 addresses to send from. */
export function limitName(address: string | null): string {
  const parsed = parseAddress(address ?? '');
  if (parsed === null || parsed.kind() === 'ipv4') return parsed?.toString() ?? address ?? '';
  return (parsed as ipaddr.IPv6).parts.slice(0, 4).join(':');
}

type Range = readonly [ipaddr.IPv4 | ipaddr.IPv6, number];

/** @returns the entry as it is stored, or `null` for what is neither an address nor a CIDR range. */
export function checkRange(text: string): string | null {
  const entry = text.trim().toLowerCase();
  return parseRange(entry) === null ? null : entry;
}

/**
 * @param entries Addresses and CIDR ranges. None = everyone is let in. One that cannot be read lets nobody in, since a
 * list with a slip in it must not be taken for no list.
 */
export function createAddressList(entries: readonly string[]): (address: string | null) => boolean {
  const ranges = entries.map(parseRange).filter((range): range is Range => range !== null);
  return (text) => {
    if (entries.length === 0) return true;
    const address = parseAddress(text ?? '');
    return address !== null && ranges.some((range) => address.kind() === range[0].kind() && address.match([...range]));
  };
}

/** Some proxies add the port: `203.0.113.9:51234`, `[2001:db8::1]:51234`. */
function withoutPort(text: string): string {
  return /^\[(.+)\](?::\d+)?$/.exec(text)?.[1] ?? /^(\d+\.\d+\.\d+\.\d+):\d+$/.exec(text)?.[1] ?? text;
}

/** IPv4 in the clothes of IPv6 (`::ffff:203.0.113.9`) is IPv4. Short forms such as `10.1` are not addresses. */
function parseAddress(text: string): ipaddr.IPv4 | ipaddr.IPv6 | null {
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) return ipaddr.IPv4.parse(text);
  return ipaddr.IPv6.isValid(text) ? ipaddr.process(text) : null;
}

function parseRange(text: string): Range | null {
  const address = parseAddress(text);
  if (address !== null) return [address, address.kind() === 'ipv4' ? 32 : 128];
  const [base = ''] = text.split('/');
  const isWhole = ipaddr.IPv4.isValidFourPartDecimal(base) || ipaddr.IPv6.isValid(base);
  return isWhole && ipaddr.isValidCIDR(text) ? ipaddr.parseCIDR(text) : null;
}
