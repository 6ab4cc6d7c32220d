/** What the first bytes of a file say it is. Servers' Content-Type headers are wrong too often to be asked. */
import type { FileHandle } from 'node:fs/promises';
import { fileTypeFromBuffer } from 'file-type';
import { movingPictures } from '../../common/model.ts';
import { readAt } from './read-at.ts';

export type Sniffed =
  | { readonly kind: 'video'; readonly container: string }
  | { readonly kind: 'image'; readonly extension: string }
  /** A page or message in place of a file. `excerpt`: its beginning on one line, for display; may be empty. */
  | { readonly kind: 'web-page' | 'json' | 'xml' | 'text'; readonly excerpt: string }
  /** A list of pieces for a player (m3u8, mpd). */
  | { readonly kind: 'playlist' }
  /** Some other file: `what` is its short name, e.g. `zip`. */
  | { readonly kind: 'other'; readonly what: string }
  | { readonly kind: 'unknown' };

/** So many bytes from the start decide; a file that is shorter is passed whole. */
export const sniffBytes = 4100;

const containers: Partial<Record<string, string>> = { m4v: 'mp4', mpg: 'mpg', mts: 'ts', f4v: 'mp4', m4a: 'mp4' };

/** @param start The first `sniffBytes` bytes of the file, or all of it. */
export async function sniff(start: Uint8Array): Promise<Sniffed> {
  const text = sniffText(start);
  if (text !== null) return text;
  const found = await fileTypeFromBuffer(start).catch(() => undefined);
  // QuickTime files from before `ftyp` begin with one of these boxes.
  const box = Buffer.from(start.subarray(4, 8)).toString('latin1');
  if (found === undefined) {
    if (['moov', 'mdat', 'wide', 'pnot'].includes(box)) return { kind: 'video', container: 'mov' };
    if (box === 'ftyp' || isFtypBehind(start)) return { kind: 'video', container: 'mp4' };
    return { kind: 'unknown' };
  }
  const { ext, mime } = found;
  if (mime.startsWith('video/') || ext === 'm4a' || ext === 'asf' || ext === 'mxf') {
    return { kind: 'video', container: containers[ext] ?? ext };
  }
  if (mime.startsWith('image/')) return { kind: 'image', extension: ext };
  // Of an Ogg the first stream is looked at, which may be the sound, or tell of the others (Skeleton).
  if (/^(?:og[gax]|opus|spx)$/.test(ext) && Buffer.from(start).includes('\x80theora', 0, 'latin1'))
    return { kind: 'video', container: 'ogv' };
  return { kind: 'other', what: ext };
}

/**
 * The format in which an image may turn out to move, which only its whole outline tells; `null` where it stands still. A PNG says
 * it before its first picture, but what is told of how that was made may fill these bytes.
 * @param start as it was sniffed
 */
export function movingFormat(found: Sniffed, start: Uint8Array): string | null {
  if (found.kind !== 'image') return null;
  if (movingPictures.has(found.extension)) return found.extension;
  return found.extension === 'png' && !Buffer.from(start).includes('IDAT') ? 'apng' : null;
}

/** As `sniff`, of a file that is open and is wanted for nothing else. */
export async function sniffAndClose(file: FileHandle): Promise<Sniffed> {
  try {
    return await sniff(await readAt(file, 0, sniffBytes));
  } finally {
    await file.close();
  }
}

/** Some put padding, or what they know of the file, in front. */
function isFtypBehind(start: Uint8Array): boolean {
  const bytes = Buffer.from(start.buffer, start.byteOffset, start.length);
  const length = bytes.length < 8 ? 0 : bytes.readUInt32BE(0);
  return (
    ['free', 'skip', 'uuid', 'styp'].includes(bytes.toString('latin1', 4, 8)) &&
    (length + 8 > sniffBytes || ['ftyp', 'moov'].includes(bytes.toString('latin1', length + 4, length + 8)))
  );
}

function sniffText(start: Uint8Array): Sniffed | null {
  const bytes = Buffer.from(start.buffer, start.byteOffset, Math.min(start.length, sniffBytes));
  const isUtf16 = bytes.length > 2 && bytes.readUInt16BE(0) === 0xfffe;
  if (bytes.length === 0 || (bytes.includes(0) && !isUtf16)) return null;
  const text = bytes
    .toString(isUtf16 ? 'utf16le' : 'utf8')
    .replace(/^\uFEFF/, '')
    .trimStart();
  if (text === '') return { kind: 'text', excerpt: '' };
  if (beginsAsManifest.test(text)) return { kind: 'playlist' };
  if (beginsAsPage.test(text)) {
    const title = /<title[^>]*>([^<]*)/i.exec(text)?.[1] ?? '';
    return { kind: 'web-page', excerpt: oneLine(title) };
  }
  if (text.startsWith('<svg')) return { kind: 'image', extension: 'svg' };
  if (text.startsWith('#EXTM3U')) return { kind: 'playlist' };
  if (text.startsWith('<')) {
    const message = /<Message>([^<]*)/i.exec(text)?.[1] ?? /<Code>([^<]*)/i.exec(text)?.[1] ?? '';
    return { kind: 'xml', excerpt: oneLine(message) };
  }
  if (/^[[{]\s*["{[\]}\d]/.test(text)) return { kind: 'json', excerpt: oneLine(text) };
  // Replacement characters mean that this was not UTF-8: some binary format without a zero byte near its start.
  if (text.slice(0, -4).includes('\uFFFD')) return null;
  return { kind: 'text', excerpt: oneLine(text) };
}

/** Packagers write their names in front. */
const beginsAsManifest = /^(?:<\?xml[^>]*>\s*)?(?:<!--(?:[^-]|-(?!->))*-->\s*)*<(?:MPD|SmoothStreamingMedia)[\s>]/;

/** Pages are often no more than what a person is to see. */
const beginsAsPage =
  /^(?:<!doctype html|<!--|<(?:html|head|body|script|style|meta|title|link|center|div|p|span|a|h[1-6]|table|iframe|br|b)(?![\w:-]))/i;

function oneLine(text: string): string {
  const line = text.replace(/[\p{C}\s]+/gu, ' ').trim();
  return line.length > 120 ? `${line.slice(0, 119)}…` : line;
}
