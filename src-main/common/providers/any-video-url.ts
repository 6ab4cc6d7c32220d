/** Films under names that nobody documents. */
import type { BodyView } from './body-view.ts';
import { isRecord, namesIn, own, parseJsonText, textOf, type JsonRecord } from './json.ts';
import {
  isFileLink,
  isRequestName,
  isResultName,
  isResultSet,
  isSourceAsInHtml,
  saysFile,
  saysMade,
  saysOutput,
  saysResult,
  remembered,
  saysVideo,
  wordsOf,
} from './names.ts';
import { isHttpUrl, otherLink, plainLink, withTwins, type Links } from './link-text.ts';
import {
  declaredKind,
  endingOf,
  endsAsVideo,
  isMarked,
  kindByFileName,
  mediaKind,
  movingEndings,
  saysBeside,
} from './media-kind.ts';
import { filmsOfRelay } from './films-of-relays.ts';
import { isAskedAt, isStored } from './stored-link.ts';
import { maxUrls, maxValues, urlsIn } from './urls.ts';
import { isOfOperation, type BodyPart } from './whole-body.ts';
import { trimmedEnd } from '../trim.ts';

/**
 * The last resort: any link that ends as a video, and any of a name or type that says video, wherever it stands outside
 * the echoed request and the names of what is no result.
 * @param onlySure Only what ends as a video.
 * @param isDone Where the body says that it is, a link to a file is better tried than not seen.
 */
export function urlsOfAnyName(
  body: BodyView,
  echoed: Links,
  { onlySure, isDone = false }: { readonly onlySure: boolean; readonly isDone?: boolean },
): readonly string[] {
  const sure = new Set<string>();
  const likely = new Set<string>();
  const moving = new Set<string>();
  const others = new Set<string>();
  const files = new Set<string>();
  const late = new Set<string>();
  const perhaps = new Set<string>();
  /** Where a file is named, a link without one is where it lies. */
  const paths = new Set<string>();
  let budget = maxValues;

  function take(text: string, promised: Promised): void {
    const url = plainLink(text.trim());
    if (budget-- <= 0 || sure.size >= maxUrls) return;
    if (!/^https?:/i.test(url)) {
      if (endsAsVideo(url)) paths.add(url);
      if (otherLink.test(url) && (promised !== null || endsAsVideo(url)) && mediaKind(url) === 'video') others.add(url);
      return;
    }
    if (!isHttpUrl(url) || echoed.has(url) || sent.has(url)) return;
    const ending = endingOf(url);
    if (endsAsVideo(url) || namesVideo(url)) sure.add(url);
    else if (promised === 'file') {
      if (ending === '') files.add(url);
    } else if (promised === 'late') {
      if (ending === '') late.add(url);
    } else if (promised === 'perhaps') {
      if (ending === '' && isStored(url)) perhaps.add(url);
    } else if (promised !== null && mediaKind(url) === 'video') likely.add(url);
    else if (promised === 'video' ? movingEndings.has(ending) : promised !== null && ending === 'gif') moving.add(url);
  }

  const sent = sentUrls(body);
  const parts = body.parts().map((part) => ({ ...part, declared: declaredKind(part.record) }));
  // Where one object of a list says that it is a video, the list is typed, and the others are none.
  const typed = new Set(parts.filter(({ declared }) => declared === 'video').map(({ name }) => name));
  const clean = new Set(
    parts.filter(({ record, siblings }) => siblings > 1 && !isMarked(record)).map(({ name }) => name),
  );
  const isSure = (name: string): boolean => isResultName(name) && !saysView(name);
  for (const isWanted of [isSure, isSourceAsInHtml, saysView]) {
    if (sure.size + likely.size + moving.size + files.size === 0) lookFor(isWanted);
  }
  if (isDone && !onlySure && sure.size + likely.size + moving.size + files.size + others.size === 0) {
    const ofRelay = filmsOfRelay(body).filter((url) => !echoed.has(url));
    // Of several that nothing tells apart none is taken.
    if (ofRelay.length > 0) return ofRelay;
    return perhaps.size === 1 && paths.size === 0 ? [...perhaps] : [...late].slice(0, maxUrls);
  }
  if (sure.size > 1) withoutScenes(sure, parts);
  if (sure.size > 0 || onlySure) return [...sure].slice(0, maxUrls);
  const found = [likely, moving, others, isDone ? files : new Set<string>()].find(({ size }) => size > 0);
  return [...(found ?? [])].slice(0, maxUrls);

  function lookFor(isWanted: (name: string, place: string) => boolean): void {
    for (const { record, names, name: place, holder, declared } of parts) {
      if ((declared !== 'video' && place !== '' && typed.has(place)) || saysBeside(record)) continue;
      if (clean.has(place) && isMarked(record)) continue;
      const isOfSource = describesSource(record, names);
      const isFilmFile = (declared ?? kindByFileName(record)) === 'video';
      const isMeasured = isFilmFile || (place !== '' && declared === null && names.some(isMeasure));
      const isKept = isFilePlace(place) && declared === null;
      for (const name of names) {
        const value = record[name];
        if ((typeof value !== 'string' && !Array.isArray(value)) || !isWanted(name, place)) continue;
        if ((isOfSource && isFileLink(name)) || isAskedAt(record, name)) continue;
        // An object or a text of that name holds addresses to ask at.
        if (name === 'urls' && typeof value === 'string' && !isListOfLinks(value)) continue;
        const isOther = declared !== null && declared !== 'video' && !saysVideo(name);
        const promised =
          (isOther ? null : promiseOf(name, place, isFilmFile)) ??
          (isMeasured && saysFile(name) ? 'result' : null) ??
          (declared === null && saysStored(name) && makesVideo(record) ? 'video' : null) ??
          (declared === null && (saysStored(name) || saysMade(name) || (isKept && /^(?:url|uri|href)$/i.test(name)))
            ? 'file'
            : null) ??
          (declared === null && isLatePlace(place, holder) && /^(?:url|uri|href|link)$/i.test(name) ? 'late' : null) ??
          (declared === null && isOfTask(place) && perhapsFilm.test(name) ? 'perhaps' : null);
        if (typeof value === 'string') takeText(value, name, promised, take);
        else {
          for (const item of value.slice(0, maxUrls) as readonly unknown[])
            if (typeof item === 'string') take(item, promised);
        }
      }
    }
  }
}

