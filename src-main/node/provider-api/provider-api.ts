/**
 * What is known of a provider's own API, as data: how it is asked for a task's record, where the answer says what came
 * of it, how it is told to make something. A provider that fits the shape is one row of `api-table.ts`.
 */

import type { Quality } from '../../common/model.ts';
import type { ProviderId } from '../../common/providers/catalog.ts';

/** `{id}` and `{model}` stand for the task id and the model; anything else for a field of the answer before. */
type Template = string;

export interface ApiCall {
  readonly method: 'GET' | 'POST';
  /** Below the base; a field alone (`{response_url}`) is a whole address of the provider's own. */
  readonly path: Template;
  readonly body?: (id: string) => unknown;
}

/** A question about several tasks at once. */
export interface AskMany {
  /** `{ids}` stands for the ids with a comma between them. */
  readonly path: Template;
  /** How many one call asks about. */
  readonly most: number;
  /** The field of the answer that lists the records. */
  readonly records: string;
  /** Where a record names its task, first that is there. */
  readonly ids: readonly string[];
}

/** Keys of a kind that came before: each call gets a token made of it, and other addresses are asked. */
export interface OlderKey {
  /** Told by its shape. */
  isOne(stored: string): boolean;
  /** @param nowMs since 1970 */
  token(stored: string, nowMs: number): string;
  /** Where the record may be; tried in turn until one knows the task. */
  readonly asks: readonly ApiCall[];
  /** Is in every answer that knows the task. */
  readonly isKnown: string;
}

/** Where the answer says what. Paths are dotted; what is not given is left to the tolerant reader. */
export interface RecordPlaces {
  readonly state?: string;
  /** Words and numbers of this provider that the tolerant reader does not know or reads otherwise, in lower case. */
  readonly done?: readonly string[];
  readonly failed?: readonly string[];
  readonly running?: readonly string[];
  /** By these it says that it does not know the task: not yet, not any more, or not at this address. */
  readonly missing?: readonly string[];
  readonly urls?: readonly string[];
  /** The list of all that was ordered at once, each with a `status` of its own: the task goes on as long as one of them does. */
  readonly parts?: string;
  readonly error?: readonly string[];
  readonly credits?: string;
  /** Where it names its task, first that is there; only what the provider documents to be the id that was asked for. */
  readonly id?: readonly string[];
}

/** Nobody calls back from where `comfy` tasks are made, so there is nothing of it to read. */
export type AskableProvider = ProviderId | 'comfy';

export interface ProviderApi {
  readonly provider: AskableProvider;
  /** Who is paid and asked: all of kie.ai's APIs share `kie`. Names the secret and the limits. */
  readonly account: string;
  readonly base: string;
  /** All hosts below it are this provider's, and it names them in its answers: regions. Else only the base's own is. */
  readonly domain?: string;
  readonly auth: { readonly header: string; readonly prefix: string };
  /** Sent with every call; `uuid` makes a fresh one each time. */
  readonly headers?: Readonly<Record<string, string>>;
  /** `null` where the record's address has to come from the provider (fal, BFL). */
  readonly ask: ApiCall | null;
  /** Where the record lies of what the first address does not know: versions of an API that take the same ids. */
  readonly askElse?: ApiCall;
  readonly askMany?: AskMany;
  readonly olderKey?: OlderKey;
  /** Fields of an answer that say where to ask; only addresses of the provider's own hosts are followed. */
  readonly askAt?: readonly string[];
  /** A second question where the first says "done" without a link (MiniMax keeps a file id, fal another address). */
  readonly then?: ApiCall;
  /** True where a task that failed is "done" as well, and its result is refused as the order would have been: by a 422. */
  readonly refusesResult?: boolean;
  readonly places: RecordPlaces;
  /** True where `code` in the body says how the call went, whatever the HTTP status is. */
  readonly codeInBody?: boolean;
  /** Where that code stands, if not at `code`; it counts only where the answer tells no state of the task. */
  readonly codeAt?: string;
  /** What `code` in the body means, for providers with numbers of their own; they count before the status of HTTP. */
  readonly faults?: Readonly<Record<number, ApiFaultCode>>;
  readonly minGapMs: number;
  /** How long a video usually takes, until it is learned. */
  readonly usualMs: number;
  /** How long a link lives that each question makes anew; absent where it is as old as the film. */
  readonly linkLifeSeconds?: number;
  /** True where the file itself answers to the key only. */
  readonly keyOnFile?: boolean;
  /** Where the film lies once the record says "done", for providers that name no link. */
  readonly filePath?: Template;
  /** Where a film lies that the callback named as a file of the provider's; `{path}` stands for that name. */
  readonly keyedFilePath?: Template;
  readonly create?: CreateCall;
  readonly orders?: OrderList;
  /** Larger versions of a finished video. */
  readonly upgrades?: Readonly<Partial<Record<Quality, UpgradeCall>>>;
}

