/** What happens to one video of a task. */
import type { Draft, SavedFile, Stamp, VideoSavedEvent } from './events.ts';
import { withHistory } from './fold-history.ts';
import { endOfLink, fileOfLink, maySayEnd, unsignedLink } from './links.ts';
import {
  plainVideo,
  type Attempt,
  type DownloadErrorCode,
  type HistoryEntry,
  type Params,
  type Task,
  type Video,
} from './model.ts';
import { without } from './without.ts';

const attemptLimit = 8;
/** Links to one file that wait for the day on which the one in use dies. */
const spareLimit = 4;
const formerLimit = 8;

export function newVideo(url: string): Video {
  return { url, state: 'queued', ...plainVideo };
}

/** When a link dies by its own words, as a field of its video. */
export function ownEnd(link: string, toldAt = ''): { readonly expiresAt?: string } {
  const end = maySayEnd(link) ? endOfLink(link, Date.parse(toldAt)) : null;
  return end === null ? {} : { expiresAt: new Date(end).toISOString() };
}

/** docs.kie.ai, "get download URL": a link that it makes on our request is good for twenty minutes. */
const freshLinkMs = 20 * 60_000;

/** When a link that the provider made on our request dies, where it does not say so itself. */
export function freshEnd({ link, by }: Draft<'link-renewed'>, at: string): { readonly expiresAt?: string } {
  if (by !== 'provider' || endOfLink(link, Date.parse(at)) !== null) return {};
  return { expiresAt: new Date(Date.parse(at) + freshLinkMs).toISOString() };
}

/** Wanted again: what went wrong before is over. */
export function queued(video: Video): Video {
  const rest = without(video, 'attempts', 'errorReason', 'errorParams');
  return { ...rest, state: 'queued', error: null, errorCode: null };
}

/** Place of the video that a link names: one that it has or had, or one signed anew for the same file. -1 = none. */
function indexOfVideo(videos: readonly Video[], url: string): number {
  const exact = videos.findIndex((video) => video.url === url);
  if (exact >= 0) return exact;
  return videos.findIndex(({ formerUrls = [], spareUrls = [] }) => formerUrls.includes(url) || spareUrls.includes(url));
}

/** Whether the video that this link names is saved. */
export function isSaved({ videos }: Task, url: string): boolean {
  return videos[indexOfVideo(videos, url)]?.state === 'saved';
}

/** @param entry for the history; `null` where it is not worth a line. */
export function changeVideo(
  task: Task,
  event: { readonly url: string; readonly at: string },
  entry: Omit<HistoryEntry, 'at' | 'video'> | null,
  change: (video: Video) => Video,
): Task {
  const index = indexOfVideo(task.videos, event.url);
  if (index < 0) return task;
  const videos = task.videos.map((video, at) => (at === index ? change(video) : video));
  const next = { ...task, videos, updatedAt: event.at };
  return entry === null ? next : withHistory(next, { at: event.at, ...entry, video: index + 1 });
}

/**
 * The attempts of before stay a line of what happened when something else begins. One alone tells nothing: files are
 * often a moment behind their callback.
 */
export function withTries(task: Task, url: string, atLeast: number): Task {
  const index = indexOfVideo(task.videos, url);
  const last = task.videos[index]?.attempts?.at(-1);
  if (last === undefined || last.n < atLeast) return task;
  const { at, reason, params, n } = last;
  return withHistory(task, { at, kind: 'tries', code: reason, params: { ...params, tries: n }, video: index + 1 });
}

export interface Failure {
  /** Links to the file that were given up with the one in use. */
  readonly tried: readonly string[];
  readonly code: DownloadErrorCode;
  readonly reason: string;
  readonly params: Params;
  readonly message: string | undefined;
  readonly gone: boolean;
}

