/** Links in values of any form, and what their names and types promise. */
import { canParseUrl } from '../can-parse-url.ts';
import { withoutUnseen } from '../trim.ts';
import { isRecord, namesIn, own, parseJsonText, textOf, type JsonRecord } from './json.ts';
import { remembered } from './names.ts';

/** Where a member of a list keeps its link, the clean copy first: `{url}` nearly everywhere, `resource` in PiAPI's Kling works. */
const itemKeys = [
  'resource_without_watermark',
  'resourceWithoutWatermark',
  'url_without_watermark',
  'urlWithoutWatermark',
  'no_watermark_url',
  'noWatermarkUrl',
  'url',
  'uri',
  'video_url',
  'videoUrl',
  'video',
  'resource',
  'download_url',
] as const;

/** Of one body. What goes beyond is counted and told: each change of a task costs as much as it has films. */
export const maxUrls = 256;
/** A link signed with a session token takes some 2,000 characters; servers take no more than 8 KiB. */
const maxUrlLength = 8192;
/** How many values are looked at below one name, so that a list of a million trifles costs little. */
export const maxValues = 8192;
const maxDepth = 6;
/** Of a list of links that is written as JSON. */
const maxListLength = 64 * 1024;

const videoEndings = new Set('mp4 webm mov mkv m4v avi mpg mpeg ogv 3gp flv wmv mts m2ts'.split(' '));
/** Pictures that may move: a result where the name says that it is a video (Wan, AnimateDiff, ComfyUI). */
export const movingEndings: ReadonlySet<string> = new Set(['gif', 'webp', 'apng', 'avif']);
const imageEndings = new Set('png jpg jpeg jfif gif webp avif bmp svg tif tiff heic heif ico apng'.split(' '));
const otherEndings = new Set('mp3 wav m4a aac flac opus json txt srt vtt ass html pdf glb usdz zip'.split(' '));

type MediaKind = 'video' | 'image' | 'other';

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

/** What the ending of the path promises; everything without a telling ending may be a video. */
export function mediaKind(url: string): MediaKind {
  const ending = endingOf(url);
  if (imageEndings.has(ending)) return 'image';
  return otherEndings.has(ending) ? 'other' : 'video';
}

/** True where the name says that it is a video, not only that it may be one. */
export function endsAsVideo(url: string): boolean {
  return videoEndings.has(endingOf(url));
}

