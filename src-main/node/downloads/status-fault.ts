import type { IncomingHttpHeaders } from 'node:http';
import { DownloadFault } from './download-fault.ts';
import { retryAfterMs } from './http-headers.ts';

/** What an answer other than 200 and 206 means for the download. */
export function faultOfStatus(status: number, headers: IncomingHttpHeaders, host: string, now: number): DownloadFault {
  const wait = retryAfterMs(headers, now);
  const details = wait === null ? {} : { retryAfterMs: wait };
  if (status === 404 || status === 410) return new DownloadFault({ reason: 'gone', host, status }, details);
  if (status === 429) return new DownloadFault({ reason: 'too-many-requests', host }, details);
  if (status === 408 || status === 425 || status >= 500) {
    return new DownloadFault({ reason: 'server-error', host, status }, details);
  }
  // 401 and 403, and the other refusals: some stores answer 400 to an expired signature.
  if (status >= 400 && status !== 416) return new DownloadFault({ reason: 'forbidden', host, status }, details);
  return new DownloadFault({ reason: 'unexpected-status', host, status }, { ...details, discardPart: status === 416 });
}
