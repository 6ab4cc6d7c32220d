/**
 * Films that are written inside a body, in base64 or with their bytes written out: they are cut out of its text before it
 * is parsed, redacted or kept, and a link that only this inbox understands takes their place. So all rules of the reader
 * hold for them as for any link.
 */
import { hash } from 'node:crypto';
import { inlineFilmLink } from '../../../common/inline-film.ts';
import { isFilmAt, isMoving, mayMove } from './film-head.ts';

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

/** In base64: `ftyp` behind four bytes, the heads of Matroska, of AVI and WebP, of FLV, of GIF. */
const base64Marks = ['Z0eXB', 'GkXf', 'UklGR', 'RkxWA', 'R0lGOD'];
const filmMarks = ['data:video/', 'data%3Avideo', 'data:image/gif', 'data:image/webp', ...base64Marks];

/** Cheap, for the beginning of a body: whether it looks as if a film were written in it. */
export function mayHoldFilm(head: Buffer): boolean {
  return filmMarks.some((mark) => head.includes(mark, 0, 'latin1'));
}

/** What a long text stands between: in JSON, in what scripts print, in XML. */
const fences: readonly (readonly [open: string, close: string])[] = [
  ['"', '"'],
  ["'", "'"],
  ['>', '<'],
];

/** Linear in the length of the text: it is walked from quote to quote, and base64 has no quotes. */
export function cutInlineFilms(written: string): CutBody {
  const text = written.includes('=\\"') ? written.replace(quotedParts, '$1') : written;
  if (text.length < minChars || !(text.includes('data:') || filmMarks.some((mark) => text.includes(mark)))) {
    return { text, films: [] };
  }
  for (const [open, close] of fences) {
    const cut = cutBetween(text, open, close);
    if (cut !== null) return cut;
  }
  if (/^[\w.%[\]-]{1,200}=/.test(text)) return cutForm(text);
  const whole = replacementFor(text.trim());
  return whole === null ? { text, films: [] } : { text: whole.text, films: whole.film === null ? [] : [whole.film] };
}

/** `null` where nothing is cut out. */
function cutBetween(text: string, open: string, close: string): CutBody | null {
  const films: InlineFilm[] = [];
  const parts: string[] = [];
  let done = 0;
  for (let from = text.indexOf(open); from >= 0;) {
    const to = text.indexOf(close, from + 1);
    if (to < 0) break;
    const cut = to - from > minChars && films.length < maxFilms ? replacementFor(text.slice(from + 1, to)) : null;
    if (cut !== null) {
      if (cut.film !== null) films.push(cut.film);
      parts.push(text.slice(done, from + 1), cut.text);
      done = to;
    }
    from = open === close ? to : text.indexOf(open, to);
  }
  return parts.length === 0 ? null : { text: parts.join('') + text.slice(done), films };
}

/** A form has no quotes: what stands between the ampersands is looked at, with its signs written out. */
function cutForm(text: string): CutBody {
  const films: InlineFilm[] = [];
  const pairs = text.split('&').map((pair) => {
    if (pair.length <= minChars || films.length >= maxFilms) return pair;
    const at = pair.indexOf('=') + 1;
    const value = pair.slice(at).replace(/%(?:2[5bBcCfF]|3[aAbBdD]|0[aAdD])/g, (code) => {
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

/** `data:video/webm;codecs=vp8,opus;base64,`, as browsers write it: what has commas itself ends at the last of its names. */
const base64Uri = /^data:([\w.+-]{1,60}\/[\w.+-]{1,60})(?:;[\w.+-]{1,60}(?:=[^;"<>]{0,80})?){0,4};base64,/i;
const dataUri = /^data:([\w.+-]{1,60}\/[\w.+-]{1,60})?(?:;[\w.+-]{1,60}(?:=[\w.+"'-]{0,60})?){0,4},/i;

const base64Begins = /;base64,/i;
/** Quotes inside a data URI, as they stand in JSON, would end it; nobody needs what is between them. */
const quotedParts = /(data:video\/[\w.+-]{1,60})(?:;\s?[\w-]{1,20}=\\{1,3}"[^"\\]{0,80}\\{1,3}")+/gi;

/** @param value What stands between two quotes, as it stands there. */
function replacementFor(value: string): { readonly text: string; readonly film: InlineFilm | null } | null {
  // The end of a string inside a string has its own backslashes before the quote.
  const tail = /\\{0,16}$/.exec(value)?.[0] ?? '';
  const whole = value.slice(0, value.length - tail.length);
  const begins = whole.slice(0, 256).replaceAll('\\/', '/');
  const inBase64 = base64Uri.exec(begins);
  const head = inBase64 ?? dataUri.exec(begins);
  const written =
    head === null ? whole : whole.slice(inBase64 === null ? whole.indexOf(',') + 1 : whole.search(base64Begins) + 8);
  const type = head?.[1] ?? '';
  const bytes = filmIn(written, /^video\//i.test(type));
  if (bytes !== null) {
    const film = filmOf(bytes);
    return { text: inlineFilmLink(film.sha256) + tail, film };
  }
  if (head === null || whole.length <= keptDataUriChars || !(isBase64(written) || isEscaped(written))) return null;
  return { text: `data:${type};base64,[cut: ${String(written.length)} characters]${tail}`, film: null };
}

/**
 * The film that is written there, in base64 or with its bytes written out as in links; `null` where it is none.
 * @param isCalledFilm What is said to be a film is one, whatever it begins with: what it lacks is told behind it.
 */
function filmIn(written: string, isCalledFilm: boolean): Buffer | null {
  const isWrittenOut = isCalledFilm && /^[^%]{0,64}%[\da-f]{2}/i.test(written);
  const isWhole = isWrittenOut ? isEscaped : isBase64;
  const decoded = (text: string): Buffer => (isWrittenOut ? unescaped(text) : Buffer.from(plain(text), 'base64'));
  const head = decoded(written.slice(0, 3 * 64));
  const isFilm = isFilmAt(head, 0) || (isCalledFilm && !mayMove(head));
  if ((!isFilm && !mayMove(head)) || !isWhole(written)) return null;
  const bytes = decoded(written);
  return isFilm || isMoving(bytes) ? bytes : null;
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

/** As `encodeURIComponent` and its like write bytes. */
function isEscaped(text: string): boolean {
  return /^[!#-[\]-~]*$/.test(text);
}

/** A byte for each `%7f` and each other sign. */
function unescaped(text: string): Buffer {
  const bytes = Buffer.allocUnsafe(text.length);
  let length = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    const written = code === 0x25 ? parseInt(text.slice(at + 1, at + 3), 16) : NaN;
    bytes[length++] = Number.isNaN(written) ? code : written;
    if (!Number.isNaN(written)) at += 2;
  }
  return bytes.subarray(0, length);
}

function filmOf(bytes: Buffer): InlineFilm {
  return { sha256: hash('sha256', bytes), sizeBytes: bytes.length, bytes: () => bytes };
}
