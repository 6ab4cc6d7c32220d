/** What a link says about itself: which file it leads to, however it was signed, and when it dies. */
import { textOfBase64 } from './base64.ts';
import { trimmedEnd } from './trim.ts';

/** Names of parameters that sign a link or date the signature, in lower case. What is not listed may name the file. */
const signing =
  /^(?:x-(?:amz|goog|tos|oss|bce|cos|obs)-.+|(?:aws|oss|kss|nos)accesskeyid|googleaccessid|security-token|key-pair-id|policy|signature|sig|expires|q-(?:sign-algorithm|sign-time|key-time|ak|header-list|url-param-list|signature)|auth_key|hdnts|hdnea|hdntl|__token__|x-expires|x-signature|_jwt|response-(?:cache-control|content-.+|expires))$/;
/** Too short to be sure of alone: they sign where all of the first ones are there (Azure, Qiniu, Bunny, Discord, Tencent). */
const signingTogether: readonly (readonly [needed: readonly string[], names: RegExp])[] = [
  [['sig', 'se'], /^(?:se|st|sp|sv|sr|spr|sig|skoid|sktid|skt|ske|sks|skv|sip)$/],
  [['e', 'token'], /^(?:e|token)$/],
  [['token', 'expires'], /^(?:token|expires|token_path|token_countries)$/],
  [['ex', 'is', 'hm'], /^(?:ex|is|hm)$/],
  [['t', 'sign'], /^(?:t|sign|us|exper|rlimit)$/],
  [['st', 'e'], /^(?:st|e)$/],
  [['exp', 'sig'], /^(?:exp|sig)$/],
  [['timestamp', 'sign'], /^(?:timestamp|sign|nonce)$/],
];
/** The same where the path names a file; behind `/get` one of these may be all that tells two films apart. */
const signingOfFile: typeof signingTogether = [
  [['authorization'], /^authorization$/],
  [['md5', 'expires'], /^(?:md5|expires)$/],
  [['exp', 'token'], /^(?:exp|token)$/],
  [['validto', 'hash'], /^(?:validfrom|validto|hash|ip)$/],
];
/**
 * The same, under whatever pair of these: when it ends, or was signed, in seconds since 1970, and what proves that. A `hash`, an `md5`
 * or a `token` may be that of the content.
 */
const timed: readonly (readonly [time: RegExp, proof: RegExp])[] = [
  [/^(?:expires?|expiry|exp|e|deadline|wstime|txtime|ik-t)$/, /^(?:sign|sig|signature|hmac|(?:ws|tx)secret|ik-s)$/],
  [/^(?:t|ts|time|timestamp)$/, /^(?:sign|sig|signature|hmac)$/],
];
/** In base 16 those of today begin so, and dates as `20261129` do not. */
const timeOfLink = /^(?:\d{10}|\d{13}|[67][\da-f]{7})$/i;
const fileName = /\.(?!(?:php\d?|aspx?|jsp|cgi)$)[a-z\d]{2,5}$/i;
/** Of words that stand in front of any file: behind them only what signs a link tells which one it leads to. */
const namesNothing =
  /^(?:\/(?:v\d|api|cdn|public|storage|get|fetch|serve|dl|download|stream|play|view|proxy|raw|blob|object|file|media|asset|content|video|output|result)s?)*\/?$/i;
/** Seconds and what signs them (Cloudflare's `verify`). */
const timedToken = /^\d{10}-[\w+/=%-]{16,}$/;
/** Akamai's, under whatever name, and in the path where it is a part of its own (Vimeo). */
const akamaiToken = /(?:^|~)exp=\d{10}~/;
const signedPart = /\/(?:[^/~]{1,80}~)?exp=\d{10}~[^/]{1,1000}\//;
const webToken = /^eyJ[\w-]+\.(eyJ[\w-]+)\.[\w-]*$/;
/** By these a token may say which file it is for; by the others for how long, and to whom. */
const fileClaims =
  /"(?:url|uri|path|file|file_?(?:name|path|id)|key|object|resource|src|(?:asset|video|media)_?id)"\s*:\s*(?:"(?:[^"\\]|\\.){1,500}"|\d{1,30})/gi;

/**
 * The same for two links to one file that differ only in their signatures, or in whether they are over TLS. A link that
 * cannot be parsed is itself.
 */
export function fileOfLink(link: string): string {
  return behindLink(link, (url, path, place) => (namesNothing.test(path) ? `${place}${url.search}` : place));
}

