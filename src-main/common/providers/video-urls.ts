/** The videos that a body promises. */
import type { TaskState } from '../model.ts';
import { urlsOfAnyName } from './any-video-url.ts';
import type { BodyView } from './body-view.ts';
import { isRecord, namesIn, own, parseJsonText, textOf, type JsonRecord } from './json.ts';
import { nameList } from './name-index.ts';
import { isResultName, isStateName, isVideoFileName, saysVideo } from './names.ts';
import { stateOf } from './state-words.ts';
import {
  bareLink,
  hasPlainLink,
  isBrokenLink,
  isHttpUrl,
  linksInRow,
  otherLink,
  overTls,
  type Links,
} from './link-text.ts';
import { endingOf, endsAsArchive, endsAsVideo, mediaKind, movingEndings } from './media-kind.ts';
import { maxUrls, urlsIn } from './urls.ts';

/** Names that mean a result and nothing else; the clean copy is what was paid for. */
const resultKeys: readonly string[] = [
  'video_url_no_watermark',
  'video_url_without_watermark',
  'videoUrlNoWatermark',
  'videoUrlWithoutWatermark',
  'no_watermark_video_url',
  'no_watermark_url',
  'noWatermarkUrl',
  'url_without_watermark',
  'urlWithoutWatermark',
  'unwatermarked_url',
  'result_video_url',
  'resultVideoUrl',
  'final_video_url',
  'finalVideoUrl',
  'resultUrls',
  'result_urls',
  'resultUrl',
  'result_url',
];

/**
 * Names that mean a result where nothing better is there. `videoUrl` is also how kie.ai calls the source video in a
 * request, so these come after `resultUrls`, and of a failed task's only the one is taken that callbacks call a film by.
 */
const likelyKeys: readonly string[] = [
  'video_url',
  'videoUrl',
  'videoURL',
  'unsigned_urls',
  'unsignedUrls',
  'outputs',
  'output',
  'video',
  'videos',
  'creations',
  'url',
  'videoUrls',
  'video_urls',
  'generated_videos',
  'download_url',
  'downloadUrl',
  'download_link',
  'downloadLink',
  'output_url',
  'outputUrl',
  'generated',
  'download',
  'sample',
  'result',
  'response',
  'data',
];
/** Names that may just as well hold the address of a page or of the task; a link elsewhere that ends as a video is surer. */
const weakKeys: ReadonlySet<string> = new Set('url result response data download sample output generated'.split(' '));

const namesDespiteFailure = nameList([...resultKeys, 'video_url']);
const allNames = nameList([...resultKeys, ...likelyKeys]);

/** The output of whatever model was run, under names that the model chose (Replicate, fal). */
const modelOutputs: readonly (string | null)[] = ['output', 'payload'];

interface FoundUrls {
  readonly urls: readonly string[];
  /** The name that they stood under. */
  readonly key: string | null;
  /** True where links to images, sound or text stood in the places for videos. */
  readonly sawOthers: boolean;
}

/**
 * The videos that a body promises.
 * @param echoed URLs of the echoed request; never results where the name leaves a doubt.
 * @param state What the body says of itself: a failed task's are taken only from a name that means a result, and one that
 * is still in the making has none under unusual names.
 */
export function findVideoUrls(body: BodyView, echoed: Links, state: TaskState | null): FoundUrls {
  const first = findLinks(body, echoed, state);
  const found = state === 'failed' || state === 'processing' ? first : (insteadOf(first, body, echoed) ?? first);
  if (!hasPlainLink(found.urls)) return found;
  const others: string[] = [];
  for (const { record, names } of body.parts()) {
    for (const name of names) {
      const value = record[name];
      if (!mayHoldSecure(value) || !isResultName(name)) continue;
      for (const url of linksOf(value)) if (!echoed.has(url)) others.push(url);
    }
  }
  // Nothing to be told apart from: nearly all that are sent without TLS.
  return others.length === 0 && found.urls.length === 1 ? found : { ...found, urls: overTls(found.urls, others) };
}

/** How many more the longest list of the body has; 0 where not so many were found that some may have been left. */
export function linksLeft(root: JsonRecord, { length: found }: readonly string[]): number {
  return found < maxUrls ? 0 : Math.max(0, longestIn(root, 0) - found);
}

function longestIn(value: unknown, depth: number): number {
  const held = typeof value === 'string' ? (parseJsonText(value) ?? value) : value;
  if (typeof held === 'string') return linksInRow(held).length;
  if (typeof held !== 'object' || held === null || depth > 4) return 0;
  // Members of one list are alike.
  const [inside, length] = Array.isArray(held)
    ? [(held as readonly unknown[]).slice(0, 4), held.length]
    : [namesIn(held as JsonRecord).map((name) => (isResultName(name) ? own(held as JsonRecord, name) : null)), 0];
  return Math.max(length, ...inside.map((each) => longestIn(each, depth + 1)));
}

/** Cheap: false where no link over TLS can stand in it, or be read out of it. */
function mayHoldSecure(value: unknown): boolean {
  if (typeof value === 'string') return /https|\\u/i.test(value);
  return Array.isArray(value) && value.some((item) => typeof item === 'object' || mayHoldSecure(item));
}

