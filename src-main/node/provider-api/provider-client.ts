/**
 * The person's side of the providers' APIs: asks for records and orders tasks, with their key, within the limits.
 * Which provider wants what stands in `api-table.ts`.
 */
import type { Quality } from '../../common/model.ts';
import { fill, ownAddress } from './api-addresses.ts';
import { asksAtOnce, checked, createApiAccess, type ApiAccessPorts } from './api-access.ts';
import { valueAt } from './api-faults.ts';
import { apiOf } from './api-table.ts';
import { createAskRecord, type AskRecord, type Question } from './ask-record.ts';
import { callApi, Upload } from './call-api.ts';
import { kieAccount, kieCreateLimit, kieUploadBase } from './kie-apis.ts';
import { createdIn, type Created } from './order-answers.ts';
import { ordersIn, type FoundOrders, type LostOrder } from './orders-in.ts';
import {
  ApiFault,
  keyNameOf,
  type ApiCall,
  type ApiFaultCode,
  type OrderFields,
  type ProviderApi,
} from './provider-api.ts';

export type UpgradeAnswer =
  | { readonly state: 'made'; readonly link: string }
  /** So says the provider. */
  | { readonly state: 'not-yet' }
  /** The question did not come through, or found the provider too busy to say anything of it. */
  | { readonly state: 'not-reached'; readonly fault: ApiFault };

export interface ProviderClient {
  /** `null` where nothing is known of that provider's API. */
  api(provider: string): ProviderApi | null;
  hasKey(provider: string): boolean;
  /** About how many tasks one call asks, where they are asked about within a moment. */
  asksAtOnce(provider: string): number;
  /** In so many ms the provider may be asked again, that wants to be left alone; 0 = at any time. */
  restMs(provider: string): number;
  /** Whether it is known where the provider is asked about that task. */
  knowsWhere(question: Question): boolean;
  /** The provider's own record of a task. @throws ApiFault */
  readonly ask: AskRecord;
  /**
   * Orders one task: costs money, and is sent at most once.
   * @throws ApiFault; `orderWasRefused` tells whether it is certain that nothing was made.
   */
  create(provider: string, order: OrderFields, signal?: AbortSignal): Promise<Created>;
  /** Whether the provider lists what was ordered. */
  listsOrders(provider: string): boolean;
  /**
   * Ids of the tasks in the provider's list that this order can have made: one where it names our callback URL, else
   * all that were ordered about then with the same model and input. @throws ApiFault
   */
  findOrder(order: LostOrder, signal?: AbortSignal): Promise<Pick<FoundOrders, 'ids' | 'isCertain'>>;
  /**
   * Asks for a larger version of a finished video.
   * @throws ApiFault where it cannot be had
   */
  upgrade(question: Question, quality: Quality, index: number, signal?: AbortSignal): Promise<UpgradeAnswer>;
  /** A call of an account's API with its key, for what only one provider has. @throws ApiFault */
  call(account: string, call: AccountCall): Promise<unknown>;
  /** What a file at this address needs to be opened: the key, where it lies with a provider that asks for it. */
  fileHeaders(url: URL): Readonly<Record<string, string>>;
}

