/**
 * What a result makes of its task.
 *
 * State rules: a repeat only counts; a terminal state is not undone by a later processing body; a success after a
 * failure is taken and the failure stays in the history; different URLs for one task are all kept.
 * Whom to believe where results differ is said by `fold-dispute.ts`.
 */
import type { ResultEvent, Stamp } from './events.ts';
import {
  contradicted,
  contradicts,
  disputeAfter,
  isWeaker,
  nextTrust,
  rank,
  refused,
  trustOf,
} from './fold-dispute.ts';
import { callbacksIn, historyOf, limitTags, withHistory } from './fold-history.ts';
import { hasFile, indexOfFile, keepVideos } from './fold-video.ts';
import { endOfLink } from './links.ts';
import { addVideos, filmsUnderWay, promisedFor, promisedUrls, underWayIn } from './promised-videos.ts';
import { type HistoryEntry, isTerminal, type Task, type TaskState, type Video } from './model.ts';

type Result = ResultEvent & Stamp;

const keyedFileLimit = 15;

export function firstResult(event: Result, key: string): Task {
  const { provider, taskId, result } = event.read;
  const urls = promisedUrls(event);
  const { videos, dropped } = addVideos([], event, urls);
  const task: Task = {
    key,
    provider,
    taskId,
    state: result.state,
    message: result.message,
    prompt: result.prompt,
    sourceUrl: result.sourceUrl,
    receivedAt: event.at,
    updatedAt: event.at,
    expiresAt: expiry(event, urls),
    deliveries: event.source === 'reread' ? 1 : callbacksIn(event),
    trust: event.trust,
    seen: false,
    starred: false,
    tags: limitTags(event.tags),
    poster: null,
    videos,
    thumbnailUrl: result.thumbnailUrl,
    needsApiKey: result.needsApiKey,
    model: result.model,
    credits: result.credits,
    trashedAt: null,
    history: [historyOf(event, 'callback'), ...droppedEntry(dropped, event.at)],
  };
  const { keyedFile, seed } = result;
  const { project } = event;
  const underWay = underWayIn(event);
  // Of a burst of callbacks most say nothing more, and each of these would copy the whole task.
  if (
    keyedFile === undefined &&
    seed === undefined &&
    result.cost === undefined &&
    project === undefined &&
    underWay.length === 0
  )
    return task;
  // In the same order as ever: machines of several versions that share a log have the same task, byte for byte.
  const { model, credits, trashedAt, history, ...before } = task;
  return {
    ...before,
    ...(keyedFile === undefined ? {} : { keyedFile }),
    ...(underWay.length === 0 ? {} : { underWay }),
    ...(seed === undefined ? {} : { seed }),
    model,
    credits,
    trashedAt,
    history,
    ...costOf(result),
    ...(typeof project === 'string' ? { project } : {}),
  };
}

export function laterResult(task: Task, event: Result): Task {
  if (event.v === 1) return taken(task, event);
  const trust = trustOf(task);
  if (isWeaker(event.trust, trust) && isSettled(task)) return refused(task, event, trust);
  if (event.source === 'asked' && contradicts(task, event))
    return contradicted(task, event, (kept) => taken(kept, event));
  return taken(task, event);
}

function taken(task: Task, event: Result): Task {
  const { result } = event.read;
  const isStrict = event.v > 1;
  /** Says it anew: it is better vouched for, or the same body as a better reader reads it. */
  const replaces = isStrict && (rank[event.trust] > rank[trustOf(task)] || event.source === 'reread');
  const state = nextState(task, event, replaces);
  const urls = promisedFor(state, event, task.sourceUrl);
  const known = keepVideos(task.videos, (video) => isMeant(video, task, event, urls));
  const { watchedSince, askedNextAt, dispute, underWay: before = [], ...rest } = task;
  const named = isWeaker(event.trust, trustOf(task)) ? [] : underWayIn(event, isTerminal(state));
  const underWay = named.length > 0 ? named : before;
  const takesOver = state === result.state;
  const needsApiKey = takesOver ? result.needsApiKey && task.videos.length === 0 : task.needsApiKey;
  // Its end names no film, and no key that opens one, whichever came first: then what was named before is all there is.
  const isBare = isStrict && state === 'succeeded' && urls.length === 0 && known.length === 0 && !needsApiKey;
  const films = isBare ? filmsUnderWay(underWay, event, task.sourceUrl) : [];
  const { videos, fresh, dropped } =
    films.length === 0
      ? addVideos(known, event, urls)
      : { videos: films, fresh: films.map(({ url }) => url), dropped: 0 };
  // Why a task failed once, or what it waited for, is in its history and says nothing of the film that came.
  const isDelivered = isStrict && state === 'succeeded' && task.state !== 'succeeded';
  const message = takesOver ? (result.message ?? (isDelivered ? null : task.message)) : task.message;
  const bringsNews = state !== task.state || fresh.length > 0;
  const changesSomething = bringsNews || (message !== task.message && !isTerminal(task.state));
  const told = <T>(known: T | null, said: T | null): T | null => (replaces ? (said ?? known) : (known ?? said));

  const stillDisputed = disputeAfter(dispute, event, videos);

  const next: Task = {
    ...rest,
    ...(isTerminal(state) || watchedSince === undefined ? {} : { watchedSince }),
    ...(isTerminal(state) || askedNextAt === undefined ? {} : { askedNextAt }),
    ...(stillDisputed === null ? {} : { dispute: stillDisputed }),
    provider: correctsProvider(task, event) ? event.read.provider : task.provider,
    state,
    message,
    prompt: told(task.prompt, result.prompt),
    sourceUrl: told(task.sourceUrl, result.sourceUrl),
    thumbnailUrl: told(task.thumbnailUrl, result.thumbnailUrl),
    model: told(task.model, result.model),
    credits: result.credits ?? task.credits,
    needsApiKey,
    ...keyedFilesOf(task, result.keyedFile, replaces),
    ...(underWay.length === 0 || videos.length > 0 || state === 'failed' ? {} : { underWay }),
    ...(result.seed === undefined || (task.seed !== undefined && !replaces) ? {} : { seed: result.seed }),
    // The provider's clock began with the files, not with its next attempt to tell of them.
    expiresAt: bringsNews ? (expiry(event, fresh) ?? task.expiresAt) : (task.expiresAt ?? expiry(event, urls)),
    updatedAt: event.at,
    deliveries: task.deliveries + callbacksIn(event),
    trust: stillDisputed !== null && isStrict ? 'conflicting' : nextTrust(task, event.trust, changesSomething),
    seen: task.seen && !bringsNews,
    tags: limitTags([...new Set([...task.tags, ...event.tags])]),
    videos,
    ...costOf(result),
    ...(typeof event.project === 'string' && task.project === undefined ? { project: event.project } : {}),
  };
  const kind = kindOf(task, event, { changesSomething, takesOver, fresh: fresh.length });
  return droppedEntry(dropped, event.at).reduce(withHistory, withHistory(next, historyOf(event, kind)));
}

