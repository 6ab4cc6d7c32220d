/** All provider APIs that can be asked, by provider. */
import { kieAccount, kieApis } from './kie-apis.ts';
import { otherApis } from './other-apis.ts';
import { keyNameOf, type ProviderApi } from './provider-api.ts';

export const providerApis: readonly ProviderApi[] = [...kieApis, ...otherApis];

const byProvider: ReadonlyMap<string, ProviderApi> = new Map(providerApis.map((api) => [api.provider, api]));

export function apiOf(provider: string): ProviderApi | null {
  return byProvider.get(provider) ?? null;
}

/** Names of all keys that ask and submit, kie.ai's first. */
export const apiKeyNames: readonly string[] = [
  ...new Set([keyNameOf(kieAccount), ...providerApis.map(({ account }) => keyNameOf(account))]),
];
