/**
 * Why a file is not on disk: a reason with its parameters. This is what events, logs and errors carry; the sentence is
 * made where a person reads it, by `downloadSentence` of the texts.
 */
import type { DownloadErrorCode } from './model.ts';

interface Host {
  /** Host, with its port where that is not the usual one. */
  readonly host: string;
}
interface Answer extends Host {
  /** HTTP status. */
  readonly status: number;
}

/** Whether it was a disk that failed, and not S3 or the way to it: those have words of their own, or codes of sockets. */
export const isOfDisk = (errno: string): boolean =>
  /^E[A-Z\d]+$/.test(errno) && !/^(?:ECONN|EPIPE|EPROTO|ETIMEDOUT|ENOTFOUND|EHOST|ENET)/.test(errno);

/** The parameters of each reason. They are stored: add, never rename. */
export interface DownloadTroubleParams {
  readonly gone: Answer;
  readonly forbidden: Answer;
  /** Soon after the callback: the store behind the link does not have the file yet. `status` of a refusal, else `null`. */
  readonly 'not-there-yet': Host & { readonly status: number | null };
  readonly 'bad-url': object;
  /** A film that came inside a callback is not where it was kept. */
  readonly 'inline-lost': object;
  /** `scheme`: of the link, without the colon, e.g. `s3`. */
  readonly 'not-http': { readonly scheme: string };
  readonly 'url-with-password': object;
  readonly 'private-address': Host;
  /** Its name does, as a name server here tells, or whoever answered in its place. */
  readonly 'private-from-here': Host;
  readonly 'too-many-redirects': Host & { readonly limit: number };
  readonly 'bad-redirect': Host;
  readonly 'too-large': { readonly limitBytes: number };
  readonly 'web-page': Host & { readonly title: string };
  /** `format`: what the text is. */
  readonly 'text-answer': Host & { readonly format: 'json' | 'xml' | 'text'; readonly excerpt: string };
  readonly playlist: Host;
  readonly image: object;
  /** `what`: the short name of the format, e.g. `zip`. */
  readonly 'other-file': { readonly what: string };
  readonly 'unknown-file': object;
  readonly 'not-an-image': object;
  readonly empty: Host;
  readonly 'cut-short': object;
  readonly 'no-index': object;
  readonly 'no-pictures': object;
  /** Bytes behind the video that belong to no part of it. */
  readonly 'trailing-data': { readonly extraBytes: number };
  readonly 'wrong-length': Host & { readonly gotBytes: number; readonly promisedBytes: number };
  /** What came is not what the server tells of the file by a checksum. */
  readonly 'other-checksum': Host;
  readonly 'ended-early': Host & { readonly gotBytes: number; readonly promisedBytes: number };
  readonly 'broken-encoding': Host;
  /** Packed data that unpacks to far more than a video can. */
  readonly 'packed-bomb': Host;
  readonly 'disk-full': { readonly neededBytes: number | null };
  readonly 'disk-error': { readonly errno: string };
  readonly 'report-failed': object;
  readonly 'no-connection-in-time': Host;
  readonly 'no-answer-in-time': Host;
  readonly stalled: Host;
  readonly 'too-slow': Host;
  readonly 'took-too-long': Host;
  readonly 'no-such-host': Host;
  readonly 'untrusted-certificate': Host;
  readonly 'connection-cut': Host;
  readonly 'connection-refused': Host;
  readonly 'connection-failed': Host & { readonly errno: string };
  /** A proxy that the person set up does not take our connection. */
  readonly 'proxy-failed': Host & { readonly errno: string };
  /** The links of one callback URL have brought as many bytes as a day allows. */
  readonly 'daily-limit': { readonly limitBytes: number };
  readonly 'server-error': Answer;
  readonly 'too-many-requests': Host;
  readonly 'unexpected-status': Answer;
  readonly internal: object;
}

export type DownloadReason = keyof DownloadTroubleParams;
export type DownloadTrouble = {
  readonly [R in DownloadReason]: { readonly reason: R } & DownloadTroubleParams[R];
}[DownloadReason];

/** The coarse code of each reason: what `errorCode` of a video says and what decides whether it is tried again. */
export const codeOfReason: Readonly<Record<DownloadReason, DownloadErrorCode>> = {
  gone: 'gone',
  forbidden: 'forbidden',
  'not-there-yet': 'gone',
  'bad-url': 'bad-url',
  'inline-lost': 'gone',
  'not-http': 'bad-url',
  'url-with-password': 'bad-url',
  'private-address': 'blocked-address',
  'private-from-here': 'network',
  'too-many-redirects': 'too-many-redirects',
  'bad-redirect': 'server',
  'too-large': 'too-large',
  'web-page': 'not-a-video',
  'text-answer': 'not-a-video',
  playlist: 'not-a-video',
  image: 'not-a-video',
  'other-file': 'not-a-video',
  'unknown-file': 'not-a-video',
  'not-an-image': 'not-a-video',
  empty: 'damaged',
  'cut-short': 'damaged',
  'no-index': 'damaged',
  'no-pictures': 'damaged',
  'trailing-data': 'damaged',
  'wrong-length': 'damaged',
  'other-checksum': 'damaged',
  'ended-early': 'network',
  'broken-encoding': 'damaged',
  'packed-bomb': 'damaged',
  'disk-full': 'disk-full',
  'disk-error': 'disk-error',
  'report-failed': 'disk-error',
  'no-connection-in-time': 'timeout',
  'no-answer-in-time': 'timeout',
  stalled: 'timeout',
  'too-slow': 'timeout',
  'took-too-long': 'timeout',
  'no-such-host': 'network',
  'untrusted-certificate': 'network',
  'connection-cut': 'network',
  'connection-refused': 'network',
  'connection-failed': 'network',
  'proxy-failed': 'network',
  'daily-limit': 'disk-full',
  'server-error': 'server',
  'too-many-requests': 'server',
  'unexpected-status': 'server',
  internal: 'internal',
};
