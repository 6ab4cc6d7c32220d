/** Links in values of any form. */
import { isRecord, own, parseJsonText, type JsonRecord } from './json.ts';
import { isHttpUrl, isPlain, linksInRow, plainLink } from './link-text.ts';
import { declaredKind, isMarked, kindByFileName, mediaKind, saysBeside, type MediaKind } from './media-kind.ts';

/** Where a member of a list keeps its link, the clean copy first: `{url}` nearly everywhere, `resource` in PiAPI's Kling works. */
const itemKeys = [
  'resource_without_watermark',
  'resourceWithoutWatermark',
  'url_without_watermark',
  'urlWithoutWatermark',
  'no_watermark_url',
  'noWatermarkUrl',
  'url_no_watermark',
  'urlNoWatermark',
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
/** How many values are looked at below one name, so that a list of a million trifles costs little. */
export const maxValues = 8192;
const maxDepth = 6;
/** Of a list of links that is written as JSON. */
const maxListLength = 64 * 1024;

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
