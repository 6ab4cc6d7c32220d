/**
 * The one reader for all providers: what a callback, or an answer to a poll, says about its task.
 *
 * It never throws, enters only places that may hold results, and takes nothing that did not stand in the body.
 */
import { atOnce, type InTurns } from '../in-turns.ts';
import type { Result, TaskState } from '../model.ts';
import { bodiesOfBatch } from './batch.ts';
import { createBodyView, type BodyView } from './body-view.ts';
import { providerFile } from './catalog.ts';
import { readCredits } from './credits.ts';
import { detectProvider } from './detect.ts';
import { isKeyOfBody, isOfEvent, keyOfBody, looksLikeEventId, openEnvelope } from './envelope.ts';
import { isRecord, own, parseJsonText, type JsonRecord } from './json.ts';
import { readExpiry } from './expiry.ts';
import { hasErrorText, hasFaultDetails, hasOutputError, hasPlainError, readMessage } from './message.ts';
import { readMoney } from './money.ts';
import { inCommonStyle } from './name-style.ts';
import { isPing } from './ping.ts';
import type { Provider } from './provider.ts';
import { onlyIn, pushedIn } from './pushed.ts';
import { readEchoedUrls, readModel, readPrompt, readSeed, readSources } from './request-echo.ts';
import type { Reading, ResultReading } from './reading.ts';
import { readAtOnce, saidAtLast } from './said-at-last.ts';
import {
  countsBelowZero,
  hasErrorCode,
  hasFaultCode,
  holdsFailedAnswer,
  isBarred,
  isInQueue,
  isOpenOperation,
  isUnderWay,
  saysNo,
} from './state-hints.ts';
import { hasFailedInside, readState } from './state.ts';
import { readTaskId } from './task-id.ts';
import { findThumbnail, hasPictures } from './thumbnail.ts';
import { isHttpUrl, noLinks } from './link-text.ts';
import { endsAsVideo } from './media-kind.ts';
import { findVideoUrls, linksLeft } from './video-urls.ts';
import { isWeak } from './known-video-url.ts';

export interface ReaderInput {
  /** The parsed body; use `parseBody`, which keeps long numeric ids exact. */
  readonly body: unknown;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** A provider id, `kie`, or the path that the person configured; `null` where there is none. */
  readonly providerHint: string | null;
  /** What the person calls the callback URL; counts only where the body and the headers leave open who sent it. */
  readonly urlName?: string | null;
}

export type ReadTasks = readonly [Reading, ...ResultReading[]];

/**
 * A body that may hold several tasks has a reading for each of them, with a turn for others between those of bodies that
 * hold very many. What is not about a task at all, or about one, has one reading.
 */
export function* readTasksInTurns(input: ReaderInput): InTurns<ReadTasks> {
  const whole = yield* wholeOf(input.body);
  const one = readWhole(whole, input);
  if (one.kind === 'challenge' || one.kind === 'ping') return [one];
  const isNamed = one.kind === 'result' && !isKeyOfBody(one.taskId) && !looksLikeEventId(one.taskId);
  const bodies = bodiesOfBatch(whole, isNamed ? one.taskId : null);
  const read = (body: unknown): Reading => readBody({ ...input, body });
  if (bodies === null) return [yield* saidAtLast(whole, one, read)];
  const found: ResultReading[] = [];
  const films = new Set<string>();
  for (const [index, body] of bodies.entries()) {
    if (bodies.length > readAtOnce) yield;
    const list = Array.isArray(whole) ? own(body, 'data') : null;
    const reading = yield* saidAtLast(list, read(body), read);
    if (reading.kind !== 'result') continue;
    // What stands beside the tasks is one more where it names a film that none of them has.
    const isBeside = index === bodies.length - 1 && !Array.isArray(whole);
    if (isBeside && reading.result.videoUrls.every((url) => films.has(url))) continue;
    for (const url of reading.result.videoUrls) films.add(url);
    found.push(reading);
  }
  const [first, ...others] = found;
  const isOne = first === undefined || others.every(({ taskId }) => taskId === first.taskId);
  return isOne ? [yield* saidAtLast(whole, one, read)] : [first, ...others];
}

/** What somebody unknown puts into an object of its own; whoever is known does so as it is known of them. */
function alone(body: JsonRecord): JsonRecord | null {
  const held = onlyIn(body);
  return held !== null && detectProvider(createBodyView(body), {}, null).provider === 'unknown' ? held : null;
}

export function readBody(input: ReaderInput): Reading {
  return readWhole(atOnce(wholeOf(input.body)), input);
}

function readWhole(whole: unknown, input: ReaderInput): Reading {
  const root = rootOf(whole);
  if (root === null) return { kind: 'unreadable', reason: 'not-an-object' };
  const sender = createBodyView(root);
  const renamed = inCommonStyle(root);
  // Whoever is known writes as it is known of them.
  const isOther = renamed !== null && detectProvider(sender, {}, null).provider === 'unknown';
  return isOther ? readView(createBodyView(renamed), input, sender) : readView(sender, input, null);
}

