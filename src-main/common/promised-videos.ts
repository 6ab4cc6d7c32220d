/** Which videos a result promises, and what becomes of them beside those that its task has. */
import type { ResultEvent, Stamp } from './events.ts';
import {
  indexOfFile,
  insertVideos,
  newVideo,
  ownEnd,
  placesInRecord,
  placesOfFiles,
  promisedAtLast,
  queued,
  withLink,
  withSpare,
} from './fold-video.ts';
import { fileOfLink } from './links.ts';
import { isTerminal, type TaskState, type Video } from './model.ts';
import { without } from './without.ts';

type Result = ResultEvent & Stamp;

/** A callback URL that leaked must not grow one task without end; as many as are read from one body. */
const videoLimit = 256;

/**
 * Videos that this result promises. A processing body may hold previews, which are no result; what a failed one names where
 * results stand is. Where the word for the state is not known, or there is none, the URLs are taken: rather one file too many than
 * a lost one.
 */
export function promisedUrls(event: Result): readonly string[] {
  const { state, videoUrls, isDespiteFailure } = event.read.result;
  const isPromised = state === 'succeeded' || state === 'unknown' || isEarly(event) || isDespiteFailure === true;
  return isPromised ? videoUrls : [];
}

/**
 * A late word of how far a task is, or that it failed, promises nothing for one that is over, or went well; and what was
 * sent in is no film that a failure made.
 */
export function promisedFor(state: TaskState, event: Result, sourceUrl: string | null): readonly string[] {
  const { isDespiteFailure } = event.read.result;
  if ((isEarly(event) && isTerminal(state)) || (isDespiteFailure === true && state !== 'failed')) return [];
  const urls = promisedUrls(event);
  if (isDespiteFailure !== true || sourceUrl === null) return urls;
  const source = fileOfLink(sourceUrl);
  return urls.filter((url) => fileOfLink(url) !== source);
}

function isEarly(event: Result): boolean {
  const { state, isEarly } = event.read.result;
  return state === 'processing' && isEarly === true;
}

const underWayLimit = 16;

/**
 * What a body names while the task is being made is a preview, or the film of a provider whose end names none: it is kept,
 * and nothing is fetched. What would have been fetched at once is no more than that where the task is over.
 */
export function underWayIn(event: Result, isOver = false): readonly string[] {
  const { state, videoUrls } = event.read.result;
  const isMeant = event.v > 1 && state === 'processing' && (isOver || !isEarly(event));
  return isMeant ? videoUrls.slice(0, underWayLimit) : [];
}

/** The films behind such links, but for what was sent in. Nobody vouches for them. */
export function filmsUnderWay(links: readonly string[], event: Result, sourceUrl: string | null): readonly Video[] {
  const sources = [sourceUrl, event.read.result.sourceUrl].map((url) => (url === null ? null : fileOfLink(url)));
  return distinctFiles(links)
    .filter((url) => !sources.includes(fileOfLink(url)))
    .map((url) => ({ ...newVideo(url), early: true, ...ownEnd(url, event.at) }));
}

interface Added {
  readonly videos: readonly Video[];
  /** Links of files that were not known before. */
  readonly fresh: readonly string[];
  /** How many links were too many for the reader or for the task. */
  readonly dropped: number;
}

export function addVideos(known: readonly Video[], event: Result, urls: readonly string[]): Added {
  const isStrict = event.v > 1;
  const isVouched = isStrict && event.trust !== 'unsigned';
  const videos = [...known];
  const fresh = new Set<string>();
  const places = event.source === 'asked' ? placesInRecord(known, urls) : placesOfFiles(known);
  const placeOfFile = isStrict ? places : (url: string) => known.findIndex((video) => video.url === url);
  for (const url of urls) {
    const index = placeOfFile(url);
    const video = videos[index];
    if (video === undefined) fresh.add(url);
    else videos[index] = repeated(video, url, event, isVouched);
  }
  const room = Math.max(0, videoLimit - videos.filter((video) => video.vouched !== true).length);
  const wanted = isStrict ? distinctFiles([...fresh]) : [...fresh];
  const taken = isVouched ? wanted.slice(0, videoLimit) : wanted.slice(0, room);
  const added = taken.map((url) => addedVideo(url, event, isVouched));
  return {
    videos: insertVideos(videos, added, placeOf(videos, isVouched)),
    fresh: taken,
    // The same body again is no news.
    dropped: wanted.length - taken.length + (taken.length > 0 ? (event.read.result.linksLeft ?? 0) : 0),
  };
}

function addedVideo(url: string, event: Result, isVouched: boolean): Video {
  const video = newVideo(url);
  const end = event.v > 1 ? ownEnd(url, event.at) : {};
  // Of a burst of callbacks most are so.
  if (!isVouched && end.expiresAt === undefined && !isEarly(event)) return video;
  return { ...video, ...(isVouched ? { vouched: true } : {}), ...(isEarly(event) ? { early: true } : {}), ...end };
}

function distinctFiles(urls: readonly string[]): readonly string[] {
  if (urls.length < 2) return urls;
  const files = new Map<string, string>();
  for (const url of urls) {
    const file = fileOfLink(url);
    if (!files.has(file)) files.set(file, url);
  }
  return [...files.values()];
}

/** The provider calling again about a video that we could not get is a reason to try again. */
function repeated(known: Video, url: string, event: Result, isVouched: boolean): Video {
  const isFinal = known.early === true && !isEarly(event);
  const video = isFinal ? promisedAtLast(known) : known;
  const isLost = video.state === 'failed' || video.state === 'expired';
  if (event.v === 1) return isLost ? queued(video) : video;
  const trusted = isVouched ? { ...video, vouched: true } : video;
  // A stranger may know the file's name, and a link of theirs must not come before the provider's.
  if (video.vouched === true && !isVouched) return isLost ? queued(video) : video;
  // The record's own link, where the other one may lead elsewhere.
  if (event.source === 'asked' && indexOfFile([video], url) < 0)
    return queued(withLink(without(trusted, 'spareUrls'), url));
  return isLost || isFinal ? queued(withLink(trusted, url)) : withSpare(trusted, url);
}

/** Vouched ones before the others. */
function placeOf(videos: readonly Video[], isVouched: boolean): number {
  const others = isVouched ? videos.findIndex((video) => video.vouched !== true) : -1;
  return others < 0 ? videos.length : others;
}
