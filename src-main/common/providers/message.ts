import { pathOf, type BodyView } from './body-view.ts';
import { isRecord, own, parseJsonText, textOf } from './json.ts';

/** The most telling first: what went wrong with the task, then what the envelope says. */
const tellingPaths = [
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
].map(pathOf);

/** Names that a success uses for other things. */
const pathsOfFailure = [
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
].map(pathOf);

const greetingPaths = ['msg', 'message', 'data.msg', 'data.message'].map(pathOf);

const errorPaths = ['data.failMsg', 'data.errorMessage', 'data.error', 'error', 'errors', 'failure_reason'].map(pathOf);

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
  return failed && message !== null && isStatusOnly(message) ? (reasonAnywhere(body, message) ?? message) : message;
}

/** True where the body names an error of its own, apart from `msg`, which also greets a success. */
export function hasErrorText(body: BodyView): boolean {
  return firstMessage(body, errorPaths) !== null;
}

function firstMessage(body: BodyView, paths: typeof tellingPaths): string | null {
  for (const path of paths) {
    const message = messageIn(body.at(path), 0);
    if (message !== null) return message;
  }
  return null;
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
  return null;
}

/** `Unexpected status code: 422` and `422 Client Error` say that it failed and not why. */
function isStatusOnly(message: string): boolean {
  return (
    message.length <= 120 &&
    /\bstatus(?: code)?:? ?[45]\d\d\b|^(?:http(?:error)?[ :]*)?[45]\d\d\b|^[45]\d\d$/i.test(message)
  );
}

const reasonNames = new Set(['msg', 'message', 'detail', 'reason', 'description', 'error', 'error_message']);

/** A sentence of the error's details; two words such as `field required` say less than the number does. */
function reasonAnywhere(body: BodyView, said: string): string | null {
  for (const { record, names } of body.parts()) {
    for (const name of names) {
      const text = reasonNames.has(name) ? textOf(record[name], maxMessageLength) : null;
      if (text !== null && text !== said && !isStatusOnly(text) && text.split(/\s+/).length > 2) return text;
    }
  }
  return null;
}