/** What stands after the last dot of the name, in lower case; nothing where there is no dot. */
export function endingOf(url: string): string {
  const end = url.search(/[?#]/);
  const path = end < 0 ? url : url.slice(0, end);
  const dot = path.lastIndexOf('.');
  return dot > path.lastIndexOf('/') ? path.slice(dot + 1).toLowerCase() : '';
}

interface UrlsOfOneKind {
  readonly urls: readonly string[];
  /** How many links of other kinds were passed over. */
  readonly skipped: number;
}

const nothing: UrlsOfOneKind = { urls: [], skipped: 0 };
const oneSkipped: UrlsOfOneKind = { urls: [], skipped: 1 };

/**
 * The URLs that `value` holds, of one kind, in order, without repeats. `value` may be a string, a list, `{url}`, a list
 * of `{url}`, JSON text of these, or `[https://…]` without quotes.
 */
export function urlsIn(value: unknown, wanted: MediaKind): UrlsOfOneKind {
  // Most names are absent from most bodies.
  if (value === undefined || value === null || value === '') return nothing;
  const link: unknown = Array.isArray(value) && value.length === 1 ? value[0] : value;
  if (typeof link === 'string') {
    const url = link.trim();
    if (url.lastIndexOf('http') === 0 && isPlain(url) && isHttpUrl(url))
      return mediaKind(url) === wanted ? { urls: [url], skipped: 0 } : oneSkipped;
  }
  return urlsWithin(value, wanted);
}

/** Of several links in one text, with commas or blanks between them, each; nothing of another text. */
export function linksInRow(text: string): readonly string[] {
  const mayBeSeveral = text.lastIndexOf('http') > 0 && beginsAsUrl.test(text);
  return mayBeSeveral ? text.split(/[\s,;|]{1,8}(?=https?:\/\/)/i) : [];
}

/** Apart, so that the usual case makes no functions. */
function urlsWithin(value: unknown, wanted: MediaKind): UrlsOfOneKind {
  const urls = new Set<string>();
  let skipped = 0;
  let budget = maxValues;

  function visit(current: unknown, depth: number): void {
    if (current === undefined || depth > maxDepth || budget-- <= 0 || urls.size >= maxUrls) return;
    if (typeof current === 'string') visitText(current, depth);
    else if (Array.isArray(current)) visitList(current, depth);
    else if (isRecord(current)) visitItem(current, depth);
  }

  function visitText(text: string, depth: number): void {
    const trimmed = plainLink(text.trim());
    // Several in one text, with commas or lines between them; a link may also stand inside another's query. All of them
    // are links or none counts, so a text that begins otherwise is not searched through.
    const parts = linksInRow(trimmed);
    if (parts.length > 1 && parts.every(isHttpUrl)) {
      for (const url of parts) add(url, mediaKind(url));
      return;
    }
    if (isHttpUrl(trimmed)) {
      add(trimmed, mediaKind(trimmed));
      return;
    }
    const held = trimmed.length > maxListLength ? undefined : parseJsonText(trimmed);
    if (held !== undefined) {
      visit(held, depth + 1);
      return;
    }
    // "[https://a.mp4, https://b.mp4]", as a sister site of kie.ai documents it. Commas may stand inside a URL.
    if (/^\[\s{0,8}https?:\/\//i.test(trimmed) && trimmed.endsWith(']')) {
      for (const part of trimmed.slice(1, -1).split(/,\s*(?=https?:\/\/)/i)) {
        const url = part.trim();
        if (isHttpUrl(url)) add(url, mediaKind(url));
      }
    }
  }

  function visitList(list: readonly unknown[], depth: number): void {
    const items = list.slice(0, maxValues);
    // Where a list tells the types of its members, only those that are told to be videos are.
    const isTyped = wanted === 'video' && items.some((item) => isRecord(item) && declaredKind(item) === 'video');
    const isMarkedBeside =
      wanted === 'video' &&
      items.length > 1 &&
      items.some((item) => isRecord(item) && isMarked(item)) &&
      items.some((item) => isRecord(item) && !isMarked(item));
    for (const item of items) {
      if (isMarkedBeside && isRecord(item) && isMarked(item)) skipped++;
      else if (isTyped && isRecord(item) && declaredKind(item) !== 'video') skipped++;
      else visit(item, depth + 1);
    }
  }

  function visitItem(item: JsonRecord, depth: number): void {
    const declared = declaredKind(item) ?? kindByFileName(item);
    if ((declared !== null && declared !== wanted) || saysBeside(item)) {
      skipped++;
      return;
    }
    for (const key of itemKeys) {
      const before = urls.size + skipped;
      visit(own(item, key), depth + 1);
      if (urls.size + skipped > before) return;
    }
  }

  function add(url: string, kind: MediaKind): void {
    if (kind !== wanted) skipped++;
    else if (urls.size < maxUrls) urls.add(url);
  }

  visit(value, 0);
  return { urls: [...urls], skipped };
}

const typeName =
  /^(?:(?:content|mime|media|file|asset|resource|output)[_-]?type|@?type|kind|mime|format|ext|extension|category|role)$/i;

/** What a name tells of the object that it stands in, as bits. */
const tells = { type: 1, file: 2, flag: 4, kind: 8 } as const;

const tellsOf = remembered(
  (name: string): number =>
    (typeName.test(name) ? tells.type | tells.kind : 0) |
    (fileName.test(name) ? tells.file : 0) |
    (besideFlag.test(name) ? tells.flag : 0) |
    (roleName.test(name) ? tells.kind : 0),
);

/** What an object says that its link is; `null` where it says nothing that we know. */
export function declaredKind(item: JsonRecord): MediaKind | null {
  for (const name of namesIn(item)) {
    if ((tellsOf(name) & tells.type) === 0) continue;
    const type = textOf(item[name], 60)?.toLowerCase();
    if (type === undefined) continue;
    if (/^\.?(?:video|videoobject|mp4|webm|mov|movie)\b/.test(type)) return 'video';
    if (/^(?:image|img|picture|cover|thumb|preview|poster|frame|png|jpe?g)/.test(type)) return 'image';
    if (/^(?:audio|music|sound|text|subtitle|caption|json|mask|mp3|wav)/.test(type)) return 'other';
  }
  return null;
}

const fileName = /^(?:file_?name|name|title|key)$/i;

/** The same by the name of the file beside a link that tells nothing; `null` where there is none, or it may move. */
export function kindByFileName(item: JsonRecord): MediaKind | null {
  for (const name of namesIn(item)) {
    if ((tellsOf(name) & tells.file) === 0) continue;
    const ending = endingOf(textOf(item[name], 300) ?? '');
    if (videoEndings.has(ending)) return 'video';
    if (imageEndings.has(ending) && !movingEndings.has(ending)) return 'image';
    if (otherEndings.has(ending)) return 'other';
  }
  return null;
}

const besideKinds = new Set(
  'in input source reference original preview watermark watermarked thumbnail mask init cover poster driving template'.split(
    ' ',
  ),
);
/** What an object is there for, beside what it is. */
const roleName = /^(?:purpose|direction|usage|name|label)$/i;
const besideFlag = /^is_?(?:input|source|reference|preview|thumbnail)$/i;
const markFlags = [
  'watermark',
  'watermarked',
  'has_watermark',
  'hasWatermark',
  'is_watermarked',
  'isWatermarked',
] as const;

/** True for a copy with a mark in it; where it stands beside one without, that one is the result. */
export function isMarked(item: JsonRecord): boolean {
  return markFlags.some((name) => own(item, name) === true);
}

/** `{"type": "preview", "url": …}`: beside the result, whatever the link looks like. */
export function saysBeside(item: JsonRecord): boolean {
  return namesIn(item).some((name) => {
    const told = tellsOf(name);
    if ((told & tells.flag) !== 0 && item[name] === true) return true;
    if ((told & tells.kind) === 0) return false;
    const kind = textOf(item[name], 40)?.toLowerCase() ?? '';
    return besideKinds.has(kind.replace(/[_ -]?video$/, ''));
  });
}

/**
 * Some senders put a link between quotes or brackets or into HTML or Markdown, and some write its signs out
 * (`https%3A%2F%2F`, `&amp;`, `https:\/\/`, `\u0026`).
 */
export function plainLink(written: string): string {
  const text = withoutUnseen(written);
  const inner = dressedLink.exec(text);
  if (inner !== null) return plainLink(inner[1] ?? inner[2] ?? inner[3] ?? inner[4] ?? inner[5] ?? '');
  if (/^https?:\\?\/\\?\//i.test(text) && !isPlain(text)) {
    return text
      .replaceAll('\\/', '/')
      .replace(/\\u00(26|3d|2b|25)/gi, (_, digits: string) => String.fromCharCode(parseInt(digits, 16)))
      .replace(/&(?:amp|#38|#x26);/gi, '&');
  }
  // As browsers read it, where the sender joined it like a path of Windows.
  if (/^https?:\\{1,2}[^\\/]/i.test(text)) return text.replace(/^(https?:)\\+/i, '$1//').replaceAll('\\', '/');
  return writtenOutAgain.test(text) ? plainEscapes(text) : text;
}

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
function isPlain(url: string): boolean {
  return !url.includes('\\') && (!url.includes(';') || !/&(?:amp|#38|#x26);/i.test(url));
}

const dressedLink =
  /^(?:"(https?:[^"]+)"|'(https?:[^']+)'|<(https?:[^>]+)>|!?\[[^\]\n]{0,200}\]\((https?:[^)\s]+)\)|<(?:a|video|source)\s[^<>]{0,200}?(?:href|src)=["'](https?:[^"'<>]+)["'][^]{0,500})$/i;

/** A link into a bucket, or one without a scheme: better told what it is, or tried, than not seen. */
export const otherLink =
  /^(?:(?!https?:)[a-z][a-z\d+.-]{1,19}:\/\/[^/\s]+|\/\/[\w-]+(?:\.[\w-]+)+(?::\d{1,5})?)\/[^\s]{1,2000}$/i;

const archiveEndings = new Set(['zip', 'rar', '7z', 'tar', 'tgz', 'gz']);

/** Several files in one. */
export function endsAsArchive(url: string): boolean {
  return archiveEndings.has(endingOf(url));
}

/** Meant as a link, and none that anybody can follow: no such port or host, or a file in the memory of a page. */
export const isBrokenLink = (text: string): boolean =>
  /^(?:blob:)?https?:\/\/[^\s/]{4}[^\s\p{Cc}\p{Cs}]{1,2000}$/iu.test(text) &&
  !isHttpUrl(text) &&
  mediaKind(text) === 'video';

/** The same without the two slashes: the name of a host with its dots, and a path. */
export const bareLink = /^(?:[\w-]{1,63}\.){1,8}[a-z]{2,24}\/[^\s]{1,2000}$/i;