export interface AccountCall {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: unknown;
  /** `upload` = the host that takes files. */
  readonly host?: 'api' | 'upload';
  readonly gate?: 'catalogue';
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

/** An order may take a provider's queue a while; giving up early leaves the person in doubt about their money. */
const createTimeoutMs = 60_000;
/** Of a hundred each; whoever orders more within minutes is not searched for ever. */
const orderPages = 5;
/** kie.ai's catalogue calls: one a second per account. */
const catalogueLimit = { calls: 1, perMs: 1100, marginMs: 0 } as const;

export function createProviderClient(ports: ApiAccessPorts): ProviderClient {
  const access = createApiAccess(ports);
  const { askOnce, baseOf, fetch, hasOlderKey, keyHeaders, need, pass, timeoutMs } = access;

  return {
    api: apiOf,
    hasKey: (provider) => {
      const api = apiOf(provider);
      return api !== null && !!ports.key(keyNameOf(api.account));
    },
    asksAtOnce: (provider) => {
      const api = apiOf(provider);
      return api?.askMany === undefined || hasOlderKey(api) ? 1 : api.askMany.most;
    },
    restMs: (provider) => access.restMs(apiOf(provider)?.account ?? provider),
    knowsWhere({ provider, taskId, model, askAt }) {
      const api = apiOf(provider);
      if (api === null) return false;
      if (askAt !== null && ownAddress(askAt, baseOf(api), api) !== null) return true;
      return api.ask !== null && fill(api.ask.path, { id: taskId, model: model ?? '' }) !== null;
    },
    ask: createAskRecord(access, ports.clock),
    async create(provider, order, signal) {
      const api = need(provider);
      const { create } = api;
      if (create === undefined) throw new ApiFault('no-api');
      const headers = keyHeaders(api);
      const isExtend = 'taskId' in order.params;
      const template = create.path.replace('{generate|extend}', isExtend ? 'extend' : 'generate');
      const path = fill(template, { model: order.model ?? '', callback: order.callbackUrl });
      if (path === null) throw new ApiFault('invalid', { said: 'the model is missing' });
      const limit = api.account === kieAccount ? kieCreateLimit : asksAtOnce;
      await pass(`${api.account} create`, limit, signal);
      // From here on no abort: whoever stops waiting for a paid call does not know what they paid for.
      const answered = await callApi({
        fetch,
        url: new URL(baseOf(api) + path),
        method: 'POST',
        ...(api.headers === undefined ? {} : { headers: api.headers }),
        keyHeaders: headers,
        body: create.body(order),
        timeoutMs: Math.max(timeoutMs, Math.min(createTimeoutMs, timeoutMs * 2)),
      });
      return createdIn(answered, api, create);
    },
    listsOrders: (provider) => apiOf(provider)?.orders !== undefined,
    async findOrder(order, signal) {
      const api = need(order.provider);
      const list = api.orders;
      if (list === undefined) throw new ApiFault('no-api');
      // One that comes while the list is read moves the others on, and the last of a page heads the next one as well.
      const found = new Set<string>();
      let isWhole = false;
      let url: URL | null = new URL(baseOf(api) + list.path);
      for (let page = 0; url !== null && page < orderPages; page += 1) {
        const body = await askOnce(api, url, null, '', signal);
        const { ids, isCertain, isPast } = ordersIn(list, order, body);
        if (isCertain) return { ids, isCertain };
        for (const id of ids) found.add(id);
        const next = valueAt(body, list.next);
        isWhole = isPast || typeof next !== 'string';
        url = typeof next !== 'string' || isWhole ? null : ownAddress(next, baseOf(api), api);
      }
      // Of a list that was not read to its end nobody knows what else could be it.
      return { ids: isWhole ? [...found] : [], isCertain: false };
    },
    async upgrade({ provider, taskId }, quality, index, signal) {
      const api = need(provider);
      const call = api.upgrades?.[quality];
      const path = call === undefined ? null : fill(call.path, { id: taskId, index: String(index) });
      if (call === undefined || path === null) throw new ApiFault('no-api');
      const ask: ApiCall = {
        method: call.method,
        path,
        ...(call.body === undefined ? {} : { body: (id) => call.body?.(id, index) }),
      };
      try {
        const link = valueAt(await askOnce(api, new URL(baseOf(api) + path), ask, taskId, signal), call.url);
        const isLink = typeof link === 'string' && /^https?:\/\//i.test(link);
        return isLink ? { state: 'made', link } : { state: 'not-yet' };
      } catch (error) {
        if (!(error instanceof ApiFault) || error.code === 'no-key') throw error;
        // What only the status of HTTP says may be a gateway's: the film is there all the same.
        if (!error.isProvidersWord || isBusy.has(error.code)) return { state: 'not-reached', fault: error };
        if (endsUpgrade.has(error.code)) throw error;
        return { state: 'not-yet' };
      }
    },
    async call(account, options) {
      const api = need(account === kieAccount ? 'kie-market' : account);
      const elsewhere = access.baseOfAccount(account);
      const base =
        options.host === 'upload'
          ? (ports.bases.get(`${account}-upload`) ?? elsewhere ?? kieUploadBase)
          : (elsewhere ?? baseOf(api));
      if (options.gate === 'catalogue') await pass(`${account} catalogue`, catalogueLimit, options.signal);
      return checked(
        api,
        callApi({
          fetch,
          url: new URL(base + options.path),
          method: options.method,
          headers: options.body instanceof Upload ? {} : (api.headers ?? {}),
          keyHeaders: keyHeaders(api),
          ...(options.body === undefined ? {} : { body: options.body }),
          timeoutMs: options.timeoutMs ?? timeoutMs,
          ...(options.signal === undefined ? {} : { signal: options.signal }),
        }),
      );
    },
    fileHeaders: access.fileHeaders,
  };
}

const isBusy: ReadonlySet<ApiFaultCode> = new Set(['rate-limited', 'too-many-running', 'maintenance']);

/** Whatever else the provider answers means "not yet". */
const endsUpgrade: ReadonlySet<ApiFaultCode> = new Set([
  'bad-key',
  'no-credits',
  'key-limit',
  'not-found',
  'moderated',
  'ended',
  'disabled',
]);
