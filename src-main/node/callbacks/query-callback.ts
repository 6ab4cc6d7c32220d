/**
 * Some senders tell of a result by a GET whose query says it: `?task_id=…&status=…&video_url=…`. All other reads of a
 * callback URL are someone who looks whether the inbox is there.
 */
import { readCallbackText } from '../../common/body/callback-body.ts';
import { idIn } from '../../common/providers/batch-ids.ts';
import { isKeyOfBody } from '../../common/providers/envelope.ts';
import { isRecord, own } from '../../common/providers/json.ts';
import { readBody } from '../../common/providers/reader.ts';
import { taskIdOf } from '../../common/providers/task-id.ts';

const queryType = 'application/x-www-form-urlencoded';

/** @returns the query as the body of a form; `null` where it names no result of a task. */
export function callbackInQuery(query: string): Buffer | null {
  if (query.length < 8 || query.length > 16_384) return null;
  const read = readCallbackText(query, queryType);
  if (!('value' in read)) return null;
  const reading = readBody({ body: read.value, headers: {}, providerHint: null });
  if (reading.kind !== 'result' || isKeyOfBody(reading.taskId)) return null;
  const { state, videoUrls } = reading.result;
  return state !== 'unknown' || videoUrls.length > 0 ? Buffer.from(query) : null;
}

/** The delivery as if that query were its body; `null` where the query names no result. */
export function toldInQuery<T extends { readonly query?: string; readonly headers: Readonly<Record<string, string>> }>(
  delivery: T,
): T | null {
  const rawBody = callbackInQuery(delivery.query ?? '');
  if (rawBody === null) return null;
  const headers = Object.entries(delivery.headers).filter(([name]) => name !== 'content-encoding');
  return { ...delivery, rawBody, query: '', headers: { ...Object.fromEntries(headers), 'content-type': queryType } };
}

/**
 * The task that a query names, where people put it behind the callback URL themselves (`?task_id=…`); `null` where it names none.
 * What may be the same for many tasks (`?user_id=…`, `?token=…`) is no name of one.
 */
export function taskInQuery(query: string): string | null {
  if (query.length < 4 || query.length > 16_384) return null;
  const read = readCallbackText(query, queryType);
  const fields = 'value' in read ? read.value : null;
  if (!isRecord(fields)) return null;
  return idIn(fields)?.id ?? taskIdOf(own(fields, 'task')) ?? taskIdOf(own(fields, 'job'));
}
