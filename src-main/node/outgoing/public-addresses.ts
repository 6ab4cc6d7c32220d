/** Which addresses and names are of the public internet, and which only of this machine or of a network around it. */
import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

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

/** What programs such as Clash answer every name with. */
export function isFakeAddress(address: string): boolean {
  return isIP(address) === 4 && ipaddr.IPv4.parse(address).match(benchmarkRange);
}

/** Names that only a local network could know are not. */
export function isPublicName(host: string): boolean {
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
export function isPublicLiteral(address: string): boolean {
  if (!isPublicAddress(address)) return false;
  return isIP(address) === 4 || ipaddr.IPv6.parse(address).match(globalUnicast);
}

/** Names that mean this machine by definition, whatever the resolver says. */
export function isLocalName(host: string): boolean {
  const name = host.toLowerCase().replace(/\.$/, '');
  return name === 'localhost' || name.endsWith('.localhost') || name.endsWith('.localdomain');
}

/** @param hostname as `URL` has it. */
export function bareHost(hostname: string): string {
  return hostname.startsWith('[') ? hostname.slice(1, -1) : hostname;
}

/** True for what is this machine, or lies in a network that it is a part of: a proxy would not find it. */
export function isOwnNetwork({ hostname }: URL): boolean {
  const host = bareHost(hostname);
  return isIP(host) === 0 ? !isPublicName(host) || /\.ts\.net\.?$/.test(host) : !isPublicLiteral(host);
}