/** @param sender The body as it came, where it was written otherwise; who sent it is told by that. */
function readView(view: BodyView, input: ReaderInput, sender: BodyView | null): Reading {
  const { root } = view;
  const result = (of: BodyView, taskId: string): Reading => resultOf(of, taskId, input, sender ?? of);
  const taskId = readTaskId(view);
  if (taskId === null) {
    const challenge = own(root, 'challenge');
    // A dance, say: what names a film is kept and not echoed.
    const isGreeting = isEchoable(challenge) && !findVideoUrls(view, noLinks, null).urls.some(endsAsVideo);
    if (isGreeting) return { kind: 'challenge', challenge };
  }
  const ping = isPing(view, taskId !== null);
  if (ping !== null && !isTaskAllTheSame(view, ping)) return { kind: 'ping' };
  const event = taskId === null || looksLikeEventId(taskId) ? 'surely' : isOfEvent(view, taskId);
  if (taskId !== null && event === null) return result(view, taskId);
  const opened = openEnvelope(view.parts(), taskId !== null && (event === 'likely' ? 'certain' : true), taskId);
  if (opened !== null) return result(createBodyView(opened.body), opened.taskId);
  if (taskId !== null) return result(view, taskId);
  // No task by name: what names a film or a state is kept under a key of its own.
  const nameless = resultOf(view, '', input, sender ?? view);
  if (saysSomething(nameless)) return { ...nameless, taskId: keyOfBody(sender?.root ?? root) };
  return { kind: 'unreadable', reason: 'no-task-id' };
}

/** Runware sends a bare list of items, a shell script a bare link. */
function rootOf(whole: unknown): JsonRecord | null {
  if (isRecord(whole)) return whole;
  if (Array.isArray(whole))
    return whole.some((item) => isRecord(item) || typeof item === 'string') ? { data: whole } : null;
  return typeof whole === 'string' && isHttpUrl(whole.trim()) ? { url: whole.trim() } : null;
}

const itemsInTurn = 256;

/** Without what is around it: a message, a list of one, also one in the other. */
function* wholeOf(body: unknown, depth = 0): InTurns<unknown> {
  const list = isRecord(body) ? body : yield* listIn(body);
  const [only] = Array.isArray(list) && list.length === 1 ? (list as readonly unknown[]) : [list];
  if (!isRecord(only)) return list;
  const held = pushedIn(only) ?? alone(only);
  if (held === null) return only;
  return depth < 3 ? yield* wholeOf(held, depth + 1) : held;
}

/** A list in a list is that list, and objects that were written as texts are objects. */
function* listIn(body: unknown, depth = 0): InTurns<unknown> {
  if (!Array.isArray(body)) return body;
  const [first] = body as readonly unknown[];
  if (body.length === 1 && Array.isArray(first) && depth < 3) return yield* listIn(first, depth + 1);
  const items: unknown[] = [];
  for (const item of body as readonly unknown[]) {
    items.push(typeof item === 'string' ? (parseJsonText(item) ?? item) : item);
    if (items.length % itemsInTurn === 0) yield;
  }
  return items;
}

