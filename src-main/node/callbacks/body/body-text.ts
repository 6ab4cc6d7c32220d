/** The bytes of a body as text: UTF-8 unless the body or its header says otherwise. */
import { isUtf8 } from 'node:buffer';

export interface BodyText {
  readonly text: string;
  /** False where bytes were lost on the way to text, so that only the bytes themselves can be kept. */
  readonly isWhole: boolean;
}

export function bodyText(bytes: Buffer, contentType: string | null): BodyText {
  const label = byMark(bytes) ?? byZeros(bytes) ?? (isUtf8(bytes) ? null : charsetOf(contentType));
  const decoder = label === null ? null : decoderFor(label);
  if (decoder !== null) return { text: decoder.decode(bytes), isWhole: true };
  return { text: bytes.toString('utf8'), isWhole: isUtf8(bytes) };
}

function byMark(bytes: Buffer): string | null {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return isTextOfPairs(bytes) ? 'utf-16le' : null;
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return isTextOfPairs(bytes) ? 'utf-16be' : null;
  return null;
}

function isTextOfPairs(bytes: Buffer): boolean {
  return bytes.length > 2 && bytes.length % 2 === 0;
}

/** JSON begins with two ASCII characters, so UTF-16 without a mark shows by its zeros. */
function byZeros(bytes: Buffer): string | null {
  if (bytes.length < 4 || !isTextOfPairs(bytes)) return null;
  if (bytes[0] !== 0 && bytes[1] === 0 && bytes[3] === 0) return 'utf-16le';
  return bytes[0] === 0 && bytes[1] !== 0 && bytes[2] === 0 ? 'utf-16be' : null;
}

function charsetOf(contentType: string | null): string | null {
  return /charset="?([\w-]{2,40})/i.exec(contentType ?? '')?.[1] ?? null;
}

function decoderFor(label: string): { decode(bytes: Uint8Array): string } | null {
  try {
    return new TextDecoder(label);
  } catch {
    return null; // a name that nobody knows
  }
}
