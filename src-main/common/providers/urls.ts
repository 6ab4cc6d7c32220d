import type { BodyView } from './body-view.ts';
import { isRecord, namesIn, own, parseJsonText, textOf, type JsonRecord } from './json.ts';

/** Names that mean a result and nothing else. */
const resultKeys: readonly string[] = [
  'result_video_url',
  'resultVideoUrl',
  'resultUrls',
  'result_urls',
  'resultUrl',
  'result_url',
];

/**
 * Names that mean a result where nothing better is there. `videoUrl` is also how kie.ai calls the source video in a
 * request, so these come after `resultUrls`, and a failed task's are not taken.
 */
const likelyKeys: readonly string[] = [
  'video_url',
  'videoUrl',
  'unsigned_urls',
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
  'result',
  'data',
];

const allKeys = [...resultKeys, ...likelyKeys];

/** The output of whatever model was run, under names that the model chose (Replicate, fal). */
const modelOutputs: readonly (string | null)[] = ['output', 'payload'];
/** What such an output holds beside its results: our request, addresses, alternates. */
const besideResults =
  /input|source|origin|reference|parent|param|prompt|request|config|task_info|^urls$|webhook|callback|status|cancel|progress|preview|water_?mark|mask/i;

/** Where a member of a list keeps its link: `{url}` nearly everywhere, `resource` in PiAPI's Kling works. */
const itemKeys = ['url', 'uri', 'video_url', 'videoUrl', 'video', 'resource', 'download_url'] as const;

const maxUrls = 64;
/** A link signed with a session token takes some 2,000 characters; servers take no more than 8 KiB. */
const maxUrlLength = 8192;
/** How many values are looked at below one name, so that a list of a million trifles costs little. */
const maxValues = 1024;
const maxDepth = 6;

const videoEndings = new Set('mp4 webm mov mkv m4v'.split(' '));
const imageEndings = new Set('png jpg jpeg jfif gif webp avif bmp svg tif tiff heic heif ico apng'.split(' '));
const otherEndings = new Set('mp3 wav m4a aac flac opus json txt srt vtt ass html pdf glb usdz'.split(' '));

interface FoundUrls {
  readonly urls: readonly string[];
  /** The name that they stood under. */
  readonly key: string | null;
  /** True where links to images, sound or text stood in the places for videos. */
  readonly sawOthers: boolean;
}

type MediaKind = 'video' | 'image' | 'other';

