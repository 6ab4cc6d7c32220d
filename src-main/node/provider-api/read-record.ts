/**
 * What a provider's record says of its task. The id comes from the question, never from the answer; the row's own
 * places are looked at first, and the tolerant reader of callbacks reads the rest.
 */
import type { Result, TaskState } from '../../common/model.ts';
import { providerInfo } from '../../common/providers/catalog.ts';
import { mediaKind } from '../../common/providers/media-kind.ts';
import { earlier, readBody } from '../../common/providers/reader.ts';
import { stateOf } from '../../common/providers/state-words.ts';
import { maxUrls } from '../../common/providers/urls.ts';
import { isModeration, tellsState, valueAt } from './api-faults.ts';
import type { ProviderApi, RecordPlaces } from './provider-api.ts';

/** @returns `null` where the answer holds no record at all, or one that cannot be read. */
export function readRecord(api: ProviderApi, taskId: string, body: unknown): Result | null {
  if (typeof body !== 'object' || body === null) return null;
  try {
    return read(api, taskId, body);
  } catch (error) {
    // Nested so deep that no reader gets to its end.
    if (error instanceof RangeError) return null;
    throw error;
  }
}

function read(api: ProviderApi, taskId: string, body: object): Result | null {
  const tolerant = readTolerantly(api.provider, taskId, body);
  const { places } = api;
  const links = (places.urls ?? []).map((path) => linksIn(valueAt(body, path)));
  // A list of what was made holds pictures too, and of several lists one may hold nothing else.
  const isFilm = (url: string): boolean => mediaKind(url) === 'video' || tolerant?.videoUrls.includes(url) === true;
  const films = links.map((found) => found.filter(isFilm)).find((found) => found.length > 0);
  const message = textAt(body, places.error ?? []);
  const said = stateIn(places, body, message, films !== undefined) ?? tolerant?.state ?? 'unknown';
  const isPartly = said !== 'failed' && hasOpenPart(places, body);
  const state = isPartly ? 'processing' : said;
  const videoUrls = films ?? tolerant?.videoUrls ?? [];
  // Where `code` tells how the question went, 200 is no word of the task.
  if (api.codeInBody === true && state === 'succeeded' && videoUrls.length === 0 && !tellsState(places, body))
    return null;
  if (tolerant === null && state === 'unknown' && videoUrls.length === 0) return null;
  // As a callback of a failure is read: the film may have been paid for. What stands where films do was made.
  const namedAllTheSame = films ?? (tolerant?.isDespiteFailure === true ? tolerant.videoUrls : []);
  const despiteFailure = state === 'failed' ? namedAllTheSame : [];
  const credits = places.credits === undefined ? null : valueAt(body, places.credits);
  const isPromised = state === 'succeeded' || isPartly || despiteFailure.length > 0;
  const life = api.linkLifeSeconds ?? providerInfo(api.provider)?.expiresAfterSeconds ?? null;
  return {
    ...(tolerant === null ? {} : alsoTold(tolerant)),
    state,
    stateWord: isPartly ? null : (tolerant?.stateWord ?? null),
    message: state === 'failed' ? reasonIn(message ?? tolerant?.message ?? null) : message,
    prompt: tolerant?.prompt ?? null,
    sourceUrl: tolerant?.sourceUrl ?? null,
    thumbnailUrl: tolerant?.thumbnailUrl ?? null,
    videoUrls: state === 'succeeded' || isPartly ? videoUrls : despiteFailure,
    needsApiKey: state === 'succeeded' && videoUrls.length === 0 && links.every((found) => found.length === 0),
    model: tolerant?.model ?? null,
    credits: typeof credits === 'number' ? credits : (tolerant?.credits ?? null),
    expiresAfterSeconds: isPromised ? earlier(life, tolerant?.expiresAfterSeconds ?? null) : null,
    ...(despiteFailure.length > 0 ? { isDespiteFailure: true } : {}),
    // What is there already is fetched: its link may be dead once the rest is.
    ...(isPartly && videoUrls.length > 0 ? { isEarly: true } : {}),
  };
}

function hasOpenPart({ parts }: RecordPlaces, body: unknown): boolean {
  const list = parts === undefined ? null : valueAt(body, parts);
  if (!Array.isArray(list)) return false;
  return list.some((part: unknown) => {
    const status = valueAt(part, 'status');
    return typeof status === 'string' && stateOf(status) === 'processing';
  });
}

/** What nobody has to be told where to look for. */
function alsoTold({ seed, expiresAt, cost, linksLeft }: Result): Partial<Result> {
  return {
    ...(seed === undefined ? {} : { seed }),
    ...(expiresAt === undefined ? {} : { expiresAt }),
    ...(cost === undefined ? {} : { cost }),
    ...(linksLeft === undefined ? {} : { linksLeft }),
  };
}

/** "success" is how the question went, and no reason of a failure. */
function reasonIn(said: string | null): string | null {
  return said !== null && /^(?:success|succeed(?:ed)?|ok)[.!]?$/i.test(said) ? null : said;
}

function readTolerantly(provider: string, taskId: string, body: object): Result | null {
  const input = { headers: {}, providerHint: provider };
  const reading = readBody({ ...input, body });
  if (reading.kind === 'result') return reading.result;
  const named = readBody({ ...input, body: { ...body, taskId } });
  return named.kind === 'result' ? named.result : null;
}

function stateIn(places: RecordPlaces, body: unknown, message: string | null, hasFilms: boolean): TaskState | null {
  if (places.state === undefined) return null;
  const said = valueAt(body, places.state);
  if (typeof said !== 'string' && typeof said !== 'number' && typeof said !== 'boolean') return null;
  const word = String(said).toLowerCase();
  if (places.done?.includes(word) === true)
    return message !== null && word === 'true' && !hasFilms ? 'failed' : 'succeeded';
  if (places.failed?.includes(word) === true) return 'failed';
  if (places.running?.includes(word) === true) return 'processing';
  // A filter is sometimes told of beside a state that goes on saying "in the making".
  return isModeration(message) ? 'failed' : null;
}

function textAt(body: unknown, paths: readonly string[]): string | null {
  for (const path of paths) {
    const value = valueAt(body, path);
    if (typeof value === 'string' && value.trim() !== '') return value.trim().slice(0, 4000);
  }
  return null;
}

/** http(s) links in text, lists, `{url}`, `{video: {uri}}` and JSON text of these, in order. */
function linksIn(value: unknown, depth = 0): readonly string[] {
  if (depth > 4) return [];
  if (typeof value === 'string') {
    const text = value.trim();
    if (/^[[{]/.test(text)) {
      try {
        return linksIn(JSON.parse(text), depth + 1);
      } catch {
        return [];
      }
    }
    return /^https?:\/\/[^/?#\s]\S*$/i.test(text) && text.length <= 8192 ? [text] : [];
  }
  if (Array.isArray(value)) {
    return [...new Set((value as readonly unknown[]).flatMap((each) => linksIn(each, depth + 1)))].slice(0, maxUrls);
  }
  if (typeof value !== 'object' || value === null) return [];
  const record = value as Readonly<Record<string, unknown>>;
  if (typeof record['type'] === 'string' && record['type'] !== 'video' && 'url' in record) return [];
  for (const name of ['url', 'uri', 'video', 'videoURL', 'resultUrls', 'resource', 'watermark_free_url']) {
    const found = linksIn(record[name], depth + 1);
    if (found.length > 0) return found;
  }
  return [];
}
