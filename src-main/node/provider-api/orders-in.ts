/** Which records of a provider's list of orders can be of an order whose answer was lost. */
import { isDeepStrictEqual } from 'node:util';
import { valueAt } from './api-faults.ts';
import { ApiFault, type OrderList } from './provider-api.ts';

/** An order that nobody knows the end of. */
export interface LostOrder {
  readonly provider: string;
  readonly model: string | null;
  readonly prompt: string | null;
  readonly sources: readonly string[];
  readonly input: Readonly<Record<string, unknown>>;
  /** When it was about to be sent; ms since 1970. */
  readonly sentAt: number;
  /** The part of its callback URL that no other order has. */
  readonly token: string | null;
}

export interface FoundOrders {
  readonly ids: readonly string[];
  /** It names the callback URL that is this order's alone. */
  readonly isCertain: boolean;
  /** The list has come to what was ordered before. */
  readonly isPast: boolean;
}

/** Our clock and the provider's may be so far apart. */
const clockMs = 120_000;
/** From the intent to the last moment at which a call is on its way: pauses for "too many" included. */
const sendingMs = 10 * 60_000;

/** @throws ApiFault `unreadable` where the answer is no such list. */
export function ordersIn(list: OrderList, order: LostOrder, body: unknown): FoundOrders {
  const records = valueAt(body, list.records);
  if (!Array.isArray(records)) throw new ApiFault('unreadable');
  const ids: string[] = [];
  let isPast = false;
  for (const record of records as readonly unknown[]) {
    const id = valueAt(record, list.id);
    const created = valueAt(record, list.createdAt);
    const createdMs = typeof created === 'string' ? Date.parse(created) : NaN;
    if (typeof id !== 'string' || id === '') continue;
    if (createdMs < order.sentAt - clockMs) isPast = true;
    const callback = valueAt(record, list.callbackUrl);
    if (typeof callback === 'string' && callback !== '') {
      if (order.token !== null && callback.includes(order.token)) return { ids: [id], isCertain: true, isPast };
      continue;
    }
    const isOfThen = createdMs >= order.sentAt - clockMs && createdMs <= order.sentAt + sendingMs + clockMs;
    if (isOfThen && valueAt(record, list.model) === order.model && saysTheSame(order, valueAt(record, list.input))) {
      ids.push(id);
    }
  }
  return { ids, isCertain: false, isPast };
}

/** Providers add what was left out, so all that we sent has to be there, and other things may. */
function saysTheSame({ prompt, sources, input }: LostOrder, said: unknown): boolean {
  if (typeof said !== 'object' || said === null) return false;
  const fields = said as Readonly<Record<string, unknown>>;
  const values = new Set(Object.values(fields).flat());
  return (
    (prompt === null || fields['prompt'] === prompt) &&
    sources.every((source) => values.has(source)) &&
    Object.entries(input).every(([name, value]) => isDeepStrictEqual(fields[name], value))
  );
}