function isTaskAllTheSame(view: BodyView, ping: 'surely' | 'perhaps'): boolean {
  const said = readState(view);
  if (ping === 'perhaps' && said !== null && said.isEvent !== true && said.word !== null && !/test/i.test(said.word))
    return true;
  const { urls } = findVideoUrls(view, noLinks, said?.state ?? null);
  // A test that shows what a real one will look like names a film of nobody.
  return urls.some(
    (url) =>
      ping === 'perhaps' ||
      (endsAsVideo(url) && !/^https?:\/\/(?:[\w-]+\.)*example\.(?:com|net|org)(?:[:/?#]|$)/i.test(url)),
  );
}

function saysSomething({ result }: ResultReading): boolean {
  return result.videoUrls.length > 0 || result.stateWord !== null;
}

function resultOf(
  view: BodyView,
  taskId: string,
  { headers, providerHint, urlName }: ReaderInput,
  sender: BodyView,
): ResultReading {
  const { provider, certain } = detectProvider(sender, headers, providerHint, urlName);
  return { kind: 'result', provider, certain, taskId, result: readResult(view, provider) };
}

function readResult(view: BodyView, provider: string): Result {
  const info = providerFile(provider);
  const said = readState(view, info?.numbers);
  const sources = readSources(view);
  const found = findVideoUrls(view, readEchoedUrls(view, sources), said?.state ?? null);
  // Beside an error a link that may be any page is one of where to read of it (n8n).
  const videos = said === null && isWeak(found) && hasErrorText(view) ? { ...found, urls: [] } : found;
  const hasVideos = videos.urls.length > 0;
  // `type: "video_upscaling"` with a film in it names the kind of the task.
  const isKind = said?.isEvent === true && said.state === 'processing' && hasVideos && !isProgress(said.word ?? '');
  const thumbnailUrl = findThumbnail(view);
  const hasMedia = hasVideos || videos.sawOthers || thumbnailUrl !== null || hasPictures(view);
  const saidState = said?.isOfCall === true && !hasVideos && isUnderWay(view, false) ? 'processing' : said?.state;
  // A word that we do not know leaves it to the error beside it (`stage: "STALLED"`, Opus Clip).
  const isFault = saidState === 'unknown' && !hasVideos && hasPlainError(view);
  const told = isKind ? 'succeeded' : isFault ? 'failed' : (saidState ?? stateFromEvidence(view, hasVideos));
  const isEarly = (said === null || info?.givesEarly === true) && told === 'processing' && hasVideos;
  const state =
    told === 'succeeded' &&
    !hasMedia &&
    (hasErrorCode(view) ||
      hasOutputError(view) ||
      hasFaultDetails(view) ||
      hasFailedInside(view, said) ||
      isBarred(view) ||
      saysNo(view) ||
      (info?.keepsResult !== true && hasPlainError(view)) ||
      (said?.isEvent === true && hasErrorText(view)))
      ? 'failed'
      : told;
  const isReady = state === 'succeeded';
  const isPromised = isReady || hasVideos;
  const expiry = isPromised ? readExpiry(view) : null;
  const cost = readMoney(view);
  const result: Result = {
    state,
    stateWord: isKind ? null : (said?.word ?? null),
    message: readMessage(view, state === 'failed'),
    prompt: readPrompt(view),
    sourceUrl: firstOf(sources),
    thumbnailUrl,
    // A place in its own store that nobody else can read is no link (Gemini).
    videoUrls: info?.linksNeedKey === true ? videos.urls.filter(isHttpUrl) : videos.urls,
    // OpenRouter's links are sent without a signature: they answer to the API key only.
    needsApiKey:
      videos.key === 'unsigned_urls' ||
      videos.key === 'unsignedUrls' ||
      (info?.linksNeedKey === true && hasVideos) ||
      (isReady && !hasMedia && info?.keepsResult === true),
    model: readModel(view),
    credits: readCredits(view),
    expiresAfterSeconds: isPromised ? earlier(info?.expiresAfterSeconds ?? null, expiry?.afterSeconds ?? null) : null,
  };
  const at = expiry?.at ?? null;
  const keyedFile = isReady && info?.keyedFile !== undefined ? keyedFileIn(view, info.keyedFile) : null;
  const seed = readSeed(view);
  const isDespiteFailure = state === 'failed' && hasVideos;
  const left = linksLeft(view.root, videos.urls);
  if (
    !isEarly &&
    !isDespiteFailure &&
    left === 0 &&
    at === null &&
    cost === null &&
    keyedFile === null &&
    seed === null
  )
    return result;
  return {
    ...result,
    ...(isEarly ? { isEarly } : {}),
    ...(isDespiteFailure ? { isDespiteFailure } : {}),
    ...(left > 0 ? { linksLeft: left } : {}),
    ...(keyedFile === null ? {} : { keyedFile }),
    ...(seed === null ? {} : { seed }),
    ...(at === null ? {} : { expiresAt: at }),
    ...(cost === null ? {} : { cost }),
  };
}

function keyedFileIn(view: BodyView, { at, nameIn }: NonNullable<Provider['keyedFile']>): string | null {
  for (const path of at) {
    const said = view.at(path);
    const name = typeof said === 'string' ? nameIn(said.trim()) : null;
    if (name !== null) return name;
  }
  return null;
}

function firstOf(texts: ReadonlySet<string>): string | null {
  for (const text of texts) return text;
  return null;
}

/** No kind of a task, but how far one is; the link beside it is what we sent. */
function isProgress(word: string): boolean {
  return /^(?:processing|pending|queued|started|running|in_?progress|progress)$/i.test(word);
}

export function earlier(rule: number | null, told: number | null): number | null {
  return rule === null || told === null ? (rule ?? told) : Math.min(rule, told);
}

/** For bodies that name no state at all: a link means that it worked, an error text that it did not. */
function stateFromEvidence(view: BodyView, hasVideos: boolean): TaskState {
  if (isUnderWay(view, hasVideos) && !hasErrorText(view)) return 'processing';
  if (hasVideos) return 'succeeded';
  if (isBarred(view) || hasErrorText(view) || hasErrorCode(view) || hasFaultCode(view) || holdsFailedAnswer(view))
    return 'failed';
  if (countsBelowZero(view) && readMessage(view, true) !== null) return 'failed';
  return isInQueue(view) || isOpenOperation(view) ? 'processing' : 'unknown';
}

/** Not what cannot be written again: nested too deeply. */
function isEchoable(challenge: unknown): boolean {
  if (challenge === undefined || challenge === null) return false;
  try {
    return JSON.stringify(challenge) !== '';
  } catch {
    return false;
  }
}