/** Its own ones; an object's are those of a part of its own. */
function linksOf(value: unknown): readonly string[] {
  return typeof value === 'string' || Array.isArray(value) ? urlsIn(value, 'video').urls : [];
}

function findLinks(body: BodyView, echoed: Links, state: TaskState | null): FoundUrls {
  const known = withFiles(body, echoed, urlsOfKnownNames(body, echoed, state === 'failed'));
  if (state === 'failed' || (known.urls.length > 0 && !isWeak(known))) return known;
  const ofModel = known.urls.length > 0 ? [] : urlsOfModel(body, echoed);
  if (ofModel.length > 0) return { ...known, urls: ofModel };
  if (state === 'processing') return known.urls.length > 0 ? known : { ...known, urls: urlsOfDone(body, echoed) };
  const anywhere = urlsOfAnyName(body, echoed, {
    onlySure: known.urls.length > 0,
    isDone: state === 'succeeded' && !known.sawOthers,
  });
  if (known.urls.length === 0 && !anywhere.some(isHttpUrl)) {
    const below = urlsBelow(body);
    const others = below.length > 0 ? below : urlsOfOtherKinds(body);
    return { ...known, urls: others.length > 0 ? others : anywhere };
  }
  return anywhere.length > 0 ? { ...known, urls: anywhere, key: null } : known;
}

/**
 * Where nothing was found but lists for players, or what the request has as its `url`, the films that stand elsewhere in the
 * body; `null` where there are none.
 */
function insteadOf({ urls, sawOthers }: FoundUrls, body: BodyView, echoed: Links): FoundUrls | null {
  if (urls.length === 0) return null;
  const sent = new Set(body.presentEchoed(sentNames).length === 0 ? [] : urlsIn(body.echoed('url'), 'video').urls);
  if (!urls.every((url) => sent.has(url) || playlistEndings.has(endingOf(url)))) return null;
  const others = urlsOfAnyName(body, { has: (url) => sent.has(url) || echoed.has(url) }, { onlySure: true }).filter(
    endsAsVideo,
  );
  return others.length === 0 ? null : { urls: others, key: null, sawOthers };
}

const sentNames = nameList(['url']);
const playlistEndings: ReadonlySet<string> = new Set(['m3u8', 'mpd', 'm3u']);

/** Of several jobs of one task those that are done already. */
function urlsOfDone(body: BodyView, echoed: Links): readonly string[] {
  if (!body.mayHold(isStateName)) return [];
  const done = body
    .parts()
    .filter(
      ({ record, names, siblings }) =>
        siblings > 1 &&
        names.some((name) => isStateName(name) && stateOf(textOf(record[name], 100) ?? '') === 'succeeded'),
    );
  const urls = done.flatMap(({ record }) => urlsIn(record, 'video').urls).filter((url) => !echoed.has(url));
  return [...new Set(urls)].slice(0, maxUrls);
}

/**
 * `{"videoUrl": "https://…/watch/7", "videoFileUrl": "https://…/7.mp4"}`: where a name says film and its link does not, the file
 * that stands beside it.
 */
function withFiles(body: BodyView, echoed: Links, found: FoundUrls): FoundUrls {
  if (found.key === null || found.urls.length === 0 || !saysVideo(found.key) || found.urls.some(endsAsVideo))
    return found;
  const files = new Map<string, string>();
  for (const { record, names } of body.parts()) {
    const shown = names.map((name) => textOf(record[name], 8192) ?? '').find((text) => found.urls.includes(text));
    if (shown === undefined) continue;
    for (const name of names) {
      const url = isVideoFileName(name) && isResultName(name) ? textOf(record[name], 8192) : null;
      if (url !== null && isHttpUrl(url) && endsAsVideo(url) && !echoed.has(url)) files.set(shown, url);
    }
  }
  return files.size === 0 ? found : { ...found, urls: [...new Set(found.urls.map((url) => files.get(url) ?? url))] };
}

function isWeak({ urls, key }: FoundUrls): boolean {
  return key !== null && weakKeys.has(key) && !urls.some(endsAsVideo);
}

function urlsOfKnownNames(body: BodyView, echoed: Links, failed: boolean): FoundUrls {
  let sawOthers = false;
  let moving: FoundUrls | null = null;
  for (const key of body.present(failed ? namesDespiteFailure : allNames)) {
    for (const { records } of body.results) {
      const values = resultValues(failed && key === 'video_url' ? records.filter(isNoEcho) : records, key);
      const found = urlsIn(values, 'video');
      if (found.skipped > 0) {
        sawOthers = true;
        moving ??= movingPictures(values, key, echoed);
      }
      const urls = resultKeys.includes(key) ? found.urls : found.urls.filter((url) => !echoed.has(url));
      if (urls.length > 0) return { urls: failed ? urls : withTheOthers(urls, records, key, echoed), key, sawOthers };
    }
  }
  return moving === null ? { urls: [], key: null, sawOthers } : { ...moving, sawOthers };
}

