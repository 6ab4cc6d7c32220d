/** Why a video is not on disk, in words: what happened, what it means for the video, the next step. */
import {
  codeOfReason,
  isOfDisk,
  type DownloadReason,
  type DownloadTrouble,
  type DownloadTroubleParams,
} from '../download-trouble.ts';
import type { Params } from '../model.ts';
import { type Sentence, sentences } from './sentence.ts';

/** Another language is another object of this type. */
type DownloadTexts = { readonly [R in DownloadReason]: (params: DownloadTroubleParams[R]) => string };

const size = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });
const formats = { json: 'a JSON message', xml: 'an XML message', text: 'a text' } as const;

const reasons: DownloadTexts = {
  gone: ({ host, status }) =>
    status === 404 || status === 410
      ? `${host} says that this file is no longer there (${status}), so its link has most likely expired. If the provider can make a new link, try again with it.`
      : `${host} says that this link has expired (${status}). If the provider can make a new link, try again with it.`,
  forbidden: ({ host, status }) =>
    status === 403 || status === 406
      ? `${host} does not let us fetch this file (${status}), not even when asked as a browser would. Its link has most likely expired, or the host refuses programs. Open the link in a browser, or try again with a new link.`
      : `${host} does not let us fetch this file (${status}). Its link has most likely expired, or it needs an API key. Try again with a new link.`,
  'not-there-yet': ({ host, status }) =>
    `The file is not there yet: ${host} ${status === null ? 'has only a part of it' : `answers ${status}`}. Callbacks are often faster than the store behind them; Video Inbox asks again by itself.`,
  'bad-url': () => 'The provider sent a link that is not a web address, so there is nothing to fetch.',
  'inline-lost': () =>
    'The film came inside the callback, and its bytes are not in the data folder any more. Ask the provider to send the callback again, or attach the file.',
  'not-http': ({ scheme }) =>
    `The link leads to an address that begins with ${scheme}://, and videos are fetched from https and http links only. Ask the provider for an https link.`,
  'url-with-password': () =>
    'The link carries a user name or password, which Video Inbox does not send anywhere. Nothing was fetched.',
  'private-address': ({ host }) =>
    `The link leads to ${host}, which is inside a private network, so nothing was fetched. If it is a server of yours, start Video Inbox with --allow-host ${host}.`,
  'private-from-here': ({ host }) =>
    `From here ${host} leads into a private network, so nothing was fetched. That is so where a network wants a login first: log in there in a browser. If it is a server of yours, start Video Inbox with --allow-host ${host}.`,
  'too-many-redirects': ({ host, limit }) =>
    `${host} sent us on more than ${limit} times without giving the file. Try again later, or fetch it in a browser.`,
  'bad-redirect': ({ host }) => `${host} sent us on to an address that is not a web address. Try again later.`,
  'too-large': ({ limitBytes }) =>
    `The file is larger than the limit of ${bytesText(limitBytes)}, so it was not fetched. Raise “Largest video” in the settings, then try again.`,
  'web-page': ({ host, title }) =>
    `${host} sent a web page${title === '' ? '' : ` (“${title}”)`} in place of the video. The link may have expired; open it in a browser to see what it says.`,
  'text-answer': ({ host, format, excerpt }) =>
    `${host} sent ${formats[format]} in place of the video${excerpt === '' ? '' : `: ${excerpt}`}. The link may have expired; try again with a new one.`,
  playlist: ({ host }) =>
    `${host} gave a playlist in place of the video: a list of pieces for a player, not a file. Ask the provider for an mp4, or fetch it with a tool that joins the pieces.`,
  image: () => 'The link gave an image in place of a video. Open the link in a browser to see it.',
  'other-file': ({ what }) =>
    `The link gave a ${what} file in place of a video. Open the link in a browser to fetch it.`,
  'unknown-file': () =>
    'What the link gave is not a video that Video Inbox knows. Open the link in a browser to see it.',
  'not-an-image': () => 'The preview link did not give an image.',
  empty: ({ host }) => `${host} sent an empty file. Try again later; the provider may still be writing it.`,
  'cut-short': () => 'The video ends too early: a part of the file is missing on the server. Try again later.',
  'no-index': () =>
    'The video has no index (moov), so no player could open it. The provider may still be writing it; try again later.',
  'no-pictures': () => 'The video holds no pictures. The provider may still be writing it; try again later.',
  'trailing-data': ({ extraBytes }) =>
    `Behind the video come ${bytesText(extraBytes)} that belong to no part of it, so the file was not kept. Open the link in a browser to see what it is.`,
  'wrong-length': ({ host, gotBytes, promisedBytes }) =>
    `${host} promised ${bytesText(promisedBytes)} and sent ${bytesText(gotBytes)} each time, so the video is not whole. Try again later.`,
  'other-checksum': ({ host }) =>
    `What ${host} sent has another checksum than the one it tells, so the video may be damaged and is not kept as saved. Try again later; if that changes nothing, open the link in a browser, and attach the file where it plays.`,
  'ended-early': ({ host, gotBytes, promisedBytes }) =>
    `${host} promised ${bytesText(promisedBytes)} and sent ${bytesText(gotBytes)}, so the video is not whole.`,
  'broken-encoding': ({ host }) => `What ${host} sent could not be unpacked. Try again later.`,
  'packed-bomb': ({ host }) =>
    `What ${host} sent unpacks to far more than a video would, so it was not kept. Open the link in a browser to see what it is.`,
  'disk-full': ({ neededBytes }) =>
    `There is not enough room on the disk${neededBytes === null ? '' : ` (${bytesText(neededBytes)} more are needed)`}. What was fetched is kept; the download goes on by itself once there is room.`,
  'disk-error': ({ errno }) =>
    isOfDisk(errno)
      ? `The video could not be written to the disk (${errno}). What was fetched is kept; the download goes on by itself once the disk works.`
      : `The video could not be stored on the S3 server (${errno}). It was fetched and waits on this machine; it is stored there by itself once the server takes it.`,
  'report-failed': () => 'The video is on disk, but the library could not note it. That is tried again by itself.',
  'no-connection-in-time': ({ host }) => `${host} did not take our connection in time.`,
  'no-answer-in-time': ({ host }) => `${host} took the request but did not answer in time.`,
  stalled: ({ host }) => `${host} stopped sending in the middle of the file.`,
  'too-slow': ({ host }) => `${host} sends so slowly that other videos would wait behind it.`,
  'took-too-long': ({ host }) => `${host} sends so slowly that the download took too long.`,
  'no-such-host': ({ host }) => `The address ${host} could not be found. Check the connection to the internet.`,
  'untrusted-certificate': ({ host }) => `The certificate of ${host} is not valid, so the connection was not trusted.`,
  'connection-cut': ({ host }) => `The connection to ${host} broke off before the file was whole.`,
  'connection-refused': ({ host }) => `${host} takes no connections just now.`,
  'connection-failed': ({ host, errno }) => `The connection to ${host} failed (${errno}).`,
  'proxy-failed': ({ host, errno }) =>
    `The proxy ${host} could not be reached (${errno}). Check the proxy in the settings of this machine or of Video Inbox.`,
  'daily-limit': ({ limitBytes }) =>
    `The links of this callback URL have brought ${bytesText(limitBytes)} today, which is the limit. The download goes on by itself tomorrow; the limit is in the settings.`,
  'server-error': ({ host, status }) => `${host} has a problem of its own (${status}).`,
  'too-many-requests': ({ host }) => `${host} asks us to wait (429).`,
  'unexpected-status': ({ host, status }) => `${host} gave an answer that makes no sense here (${status}).`,
  internal: () =>
    'Something in Video Inbox broke while it fetched this video, so it has stopped trying. The log tells more; try again after the next update, or fetch the video in a browser.',
};

