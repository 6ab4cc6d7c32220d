/** How the APIs of providers are reached: whose they are, where they lie, with which key, and how often they are called. */
import { trimmedEnd } from '../../common/trim.ts';
import type { Clock } from '../clock.ts';
import { withoutProxy, type Fetch } from '../outgoing/outgoing.ts';
import { faultIn, type Answered } from './api-faults.ts';
import { createAccountRests } from './account-rests.ts';
import { apiOf, providerApis } from './api-table.ts';
import { callApi } from './call-api.ts';
import { createCallGate, type CallGate } from './call-gate.ts';
import { ApiFault, keyNameOf, type ApiCall, type ProviderApi } from './provider-api.ts';

export interface ApiAccessPorts {
  /** By short name, e.g. `KIE_API_KEY`. */
  readonly key: (name: string) => string | null;
  /** Other addresses than the usual ones, by provider or account in lower case (`kie`, `replicate`, `kie-upload`). */
  readonly bases: ReadonlyMap<string, string>;
  readonly clock: Clock;
  /** For one call; default 30 s. */
  readonly timeoutMs?: number;
  readonly fetch?: Fetch;
}

export interface CallLimit {
  readonly calls: number;
  readonly perMs: number;
  readonly marginMs?: number;
}

export interface ApiAccess {
  readonly fetch: Fetch;
  /** For one call. */
  readonly timeoutMs: number;
  /** @throws ApiFault `no-api` */
  readonly need: (provider: string) => ProviderApi;
  /** Without a slash at its end. */
  readonly baseOf: (api: ProviderApi) => string;
  /** Where calls that concern an account go: wherever one of its APIs was sent, for a gateway stands before all of them. */
  readonly baseOfAccount: (account: string) => string | undefined;
  /** Whether the stored key is of the older kind that the provider still takes. */
  readonly hasOlderKey: (api: ProviderApi) => boolean;
  /** @throws ApiFault `no-key`, or `bad-key` where no header takes it */
  readonly keyHeaders: (api: ProviderApi) => Record<string, string>;
  /** What a file at this address needs to be opened: the key, where it lies with a provider that asks for it. */
  readonly fileHeaders: (url: URL) => Readonly<Record<string, string>>;
  /** Resolves once it may be called again under that name. */
  readonly pass: (name: string, limit: CallLimit, signal?: AbortSignal) => Promise<void>;
  /** In so many ms the account may be asked again, whose provider wants to be left alone; 0 = at any time. */
  readonly restMs: (account: string) => number;
  /**
   * Asks, which costs nothing.
   * @param call default: a GET
   * @returns the body
   * @throws ApiFault; `rate-limited` and not `wasAsked` while the account rests
   */
  readonly askOnce: (
    api: ProviderApi,
    url: URL,
    call: ApiCall | null,
    taskId: string,
    signal?: AbortSignal,
  ) => Promise<unknown>;
}

const defaultTimeoutMs = 30_000;
export const asksAtOnce: CallLimit = { calls: 10, perMs: 1000 };

/** The body of an answer. @throws ApiFault where the answer is none. */
export async function checked(api: ProviderApi, answer: Promise<Answered>): Promise<unknown> {
  const answered = await answer;
  const fault = faultIn(answered, api);
  if (fault !== null) throw fault;
  return answered.body;
}

export function createApiAccess({
  key,
  bases,
  clock,
  timeoutMs = defaultTimeoutMs,
  fetch = withoutProxy.fetch,
}: ApiAccessPorts): ApiAccess {
  const gates = new Map<string, CallGate>();
  const baseOf = (api: ProviderApi): string => bases.get(api.provider) ?? bases.get(api.account) ?? api.base;
  const keyOf = (api: ProviderApi): string | null => key(keyNameOf(api.account))?.split(',')[0]?.trim() || null;
  const hasOlderKey = (api: ProviderApi): boolean => api.olderKey?.isOne(keyOf(api) ?? '') === true;

  function keyHeaders(api: ProviderApi): Record<string, string> {
    const stored = keyOf(api);
    if (stored === null) throw new ApiFault('no-key');
    const value = hasOlderKey(api) ? api.olderKey?.token(stored, clock.date().getTime()) : stored;
    const header = `${api.auth.prefix}${value ?? stored}`;
    // No header takes it: the call would fail as if it had broken off on its way, and an order would be in doubt.
    if (/[^\t\x20-\x7e\x80-\xff]/.test(header)) throw new ApiFault('bad-key');
    return { [api.auth.header]: header };
  }

  function pass(name: string, limit: CallLimit, signal?: AbortSignal): Promise<void> {
    const gate = gates.get(name) ?? createCallGate({ ...limit, clock });
    gates.set(name, gate);
    return gate.pass(signal);
  }

  const rests = createAccountRests(clock);

  return {
    fetch,
    timeoutMs,
    restMs: (account) => rests.restMs(account),
    need(provider) {
      const api = apiOf(provider);
      if (api === null) throw new ApiFault('no-api');
      return api;
    },
    baseOf,
    baseOfAccount: (account) =>
      bases.get(account) ??
      providerApis.flatMap((api) => (api.account === account ? (bases.get(api.provider) ?? []) : []))[0],
    hasOlderKey,
    keyHeaders,
    fileHeaders(url) {
      const here = providerApis.filter(
        (each) => each.keyOnFile === true && new URL(baseOf(each)).origin === url.origin,
      );
      // Behind one gateway the path says whose file it is: a key never goes to another provider.
      const api =
        here.length < 2
          ? here[0]
          : here
              .sort((one, other) => baseOf(other).length - baseOf(one).length)
              .find((each) => url.href.startsWith(`${trimmedEnd(baseOf(each), '/')}/`));
      return api === undefined || !key(keyNameOf(api.account)) ? {} : keyHeaders(api);
    },
    pass,
    async askOnce(api, url, call, taskId, signal) {
      const { account } = api;
      rests.check(account);
      await pass(`${account} ask`, asksAtOnce, signal);
      const answered = rests.begin(account);
      return checked(
        api,
        callApi({
          fetch,
          url,
          method: call?.method ?? 'GET',
          ...(api.headers === undefined ? {} : { headers: api.headers }),
          keyHeaders: keyHeaders(api),
          ...(call?.body === undefined ? {} : { body: call.body(taskId) }),
          timeoutMs,
          ...(signal === undefined ? {} : { signal }),
        }),
      ).then(
        (body) => {
          answered(null);
          return body;
        },
        (error: unknown): never => {
          answered(error);
          throw error;
        },
      );
    },
  };
}
