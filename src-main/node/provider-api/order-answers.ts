/** What the answer to an order says: it is made, it is refused, or nobody knows. */
import { faultIn, valueAt, type Answered } from './api-faults.ts';
import { ApiFault, type ApiFaultCode, type CreateCall, type ProviderApi } from './provider-api.ts';

export interface Created {
  readonly taskId: string;
  readonly askAt: string | null;
}

/** Gemini's are the longest, some hundred characters; what is longer is no id. */
const longestId = 1000;

/** @throws ApiFault; `orderWasRefused` tells whether it is certain that nothing was made. */
export function createdIn(answered: Answered, api: ProviderApi, create: CreateCall): Created {
  const { body } = answered;
  const id = create.id
    .map((at) => valueAt(body, at))
    .find((value) => typeof value === 'string' || typeof value === 'number');
  const isNamed = id !== undefined && String(id).trim() !== '' && String(id).length <= longestId;
  const fault = faultIn(answered, api);
  // An order that was refused for being too many is sent again; one that has a task is made, whatever else is said of
  // it. Refused for something else and with a task all the same, nobody knows.
  if (fault !== null && !(isNamed && isTooSoon.has(fault.code))) {
    if (!isNamed || concernsAccount.has(fault.code)) throw fault;
    if (orderWasRefused(fault)) throw new ApiFault('unreadable', { said: fault.said, cause: fault });
    const { code, providerCode, said } = fault;
    throw new ApiFault(code, { providerCode, said, taskId: String(id), cause: fault });
  }
  if (!isNamed) throw new ApiFault('unreadable', { said: 'the answer names no task' });
  const askAt = (api.askAt ?? []).map((at) => valueAt(body, at)).find((value) => typeof value === 'string');
  return { taskId: String(id), askAt: askAt ?? null };
}

/**
 * True where the answer makes it certain that nothing was made and nothing is paid. A server that broke down may have
 * done so behind the order, whoever says it: kie.ai's codes of these kinds are those of a task that failed.
 */
export function orderWasRefused({ code }: ApiFault): boolean {
  return !inDoubt.has(code);
}

/** A refusal for being too many is no order: it may be repeated. */
export const isTooSoon: ReadonlySet<ApiFaultCode> = new Set(['rate-limited', 'too-many-running']);

/** Nothing is made then, whatever name the refusal itself has. */
const concernsAccount: ReadonlySet<ApiFaultCode> = new Set([
  'bad-key',
  'no-credits',
  'key-limit',
  'account',
  'blocked-place',
]);

const inDoubt: ReadonlySet<ApiFaultCode> = new Set(['timeout', 'network', 'unreadable', 'server', 'ended']);
