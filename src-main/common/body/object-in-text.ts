/** What a text is that was written for the way: JSON, packed or with its signs written out, or a link. */
import { textOfPacked } from '../base64.ts';
import type { InTurns } from '../in-turns.ts';
import { tooMuch } from '../providers/loose-json.ts';
import { parseBodyInTurns } from '../providers/parse-body.ts';

/** The value of JSON, also of what is almost JSON; `null` where it is neither, and why where it is more than anybody's. */
export function* parsedInTurns(text: string): InTurns<{ readonly value: unknown } | 'too-much' | null> {
  try {
    return { value: yield* parseBodyInTurns(text) };
  } catch (error) {
    return error === tooMuch ? 'too-much' : null;
  }
}

/** An object or a list. */
export function* objectIn(text: string): InTurns<object | null> {
  const json = /^\s*[{[]/.test(text) ? yield* parsedInTurns(text) : null;
  return json !== null && json !== 'too-much' && typeof json.value === 'object' ? json.value : null;
}

/**
 * A JSON object in base64 or hexadecimal digits, or a token that holds one (JWT), for what carries the whole body; in other
 * fields it is something of the caller's.
 */
export function* unpacked(text: string): InTurns<object | null> {
  const claims = text.startsWith('ey') ? /^[\w-]+\.([\w-]+)\.[\w-]*$/.exec(text)?.[1] : undefined;
  return yield* objectIn(textOfPacked(claims ?? text) ?? '');
}

/** The JSON whose signs were written out, once or again and again. */
export function* writtenOut(text: string): InTurns<object | null> {
  let written = text;
  for (let times = 0; times < 3 && /^%(?:25)*(?:7b|5b)/i.test(written); times++) written = decode(written);
  return written === text ? null : yield* objectIn(written);
}

/** A name or a value of a form; a sign that is not written out rightly stays as it stands. */
export function decode(text: string): string {
  // To replace four million of them takes a second.
  const spaced = text.split('+').join(' ');
  return decoded(spaced) ?? spaced.replace(writtenSigns, (signs) => decoded(signs) ?? signs);
}

/** Signs of UTF-8; what stands between them is of another charset, or no sign at all. */
const writtenSigns =
  /(?:%[0-7][\da-f]|%[cd][\da-f]%[89ab][\da-f]|%e[\da-f](?:%[89ab][\da-f]){2}|%f[0-4](?:%[89ab][\da-f]){3})+/gi;

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}

/** Nothing but a link. */
export function isLink(text: string): boolean {
  return /^https?:\/\/\S{1,8000}$/i.test(text);
}
