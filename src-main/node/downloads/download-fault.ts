import { codeOfReason, type DownloadTrouble } from '../../common/download-trouble.ts';
import type { DownloadErrorCode } from '../../common/model.ts';
import { downloadSentence } from '../../common/texts/en-downloads.ts';
import type { Sentence } from '../../common/texts/sentence.ts';

export interface FaultDetails {
  readonly cause?: unknown;
  /** The server asked to be left alone for so long. */
  readonly retryAfterMs?: number;
  /** The bytes on disk are worthless: start from the first byte next time. */
  readonly discardPart?: boolean;
  /** The transfer ended after so many bytes although more were promised. */
  readonly endedAt?: number;
  /** Of a whole file that has another checksum than its server tells. */
  readonly otherSha256?: string;
  /** The store elsewhere did not take it. */
  readonly isOfStore?: boolean;
  /** The host's message says that the link is too old. */
  readonly isExpired?: boolean;
  /** The host said that it is asked for too much altogether, whatever the file. */
  readonly isTooMany?: boolean;
}

/** A foreseen end of an attempt. */
export class DownloadFault extends Error {
  readonly trouble: DownloadTrouble;
  readonly text: Sentence;
  readonly code: DownloadErrorCode;
  readonly retryAfterMs: number | null;
  readonly discardPart: boolean;
  readonly endedAt: number | null;
  readonly otherSha256: string | null;
  readonly isOfStore: boolean;
  readonly isExpired: boolean;
  readonly isTooMany: boolean;

  constructor(trouble: DownloadTrouble, details: FaultDetails = {}) {
    const text = downloadSentence(trouble);
    super(text.english, { cause: details.cause });
    this.text = text;
    this.name = 'DownloadFault';
    this.trouble = trouble;
    this.code = codeOfReason[trouble.reason];
    this.retryAfterMs = details.retryAfterMs ?? null;
    this.discardPart = details.discardPart ?? false;
    this.endedAt = details.endedAt ?? null;
    this.otherSha256 = details.otherSha256 ?? null;
    this.isOfStore = details.isOfStore ?? false;
    this.isExpired = details.isExpired ?? false;
    this.isTooMany = details.isTooMany ?? trouble.reason === 'too-many-requests';
  }
}