/** Each callback names one. */
function keyedFilesOf(
  { keyedFile, moreKeyedFiles = [] }: Task,
  said: string | undefined,
  replaces: boolean,
): Pick<Task, 'keyedFile' | 'moreKeyedFiles'> {
  if (said === undefined || said === keyedFile || moreKeyedFiles.includes(said)) return {};
  if (keyedFile === undefined || replaces) return { keyedFile: said };
  return moreKeyedFiles.length < keyedFileLimit ? { moreKeyedFiles: [...moreKeyedFiles, said] } : {};
}

function costOf({ cost, credits }: Result['read']['result']): Pick<Task, 'cost'> {
  return cost === undefined ? {} : { cost: { credits, ...cost } };
}

function correctsProvider(task: Task, event: Result): boolean {
  return event.v > 1 && event.read.certain && (task.provider === 'unknown' || event.source === 'reread');
}

/** What the only body there was does not name any more, now that it is read better, is no result of it. */
function isMeant(video: Video, task: Task, event: Result, urls: readonly string[]): boolean {
  // The record names the film: nobody needs a preview of it that is not here.
  const isNamedAtLast = event.source === 'asked' && event.read.result.state === 'succeeded' && urls.length > 0;
  if (isNamedAtLast && video.early === true && !hasFile(video)) {
    return urls.some((url) => indexOfFile([video], url) === 0);
  }
  return event.source !== 'reread' || task.deliveries > 1 || hasFile(video) || urls.includes(video.url);
}

function droppedEntry(links: number, at: string): readonly HistoryEntry[] {
  return links === 0 ? [] : [{ at, kind: 'dropped', params: { links } }];
}

function kindOf(
  task: Task,
  event: Result,
  change: { readonly changesSomething: boolean; readonly takesOver: boolean; readonly fresh: number },
): HistoryEntry['kind'] {
  if (event.source === 'reread') return 'reread';
  if (event.source === 'asked') return 'asked';
  if (event.source === 'import') return 'callback';
  if (change.fresh > 0 && task.videos.length > 0) return 'conflict';
  if (change.changesSomething) return 'callback';
  return change.takesOver ? 'repeat' : 'late';
}

/** Over, or holding vouched films under a state word that we do not know: there is something that could be overruled. */
function isSettled({ state, videos }: Task): boolean {
  return isTerminal(state) || (state === 'unknown' && videos.some(({ vouched }) => vouched === true));
}

function nextState(task: Task, event: Result, replaces: boolean): TaskState {
  const now = task.state;
  const told = event.read.result.state;
  // The only body that there was says something else, now that it is read better.
  if (event.source === 'reread' && task.deliveries <= 1 && told !== 'unknown') return told;
  if (replaces && event.source !== 'reread' && isTerminal(told)) return told;
  // What went well and has nothing to show has not, where that is said afterwards.
  if (now === 'succeeded') return told === 'failed' && event.v > 1 && hasNothing(task) ? told : now;
  if (now === 'failed') return told === 'succeeded' ? told : now;
  // A word that we do not know says less than one that we do.
  if (told === 'unknown' && now === 'processing') return now;
  return told;
}

function hasNothing({ videos, thumbnailUrl, needsApiKey, keyedFile }: Task): boolean {
  return videos.length === 0 && thumbnailUrl === null && !needsApiKey && keyedFile === undefined;
}

/** Beyond it there are no dates; a line that was written over by hand may say so. */
const lastDateMs = 8.64e15;

/** The earliest of the provider's rule, what the body says and what the links themselves say. */
function expiry(event: Result, links: readonly string[]): string | null {
  const { expiresAfterSeconds, expiresAt, state, isDespiteFailure } = event.read.result;
  if (state === 'processing' || (state === 'failed' && isDespiteFailure !== true)) return null;
  const told = expiresAt === undefined ? NaN : Date.parse(expiresAt);
  const at = Date.parse(event.at);
  let first = expiresAfterSeconds === null ? Infinity : at + expiresAfterSeconds * 1000;
  if (event.v > 1) for (const link of links) first = Math.min(first, endOfLink(link, at) ?? Infinity);
  if (!Number.isNaN(told)) first = Math.min(first, told);
  return Math.abs(first) <= lastDateMs ? new Date(first).toISOString() : null;
}
