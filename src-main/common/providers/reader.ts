/**
 * The one reader for all providers: what a callback, or an answer to a poll, says about its task.
 *
 * It never throws, enters only places that may hold results, and takes nothing that did not stand in the body.
 */
import type { Result, TaskState } from '../model.ts';
import { createBodyView, type BodyView } from './body-view.ts';
import { providerFamily, providerInfo } from './catalog.ts';
import { readCredits } from './credits.ts';
import { detectProvider } from './detect.ts';
import { openEnvelope } from './envelope.ts';
import { isRecord, own } from './json.ts';
import { hasErrorText, readMessage } from './message.ts';
import { readEchoedUrls, readModel, readPrompt, readSources } from './request-echo.ts';
import { readState } from './state.ts';
import { readTaskId } from './task-id.ts';
import { findThumbnail, hasPictures } from './thumbnail.ts';
import { findVideoUrls } from './urls.ts';

export { providerFamily };

export type Reading =
  /** An address check (MiniMax): answer 200 `{"challenge": …}` with the same value. */
  | { readonly kind: 'challenge'; readonly challenge: unknown }
  | {
      readonly kind: 'result';
      readonly provider: string;
      /**
       * False where several APIs of the family send this shape: the task may be known under a sister's name. Also false
       * for `unknown`, which may be any provider's task in a shape that we have not seen.
       */
      readonly certain: boolean;
      readonly taskId: string;
      readonly result: Result;
    }
  | { readonly kind: 'unreadable'; readonly reason: 'not-an-object' | 'no-task-id' };

export interface ReaderInput {
  /** The parsed body; use `parseBody`, which keeps long numeric ids exact. */
  readonly body: unknown;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** A provider id, `kie`, or the path that the person configured; `null` where there is none. */
  readonly providerHint: string | null;
}

export function readBody({ body, headers, providerHint }: ReaderInput): Reading {
  if (!isRecord(body)) return { kind: 'unreadable', reason: 'not-an-object' };
  const view = createBodyView(body);
  const taskId = readTaskId(view);
  if (taskId !== null) return resultOf(view, taskId, headers, providerHint);
  const challenge = own(body, 'challenge');
  if (isEchoable(challenge)) return { kind: 'challenge', challenge };
  const opened = openEnvelope(body);
  if (opened === null) return { kind: 'unreadable', reason: 'no-task-id' };
  return resultOf(createBodyView(opened.body), opened.taskId, headers, providerHint);
}

function resultOf(
  view: BodyView,
  taskId: string,
  headers: ReaderInput['headers'],
  providerHint: string | null,
): Reading {
  const { provider, certain } = detectProvider(view, headers, providerHint);
  return { kind: 'result', provider, certain, taskId, result: readResult(view, provider) };
}

function readResult(view: BodyView, provider: string): Result {
  const said = readState(view);
  const sources = readSources(view);
  const videos = findVideoUrls(view, readEchoedUrls(view, sources), said?.state === 'failed');
  const state = said?.state ?? stateFromEvidence(view, videos.urls.length > 0);
  const thumbnailUrl = findThumbnail(view);
  const hasOtherMedia = videos.sawOthers || thumbnailUrl !== null || hasPictures(view);
  const isReady = state === 'succeeded';
  return {
    state,
    stateWord: said?.word ?? null,
    message: readMessage(view),
    prompt: readPrompt(view),
    sourceUrl: [...sources][0] ?? null,
    thumbnailUrl,
    videoUrls: videos.urls,
    // OpenRouter's links are sent without a signature: they answer to the API key only.
    needsApiKey: videos.key === 'unsigned_urls' || (isReady && videos.urls.length === 0 && !hasOtherMedia),
    model: readModel(view),
    credits: readCredits(view),
    expiresAfterSeconds:
      isReady || videos.urls.length > 0 ? (providerInfo(provider)?.expiresAfterSeconds ?? null) : null,
  };
}

/** For bodies that name no state at all: a link means that it worked, an error text that it did not. */
function stateFromEvidence(view: BodyView, hasVideos: boolean): TaskState {
  if (hasVideos) return 'succeeded';
  return hasErrorText(view) ? 'failed' : 'unknown';
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
