/** Some links give a short JSON message that names the file in place of the file; that name is followed once. */
import { contentLength } from './http-headers.ts';
import type { OpenedFile } from './http-source.ts';

const mostBytes = 64 * 1024;

/**
 * The link that the answer names, where it is a small JSON message with one link to a file. What was read of anything
 * else is given again by the body.
 */
export async function fileNamedIn(opened: OpenedFile, asked: string): Promise<string | null> {
  const { status, headers, body } = opened;
  if (status !== 200 || (contentLength(headers) ?? 0) > mostBytes) return null;
  const chunks: Uint8Array[] = [];
  let size = 0;
  const looksLikeJson = (): boolean => /^(?:\uFEFF)?\s*[{[]?\s*$|^(?:\uFEFF)?\s*[{[]\s*["{[]/.test(startOf(chunks));
  while (size <= mostBytes) {
    const chunk = await body.next();
    if (chunk === null) {
      body.unread(...chunks);
      return linkIn(Buffer.concat(chunks).toString('utf8'), asked);
    }
    chunks.push(chunk);
    size += chunk.length;
    if (!looksLikeJson()) break;
  }
  body.unread(...chunks);
  return null;
}

function startOf(chunks: readonly Uint8Array[]): string {
  return Buffer.concat(chunks).subarray(0, 64).toString('utf8');
}

function linkIn(text: string, asked: string): string | null {
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    return null;
  }
  const links = new Set(linksOf(value, 0).filter((link) => link !== asked));
  const files = [...links].filter((link) => /\.(?:mp4|mov|webm|mkv|m4v|gif|webp)$/i.test(new URL(link).pathname));
  const only = files.length > 0 ? files : [...links];
  return only.length === 1 ? (only[0] ?? null) : null;
}

function linksOf(value: unknown, depth: number): readonly string[] {
  if (typeof value === 'string') return /^https?:\/\//i.test(value) && URL.canParse(value) ? [value] : [];
  if (typeof value !== 'object' || value === null || depth > 8) return [];
  return Object.values(value).flatMap((inner) => linksOf(inner, depth + 1));
}
