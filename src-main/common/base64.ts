import { trimmedEnd } from './trim.ts';

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const none = 0xff;
/** By the code of a letter; base64url writes the last two otherwise. */
const values = new Uint8Array(256).fill(none);
for (let index = 0; index < 64; index++) values[letters.charCodeAt(index)] = index;
values['-'.charCodeAt(0)] = 62;
values['_'.charCodeAt(0)] = 63;

/** As much as a body may have, in characters. */
const maxLength = 6 * 1024 * 1024;

/** The UTF-8 text that base64 or base64url stands for, with or without its end, also in lines; `null` where it stands for none. */
export function textOfBase64(base64: string): string | null {
  if (base64.length > maxLength) return null;
  const plain = trimmedEnd(base64.replace(/\s+/g, ''), '=');
  if (plain === '') return null;
  const bytes = new Uint8Array(Math.floor((plain.length * 3) / 4));
  let [length, bits, held] = [0, 0, 0];
  for (let at = 0; at < plain.length; at++) {
    const value = values[plain.charCodeAt(at)] ?? none;
    if (value === none) return null;
    held = ((held << 6) | value) & 0xffff;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes[length++] = (held >> bits) & 0xff;
  }
  return textOfUtf8(bytes);
}

/** Many at a time, and not so many that they are too many arguments. */
const unitsAtOnce = 4096;

/** `null` where the bytes are no UTF-8. */
function textOfUtf8(bytes: Uint8Array): string | null {
  const parts: string[] = [];
  let units: number[] = [];
  for (let at = 0; at < bytes.length;) {
    const first = bytes[at++] ?? 0;
    // How many follow, and the least that may be written with so many.
    const [more, least] = first < 0x80 ? [0, 0] : first < 0xe0 ? [1, 0x80] : first < 0xf0 ? [2, 0x800] : [3, 0x10000];
    let point = more === 0 ? first : first & (0x3f >> more);
    for (let n = 0; n < more; n++) {
      const next = bytes[at++] ?? 0;
      if ((next & 0xc0) !== 0x80) return null;
      point = (point << 6) | (next & 0x3f);
    }
    if (
      point < least ||
      point > 0x10ffff ||
      (point >= 0xd800 && point < 0xe000) ||
      (first & 0xc0) === 0x80 ||
      first > 0xf4
    )
      return null;
    if (point < 0x10000) units.push(point);
    else units.push(0xd7c0 + (point >> 10), 0xdc00 + (point & 0x3ff));
    if (units.length < unitsAtOnce) continue;
    parts.push(String.fromCharCode(...units));
    units = [];
  }
  return parts.join('') + String.fromCharCode(...units);
}

/**
 * The same of an object that was packed for the way: in base64, or in hexadecimal digits as databases and scripts print
 * bytes (`0x7b22…`, `\\x7b22…`); `null` where it does not begin as one.
 */
export function textOfPacked(packed: string): string | null {
  if (/^(?:eyJ|eyA|ewo|ewk|ew0|W3s)/.test(packed)) return textOfBase64(packed);
  const hex = /^(?:0x|\\x)?((?:7b|5b)[\da-f]+)$/i.exec(packed)?.[1];
  return hex === undefined ? null : textOfHex(hex);
}

function textOfHex(hex: string): string | null {
  if (hex.length % 2 !== 0 || hex.length > 2 * maxLength) return null;
  const bytes = new Uint8Array(hex.length / 2);
  for (let at = 0; at < hex.length; at += 2) {
    bytes[at / 2] = (digitOf(hex.charCodeAt(at)) << 4) | digitOf(hex.charCodeAt(at + 1));
  }
  return textOfUtf8(bytes);
}

/** @param code of a hexadecimal digit, large or small. */
function digitOf(code: number): number {
  return code <= 0x39 ? code - 0x30 : (code | 0x20) - 0x57;
}
