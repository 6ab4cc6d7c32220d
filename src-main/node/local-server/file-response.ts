/** A file as a Response, with Range: one function for the browser's HTTP and Electron's `protocol.handle`. */
import path from 'node:path';
import { Readable } from 'node:stream';
import type { PlacedFile } from '../video-store/file-places.ts';
import type { ByteRange } from '../video-store/video-store.ts';

const contentTypes: Readonly<Record<string, string>> = {
  '.mp4': 'video/mp4',
  '.m4v': 'video/mp4',
  '.mov': 'video/quicktime',
  '.webm': 'video/webm',
  '.mkv': 'video/x-matroska',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.png': 'image/png',
  '.webp': 'image/webp',
  '.avif': 'image/avif',
  '.gif': 'image/gif',
  '.apng': 'image/apng',
};

/** 200, 206, 304, 404 or 416; HEAD is answered without a body. */
export async function fileResponse(request: Request, file: PlacedFile): Promise<Response> {
  const { sizeBytes: size, version, modifiedAt } = file.facts;
  const etag = `"${version}"`;
  const headers = new Headers({
    'Accept-Ranges': 'bytes',
    'Cache-Control': 'private, no-cache',
    'Content-Type': contentTypes[path.posix.extname(file.name).toLowerCase()] ?? 'application/octet-stream',
    'X-Content-Type-Options': 'nosniff',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Content-Security-Policy': "default-src 'none'; sandbox",
    ETag: etag,
  });
  const lastModified = modifiedAt.toUTCString();
  headers.set('Last-Modified', lastModified);
  if (isUnchanged(request, etag, lastModified)) return new Response(null, { status: 304, headers });

  const range = rangeOf(request, [etag, lastModified], size);
  if (range === 'unsatisfiable') {
    headers.set('Content-Range', `bytes */${String(size)}`);
    return new Response(null, { status: 416, headers });
  }
  const { start, end } = range ?? { start: 0, end: size - 1 };
  headers.set('Content-Length', String(end - start + 1));
  if (range !== null) headers.set('Content-Range', `bytes ${String(start)}-${String(end)}/${String(size)}`);
  const status = range === null ? 200 : 206;
  if (request.method === 'HEAD' || size === 0) return new Response(null, { status, headers });
  const stream = await file.open({ start, end });
  if (stream === null) return new Response(null, { status: 404 });
  return new Response(Readable.toWeb(stream) as ReadableStream, { status, headers });
}

/** True where the asker has this version; an entity tag, where one is named, decides alone. */
function isUnchanged(request: Request, etag: string, lastModified: string): boolean {
  const tags = request.headers.get('if-none-match');
  if (tags === null) return request.headers.get('if-modified-since') === lastModified;
  return tags.split(',').some((tag) => ['*', etag, `W/${etag}`].includes(tag.trim()));
}

/**
 * `null` = the whole file: no range, one that we do not serve (several, or its end before its start), or one for
 * another version of the file.
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-14.1.1
 */
function rangeOf(request: Request, versions: readonly string[], size: number): ByteRange | 'unsatisfiable' | null {
  const header = request.headers.get('range');
  const condition = request.headers.get('if-range');
  if (header === null || (condition !== null && !versions.includes(condition))) return null;
  const match = /^bytes=(\d*)-(\d*)$/i.exec(header.trim());
  if (match === null) return null;
  const [, first = '', last = ''] = match;
  if (first === '' && last === '') return null;
  if (first === '') {
    const length = Math.min(Number(last), size);
    return length === 0 ? 'unsatisfiable' : { start: size - length, end: size - 1 };
  }
  const start = Number(first);
  if (last !== '' && Number(last) < start) return null;
  return start >= size ? 'unsatisfiable' : { start, end: last === '' ? size - 1 : Math.min(Number(last), size - 1) };
}
