/** Which secrets there are, by their short names. */
import { InboxError } from '../../common/errors.ts';
import { providers } from '../../common/providers/catalog.ts';
import { secretTexts } from '../../common/texts/en-secrets.ts';
import { apiKeyNames } from '../provider-api/api-table.ts';

export const ngrokSecret = 'NGROK_AUTHTOKEN';

/** ngrok's token, the providers' signing secrets, and the keys with which providers are asked. */
export const secretNames: readonly string[] = [
  ...new Set([
    ngrokSecret,
    ...providers.flatMap(({ secretName }) => secretName ?? []),
    ...apiKeyNames,
    'HOOK',
    'TWIN_TOKEN',
  ]),
];

/** @returns the short name that was meant: in any case, with dashes, or as its environment variable; else `null`. */
export function secretNameOf(word: string): string | null {
  const name = word
    .trim()
    .toUpperCase()
    .replaceAll('-', '_')
    .replace(/^VIDEO_INBOX_SECRET_/, '');
  return secretNames.includes(name) ? name : null;
}

/** Two at a time may stand there. A header takes nothing else, and an order with such a key would end in doubt, unsent. */
const isOneWordEach = (value: string): boolean => value.split(',').every((each) => /^[\x21-\x7e]*$/.test(each.trim()));

/** @throws InboxError for what cannot be a key: two lines, `Bearer …`, signs that a text program put in. */
export function needKey(name: string, value: string): void {
  if (apiKeyNames.includes(name) && !isOneWordEach(value.trim()))
    throw new InboxError('bad-request', secretTexts.noKey(name));
}
