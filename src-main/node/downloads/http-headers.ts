/** The few response headers that matter for a download, parsed. */
import type { IncomingHttpHeaders } from 'node:http';

export function headerText(headers: IncomingHttpHeaders, name: string): string | null {
  const value = headers[name];
  return (Array.isArray(value) ? value[0] : value)?.trim() ?? null;
}

export function contentLength(headers: IncomingHttpHeaders): number | null {
  const text = headerText(headers, 'content-length');
  if (text === null || !/^\d+$/.test(text)) return null;
  const length = Number(text);
  return Number.isSafeInteger(length) ? length : null;
}

export interface ContentRange {
  /** `null` in `bytes *\/123`, the answer to a range beyond the end. */
  readonly first: number | null;
  readonly last: number | null;
  readonly total: number | null;
}

export function contentRange(headers: IncomingHttpHeaders): ContentRange | null {
  const match = /^bytes\s+(?:(\d+)-(\d+)|\*)\/(\d+|\*)$/i.exec(headerText(headers, 'content-range') ?? '');
  if (match === null) return null;
  const number = (text: string | undefined): number | null =>
    text === undefined || text === '*' ? null : Number(text);
  return { first: number(match[1]), last: number(match[2]), total: number(match[3]) };
}

/** A weak ETag may not vouch for ranges of bytes. @see https://www.rfc-editor.org/rfc/rfc9110#section-13.1.5 */
export function strongEtag(etag: string | null): string | null {
  return etag?.startsWith('"') === true ? etag : null;
}