export const enDownloads = {
  reasons,
  /** @param sentence one of `reasons` @param attempts how often it was tried */
  givenUp: (sentence: string, attempts: number) =>
    `${sentence} After ${attempts} attempts Video Inbox has stopped trying; what was fetched is kept. Check the connection and try again.`,
  /** Why a video that is wanted is not being fetched just now. */
  waits: {
    places: 'Waiting for its turn: other videos are being fetched.',
    host: 'Waiting for its turn: other videos are being fetched from the same host.',
    held: 'Its host asked us to wait a moment.',
    later: 'Waiting for its next attempt.',
    paused: 'Downloads are paused.',
  },
};

const downloadTexts = sentences('downloads', enDownloads);

export function downloadSentence(trouble: DownloadTrouble): Sentence {
  // The table has a function for each reason, with that reason's parameters.
  const sentence = downloadTexts.reasons[trouble.reason] as (params: DownloadTrouble) => Sentence;
  return sentence(trouble);
}

/** Why it was given up. @param attempts How often it was tried. */
export function failureSentence(trouble: DownloadTrouble, attempts: number): Sentence {
  const sentence = downloadSentence(trouble);
  const isOfTheWay = ['timeout', 'network', 'server'].includes(codeOfReason[trouble.reason]);
  return isOfTheWay ? downloadTexts.givenUp(sentence, attempts) : sentence;
}

/** Why the last attempt failed, of a video that is tried again; from an event or a task. `null` as below. */
export function storedAttemptSentence(reason: string, params: Params): Sentence | null {
  return Object.hasOwn(reasons, reason) ? downloadSentence({ reason, ...params } as DownloadTrouble) : null;
}

/** Why it was given up, from an event or a task; `null` where a later version stored a reason that has no words here. */
export function storedFailureSentence(reason: string, { attempts, ...params }: Params): Sentence | null {
  if (!Object.hasOwn(reasons, reason)) return null;
  return failureSentence({ reason, ...params } as DownloadTrouble, typeof attempts === 'number' ? attempts : 1);
}

export function waitSentence(wait: keyof typeof enDownloads.waits): Sentence {
  return downloadTexts.waits[wait];
}

/** A size in words, as `1.2 MB`. */
export function bytesText(count: number): string {
  const units = ['bytes', 'kB', 'MB', 'GB', 'TB'];
  let value = count;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${size.format(value)} ${units[unit] ?? ''}`;
}
