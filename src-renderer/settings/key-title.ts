import { providerName, providers } from '../../src-main/common/providers/catalog.ts';
import { settingsTexts } from '../texts/texts.ts';

const words = settingsTexts.keys;

/** What a secret is called, by its short name such as `KIE_HMAC` or `FAL_API_KEY`. */
export function keyTitle(name: string): string {
  const known = words.names[name];
  if (known !== undefined) return known;
  const account = /^(.+)_API_KEY$/.exec(name)?.[1];
  if (account !== undefined) {
    // "Runway API API key".
    return words.api(providerName(account.toLowerCase().replaceAll('_', '-')).replace(/ API$/, ''));
  }
  return words.signing(providers.find(({ secretName }) => secretName === name)?.name ?? name);
}
