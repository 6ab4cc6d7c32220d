/**
 * The whole of a body, for what no known rule finds: every object in it, from the outside in, apart from what we sent
 * ourselves (`isBeside`).
 */
import { isRecord, mayBeJson, namesIn, own, textOf, type JsonRecord } from './json.ts';
import type { Look } from './look.ts';
import { endsAsVideo } from './media-kind.ts';
import { isBeside } from './names.ts';
import { isSentPayload } from './places.ts';

export interface BodyPart {
  readonly record: JsonRecord;
  /** Its own names. */
  readonly names: readonly string[];
  /** The name that it stands under, a list's for its members; empty for the body itself. */
  readonly name: string;
  /** What holds it; `null` for the body itself. */
  readonly holder: BodyPart | null;
  readonly depth: number;
  /** How many stand in the list that it is a member of; 0 for what is in none. */
  readonly siblings: number;
}

type Place = Pick<BodyPart, 'name' | 'holder' | 'depth'>;

/** Deeper or wider than any provider goes; a hostile body costs no more than this. */
const maxDepth = 8;
const maxParts = 4096;
const maxMembers = 1024;
const maxNames = 16_384;

export function partsOf(root: JsonRecord, { parse, lookAt }: Look): readonly BodyPart[] {
  const parts: BodyPart[] = [];
  let namesLeft = maxNames;

  function add(record: JsonRecord, { name, holder, depth }: Place, siblings: number): void {
    if (parts.length >= maxParts || namesLeft <= 0 || isOurTurn(record)) return;
    const { names } = lookAt(record);
    namesLeft -= names.length;
    parts.push({ record, names, name, holder, depth, siblings });
  }

  /** @param isAnswer Where it is what the model said in a conversation. */
  function addMembers(value: unknown, place: Place, isAnswer: boolean): void {
    const { name } = place;
    const held = typeof value === 'string' ? parse(value) : value;
    if (isRecord(held)) {
      // Addresses to ask at, as Replicate lists them; a list of that name holds results, and so does one with a film in it.
      if (name !== 'urls' || isOfFormats(held) || holdsFilm(held)) add(held, place, 0);
      return;
    }
    if (!Array.isArray(held) || (!isAnswer && isConversation(name, held))) return;
    for (const member of held.slice(0, maxMembers) as readonly unknown[]) {
      if (isRecord(member)) add(member, place, held.length);
      // Lists in lists: one level, as grids of takes are sent.
      else if (Array.isArray(member))
        for (const inner of member.slice(0, 8)) if (isRecord(inner)) add(inner, place, held.length);
    }
  }

  add(root, { name: '', holder: null, depth: 0 }, 0);
  // The list grows while it is walked, so that what is nearer to the root comes first.
  for (const part of parts) {
    if (part.depth >= maxDepth) break;
    for (const name of part.names) {
      const value = part.record[name];
      if (value === null || (typeof value !== 'object' && !mayBeJson(value))) continue;
      if (isClosed(name) && !isNotice(name, value) && !isOfOperation(name, value)) continue;
      if (name === 'payload' && isSentPayload(part.record)) continue;
      const place = { name, holder: part, depth: part.depth + 1 };
      addMembers(value, place, own(part.record, 'role') === 'assistant');
    }
  }
  return parts;
}

/** `{"mp4": …, "webm": …}`, `{"720p": …}`: one film in several forms. */
function isOfFormats(urls: JsonRecord): boolean {
  return Object.keys(urls).every((name) =>
    /^(?:mp4|webm|mov|mkv|gif|webp|hls|dash|m3u8|mpd|av1|h26[45]|hevc|[sfu]?hd|[248]k|\d{3,4}p?)$/i.test(name),
  );
}

/** `{"video": "….mp4", "thumbnail": …, "get": …}`, `{"0": "….mp4"}`: a film among what is beside it. */
function holdsFilm(urls: JsonRecord): boolean {
  const names = namesIn(urls);
  return (
    names.every((name) => filmPart.test(name) || besidePart.test(name)) &&
    names.some((name) => filmPart.test(name) && endsAsVideo(textOf(urls[name], maxLink) ?? ''))
  );
}

const filmPart = /^(?:\d+|video|film|movie|clip|file|download|raw|result|output|main|item)$/i;
const besidePart = /^(?:get|cancel|self|web|stream|delete|thumbnail|poster|cover|image|preview|gif|audio|subtitles?)$/i;
const maxLink = 4096;

/** In a conversation, what was said to the model is ours; of the steps of a job the one that fetched what we named. */
function isOurTurn(record: JsonRecord): boolean {
  const role = own(record, 'role');
  const operation = own(record, 'operation');
  return (
    role === 'user' ||
    role === 'system' ||
    (typeof operation === 'string' && /^(?:import|upload|input)\b/i.test(operation))
  );
}

/** `{"notification": {"task": …}}`: what is told, and not where to tell it. */
function isNotice(name: string, value: unknown): boolean {
  return /^(?:notification|notify|callback)$/i.test(name) && isRecord(value) && !Object.hasOwn(value, 'url');
}

/** What Google's operations tell of what they make stands in a message with its type. */
export function isOfOperation(name: string, value: unknown): boolean {
  return name === 'metadata' && isRecord(value) && Object.hasOwn(value, '@type');
}

/** Never entered: what we sent ourselves, and names that are none of a sender's. */
function isClosed(name: string): boolean {
  return isBeside(name) || name === '__proto__' || name === 'constructor' || name === 'prototype';
}

/**
 * A list in `content` is a request in the style of chat APIs (Ark): it holds what we sent. Of media alone, each with its link, it
 * is what was made.
 */
function isConversation(name: string, list: readonly unknown[]): boolean {
  if (name !== 'content') return false;
  const typed = list.filter((item) => isRecord(item) && Object.hasOwn(item, 'type'));
  return typed.length > 0 && !list.every(isMedium);
}

function isMedium(item: unknown): boolean {
  return (
    isRecord(item) &&
    typeof own(item, 'url') === 'string' &&
    /^(?:video|image|audio|cover|thumbnail|poster)$/i.test(textOf(own(item, 'type'), 40) ?? '')
  );
}
