/** What is asked of providers, by whomever: their APIs, the account at kie.ai, and the inputs that are uploaded to them. */
import type { Config } from '../config.ts';
import type { Fetch } from '../outgoing/outgoing.ts';
import { createKieAccount, type KieAccount } from '../provider-api/kie-account.ts';
import { kieAccount } from '../provider-api/kie-apis.ts';
import { createProviderClient, type ProviderClient } from '../provider-api/provider-client.ts';
import { createSources, type Sources, type SourcesPorts } from '../submissions/sources.ts';
import type { Clock } from '../clock.ts';

export interface ProviderSidePorts extends Pick<SourcesPorts, 'durationOf' | 'uploading'> {
  readonly config: Pick<Config, 'apiBases'>;
  readonly secret: (name: string) => string | null;
  readonly clock: Clock;
  /** Default: without a proxy. */
  readonly fetch?: Fetch;
  readonly timeoutMs?: number;
}

export interface ProviderSide {
  readonly client: ProviderClient;
  readonly kie: KieAccount;
  readonly sources: Sources;
}

export function createProviderSide(ports: ProviderSidePorts): ProviderSide {
  const { clock, durationOf, uploading } = ports;
  const client = createProviderClient({
    key: ports.secret,
    bases: ports.config.apiBases,
    clock,
    ...(ports.fetch === undefined ? {} : { fetch: ports.fetch }),
    ...(ports.timeoutMs === undefined ? {} : { timeoutMs: ports.timeoutMs }),
  });
  const kie = createKieAccount(client, clock);
  const sources = createSources({
    upload: (provider) =>
      client.api(provider)?.account === kieAccount
        ? (file, sizeBytes, progress) => kie.upload(file, sizeBytes, progress)
        : null,
    uploading,
    durationOf,
    now: () => clock.date().getTime(),
  });
  return { client, kie, sources };
}
