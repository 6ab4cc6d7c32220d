/** What an answer that brings no file means for the download. */
import type { Sniffed } from '../media/sniff.ts';
import { retryAfterMs } from '../outgoing/retry-after.ts';
import { packingsIn, unpackMessage } from './content-encoding.ts';
import { DownloadFault } from './download-fault.ts';
import { headerText } from './http-headers.ts';
import type { OpenedFile } from './http-source.ts';

const mostMessageBytes = 16 * 1024;
/** Whoever has said no by then and goes on without a word has said enough. */
const messageMs = 5000;

/**
 * What an answer other than 200 and 206 means. Of a refusal the message is read: most stores answer 403 to whatever is
 * wrong, also to a file that is not there yet, and tell only there that the link is too old.
 */
export async function faultOfStatus(opened: OpenedFile, now: number): Promise<DownloadFault> {
  const { status, headers, url } = opened;
  const { host } = url;
  const wait = retryAfterMs((name) => headerText(headers, name), now);
  const details = wait === null ? {} : { retryAfterMs: wait };
  if (status === 429) return new DownloadFault({ reason: 'too-many-requests', host }, details);
  if (status === 408 || status === 425 || status >= 500) {
    // 503 is mostly about one file, or nobody knows what; stores tell where they mean all of them.
    const isTooMany = status === 503 && saysTooMany(await messageOf(opened));
    return new DownloadFault({ reason: 'server-error', host, status }, { ...details, isTooMany });
  }
  if (status < 400 || status === 416) return new DownloadFault({ reason: 'unexpected-status', host, status }, details);
  const isExpired = status !== 410 && saysExpired(await messageOf(opened));
  if (isExpired || status === 404 || status === 410) {
    return new DownloadFault({ reason: 'gone', host, status }, { ...details, isExpired });
  }
  // 401 and 403, and the other refusals: some stores answer 400 to an expired signature.
  return new DownloadFault({ reason: 'forbidden', host, status }, details);
}

/** The beginning of a refusal's body; `''` where it cannot be read, which changes nothing about the refusal. */
async function messageOf({ headers, body }: OpenedFile): Promise<string> {
  const deadline = setTimeout(() => body.cancel(), messageMs);
  const chunks: Uint8Array[] = [];
  try {
    const packed = await packingsIn(headerText(headers, 'content-encoding'), body);
    for (let size = 0; size < mostMessageBytes;) {
      const chunk = await body.next();
      if (chunk === null) break;
      chunks.push(chunk);
      size += chunk.length;
    }
    const bytes = Buffer.concat(chunks);
    return (unpackMessage(bytes, packed, mostMessageBytes * 8) ?? bytes).toString('utf8');
  } catch {
    return Buffer.concat(chunks).toString('utf8');
  } finally {
    clearTimeout(deadline);
  }
}

/** The same of an answer that was no refusal by its status: some hosts send their pages and messages with 200. */
export function tellsExpired({ excerpt }: Extract<Sniffed, { readonly excerpt: string }>): boolean {
  return sentenceAlone.test(excerpt) || saysExpired(`${excerpt}<Message>${excerpt}</Message><Code>${excerpt}</Code>`);
}

/**
 * The message says that the link's time is over, in the form of a store or as a code. What a host writes for people is
 * often a guess ("expired, or not there yet"), and a film that comes late is lost where it is believed.
 */
export function saysExpired(message: string): boolean {
  if (forms.some((form) => form.test(message))) return true;
  const frame = azureFrame.exec(message);
  // Before its beginning it will be good: the clock of who made it is ahead.
  return frame !== null && Date.parse(frame[2] ?? '') > Date.parse(frame[1] ?? '');
}

/** Whoever answers means how much is asked of him altogether, in the codes of stores: AWS and what is like it, Azure, Aliyun. */
export function saysTooMany(message: string): boolean {
  return /<Code>(?:SlowDown\w{0,20}|RequestLimitExceeded|TooManyRequests|ServerBusy|\w{1,20}(?:Traffic|Qps)(?:Rate)?LimitExceeded)<\/Code>|"code"\s*:\s*"(?:SlowDown|TooManyRequests|ServerBusy|RequestLimitExceeded)"/i.test(
    message,
  );
}

/** Nothing else is said in it, and nothing left open. */
const sentence = String.raw`(?:(?:this|the|your) )?(?:provided token|(?:(?:download|signed|presigned|video) ){0,2}(?:link|url|signature|request)) (?:has |is |has already )?expired[.!]?`;
const sentenceAlone = new RegExp(`^${sentence}$`, 'i');

const forms: readonly RegExp[] = [
  // AWS and what is like it: Aliyun, Tencent, Volcengine, R2; Google says `ExpiredToken`.
  /<Code>Expired(?:Request|Token)<\/Code>/,
  /<Message>Request has expired\.?<\/Message>/i,
  /"message"\s*:\s*"Request has expired\.?"/i,
  /<Details>Request signature expired at: /i,
  // Supabase, Qiniu, Aliyun's edge.
  /"exp\\?" claim timestamp check failed/,
  /"error"\s*:\s*"expired token"/i,
  /\bdenied by req auth: expired timestamp\b/i,
  /"(?:code|error|reason|type)"\s*:\s*"(?:url|link|signature|request)[ _-]?(?:is[ _-])?expired"/i,
  /"(?:code|error|reason|type)"\s*:\s*"expired[ _-]?(?:url|link|signature|request)"/i,
  new RegExp(String.raw`"(?:error|message|msg|detail|reason|description)"\s*:\s*"${sentence}"`, 'i'),
];
/** Azure: the beginning and the end of the link's time, and the clock there. */
const azureFrame =
  /\bnot valid in the specified time frame: Start \[[^\]]{0,40}\] - Expiry \[([^\]]{1,40})\] - Current \[([^\]]{1,40})\]/i;
