/**
 * What is said against a task, and who is believed (since version 2 of the events): what a signed or confirmed result said is
 * changed only by one that is as good. Its links always get in and come first; the limit counts the others only. An unsigned
 * link for a task that is vouched for, and a callback that the provider's own record contradicts, make it `conflicting`:
 * they are kept aside.
 */
import type { EventTrust, ResultEvent, Stamp } from './events.ts';
import { callbacksIn, historyOf, limitTags, withHistory } from './fold-history.ts';
import {
  hasFile,
  indexOfFile,
  insertVideos,
  keepVideos,
  newVideo,
  ownEnd,
  placesInRecord,
  placesOfFiles,
} from './fold-video.ts';
import type { Task, Trust, Video } from './model.ts';
import { promisedFor, promisedUrls } from './promised-videos.ts';

type Result = ResultEvent & Stamp;

/** A callback URL that leaked must not grow one task without end. */
const disputeLimit = 16;
export const rank: Record<Trust, number> = { unsigned: 0, conflicting: 0, signed: 1, confirmed: 2 };

/** What the content of a task is worth, whatever is said against it. */
export function trustOf(task: Task): EventTrust {
  return task.trust === 'conflicting' ? (task.dispute?.trust ?? 'unsigned') : task.trust;
}

export function isWeaker(told: EventTrust, held: EventTrust): boolean {
  return told === 'unsigned' && held !== 'unsigned';
}

/** Content is as trustworthy as the result that last changed it; a better one vouches for what is there. */
export function nextTrust(task: Task, told: EventTrust, changed: boolean): EventTrust {
  const now = trustOf(task);
  if (changed) return told;
  return rank[told] > rank[now] ? told : now;
}

/** An unsigned word about a task that is vouched for: it counts, and changes nothing but what it is called. */
export function refused(task: Task, event: Result, trust: EventTrust): Task {
  const placeOf = placesOfFiles(task.videos);
  const strange = promisedFor(task.state, event, task.sourceUrl).filter((url) => placeOf(url) < 0);
  const known = task.dispute?.urls ?? [];
  const urls = [...new Set([...known, ...strange])].slice(0, disputeLimit);
  const next: Task = {
    ...task,
    updatedAt: event.at,
    deliveries: task.deliveries + callbacksIn(event),
    tags: limitTags([...new Set([...task.tags, ...event.tags])]),
    ...(urls.length > 0 ? { trust: 'conflicting', dispute: { urls, trust } } : {}),
  };
  const isNew = urls.length > known.length;
  return withHistory(
    next,
    historyOf(event, isNew ? 'conflict' : task.state === event.read.result.state ? 'repeat' : 'late'),
  );
}

/** The record tells of other files, of a failure, or of a task that is still being made. */
export function contradicts(task: Task, event: Result): boolean {
  if (task.trust === 'confirmed' || task.state !== 'succeeded') return false;
  if (event.read.result.state !== 'succeeded') return event.read.result.state !== 'unknown';
  const urls = promisedUrls(event);
  // What was named while it was being made may be a preview, and is none of what the record has to name.
  return urls.length > 0 && unconfirmed(task, urls).some(({ early }) => early !== true);
}

function unconfirmed(task: Task, urls: readonly string[]): readonly Video[] {
  const confirmed = new Set(urls.map(placesInRecord(task.videos, urls)));
  return task.videos.filter((_, index) => !confirmed.has(index));
}

/** @param take what the record makes of the task without what it does not name. */
export function contradicted(task: Task, event: Result, take: (kept: Task) => Task): Task {
  const { result } = event.read;
  const urls = promisedUrls(event);
  const doubted = unconfirmed(task, urls).filter((video) => !hasFile(video));
  const videos = keepVideos(task.videos, (video) => !doubted.includes(video));
  const named = (isEarly: boolean): readonly string[] =>
    doubted.filter(({ early = false }) => early === isEarly).map(({ url }) => url);
  // It may only be behind: what was named on the way is so still, and nobody has to decide about a preview.
  const isUnderWay = result.state === 'processing' && videos.length === 0 && named(true).length > 0;
  const kept = { ...task, videos, ...(isUnderWay ? { underWay: named(true) } : {}) };
  const known = task.dispute?.urls ?? [];
  const disputed = [...new Set([...known, ...named(false)])].slice(0, disputeLimit);
  const trust = trustOf(task);
  const next = result.state === 'succeeded' ? take(kept) : kept;
  return withHistory(
    {
      ...next,
      state: result.state === 'failed' ? 'failed' : next.state,
      message: result.state === 'failed' ? (result.message ?? next.message) : next.message,
      trust: 'conflicting',
      dispute: { urls: disputed, trust: result.state === 'processing' ? trust : event.trust },
      updatedAt: event.at,
    },
    historyOf(event, 'conflict'),
  );
}

/** What the record does not name either is not settled by asking it again: only by its agreement, or by the person. */
export function disputeAfter(
  dispute: Task['dispute'],
  event: Result,
  videos: readonly Video[],
): NonNullable<Task['dispute']> | null {
  if (dispute === undefined) return null;
  if (event.v === 1) return dispute;
  if (event.source !== 'asked') return null;
  const urls = dispute.urls.filter((url) => indexOfFile(videos, url) < 0);
  return urls.length === 0 ? null : { urls, trust: event.trust };
}

/** The person decided about what was kept aside. */
export function settled(task: Task, { take, at }: { readonly take: boolean; readonly at: string }): Task {
  if (task.dispute === undefined) return task;
  const { dispute, ...rest } = task;
  const links = take ? dispute.urls.filter((url) => indexOfFile(task.videos, url) < 0) : [];
  const fresh = links.map((url) => ({ ...newVideo(url), doubted: true as const, ...ownEnd(url, at) }));
  const trust: Trust = take ? 'unsigned' : dispute.trust;
  const videos = insertVideos(task.videos, fresh, task.videos.length);
  return withHistory({ ...rest, trust, videos, updatedAt: at }, { at, kind: 'retry' });
}
