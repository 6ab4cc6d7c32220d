import { pathOf, type BodyView } from './body-view.ts';
import { isRecord, own, textOf } from './json.ts';

/** The most telling first: what went wrong with the task, then what the envelope says. */
const messagePaths = [
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
  'msg',
  'message',
  'data.msg',
  'data.message',
].map(pathOf);

const errorPaths = ['data.failMsg', 'data.errorMessage', 'data.error', 'error', 'failure_reason'].map(pathOf);

const partsOfError = ['message', 'msg', 'detail', 'reason', 'description', 'raw_message'] as const;
const maxMessageLength = 4000;

/** What the provider tells the person, or `null`. */
export function readMessage(body: BodyView): string | null {
  for (const path of messagePaths) {
    const message = messageIn(body.at(path));
    if (message !== null) return message;
  }
  return null;
}

/** True where the body names an error of its own, apart from `msg`, which also greets a success. */
export function hasErrorText(body: BodyView): boolean {
  return errorPaths.some((path) => messageIn(body.at(path)) !== null);
}

function messageIn(value: unknown): string | null {
  const first: unknown = Array.isArray(value) ? value[0] : value;
  if (!isRecord(first)) return textOf(first, maxMessageLength);
  for (const part of partsOfError) {
    const message = textOf(own(first, part), maxMessageLength);
    if (message !== null) return message;
  }
  return null;
}
