/** Video, picture or something else: what the ending of a link promises, and what the object says that it stands in. */
import { namesIn, own, textOf, type JsonRecord } from './json.ts';
import { remembered } from './names.ts';

const videoEndings = new Set('mp4 webm mov mkv m4v avi mpg mpeg ogv 3gp flv wmv mts m2ts'.split(' '));
/** Pictures that may move: a result where the name says that it is a video (Wan, AnimateDiff, ComfyUI). */
export const movingEndings: ReadonlySet<string> = new Set(['gif', 'webp', 'apng', 'avif']);
const imageEndings = new Set('png jpg jpeg jfif gif webp avif bmp svg tif tiff heic heif ico apng'.split(' '));
const otherEndings = new Set('mp3 wav m4a aac flac opus json txt srt vtt ass html pdf glb usdz zip'.split(' '));

const archiveEndings = new Set(['zip', 'rar', '7z', 'tar', 'tgz', 'gz']);

export type MediaKind = 'video' | 'image' | 'other';

/** What the ending of the path promises; everything without a telling ending may be a video. */
export function mediaKind(url: string): MediaKind {
  const ending = endingOf(url);
  if (imageEndings.has(ending)) return 'image';
  return otherEndings.has(ending) ? 'other' : 'video';
}

/** True where the name says that it is a video, not only that it may be one. */
export function endsAsVideo(url: string): boolean {
  return videoEndings.has(endingOf(url));
}

/** What stands after the last dot of the name, in lower case; nothing where there is no dot. */
export function endingOf(url: string): string {
  const end = url.search(/[?#]/);
  const path = end < 0 ? url : url.slice(0, end);
  const dot = path.lastIndexOf('.');
  return dot > path.lastIndexOf('/') ? path.slice(dot + 1).toLowerCase() : '';
}

/** Several files in one. */
export function endsAsArchive(url: string): boolean {
  return archiveEndings.has(endingOf(url));
}

const typeName =
  /^(?:(?:content|mime|media|file|asset|resource|output)[_-]?type|@?type|kind|mime|format|ext|extension|category|role)$/i;

/** What a name tells of the object that it stands in, as bits. */
const tells = { type: 1, file: 2, flag: 4, kind: 8 } as const;

const tellsOf = remembered(
  (name: string): number =>
    (typeName.test(name) ? tells.type | tells.kind : 0) |
    (fileName.test(name) ? tells.file : 0) |
    (besideFlag.test(name) ? tells.flag : 0) |
    (roleName.test(name) ? tells.kind : 0),
);

const videoType =
  /^\.?(?:video(?:[_ -]?(?:asset|file|output|result|clip|object|resource|artifact))?|mp4|webm|mov|movie|(?:generated|output|final|rendered|result)[_ -]?video)\b/;

/** What an object says that its link is; `null` where it says nothing that we know. */
export function declaredKind(item: JsonRecord): MediaKind | null {
  for (const name of namesIn(item)) {
    if ((tellsOf(name) & tells.type) === 0) continue;
    const type = textOf(item[name], 60)?.toLowerCase();
    if (type === undefined) continue;
    if (videoType.test(type)) return 'video';
    // `image_to_video` is what was done, and not what the link is.
    if (type.includes('video')) continue;
    if (/^(?:image|img|picture|cover|thumb|preview|poster|frame|png|jpe?g)/.test(type)) return 'image';
    if (/^(?:audio|music|sound|text|subtitle|caption|json|mask|mp3|wav)/.test(type)) return 'other';
  }
  return null;
}

const fileName = /^(?:file_?name|name|title|key)$/i;

/** The same by the name of the file beside a link that tells nothing; `null` where there is none, or it may move. */
export function kindByFileName(item: JsonRecord): MediaKind | null {
  for (const name of namesIn(item)) {
    if ((tellsOf(name) & tells.file) === 0) continue;
    const ending = endingOf(textOf(item[name], 300) ?? '');
    if (videoEndings.has(ending)) return 'video';
    if (imageEndings.has(ending) && !movingEndings.has(ending)) return 'image';
    if (otherEndings.has(ending)) return 'other';
  }
  return null;
}

const besideKinds = new Set(
  'in input source reference original preview watermark watermarked thumbnail mask init cover poster driving template'.split(
    ' ',
  ),
);
/** What an object is there for, beside what it is. */
const roleName = /^(?:purpose|direction|usage|name|label)$/i;
const besideFlag = /^is_?(?:input|source|reference|preview|thumbnail)$/i;
const markFlags = [
  'watermark',
  'watermarked',
  'has_watermark',
  'hasWatermark',
  'is_watermarked',
  'isWatermarked',
] as const;

/** True for a copy with a mark in it; where it stands beside one without, that one is the result. */
export function isMarked(item: JsonRecord): boolean {
  return markFlags.some((name) => own(item, name) === true);
}

/** `{"type": "preview", "url": …}`: beside the result, whatever the link looks like. */
export function saysBeside(item: JsonRecord): boolean {
  return namesIn(item).some((name) => {
    const told = tellsOf(name);
    if ((told & tells.flag) !== 0 && item[name] === true) return true;
    if ((told & tells.kind) === 0) return false;
    const kind = textOf(item[name], 40)?.toLowerCase() ?? '';
    return besideKinds.has(kind.replace(/[_ -]?video$/, ''));
  });
}
