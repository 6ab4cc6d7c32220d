/**
 * The person's side of the providers' APIs: asks for records and orders tasks, with their key, within the limits.
 * Which provider wants what stands in `api-table.ts`.
 */
import { noResult, type Quality, type Result } from '../../common/model.ts';
import { trimmedEnd } from '../../common/trim.ts';
import type { Clock } from '../clock.ts';
import { fill, followUp, ownAddress } from './api-addresses.ts';
import { createAskInTurn, type AskInTurn } from './ask-in-turn.ts';
import { createAskTogether, type AskTogether } from './ask-together.ts';
import { faultIn, faultOfQuestion, saysUnknown, valueAt, type Answered } from './api-faults.ts';
import { apiOf, providerApis } from './api-table.ts';
import { createCallGate, type CallGate } from './call-gate.ts';
import { withoutProxy, type Fetch } from '../outgoing/outgoing.ts';
import { callApi, Upload } from './call-api.ts';
import { kieAccount, kieCreateLimit, kieUploadBase } from './kie-apis.ts';
import {
  ApiFault,
  keyNameOf,
  type ApiCall,
  type ApiFaultCode,
  type AskMany,
  type OlderKey,
  type OrderFields,
  type ProviderApi,
} from './provider-api.ts';
import { createdIn, type Created } from './order-answers.ts';
import { ordersIn, type FoundOrders, type LostOrder } from './orders-in.ts';
import { readRecord } from './read-record.ts';

export interface ProviderClientPorts {
  /** By short name, e.g. `KIE_API_KEY`. */
  readonly key: (name: string) => string | null;
  /** Other addresses than the usual ones, by provider or account in lower case (`kie`, `replicate`, `kie-upload`). */
  readonly bases: ReadonlyMap<string, string>;
  readonly clock: Clock;
  /** For one call; default 30 s. */
  readonly timeoutMs?: number;
  readonly fetch?: Fetch;
}

export interface Question {
  readonly provider: string;
  readonly taskId: string;
  readonly model: string | null;
  /** Where the provider said that this task is asked for. */
  readonly askAt: string | null;
  /** The provider's names of the films, where its callbacks told them. */
  readonly keyedFiles?: readonly string[];
}

export interface RecordAnswer {
  readonly result: Result;
  /** True where nobody was asked: with the key there, what the callback named is a link. Nothing vouches for it anew. */
  readonly isOfCallback?: true;
  /** The answer as it came, for the log. */
  readonly body: unknown;
}

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
  /** Whether it is known where the provider is asked about that task. */
  knowsWhere(question: Question): boolean;
  /** The provider's own record of a task. @throws ApiFault */
  ask(question: Question, signal?: AbortSignal): Promise<RecordAnswer>;
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

const defaultTimeoutMs = 30_000;
/** An order may take a provider's queue a while; giving up early leaves the person in doubt about their money. */
const createTimeoutMs = 60_000;
const asksAtOnce = { calls: 10, perMs: 1000 } as const;
/** Of a hundred each; whoever orders more within minutes is not searched for ever. */
const orderPages = 5;
/** kie.ai's catalogue calls: one a second per account. */
const catalogueLimit = { calls: 1, perMs: 1100, marginMs: 0 } as const;

