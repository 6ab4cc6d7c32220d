/** The bytes of a body as text: UTF-8 unless the body or its header says otherwise. */
import { isUtf8 } from 'node:buffer';

export interface BodyText {
  readonly text: string;
  /** False where bytes were lost on the way to text, so that only the bytes themselves can be kept. */
  readonly isWhole: boolean;
}

export function bodyText(bytes: Buffer, contentType: string | null): BodyText {
  const isUtf = isUtf8(bytes);
  const label = byMark(bytes) ?? byZeros(bytes) ?? (isUtf ? null : charsetOf(contentType));
  const decoder = label === null ? null : decoderFor(label);
  if (decoder !== null) {
    const text = decoder.decode(bytes);
    // A line break behind UTF-16 may have been written as one byte.
    return { text: text.replace(/\n?\ufffd$/, ''), isWhole: !text.includes('\ufffd') };
  }
  return { text: bytes.toString('utf8'), isWhole: isUtf };
}

function byMark(bytes: Buffer): string | null {
  if (isTextOfFours(bytes) && bytes.readUInt32LE(0) === 0xfeff) return 'utf-32le';
  if (isTextOfFours(bytes) && bytes.readUInt32BE(0) === 0xfeff) return 'utf-32be';
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return isTextOfPairs(bytes) ? 'utf-16le' : null;
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return isTextOfPairs(bytes) ? 'utf-16be' : null;
  return null;
}

function isTextOfPairs(bytes: Buffer): boolean {
  return bytes.length > 2;
}

function isTextOfFours(bytes: Buffer): boolean {
  return bytes.length >= 8 && bytes.length % 4 === 0;
}

/** JSON begins with two ASCII characters, so UTF-16 and UTF-32 without a mark show by their zeros. */
function byZeros(bytes: Buffer): string | null {
  if (isTextOfFours(bytes)) {
    const isAscii = (code: number): boolean => code > 0 && code < 0x80;
    if (isAscii(bytes.readUInt32LE(0)) && isAscii(bytes.readUInt32LE(4))) return 'utf-32le';
    if (isAscii(bytes.readUInt32BE(0)) && isAscii(bytes.readUInt32BE(4))) return 'utf-32be';
  }
  if (bytes.length < 4 || !isTextOfPairs(bytes)) return null;
  if (bytes[0] !== 0 && bytes[1] === 0 && bytes[3] === 0) return 'utf-16le';
  return bytes[0] === 0 && bytes[1] !== 0 && bytes[2] === 0 ? 'utf-16be' : null;
}

function charsetOf(contentType: string | null): string | null {
  return /charset="?([\w-]{2,40})/i.exec(contentType ?? '')?.[1] ?? null;
}

function decoderFor(label: string): { decode(bytes: Buffer): string } | null {
  if (label === 'utf-32le' || label === 'utf-32be') return { decode: (bytes) => textOfFours(bytes, label) };
  try {
    const decoder = new TextDecoder(label);
    return decoder.encoding === 'windows-1252' ? { decode: (bytes) => westernText(decoder.decode(bytes)) } : decoder;
  } catch {
    return null; // a name that nobody knows
  }
}

const western = '€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9dž\x9f';

/** What the decoders of some versions of Node take for control characters: they read Latin-1. */
function westernText(text: string): string {
  return text.replace(/[\x80-\x9f]/g, (sign) => western[sign.charCodeAt(0) - 0x80] ?? sign);
}

/** UTF-32, which the platform has no decoder for. */
function textOfFours(bytes: Buffer, label: 'utf-32le' | 'utf-32be'): string {
  const codes: string[] = [];
  for (let at = 0; at < bytes.length; at += 4) {
    const code = label === 'utf-32le' ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at);
    const isCharacter = code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
    codes.push(isCharacter ? String.fromCodePoint(code) : '\ufffd');
  }
  return codes.join('').replace(/^\ufeff/, '');
}