/** The link without what signs it, also where nothing else tells which file it leads to. */
export function unsignedLink(link: string): string {
  return behindLink(link, (_url, _path, place) => place);
}

/** @param onlySigned what it is where all of its query signs it. */
function behindLink(link: string, onlySigned: (url: URL, path: string, place: string) => string): string {
  const url = parse(link);
  if (url === null) return link;
  const path = fileName.test(url.pathname) ? url.pathname.replace(signedPart, '/') : url.pathname;
  const place = `${/^https?:$/.test(url.protocol) ? '' : url.protocol}//${url.host}${path}`;
  if (url.search === '') return place;
  const params = [...url.searchParams].map(([name, value]) => ({ name, lower: name.toLowerCase(), value }));
  const has = (wanted: string): boolean => params.some(({ lower }) => lower === wanted);
  const pairs = fileName.test(url.pathname) ? [...signingTogether, ...signingOfFile] : signingTogether;
  const groups = pairs.filter(([needed]) => needed.every(has)).map(([, names]) => names);
  if (fileName.test(url.pathname)) {
    for (const [time, proof] of timed) {
      const isTimed = params.some(({ lower, value }) => time.test(lower) && timeOfLink.test(value));
      if (isTimed && params.some(({ lower }) => proof.test(lower))) groups.push(time, proof);
    }
  }
  // Behind the name of a file a token says who may have it, unless it names the file; elsewhere it may say which file it is.
  const namesFile = /\.[a-z\d]{2,5}$/i.test(url.pathname);
  const kept = params.flatMap(({ name, lower, value }): [string, string][] => {
    if (signing.test(lower) || groups.some((names) => names.test(lower))) return [];
    const told = namesFile ? withoutProof(value) : value;
    return told === null ? [] : [[name, told]];
  });
  if (kept.length === 0) return onlySigned(url, path, place);
  return `${place}?${new URLSearchParams(kept).toString()}`;
}

/** What a value says beside who may have the file, and for how long; `null` where it says nothing else. */
function withoutProof(value: string): string | null {
  if (timedToken.test(value) || akamaiToken.test(value)) return null;
  const claims = webToken.exec(value)?.[1];
  if (claims === undefined) return value;
  const file = [...(textOfBase64(claims) ?? '').matchAll(fileClaims)].map(([claim]) => claim).join();
  return file === '' ? null : file;
}

/** Most links say nothing of their end, and taking one apart costs more than all that is done with it. */
export function maySayEnd(link: string): boolean {
  return link.includes('?') || link.includes('exp=');
}

/**
 * When the link dies by what stands in it, in milliseconds; `null` where it does not tell.
 * @param toldAt When a callback told of it, in milliseconds: a life in seconds (`ttl`) counts from there.
 */
export function endOfLink(link: string, toldAt = NaN): number | null {
  const url = maySayEnd(link) ? parse(link) : null;
  if (url === null) return null;
  const named = new Map([...url.searchParams].map(([name, value]) => [name.toLowerCase(), value]));
  for (const vendor of ['amz', 'goog', 'tos', 'oss', 'obs', 'cos']) {
    const from = compactDate(named.get(`x-${vendor}-date`));
    const seconds = Number(named.get(`x-${vendor}-expires`));
    if (from !== null && seconds > 0) return inRange(from + seconds * 1000);
  }
  const azure = named.has('sig') ? Date.parse(named.get('se') ?? '') : NaN;
  if (!Number.isNaN(azure)) return inRange(azure);
  const tencent = Number(/^\d+;(\d+)$/.exec(named.get('q-sign-time') ?? '')?.[1]);
  if (tencent > 0) return inRange(tencent * 1000);
  const akamai = endOfAkamai([url.pathname, ...named.values()]);
  if (akamai !== null) return akamai;
  const packed =
    endOfToken([...named.values()]) ?? endOfPolicy(named.get('policy')) ?? endOfBaidu(named.get('authorization'));
  if (packed !== null) return packed;
  // Discord, Facebook and Tencent's media store write seconds in base 16.
  const hex = named.has('hm')
    ? named.get('ex')
    : named.has('oh')
      ? named.get('oe')
      : named.has('sign')
        ? named.get('t')
        : '';
  if (hex !== undefined && /^[\da-f]{8}$/i.test(hex)) return inRange(parseInt(hex, 16) * 1000);
  const live = named.get('txtime');
  if (named.has('txsecret') && live !== undefined && /^[\da-f]{8}$/i.test(live))
    return inRange(parseInt(live, 16) * 1000);
  // Qiniu, and what nginx checks.
  const short = ['token', 'st', 'md5', 'hash', 'sig', 'sign', 'h', 's'].some((name) => named.has(name))
    ? dateOf(named.get('e'))
    : null;
  if (short !== null) return short;
  for (const name of endNames) {
    const at = dateOf(named.get(name));
    if (at !== null) return at;
  }
  const late = endToCome(named, toldAt);
  if (late !== null) return late;
  for (const name of ['ttl', 'expires_in', 'video_url_ttl']) {
    const life = named.get(name) ?? '';
    if (/^\d{1,9}$/.test(life) && !Number.isNaN(toldAt)) return inRange(toldAt + Number(life) * 1000);
  }
  return null;
}

