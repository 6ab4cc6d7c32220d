/** A link as a text: whether it is one, however it is written out, and the same link with and without TLS. */
import { canParseUrl } from '../can-parse-url.ts';
import { withoutUnseen } from '../trim.ts';
import { mediaKind } from './media-kind.ts';

/** A link signed with a session token takes some 2,000 characters; servers take no more than 8 KiB. */
const maxUrlLength = 8192;

/** True for an absolute http or https URL that we are willing to keep, exactly as it stands. */
export function isHttpUrl(text: string): boolean {
  if (text.length > maxUrlLength || !beginsAsUrl.test(text)) return false;
  if (plainUrl.test(text) && !/xn--/i.test(text)) return true;
  if (knownUrls.has(text)) return true;
  if (/[\p{Cc}\p{Cs}]/u.test(text) || !canParseUrl(text)) return false;
  if (knownUrls.size >= 64) knownUrls.clear();
  if (text.length <= 512) knownUrls.add(text);
  return true;
}

const beginsAsUrl = /^https?:\/\/[^/?#]/i;
/**
 * Of these the platform's parser says the same, at ten times the price: a name of letters, digits and hyphens that ends in
 * letters, or an address of four numbers, and behind it what can be printed in ASCII.
 */
const plainUrl =
  /^https?:\/\/(?:(?:[a-z\d][a-z\d-]*\.)+[a-z]{2,}|(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?=\d)|(?![\d.]))){4})(?::\d{1,4})?(?:[/?#][!-~]*)?$/i;
/** The last of the others: each link of a body is asked about several times. */
const knownUrls = new Set<string>();

/** The same for `http` and `https`, and however the host is written. */
function keyOfLink(url: string): string {
  return url.replace(/^https?:\/\/[^/?#]*/i, (origin) => origin.slice(origin.indexOf(':')).toLowerCase());
}

/** Links to be known again. */
export interface Links {
  readonly has: (url: string) => boolean;
}

export const noLinks: Links = { has: () => false };

/** These and the same links with and without TLS; most bodies ask about one link or none. */
export function withTwins(urls: ReadonlySet<string>): Links {
  if (urls.size === 0) return noLinks;
  let all: Set<string> | null = null;
  return { has: (url) => urls.has(url) || (all ??= twinsOf(urls)).has(url) };
}

function twinsOf(urls: ReadonlySet<string>): Set<string> {
  const twins = new Set<string>();
  for (const url of urls) {
    if (/^https:/i.test(url)) twins.add(`http${url.slice(5)}`);
    else if (/^http:/i.test(url)) twins.add(`https${url.slice(4)}`);
  }
  return twins;
}

export function hasPlainLink(urls: readonly string[]): boolean {
  return urls.some((url) => /^http:/i.test(url));
}

/** Each link once: over TLS where `others` or the links themselves tell of it so (Cloudinary, Transloadit). */
export function overTls(urls: readonly string[], others: readonly string[]): readonly string[] {
  const secure = new Map<string, string>();
  for (const url of [...urls, ...others]) {
    const key = keyOfLink(url);
    if (/^https:/i.test(url) && !secure.has(key)) secure.set(key, url);
  }
  return [...new Set(urls.map((url) => (/^http:/i.test(url) ? (secure.get(keyOfLink(url)) ?? url) : url)))];
}

/** Of several links in one text, with commas or blanks between them, each; nothing of another text. */
export function linksInRow(text: string): readonly string[] {
  const mayBeSeveral = text.lastIndexOf('http') > 0 && beginsAsUrl.test(text);
  return mayBeSeveral ? text.split(/[\s,;|]{1,8}(?=https?:\/\/)/i) : [];
}

/**
 * Some senders put a link between quotes or brackets or into HTML or Markdown, and some write its signs out
 * (`https%3A%2F%2F`, `&amp;`, `https:\/\/`, `\u0026`).
 */
export function plainLink(written: string): string {
  const text = withoutUnseen(written);
  const inner = dressedLink.exec(text);
  if (inner !== null) return plainLink(inner.slice(1).find((link: string | undefined) => link !== undefined) ?? '');
  if (/^https?:\\?\/\\?\//i.test(text) && !isPlain(text)) {
    return text
      .replaceAll('\\/', '/')
      .replace(/\\u00(26|3d|2b|25)/gi, (_, digits: string) => String.fromCharCode(parseInt(digits, 16)))
      .replace(/&(?:amp|#38|#x26);/gi, '&');
  }
  const joined = joinedAsPath.exec(text) ?? behindScheme.exec(text);
  if (joined !== null) return plainLink(`${joined[1] ?? ''}://${text.slice(joined[0].length)}`);
  // As browsers read it, where the sender joined it like a path of Windows.
  if (/^https?:\\{1,2}[^\\/]/i.test(text)) return text.replace(/^(https?:)\\+/i, '$1//').replaceAll('\\', '/');
  return writtenOutAgain.test(text) ? plainEscapes(text) : text;
}

const beforeHost = /(?=(?:(?:[\w-]{1,63}\.){1,8}[a-z]{2,24}|(?:\d{1,3}\.){3}\d{1,3}|localhost)[:/])/;
/** As browsers read it, where the sender joined it like a path (`https:/host`). */
const joinedAsPath = new RegExp(`^(https?):(?:/|/{3,5})${beforeHost.source}`, 'i');
/** Put behind an address that was one already: `https://https://host`. */
const behindScheme = new RegExp(`^https?://(https?):?/{1,3}${beforeHost.source}`, 'i');

const writtenOutAgain = /^https?%(?:25){0,3}3a%(?:25){0,3}2f/i;

/** Each sender on the way may have written it out once more. */
function plainEscapes(text: string): string {
  try {
    let plain = text;
    while (writtenOutAgain.test(plain)) plain = decodeURIComponent(plain);
    return plain;
  } catch {
    return text;
  }
}

/** Nothing in it is written as for a text of another language. */
export function isPlain(url: string): boolean {
  return !url.includes('\\') && (!url.includes(';') || !/&(?:amp|#38|#x26);/i.test(url));
}

const dressedLink =
  /^(?:"(https?:[^"]+)"|'(https?:[^']+)'|<(https?:[^>]+)>|!?\[[^\]\n]{0,200}\]\((https?:[^)\s]+)\)|<(?:a|video|source)\s[^<>]{0,200}?(?:href|src)=["'](https?:[^"'<>]+)["'][^]{0,500}|`(https?:[^`]+)`|\((https?:[^()]+)\)|(?:url|link|video|download)\s{0,4}[:=]\s{0,4}(https?:[^\s]+))$/i;

/** A link into a bucket, or one without a scheme: better told what it is, or tried, than not seen. */
export const otherLink =
  /^(?:(?!https?:)[a-z][a-z\d+.-]{1,19}:\/\/[^/\s]+|\/\/[\w-]+(?:\.[\w-]+)+(?::\d{1,5})?)\/[^\s]{1,2000}$/i;

/** Meant as a link, and none that anybody can follow: no such port or host, or a file in the memory of a page. */
export const isBrokenLink = (text: string): boolean =>
  /^(?:blob:)?https?:\/\/[^\s/]{4}[^\s\p{Cc}\p{Cs}]{1,2000}$/iu.test(text) &&
  !isHttpUrl(text) &&
  mediaKind(text) === 'video';

/** The same without the two slashes: the name of a host with its dots, and a path. */
export const bareLink = /^(?:[\w-]{1,63}\.){1,8}[a-z]{2,24}\/[^\s]{1,2000}$/i;
