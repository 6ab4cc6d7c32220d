/**
 * Some links give a short message that names the file in its place: JSON, XML, the bare link, an answer that it is made
 * elsewhere, or a page that a browser leaves at once or by a button. That name is followed once.
 */
import { canParseUrl } from '../../common/can-parse-url.ts';
import { isBeside } from '../../common/providers/names.ts';
import { endsAsVideo, mediaKind } from '../../common/providers/media-kind.ts';
import { packingsIn, unpackMessage } from './content-encoding.ts';
import { contentLength, headerText } from './http-headers.ts';
import type { OpenedFile } from './http-source.ts';

const mostBytes = 64 * 1024;

/**
 * The link that the answer names, where it is a small message with one link to a file. What was read of anything else is
 * given again by the body.
 */
export async function fileNamedIn(opened: OpenedFile, asked: string): Promise<string | null> {
  const { status, headers, body } = opened;
  if (![200, 201, 202].includes(status) || (contentLength(headers) ?? 0) > mostBytes) return null;
  const packed = await packingsIn(headerText(headers, 'content-encoding'), body);
  const chunks: Uint8Array[] = [];
  let size = 0;
  const looksLikeMessage = (): boolean =>
    /^\uFEFF?\s*(?:$|<|[{["]\s*$|[{[]\s*["{[\]}]|"?https?:|"?h?t?t?p?s?$)/i.test(startOf(chunks));
  while (size <= mostBytes) {
    const chunk = await body.next();
    if (chunk === null) {
      body.unread(...chunks);
      const bytes = Buffer.concat(chunks);
      const plain = packed.length === 0 ? bytes : unpackMessage(bytes, packed, mostBytes);
      return plain === null ? null : linkIn(plain.toString('utf8'), headers, status, asked);
    }
    chunks.push(chunk);
    size += chunk.length;
    if (packed.length === 0 && !looksLikeMessage()) break;
  }
  body.unread(...chunks);
  return null;
}

function startOf(chunks: readonly Uint8Array[]): string {
  return Buffer.concat(chunks).subarray(0, 64).toString('utf8');
}

function linkIn(text: string, headers: OpenedFile['headers'], status: number, asked: string): string | null {
  const trimmed = text.replace(/^\uFEFF/, '').trim();
  if (trimmed.startsWith('<'))
    return filmAt(refreshOf(trimmed, headers) ?? formOfDrive(trimmed), asked) ?? onlyFilmIn(trimmed);
  const made = status === 200 ? null : headerText(headers, 'location');
  const link = linkInMessage(trimmed, asked) ?? filmAt(made, asked);
  // What is being made is told of elsewhere, unless it is the film.
  return status === 202 && link !== null && !endsAsVideo(link) ? null : link;
}

/** Where a page leads to by itself. */
function refreshOf(page: string, headers: OpenedFile['headers']): string | null {
  const meta = /<meta\s[^<>]{0,500}http-equiv=["']?refresh\b[^<>]{0,500}>/i.exec(page)?.[0] ?? '';
  const told =
    headerText(headers, 'refresh') ?? /\bcontent=(?:"([^"]*)"|'([^']*)')/i.exec(meta)?.slice(1).join('') ?? '';
  return /^\s*[\d.]+\s*[;,]\s*url\s*=\s*["']?([^"']+)/i.exec(told)?.[1]?.trim() ?? null;
}

/** Google Drive asks before it gives a large file: it could not be searched for viruses. */
function formOfDrive(page: string): string | null {
  const form = /<form\s[^<>]{0,500}\bid="download-?form"[^<>]{0,500}\baction="([^"<>]+)"/i.exec(page);
  if (form === null) return null;
  const inside = page.slice(form.index, page.indexOf('</form>', form.index));
  const fields = [...inside.matchAll(/<input\s[^<>]{0,500}\bname="(\w+)"[^<>]{0,500}\bvalue="([^"<>]*)"/gi)];
  const query = fields.map(([, name = '', value = '']) => `${name}=${encodeURIComponent(value)}`).join('&');
  const action = form[1] ?? '';
  return query === '' ? action : `${action}${action.includes('?') ? '&' : '?'}${query}`;
}

/** @param told May be a path of the host, with its signs written out. */
function filmAt(told: string | null, asked: string): string | null {
  const link = told?.replaceAll('&amp;', '&') ?? '';
  if (link === '' || !canParseUrl(link, asked)) return null;
  const { href, protocol } = new URL(link, asked);
  return /^https?:$/.test(protocol) && href !== asked && mediaKind(href) === 'video' ? href : null;
}

/** Of an XML message; a list of pieces for a player is none, nor a page. */
function onlyFilmIn(xml: string): string | null {
  if (/<(?:MPD|html|body|head|script|rss|smil)[\s>]/i.test(xml)) return null;
  const films = [...xml.matchAll(/<([\w:.-]{1,80})[^<>]{0,500}>\s*(?:<!\[CDATA\[\s*)?(https?:\/\/[^\s<>\]]+)/gi)]
    .filter(([, name = '']) => !isBeside(name))
    .map(([, , link = '']) => link.replaceAll('&amp;', '&'))
    .filter((link) => canParseUrl(link) && endsAsVideo(link));
  return new Set(films).size === 1 ? (films[0] ?? null) : null;
}

function linkInMessage(trimmed: string, asked: string): string | null {
  let value: unknown;
  try {
    value = /^https?:\/\/\S+$/i.test(trimmed) ? trimmed : JSON.parse(trimmed);
  } catch {
    return null;
  }
  const links = new Set(linksOf(value, '', asked, 0).filter((link) => link !== asked && mediaKind(link) !== 'other'));
  const films = [...links].filter(
    (link) => endsAsVideo(link) || /\.(?:gif|webp|apng|avif)$/i.test(new URL(link).pathname),
  );
  const maybe = [...links].filter((link) => mediaKind(link) === 'video');
  const only = films.length > 0 ? films : maybe.length > 0 ? maybe : [...links];
  return only.length === 1 ? (only[0] ?? null) : null;
}

/** Links, and paths on the same host where the name says that they are one; not what is beside a result. */
function linksOf(value: unknown, name: string, asked: string, depth: number): readonly string[] {
  if (typeof value === 'string') {
    const isPath = /^\/(?!\s)\S+$/.test(value) && /url|uri|link|href|location|download/i.test(name);
    if (isPath && canParseUrl(value, asked)) return [new URL(value, asked).href];
    return /^https?:\/\//i.test(value) && canParseUrl(value) ? [value] : [];
  }
  if (typeof value !== 'object' || value === null || depth > 8) return [];
  if (Array.isArray(value)) return value.flatMap((inner: unknown) => linksOf(inner, name, asked, depth + 1));
  return Object.entries(value).flatMap(([inner, held]) =>
    isBeside(inner) ? [] : linksOf(held, inner, asked, depth + 1),
  );
}