/** Asks for a larger version, and whether it is there: the same call, which the provider counts once. */
export interface UpgradeCall {
  readonly method: 'GET' | 'POST';
  readonly path: Template;
  readonly body?: (id: string, index: number) => unknown;
  /** Where its link is, once it is there. */
  readonly url: string;
  readonly everyMs: number;
}

/** How something is ordered. */
export interface CreateCall {
  readonly method: 'POST';
  readonly path: Template;
  readonly body: (order: OrderFields) => Readonly<Record<string, unknown>>;
  /** Where the new task's id is in the answer, first that is there. */
  readonly id: readonly string[];
  readonly needsModel: boolean;
}

/**
 * Where a provider lists what was ordered with a key, newest first: an order whose answer was lost is looked for there.
 * Paths are dotted, those of a record below its own.
 */
export interface OrderList {
  readonly path: Template;
  readonly records: string;
  /** The address of the next page. */
  readonly next: string;
  readonly id: string;
  /** ISO time. */
  readonly createdAt: string;
  readonly model: string;
  readonly input: string;
  /** Where a record names the callback URL it was ordered with; it need not. */
  readonly callbackUrl: string;
}

export interface OrderFields {
  readonly prompt: string | null;
  readonly videos: readonly string[];
  readonly images: readonly string[];
  readonly model: string | null;
  readonly params: Readonly<Record<string, unknown>>;
  readonly callbackUrl: string;
}

/** Why a provider's API did not give what was asked for. */
export type ApiFaultCode =
  | 'no-api' // nothing is known of this provider's API
  | 'no-key' // no key is set
  | 'bad-key' // 401, 403: the key is wrong, revoked, or may not do this
  | 'no-credits'
  | 'key-limit' // the key's own spending limit
  | 'rate-limited'
  | 'not-found'
  | 'invalid' // the provider does not take what was sent
  | 'moderated'
  | 'input-unreachable' // the provider could not fetch the source
  | 'account' // the account is closed, or something about it is not in order
  | 'too-many-running' // as many are being made as the account allows at once
  | 'blocked-place' // this computer's address is not among those that the account allows
  | 'maintenance'
  | 'server'
  | 'ended' // the provider gave the task up
  | 'disabled'
  | 'timeout'
  | 'network' // no answer, or a broken one
  | 'certificate' // nobody vouches here for who answers: nothing was said to it
  | 'stopped' // the program ends, before anything was sent
  | 'proxy' // it could not be reached, or lets nothing through
  | 'unreadable'
  | 'no-address'; // where to ask is only known from an answer that we never had

export class ApiFault extends Error {
  readonly code: ApiFaultCode;
  /** The provider's own number or word. */
  readonly providerCode: string | null;
  /** The provider's own sentence. */
  readonly said: string | null;
  readonly retryAfterMs: number | null;
  /** True where the provider's own code says it, false where only the status of HTTP does, which may be a gateway's. */
  readonly isProvidersWord: boolean;
  /** False where nobody was asked: the provider had just told another question to come later, or refused a key that was set before. */
  readonly wasAsked: boolean;
  /** Of an order that may be made all the same: the task that its answer names. */
  readonly taskId: string | null;

  constructor(
    code: ApiFaultCode,
    details: {
      readonly providerCode?: string | null;
      readonly said?: string | null;
      readonly retryAfterMs?: number | null;
      readonly isProvidersWord?: boolean;
      readonly wasAsked?: boolean;
      readonly taskId?: string;
      readonly cause?: unknown;
    } = {},
  ) {
    super(`${code}${details.said ? `: ${details.said}` : ''}`, { cause: details.cause });
    this.name = 'ApiFault';
    this.code = code;
    this.providerCode = details.providerCode ?? null;
    this.said = details.said ?? null;
    this.retryAfterMs = details.retryAfterMs ?? null;
    this.isProvidersWord = details.isProvidersWord ?? false;
    this.wasAsked = details.wasAsked ?? true;
    this.taskId = details.taskId ?? null;
  }
}

/** The short name of the secret that holds an account's key: `KIE_API_KEY`. */
export function keyNameOf(account: string): string {
  return `${account.toUpperCase().replaceAll('-', '_')}_API_KEY`;
}
