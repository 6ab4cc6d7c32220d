/** Foreseen failures: a code from a closed union, and a sentence for the person, in words at the edge only. */
import { errorTexts } from './texts/en-errors.ts';
import { heard, told, type Sentence, type Told } from './texts/sentence.ts';

export type ErrorCode =
  | 'bad-request'
  | 'unauthorized'
  | 'forbidden'
  | 'not-found'
  | 'conflict'
  | 'too-large'
  | 'too-many'
  | 'storage-failed'
  | 'already-running'
  | 'not-running'
  | 'port-in-use'
  | 'data-dir-unusable'
  | 'unavailable'
  | 'internal';

const statusByCode: Record<ErrorCode, number> = {
  'bad-request': 400,
  unauthorized: 401,
  forbidden: 403,
  'not-found': 404,
  conflict: 409,
  'too-large': 413,
  'too-many': 429,
  'storage-failed': 503,
  'already-running': 409,
  'not-running': 503,
  'port-in-use': 409,
  'data-dir-unusable': 503,
  unavailable: 503,
  internal: 500,
};

/** Its `message` is English: for the outside, which keeps it, and for the log. */
export class InboxError extends Error {
  readonly code: ErrorCode;
  readonly text: Sentence;

  constructor(code: ErrorCode, text: Sentence, options?: { readonly cause?: unknown }) {
    super(text.english, options);
    this.name = 'InboxError';
    this.code = code;
    this.text = text;
  }
}

/** How an error crosses a process boundary: as data. */
export interface ErrorData extends Told {
  readonly code: ErrorCode;
}

/** With it a client of ours asks an inbox for `text` as well: answers to others hold code and message only. */
export const textsHeader = 'Video-Inbox-Texts';

export function httpStatus(code: ErrorCode): number {
  return statusByCode[code];
}

/** Anything that is not an `InboxError` is a bug: the caller logs it whole and shows only that something broke. */
export function toErrorData(error: unknown): ErrorData {
  return { code: error instanceof InboxError ? error.code : 'internal', ...told(sentenceOf(error)) };
}

/** What was an error on the other side of a boundary. */
export function fromErrorData(data: ErrorData): InboxError {
  return new InboxError(data.code, heard(data));
}

/** The sentence of any error; of a bug only that something broke. */
export function sentenceOf(error: unknown): Sentence {
  return error instanceof InboxError ? error.text : errorTexts.broken;
}