/** `{"video_url": …, "video_urls": [that one, …]}`: the first for who wants one, and all of them. */
function withTheOthers(
  urls: readonly string[],
  records: readonly JsonRecord[],
  key: string,
  echoed: Links,
): readonly string[] {
  const [only, ...more] = urls;
  if (only === undefined || more.length > 0 || !/url$/i.test(key)) return urls;
  const all = urlsIn(
    records.map((record) => own(record, `${key}s`)),
    'video',
  ).urls.filter((url) => !echoed.has(url));
  return all.length > 1 && all.includes(only) ? all : urls;
}

/** What was asked for, beside which a `video_url` is what was sent along. */
const askedFor =
  /^(?:(?:negative_?|user_?|text_?)?prompt|call_?back(?:_?url)?|webhook(?:_?url)?|image_?urls?|first_frame|aspect_?ratio|resolution)$/i;

function isNoEcho(record: JsonRecord): boolean {
  return !namesIn(record).some((name) => askedFor.test(name) && record[name] !== null && record[name] !== '');
}

/** GIFs among the results, and WebP where the name says video; other pictures stay pictures. */
function movingPictures(values: unknown, key: string, echoed: Links): FoundUrls | null {
  const isVideo = saysVideo(key);
  const urls = urlsIn(values, 'image').urls.filter((url) => {
    const ending = endingOf(url);
    return !echoed.has(url) && (ending === 'gif' || (isVideo && movingEndings.has(ending)));
  });
  return urls.length === 0 ? null : { urls, key, sawOthers: true };
}

function resultValues(records: readonly JsonRecord[], key: string): unknown {
  const [first] = records;
  if (records.length === 1 && first !== undefined) return resultValue(own(first, key), key);
  return records.map((record) => resultValue(own(record, key), key));
}

function resultValue(value: unknown, key: string): unknown {
  if (!isRecord(value)) return value;
  // maxapi lists its videos in `result.urls`; an object of that name is Replicate's `{get, cancel}`.
  const list = key === 'result' || key === 'output' ? own(value, 'urls') : undefined;
  if (Array.isArray(list)) return list;
  // As containers these are entered anyway; as a value only bare links count.
  return key === 'result' || key === 'response' || key === 'data' ? undefined : value;
}

/**
 * Links into a bucket, without a scheme or that lead nowhere, under the names that we know, and packed files where there are no
 * pictures that they may hold: they are told of.
 */
function urlsOfOtherKinds(body: BodyView): readonly string[] {
  const links = new Set<string>();
  const archives = new Set<string>();
  let pictures = 0;
  for (const name of body.present(allNames)) {
    for (const named of body.named(name)) {
      for (const value of Array.isArray(named) ? (named as readonly unknown[]) : [named]) {
        if (typeof value !== 'string') continue;
        if (otherLink.test(value) || isBrokenLink(value)) links.add(value);
        else if (isHttpUrl(value) && endsAsArchive(value)) archives.add(value);
        else if (mediaKind(value) === 'image') pictures += 1;
        else if (bareLink.test(value) && endsAsVideo(value)) links.add(`//${value}`);
        if (links.size >= maxUrls) return [...links];
      }
    }
  }
  return links.size > 0 || pictures > 0 ? [...links] : [...archives];
}

const baseName = /^(?:base|cdn|origin|host|root|prefix)(?:_?(?:url|uri))?$/i;

/** Where one address is told beside paths that end as videos, the files below it. */
function urlsBelow(body: BodyView): readonly string[] {
  if (!body.mayHold((name) => baseName.test(name))) return [];
  const bases = new Set<string>();
  const paths = new Set<string>();
  for (const { record, names } of body.parts()) {
    for (const name of names) {
      const held = record[name];
      if (baseName.test(name)) {
        if (typeof held === 'string' && isHttpUrl(held.trim())) bases.add(held.trim());
      } else if (isResultName(name)) {
        for (const value of Array.isArray(held) ? held.slice(0, maxUrls) : [held])
          if (typeof value === 'string' && pathBelow.test(value) && endsAsVideo(value)) paths.add(value);
      }
    }
  }
  const [base] = bases;
  if (base === undefined || bases.size > 1 || /[?#]/.test(base)) return [];
  const root = base.endsWith('/') ? base.slice(0, -1) : base;
  return [...paths].slice(0, maxUrls).map((path) => `${root}/${path.startsWith('/') ? path.slice(1) : path}`);
}

/** Relative to something, and without ways out of it. */
const pathBelow = /^\/?(?![\w+-]{1,20}:)(?!.{0,1000}(?:\.\.|:\/\/))[^\s/\\?#][^\p{Cc}\\?#]{0,1000}$/u;

/** Where no name that we know holds a link: what the model's output calls a video by its ending. */
function urlsOfModel(body: BodyView, echoed: Links): readonly string[] {
  const values = body.results
    .filter(({ name }) => modelOutputs.includes(name))
    .flatMap(({ records }) => records)
    .flatMap((record) => namesIn(record).map((name) => (isResultName(name) && name !== 'urls' ? record[name] : null)));
  return urlsIn(values, 'video').urls.filter((url) => endsAsVideo(url) && !echoed.has(url));
}
