/** What an answer that is not a record means, by the provider's own code before the status of HTTP. */
import { ApiFault, type ApiFaultCode, type ProviderApi } from './provider-api.ts';

/** Source: docs.kie.ai, "status codes" of each API; the plain statuses of HTTP mean the same. */
const faultByCode: Readonly<Record<number, ApiFaultCode>> = {
  400: 'invalid',
  401: 'bad-key',
  402: 'no-credits',
  403: 'bad-key',
  404: 'not-found',
  405: 'invalid',
  408: 'ended',
  409: 'invalid',
  410: 'not-found',
  413: 'invalid',
  415: 'invalid',
  422: 'invalid',
  429: 'rate-limited',
  433: 'key-limit',
  451: 'input-unreachable',
  455: 'maintenance',
  501: 'ended',
  505: 'disabled',
};

export interface Answered {
  readonly status: number;
  /** `undefined` where it is not JSON. */
  readonly body: unknown;
  /** True where it is a page for people: of a gateway, a sign-in of a network, not of an API. */
  readonly isPage: boolean;
  readonly retryAfterMs: number | null;
}

/** @returns `null` where the call went well. */
export function faultIn(
  answer: Answered,
  {
    codeInBody = false,
    codeAt,
    faults = {},
    places = {},
  }: Pick<ProviderApi, 'codeInBody' | 'codeAt' | 'faults'> & Partial<Pick<ProviderApi, 'places'>>,
): ApiFault | null {
  const { status, body, isPage, retryAfterMs } = answer;
  const own = codeAt === undefined ? numberAt(body, 'code') : tellsState(places, body) ? null : numberAt(body, codeAt);
  const named = own === null ? undefined : faults[own];
  if (named !== undefined) {
    const providerCode = String(own);
    return new ApiFault(named, { providerCode, said: sentenceIn(body), retryAfterMs, isProvidersWord: true });
  }
  const word = places.state === undefined ? undefined : valueAt(body, places.state);
  if (typeof word === 'string' && places.missing?.includes(word.toLowerCase()) === true) {
    return new ApiFault('not-found', { providerCode: word, said: sentenceIn(body), isProvidersWord: true });
  }
  const code = codeInBody ? numberAt(body, 'code') : null;
  const effective = code ?? status;
  if (effective >= 200 && effective < 300) {
    return body === undefined ? new ApiFault('unreadable', { retryAfterMs }) : null;
  }
  const said = sentenceIn(body);
  const known = faultByCode[effective] ?? (effective >= 500 ? 'server' : effective >= 400 ? 'invalid' : 'unreadable');
  // A gateway that lost patience says nothing about the task; kie.ai's own 408 and 501 do. Nor does a page for people.
  const isGateways =
    code === null && (status === 408 || status === 501 || (isPage && effective >= 400 && status !== 429));
  const fault = isGateways ? 'server' : inWords(known, said);
  return new ApiFault(fault, { providerCode: String(effective), said, retryAfterMs, isProvidersWord: code !== null });
}

/**
 * An answer of HTTP's 200 that is about the question and not about the task: it names neither the task nor a state of it, or
 * only how the question went. Read as a callback is, its "unauthorized" would be the task's failure, and its "ok" the task's
 * end.
 * @returns `null` where it is about the task.
 */
export function faultOfQuestion(
  body: unknown,
  taskId: string,
  { places, codeInBody }: Pick<ProviderApi, 'places' | 'codeInBody'>,
): ApiFault | null {
  if (places.state === undefined || names(body, taskId)) return null;
  if (tellsState(places, body) && (codeInBody === true || !isEnvelope(places.state, body))) return null;
  const code = numberAt(body, 'code');
  if (code !== null && code >= 400 && code < 600) {
    return faultIn({ status: 200, body, isPage: false, retryAfterMs: null }, { codeInBody: true });
  }
  return new ApiFault('unreadable', { said: sentenceIn(body) });
}

/** `{"status": "error", "message": …}` and nothing else: so an envelope says how the question went, and no record its task. */
function isEnvelope(state: string, body: unknown): boolean {
  const word = valueAt(body, state);
  if (typeof word !== 'string' || !/^(?:ok|success|error|fail)$/i.test(word)) return false;
  return Object.entries(body as object).every(([name, value]) => value === null || ofEnvelopes.has(name));
}

const ofEnvelopes: ReadonlySet<string> = new Set(['status', 'state', 'code', 'message', 'msg', 'error', 'detail']);

