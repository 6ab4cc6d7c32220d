/** Foreseen failures: a code from a closed union, and a sentence that may be shown to the person as it is. */
import { errorTexts } from './texts/en-errors.ts';

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

export class InboxError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.name = 'InboxError';
    this.code = code;
  }
}

/** How an error crosses a process boundary: as data. */
export interface ErrorData {
  readonly code: ErrorCode;
  readonly message: string;
}

export function httpStatus(code: ErrorCode): number {
  return statusByCode[code];
}

/** Anything that is not an `InboxError` is a bug: the caller logs it whole and shows only that something broke. */
export function toErrorData(error: unknown): ErrorData {
  if (error instanceof InboxError) return { code: error.code, message: error.message };
  return {
    code: 'internal',
    message: errorTexts.broken,
  };
}
