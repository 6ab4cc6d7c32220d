/**
 * Some senders tell of a result by a GET whose query says it: `?task_id=…&status=…&video_url=…`. All other reads of a
 * callback URL are someone who looks whether the inbox is there.
 */
import { readCallbackText } from '../../common/callback-body.ts';
import { isKeyOfBody } from '../../common/providers/envelope.ts';
import { readBody } from '../../common/providers/reader.ts';

export const queryType = 'application/x-www-form-urlencoded';

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
