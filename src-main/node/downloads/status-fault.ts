import type { IncomingHttpHeaders } from 'node:http';
import { DownloadFault } from './download-fault.ts';
import { retryAfterMs } from './http-headers.ts';
import type { DownloadTexts } from './messages.ts';

/** What an answer other than 200 and 206 means for the download. */
export function faultOfStatus(
  status: number,
  headers: IncomingHttpHeaders,
  host: string,
  texts: DownloadTexts,
  now: number,
): DownloadFault {
  const wait = retryAfterMs(headers, now);
  const details = wait === null ? {} : { retryAfterMs: wait };
  if (status === 404 || status === 410) return new DownloadFault('gone', texts.gone(host, status), details);
  if (status === 429) return new DownloadFault('server', texts.tooManyRequests(host), details);
  if (status === 408 || status === 425 || status >= 500) {
    return new DownloadFault('server', texts.serverError(host, status), details);
  }
  // 401 and 403, and the other refusals: some stores answer 400 to an expired signature.
  if (status >= 400 && status !== 416) return new DownloadFault('forbidden', texts.forbidden(host, status), details);
  return new DownloadFault('server', texts.unexpectedStatus(host, status), { ...details, discardPart: status === 416 });
}
