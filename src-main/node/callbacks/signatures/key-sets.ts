/** Where providers publish the keys to their signatures. Never from an address that stands in a request. */
import type { Fetch } from '../../outgoing/outgoing.ts';
import { fetchJwksFrom } from './fetch-jwks.ts';
import { createJwksCache } from './jwks-cache.ts';
import type { FetchJwks, KeySetName } from './verdict.ts';

export const keySetUrls: Readonly<Record<KeySetName, string>> = {
  fal: 'https://rest.fal.ai/.well-known/jwks.json',
  atlas: 'https://api.atlascloud.ai/api/v1/webhooks/jwks.json',
  gemini: 'https://generativelanguage.googleapis.com/.well-known/jwks.json',
};

export function createKeySets(fetch: Fetch, now: () => Date): (name: KeySetName) => FetchJwks {
  const cacheOf = (name: KeySetName): FetchJwks =>
    createJwksCache({ fetchJson: (signal) => fetchJwksFrom(keySetUrls[name], fetch, signal), now });
  const sets: Readonly<Record<KeySetName, FetchJwks>> = {
    fal: cacheOf('fal'),
    atlas: cacheOf('atlas'),
    gemini: cacheOf('gemini'),
  };
  return (name) => sets[name];
}
