const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** More than any claim, policy or packed message has, in characters. */
const maxLength = 256 * 1024;

/** The UTF-8 text that base64 or base64url stands for, with or without its end; `null` where it stands for none. */
export function textOfBase64(base64: string): string | null {
  const plain = base64.trim().replaceAll('-', '+').replaceAll('_', '/').replace(/=+$/, '');
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
