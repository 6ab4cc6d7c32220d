import type { BodyView } from './body-view.ts';
import { isRecord, namesIn, own, parseJsonText, textOf } from './json.ts';
import { pathList, type PathList } from './path.ts';

/** The most telling first: what went wrong with the task, then what the envelope says. */
const tellingPaths = pathList([
  'data.failMsg',
  'data.errorMessage',
  'data.error',
  'error',
  'payload_error',
  'failure_reason',
  'task_status_msg',
  'base_resp.status_msg',
  'failMsg',
  'errorMessage',
  'error_message',
  'state_reason',
  'data.failure_reason',
  'data.task_status_msg',
  'data.error_message',
  'event_data.msg',
  'err_msg',
]);

/** Names that a success uses for other things. */
const pathsOfFailure = pathList([
  'errors',
  'payload.error',
  'payload.task.reason',
  'task.error',
  'output.error',
  'output.message',
  'result.error',
  'response.error',
  'payload.detail',
  'detail',
  'details',
  'reason',
  'fail_reason',
  'failReason',
  'failure',
  'failureReason',
  'error_msg',
  'errorMsg',
  'ErrMsg',
  'Message',
  'error_detail',
  'status_message',
  'statusMessage',
  'status_details',
  'moderation_message',
  'event_data.error',
  'movie.message',
  'data.reason',
  'data.fail_reason',
  'data.failReason',
  'data.error_msg',
  'data.err_msg',
  'data.detail',
  'data.status_message',
]);

const greetingPaths = pathList(['msg', 'message', 'data.msg', 'data.message']);

const errorPaths = pathList(['data.failMsg', 'data.errorMessage', 'data.error', 'error', 'errors', 'failure_reason']);

const partsOfError = [
  'message',
  'msg',
  'detail',
  'reason',
  'description',
  'raw_message',
  'error_message',
  'title',
] as const;
/** Where an error keeps the reason when it says nothing itself. */
const insideOfError = ['error', 'errors', 'details', 'detail', 'cause', 'inner', 'body', 'response', 'data'] as const;
const maxMessageLength = 4000;
const maxDepth = 5;

/** What the provider tells the person, or `null`. */
export function readMessage(body: BodyView, failed: boolean): string | null {
  const message =
    firstMessage(body, tellingPaths) ??
    (failed ? firstMessage(body, pathsOfFailure) : null) ??
    firstMessage(body, greetingPaths);
  if (!failed || (message !== null && !isStatusOnly(message))) return message;
  return reasonAnywhere(body, message) ?? message;
}

/** True where the body names an error of its own, apart from `msg`, which also greets a success. */
export function hasErrorText(body: BodyView): boolean {
  return firstMessage(body, errorPaths) !== null;
}

function firstMessage(body: BodyView, paths: PathList): string | null {
  return body.first(paths, (value) => messageIn(value, 0));
}

function messageIn(value: unknown, depth: number): string | null {
  if (value === undefined || value === null || depth > maxDepth) return null;
  if (typeof value === 'string') {
    const held = parseJsonText(value);
    return (held === undefined ? null : messageIn(held, depth + 1)) ?? textOf(value, maxMessageLength);
  }
  if (Array.isArray(value)) {
    for (const item of value.slice(0, 8) as readonly unknown[]) {
      const message = messageIn(item, depth + 1);
      if (message !== null) return message;
    }
    return null;
  }
  if (!isRecord(value)) return null;
  for (const part of partsOfError) {
    const message = textOf(own(value, part), maxMessageLength);
    if (message !== null) return message;
  }
  for (const part of insideOfError) {
    const inner = own(value, part);
    const message = typeof inner === 'object' ? messageIn(inner, depth + 1) : null;
    if (message !== null) return message;
  }
  // Lists by field: `{"prompt": ["is too long"]}`.
  for (const name of namesIn(value).slice(0, 8)) {
    const list = value[name];
    const message = Array.isArray(list) ? messageIn(list, depth + 1) : null;
    if (message !== null) return message;
  }
  return null;
}

/** `Unexpected status code: 422` and `422 Client Error` say that it failed and not why. */
function isStatusOnly(message: string): boolean {
  return (
    message.length <= 120 &&
    /\bstatus(?: code)?:? ?[45]\d\d\b|^(?:http(?:error)?[ :]*)?[45]\d\d\b|^[45]\d\d$/i.test(message)
  );
}

const reasonNames = new Set(
  'msg message detail reason description error error_message errormessage failure failure_reason failurereason fail_reason cause'.split(
    ' ',
  ),
);

/**
 * A sentence of the error's details, wherever it stands. Where a number was said already, two words such as `field
 * required` say less than it does.
 */
function reasonAnywhere(body: BodyView, said: string | null): string | null {
  for (const { record, names } of body.parts()) {
    for (const name of names) {
      const text = reasonNames.has(name.toLowerCase()) ? textOf(record[name], maxMessageLength) : null;
      if (text === null || text === said || isStatusOnly(text)) continue;
      if (said === null || text.split(/\s+/).length > 2) return text;
    }
  }
  return null;
}