export function createProviderClient({
  key,
  bases,
  clock,
  timeoutMs = defaultTimeoutMs,
  fetch = withoutProxy.fetch,
}: ProviderClientPorts): ProviderClient {
  const gates = new Map<string, CallGate>();
  function gate(name: string, limit: { readonly calls: number; readonly perMs: number; readonly marginMs?: number }) {
    const known = gates.get(name) ?? createCallGate({ ...limit, clock });
    gates.set(name, known);
    return known;
  }

  const baseOf = (api: ProviderApi): string => bases.get(api.provider) ?? bases.get(api.account) ?? api.base;
  /** Calls that concern an account follow wherever one of its APIs was sent: a gateway stands before all of them. */
  const baseOfAccount = (account: string): string | undefined =>
    bases.get(account) ??
    providerApis.flatMap((api) => (api.account === account ? (bases.get(api.provider) ?? []) : []))[0];

  function need(provider: string): ProviderApi {
    const api = apiOf(provider);
    if (api === null) throw new ApiFault('no-api');
    return api;
  }

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

  async function checked(api: ProviderApi, answer: Promise<Answered>): Promise<unknown> {
    const answered = await answer;
    const fault = faultIn(answered, api);
    if (fault !== null) throw fault;
    return answered.body;
  }

  function address(api: ProviderApi, call: ApiCall | null, { taskId, model }: Question): URL {
    const path = call === null ? null : fill(call.path, { id: taskId, model: model ?? '' });
    if (path === null) throw new ApiFault('no-address');
    return new URL(baseOf(api) + path);
  }

  async function askOnce(api: ProviderApi, url: URL, call: ApiCall | null, taskId: string, signal?: AbortSignal) {
    await gate(`${api.account} ask`, asksAtOnce).pass(signal);
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
    );
  }

  const inTurn = new Map<string, AskInTurn<ApiCall>>();
  async function askInTurn(api: ProviderApi, { asks, isKnown }: OlderKey, asked: Question, signal?: AbortSignal) {
    const turn = inTurn.get(api.provider) ?? createAskInTurn(asks);
    inTurn.set(api.provider, turn);
    return turn.ask(asked.taskId, async (call) => {
      const body = await askOnce(api, address(api, call, asked), call, asked.taskId, signal);
      if (valueAt(body, isKnown) === undefined) throw new ApiFault('not-found');
      return body;
    });
  }

  const together = new Map<string, AskTogether>();
  function togetherFor(api: ProviderApi, many: AskMany): AskTogether {
    const known =
      together.get(api.provider) ??
      createAskTogether({
        many,
        clock,
        call: (ids, signal) => {
          const url = new URL(baseOf(api) + many.path.replace('{ids}', ids.map(encodeURIComponent).join(',')));
          return askOnce(api, url, null, ids.join(), signal);
        },
      });
    together.set(api.provider, known);
    return known;
  }

  /** A task that is known by the name of its record has one, which says more than the file's name. */
  function keyedFilms(api: ProviderApi, { taskId, keyedFiles = [] }: Question): RecordAnswer | null {
    const { keyedFilePath } = api;
    if (keyedFilePath === undefined || taskId.includes('/')) return null;
    const paths = keyedFiles.map((id) => fill(keyedFilePath, { id })).filter((path) => path !== null);
    if (paths.length === 0) return null;
    const videoUrls = paths.map((path) => baseOf(api) + path);
    return { result: { ...readyAtKey, videoUrls }, body: null, isOfCallback: true };
  }

  async function firstAnswer(api: ProviderApi, asked: Question, signal?: AbortSignal): Promise<unknown> {
    const { taskId, askAt } = asked;
    const own = askAt === null ? null : ownAddress(askAt, baseOf(api), api);
    if (own !== null) return askOnce(api, own, api.ask, taskId, signal);
    if (api.olderKey !== undefined && hasOlderKey(api)) return askInTurn(api, api.olderKey, asked, signal);
    // An id with a comma in it would be taken for two.
    if (api.askMany !== undefined && /^[\w-]+$/.test(taskId)) {
      return togetherFor(api, api.askMany).ask(taskId, signal);
    }
    if (api.askElse !== undefined) return askEither(api, api.askElse, asked, signal);
    return askOnce(api, address(api, api.ask, asked), api.ask, taskId, signal);
  }

  /**
   * What the first address does not know is asked for at the other one. What neither knows is as the first said, which may
   * be no word about the task at all: that is what sets it apart from `askInTurn`.
   */
  async function askEither(api: ProviderApi, other: ApiCall, asked: Question, signal?: AbortSignal) {
    const askAt = (call: ApiCall | null): Promise<unknown> =>
      askOnce(api, address(api, call, asked), call, asked.taskId, signal).catch((error: unknown) => {
        if (error instanceof ApiFault && (error.code === 'not-found' || error.code === 'invalid')) return undefined;
        throw error;
      });
    const first = await askAt(api.ask);
    if (first !== undefined && readRecord(api, asked.taskId, first)?.state !== 'unknown') return first;
    const body = (await askAt(other)) ?? first;
    if (body === undefined) throw new ApiFault('not-found');
    return body;
  }

  return {
    api: apiOf,
    hasKey: (provider) => {
      const api = apiOf(provider);
      return api !== null && !!key(keyNameOf(api.account));
    },
    asksAtOnce: (provider) => {
      const api = apiOf(provider);
      return api?.askMany === undefined || hasOlderKey(api) ? 1 : api.askMany.most;
    },
    knowsWhere({ provider, taskId, model, askAt }) {
      const api = apiOf(provider);
      if (api === null) return false;
      if (askAt !== null && ownAddress(askAt, baseOf(api), api) !== null) return true;
      return api.ask !== null && fill(api.ask.path, { id: taskId, model: model ?? '' }) !== null;
    },
    async ask(asked, signal) {
      const api = need(asked.provider);
      keyHeaders(api);
      const named = keyedFilms(api, asked);
      if (named !== null) return named;
      const body = await firstAnswer(api, asked, signal);
      const result = readRecord(api, asked.taskId, body);
      // "Failed" may be said of the question, and of a task that nobody there knows.
      if (result?.state === 'failed' && result.videoUrls.length === 0 && saysUnknown(result.message))
        throw new ApiFault('not-found', { said: result.message, isProvidersWord: true });
      const fault = result?.state === 'failed' ? faultOfQuestion(body, asked.taskId, api) : null;
      if (result === null || fault !== null) throw fault ?? new ApiFault('unreadable');
      if (api.filePath !== undefined && result.state === 'succeeded' && result.videoUrls.length === 0) {
        const path = fill(api.filePath, { id: asked.taskId });
        if (path !== null) return { result: { ...result, videoUrls: [baseOf(api) + path], needsApiKey: false }, body };
      }
      if (api.then === undefined || result.state !== 'succeeded' || result.videoUrls.length > 0)
        return { result, body };
      const next = followUp({ api, template: api.then.path, base: baseOf(api) }, asked, body);
      if (next === null) return { result, body };
      const second = await askOnce(api, next, api.then, asked.taskId, signal).catch((error: unknown): never => {
        throw api.refusesResult === true ? asWordOfTask(error) : error;
      });
      const answered = readRecord(api, asked.taskId, second);
      if (answered === null) return { result, body };
      const film = answered.state === 'unknown' ? (outputOf(api, asked.taskId, second) ?? answered) : answered;
      const hasFailed = film.state === 'failed' && film.videoUrls.length === 0;
      return {
        body: { record: body, result: second },
        result: hasFailed
          ? { ...film, needsApiKey: false }
          : {
              ...result,
              videoUrls: film.videoUrls,
              thumbnailUrl: result.thumbnailUrl ?? film.thumbnailUrl,
              needsApiKey: film.videoUrls.length === 0,
            },
      };
    },
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
      await gate(`${api.account} create`, limit).pass(signal);
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
      const elsewhere = baseOfAccount(account);
      const base =
        options.host === 'upload'
          ? (bases.get(`${account}-upload`) ?? elsewhere ?? kieUploadBase)
          : (elsewhere ?? baseOf(api));
      if (options.gate === 'catalogue') await gate(`${account} catalogue`, catalogueLimit).pass(options.signal);
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
  };
}

const readyAtKey: Result = { ...noResult, state: 'succeeded', needsApiKey: true };

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

/** A second answer that is nothing but the model's output names no state. */
function outputOf(api: ProviderApi, taskId: string, body: unknown): Result | null {
  return readRecord({ ...api, places: {} }, taskId, { status: 'completed', output: body });
}

/** Refused as the order would have been: that is how the task ended, and not that nobody knows it. */
function asWordOfTask(error: unknown): unknown {
  if (!(error instanceof ApiFault) || error.providerCode !== '422') return error;
  const { providerCode, said } = error;
  return new ApiFault('ended', { providerCode, said, cause: error });
}
