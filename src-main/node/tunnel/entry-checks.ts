/** What a person pastes: authtoken, domain, public URL. Each is cleaned up, or refused with a sentence. */
import { tunnelTextsEn } from '../../common/texts/en-tunnel.ts';
import type { Sentence } from '../../common/texts/sentence.ts';
import { trimmedEnd, trimmedOf } from '../../common/trim.ts';

export type Checked<T> =
  | ({ readonly ok: true } & T)
  | {
      readonly ok: false;
      /** A sentence with the next step; never repeats what was pasted. */ readonly problem: Sentence;
    };

/** The commands and settings lines of ngrok's own pages, in which people copy the authtoken. */
const wrappings = [
  /^\$?\s*ngrok(?:\.exe)?\s+(?:config\s+add-authtoken|authtoken)(?:\s+|$)/i,
  /^(?:export\s+|set\s+|\$env:)?NGROK_AUTHTOKEN\s*=\s*/i,
  /^authtoken\s*:\s*/i,
  /^--authtoken[=\s]\s*/i,
];
const quotes = '"\'`“”‘’;';

/**
 * An authtoken has the form FIRSTPART_SECONDPART. An API key has the same form, so only ngrok can tell the two apart
 * (then it answers 105 or 107).
 * @returns the authtoken without what was pasted around it. `warning` where its shape is unusual: ngrok decides.
 */
export function checkAuthtoken(
  text: string,
): Checked<{ readonly authtoken: string; readonly warning: Sentence | null }> {
  const refuse = (problem: Sentence): { ok: false; problem: Sentence } => ({ ok: false, problem });
  let rest = text.replace(/[\u200b-\u200d\u2060\ufeff]/g, '').trim();
  for (const wrapping of wrappings) rest = rest.replace(wrapping, '').trim();
  rest = trimmedOf(rest, quotes).trim();
  // A field and a terminal that show nothing are pasted into twice.
  const half = rest.slice(0, rest.length / 2);
  if (half.includes('_') && half + half === rest) rest = half;
  const words = tunnelTextsEn.authtoken;
  if (rest === '') return refuse(words.empty);
  if (/^https?:\/\//i.test(rest)) return refuse(words.link);
  if (/\s/.test(rest)) return refuse(words.spaces);
  if (/^(cr|ak|usr|ep|rd|sc)_[A-Za-z0-9]{20,}$/.test(rest)) return refuse(words.otherKind);
  if (/^(sk|pk|r8|gh[pousr]|xox[a-z]|AKIA)[-_]/.test(rest)) return refuse(words.otherService);
  if (!/^[A-Za-z0-9_-]+$/.test(rest)) return refuse(words.characters);
  if (rest.length < 8) return refuse(words.tooShort);
  if (rest.length > 200) return refuse(words.tooLong);
  return { ok: true, authtoken: rest, warning: /^[A-Za-z0-9]+$/.test(rest) ? words.v1 : null };
}

/** @returns the bare domain in lower case; `null` for an empty text, which means that ngrok chooses. */
export function checkDomain(text: string): Checked<{ readonly domain: string | null }> {
  const domain = trimmedEnd(text.trim().replace(/^https?:\/\//i, ''), '/').toLowerCase();
  if (domain === '') return { ok: true, domain: null };
  if (domain.startsWith('*')) return { ok: false, problem: tunnelTextsEn.domain.wildcard };
  const label = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?';
  const valid = domain.length <= 253 && new RegExp(`^(?:${label}\\.)+${label}$`).test(domain) && !/\.\d+$/.test(domain);
  return valid ? { ok: true, domain } : { ok: false, problem: tunnelTextsEn.domain.notADomain };
}
