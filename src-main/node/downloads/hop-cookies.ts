/** Cookies for the hops of one download, as stores set them on the way to a file; forgotten with it. */

interface Cookie {
  readonly name: string;
  readonly value: string;
  readonly domain: string;
  readonly isHostOnly: boolean;
  readonly isSecure: boolean;
}

export interface HopCookies {
  take(from: URL, setCookie: string | readonly string[] | undefined): void;
  /** The Cookie header for a request, `null` where there is none. */
  headerFor(url: URL): string | null;
}

const mostCookies = 32;
const mostBytes = 4096;

/** Paths and ages are not looked at: the download is over before either would matter. */
export function createHopCookies(): HopCookies {
  const cookies = new Map<string, Cookie>();
  return {
    take(from, setCookie) {
      for (const line of setCookie === undefined ? [] : [setCookie].flat()) {
        const cookie = parse(line, from);
        if (cookie === null) continue;
        const id = `${cookie.domain}\n${cookie.name}`;
        if (cookies.size < mostCookies || cookies.has(id)) cookies.set(id, cookie);
      }
    },
    headerFor(url) {
      const sent = [...cookies.values()].filter(
        ({ domain, isHostOnly, isSecure }) =>
          (url.hostname === domain || (!isHostOnly && url.hostname.endsWith(`.${domain}`))) &&
          (!isSecure || url.protocol === 'https:'),
      );
      return sent.length === 0 ? null : sent.map(({ name, value }) => `${name}=${value}`).join('; ');
    },
  };
}

function parse(line: string, from: URL): Cookie | null {
  const [pair = '', ...attributes] = line.split(';');
  const at = pair.indexOf('=');
  const name = pair.slice(0, at).trim();
  const value = pair.slice(at + 1).trim();
  // What a header may hold; a line break in a cookie would be one in our request.
  if (at < 1 || line.length > mostBytes || !/^[\x21-\x7e]+$/.test(name) || !/^[\x20-\x7e]*$/.test(value)) return null;
  const named = new Map(attributes.map((text) => attribute(text)));
  const domain = named.get('domain')?.replace(/^\./, '').toLowerCase() ?? '';
  // A host may widen a cookie to the name above it, never to a whole top level, and not speak for another one.
  const isWider = domain.includes('.') && from.hostname.endsWith(`.${domain}`);
  if (domain !== '' && domain !== from.hostname && !isWider) return null;
  return {
    name,
    value,
    domain: isWider ? domain : from.hostname,
    isHostOnly: !isWider,
    isSecure: named.has('secure'),
  };
}

function attribute(text: string): [string, string] {
  const [name = '', value = ''] = text.split('=', 2);
  return [name.trim().toLowerCase(), value.trim()];
}
