/** Films under names that providers document. */
import type { BodyView } from './body-view.ts';
import { isRecord, namesIn, own, textOf, type JsonRecord } from './json.ts';
import { isHttpUrl, type Links } from './link-text.ts';
import { declaredKind, endingOf, endsAsVideo, movingEndings } from './media-kind.ts';
import { nameList } from './name-index.ts';
import { isResultName, isVideoFileName, remembered, saysVideo, wordsOf } from './names.ts';
import { isAskedAt } from './stored-link.ts';
import { urlsIn } from './urls.ts';

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
  'url_no_watermark',
  'urlNoWatermark',
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
export const allNames = nameList([...resultKeys, ...likelyKeys]);

export interface FoundUrls {
  readonly urls: readonly string[];
  /** The name that they stood under. */
  readonly key: string | null;
  /** True where links to images, sound or text stood in the places for videos. */
  readonly sawOthers: boolean;
}

/** @param failed Of a failed task only what stands under a name that means a result is taken. */
export function urlsOfKnownNames(body: BodyView, echoed: Links, failed: boolean): FoundUrls {
  return withFiles(body, echoed, linksUnderNames(body, echoed, failed));
}

/** True where the name may just as well hold the address of a page or of the task. */
export function isWeak({ urls, key }: FoundUrls): boolean {
  return key !== null && weakKeys.has(key) && !urls.some(endsAsVideo);
}

function linksUnderNames(body: BodyView, echoed: Links, failed: boolean): FoundUrls {
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
      if (urls.length === 0) continue;
      const beside = failed || !plainKeys.has(key) ? [] : [records, ...alone(body, records)];
      const made = beside.map((each) => madeBeside(urls, each, echoed)).find(({ length }) => length > 0) ?? [];
      if (made.length > 0) return { urls: made, key: null, sawOthers };
      return { urls: failed ? urls : withTheOthers(urls, records, key, echoed), key, sawOthers };
    }
  }
  return moving === null ? { urls: [], key: null, sawOthers } : { ...moving, sawOthers };
}

/** What may just as well be called what was sent in, where something else is said to have been made of it. */
const plainKeys: ReadonlySet<string> = new Set(['video_url', 'videoUrl', 'videoURL', 'video', 'url']);
const saysMade = remembered((name: string): boolean =>
  /^(?:outputs?|results?|generated|processed|enhanced|upscaled|restored|edited|converted|translated|dubbed|lip ?synced|synced|swapped|rendered|final)(?: (?:video|film|clip|movie|media|file))?(?: (?:url|uri|link|href)s?)?$/.test(
    wordsOf(name).join(' '),
  ),
);

/** The other objects of a body that tells of one film: what was sent may stand around what was made. */
function alone(body: BodyView, records: readonly JsonRecord[]): readonly (readonly JsonRecord[])[] {
  const others = body.results.map((place) => place.records).filter((each) => each !== records && each.length > 0);
  return [records, ...others].every(({ length }) => length === 1) ? others : [];
}

/** `{"video_url": …, "output_url": …}`, the films that such a name holds and no other one does. */
function madeBeside(urls: readonly string[], records: readonly JsonRecord[], echoed: Links): readonly string[] {
  const made = records.map((record) =>
    namesIn(record)
      .flatMap((name) => (saysMade(name) ? urlsIn(record[name], 'video').urls : []))
      .filter((url) => endsAsVideo(url) && !echoed.has(url)),
  );
  const isOfAll = made.every((films) => films.length > 0 && !films.some((url) => urls.includes(url)));
  return isOfAll ? [...new Set(made.flat())] : [];
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
  if (records.length === 1 && first !== undefined) return valueIn(first, key);
  return records.map((record) => valueIn(record, key));
}

function valueIn(record: JsonRecord, key: string): unknown {
  const value = own(record, key);
  return isAskedAt(record, key) ? undefined : resultValue(value, key);
}

function resultValue(value: unknown, key: string): unknown {
  if (!isRecord(value)) return value;
  // maxapi lists its videos in `result.urls`; an object of that name is Replicate's `{get, cancel}`.
  const list = key === 'result' || key === 'output' ? own(value, 'urls') : undefined;
  // What it says to be a picture is none of a film.
  if (Array.isArray(list)) return (declaredKind(value) ?? 'video') === 'video' ? list : undefined;
  // As containers these are entered anyway; as a value only bare links count.
  return key === 'result' || key === 'response' || key === 'data' ? undefined : value;
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