/**
 * `webViewLink` beside `webContentLink` (Google Drive), `selfLink` beside `mediaLink` (its stores): where the film is shown or told
 * of, and taken where it is given nowhere else.
 */
const saysView = remembered((name: string): boolean => {
  const words = wordsOf(name);
  return isResultName(name) && (words.includes('view') || words.join('') === 'selflink');
});

/** Where the whole film is there under a name of its own, the scenes that it was made of are none of the result. */
function withoutScenes(sure: Set<string>, parts: readonly BodyPart[]): void {
  const ofScenes = new Set<string>();
  let hasWhole = false;
  for (const { record, names, name: place, siblings } of parts) {
    for (const name of names) {
      const value = record[name];
      if (typeof value !== 'string' || !sure.has(value.trim())) continue;
      if (siblings > 0 && sceneLists.has(place.toLowerCase())) ofScenes.add(value.trim());
      else hasWhole ||= saysWhole(name);
    }
  }
  if (hasWhole) for (const url of ofScenes) sure.delete(url);
}

const sceneLists = new Set('scenes shots clips segments parts chapters'.split(' '));
const wholeWords = new Set('final merged combined stitched concatenated full complete'.split(' '));
const saysWhole = remembered((name: string): boolean => wordsOf(name).some((word) => wholeWords.has(word)));

function isListOfLinks(text: string): boolean {
  return /^https?:/i.test(text) && text.lastIndexOf('http') > 0;
}

/**
 * Tencent's media events describe the file that they worked on, its link too, and beside it what became of it: in sets
 * of results, or in an `Output` with a link of its own.
 */
function describesSource(record: JsonRecord, names: readonly string[]): boolean {
  if (!names.some(isFileLink)) return false;
  return names.some((name) => isResultSet(name) || (/^outputs?$/i.test(name) && holdsFileLink(record[name])));
}

function holdsFileLink(value: unknown): boolean {
  const [first] = Array.isArray(value) ? (value as readonly unknown[]) : [value];
  return (
    isRecord(first) &&
    namesIn(first).some((name) => isFileLink(name) && typeof first[name] === 'string' && isFilm(first[name]))
  );
}

function isFilm(text: string): boolean {
  return isHttpUrl(text) && mediaKind(text) === 'video';
}

/** Links that stand in what we sent, wherever that stands. */
function sentUrls(body: BodyView): Links {
  const urls = new Set<string>();
  let budget = maxValues;
  const visit = (value: unknown, depth: number): void => {
    if (budget-- <= 0 || depth > 5) return;
    if (typeof value === 'string') {
      const held = parseJsonText(value);
      if (held !== undefined) visit(held, depth + 1);
      else if (/^\s*https?:/i.test(value)) urls.add(value.trim());
    } else if (Array.isArray(value)) for (const item of value.slice(0, 64)) visit(item, depth + 1);
    else if (isRecord(value)) for (const name of namesIn(value)) visit(value[name], depth + 1);
  };
  for (const { record, names, name: place } of body.parts()) {
    for (const name of names) {
      if (isRequestName(name) && !isSourceAsInHtml(name, place) && !isOfOperation(name, record[name]))
        visit(record[name], 0);
    }
  }
  return withTwins(urls);
}

/**
 * What the names say that a link leads to, where its path does not: a video, whatever was made, some file, one where there is no
 * other, something that may be one, or nothing.
 */
