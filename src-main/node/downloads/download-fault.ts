import type { DownloadErrorCode } from '../../common/model.ts';

export interface FaultDetails {
  readonly cause?: unknown;
  /** The server asked to be left alone for so long. */
  readonly retryAfterMs?: number;
  /** The bytes on disk are worthless: start from the first byte next time. */
  readonly discardPart?: boolean;
  /** The transfer ended after so many bytes although more were promised. */
  readonly endedAt?: number;
}

/** A foreseen end of an attempt. `message` is a sentence for the person. */
export class DownloadFault extends Error {
  readonly code: DownloadErrorCode;
  readonly retryAfterMs: number | null;
  readonly discardPart: boolean;
  readonly endedAt: number | null;

  constructor(code: DownloadErrorCode, message: string, details: FaultDetails = {}) {
    super(message, { cause: details.cause });
    this.name = 'DownloadFault';
    this.code = code;
    this.retryAfterMs = details.retryAfterMs ?? null;
    this.discardPart = details.discardPart ?? false;
    this.endedAt = details.endedAt ?? null;
  }
}
