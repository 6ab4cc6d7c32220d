/**
 * Films that are sent as bytes: as the body itself, or as a part of a form. As with films in base64 a link that only this
 * inbox understands takes their place, so that what is read and kept is text.
 */
import { hash } from 'node:crypto';
import { maxFields } from '../../../common/body/form-fields.ts';
import { inlineFilmLink } from '../../../common/inline-film.ts';
import { isFilmAt, isMoving, mayMove } from './film-head.ts';
import type { InlineFilm } from './inline-films.ts';

export interface CutBytes {
  readonly bytes: Buffer;
  readonly films: readonly InlineFilm[];
}

/** As many as a form may have fields. */
const maxParts = maxFields;
const maxHeadBytes = 16 * 1024;
/** Other files of a form are not worth keeping beyond this. */
const keptPartBytes = 8 * 1024;
const headEnd = Buffer.from('\r\n\r\n');

const filmHeads = ['ftyp', '\x1a\x45\xdf\xa3', 'AVI LIST', 'FLV\x01', 'GIF8', 'WEBPVP8X'];

/** Cheap, for the beginning of a body: whether a film in bytes may stand in it. */
export function mayHoldBinaryFilm(head: Buffer): boolean {
  if (isFilmAt(head, 0) || mayMove(head)) return true;
  return head.toString('latin1', 0, 2) === '--' && filmHeads.some((mark) => head.includes(mark, 0, 'latin1'));
}

export function cutBinaryFilms(bytes: Buffer, contentType: string | null): CutBytes {
  // Nearly all bodies: an object or a list.
  if (bytes[0] === 0x7b || bytes[0] === 0x5b) return { bytes, films: [] };
  if (isFilmAt(bytes, 0) || isMoving(bytes)) {
    const film = filmOf(bytes);
    return { bytes: Buffer.from(JSON.stringify({ video_url: inlineFilmLink(film.sha256) })), films: [film] };
  }
  const boundary = boundaryOf(bytes, contentType);
  return boundary === null ? { bytes, films: [] } : cutParts(bytes, boundary);
}

function boundaryOf(bytes: Buffer, contentType: string | null): Buffer | null {
  if (bytes.toString('latin1', 0, 2) !== '--' && !/^multipart\//i.test(contentType ?? '')) return null;
  const named = /boundary="?([^";]{1,200})"?/i.exec(contentType ?? '')?.[1]?.trim();
  const seen = /^--([\w'()+,./:=?-]{1,70})\r\n/.exec(bytes.toString('latin1', 0, 80))?.[1];
  const boundary = named !== undefined && bytes.includes(`--${named}`) ? named : seen;
  return boundary === undefined ? null : Buffer.from(`--${boundary}`, 'latin1');
}

function cutParts(bytes: Buffer, boundary: Buffer): CutBytes {
  const kept: Buffer[] = [];
  const films: InlineFilm[] = [];
  let done = 0;
  let at = bytes.indexOf(boundary);
  for (let count = 0; at >= 0 && count < maxParts; count++) {
    const from = at + boundary.length;
    const next = bytes.indexOf(boundary, from);
    if (next < 0) break;
    const head = bytes.subarray(from, Math.min(next, from + maxHeadBytes)).indexOf(headEnd);
    const start = from + head + headEnd.length;
    const end = bytes.toString('latin1', next - 2, next) === '\r\n' ? next - 2 : next;
    const replacement = head < 0 || start > end ? null : replacementFor(bytes.subarray(start, end), films);
    if (replacement !== null) {
      kept.push(bytes.subarray(done, start), Buffer.from(replacement));
      done = end;
    }
    at = next;
  }
  return kept.length === 0 ? { bytes, films } : { bytes: Buffer.concat([...kept, bytes.subarray(done)]), films };
}

function replacementFor(content: Buffer, films: InlineFilm[]): string | null {
  if (isFilmAt(content, 0) || isMoving(content)) {
    const film = filmOf(content);
    films.push(film);
    return inlineFilmLink(film.sha256);
  }
  const written = content.toString('latin1', 0, 64);
  if (isFilmAt(Buffer.from(written, 'base64'), 0)) {
    const base64 = content.toString('latin1');
    if (/^[\w+/\r\n-]+={0,2}\s{0,4}$/.test(base64)) {
      const film = filmOf(Buffer.from(base64, 'base64'));
      films.push(film);
      return inlineFilmLink(film.sha256);
    }
  }
  return content.length > keptPartBytes && content.subarray(0, keptPartBytes).includes(0)
    ? `[cut: ${String(content.length)} bytes]`
    : null;
}

function filmOf(bytes: Buffer): InlineFilm {
  return { sha256: hash('sha256', bytes), sizeBytes: bytes.length, bytes: () => bytes };
}
