/** Bodies inside messages: what queues push as base64, and calls that carry the body as their parameters. */
import { textOfPacked } from '../base64.ts';
import { isRecord, namesIn, own, parseJsonText, textOf, type JsonRecord } from './json.ts';
import { isStateName } from './names.ts';

/** Google's Pub/Sub has it in `message.data`, CloudEvents in `data_base64`, API gateways and QStash in `body`. */
const carriers = ['data_base64', 'data', 'body', 'payload'] as const;

/** What the message holds; `null` where the body is none, or tells of itself what it is about. */
export function pushedIn(body: JsonRecord): JsonRecord | null {
  if (typeof own(body, 'jsonrpc') === 'string') {
    const params = own(body, 'params');
    return isRecord(params) ? { event: own(body, 'method'), ...params } : null;
  }
  const message = own(body, 'message');
  const held = bodyIn(body) ?? (isRecord(message) ? bodyIn(message) : null);
  return held === null || saysState(body) ? null : held;
}

function bodyIn(record: JsonRecord): JsonRecord | null {
  for (const name of carriers) {
    const value = own(record, name);
    if (typeof value !== 'string') continue;
    const held = parseJsonText(textOfPacked(value.trim()) ?? '');
    if (isRecord(held)) return held;
  }
  return null;
}

function saysState(body: JsonRecord): boolean {
  return namesIn(body).some((name) => isStateName(name) && textOf(body[name], 100) !== null);
}
