/** The videos that a body promises. */
import type { TaskState } from '../model.ts';
import { urlsOfAnyName } from './any-video-url.ts';
import type { BodyView } from './body-view.ts';
import { namesIn, own, parseJsonText, textOf, type JsonRecord } from './json.ts';
import { allNames, isWeak, urlsOfKnownNames, type FoundUrls } from './known-video-url.ts';
import { nameList } from './name-index.ts';
import { isResultName, isStateName } from './names.ts';
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
import { endingOf, endsAsArchive, endsAsVideo, mediaKind } from './media-kind.ts';
import { maxUrls, urlsIn } from './urls.ts';

/** The output of whatever model was run, under names that the model chose (Replicate, fal). */
const modelOutputs: readonly (string | null)[] = ['output', 'payload'];

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
  const known = urlsOfKnownNames(body, echoed, state === 'failed');
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