/** Where another link to the file came meanwhile, that one is tried before anything is given up. */
export function withFailure(video: Video, failure: Failure): Video {
  const spare = video.spareUrls?.findLast((url) => !failure.tried.includes(url));
  if (spare !== undefined && video.state !== 'saved') return queued(withLink(video, spare));
  const rest = without(video, 'errorReason', 'errorParams');
  const { code, reason, params, message, gone } = failure;
  return {
    ...rest,
    state: gone ? 'expired' : 'failed',
    error: message ?? null,
    errorCode: code,
    ...(message === undefined ? { errorReason: reason, errorParams: params } : {}),
  };
}

/** What was fetched early is told of after the end of the task named the film: that one is still to come, or here. */
export function isOvertaken(task: Task, event: { readonly url: string; readonly early?: true }): boolean {
  return event.early === true && task.videos[indexOfVideo(task.videos, event.url)]?.early !== true;
}

/** Kept until the film itself is here. */
export function withEarlyFile(video: Video, file: SavedFile): Video {
  return video.state === 'saved' ? video : { ...video, ...file };
}

/**
 * A picture that was made of the early film shows another one than that which takes its place; one that the provider sent
 * is of the film.
 */
export function withoutEarlyPoster(task: Task, event: VideoSavedEvent): Task {
  const before = task.videos[indexOfVideo(task.videos, event.url)];
  const isOther = before !== undefined && before.path !== null && before.sha256 !== event.file.sha256;
  return isOther && task.thumbnailUrl === null ? { ...task, poster: null } : task;
}

/** A file that the person gave is not early. */
export function withFile(video: Video, { file, by }: Pick<VideoSavedEvent, 'file' | 'by'>): Video {
  const wanted = by === undefined ? video : without(video, 'early');
  return { ...queued(wanted), ...file, state: 'saved' };
}

/** The end of its task names it: what came early is kept, and the film is fetched. */
export function promisedAtLast(video: Video): Video {
  const rest = without(video, 'early');
  return video.state === 'saved' ? queued(rest) : rest;
}

export function withAttempt(video: Video, attempt: Attempt): Video {
  return { ...video, attempts: [...(video.attempts ?? []), attempt].slice(-attemptLimit) };
}

/** From now on it is fetched from there; the links of before still name it. */
export function withLink(video: Video, link: string): Video {
  if (link === video.url) return video;
  const spares = (video.spareUrls ?? []).filter((url) => url !== link);
  return {
    ...without(video, 'expiresAt', 'spareUrls'),
    url: link,
    formerUrls: [...(video.formerUrls ?? []), video.url].filter((url) => url !== link).slice(-formerLimit),
    ...(spares.length > 0 ? { spareUrls: spares } : {}),
    ...ownEnd(link),
  };
}

/** A link that came for a file which is being fetched from another one. */
export function withSpare(video: Video, link: string): Video {
  return indexOfVideo([video], link) === 0
    ? video
    : { ...video, spareUrls: [...(video.spareUrls ?? []), link].slice(-spareLimit) };
}

/** What was asked for, and the video that came of it beside those that are there. */
export function withUpgrade(task: Task, event: Draft<'upgrade'> & Stamp): Task {
  const { at, quality, index, code, link, message } = event;
  const others = (task.upgrades ?? []).filter((each) => each.quality !== quality || each.index !== index);
  const isNew = code === 'made' && link !== null && indexOfFile(task.videos, link) < 0;
  const added = isNew ? [{ ...newVideo(link), quality, vouched: true, ...ownEnd(link, at) }] : [];
  return withHistory(
    {
      ...task,
      updatedAt: at,
      upgrades: [...others, { quality, index, at, code }],
      videos: insertVideos(task.videos, added, task.videos.length),
    },
    { at, kind: 'upgrade', code, params: { quality }, ...(message === null ? {} : { message }) },
  );
}

