/** A form as text, `id=t1&status=done`, as its names and values. */
import { unsignedLink } from '../links.ts';
import type { Field } from './form-value.ts';
import { decode } from './object-in-text.ts';

/** Wider than any sender goes; a hostile form costs no more than this. */
export const maxFields = 512;
/** More than any store signs a link with. */
const mostSigning = 12;
/** So many links are looked at; each costs as much as all the rest of a form. */
const mostLinks = 8;

export function formFields(text: string): readonly Field[] {
  const given = text.replace(/^[?&]/, '');
  // As queries were once divided.
  const sign = !given.includes('&') && /^(?:[^=;]{1,200}=[^;]*;)+[^=;]{1,200}=[^;]*;?$/.test(given) ? ';' : '&';
  const pairs = given.split(sign, maxFields).filter((pair) => pair !== '');
  const fields: Field[] = [];
  let links = 0;
  for (let at = 0; at < pairs.length; at++) {
    const [name, written] = dividedAt(pairs[at] ?? '');
    if (!isBareLink(written) || links >= mostLinks) {
      fields.push([decode(name), decode(written)]);
      continue;
    }
    links += 1;
    const behind = pairs.slice(at + 1, at + 1 + mostSigning);
    const taken = signingOf(written, behind);
    fields.push([decode(name), [written, ...behind.slice(0, taken)].join('&')]);
    at += taken;
  }
  return fields;
}

function dividedAt(pair: string): Field {
  const at = pair.indexOf('=');
  return at < 0 ? [pair, ''] : [pair.slice(0, at), pair.slice(at + 1)];
}

/** A link with a query that was put into the form as it is: what is written out in it is the link's own. */
function isBareLink(written: string): boolean {
  return /^https?:\/\/[^?\s]{1,4000}\?[^=\s]{1,200}=/i.test(written) && !/%2[56]/.test(written);
}

/** What alone signs a link. */
const proof = /^(?:(?:x-\w{3,4}-|q-|x-)?signature|sig|sign|token|auth_key|_jwt)=/i;

/** How many of the fields behind such a link are its own: what it is signed with, and would not open without. */
function signingOf(link: string, behind: readonly string[]): number {
  const files = new Set([unsignedLink(link), unsignedLink(link.replace(/\?.*/s, ''))]);
  let isSigned = link.split(/[?&]/).some((pair) => proof.test(pair));
  // One more signature is that of the form.
  const ofForm = behind.findIndex((pair) => {
    if (!proof.test(pair)) return false;
    const isSecond = isSigned;
    isSigned = true;
    return isSecond;
  });
  for (let count = ofForm < 0 ? behind.length : ofForm; count > 0; count--) {
    if (files.has(unsignedLink([link, ...behind.slice(0, count)].join('&')))) return count;
  }
  return 0;
}
