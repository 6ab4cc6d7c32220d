/** What a text is that was written for the way: JSON, packed or with its signs written out, or a link. */
import { textOfPacked } from '../base64.ts';
import type { InTurns } from '../in-turns.ts';
import { tooMuch } from '../providers/loose-json.ts';
import { parseBody, parseBodyInTurns } from '../providers/parse-body.ts';

/** The value of JSON, also of what is almost JSON; `null` where it is neither. */
function parsed(text: string): { readonly value: unknown } | null {
  try {
    return { value: parseBody(text) };
  } catch {
    return null;
  }
}

/** The same for what may be long, where it says too why it is `null`. */
export function* parsedInTurns(text: string): InTurns<{ readonly value: unknown } | 'too-much' | null> {
  try {
    return { value: yield* parseBodyInTurns(text) };
  } catch (error) {
    return error === tooMuch ? 'too-much' : null;
  }
}

/** An object or a list. */
export function objectIn(text: string): object | null {
  const json = /^\s*[{[]/.test(text) ? parsed(text) : null;
  return json !== null && typeof json.value === 'object' ? json.value : null;
}

/**
 * A JSON object in base64 or hexadecimal digits, or a token that holds one (JWT), for what carries the whole body; in other
 * fields it is something of the caller's.
 */
export function unpacked(text: string): object | null {
  const claims = text.startsWith('ey') ? /^[\w-]+\.([\w-]+)\.[\w-]*$/.exec(text)?.[1] : undefined;
  return objectIn(textOfPacked(claims ?? text) ?? '');
}

/** The JSON whose signs were written out, once or again and again. */
export function writtenOut(text: string): object | null {
  let written = text;
  for (let times = 0; times < 3 && /^%(?:25)*(?:7b|5b)/i.test(written); times++) written = decode(written);
  return written === text ? null : objectIn(written);
}

/** A name or a value of a form; what is not written out rightly stays as it stands. */
export function decode(text: string): string {
  const spaced = text.replaceAll('+', ' ');
  try {
    return decodeURIComponent(spaced);
  } catch {
    return spaced;
  }
}

/** Nothing but a link. */
export function isLink(text: string): boolean {
  return /^https?:\/\/\S{1,8000}$/i.test(text);
}
