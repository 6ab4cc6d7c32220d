/**
 * Films that are written inside a body (see `written-bytes.ts`): they are cut out of its text before it is parsed, redacted
 * or kept, and a link that only this inbox understands takes their place. So all rules of the reader hold for them as for
 * any link.
 */
import { hash } from 'node:crypto';
import { inlineFilmLink } from '../../../common/inline-film.ts';
import { maxUrls } from '../../../common/providers/urls.ts';
import { isFilmAt, isMoving, mayMove } from './film-head.ts';
import { base64, bytesOf, endOfNumbers, escaped, hexadecimal } from './written-bytes.ts';

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
/** As many as links are read from one body; one more is lost, and nobody is told. */
const maxFilms = maxUrls;

/** In base64: `ftyp` behind four bytes, the heads of Matroska, of AVI and WebP, of FLV, of GIF. */
const base64Marks = ['Z0eXB', 'GkXf', 'UklGR', 'RkxWA', 'R0lGOD'];
/** The same in hexadecimal, and as lists of numbers in the writings of Node and Python. */
const otherMarks = [
  '66747970',
  '1a45dfa3',
  '102,116,121,112',
  '102, 116, 121, 112',
  '26,69,223,163',
  '26, 69, 223, 163',
];
const filmMarks = ['data:video/', 'data%3Avideo', 'data:image/gif', 'data:image/webp', ...base64Marks, ...otherMarks];

/** How an object or a list begins in base64: a body that is handed on may be packed so, once by each relay. */
const packedMarks = ['eyJ', 'eyA', 'ewo', 'ewk', 'ew0', 'W3s'];
const maxRelays = 3;

const marks = ['data:', ...filmMarks, ...packedMarks.map((mark) => `"${mark}`)];

/** Cheap, for the beginning of a body: whether it looks as if a film were written in it. */
export function mayHoldFilm(head: Buffer): boolean {
  return filmMarks.some((mark) => head.includes(mark, 0, 'latin1'));
}

/** The same of a film in a body that it hands on; it costs some thirty times as much. */
export function mayHandOnFilm(head: Buffer, relays = 0): boolean {
  // What is packed there goes on to the end of what is here.
  const begin = Math.max(...packedMarks.map((mark) => head.lastIndexOf(`"${mark}`, undefined, 'latin1')));
  if (begin < 0 || relays >= maxRelays) return false;
  const packed = base64.bytes(head.toString('latin1', begin + 1));
  return mayHoldFilm(packed) || mayHandOnFilm(packed, relays + 1);
}

/** What a long text stands between: in JSON, in what scripts print, in XML. */
const fences: readonly (readonly [open: string, close: string])[] = [
  ['"', '"'],
  ["'", "'"],
  ['>', '<'],
];

/** Linear in the length of the text: it is walked from quote to quote, and base64 has no quotes. */
export function cutInlineFilms(written: string, relays = 0): CutBody {
  const text = written.includes('=\\"') ? written.replace(quotedParts, '$1') : written;
  if (text.length < minChars || !marks.some((mark) => text.includes(mark))) return { text, films: [] };
  const inNumbers = cutNumbers(text);
  if (inNumbers !== null) return inNumbers;
  for (const fence of fences) {
    const cut = cutBetween(text, fence, relays);
    if (cut !== null) return cut;
  }
  if (/^[\w.%[\]-]{1,200}=/.test(text)) return cutForm(text, relays);
  return replacementFor(text.trim(), relays) ?? { text, films: [] };
}

/** `null` where nothing is cut out. */
function cutBetween(text: string, [open, close]: (typeof fences)[number], relays: number): CutBody | null {
  const films: InlineFilm[] = [];
  const parts: string[] = [];
  let done = 0;
  for (let from = text.indexOf(open); from >= 0;) {
    const to = text.indexOf(close, from + 1);
    if (to < 0) break;
    const isLong = to - from > minChars && films.length < maxFilms;
    const cut = isLong ? replacementFor(text.slice(from + 1, to), relays) : null;
    if (cut !== null) {
      films.push(...cut.films);
      parts.push(text.slice(done, from + 1), cut.text);
      done = to;
    }
    from = open === close ? to : text.indexOf(open, to);
  }
  return parts.length === 0 ? null : { text: parts.join('') + text.slice(done), films };
}

