/**
 * Films that stand inside a body as base64: they are cut out of its text before it is parsed, redacted or kept, and a
 * link that only this inbox understands takes their place. So all rules of the reader hold for them as for any link.
 */
import { hash } from 'node:crypto';
import { inlineFilmLink } from '../../../common/inline-film.ts';
import { isFilmAt } from './film-head.ts';

export interface InlineFilm {
  readonly sha256: string;
  /** Made when it is asked for; a film that the body only echoes is never decoded as a whole. */
  readonly bytes: () => Buffer;
  readonly sizeBytes: number;
}

export interface CutBody {
  readonly text: string;
  readonly films: readonly InlineFilm[];
}

/** Shorter texts hold neither a film nor anything worth cutting. */
const minChars = 512;
/** Data URIs of pictures and the like are not worth keeping beyond this. */
const keptDataUriChars = 8 * 1024;
const maxFilms = 16;

/** What the beginning of a film looks like: `ftyp` behind four bytes, and the head of Matroska, both in base64. */
const filmMarks = ['data:video/', 'data%3Avideo', 'Z0eXB', 'GkXf'];

/** Cheap, for the beginning of a body: whether it looks as if a film in base64 stood in it. */
export function mayHoldFilm(head: Buffer): boolean {
  return filmMarks.some((mark) => head.includes(mark, 0, 'latin1'));
}

/** Linear in the length of the text: it is walked from quote to quote, and base64 has no quotes. */
export function cutInlineFilms(text: string): CutBody {
  if (text.length < minChars || !(text.includes('data:') || filmMarks.some((mark) => text.includes(mark)))) {
    return { text, films: [] };
  }
  const films: InlineFilm[] = [];
  const parts: string[] = [];
  let done = 0;
  for (let from = text.indexOf('"'); from >= 0;) {
    const to = text.indexOf('"', from + 1);
    if (to < 0) break;
    const cut = to - from > minChars && films.length < maxFilms ? replacementFor(text.slice(from + 1, to)) : null;
    if (cut !== null) {
      if (cut.film !== null) films.push(cut.film);
      parts.push(text.slice(done, from + 1), cut.text);
      done = to;
    }
    from = to;
  }
  if (parts.length === 0 && /^[\w.%[\]-]{1,200}=/.test(text)) return cutForm(text);
  return films.length === 0 && parts.length === 0
    ? { text, films }
    : { text: parts.join('') + text.slice(done), films };
}

/** A form has no quotes: what stands between the ampersands is looked at, with its signs written out. */
function cutForm(text: string): CutBody {
  const films: InlineFilm[] = [];
  const pairs = text.split('&').map((pair) => {
    if (pair.length <= minChars || films.length >= maxFilms) return pair;
    const at = pair.indexOf('=') + 1;
    const value = pair.slice(at).replace(/%(?:2[bBcCfF]|3[aAbBdD]|0[aAdD])/g, (code) => {
      const sign = String.fromCharCode(parseInt(code.slice(1), 16));
      return /\s/.test(sign) ? '' : sign;
    });
    // A plus that was not written out is one of base64, whatever forms make of it elsewhere.
    const cut = replacementFor(value);
    if (cut === null) return pair;
    if (cut.film !== null) films.push(cut.film);
    return pair.slice(0, at) + encodeURIComponent(cut.text);
  });
  return { text: pairs.join('&'), films };
}

const dataUri = /^data:([\w.+-]{1,60}\/[\w.+-]{1,60})?(?:;[\w.+-]{1,60}(?:=[\w.+"'-]{0,60})?){0,4};base64,/i;

/** @param value What stands between two quotes, as it stands there. */
function replacementFor(value: string): { readonly text: string; readonly film: InlineFilm | null } | null {
  // The end of a string inside a string has its own backslashes before the quote.
  const tail = /\\{0,16}$/.exec(value)?.[0] ?? '';
  const whole = value.slice(0, value.length - tail.length);
  const unslashed = whole.slice(0, 256).replaceAll('\\/', '/');
  const head = dataUri.exec(unslashed);
  const start = head === null ? 0 : whole.indexOf(',') + 1;
  const base64 = whole.slice(start);
  if (isFilm(base64.slice(0, 64)) && isBase64(base64)) {
    const film = filmOf(base64);
    return { text: inlineFilmLink(film.sha256) + tail, film };
  }
  if (head === null || whole.length <= keptDataUriChars || !isBase64(base64)) return null;
  return { text: `data:${head[1] ?? ''};base64,[cut: ${String(base64.length)} characters]${tail}`, film: null };
}

function isFilm(base64: string): boolean {
  return isFilmAt(Buffer.from(plain(base64), 'base64'), 0);
}

/**
 * Some senders escape the slash, and some break lines, both as JSON does. There is one way to match each text, and no
 * step per character: else a film of a few MiB is more than the stack of a regular expression holds.
 */
function isBase64(text: string): boolean {
  return /^[\w+/-]*(?:\\{1,16}[/nr][\w+/-]*)*(?:={1,2}(?:\\{1,16}[nr])*)?$/.test(text);
}

function plain(base64: string): string {
  return base64.includes('\\') ? base64.replace(/\\{1,16}[nr]/g, '').replace(/\\{1,16}\//g, '/') : base64;
}

function filmOf(base64: string): InlineFilm {
  const bytes = Buffer.from(plain(base64), 'base64');
  return { sha256: hash('sha256', bytes), sizeBytes: bytes.length, bytes: () => bytes };
}
