/** Bytes as texts write them: in base64, in hexadecimal, with their signs written out, as a list of numbers. */

/** One way to write bytes. */
export interface Writing {
  /** Whether all of the text is written so. */
  readonly isWhole: (text: string) => boolean;
  readonly bytes: (text: string) => Buffer;
}

export const base64: Writing = {
  /**
   * Some senders escape the slash, and some break lines, both as JSON does. There is one way to match each text, and no
   * step per character: else a film of a few MiB is more than the stack of a regular expression holds.
   */
  isWhole: (text) => /^[\w+/-]*(?:\\{1,16}[/nr][\w+/-]*)*(?:={1,2}(?:\\{1,16}[nr])*)?$/.test(text),
  bytes(text) {
    const plain = text.includes('\\') ? text.replace(/\\{1,16}[nr]/g, '').replace(/\\{1,16}\//g, '/') : text;
    return Buffer.from(plain, 'base64');
  },
};

export const hexadecimal: Writing = {
  isWhole: (text) => text.length % 2 === 0 && /^[\da-f]*$/i.test(text),
  bytes: (text) => Buffer.from(text, 'hex'),
};

/** As `encodeURIComponent` and its like write them: a byte for each `%7f` and each other sign. */
export const escaped: Writing = {
  isWhole: (text) => /^[!#-[\]-~]*$/.test(text),
  bytes(text) {
    const bytes = Buffer.allocUnsafe(text.length);
    let length = 0;
    for (let at = 0; at < text.length; at += 1) {
      const code = text.charCodeAt(at);
      const written = code === 0x25 ? parseInt(text.slice(at + 1, at + 3), 16) : NaN;
      bytes[length++] = Number.isNaN(written) ? code : written;
      if (!Number.isNaN(written)) at += 2;
    }
    return bytes.subarray(0, length);
  },
};

/** Where the list ends; -1 where anything but numbers, commas and blanks is in it. */
export function endOfNumbers(text: string, from: number): number {
  let at = from;
  for (let code = text.charCodeAt(at); code <= 0x20 || code === 0x2c || (code >= 0x30 && code <= 0x39);)
    code = text.charCodeAt((at += 1));
  return text[at] === ']' ? at : -1;
}

/** `null` where a number is none of a byte. */
export function bytesOf(text: string, from: number, to: number): Buffer | null {
  const bytes = Buffer.allocUnsafe(Math.ceil((to - from) / 2));
  let length = 0;
  let number = -1;
  for (let at = from; at <= to; at += 1) {
    const code = at === to ? 0x2c : text.charCodeAt(at);
    if (code >= 0x30 && code <= 0x39) number = Math.max(0, number) * 10 + code - 0x30;
    else if (code === 0x2c) {
      if (number < 0 || number > 255) return null;
      bytes[length++] = number;
      number = -1;
    }
  }
  return bytes.subarray(0, length);
}
