/** A form in parts (multipart) as its names and values. */
import { textOfBase64 } from '../base64.ts';
import { isInlineLink } from '../inline-film.ts';
import { maxFields } from './form-fields.ts';
import type { Field } from './form-value.ts';
import { decode } from './object-in-text.ts';

/** @returns `null` where this is no multipart body. */
export function multipartFields(text: string, contentType: string): readonly Field[] | null {
  const named = /boundary="?([^";]{1,200})"?/i.exec(contentType)?.[1]?.trim();
  const seen = /^--([\w'()+,./:=?-]{1,70})\r?\n/.exec(text)?.[1];
  const boundary = named !== undefined && text.includes(`--${named}`) ? named : seen;
  if (boundary === undefined) return null;
  const fields: Field[] = [];
  for (const part of text.split(`--${boundary}`, maxFields + 2)) {
    const [whole, head = ''] = /^\r?\n((?:[^\r\n]{1,2000}\r?\n){1,16})\r?\n/.exec(part) ?? [];
    if (whole === undefined) continue;
    const held = unpackedPart(head, part.slice(whole.length).replace(/\r?\n$/, ''));
    // A part of a message, not of a form, has a type in place of a name.
    const isJson = /content-type:[^\r\n]{0,80}json/i.test(head);
    const name = nameIn(head) ?? (isJson ? 'payload' : isInlineLink(held) ? 'video' : null);
    if (name !== null) fields.push([name, held]);
  }
  return fields.length === 0 ? null : fields;
}

/** Also where its signs are written out: `name*=UTF-8''task_id` (RFC 5987). */
function nameIn(head: string): string | null {
  const name = /;\s{0,8}name\s{0,8}=\s{0,8}"?([^"\r\n;]{0,200})"?/i.exec(head)?.[1];
  if (name !== undefined) return name.trim();
  const written = /;\s{0,8}name\*\s{0,8}=\s{0,8}"?[\w-]{0,40}'[\w-]{0,40}'([^"\s;]{1,400})/i.exec(head)?.[1];
  return written === undefined ? null : decode(written.replaceAll('+', '%2B'));
}

/** No sign that it writes: of a sender that only says so, as the query of a link has them. Nor does a form hold control characters. */
const notPacked = /=(?!0[9AD]|[2-9A-F][\dA-F]|[ \t]{0,8}(?:\r?\n|$))/;

/** As letters are packed. */
function unpackedPart(head: string, held: string): string {
  const way = /content-transfer-encoding:\s{0,8}(base64|quoted-printable)/i.exec(head)?.[1]?.toLowerCase();
  if (way === 'base64') return textOfBase64(held) ?? held;
  if (way !== 'quoted-printable' || notPacked.test(held)) return held;
  return held.replace(/=[ \t]{0,8}\r?\n/g, '').replace(/(?:=[\dA-F]{2})+/g, (signs) => {
    const text = decode(signs.replaceAll('=', '%'));
    return text.includes('%') && !signs.includes('=25') ? signs : text;
  });
}
