/** Which secrets there are, by their short names. */
import { providers } from '../../common/providers/catalog.ts';
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