/** True for an absolute http or https URL that we are willing to keep, exactly as it stands. */
function isHttpUrl(text: string): boolean {
  return (
    text.length <= maxUrlLength &&
    /^https?:\/\/[^/?#]/i.test(text) &&
    !/[\p{Cc}\p{Cs}]/u.test(text) &&
    URL.canParse(text)
  );
}

/** What the ending of the path promises; everything without a telling ending may be a video. */
function mediaKind(url: string): MediaKind {
  const ending = endingOf(url);
  if (imageEndings.has(ending)) return 'image';
  return otherEndings.has(ending) ? 'other' : 'video';
}

/** True where the name says that it is a video, not only that it may be one. */
export function endsAsVideo(url: string): boolean {
  return videoEndings.has(endingOf(url));
}

/** What stands after the last dot of the name, in lower case; nothing where there is no dot. */
function endingOf(url: string): string {
  const path = url.slice(0, url.search(/[?#]|$/));
  const name = path.slice(path.lastIndexOf('/') + 1);
  return name.includes('.') ? name.slice(name.lastIndexOf('.') + 1).toLowerCase() : '';
}

interface UrlsOfOneKind {
  readonly urls: readonly string[];
  /** How many links of other kinds were passed over. */
  readonly skipped: number;
}

const nothing: UrlsOfOneKind = { urls: [], skipped: 0 };

/**
 * The URLs that `value` holds, of one kind, in order, without repeats. `value` may be a string, a list, `{url}`, a list
 * of `{url}`, JSON text of these, or `[https://…]` without quotes.
 */
export function urlsIn(value: unknown, wanted: MediaKind): UrlsOfOneKind {
  // Most names are absent from most bodies.
  if (value === undefined || value === null || value === '') return nothing;
  const urls = new Set<string>();
  let skipped = 0;
  let budget = maxValues;

  function visit(current: unknown, depth: number): void {
    if (depth > maxDepth || budget-- <= 0 || urls.size >= maxUrls) return;
    if (typeof current === 'string') visitText(current, depth);
    else if (Array.isArray(current)) for (const item of current.slice(0, maxValues)) visit(item, depth + 1);
    else if (isRecord(current)) visitItem(current, depth);
  }

  function visitText(text: string, depth: number): void {
    const trimmed = text.trim();
    if (isHttpUrl(trimmed)) {
      add(trimmed, mediaKind(trimmed));
      return;
    }
    const held = parseJsonText(trimmed);
    if (held !== undefined) {
      visit(held, depth + 1);
      return;
    }
    // "[https://a.mp4, https://b.mp4]", as a sister site of kie.ai documents it. Commas may stand inside a URL.
    if (/^\[\s{0,8}https?:\/\//i.test(trimmed) && trimmed.endsWith(']')) {
      for (const part of trimmed.slice(1, -1).split(/,\s*(?=https?:\/\/)/i)) {
        const url = part.trim();
        if (isHttpUrl(url)) add(url, mediaKind(url));
      }
    }
  }

  function visitItem(item: JsonRecord, depth: number): void {
    const declared = declaredKind(item);
    if (declared !== null && declared !== wanted) {
      skipped++;
      return;
    }
    for (const key of itemKeys) {
      const before = urls.size + skipped;
      visit(own(item, key), depth + 1);
      if (urls.size + skipped > before) return;
    }
  }

  function add(url: string, kind: MediaKind): void {
    if (kind !== wanted) skipped++;
    else if (urls.size < maxUrls) urls.add(url);
  }

  visit(value, 0);
  return { urls: [...urls], skipped };
}

function declaredKind(item: JsonRecord): MediaKind | null {
  const type = textOf(own(item, 'content_type') ?? own(item, 'mime_type') ?? own(item, 'type'), 40)?.toLowerCase();
  if (type === undefined) return null;
  if (type.startsWith('image')) return 'image';
  return type.startsWith('audio') || type.startsWith('text') ? 'other' : null;
}

/**
 * The videos that a body promises.
 * @param echoed URLs of the echoed request; never results where the name leaves a doubt.
 * @param failed Whether the task failed: then only a name that means a result counts.
 */
export function findVideoUrls(body: BodyView, echoed: ReadonlySet<string>, failed: boolean): FoundUrls {
  let sawOthers = false;
  for (const key of failed ? resultKeys : allKeys) {
    if (body.named(key).length === 0) continue;
    for (const { records } of body.results) {
      const found = urlsIn(resultValues(records, key), 'video');
      if (found.skipped > 0) sawOthers = true;
      const urls = resultKeys.includes(key) ? found.urls : found.urls.filter((url) => !echoed.has(url));
      if (urls.length > 0) return { urls, key, sawOthers };
    }
  }
  return { urls: failed ? [] : urlsOfModel(body, echoed), key: null, sawOthers };
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
  return key === 'result' || key === 'data' ? undefined : value;
}

/** Where no name that we know holds a link: what the model's output calls a video by its ending. */
function urlsOfModel(body: BodyView, echoed: ReadonlySet<string>): readonly string[] {
  const values = body.results
    .filter(({ name }) => modelOutputs.includes(name))
    .flatMap(({ records }) => records)
    .flatMap((record) => namesIn(record).map((name) => (besideResults.test(name) ? null : record[name])));
  return urlsIn(values, 'video').urls.filter((url) => endsAsVideo(url) && !echoed.has(url));
}