/** As JSON has a buffer of Node, and a list of bytes of anyone. `null` where nothing is cut out. */
function cutNumbers(text: string): CutBody | null {
  const films: InlineFilm[] = [];
  const parts: string[] = [];
  let done = 0;
  for (const { index } of text.matchAll(
    /\b(?:102,\s{0,9}116,\s{0,9}121,\s{0,9}112|26,\s{0,9}69,\s{0,9}223,\s{0,9}163),/g,
  )) {
    // Near, and read once: a hostile text may hold very many of these.
    const near = Math.max(done, index - 100);
    const open = near + text.slice(near, index).lastIndexOf('[');
    const close = open < near ? -1 : endOfNumbers(text, open + 1);
    if (close - open < minChars || films.length >= maxFilms) continue;
    const bytes = bytesOf(text, open + 1, close);
    if (bytes === null || !isFilmAt(bytes, 0)) continue;
    const before = /\{\s{0,40}(\\{0,3}")type\1\s?:\s{0,9}\1Buffer\1\s?,\s{0,40}\1data\1\s?:\s{0,9}$/.exec(
      text.slice(Math.max(done, open - 200), open),
    );
    const behind = before === null ? null : /^\s{0,40}\}/.exec(text.slice(close + 1, close + 42));
    const begin = behind === null ? open : open - (before?.[0].length ?? 0);
    const film = filmOf(bytes);
    const quote = before?.[1] ?? /(\\{0,3}")\s?:\s{0,9}$/.exec(text.slice(Math.max(0, open - 20), open))?.[1] ?? '"';
    films.push(film);
    parts.push(text.slice(done, begin), quote, inlineFilmLink(film.sha256), quote);
    done = close + 1 + (behind?.[0].length ?? 0);
  }
  return films.length === 0 ? null : { text: parts.join('') + text.slice(done), films };
}

/** A form has no quotes: what stands between the ampersands is looked at, with its signs written out. */
function cutForm(text: string, relays: number): CutBody {
  const films: InlineFilm[] = [];
  const pairs = text.split('&').map((pair) => {
    if (pair.length <= minChars || films.length >= maxFilms) return pair;
    const at = pair.indexOf('=') + 1;
    const value = signsIn(pair.slice(at));
    // A plus that was not written out is one of base64, whatever forms make of it elsewhere.
    const cut = replacementFor(value, relays);
    if (cut === null) return pair;
    films.push(...cut.films);
    return pair.slice(0, at) + encodeURIComponent(cut.text);
  });
  return { text: pairs.join('&'), films };
}

/** What stands for the signs of base64 and of a data URI where only letters may. */
function signsIn(written: string): string {
  return written.replace(/%(?:2[05bBcCfF]|3[aAbBdD]|0[aAdD])/g, (code) => {
    const sign = String.fromCharCode(parseInt(code.slice(1), 16));
    return /\s/.test(sign) ? '' : sign;
  });
}

/** `data:video/webm;codecs=vp8,opus;base64,`, as browsers write it: what has commas itself ends at the last of its names. */
const base64Uri = /^data:([\w.+-]{1,60}\/[\w.+-]{1,60})(?:;[\w.+-]{1,60}(?:=[^;"<>]{0,80})?){0,4};base64,/i;
const dataUri = /^data:([\w.+-]{1,60}\/[\w.+-]{1,60})?(?:;[\w.+-]{1,60}(?:=[\w.+"'-]{0,60})?){0,4},/i;

const base64Begins = /;base64,/i;
/** Quotes inside a data URI, as they stand in JSON, would end it; nobody needs what is between them. */
const quotedParts = /(data:video\/[\w.+-]{1,60})(?:;\s?[\w-]{1,20}=\\{1,3}"[^"\\]{0,80}\\{1,3}")+/gi;

/** @param value What stands between two quotes, as it stands there. */
function replacementFor(value: string, relays: number): CutBody | null {
  // The end of a string inside a string has its own backslashes before the quote.
  const tail = /\\{0,16}$/.exec(value)?.[0] ?? '';
  const whole = value.slice(0, value.length - tail.length);
  const begins = whole.slice(0, 256).replaceAll('\\/', '/');
  const inBase64 = base64Uri.exec(begins);
  const head = inBase64 ?? dataUri.exec(begins);
  const written =
    head === null
      ? whole
      : inBase64 === null
        ? whole.slice(whole.indexOf(',') + 1)
        : signsIn(whole.slice(whole.search(base64Begins) + 8).trimStart());
  const type = head?.[1] ?? '';
  const bytes = filmIn(written, /^video\//i.test(type));
  if (bytes !== null) {
    const film = filmOf(bytes);
    return { text: inlineFilmLink(film.sha256) + tail, films: [film] };
  }
  if (head === null && packedMarks.some((mark) => whole.startsWith(mark))) {
    const packed = cutPacked(whole, relays);
    return packed === null ? null : { ...packed, text: packed.text + tail };
  }
  if (head === null || whole.length <= keptDataUriChars || !(base64.isWhole(written) || escaped.isWhole(written)))
    return null;
  return { text: `data:${type};base64,[cut: ${String(written.length)} characters]${tail}`, films: [] };
}

/** A body in base64 that holds films, packed again without them; `null` for others. */
function cutPacked(written: string, relays: number): CutBody | null {
  if (relays >= maxRelays || !base64.isWhole(written)) return null;
  const { text, films } = cutInlineFilms(base64.bytes(written).toString('utf8'), relays + 1);
  return films.length === 0 ? null : { text: Buffer.from(text).toString('base64'), films };
}

/**
 * The film that is written there; `null` where it is none.
 * @param isCalledFilm What is said to be a film is one, whatever it begins with: what it lacks is told behind it.
 */
function filmIn(written: string, isCalledFilm: boolean): Buffer | null {
  const { isWhole, bytes } =
    isCalledFilm && /^[^%]{0,64}%[\da-f]{2}/i.test(written)
      ? escaped
      : /^(?:[\da-f]{8}66747970|1a45dfa3)[\da-f]/i.test(written)
        ? hexadecimal
        : base64;
  const head = bytes(written.slice(0, 3 * 64));
  const isFilm = isFilmAt(head, 0) || (isCalledFilm && !mayMove(head));
  if ((!isFilm && !mayMove(head)) || !isWhole(written)) return null;
  const film = bytes(written);
  return isFilm || isMoving(film) ? film : null;
}

function filmOf(bytes: Buffer): InlineFilm {
  return { sha256: hash('sha256', bytes), sizeBytes: bytes.length, bytes: () => bytes };
}
