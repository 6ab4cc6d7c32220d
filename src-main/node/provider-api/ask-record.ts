/** A provider's own record of a task, by whichever of its addresses tells it. */
import { isTerminal, noResult, type Result } from '../../common/model.ts';
import type { Clock } from '../clock.ts';
import { fill, followUp, ownAddress } from './api-addresses.ts';
import type { ApiAccess } from './api-access.ts';
import { faultOfQuestion, isOfAnother, saysUnknown, valueAt } from './api-faults.ts';
import { createAskInTurn, type AskInTurn } from './ask-in-turn.ts';
import { createAskTogether, type AskTogether } from './ask-together.ts';
import { ApiFault, type ApiCall, type AskMany, type OlderKey, type ProviderApi } from './provider-api.ts';
import { readRecord } from './read-record.ts';

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

export type AskRecord = (asked: Question, signal?: AbortSignal) => Promise<RecordAnswer>;

/** @returns what asks. @throws ApiFault */
export function createAskRecord(access: ApiAccess, clock: Clock): AskRecord {
  const { askOnce, baseOf, hasOlderKey } = access;

  function address(api: ProviderApi, call: ApiCall | null, { taskId, model }: Question): URL {
    const path = call === null ? null : fill(call.path, { id: taskId, model: model ?? '' });
    if (path === null) throw new ApiFault('no-address');
    return new URL(baseOf(api) + path);
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

  /** A film that the record does not name lies at an address that is known. */
  function filmBeside(api: ProviderApi, { taskId }: Question, result: Result): Result | null {
    if (api.filePath === undefined || result.state !== 'succeeded' || result.videoUrls.length > 0) return null;
    const path = fill(api.filePath, { id: taskId });
    return path === null ? null : { ...result, videoUrls: [baseOf(api) + path], needsApiKey: false };
  }

  /** The record says that it is made, and another address what came of it. `null` where that says nothing more. */
  async function askForFilm(
    api: ProviderApi,
    asked: Question,
    record: { readonly result: Result; readonly body: unknown },
    signal?: AbortSignal,
  ): Promise<RecordAnswer | null> {
    const { result, body } = record;
    if (api.then === undefined || result.state !== 'succeeded' || result.videoUrls.length > 0) return null;
    const next = followUp({ api, template: api.then.path, base: baseOf(api) }, asked, body);
    if (next === null) return null;
    const second = await askOnce(api, next, api.then, asked.taskId, signal).catch((error: unknown): never => {
      throw api.refusesResult === true ? asWordOfTask(error) : error;
    });
    const answered = readRecord(api, asked.taskId, second);
    if (answered === null) return null;
    const film = answered.state === 'unknown' ? (outputOf(api, asked.taskId, second) ?? answered) : answered;
    const both = { record: body, result: second };
    if (film.state === 'failed' && film.videoUrls.length === 0) {
      return { body: both, result: { ...film, needsApiKey: false } };
    }
    const { videoUrls } = film;
    const thumbnailUrl = result.thumbnailUrl ?? film.thumbnailUrl;
    return { body: both, result: { ...result, videoUrls, thumbnailUrl, needsApiKey: videoUrls.length === 0 } };
  }

  return async (asked, signal) => {
    const api = access.need(asked.provider);
    access.keyHeaders(api);
    const named = keyedFilms(api, asked);
    if (named !== null) return named;
    const body = await firstAnswer(api, asked, signal);
    if (isOfAnother(api, asked.taskId, body)) throw new ApiFault('unreadable');
    const result = readRecord(api, asked.taskId, body);
    // "Failed" may be said of the question, and of a task that nobody there knows.
    if (result?.state === 'failed' && result.videoUrls.length === 0 && saysUnknown(result.message))
      throw new ApiFault('not-found', { said: result.message, isProvidersWord: true });
    const isBare = result !== null && isTerminal(result.state) && result.videoUrls.length === 0;
    const fault = isBare ? faultOfQuestion(body, asked.taskId, api) : null;
    if (result === null || fault !== null) throw fault ?? new ApiFault('unreadable');
    const beside = filmBeside(api, asked, result);
    if (beside !== null) return { result: beside, body };
    return (await askForFilm(api, asked, { result, body }, signal)) ?? { result, body };
  };
}

const readyAtKey: Result = { ...noResult, state: 'succeeded', needsApiKey: true };

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
