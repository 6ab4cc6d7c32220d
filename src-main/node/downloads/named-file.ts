/** Some links give a short message, JSON or the bare link, that names the file in its place; that name is followed once. */
import { canParseUrl } from '../../common/can-parse-url.ts';
import { isBeside } from '../../common/providers/names.ts';
import { endsAsVideo, mediaKind } from '../../common/providers/media-kind.ts';
import { packingsIn, unpackMessage } from './content-encoding.ts';
import { contentLength, headerText } from './http-headers.ts';
import type { OpenedFile } from './http-source.ts';

const mostBytes = 64 * 1024;

/**
 * The link that the answer names, where it is a small JSON message with one link to a file. What was read of anything
 * else is given again by the body.
 */
export async function fileNamedIn(opened: OpenedFile, asked: string): Promise<string | null> {
  const { status, headers, body } = opened;
  if (status !== 200 || (contentLength(headers) ?? 0) > mostBytes) return null;
  const packed = await packingsIn(headerText(headers, 'content-encoding'), body);
  const chunks: Uint8Array[] = [];
  let size = 0;
  const looksLikeJson = (): boolean =>
    /^\uFEFF?\s*(?:$|[{["]\s*$|[{[]\s*["{[]|"?https?:|"?h?t?t?p?s?$)/i.test(startOf(chunks));
  while (size <= mostBytes) {
    const chunk = await body.next();
    if (chunk === null) {
      body.unread(...chunks);
      const bytes = Buffer.concat(chunks);
      const plain = packed.length === 0 ? bytes : unpackMessage(bytes, packed, mostBytes);
      return plain === null ? null : linkIn(plain.toString('utf8'), asked);
    }
    chunks.push(chunk);
    size += chunk.length;
    if (packed.length === 0 && !looksLikeJson()) break;
  }
  body.unread(...chunks);
  return null;
}

function startOf(chunks: readonly Uint8Array[]): string {
  return Buffer.concat(chunks).subarray(0, 64).toString('utf8');
}

function linkIn(text: string, asked: string): string | null {
  const trimmed = text.replace(/^\uFEFF/, '').trim();
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