type Promised = 'video' | 'result' | 'file' | 'late' | 'perhaps' | null;

function promiseOf(name: string, place: string, isDeclared: boolean): Promised {
  if (saysVideo(name)) return 'video';
  if (saysResult(name) || saysOutput(name)) return 'result';
  if (!isLinkName(name)) return null;
  if (isDeclared || saysVideo(place)) return 'video';
  return saysResult(place) ? 'result' : null;
}

function takeText(
  value: string,
  name: string,
  promised: Promised,
  take: (text: string, promised: Promised) => void,
): void {
  const text = value.trim();
  const isList = text.startsWith('[') || text.lastIndexOf('http') > 0;
  const listed = isList ? urlsIn(text, 'video').urls : [];
  if (listed.length > 0) for (const url of listed) take(url, promised);
  else if (!/\s|^\[/.test(text) && !behindWords.test(text)) take(text, promised);
  // A sentence that names its film: "Your video is ready: https://…/a.mp4".
  else if (text.length <= 4000 && sentenceNames.has(name.toLowerCase())) {
    for (const [url] of text.matchAll(/https?:\/\/[^\s"'<>()[\]|，。、；！？（）「」【】]+/gi))
      take(trimmedEnd(url, '.,;:!?'), null);
  }
}

/** In languages that put no blanks between words: `视频：https://…`. */
const behindWords = /[^\p{ASCII}]https?:\/\//iu;

const sentenceNames = new Set(
  'message msg text content summary result output response answer body data html markdown'.split(' '),
);
const linkNames = new Set(
  'url uri link href src file path filepath download location resource signed public cdn data value source_url'.split(
    ' ',
  ),
);

/** Of what moves; a page and a picture have none. */
const isMeasure = remembered((name: string): boolean =>
  /^(?:duration(?:s|sec|secs|seconds|ms|millis|insec|inseconds)?|(?:video)?length(?:seconds|ms)|fps|framerate|(?:num|total)?frames|framecount|(?:video)?codec|(?:video)?bitrate)$/.test(
    wordsOf(name).join(''),
  ),
);

/** `file_url`, `mediaURL`, `signedUrl`: where something is stored, and not where it is shown. */
const saysStored = remembered((name: string): boolean =>
  /^(?:file|media|asset|(?:pre ?)?signed|s3|gcs|oss|cos|blob|object|storage|stored)(?: file| media)? ?(?:url|uri|link|href)s?$/.test(
    wordsOf(name).join(' '),
  ),
);

/** `{"taskType": "videoInference", "mediaURL": …}` (Runware): what was made, and so what lies there. */
function makesVideo(record: JsonRecord): boolean {
  const made = textOf(own(record, 'taskType') ?? own(record, 'task_type'), 60);
  return made !== null && /^(?:\w*(?:to|2)[_-]?)?video(?:[_-]?(?:inference|generation))?$/i.test(made);
}

const perhapsFilm =
  /^(?:uri|link|href|location|file|path|media|attachment|s3|dl|(?:cdn|public|content|play|playable|resource|temp|temporary|[uf]?hd|full|item)_?(?:url|uri|link|href))$/i;
/** Places that a task has its own link in. */
const isOfTask = remembered((place: string): boolean => /^(?:|data|task|job|result|output|payload|body)$/i.test(place));

const isFilePlace = remembered((place: string): boolean => /^(?:files?|media|assets?|items?|urls)$/i.test(place));
/** The same where nothing else may be the film: what was sent in is attached, too, and what `link` leads to may be a page. */
const isLate = remembered((place: string): boolean => /^(?:outputs?|attachments?)$/i.test(place) || isFilePlace(place));
/** Also where each output has its type and, in an object of its own, its file (Sieve). */
function isLatePlace(place: string, holder: BodyPart | null): boolean {
  if (isLate(place)) return true;
  const isFileOfOutput = holder !== null && /^(?:data|file|value)$/i.test(place) && /^outputs?$/i.test(holder.name);
  return isFileOfOutput && (declaredKind(holder.record) ?? 'video') === 'video';
}

const isLinkName = remembered((name: string): boolean =>
  wordsOf(name).some((word) => linkNames.has(word) || /(?:url|uri|link)s?$/.test(word)),
);

/**
 * ComfyUI and others give the name of the file in the query (`/view?filename=a.mp4&type=output`), and stores what the
 * answer is to be called, or its type.
 */
function namesVideo(url: string): boolean {
  for (const [, name = ''] of url.matchAll(fileInQuery)) {
    const plain = trimmedEnd(decoded(name), '"\'; \t\r\n');
    if (/^video\//i.test(plain) || (!/^https?:/i.test(plain) && endsAsVideo(plain))) return true;
  }
  return false;
}

const fileInQuery =
  /[?&](?:file_?name|file|name|path|key|object|download|response-content-(?:disposition|type)|rsc[dt])=([^&#]{1,300})/gi;

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
