/** Every sentence of the downloads that a person may read. Another language is another object of this type. */
export interface DownloadTexts {
  readonly gone: (host: string, status: number) => string;
  readonly forbidden: (host: string, status: number) => string;
  readonly badUrl: () => string;
  readonly urlWithPassword: () => string;
  readonly privateAddress: (host: string) => string;
  readonly tooManyRedirects: (host: string, limit: number) => string;
  readonly badRedirect: (host: string) => string;
  readonly tooLarge: (limit: string) => string;
  readonly webPage: (host: string, title: string) => string;
  readonly textAnswer: (host: string, kind: string, excerpt: string) => string;
  readonly image: () => string;
  readonly otherFile: (what: string) => string;
  readonly unknownFile: () => string;
  readonly notAnImage: () => string;
  readonly empty: (host: string) => string;
  readonly cutShort: () => string;
  readonly noIndex: () => string;
  readonly noPictures: () => string;
  readonly wrongLength: (host: string, got: string, promised: string) => string;
  readonly unknownEncoding: (host: string, encoding: string) => string;
  readonly brokenEncoding: (host: string) => string;
  readonly diskFull: (needed: string | null) => string;
  readonly diskError: (reason: string) => string;
  readonly reportFailed: () => string;
  readonly noConnectionInTime: (host: string) => string;
  readonly noAnswerInTime: (host: string) => string;
  readonly stalled: (host: string) => string;
  readonly tookTooLong: (host: string) => string;
  readonly noSuchHost: (host: string) => string;
  readonly untrustedCertificate: (host: string) => string;
  readonly connectionCut: (host: string) => string;
  readonly connectionRefused: (host: string) => string;
  readonly connectionFailed: (host: string, reason: string) => string;
  readonly serverError: (host: string, status: number) => string;
  readonly tooManyRequests: (host: string) => string;
  readonly unexpectedStatus: (host: string, status: number) => string;
  readonly gaveUp: (sentence: string, attempts: number) => string;
  readonly bytes: (count: number) => string;
}

const size = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });

export const englishDownloadTexts: DownloadTexts = {
  gone: (host, status) =>
    `${host} says that this file is no longer there (${status}), so its link has most likely expired. If the provider can make a new link, try again with it.`,
  forbidden: (host, status) =>
    `${host} does not let us fetch this file (${status}). Its link has most likely expired, or it needs an API key. Try again with a new link.`,
  badUrl: () => 'The provider sent a link that is not a web address, so there is nothing to fetch.',
  urlWithPassword: () =>
    'The link carries a user name or password, which Video Inbox does not send anywhere. Nothing was fetched.',
  privateAddress: (host) =>
    `The link leads to ${host}, which is inside a private network, so nothing was fetched. If it is a server of yours, start Video Inbox with --allow-host ${host}.`,
  tooManyRedirects: (host, limit) =>
    `${host} sent us on more than ${limit} times without giving the file. Try again later, or fetch it in a browser.`,
  badRedirect: (host) => `${host} sent us on to an address that is not a web address. Try again later.`,
  tooLarge: (limit) => `The file is larger than the limit of ${limit}, so it was not fetched.`,
  webPage: (host, title) =>
    `${host} sent a web page${title === '' ? '' : ` (“${title}”)`} in place of the video. The link may have expired; open it in a browser to see what it says.`,
  textAnswer: (host, kind, excerpt) =>
    `${host} sent ${kind} in place of the video${excerpt === '' ? '' : `: ${excerpt}`}. The link may have expired; try again with a new one.`,
  image: () => 'The link gave an image in place of a video. Open the link in a browser to see it.',
  otherFile: (what) => `The link gave a ${what} file in place of a video. Open the link in a browser to fetch it.`,
  unknownFile: () => 'What the link gave is not a video that Video Inbox knows. Open the link in a browser to see it.',
  notAnImage: () => 'The preview link did not give an image.',
  empty: (host) => `${host} sent an empty file. Try again later; the provider may still be writing it.`,
  cutShort: () => 'The video ends too early: a part of the file is missing on the server. Try again later.',
  noIndex: () =>
    'The video has no index (moov), so no player could open it. The provider may still be writing it; try again later.',
  noPictures: () => 'The video holds no pictures. The provider may still be writing it; try again later.',
  wrongLength: (host, got, promised) =>
    `${host} promised ${promised} and sent ${got} each time, so the video is not whole. Try again later.`,
  unknownEncoding: (host, encoding) =>
    `${host} packed the file in a way that Video Inbox does not know (${encoding}). Fetch it in a browser.`,
  brokenEncoding: (host) => `What ${host} sent could not be unpacked. Try again later.`,
  diskFull: (needed) =>
    `There is not enough room on the disk${needed === null ? '' : ` (${needed} more are needed)`}. What was fetched is kept; the download goes on by itself once there is room.`,
  diskError: (reason) =>
    `The video could not be written to the disk (${reason}). What was fetched is kept; the download goes on by itself once the disk works.`,
  reportFailed: () =>
    'The video is on disk, but the library could not note it. That is tried again by itself; check that the disk has room.',
  noConnectionInTime: (host) => `${host} did not take our connection in time.`,
  noAnswerInTime: (host) => `${host} took the request but did not answer in time.`,
  stalled: (host) => `${host} stopped sending in the middle of the file.`,
  tookTooLong: (host) => `${host} sends so slowly that the download took too long.`,
  noSuchHost: (host) => `The address ${host} could not be found. Check the connection to the internet.`,
  untrustedCertificate: (host) => `The certificate of ${host} is not valid, so the connection was not trusted.`,
  connectionCut: (host) => `The connection to ${host} broke off before the file was whole.`,
  connectionRefused: (host) => `${host} takes no connections just now.`,
  connectionFailed: (host, reason) => `The connection to ${host} failed (${reason}).`,
  serverError: (host, status) => `${host} has a problem of its own (${status}).`,
  tooManyRequests: (host) => `${host} asks us to wait (429).`,
  unexpectedStatus: (host, status) => `${host} gave an answer that makes no sense here (${status}).`,
  gaveUp: (sentence, attempts) =>
    `${sentence} After ${attempts} attempts Video Inbox has stopped trying; what was fetched is kept. Check the connection and try again.`,
  bytes: (count) => {
    const units = ['bytes', 'kB', 'MB', 'GB', 'TB'];
    let value = count;
    let unit = 0;
    while (value >= 1000 && unit < units.length - 1) {
      value /= 1000;
      unit += 1;
    }
    return `${size.format(value)} ${units[unit] ?? ''}`;
  },
};