/**
 * Some write there when they signed a link and some when it ends (Cloudflare's `verify`, Aliyun's `auth_key`): only a time to come is
 * an end.
 */
function endToCome(named: ReadonlyMap<string, string>, toldAt: number): number | null {
  const signed = /^(\d{10})-[\w+/=%-]{16,}$/.exec(named.get('verify') ?? named.get('auth_key') ?? '')?.[1];
  const isSigned = ['token', 'sign', 'signature', 'sig', 'hash', 'h', 'md5', 'key', 'auth'].some((name) =>
    named.has(name),
  );
  const at = dateOf(signed ?? (isSigned ? named.get('et') : undefined));
  return at !== null && at > toldAt ? at : null;
}

const endNames =
  'expires expires_at expiresat exp expiry expire expiration expiration_time expires_on deadline valid_until validuntil valid_to validto x-expires'.split(
    ' ',
  );

/** `exp=1795600000~acl=/*~hmac=…`, under whatever name (`hdnts`, `__token__`, `token`), or in the path (Vimeo). */
function endOfAkamai(values: readonly string[]): number | null {
  for (const value of values) {
    const exp = /(?:^|[~/])exp=(\d{10})~/.exec(`${value}~`)?.[1];
    if (exp !== undefined) return dateOf(exp);
  }
  return null;
}

/** The `exp` of a JSON Web Token (Supabase, Runway, useapi). */
function endOfToken(values: readonly string[]): number | null {
  for (const value of values) {
    const claims = webToken.exec(value)?.[1];
    const exp = claims === undefined ? undefined : /"exp"\s*:\s*(\d{9,11})\b/.exec(textOfBase64(claims) ?? '')?.[1];
    if (exp !== undefined) return dateOf(exp);
  }
  return null;
}

/** CloudFront's own base64 has `_` for `=` and `~` for `/`. */
function endOfPolicy(policy: string | undefined): number | null {
  const text =
    policy === undefined ? null : textOfBase64(trimmedEnd(policy.replaceAll('-', '+'), '_').replaceAll('~', '/'));
  return dateOf(/"AWS:EpochTime"\s*:\s*(\d{9,11})\b/.exec(text ?? '')?.[1]);
}

function endOfBaidu(authorization: string | undefined): number | null {
  const [, from = '', seconds] = /^bce-auth-v1\/[^/]+\/([\dTZ:-]+)\/(\d{1,8})\//.exec(authorization ?? '') ?? [];
  return seconds === undefined ? null : inRange(Date.parse(from) + Number(seconds) * 1000);
}

function parse(link: string): URL | null {
  try {
    return new URL(link);
  } catch {
    return null;
  }
}

/** `20261125T220000Z`. */
function compactDate(text: string | undefined): number | null {
  const parts = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text ?? '');
  if (parts === null) return null;
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = parts.slice(1).map(Number);
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

/** Seconds or milliseconds since 1970, or a date of ISO or HTTP. */
function dateOf(text: string | undefined): number | null {
  if (text === undefined) return null;
  if (/^\d{9,11}$/.test(text)) return inRange(Number(text) * 1000);
  if (/^\d{12,13}$/.test(text)) return inRange(Number(text));
  return /^\d{4}-\d\d-\d\d|^[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} .{8} GMT$/.test(text)
    ? inRange(Date.parse(text))
    : null;
}

/** A year that no link of today names is a number of something else. */
function inRange(at: number): number | null {
  return at > Date.UTC(2020, 0) && at < Date.UTC(2100, 0) ? at : null;
}