/** Place of the video that the link leads to although it is signed otherwise than those that we know; -1 = none. */
export function indexOfFile(videos: readonly Video[], link: string): number {
  const exact = indexOfVideo(videos, link);
  // Nearly every task has none yet, and taking a link apart costs more than folding the rest of it.
  if (exact >= 0 || videos.length === 0) return exact;
  const file = fileOfLink(link);
  return videos.findIndex((video) => fileOfLink(video.url) === file);
}

/** The same for many links: of many videos each is taken apart once, and not once for each link. */
export function placesOfFiles(videos: readonly Video[]): (link: string) => number {
  if (videos.length < 8) return (link) => indexOfFile(videos, link);
  const byLink = new Map<string, number>();
  const byFile = new Map<string, number>();
  const note = (places: Map<string, number>, name: string, at: number): void => {
    if (!places.has(name)) places.set(name, at);
  };
  videos.forEach(({ url }, at) => note(byLink, url, at));
  videos.forEach(({ url, formerUrls = [], spareUrls = [] }, at) => {
    for (const link of [...formerUrls, ...spareUrls]) note(byLink, link, at);
    note(byFile, fileOfLink(url), at);
  });
  return (link) => byLink.get(link) ?? byFile.get(fileOfLink(link)) ?? -1;
}

/**
 * The same for the links of a record, which names all films of its task, and may sign them anew each time it is asked: those that
 * only their signatures tell apart are, where they are as many as are still to come, the same ones in their order.
 */
export function placesInRecord(videos: readonly Video[], links: readonly string[]): (link: string) => number {
  const placeOf = placesOfFiles(videos);
  const strange = links.filter((link) => placeOf(link) < 0);
  if (strange.length === 0 || videos.length === 0) return placeOf;
  const named = new Set(links.map(placeOf));
  const ours = new Map<string, number[]>();
  for (const [at, video] of videos.entries())
    if (!named.has(at) && !hasFile(video)) within(ours, unsignedLink(video.url)).push(at);
  const theirs = new Map<string, string[]>();
  for (const link of strange) within(theirs, unsignedLink(link)).push(link);
  const places = new Map<string, number>();
  for (const [path, signed] of theirs) {
    const same = ours.get(path) ?? [];
    if (same.length === signed.length) signed.forEach((link, at) => places.set(link, same[at] ?? -1));
  }
  return (link) => places.get(link) ?? placeOf(link);
}

function within<T>(groups: Map<string, T[]>, name: string): T[] {
  const group = groups.get(name) ?? [];
  groups.set(name, group);
  return group;
}

/** Puts videos in at `place`; each keeps, and each new one gets, a number that file names can hold. */
export function insertVideos(videos: readonly Video[], added: readonly Video[], place: number): readonly Video[] {
  // Their places are their numbers, as of nearly every task.
  if (videos.length === 0) return added;
  const numbers = videos.map((video, index) => video.number ?? index + 1);
  const next = Math.max(0, ...numbers) + 1;
  return withNumbers(
    [...videos.slice(0, place), ...added, ...videos.slice(place)],
    [...numbers.slice(0, place), ...added.map((_, index) => next + index), ...numbers.slice(place)],
  );
}

export function keepVideos(videos: readonly Video[], isKept: (video: Video) => boolean): readonly Video[] {
  const numbers = videos.map((video, index) => video.number ?? index + 1);
  const kept = videos.flatMap((video, index) => (isKept(video) ? [{ video, number: numbers[index] ?? 0 }] : []));
  return withNumbers(
    kept.map(({ video }) => video),
    kept.map(({ number }) => number),
  );
}

function withNumbers(videos: readonly Video[], numbers: readonly number[]): readonly Video[] {
  return videos.map((video, index) => {
    const number = numbers[index] ?? index + 1;
    if (number === (video.number ?? index + 1)) return video;
    return number === index + 1 ? without(video, 'number') : { ...video, number };
  });
}

/** Also an early one that is kept until the film itself is here. */
export function hasFile({ state, path }: Video): boolean {
  return state === 'saved' || path !== null;
}