/**
 * True where an answer is about another task than the one that was asked for: a cache on the way, or a mistake of the
 * provider's. Its film would be taken for ours. One that names ours anywhere knows it by several names.
 */
export function isOfAnother({ places }: Pick<ProviderApi, 'places'>, taskId: string, body: unknown): boolean {
  const named = (places.id ?? []).map((at) => valueAt(body, at)).find((value) => typeof value === 'string');
  return named !== undefined && named !== '' && named !== taskId && !JSON.stringify(body).includes(taskId);
}

/**
 * A reason that tells that nobody there knows the task: not yet, not any more, or not at that address. Its film may have
 * come all the same, so it has not failed. Of an input that was not found it says nothing.
 */
export function saysUnknown(said: string | null): boolean {
  return said !== null && notKnown.test(said);
}

const task = '(?:task|prediction|generation|job|request|response|record|operation)s?';
/** `taskUUID`, `task id 4711`, `task "4711"`. */
const named = String.raw`(?:[ _-]?(?:id|uuid))?(?: (?:with (?:id )?)?["']?[a-z_-]*\d[\w-]*["']?)?`;
const notKnown = new RegExp(
  String.raw`\b${task}${named} (?:(?:was |is |were )?not found|does(?: not|n['’]t) exist|(?:could|can)(?: not|not|n['’]t) be found)\b|\bno (?:such )?${task}(?:[ _-]?(?:id|uuid))? (?:was |were )?(?:found|exists?)\b|\b(?:failed|unable) to (?:find|locate) (?:the |that |this )?${task}\b`,
  'i',
);

/** True where the answer says how the task stands, in whatever word. */
export function tellsState({ state }: ProviderApi['places'], body: unknown): boolean {
  const word = state === undefined ? undefined : valueAt(body, state);
  // `{"title": …, "detail": …, "status": 404}` (RFC 9457) is about the question.
  if (typeof word === 'number' || (typeof word === 'string' && /^\d+$/.test(word))) {
    return Number(word) < 400 || Number(word) > 599;
  }
  // So is "unauthorized": the key is meant.
  if (typeof word === 'string') return !/^(?:(?:un|not[_ -]?)auth(?:ori[sz]ed|enticated))?$/i.test(word.trim());
  return typeof word === 'boolean';
}

/** Whether it holds this id as a value of its own. */
function names(value: unknown, id: string, depth = 0): boolean {
  if (typeof value === 'string' || typeof value === 'number') return String(value) === id;
  if (typeof value !== 'object' || value === null || depth > 6) return false;
  return Object.values(value).some((each) => names(each, id, depth + 1));
}

/** What the number leaves open and the sentence does not. Sora's models at kie.ai are paused with 500. */
function inWords(fault: ApiFaultCode, said: string | null): ApiFaultCode {
  if (fault === 'invalid' && isModeration(said)) return 'moderated';
  return fault === 'server' && said !== null && /temporarily paused/i.test(said) ? 'maintenance' : fault;
}

/** Providers tell of their filters in prose only. */
export function isModeration(said: string | null): boolean {
  return (
    said !== null && /moderat|content polic|usage polic|flagged|nsfw|sensitive content|safety|prohibited/i.test(said)
  );
}

const sentencePaths = [
  'msg',
  'message',
  'error.message',
  'error',
  'detail',
  'detail.msg',
  'title',
  'errMsg',
  'ErrMsg',
  'errors.0.message',
  'base_resp.status_msg',
];

function sentenceIn(body: unknown): string | null {
  for (const path of sentencePaths) {
    const value = valueAt(body, path);
    if (typeof value === 'string' && value.trim() !== '') return value.trim().slice(0, 1000);
  }
  return null;
}

/** The value at a dotted path; numbers name members of lists, and JSON text is opened on the way. */
export function valueAt(body: unknown, path: string): unknown {
  let value = body;
  for (const name of path.split('.')) {
    if (typeof value === 'string' && /^\s*[[{]/.test(value)) value = parsed(value);
    // Some answers put a single task in a list.
    if (Array.isArray(value) && !/^\d+$/.test(name)) value = (value as readonly unknown[])[0];
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
    value = (value as Readonly<Record<string, unknown>>)[name];
  }
  return value;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function numberAt(body: unknown, path: string): number | null {
  const value = valueAt(body, path);
  const number = typeof value === 'string' && /^\d{3}$/.test(value) ? Number(value) : value;
  return typeof number === 'number' ? number : null;
}
