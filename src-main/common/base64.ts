import { trimmedEnd } from './trim.ts';

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** More than any claim, policy or packed message has, in characters. */
const maxLength = 256 * 1024;

/** The UTF-8 text that base64 or base64url stands for, with or without its end, also in lines; `null` where it stands for none. */
export function textOfBase64(base64: string): string | null {
  const plain = trimmedEnd(base64.replace(/\s+/g, '').replaceAll('-', '+').replaceAll('_', '/'), '=');
  if (plain === '' || plain.length > maxLength || !/^[A-Za-z\d+/]+$/.test(plain)) return null;
  const escaped: string[] = [];
  let bits = 0;
  let held = 0;
  for (const letter of plain) {
    held = ((held << 6) | letters.indexOf(letter)) & 0xffff;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    escaped.push(`%${((held >> bits) & 0xff).toString(16).padStart(2, '0')}`);
  }
  try {
    return decodeURIComponent(escaped.join(''));
  } catch {
    return null;
  }
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
  try {
    return decodeURIComponent(hex.replace(/../g, '%$&'));
  } catch {
    return null;
  }
}
